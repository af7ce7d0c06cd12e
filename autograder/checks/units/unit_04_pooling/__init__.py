"""04 Pooling: windows that keep their maximum or their mean, forwards and backwards."""

EXERCISES = {
    "max_pool2d": "max_pool2d",
    "max_pool2d_backward": "max_pool2d_backward",
    "avg_pool2d": "avg_pool2d",
    "avg_pool2d_backward": "avg_pool2d_backward",
    "global_avg_pool": "global_avg_pool",
    "LeNetSubsample": "lenet_subsample",
    "channel_max_pool": "channel_max_pool",
}
