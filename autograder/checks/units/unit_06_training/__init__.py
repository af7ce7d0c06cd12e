"""06 Training: a small network, its initialisation, the loop, and what keeps it honest."""

EXERCISES = {
    "SimpleCNN": "simple_cnn",
    "kaiming_normal": "kaiming",
    "sgd_step": "sgd",
    "random_crop_flip": "augmentation",
    "train_one_epoch": "loop",
    "evaluate": "evaluation",
    "step_lr": "schedule",
}
