"""What the tests of convlab share: catching what a notebook would show."""

from __future__ import annotations

from typing import Any

import pytest

DISPLAYING = ("show.output", "show.tables", "show.animation", "questions", "explore.explorer")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Everything that is displayed during a test, as (data by MIME type, metadata)."""
    caught: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def display(data: dict[str, Any], *, metadata: dict[str, Any] | None = None, raw: bool) -> None:
        assert raw
        caught.append((data, metadata or {}))

    for module in DISPLAYING:
        monkeypatch.setattr(f"convlab.{module}.display", display)
    return caught
