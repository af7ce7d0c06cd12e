"""Student code in forked processes: a preloaded server, one keeper and one child per submission, a bounded channel."""
