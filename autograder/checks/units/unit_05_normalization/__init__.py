"""05 Normalization: batch, layer, instance and group norm, the backward pass, folding, dropout."""

EXERCISES = {
    "batch_norm": "batch_norm",
    "BatchNorm2d": "batch_norm_module",
    "batch_norm_backward": "batch_norm_backward",
    "layer_norm": "other_axes",
    "instance_norm": "other_axes",
    "group_norm": "group_norm",
    "fold_batch_norm": "fold",
    "dropout": "dropout",
}
