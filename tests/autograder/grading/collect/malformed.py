"""Files that are no usable notebook of the tiny assignment, or barely are one, each with what must be said about it."""

from __future__ import annotations

import json
from typing import Any

import nbformat

from .tiny import answered, as_colab, data, release, without_marks

Json = dict[str, Any]


def plain() -> Json:
    """A good submission as parsed JSON."""
    made: Json = json.loads(data(answered("double")))
    return made


def changed(**top: Any) -> bytes:
    return json.dumps(plain() | top).encode()


def without(*keys: str) -> bytes:
    return json.dumps({key: value for key, value in plain().items() if key not in keys}).encode()


def with_cells(*cells: Any) -> bytes:
    return changed(cells=list(cells))


def nested(depth: int) -> bytes:
    return b'{"nbformat":4,"cells":' + b"[" * depth + b"]" * depth + b"}"


def of_another_unit() -> bytes:
    text = json.dumps(plain()).replace("double", "triple").replace("halve", "third").replace("Scale", "Shift")
    return text.replace("90_tiny", "91_other").replace("why-", "when-").replace("u90-", "u91-").encode()


def with_foreign_cells() -> bytes:
    made = json.loads(of_another_unit())
    made["metadata"] = {}
    return json.dumps(made).encode()


def lecture() -> bytes:
    made = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"autograder": {"kind": "lecture", "unit": "90_tiny"}}}
    return json.dumps(
        made | {"cells": [{"cell_type": "markdown", "metadata": {}, "source": "# Lecture", "id": "a"}]}
    ).encode()


_GOOD = data(answered("double"))
_CODE: Json = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}

REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "spaces": (b" \n\n ", "empty"),
    "zeros": (b"\0" * 4000, "zeros"),
    "cut in the middle": (_GOOD[: len(_GOOD) // 2], "breaks off"),
    "cut at the last bracket": (_GOOD[:-1], "breaks off"),
    "cut in the first line": (b'{"cells": [', "breaks off"),
    "cut inside a text": (b'{"cells": [{"source": "abc', "breaks off"),
    "cut inside a literal": (b'{"cells": tr', "not valid JSON"),
    "twice in one file": (_GOOD + _GOOD, "not valid JSON"),
    "git's conflict marks": (_GOOD.replace(b'"cells"', b'<<<<<<< HEAD\n"cells"', 1), "not valid JSON"),
    "single quotes": (str(plain()).encode(), "not valid JSON"),
    "trailing comma": (_GOOD[:-1] + b",}", "not valid JSON"),
    "a comment": (b"// mine\n" + _GOOD, "not valid JSON"),
    "UTF-16": (_GOOD.decode().encode("utf-16"), "UTF-16"),
    "UTF-16 without mark": (_GOOD.decode().encode("utf-16-le"), "not valid JSON"),
    "Latin-1": ('{"cells": ["é"]}'.encode("latin-1"), "not UTF-8"),
    "a stray byte": (_GOOD + b"\xff", "not UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "not UTF-8"),
    "a PDF": (b"%PDF-1.7\n1 0 obj", "it is a PDF that is called a notebook"),
    "a zip called notebook": (b"PK\x03\x04" + b"\0" * 60, "zip archive"),
    "a web page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
    "a web page after spaces": (b"\n\n  <html></html>", "web page"),
    "Python code": (b"def double(x):\n    return x + x\n", "not valid JSON"),
    "plain words": (b"I could not do it, sorry", "not valid JSON"),
    "a number": (b"42", "a number where an object"),
    "a text": (b'"notebook"', "a text where"),
    "null": (b"null", "nothing (null) where"),
    "true": (b"true", "true or false where"),
    "a list": (b"[1, 2]", "a list where"),
    "an empty object": (b"{}", "no cells"),
    "somebody's settings": (b'{"editor.fontSize": 14}', "no cells"),
    "a Colab link file": (b'{"url": "https://colab.research.google.com/x", "doc_id": "1"}', "no cells"),
    "cells is null": (changed(cells=None), "its cells are nothing (null)"),
    "cells is a number": (changed(cells=7), "its cells are a number"),
    "cells is an object": (changed(cells={"0": _CODE}), "its cells are an object"),
    "cells is a text": (changed(cells="code"), "its cells are a text"),
    "no cells at all": (with_cells().replace(b"autograder", b"nobody"), "nothing of this assignment"),
    "format 1": (changed(nbformat=1), "format '1'"),
    "format 5": (changed(nbformat=5), "format '5'"),
    "format 4000000": (changed(nbformat=4_000_000), "format '4000000'"),
    "format minus one": (changed(nbformat=-1), "format '-1'"),
    "format is a text": (changed(nbformat="4"), "format '4'"),
    "format is true": (changed(nbformat=True), "format 'True'"),
    "format is a fraction": (changed(nbformat=4.5), "format '4.5'"),
    "format is null": (changed(nbformat=None), "format 'None'"),
    "format is a list": (changed(nbformat=[4]), "format '[4]'"),
    "nested 500 deep": (b'{"nbformat":4,"cells":[' + b"[" * 500 + b"]" * 500 + b"]}", "nothing of this assignment"),
    "nested 100 000 deep": (nested(100_000), "nested too deeply"),
    "objects 100 000 deep": (b'{"a":' * 100_000, "nested too deeply"),
    "a number of 10 000 digits": (b'{"cells": [' + b"9" * 10_000 + b"]}", "JSON"),
    "too many cells": (with_cells(*[0] * 2_001), "2001 cells"),
    "another unit": (of_another_unit(), "another unit (91_other)"),
    "another course": (with_foreign_cells(), "belong to another assignment"),
    "an empty notebook": (data(nbformat.v4.new_notebook()), "nothing of this assignment"),
    "the lecture": (lecture(), "it is the lecture"),
    "a scratch notebook": (
        json.dumps({"nbformat": 4, "metadata": {}, "cells": [_CODE | {"source": "1 + 1"}]}).encode(),
        "nothing of this assignment",
    ),
    "worksheets without cells": (b'{"nbformat": 3, "worksheets": []}', "nothing of this assignment"),
    "worksheets is a number": (b'{"nbformat": 3, "worksheets": 3}', "nothing of this assignment"),
    "worksheets of numbers": (b'{"nbformat": 3, "worksheets": [1, null]}', "nothing of this assignment"),
    "a surrogate in the unit's name": (
        b'{"nbformat": 4, "cells": [], "metadata": {"autograder": {"unit": "\\ud800"}}}', "another unit",
    ),
    "metadata is a number": (json.dumps(plain() | {"metadata": 3, "cells": [_CODE]}).encode(), "nothing of this"),
}  # fmt: skip


def old_format(version: int) -> bytes:
    """The submission in a worksheet, as IPython 0.12 to 2 saved it."""
    cells = []
    for cell in answered("double").cells:
        if cell.cell_type == "code":
            cells.append(
                {"cell_type": "code", "input": cell.source, "language": "python", "outputs": [], "metadata": {}}
            )
        else:
            cells.append({"cell_type": "markdown", "source": cell.source, "metadata": {}})
    cells.append({"cell_type": "heading", "level": 1, "source": "The end"})
    return json.dumps(
        {"nbformat": version, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    ).encode()


def spoiled_cells() -> bytes:
    return with_cells(*plain()["cells"], 3, None, [], "code", {}, {"cell_type": 5, "source": {"a": 1}}, _CODE)


def odd_metadata() -> bytes:
    made = plain()
    for cell, odd in zip(made["cells"], [3, None, [], {"id": 5}, {"nbgrader": []}, {"tags": "x"}] * 9, strict=False):
        cell["metadata"] = odd
    return json.dumps(made).encode()


def ids_all_the_same() -> bytes:
    made = plain()
    for cell in made["cells"]:
        cell["id"] = "same"
    return json.dumps(made).encode()


def minor(number: Any) -> bytes:
    return changed(nbformat_minor=number)


ACCEPTED: dict[str, bytes] = {
    "a byte order mark": b"\xef\xbb\xbf" + _GOOD,
    "Windows line ends": json.dumps(plain(), indent=1).replace("\n", "\r\n").encode(),
    "Colab": data(as_colab(answered("double"))),
    "format 2": old_format(2),
    "format 3": old_format(3),
    **{f"format 4.{number}": minor(number) for number in (0, 1, 2, 3, 4, 5, 9)},
    "no minor": without("nbformat_minor"),
    "minor is a text": minor("five"),
    "no format": without("nbformat"),
    "no metadata": without("metadata"),
    "ids of half characters": _GOOD.replace(b'"u90-title"', b'"\\ud800"').replace(b'"halve-about"', b'"\\ud800"'),
    "all marks lost": data(without_marks(answered("double"))),
    "NaN": changed(metadata={"score": float("nan"), "best": float("inf")}),
    "a key twice": _GOOD[:-1] + b', "nbformat": 4}',
    "spoiled cells": spoiled_cells(),
    "odd metadata": odd_metadata(),
    "ids all the same": ids_all_the_same(),
    "outputs are junk": _GOOD.replace(b'"outputs": []', b'"outputs": 7'),
    "a lone surrogate": _GOOD.replace(b'"cells": [', b'"cells": [{"cell_type": "markdown", "source": "\\ud800"}, ', 1),
    "kinds nobody knows": _GOOD.replace(b'"cell_type": "markdown"', b'"cell_type": "slide"'),
    "sources as lists": json.dumps(
        plain() | {"cells": [cell | {"source": cell["source"].splitlines(True)} for cell in plain()["cells"]]}
    ).encode(),
    "two million blanks": _GOOD + b" " * 2_000_000,
    "an untouched copy": data(release()),
}
