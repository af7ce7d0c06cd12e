"""Ask before showing, and keep prose honest: predictions that answer back, and numbers checked where they are stated.

Everything here is plain HTML with `<details>`: it works in a saved page, without scripts and without a kernel. A cell
that holds nothing but `predict(…)` or `erratum(…)` is built as prose, so that the source does not give the answer away.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from IPython.display import display

_BOX = "border-left:5px solid {edge};background:{face};color:#222;padding:10px 16px;margin:10px 0;border-radius:4px"
_QUESTION = _BOX.format(edge="#B0478E", face="#FBF3F8")
_ERRATUM = _BOX.format(edge="#D55E00", face="#FDF3EC")
_REPLY = "padding:4px 0 6px 1.4em;color:#222"


@dataclass(frozen=True)
class Prediction:
    """A question to answer before looking: choices that answer back when opened, or one collapsed answer.

    Attributes:
        question: The question; may hold simple HTML (<b>, <code>, <i>).
        choices: Each choice with the reply to whoever chose it; simple HTML as well.
        answer: The right choice, or, without choices, the answer itself.
    """

    question: str
    choices: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""

    def __post_init__(self) -> None:
        """Refuse a question nobody could answer."""
        if not self.answer:
            raise ValueError(f"predict: {self.question!r} has no answer; give answer=…")
        if self.choices and self.answer not in self.choices:
            raise ValueError(f"predict: answer {self.answer!r}, expected one of the choices {list(self.choices)}")

    def reply(self, choice: str) -> str:
        """Return what somebody who chose `choice` reads, as HTML."""
        verdict = "<b>Yes.</b>" if choice == self.answer else "<b>No.</b>"
        return f"{verdict} {self.choices[choice]}"

    def html(self) -> str:
        """Return the question with everything collapsed."""
        head = f'<div><b style="color:#B0478E">Predict first.</b> {self.question}</div>'
        if not self.choices:
            return f'<div style="{_QUESTION}">{head}{_collapsed("Answer", self.answer)}</div>'
        options = "".join(_collapsed(choice, self.reply(choice)) for choice in self.choices)
        ask = '<div style="font-size:90%;color:#666">Open your choice.</div>'
        return f'<div style="{_QUESTION}">{head}{ask}{options}</div>'


def _collapsed(summary: str, inside: str) -> str:
    return (
        f'<details style="margin-top:4px"><summary style="cursor:pointer">{summary}</summary>'
        f'<div style="{_REPLY}">{inside}</div></details>'
    )


def predict(question: str, choices: Mapping[str, str] | None = None, *, answer: str) -> None:
    """Ask for a prediction.

    Args:
        question: What to predict.
        choices: Each choice with the reply to whoever chose it (why it is right, or what idea it comes from).
        answer: The right choice; without choices, the text of the collapsed answer.

    Raises:
        ValueError: When the answer is empty or none of the choices.
    """
    prediction = _prediction(question, choices, answer=answer)
    display({"text/html": prediction.html(), "text/plain": f"Predict first. {question}"}, raw=True)


def _prediction(question: str, choices: Mapping[str, str] | None = None, *, answer: str) -> Prediction:
    return Prediction(question, choices or {}, answer)


def erratum(text: str) -> None:
    """Show a box that corrects a source; `text` may hold simple HTML."""
    display({"text/html": _erratum_html(text), "text/plain": f"Erratum. {text}"}, raw=True)


def _erratum_html(text: str) -> str:
    return f'<div style="{_ERRATUM}"><b style="color:#D55E00">Erratum.</b> {text}</div>'


def as_markdown(source: str) -> str | None:
    """Return what a cell of nothing but `predict(…)` or `erratum(…)` shows, as Markdown; None for any other cell.

    Args:
        source: The cell's code.

    Raises:
        ValueError: When an argument is not written out (it would have to be computed), or the question is unusable.
    """
    body = ast.parse(source).body if source.lstrip().startswith(("predict(", "erratum(")) else []
    if len(body) != 1 or not isinstance(body[0], ast.Expr) or not isinstance(body[0].value, ast.Call):
        return None
    call = body[0].value
    try:
        arguments = [ast.literal_eval(part) for part in call.args]
        named = {part.arg: ast.literal_eval(part.value) for part in call.keywords if part.arg}
    except ValueError:
        raise ValueError("predict, erratum: every argument must be a literal; write the text out") from None
    if isinstance(call.func, ast.Name) and call.func.id == "erratum":
        return _erratum_html(*arguments, **named)
    return _prediction(*arguments, **named).html()


def stated(what: str, value: float, expected: float, *, digits: int = 0) -> None:
    """Check that a number the text states is the number that comes out, and print it.

    Args:
        what: What the number is.
        value: The number as computed.
        expected: The number as the text gives it.
        digits: Digits after the point that the text gives.

    Raises:
        AssertionError: When the computed number, rounded to those digits, is not the stated one.
    """
    number = float(value)
    written = f"{round(number, digits) + 0.0:,.{digits}f}" if math.isfinite(number) else str(number)  # + 0.0: no "−0"
    wanted = f"{float(expected):,.{digits}f}"
    if written != wanted:
        raise AssertionError(f"{what}: the text says {wanted}, the computation gives {number!r}; mend one of them")
    print(f"✓ {what}: {written}")
