"""Checks: exercises, the driver on the student's side, and the marking of what it replies."""
