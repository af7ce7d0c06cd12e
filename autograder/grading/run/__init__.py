"""The cells of one student run in a process of their own, which can then be asked for values."""
