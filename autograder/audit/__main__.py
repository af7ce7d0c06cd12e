"""``python -m autograder.audit [UNIT …]``: the audit without the rest of the command line."""

from __future__ import annotations

import sys

from autograder.audit.command import audit_command

if __name__ == "__main__":
    sys.exit(audit_command(tuple(sys.argv[1:]), seeds=3))
