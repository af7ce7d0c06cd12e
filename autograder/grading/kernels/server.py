"""The preloaded, single-threaded process that every submission's processes are forked from.

It imports once what notebooks import, then only forks: it never runs student code, starts no thread, opens no network
connection and creates no CUDA context. It ends when its starter and all clients have gone. A cold server imports
nothing and leaves that to each child, where importing leaves what must not be forked.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import threading
from typing import Any, NoReturn

from autograder.grading.isolation import processes
from autograder.grading.isolation.confinement import Confinement
from autograder.grading.kernels import child, figures, keeper
from autograder.grading.kernels.channel import Channel, ChannelError, Message
from autograder.grading.kernels.limits import Limits
from autograder.grading.kernels.outputs import Recorder
from autograder.grading.kernels.preload import Load, preload
from autograder.grading.kernels.shell import StudentShell, make_shell

_REQUEST_BYTES = 1 << 20


class Server:
    """Waits for requests and forks."""

    def __init__(self, starter: Channel, listener: socket.socket, shell: StudentShell, load: Load) -> None:
        self.clients = [starter]
        self.listener = listener
        self.shell = shell
        self.load = load
        self.keepers: set[int] = set()

    def serve(self) -> None:
        """Fork on request until nobody can ask any more."""
        wake, notify = socket.socketpair()
        notify.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(notify.fileno(), warn_on_full_buffer=False)
        while self.clients:
            watched: list[Channel | socket.socket] = [*self.clients, self.listener, wake]
            ready, _, _ = select.select(watched, [], [])
            if wake in ready:
                wake.recv(4096)
                self._reap()
            if self.listener in ready:
                self.clients.append(Channel(self.listener.accept()[0]))
            for client in [client for client in self.clients if client in ready]:
                try:
                    self._fork(client.receive(_REQUEST_BYTES, seconds=30, fds=2))
                except ChannelError:
                    client.close()
                    self.clients.remove(client)

    def _fork(self, message: Message) -> None:
        data, control = message.fds
        try:
            pid = os.fork()
        except OSError as error:
            Channel(socket.socket(fileno=control)).send({"failed": f"no process could be started: {error}"})
            os.close(data)
            return
        if pid == 0:
            _become_keeper(message.header, data, control, self.shell, self.load)
        self.keepers.add(pid)
        os.close(data)
        os.close(control)

    def _reap(self) -> None:
        """Collect ended keepers; whatever a keeper that was killed left behind has become ours, and ends."""
        for pid, _ in processes.reap():
            self.keepers.discard(pid)
        strangers = set(processes.children(os.getpid())) - self.keepers
        for pid in strangers:
            processes.end_tree(pid)


def _become_keeper(request: dict[str, Any], data: int, control: int, shell: StudentShell, load: Load) -> NoReturn:
    signal.set_wakeup_fd(-1)
    limits, confinement = Limits(**request["limits"]), Confinement.load(request["confinement"])

    def become_student(uid: int | None) -> NoReturn:
        child.main(data, request["work"], uid, limits, confinement, shell, load)

    def become_kernel(uid: int | None) -> NoReturn:
        from autograder.grading.kernels import ipykernel_child

        ipykernel_child.main(data, request)

    if "connection_file" in request:
        keeper.keep(control, data, None, limits, confinement, become_kernel)
    keeper.keep(control, data, request["work"], limits, confinement, become_student)


def _warm_up(shell: StudentShell) -> None:
    """Do once what every child would otherwise do first: load fonts, compile, fill caches."""
    shell.prepare(Recorder(1 << 20))
    shell.run("import matplotlib.pyplot as plt\nplt.plot([0, 1])\nprint(1)")
    shell.reset(new_session=True)
    shell.execution_count = 1
    if "autograder.checks.driver.drive" in sys.modules:
        _rehearse()


def _rehearse() -> None:
    """Answer questions as every copy will: what torch does at its first call costs more than most exercises.

    There is no backward pass among them: where there is CUDA, the first one starts threads.
    """
    import torch

    from autograder.checks import wire
    from autograder.checks.driver import drive, forbid

    x = torch.ones(1, 1, 3, 3)
    call = {"do": "call", "args": [x], "kwargs": {}, "guard": list(forbid.FAMILIES)}
    build = {"do": "build", "args": [1, 1, 1], "kwargs": {}}
    forward = {"do": "forward", "args": [x]}
    for target, steps in (
        (torch.abs, [call]),
        (torch.nn.Conv2d, [build, {"do": "graph", "shape": [1, 1, 3, 3]}, forward]),
    ):
        request = wire.decode(wire.encode({"dtype": "float32", "device": "cpu", "seed": 0, "steps": steps}))
        wire.decode(wire.encode(drive.answer(target, request)))


def main() -> None:
    """Run the server: arguments are the descriptors of its starter and of its listening socket, and its `Load`."""
    starter, listener = Channel(socket.socket(fileno=int(sys.argv[1]))), socket.socket(fileno=int(sys.argv[2]))
    sys.path[:] = [path for path in sys.path if path not in ("", "/")]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's to answer
    processes.adopt_orphans()
    os.environ["MPLBACKEND"] = figures.NAME
    modules, cold = json.loads(sys.argv[3])
    gc.disable()  # nothing that is imported becomes garbage, and looking for some takes a tenth of the time
    missing = [] if cold else preload(modules)
    shell = make_shell()
    if not cold:
        _warm_up(shell)
    threads = max(processes.thread_count(), threading.active_count())
    cuda = "torch" in sys.modules and sys.modules["torch"].cuda.is_initialized()
    if threads > 1 or cuda:
        what = f"{threads} threads{' and a CUDA context' if cuda else ''}"
        starter.send({"failed": f"preloading left {what}: forks would hang"})
    else:
        starter.send({"ready": True, "missing": missing})
        gc.collect()
        gc.freeze()
        gc.enable()
        Server(starter, listener, shell, Load(tuple(modules), cold)).serve()
    os._exit(0)  # nothing to tidy up, and tearing torch down takes its time


if __name__ == "__main__":
    main()
