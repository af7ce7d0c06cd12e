"""03 Output size, cost and receptive field: arithmetic on whole numbers."""

EXERCISES = {
    "conv_output_size": "conv_output_size",
    "fits_exactly": "fits_exactly",
    "same_padding": "same_padding",
    "pool_output_size": "pool_output_size",
    "conv_transpose_output_size": "conv_transpose_output_size",
    "conv_cost": "conv_cost",
    "receptive_field": "receptive_field",
    "trace_shapes": "trace_shapes",
}
