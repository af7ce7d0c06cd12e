"""What a cell of a notebook may do, and what of it is seen outside."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from autograder.grading.kernels.client import Connection
from autograder.grading.kernels.limits import Limits
from autograder.grading.kernels.student import CellResult, Student


@pytest.fixture(scope="module")
def student(plain_server: Connection) -> Iterator[Student]:
    notes: list[str] = []
    with plain_server.start(Limits(), notes) as student:
        yield student
    assert notes == []


def text(result: CellResult) -> str:
    return "".join(o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in result.outputs)


def test_state_lives_from_cell_to_cell(student: Student) -> None:
    assert student.execute("x = 20\ndef double(n):\n    return 2 * n").outputs == ()
    result = student.execute("print('twice', x)\ndouble(x) + 2")
    assert result.error is None
    assert [o["output_type"] for o in result.outputs] == ["stream", "execute_result"]
    assert text(result) == "twice 20\n42"


def test_an_exception_names_its_line_and_leaves_the_process_alive(student: Student) -> None:
    result = student.execute("before = 1\n\nraise ValueError('kernel 7 is larger than 5')\n")
    assert result.error == ("ValueError", "kernel 7 is larger than 5", 3)
    assert result.outputs[-1]["output_type"] == "error"
    assert text(student.execute("before")) == "1"


def test_an_exception_inside_a_function_of_an_earlier_cell_names_a_line_of_a_cell(student: Student) -> None:
    student.execute("def broken():\n    return 1 / 0")
    result = student.execute("\n\nbroken()")
    assert result.error is not None
    assert result.error[0] == "ZeroDivisionError"
    assert result.error[2] == 2


def test_a_syntax_error_is_a_result(student: Student) -> None:
    result = student.execute("ok = 1\ndef f(:\n")
    assert result.error is not None
    assert (result.error[0], result.error[2]) == ("SyntaxError", 2)


def test_leaving_the_interpreter_only_ends_the_cell(student: Student) -> None:
    result = student.execute("import sys\nsys.exit(3)")
    assert result.error is not None
    assert result.error[0] == "SystemExit"
    assert text(student.execute("1 + 1")) == "2"


def test_top_level_await_and_magics_work(student: Student) -> None:
    assert text(student.execute("import asyncio\nawait asyncio.sleep(0, 'awaited')")) == "'awaited'"
    assert student.execute("%time y = 3").error is None
    assert text(student.execute("%%capture out\nprint('hidden')")) == ""
    assert text(student.execute("y")) == "3"


def test_figures_become_pictures_with_and_without_show(student: Student) -> None:
    plot = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    for source in (plot, plot + "\nplt.show()"):
        (output,) = student.execute(source).outputs
        assert base64.b64decode(output["data"]["image/png"]).startswith(b"\x89PNG")


def test_many_and_huge_figures_are_bounded(student: Student) -> None:
    result = student.execute("for _ in range(30): plt.figure(figsize=(500, 400))")
    pictures = [o for o in result.outputs if "data" in o]
    assert 1 <= len(pictures) <= 4
    assert all(len(o["data"]["image/png"]) < 200_000 for o in pictures)
    assert "more figures" in text(result)
    assert student.execute("plt.get_fignums()").outputs[0]["data"]["text/plain"] == "[]"


def test_displays_keep_their_html(student: Student) -> None:
    (output,) = student.execute("from IPython.display import HTML, display\ndisplay(HTML('<b>hi</b>'))").outputs
    assert output["data"]["text/html"] == "<b>hi</b>"


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("!pip install torch", "!pip install torch was not run"),
        ("%pip install torch", "%pip install torch was not run"),
        ("%cd /content/drive", "%cd /content/drive was not run"),
        ("files = !ls\nassert files == []", "!ls was not run"),
        ("%%bash\ntouch here", "%%bash  was not run"),
        ("!wget http://example.org/weights.pt", "!wget http://example.org/weights.pt was not run"),
    ],
)
def test_shell_lines_do_nothing_and_are_noted(student: Student, source: str, note: str) -> None:
    result = student.execute(source)
    assert result.error is None
    assert result.notes == (note,)


def test_text_that_only_looks_like_a_shell_line_is_kept(student: Student) -> None:
    result = student.execute("print('''\n!pip install torch\n''')")
    assert text(result) == "\n!pip install torch\n\n"
    assert result.notes == ()


def test_colab_is_not_loaded_but_can_be_imported(student: Student) -> None:
    assert text(student.execute("import sys\n'google.colab' in sys.modules")) == "False"
    result = student.execute("from google.colab import drive, files\ndrive.mount('/content/drive')\nanswer = 1")
    assert result.error is None
    assert result.notes == ("drive.mount did nothing",)
    assert text(student.execute("answer")) == "1"
    refused = student.execute("import google.colab\ngoogle.colab.files.upload()")
    assert refused.error is not None
    assert "there is no Colab" in refused.error[1]
    assert refused.notes == ("files.upload was refused",)


def test_nobody_answers_input(student: Student) -> None:
    result = student.execute("input('your name? ')")
    assert result.error is not None
    assert result.error[0] in ("EOFError", "StdinNotImplementedError")


def test_an_object_that_cannot_be_shown_costs_its_cell_only(student: Student) -> None:
    student.execute("class Bad:\n    def __repr__(self):\n        raise RuntimeError('no')")
    student.execute("Bad()")
    assert text(student.execute("'fine'")) == "'fine'"
    mute = student.execute("class Mute(Exception):\n    def __str__(self):\n        raise ValueError\nraise Mute()")
    assert mute.error is not None
    assert text(student.execute("'fine again'")) == "'fine again'"


def test_the_surroundings_hold_nothing_of_the_graders(student: Student) -> None:
    shown = text(student.execute("import os\nprint(sorted(os.environ), os.getcwd() == os.environ['HOME'])"))
    assert "PYTEST_CURRENT_TEST" not in shown
    assert "True" in shown
    assert text(student.execute("len(os.listdir('.'))")) == "0"


def test_random_numbers_repeat_from_run_to_run(plain_server: Connection) -> None:
    source = "import random, numpy\n(random.random(), numpy.random.rand(), hash('seed'))"
    shown = set()
    for _ in range(2):
        with plain_server.start(Limits(), []) as student:
            shown.add(text(student.execute(source)))
    assert len(shown) == 1


def test_output_is_bounded(plain_server: Connection) -> None:
    with plain_server.start(Limits(output_bytes=10_000), []) as student:
        result = student.execute("for i in range(100_000):\n    print('flood', i)")
        assert result.error is None
        assert result.died is None
        assert len(text(result)) < 11_000
        assert text(student.execute("print('not shown any more')")) == ""
