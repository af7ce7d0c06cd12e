"""The house style of every picture in the course: figures, drawings, tables, animations.

Figures are made without pyplot, so nothing leaks and nothing is shown twice; `picture`, `table` and `frames` show.
"""

from convlab.show.animation import frames
from convlab.show.drawing import arrow, box, number_grid, row_of_words, window, words
from convlab.show.images import image_grid
from convlab.show.output import picture, png
from convlab.show.style import COLOURS, SIGNED, blank_figure, canvas, canvas_axes, colour, figure, tint
from convlab.show.tables import table

__all__ = [
    "COLOURS",
    "SIGNED",
    "arrow",
    "blank_figure",
    "box",
    "canvas",
    "canvas_axes",
    "colour",
    "figure",
    "frames",
    "image_grid",
    "number_grid",
    "picture",
    "png",
    "row_of_words",
    "table",
    "tint",
    "window",
    "words",
]
