"""``autograder audit``: which units, where the banks are, how many seeds.

Guarantees: exit code 0 when the checks are proved, 1 when something is listed below the table, 2 when it was called
wrongly.
"""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from autograder.audit.audit import audit
from autograder.audit.table import show
from autograder.checks.exercise import UNITS, module_name
from autograder.errors import AutograderError


def audit_command(
    names: tuple[str, ...], seeds: int = 200, device: str = "cpu", banks: Path = Path("tests/answers")
) -> int:
    """Audit units and print the table.

    Args:
        names: units, or exercises of the named units; none means every unit that has checks.
        seeds: how many seeds each reference is marked on.
        device: where the cases run.
        banks: folder of the banks.

    Returns:
        The exit code.

    Raises:
        AutograderError: for an unknown unit or a missing folder.
    """
    import torch

    torch.set_num_threads(1)
    if not banks.is_dir():
        raise AutograderError(
            f"audit: expected the banks of answers in {banks.resolve()}; "
            "run it in the repository, or name the folder with --banks"
        )
    unknown = [name for name in names if name not in UNITS]
    if unknown:
        raise AutograderError(f"audit: there is no unit {unknown[0]!r}; the units are {', '.join(UNITS)}")
    units = names or tuple(unit for unit in UNITS if has_checks(unit))
    return 0 if show(audit(units, banks, seeds, device), Console()) else 1


def has_checks(unit: str) -> bool:
    """Whether the unit has exercises."""
    import importlib.util

    return importlib.util.find_spec(f"autograder.checks.units.{module_name(unit)}") is not None
