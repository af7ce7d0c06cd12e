"""02 Convolution in two dimensions: from a kernel of nine numbers to the backward pass of a layer."""

EXERCISES = {
    "make_kernel": "make_kernel",
    "conv2d_single": "conv2d_single",
    "conv2d": "conv2d",
    "im2col": "im2col",
    "conv2d_im2col": "conv2d_im2col",
    "conv2d_backward": "conv2d_backward",
    "locally_connected2d": "locally_connected2d",
}
