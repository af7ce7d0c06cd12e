"""Bubblewrap: the server sees a file system of its own, with Python in it and nothing else, and no network."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.grading.isolation.confinement import Confinement

_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin")
_LARGE_PAGES = "/sys/kernel/mm/transparent_hugepage"  # malloc looks there whether the system has them
_SYSTEM_FILES = ("/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", _LARGE_PAGES)
_NAMESPACES = ("--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
# What the server needs to make users and process namespaces; every child gives all of it up.
_CAPABILITIES = ("SYS_ADMIN", "SETUID", "SETGID", "CHOWN", "KILL", "DAC_OVERRIDE", "SYS_PTRACE", "SYS_RESOURCE")


def command(inner: list[str], confinement: Confinement, root: Path) -> list[str]:
    """The command that runs inner inside.

    Args:
        inner: the command to run.
        confinement: says what Python needs.
        root: the folder with the submissions' folders, the only one that can be written to.
    """
    words = ["bwrap", *_NAMESPACES]
    if os.getuid() != 0:
        words += ["--unshare-user"]
    words += ["--cap-drop", "ALL"]
    for capability in _CAPABILITIES:
        words += ["--cap-add", f"CAP_{capability}"]
    for path in _SYSTEM_FOLDERS:
        if os.path.islink(path):
            words += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            words += ["--ro-bind", path, path]
    words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    readable = [
        path for path in (*_SYSTEM_FILES, *confinement.readable) if not path.startswith(("/usr", "/lib", "/dev"))
    ]
    for parent in _parents([*readable, str(root)]):
        words += ["--perms", "0755", "--dir", parent]  # or only root could pass through
    for path in readable:
        words += ["--ro-bind-try", path, path]
    return [*words, "--bind", str(root), str(root), "--chdir", "/", "--", *inner]


def _parents(paths: list[str]) -> list[str]:
    """The folders above paths that have to be made, outermost first."""
    above = {str(parent) for path in paths for parent in Path(path).parents}
    return sorted(above - {"/", "/tmp"})
