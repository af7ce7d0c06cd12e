"""Asking the functions of a notebook."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from autograder.checks import wire
from autograder.grading.kernels.client import Connection
from autograder.grading.kernels.limits import Limits
from autograder.grading.kernels.student import Died, Questions, Student

CELL = """
import os
calls = []

def add(a, b):
    return a + b

def remember(x):
    calls.append(x)
    return len(calls)

def poison(x):
    global add
    add = None
    os.environ['POISONED'] = '1'
    return x

def poisoned(x):
    return 'POISONED' in os.environ

def die(x):
    os._exit(9)

def hang(x):
    while True: pass

def kill_parent(x):
    os.kill(os.getppid(), 9)
    return x

def flood(x):
    import torch
    return torch.zeros(10_000_000)

def leave_a_daemon(x):
    import time
    if os.fork() == 0:
        os.setsid()
        time.sleep(10_000)
    return x
"""


@pytest.fixture(scope="module")
def student(plain_server: Connection) -> Iterator[Student]:
    with plain_server.start(Limits(reply_bytes=1 << 20, ask_seconds=60), []) as student:
        assert student.execute(CELL).error is None
        yield student


def call(questions: Questions, name: str, *args: object, seconds: float | None = None) -> object:
    request = {"steps": [{"do": "call", "args": list(args)}]}
    (step,) = wire.decode(questions.ask(name, wire.encode(request), seconds))["steps"]
    return step["error"]["type"] if "error" in step else step["value"]


def test_functions_answer_with_values_and_errors(student: Student) -> None:
    with student.questions() as questions:
        assert call(questions, "add", 2, 3) == 5
        assert call(questions, "add", 2, "3") == "TypeError"
        assert call(questions, "add", 4, 5) == 9
        assert call(questions, "not_there", 1) == "Missing"


def test_every_exercise_meets_the_state_after_the_last_cell(student: Student) -> None:
    for _ in range(2):
        with student.questions() as questions:
            assert [call(questions, "remember", 1) for _ in range(2)] == [1, 2]
    with student.questions() as questions:
        assert call(questions, "poison", 1) == 1
        assert call(questions, "poisoned", 1) is True
    with student.questions() as questions:
        assert call(questions, "poisoned", 1) is False
        assert call(questions, "add", 1, 1) == 2


@pytest.mark.parametrize(
    ("name", "reason"),
    [("die", "the process ended while it answered"), ("flood", "bytes where at most 1,048,576 are read")],
)
def test_a_death_costs_its_exercise_only(student: Student, name: str, reason: str) -> None:
    with student.questions() as questions, pytest.raises(Died, match=reason):
        call(questions, name, 1)
    with student.questions() as questions:
        assert call(questions, "add", 1, 1) == 2


def test_a_hang_costs_its_exercise_only(student: Student) -> None:
    with student.questions() as questions, pytest.raises(Died, match=r"no answer within 0.5 s"):
        call(questions, "hang", 1, seconds=0.5)
    with student.questions() as questions:
        assert call(questions, "add", 1, 1) == 2


def test_what_an_exercise_started_ends_with_it(student: Student) -> None:
    with student.questions() as questions:
        assert call(questions, "leave_a_daemon", 7) == 7
    counted = student.execute("len(open(f'/proc/self/task/{os.getpid()}/children').read().split())")
    if counted.error is None:  # Linux
        assert counted.outputs[0]["data"]["text/plain"] == "0"


def test_a_process_that_is_killed_by_its_copy_is_said_to_be_dead(plain_server: Connection) -> None:
    with plain_server.start(Limits(), []) as student:
        student.execute(CELL)
        # A copy dies with its parent: its answer is out by then, or it is not.
        with student.questions() as questions, contextlib.suppress(Died):
            call(questions, "kill_parent", 1)
        with pytest.raises(Died, match="killed by SIGKILL"), student.questions():
            pass
        assert not student.alive
    assert student.survivors == 0
