"""09 Residual networks: blocks that add to what they were given, and the networks made of them."""

EXERCISES = {
    "PlainBlock": "plain_block",
    "ResidualBlock": "residual_block",
    "Bottleneck": "bottleneck",
    "PreActBlock": "preact_block",
    "make_stage": "make_stage",
    "ResNetCifar": "resnet_cifar",
    "ResNet": "resnet",
    "port_weights": "port_weights",
}
