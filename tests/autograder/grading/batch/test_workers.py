"""Every job comes back once, whatever its worker does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import AutograderError
from autograder.grading.batch.nursery import Job, Nursery
from autograder.grading.batch.workers import Outcome, Pool

TOY = [sys.executable, str(Path(__file__).with_name("toy_worker.py"))]
REPOSITORY = Path(__file__).parents[4]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(REPOSITORY)}


def pool(count: int = 2, limit_s: float = 60, place: dict[str, Any] | None = None, **greeting: Any) -> Pool:
    return Pool(Nursery(TOY, place or {}, ENVIRONMENT), greeting, count=count, limit_s=limit_s)


def by_key(outcomes: list[Outcome]) -> dict[str, Outcome]:
    keys = [outcome.key for outcome in outcomes]
    assert len(set(keys)) == len(keys), "a job came back twice"
    return {outcome.key: outcome for outcome in outcomes}


def jobs(**what: str) -> list[Job]:
    return [Job(key, {"do": do}) for key, do in what.items()]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def wait_until_gone(pid: int) -> None:
    for _ in range(600):
        try:
            if not is_running(pid):
                return
        except FileNotFoundError:
            return
        time.sleep(0.1)
    raise AssertionError(f"process {pid} is still there")


def test_jobs_are_answered_and_prints_do_not_reach_the_answers() -> None:
    outcomes = by_key(list(pool().run([Job(str(n), {"do": "answer"}) for n in range(25)])))
    assert sorted(outcomes, key=int) == [str(n) for n in range(25)]
    assert all(outcome.reply and outcome.reply["did"] == "answer" for outcome in outcomes.values())
    assert len({outcome.reply["pid"] for outcome in outcomes.values() if outcome.reply}) == 2


def test_a_job_that_kills_its_workers_is_given_up_with_a_reason_and_no_other_is() -> None:
    outcomes = by_key(list(pool().run(jobs(a="answer", b="die", c="answer", d="answer", e="answer"))))
    assert outcomes["b"].reply is None
    assert outcomes["b"].reason == "its worker was killed by signal 9, 2 times"
    assert all(outcomes[key].reply for key in "acde")


def test_a_job_whose_worker_died_once_is_tried_again(tmp_path: Path) -> None:
    mark = tmp_path / "attempts"
    unlucky = Job("b", {"do": "die once", "mark": str(mark)})
    outcomes = by_key(list(pool(1).run([*jobs(a="answer"), unlucky, *jobs(c="answer")])))
    assert all(outcome.reply for outcome in outcomes.values())
    assert len(set(mark.read_text().split())) == 2
    assert unlucky.deaths == ["its worker ended with code 7 (student code prints where it likes)"]


def test_a_nursery_that_is_killed_is_replaced_and_its_workers_go_on() -> None:
    running = pool()
    outcomes = running.run([*jobs(a="answer", b="answer", c="die"), *(Job(str(n), {"do": "answer"}) for n in range(9))])
    first = next(outcomes)
    running._nursery.kill()
    found = by_key([first, *outcomes])
    assert len(found) == 12
    assert found.pop("c").reason.endswith(", 2 times")
    assert all(outcome.reply for outcome in found.values())


def test_a_job_that_never_ends_is_ended() -> None:
    outcomes = by_key(list(pool(1, limit_s=0.2).run(jobs(a="hang", b="answer"))))
    assert outcomes["a"].reason == "grading it took longer than 0.2 s, 2 times"
    assert outcomes["b"].reply


def test_workers_that_cannot_start_are_an_error_with_their_last_words() -> None:
    with pytest.raises(AutograderError, match=r"no worker could be started: .*no torch here"):
        list(pool(place={"refuse": True}).run(jobs(a="answer")))
    with pytest.raises(AutograderError, match=r"no worker could be started: .*no server here"):
        list(pool(refuse=True).run(jobs(a="answer")))


def test_leaving_early_leaves_no_worker() -> None:
    running = pool()
    outcomes = running.run(jobs(a="answer", b="hang", c="answer"))
    next(outcomes)
    pids = [worker.pid for worker in running.workers if worker.ready]
    outcomes.close()
    assert pids
    assert not any(is_running(pid) for pid in pids)


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "pids"
    program = (
        "from autograder.grading.batch.nursery import Job, Nursery\nfrom autograder.grading.batch.workers import Pool\n"
        f"hanging = Job('a', {{'do': 'hang', 'mark': {str(mark)!r}}})\n"
        f"list(Pool(Nursery({TOY!r}, {{}}), {{}}, count=1, limit_s=600).run([hanging]))"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], env=ENVIRONMENT)
    for _ in range(600):
        if mark.exists() and mark.read_text().endswith("\n"):
            break
        time.sleep(0.1)
    worker = int(mark.read_text())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_until_gone(worker)
