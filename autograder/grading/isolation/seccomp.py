"""A system-call filter: what no notebook needs fails with "not permitted" inside the kernel.

The filter is classic BPF, built here from a list of names, for the two processors whose call numbers are listed.
Reference: https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Iterable

from autograder.grading.isolation import system

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL_PROCESS, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_NEW_NAMESPACES = 0x7E020080  # the CLONE_NEW* flags
_SOCK_STREAM, _TIOCSTI = 1, 0x5412
_F_SETOWN, _F_SETSIG, _F_SETOWN_EX = 8, 10, 15

# name: (x86-64, aarch64); None where the processor has no such call
_FORBIDDEN: dict[str, tuple[int | None, int | None]] = {
    # talking to anything outside
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    # running programs
    "execve": (59, 221), "execveat": (322, 281),
    # looking into, or acting on, other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "pidfd_getfd": (438, 438), "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "tkill": (200, 130), "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274), "sched_setparam": (142, 118), "move_pages": (279, 239), "migrate_pages": (256, 238),
    "perf_event_open": (298, 241),
    # memory and messages that no limit counts
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "msgget": (68, 186),
    "semget": (64, 190), "mq_open": (240, 180), "userfaultfd": (323, 282),
    # the kernel's own doors
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "setns": (308, 268), "unshare": (272, 97), "bpf": (321, 280), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89),
    "syslog": (103, 116), "quotactl": (179, 60), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "adjtimex": (159, 171), "sethostname": (170, 161), "setdomainname": (171, 162),
    "iopl": (172, None), "ioperm": (173, None), "personality": (135, 92), "modify_ldt": (154, None),
}  # fmt: skip
_CHECKED: dict[str, tuple[int, int]] = {
    "kill": (62, 129), "tgkill": (234, 131), "clone": (56, 220), "clone3": (435, 435), "socketpair": (53, 199),
    "prlimit64": (302, 261), "fcntl": (72, 25), "ioctl": (16, 29),
}  # fmt: skip
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


def available() -> bool:
    """Whether filters for this processor can be built and this kernel takes them (tried by `ladder`)."""
    return system.is_linux() and platform.machine() in _MACHINES


def student_filter(pid: int) -> bytes:
    """The filter for a student's process.

    Args:
        pid: its own process id: the only process it may signal.
    """
    fail = _fail(errno.EPERM)
    program = [*_prologue(), *_deny(column[_machine()] for column in _FORBIDDEN.values())]
    program += _call("clone3", _fail(errno.ENOSYS))  # its flags lie in memory; the C library then takes clone
    program += _call("clone", (_LOAD, 0, 0, _ARGUMENTS_AT), (_JUMP_ANY_BIT, 0, 1, _NEW_NAMESPACES), fail)
    for name in ("kill", "tgkill"):
        program += _call(name, _argument(0), (_JUMP_EQUAL, 1, 0, pid), fail)
    program += _call("prlimit64", _argument(0), (_JUMP_EQUAL, 1, 0, 0), fail)
    program += _call("socketpair", _argument(1), (_AND, 0, 0, 0xF), (_JUMP_EQUAL, 1, 0, _SOCK_STREAM), fail)
    program += _call("ioctl", _argument(1), (_JUMP_EQUAL, 0, 1, _TIOCSTI), fail)
    for command in (_F_SETOWN, _F_SETSIG, _F_SETOWN_EX):
        program += _call("fcntl", _argument(1), (_JUMP_EQUAL, 0, 1, command), fail)
    return _assemble([*program, (_RETURN, 0, 0, _ALLOW)])


def no_signals_filter() -> bytes:
    """The filter that forbids every signal, on top of the other one."""
    numbers = [_CHECKED[name][_machine()] for name in ("kill", "tgkill")]
    return _assemble([*_prologue(), *_deny(numbers), (_RETURN, 0, 0, _ALLOW)])


def install(program: bytes) -> None:
    """Put a filter on this process, for good.

    Raises:
        OSError: the kernel refused.
    """
    buffer = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer)))
    system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)
    system.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(head))


def _machine() -> int:
    return _MACHINES[platform.machine()][0]


def _prologue() -> list[_Instruction]:
    """Refuse foreign calling conventions, whose numbers mean other calls, and leave the call's number loaded."""
    checks = [(_LOAD, 0, 0, _ARCHITECTURE_AT), (_JUMP_EQUAL, 1, 0, _MACHINES[platform.machine()][1])]
    checks += [(_RETURN, 0, 0, _KILL_PROCESS), (_LOAD, 0, 0, _NUMBER_AT)]
    return [*checks, (_JUMP_GREATER_EQUAL, 0, 1, 0x40000000), _fail(errno.ENOSYS)]


def _deny(numbers: Iterable[int | None]) -> list[_Instruction]:
    found = sorted(number for number in numbers if number is not None)
    return [step for number in found for step in ((_JUMP_EQUAL, 0, 1, number), _fail(errno.EPERM))]


def _call(name: str, *body: _Instruction) -> list[_Instruction]:
    """Instructions for one call; those after it find the call's number loaded again."""
    skip = len(body) + 1
    return [(_JUMP_EQUAL, 0, skip, _CHECKED[name][_machine()]), *body, (_LOAD, 0, 0, _NUMBER_AT)]


def _argument(index: int) -> _Instruction:
    """Load the lower half of an argument."""
    return (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * index)


def _fail(number: int) -> _Instruction:
    return (_RETURN, 0, 0, _FAIL | number)


def _assemble(program: list[_Instruction]) -> bytes:
    return b"".join(struct.pack("=HBBI", *step) for step in program)
