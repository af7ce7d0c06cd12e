"""What the lectures and assignments import: pictures, explorers, data, questions and the runtime report.

Importing this package imports nothing else; each part is loaded when it is asked for (`from convlab import show`).
"""
