"""The student's side: whatever the code does, the reply is plain and nothing leaks out."""

import random
import sys
import warnings

import numpy as np
import pytest
import torch

from autograder.checks.driver import drive
from autograder.checks.wire import decode, encode


def ask(target: object, *args: object, **step: object) -> dict:
    request = {"steps": [{"do": "call", "args": list(args), **step}], "seed": 3}
    reply = drive.answer(target, decode(encode(request)))
    return decode(encode(reply))["steps"][0]


def test_values_dtype_and_device() -> None:
    reply = ask(lambda x: x * 2, torch.ones(2, 3))
    assert torch.equal(reply["value"], torch.full((2, 3), 2.0))
    assert reply["devices"] == ["cpu"]
    assert reply["mutated"] == []


def test_the_request_decides_the_dtype() -> None:
    request = {"dtype": "float64", "steps": [{"do": "call", "args": [torch.ones(2), torch.ones(2, dtype=torch.int64)]}]}
    value = drive.answer(lambda x, i: (x, i), request)["steps"][0]["value"]
    assert [v.dtype for v in value] == [torch.float64, torch.int64]


def test_a_changed_input_is_found() -> None:
    def careless(x: torch.Tensor, rest: list) -> torch.Tensor:
        rest.append(1)
        x[0] = 9
        return x

    assert ask(careless, torch.zeros(3), [1.0])["mutated"] == ["0", "1"]


def test_gradients_and_their_absence() -> None:
    reply = ask(lambda x, w: x.detach() * w, torch.ones(3), torch.ones(3), grad=["0", "1"])
    assert reply["grads"]["0"] is None
    assert reply["grads"]["1"].shape == (3,)


def test_an_exception_is_described_with_the_students_line() -> None:
    def broken(x: torch.Tensor) -> torch.Tensor:
        return x.view(7)

    error = ask(broken, torch.zeros(3))["error"]
    assert error["type"] == "RuntimeError"
    assert "Exception" in error["mro"]
    assert error["code"] == "return x.view(7)"


@pytest.mark.parametrize("leave", [SystemExit, GeneratorExit, RecursionError, MemoryError], ids=lambda e: e.__name__)
def test_no_exception_escapes(leave: type[BaseException]) -> None:
    def gone(x: torch.Tensor) -> None:
        raise leave

    assert ask(gone, torch.zeros(1))["error"]["type"] == leave.__name__


def test_an_error_whose_message_fails_is_still_described() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError

    def raises(x: torch.Tensor) -> None:
        raise Mute

    assert "cannot be printed" in ask(raises, torch.zeros(1))["error"]["message"]


def test_printing_and_warning_are_swallowed(capfd: pytest.CaptureFixture[str]) -> None:
    def loud(x: torch.Tensor) -> torch.Tensor:
        print("loud")
        print("louder", file=sys.stderr)
        warnings.warn("loudest", stacklevel=1)
        return x

    assert "value" in ask(loud, torch.zeros(1))
    assert capfd.readouterr() == ("", "")


def test_global_state_is_put_back() -> None:
    def greedy(x: torch.Tensor) -> torch.Tensor:
        random.seed(0)
        np.random.seed(0)
        torch.manual_seed(0)
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
        return x

    random.seed(5)
    torch.manual_seed(5)
    before = random.getstate(), torch.get_rng_state()
    ask(greedy, torch.zeros(1))
    assert random.getstate() == before[0]
    assert torch.equal(torch.get_rng_state(), before[1])
    assert torch.get_default_dtype() == torch.float32
    assert torch.is_grad_enabled()


def test_objects_of_a_students_own_come_as_their_kind() -> None:
    class Equal:
        def __eq__(self, other: object) -> bool:
            return True

        def __repr__(self) -> str:
            return "1.0"

    assert ask(lambda x: Equal(), torch.zeros(1))["value"] == {"$kind": "Equal"}
    assert ask(lambda x: np.ones(2), torch.zeros(1))["value"]["$kind"] == "ndarray"
    assert ask(lambda x: np.float64(2.5), torch.zeros(1))["value"] == 2.5


def test_a_tensor_subclass_comes_without_its_class() -> None:
    class Lying(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None):
            raise AssertionError("asked")

    value = ask(lambda x: x.as_subclass(Lying), torch.ones(2))["value"]
    assert type(value) is torch.Tensor
    assert torch.equal(value, torch.ones(2))


def test_a_missing_name_is_a_reply_too() -> None:
    assert drive.answer(drive.MISSING, {"steps": []})["steps"][0]["error"]["type"] == "Missing"


def test_a_device_that_is_not_there_is_a_reply_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def init() -> None:
        raise RuntimeError("no driver")

    monkeypatch.setattr(torch.cuda, "init", init)
    reply = drive.answer(torch.abs, {"device": "cuda", "steps": [{"do": "call", "args": [torch.ones(2)]}] * 2})
    assert [step["error"]["type"] for step in reply["steps"]] == ["NoDevice"]
    assert reply["steps"][0]["error"]["message"].startswith("cuda was asked for, and there is none that works here")


def test_steps_after_an_error_are_not_run() -> None:
    request = {"steps": [{"do": "call", "args": []}, {"do": "call", "args": []}]}
    assert len(drive.answer(lambda: 1 / 0, request)["steps"]) == 1


def test_tf32_is_off_inside_and_as_found_outside() -> None:
    found = torch.backends.cudnn.allow_tf32
    inside = ask(lambda x: torch.backends.cudnn.allow_tf32, torch.zeros(1))["value"]
    assert inside is False
    assert torch.backends.cudnn.allow_tf32 is found
