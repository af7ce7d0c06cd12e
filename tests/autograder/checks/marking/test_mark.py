"""Marking: points by group, named mistakes, and marks for whatever comes back instead of a reply."""

import json

import pytest
import torch

from autograder.checks.cases import Case, Group, drawn, normal
from autograder.checks.driver import drive
from autograder.checks.driver.forbid import AUTOGRAD
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.marking import report
from autograder.checks.marking.mark import Defect, Gone, Mark, mark


def reference(x: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    if scale < 0:
        raise ValueError(f"scale must not be negative, got {scale}")
    return scale * x.cumsum(-1)


EXERCISE = Exercise(
    name="running_sum",
    reference=reference,
    groups=(
        Group(
            "sums", 2, (Case("a row", (normal(2, 5),), grad=("0",)), Case("one number", (normal(1, 1),), hidden=True))
        ),
        Group(
            "scaled",
            1,
            (Case("by 3", (drawn("integers", 2, 4),), {"scale": 3.0}), Case("refused", (normal(2),), {"scale": -1.0})),
        ),
    ),
    misconceptions=(
        Misconception("summed along the rows", lambda x, scale=1.0: scale * x.cumsum(0), "which axis?"),
        Misconception("the scale is ignored", lambda x, scale=1.0: reference(x), "what is scale for?"),
    ),
    forbids=(AUTOGRAD,),
    locate=lambda index, x, **_: f"It sums x[{index[0]}, :{index[1] + 1}].",
)


def marked(target: object, **options: object) -> Mark:
    return mark(EXERCISE, lambda request: drive.answer(target, request), seed=4, **options)


def right(x, scale=1.0):
    if scale < 0:
        raise ValueError(scale)
    out = []
    total = torch.zeros_like(x[..., 0])
    for i in range(x.shape[-1]):
        total = total + x[..., i]
        out.append(total)
    return torch.stack(out, -1) * scale


def test_a_right_answer() -> None:
    made = marked(right)
    assert (made.points, made.max_points, made.passed, made.diagnosis) == (3.0, 3.0, True, None)
    assert "everything here is right" in made.text


def test_partial_credit_by_group_and_a_name() -> None:
    made = marked(lambda x, scale=1.0: right(x))
    assert made.points == 2.0
    assert made.diagnosis == "the scale is ignored"
    assert [g.passed for g in made.groups] == [True, False]
    assert "by 3" in made.groups[1].message


def test_the_report_says_call_entry_and_place() -> None:
    made = marked(lambda x, scale=1.0: reference(x.flip(-1), scale))
    assert "Called with x = " in made.text
    assert "It sums x[0, :1]." in made.text
    assert made.html.count("<svg") == 1
    assert "<script" not in made.html


def test_names_in_messages_are_the_parameters() -> None:
    def changes(x, scale=1.0):
        result = right(x, scale)
        x.data.mul_(1.5)
        return result

    made = marked(changes)
    assert "The call changed x; inputs must stay as they are." in made.text
    assert report.named("Argument 0 after the call differs.", ["x", "scale"]) == "x after the call differs."


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (lambda x, scale=1.0: None, "nothing is returned"),
        (lambda x, scale=1.0: right(x.detach(), scale), "the result is detached"),
        (lambda x, scale=1.0: right(x, scale).detach().numpy(), "a NumPy array instead of a tensor"),
        (lambda x, scale=1.0: -reference(x, scale), "the sign is wrong"),
        (lambda x, scale=1.0: 2 * reference(x, scale), "every entry is 2 times too large"),
        (lambda x, scale=1.0: 0 * reference(x, scale), "the result stays zero"),
        (lambda x, scale=1.0: reference(x, scale).double(), "the dtype of the input is lost"),
        (lambda x, scale=1.0: scale * x.cumsum(-1), "impossible arguments are accepted"),
        (lambda x, scale=1.0: (reference(x, scale), 0), "the result comes with something else"),
        (lambda x, scale=1.0: reference(x, scale).squeeze(), "a dimension of size one is lost"),
        (lambda x, scale=1.0: reference(x, scale)[None], "dimensions of size one are left over"),
        (lambda x, scale=1.0: reference(x, scale).T, "the dimensions of the result stand in another order"),
        (lambda x, scale=1.0: reference(x, scale)[:1], "only the first sample of the batch is there"),
        (lambda x, scale=1.0: reference(x, scale) * x.shape[-1], "all entries of a result are off by the same factor"),
        (lambda x, scale=0.0: reference(x, scale) + (scale == 0), "it goes wrong where scale is not given"),
        (lambda x, factor=1.0: reference(x, factor), "the function cannot be called as the exercise says"),
        (lambda x, scale=1.0: reference(y, scale), "a name is used that does not exist there"),  # noqa: F821
        (lambda x, scale=1.0: reference(x, scale) + x.T, "the shapes of two tensors do not fit together"),
        (lambda x, scale=1.0: x[9], "an index runs past the end"),
    ],
)
def test_general_patterns_are_named(answer: object, name: str) -> None:
    assert marked(answer).diagnosis == name


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_kept_between_calls_is_found(seed: int) -> None:
    results: dict[tuple[object, ...], torch.Tensor] = {}

    def remembers(x, scale=1.0):
        return results.setdefault((x.shape, scale), right(x, scale))

    made = mark(EXERCISE, lambda request: drive.answer(remembers, request), seed=seed)
    assert made.points == 1.0
    assert made.diagnosis == "something is kept from an earlier call"
    assert "called again with other numbers" in made.text


def test_a_forbidden_call_costs_everything_and_is_named() -> None:
    def cheat(x, scale=1.0):
        y = x.detach().clone().requires_grad_()
        (y.sum() * 0).backward()
        return right(x, scale)

    made = marked(cheat)
    assert made.points == 0
    assert made.diagnosis is not None
    assert made.diagnosis.startswith("a forbidden call: autograd")


def test_every_case_is_watched_and_how_a_forbidden_call_fails_is_left_out() -> None:
    def in_one_case(x, scale=1.0):
        if scale < 0:
            raise RuntimeError("not the error asked for")
        if x.shape == (1, 1):  # the second case of its group
            x.detach().clone().requires_grad_().sum().backward()
        return right(x, scale)

    made = marked(in_one_case)
    assert (made.points, made.passed) == (0.0, False)
    assert "A forbidden call: autograd" in made.text
    assert "looks like" not in made.text
    assert "RuntimeError" not in made.text + made.html


def test_a_blank_is_not_attempted_but_a_later_blank_is() -> None:
    def blank(x, scale=1.0):
        raise NotImplementedError

    def half(x, scale=1.0):
        if scale != 1.0:
            raise NotImplementedError
        return right(x)

    assert not marked(blank).attempted
    assert marked(half).attempted
    assert marked(half).points == 2.0
    assert not marked(drive.MISSING).attempted


def test_a_lost_kernel_is_a_zero_with_its_reason_and_is_not_asked_forever() -> None:
    asked = []

    def ask(request):
        asked.append(request)
        raise Gone("no answer within 3 seconds")

    made = mark(EXERCISE, ask, seed=1)
    assert made.points == 0
    assert made.attempted
    assert "no answer within 3 seconds" in made.text
    assert len(asked) == 2


@pytest.mark.parametrize(
    "reply", [{}, [], None, {"steps": []}, {"steps": [3]}, {"steps": [{"value": 1.0}]}, {"points": 3, "passed": True}]
)
def test_a_forged_reply_earns_nothing(reply: object) -> None:
    made = mark(EXERCISE, lambda request: reply, seed=1)
    assert made.points == 0
    assert not made.passed


def test_half_a_kernel_keeps_the_other_group() -> None:
    def ask(request):
        if "scale" in request["steps"][0]["kwargs"]:
            raise Gone("it died")
        return drive.answer(right, request)

    assert mark(EXERCISE, ask, seed=1).points == 2.0


def test_seeds_change_numbers_and_nothing_else() -> None:
    sent = []

    def ask(request):
        sent.append(request["steps"][0]["args"][0])
        return drive.answer(right, request)

    for seed in (1, 2, 1):
        mark(EXERCISE, ask, seed=seed)
    first, second, third = sent[:: len(sent) // 3]
    assert first.shape == second.shape
    assert not torch.equal(first, second)
    assert torch.equal(first, third)


def test_a_request_says_nothing_about_the_case() -> None:
    request = EXERCISE.groups[0].cases[0].request(3, "cpu", ())
    assert "a row" not in str(request)
    assert set(request) == {"dtype", "device", "seed", "steps"}


def test_the_record_is_json() -> None:
    text = json.dumps(marked(lambda x, scale=1.0: right(x)).record())
    assert json.loads(text)["diagnosis"] == "the scale is ignored"


def test_a_reference_that_fails_gives_no_points_to_anybody() -> None:
    def broken(x: torch.Tensor) -> torch.Tensor:
        raise MemoryError("no memory left")

    exercise = Exercise("broken", broken, (Group("all", 1, (Case("any", (normal(2),)),)),))
    with pytest.raises(Defect, match="the reference failed on cpu with MemoryError"):
        mark(exercise, lambda request: drive.answer(broken, request), seed=1)
