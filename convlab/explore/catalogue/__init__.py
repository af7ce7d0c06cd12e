"""One module per explorer; each holds an `Explorer` of the same name as the module."""
