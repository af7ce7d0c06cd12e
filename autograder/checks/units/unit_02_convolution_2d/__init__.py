"""02 Convolution in two dimensions."""

EXERCISES = {"conv2d": "conv2d"}
