"""01 Convolution in one dimension."""

EXERCISES = {
    "moving_average": "moving_average",
    "convolve1d": "convolve1d",
    "conv1d": "conv1d",
    "conv1d_matrix": "conv1d_matrix",
    "causal_conv1d": "causal_conv1d",
    "conv1d_backward": "conv1d_backward",
}
