"""Hands scores and feedback back to the platform they came from."""
