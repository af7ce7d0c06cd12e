"""Drawings that a lecture and an explorer share, one module per topic; each draws on axes it is given."""
