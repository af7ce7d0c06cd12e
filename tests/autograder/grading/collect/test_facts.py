"""Code is read, never run: what it defines is known with magics, decorators, and even syntax errors in it."""

from __future__ import annotations

import pytest

from autograder.grading.collect.facts import facts


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(x):\n    return x", {"f"}),
        ("async def f(x):\n    return x", {"f"}),
        ("class A:\n    def inner(self):\n        pass", {"A"}),
        ("@wraps(g)\ndef f(x):\n    return x", {"f"}),
        ("f = lambda x: x", {"f"}),
        ("try:\n    def f(): ...\nexcept Exception:\n    def g(): ...", {"f", "g"}),
        ("if True:\n    def f(): return 1\nelse:\n    class B: pass", {"f", "B"}),
        ("!pip install torch\n%matplotlib inline\ndef f(x):\n    return x", {"f"}),
        ("files = !ls\nx = %time 3\nhelp?\ndef f(x):\n    !ls\n    return x", {"f"}),
        ("%%time\ndef f(x):\n    return x", {"f"}),
    ],
)
def test_definitions_are_found(source: str, names: set[str]) -> None:
    found = facts(source)
    assert found.parsed
    assert {definition.name for definition in found.definitions if definition.kind == "code"} == names


@pytest.mark.parametrize(
    "source", ["%%bash\ndef f(): pass", "%%writefile a.py\ndef f(): pass", "# def f(): pass", "'def f()'"]
)
def test_what_is_no_code_defines_nothing(source: str) -> None:
    assert facts(source).definitions == ()


def test_a_line_that_looks_like_a_magic_inside_a_text_is_left_alone() -> None:
    found = facts('def f():\n    """\n    % of the total\n    !important\n    """\n    return 7\n% 3')
    assert found.find("f") is not None
    assert facts('t = """\n%time\n"""').text != facts('t = """\npass\n"""').text


@pytest.mark.parametrize(
    "source", ["def f(x:\n    return", "def f(x):\nreturn x", "def f(x):\n    return x +\n\nclass B:"]
)
def test_a_syntax_error_leaves_the_header(source: str) -> None:
    found = facts(source).find("f")
    assert found is not None
    assert (found.kind, found.first_line) == ("header", 1)


@pytest.mark.parametrize(
    ("source", "stub"),
    [
        ("def f():\n    raise NotImplementedError", True),
        ("def f():\n    '''Doc.'''\n    n = 3\n    raise NotImplementedError('later')", True),
        ("def f():\n    pass", True),
        ("def f():\n    ...", True),
        ("def f(x):\n    if x:\n        return 1\n    raise NotImplementedError", False),
        ("def f():\n    raise ValueError", False),
        ("class A:\n    def a(self):\n        raise NotImplementedError\n    def b(self):\n        pass", True),
        ("class A:\n    def a(self):\n        return 1\n    def b(self):\n        pass", False),
    ],
)
def test_a_body_that_does_nothing_is_a_stub(source: str, stub: bool) -> None:
    (definition,) = facts(source).definitions
    assert definition.stub is stub


def test_layout_comments_and_docstrings_do_not_change_the_text() -> None:
    one = facts("def f(x):\n    '''Doc.'''\n    return x+1  # here")
    other = facts("def f( x ):\n\n    return (x + 1)")
    assert one.text == other.text
    assert one.text != facts("def f(x):\n    return x + 2").text


def test_lines_include_decorators_and_survive_magics() -> None:
    found = facts("!ls\n\n@a\n@b\ndef f():\n    return 1\n").find("f")
    assert found is not None
    assert (found.first_line, found.last_line) == (3, 6)
