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

Make = Callable[[Notebook], bytes]


@dataclass(frozen=True)
class Person:
    """One submission of the demo class.

    Attributes:
        name: the student's.
        story: what happened to the file.
        make: the file's bytes, from the released notebook.
        lost: exercises that lose points; None for a file that cannot be graded.
        file: the name of the uploaded file.
        late: whether the platform marked it late.
        needs_person: whether somebody has to look at it.
        honest: whether stock nbgrader must give the same points.
    """

    name: str
    story: str
    make: Make
    lost: tuple[str, ...] | None = ()
    file: str = f"{UNIT}.ipynb"
    late: bool = False
    needs_person: bool = False
    honest: bool = False


def _plain(style: str, *mistakes: str, only: tuple[str, ...] | None = None, written: str = WRITTEN) -> Make:
    return lambda release: notebooks.as_bytes(notebooks.filled(release, answers(style, *mistakes, only=only), written))


def _colab(release: Notebook) -> bytes:
    return notebooks.as_bytes(notebooks.saved_by_colab(notebooks.filled(release, answers("windows"), WRITTEN)))


def _renamed_copy(release: Notebook) -> bytes:
    return notebooks.as_bytes(notebooks.filled(release, notebooks.renamed(answers("products")), WRITTEN))


def _cell_twice(release: Notebook) -> bytes:
    full = notebooks.filled(release, answers("loops"), WRITTEN)
    return notebooks.as_bytes(notebooks.with_a_cell_twice(full, "conv2d"))


def _stripped(release: Notebook) -> bytes:
    return notebooks.as_bytes(notebooks.without_metadata(notebooks.filled(release, answers("windows"), WRITTEN)))


def _boast(release: Notebook) -> bytes:
    full = notebooks.filled(release, answers("loops", "conv2d_single.flipped"), WRITTEN)
    claim = "def check(name, answer, **anything):\n    print('score: 100 of 100')\n    return 100.0"
    return notebooks.as_bytes(notebooks.with_playground(full, "make_kernel", claim))


def _cut_off(release: Notebook) -> bytes:
    whole = notebooks.as_bytes(notebooks.filled(release, answers("loops"), WRITTEN))
    return whole[: len(whole) // 2]


_ALL = tuple(answers("loops"))
_TWO = ("make_kernel", "conv2d_single")

CLASS = (
    Person("Amara Okafor", "all right, in plain loops", _plain("loops"), honest=True),
    Person(
        "Bruno Keller", "all right, with unfold and einsum; handed in late", _plain("windows"), late=True, honest=True
    ),
    Person(
        "Chiara Romano",
        "all right, moving the image instead of the window; prints and warns",
        _plain("products", "conv2d_single.noisy"),
        honest=True,
    ),
    Person(
        "Dmitri Volkov",
        "partly done: two exercises right, conv2d without dilation and groups, the rest blank",
        _plain("loops", "conv2d.no_dilation_no_groups", only=_TWO, written=""),
        lost=_ALL[2:],
        honest=True,
    ),
    Person("Elif Demir", "untouched", _plain("loops", only=(), written=""), lost=_ALL, honest=True),
    Person(
        "Farah Haddad",
        "flips the kernel",
        _plain("loops", "conv2d_single.flipped"),
        lost=("conv2d_single",),
        honest=True,
    ),
    Person(
        "Gabriel Nowak", "adds the bias once per channel", _plain("loops", "conv2d.bias_in_the_loop"), lost=("conv2d",)
    ),
    Person(
        "Hana Sato",
        "windows flattened in another order, so the product that uses them is wrong too",
        _plain("loops", "im2col.channels_fastest"),
        lost=("im2col", "conv2d_im2col"),
    ),
    Person(
        "Ivan Petrov",
        "gradients overwrite each other",
        _plain("windows", "conv2d_backward.overwrites"),
        lost=("conv2d_backward",),
    ),
    Person(
        "Jonas Weber", "a blur that brightens", _plain("windows", "make_kernel.blur_too_bright"), lost=("make_kernel",)
    ),
    Person("Katya Lind", "all right, saved by Colab with its shell and Drive lines", _colab),
    Person(
        "Leo Martin",
        "Chiara's answers under other names, as 'Copy of …'",
        _renamed_copy,
        file=f"Copy of {UNIT} (2).ipynb",
    ),
    Person("Mina Rahimi", "all right, with one graded cell twice", _cell_twice),
    Person("Nils Berg", "all right, but every cell has lost its metadata", _stripped),
    Person(
        "Olga Ferreira",
        "a loop that never ends",
        _plain("windows", "locally_connected2d.endless"),
        lost=("locally_connected2d",),
    ),
    Person("Pablo Ruiz", "a file that ends in the middle", _cut_off, lost=None, needs_person=True),
    Person(
        "Quinn Adler", "calls the library's convolution", _plain("windows", "conv2d.library_call"), lost=("conv2d",)
    ),
    Person(
        "Rosa Klein",
        "replaces check() by one that claims 100 points; flips the kernel",
        _boast,
        lost=("conv2d_single",),
    ),
)
