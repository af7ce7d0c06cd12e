"""07 Classic architectures: whole networks from a table, judged layer by layer without training."""

EXERCISES = {
    "LeNet5": "lenet5",
    "AlexNet": "alexnet",
    "ZFNet": "zfnet",
    "make_vgg": "make_vgg",
    "parameter_audit": "parameter_audit",
}
