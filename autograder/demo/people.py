"""Who is in the demo class, what happened to their file, and what the grader should make of it.

Guarantees: together they show every shape of submission that grading has to survive; each says in words what to expect,
and the tests hold the grader to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.demo import notebooks
from autograder.demo.bank import UNIT, WRITTEN, answers
from autograder.demo.notebooks import Notebook

Change = Callable[[Notebook], Notebook]


@dataclass(frozen=True)
class Person:
    """One submission of the demo class.

    Attributes:
        name: the student's.
        story: what happened to the file.
        change: the notebook that was handed in, from the released one.
        cut_off: whether the upload broke off half-way.
        lost: exercises that lose points; None for a file that cannot be graded.
        file: the name of the uploaded file.
        late: whether the platform marked it late.
        needs_person: whether somebody has to look at it.
        honest: whether stock nbgrader must give the same points.
    """

    name: str
    story: str
    change: Change
    lost: tuple[str, ...] | None = ()
    file: str = f"{UNIT}.ipynb"
    late: bool = False
    needs_person: bool = False
    honest: bool = False
    cut_off: bool = False

    def upload(self, release: Notebook) -> bytes:
        """The bytes of the uploaded file."""
        whole = notebooks.as_bytes(self.change(release))
        return whole[: len(whole) // 2] if self.cut_off else whole


def _as(author: int, style: str, *mistakes: str, only: tuple[str, ...] | None = None, written: str = WRITTEN) -> Change:
    """A filled-in notebook, as a change of the released one."""
    return lambda release: notebooks.filled(release, answers(style, *mistakes, only=only, author=author), written)


def _cell_twice(release: Notebook) -> Notebook:
    return notebooks.with_a_cell_twice(_as(13, "loops")(release), "conv2d")


def _boast(release: Notebook) -> Notebook:
    claim = "def check(name, answer, **anything):\n    print('score: 100 of 100')\n    return 100.0"
    return notebooks.with_playground(_as(18, "loops", "conv2d_single.flipped")(release), "make_kernel", claim)


_ALL = tuple(answers("loops"))
_TWO = ("make_kernel", "conv2d_single")

CLASS = (
    Person("Amara Okafor", "all right, in plain loops", _as(1, "loops"), honest=True),
    Person(
        "Bruno Keller", "all right, with unfold and einsum; handed in late", _as(2, "windows"), late=True, honest=True
    ),
    Person(
        "Chiara Romano",
        "all right, moving the image instead of the window; prints and warns",
        _as(3, "products", "conv2d_single.noisy"),
        honest=True,
    ),
    Person(
        "Dmitri Volkov",
        "partly done: two exercises right, conv2d without dilation and groups, the rest blank",
        _as(4, "loops", "conv2d.no_dilation_no_groups", only=_TWO, written=""),
        lost=_ALL[2:],
        honest=True,
    ),
    Person("Elif Demir", "untouched", _as(5, "loops", only=(), written=""), lost=_ALL, honest=True),
    Person(
        "Farah Haddad",
        "flips the kernel",
        _as(6, "loops", "conv2d_single.flipped"),
        lost=("conv2d_single",),
        honest=True,
    ),
    Person(
        "Gabriel Nowak", "adds the bias once per channel", _as(7, "loops", "conv2d.bias_in_the_loop"), lost=("conv2d",)
    ),
    Person(
        "Hana Sato",
        "windows flattened in another order, so the product that uses them is wrong too",
        _as(8, "loops", "im2col.channels_fastest"),
        lost=("im2col", "conv2d_im2col"),
    ),
    Person(
        "Ivan Petrov",
        "gradients overwrite each other",
        _as(9, "windows", "conv2d_backward.overwrites"),
        lost=("conv2d_backward",),
    ),
    Person(
        "Jonas Weber", "a blur that brightens", _as(10, "windows", "make_kernel.blur_too_bright"), lost=("make_kernel",)
    ),
    Person(
        "Katya Lind",
        "all right, saved by Colab with its shell and Drive lines",
        lambda release: notebooks.saved_by_colab(_as(11, "windows")(release)),
    ),
    Person(
        "Leo Martin",
        "Chiara's answers under other names, as 'Copy of …'",
        _as(12, "products"),
        file=f"Copy of {UNIT} (2).ipynb",
    ),
    Person("Mina Rahimi", "all right, with one graded cell twice", _cell_twice),
    Person(
        "Nils Berg",
        "all right, but every cell has lost its metadata",
        lambda release: notebooks.without_metadata(_as(14, "windows")(release)),
        needs_person=True,
    ),
    Person(
        "Olga Ferreira",
        "a loop that never ends",
        _as(15, "windows", "locally_connected2d.endless"),
        lost=("locally_connected2d",),
    ),
    Person(
        "Pablo Ruiz", "a file that ends in the middle", _as(16, "loops"), lost=None, needs_person=True, cut_off=True
    ),
    Person(
        "Quinn Adler", "calls the library's convolution", _as(17, "windows", "conv2d.library_call"), lost=("conv2d",)
    ),
    Person(
        "Rosa Klein",
        "replaces check() by one that claims 100 points; flips the kernel",
        _boast,
        lost=("conv2d_single",),
    ),
)
