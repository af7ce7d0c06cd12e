"""00 Start here: one small exercise to see how checking works."""

EXERCISES = {"standardize": "standardize"}
