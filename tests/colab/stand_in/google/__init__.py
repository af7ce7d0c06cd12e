"""Stands in for the namespace in which Colab keeps its own package."""
