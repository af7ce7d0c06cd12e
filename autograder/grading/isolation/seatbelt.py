"""macOS: the server and its children run under a sandbox profile without network that can write to one folder only."""

from __future__ import annotations

from pathlib import Path

from autograder.grading.isolation.confinement import Confinement

_SYSTEM = ("/usr", "/System", "/Library", "/private/var/db", "/private/etc", "/dev", "/opt")


def profile(confinement: Confinement, root: Path) -> str:
    """The profile: everything that reads or writes is denied but what Python needs and the submissions' folders."""
    readable = " ".join(f'(subpath "{path}")' for path in (*_SYSTEM, *confinement.readable))
    rules = ["(version 1)", "(deny default)", "(deny network*)"]
    rules += ["(allow process-fork)", "(allow signal (target children))", "(allow sysctl-read)", "(allow mach-lookup)"]
    rules += ["(allow file-read-metadata)", f'(allow file-read* (literal "/") {readable})', "(allow process-exec)"]
    rules += [f'(allow file-read* file-write* (subpath "{root}") (literal "/dev/null"))']
    return "\n".join(rules)


def command(inner: list[str], confinement: Confinement, root: Path) -> list[str]:
    """The command that runs inner under the profile."""
    return ["sandbox-exec", "-p", profile(confinement, root), *inner]
