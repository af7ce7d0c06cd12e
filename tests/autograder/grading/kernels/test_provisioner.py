"""Forked Jupyter kernels."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient import NotebookClient

from autograder.errors import AutograderError
from autograder.grading.kernels import provisioner
from autograder.grading.kernels.channel import pair
from autograder.grading.kernels.provisioner import ForkedProcess, ForkProvisioner, _ipykernel_arguments, _Source


def executed(folder: Path) -> nbformat.NotebookNode:
    sources = ["import os, sys\nx = 6", "x * 7", "os.getcwd()"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = NotebookClient(notebook, kernel_name="python3", timeout=120, resources={"metadata": {"path": str(folder)}})
    return client.execute()


def shown(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.outputs[0].data["text/plain"] for cell in notebook.cells[1:]]


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "autograder-fork")
    monkeypatch.setattr(provisioner, "PRELOAD", ("ipykernel.kernelapp", "ipykernel.zmqshell"))
    KernelProvisionerFactory.clear_instance()  # one for the whole process, and it reads the variable only once
    yield
    KernelProvisionerFactory.clear_instance()


def test_a_message_that_arrives_in_pieces_is_read_whole() -> None:
    sender, wire = pair()
    sender.send({"ended": "it came to its end", "status": 256})
    message = wire.recv(1 << 16)
    control, keeper = pair()
    process = ForkedProcess(control, pid=1)
    assert process.poll() is None
    keeper.sendall(message[:11])
    rest = threading.Timer(0.1, keeper.sendall, [message[11:]])
    rest.start()
    assert process.poll() == 1
    rest.join()
    for end in (sender, wire, keeper):
        end.close()


@pytest.mark.usefixtures("chosen")
def test_a_notebook_runs_in_a_forked_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forked: list[Any] = []
    fork = ForkProvisioner._fork
    monkeypatch.setattr(ForkProvisioner, "_fork", lambda self, *args: (fork(self, *args), forked.append(self.process)))
    assert shown(executed(tmp_path)) == ["42", repr(str(tmp_path))]
    (process,) = forked
    assert process.wait(60) is not None
    assert tmp_path.exists()


@pytest.mark.usefixtures("chosen")
def test_without_a_server_the_kernel_starts_as_usual_and_the_log_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_server() -> None:
        raise AutograderError("the kernel server did not start")

    monkeypatch.setattr(_Source, "connect", no_server)
    with caplog.at_level(logging.WARNING):
        assert shown(executed(tmp_path))[0] == "42"
    assert "the slow way, because the kernel server did not start" in caplog.text


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["python", "-m", "ipykernel_launcher", "-f", "c.json", "--quiet"], ("c.json", ["--quiet"])),
        (["julia", "kernel.jl", "-f", "c.json"], None),
        (["python", "-m", "ipykernel_launcher"], None),
    ],
)
def test_only_ipykernels_are_forked(command: list[str], expected: object) -> None:
    assert _ipykernel_arguments(command) == expected
