"""What a reader may change in an explorer: a number on a slider, one of several names, yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high` in steps; whole numbers when all four are whole."""

    name: str
    low: float
    high: float
    value: float
    step: float = 1
    label: str = ""

    def ends(self) -> Sequence[Any]:
        """Return the values at which a drawing must still be right: both ends and the start."""
        return (self.low, self.high, self.value)

    def allows(self, value: Any) -> bool:
        """Say whether a value lies in the range."""
        return isinstance(value, int | float) and not isinstance(value, bool) and self.low <= value <= self.high

    def expected(self) -> str:
        """Say in words what is allowed."""
        return f"a number from {self.low:g} to {self.high:g}"

    def widget(self, widgets: Any) -> Any:
        """Return the ipywidgets control."""
        whole = all(float(part).is_integer() for part in (self.low, self.high, self.value, self.step))
        kind, cast = (widgets.IntSlider, int) if whole else (widgets.FloatSlider, float)
        numbers = {"min": cast(self.low), "max": cast(self.high), "value": cast(self.value), "step": cast(self.step)}
        return kind(**numbers, **_look(widgets, self))


@dataclass(frozen=True)
class Choice:
    """One of several names."""

    name: str
    options: tuple[str, ...]
    value: str
    label: str = ""

    def ends(self) -> Sequence[Any]:
        """Return every option."""
        return self.options

    def allows(self, value: Any) -> bool:
        """Say whether a value is an option."""
        return value in self.options

    def expected(self) -> str:
        """Say in words what is allowed."""
        return f"one of {', '.join(map(repr, self.options))}"

    def widget(self, widgets: Any) -> Any:
        """Return the ipywidgets control."""
        return widgets.Dropdown(options=list(self.options), value=self.value, **_look(widgets, self))


@dataclass(frozen=True)
class Toggle:
    """Yes or no."""

    name: str
    value: bool = False
    label: str = ""

    def ends(self) -> Sequence[Any]:
        """Return both."""
        return (False, True)

    def allows(self, value: Any) -> bool:
        """Say whether a value is a truth value."""
        return isinstance(value, bool)

    def expected(self) -> str:
        """Say in words what is allowed."""
        return "True or False"

    def widget(self, widgets: Any) -> Any:
        """Return the ipywidgets control."""
        return widgets.Checkbox(value=self.value, indent=True, **_look(widgets, self))


Control = Slider | Choice | Toggle


def _look(widgets: Any, control: Control) -> dict[str, Any]:
    return {
        "description": control.label or control.name,
        "style": {"description_width": "175px"},
        "layout": widgets.Layout(width="430px"),
    }
