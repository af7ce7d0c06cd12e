"""The C library's calls that Python does not offer, with their errors as `OSError`."""

from __future__ import annotations

import ctypes
import os
import platform

_libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWPID = 0x20000000
_CAPABILITY_VERSION_3 = 0x20080522


def is_linux() -> bool:
    """Whether this is Linux."""
    return platform.system() == "Linux"


def syscall(number: int, *args: object) -> int:
    """Make a system call by number.

    Raises:
        OSError: it failed.
    """
    result = int(_libc.syscall(ctypes.c_long(number), *args))
    if result < 0:
        raise _error(f"system call {number}")
    return result


def prctl(option: int, *args: int) -> None:
    """Change an attribute of this process.

    Raises:
        OSError: it failed.
    """
    words = [ctypes.c_ulong(arg) for arg in (*args, 0, 0, 0, 0)[:4]]
    if _libc.prctl(option, *words) != 0:
        raise _error(f"prctl {option}")


def unshare_processes() -> None:
    """Give the next child of this process a process namespace of its own.

    Raises:
        OSError: this process may not.
    """
    if _libc.unshare(_CLONE_NEWPID) != 0:
        raise _error("unshare")


def drop_capabilities() -> None:
    """Give up every capability, for good once no new privileges can be had."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    if _libc.capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise _error("capset")


def _error(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{what}: {os.strerror(number)}")
