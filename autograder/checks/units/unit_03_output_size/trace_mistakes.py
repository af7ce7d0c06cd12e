"""What goes wrong in ``trace_shapes``: each mistake as a change to the right table, or to the layers before it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Any

from autograder.checks.exercise import Misconception

Shape = tuple[int, ...]
Row = tuple[Shape, int]
Layers = list[tuple[Any, ...]]
Change = Callable[[list[Row], Layers, Shape], Any]


def mistakes(trace: Callable[[Layers, Shape], list[Row]]) -> tuple[Misconception, ...]:
    """The misconceptions of ``trace_shapes``, in terms of a right implementation."""

    def bound(change: Change) -> Callable[[Layers, Shape], Any]:
        return lambda layers, input_shape: change(trace(layers, input_shape), layers, tuple(input_shape))

    def relayered(change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> Callable[[Layers, Shape], Any]:
        def target(layers: Layers, input_shape: Shape) -> Any:
            trace(layers, input_shape)
            return trace([change(layer) for layer in layers], input_shape)

        return target

    changed = tuple(Misconception(name, bound(change), hint) for name, change, hint in _TABLE)
    return changed + tuple(Misconception(name, relayered(change), hint) for name, change, hint in _LAYERS)


def _inputs(rows: list[Row], input_shape: Shape) -> list[Shape]:
    """The shape that goes into every layer."""
    return [input_shape, *(shape for shape, _ in rows)][: len(rows)]


def _learned(rows: list[Row], layers: Layers, parameters: Callable[[tuple[Any, ...], Shape, int], int]) -> list[Row]:
    return [
        (shape, parameters(layer, shape, count)) if count else (shape, 0)
        for (shape, count), layer in zip(rows, layers, strict=True)
    ]


def _biases_forgotten(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    return _learned(rows, layers, lambda layer, shape, count: count - layer[1])


def _conv_biases_forgotten(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    return _learned(rows, layers, lambda layer, shape, count: count - layer[1] * (layer[0] == "conv"))


def _linear_biases_forgotten(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    return _learned(rows, layers, lambda layer, shape, count: count - layer[1] * (layer[0] == "linear"))


def _depth_forgotten(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    return _learned(
        rows, layers, lambda layer, shape, count: layer[1] * (layer[2] ** 2 + 1) if layer[0] == "conv" else count
    )


def _depth_of_the_image(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    return _learned(
        rows,
        layers,
        lambda layer, shape, count: layer[1] * (layer[2] ** 2 * input_shape[0] + 1) if layer[0] == "conv" else count,
    )


def _running_totals(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    totals = accumulate(count for _, count in rows)
    return [(shape, total) for (shape, _), total in zip(rows, totals, strict=True)]


def _input_listed(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    return [(input_shape, 0), *rows]


def _input_shapes(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    return [(shape, count) for shape, (_, count) in zip(_inputs(rows, input_shape), rows, strict=True)]


def _channels_last(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    return [((*shape[1:], shape[0]), count) for shape, count in rows]


def _parameters_first(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    return [(count, shape) for shape, count in rows]


def _last_row_only(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    return rows[-1:]


def _shapes_only(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    return [shape for shape, _ in rows]


def _square(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    return [((shape[0], shape[1], shape[1]) if len(shape) == 3 else shape, count) for shape, count in rows]


def _weights_of_pooling(rows: list[Row], layers: Layers, input_shape: Shape) -> Any:
    return [
        (shape, shape[0] * layer[1] ** 2 if layer[0] == "pool" else count)
        for (shape, count), layer in zip(rows, layers, strict=True)
    ]


def _without_padding(layer: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*layer[:4], 0) if layer[0] == "conv" else layer


def _without_stride(layer: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*layer[:3], 1, layer[4]) if layer[0] == "conv" else layer


def _pool_by_its_window(layer: tuple[Any, ...]) -> tuple[Any, ...]:
    return ("pool", layer[1], layer[1]) if layer[0] == "pool" else layer


_TABLE: tuple[tuple[str, Change, str], ...] = (
    ("parameters come before the shape", _parameters_first, "Every row is (output shape, parameters)."),
    ("the parameters are missing", _shapes_only, "Every row is (output shape, parameters)."),
    ("the input is listed as a layer", _input_listed, "There is one row for every layer, and the image is none."),
    ("the shape before each layer, not after it", _input_shapes, "Which shape does the next layer get?"),
    ("only the last layer is listed", _last_row_only, "There is one row for every layer."),
    ("the parameters are running totals", _running_totals, "How many parameters does this layer alone have?"),
    ("channels come last in the shapes", _channels_last, "Shapes are (C, H, W)."),
    ("images are taken to be square", _square, "Height and width go through the formula one by one."),
    ("the biases are forgotten", _biases_forgotten, "Every filter has one more number, and every linear output."),
    ("the biases of convolutions are forgotten", _conv_biases_forgotten, "How many numbers does one filter hold?"),
    ("the biases of linear layers are forgotten", _linear_biases_forgotten, "y = Wx + b: how many numbers is b?"),
    ("filters are counted without their depth", _depth_forgotten, "A filter is as deep as its input."),
    (
        "every filter is taken to be as deep as the image",
        _depth_of_the_image,
        "The second convolution does not see the image: how deep is what it sees?",
    ),
    ("pooling is given weights", _weights_of_pooling, "What would a maximum learn?"),
)
_LAYERS = (
    ("the padding is ignored", _without_padding, "Which number of ('conv', …) is the padding?"),
    ("the stride of convolutions is ignored", _without_stride, "Which number of ('conv', …) is the stride?"),
    (
        "pooling always moves by its window",
        _pool_by_its_window,
        "Windows of 3 may move by 2: which number of ('pool', …) is the stride?",
    ),
)
