"""Exercises, one package a unit: its EXERCISES says which module declares which exercise, in order."""
