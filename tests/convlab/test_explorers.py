"""Every explorer draws at the ends of every control, asks first, and leaves a picture where nobody can play."""

from __future__ import annotations

import base64
import importlib
import inspect
from itertools import chain
from typing import Any

import numpy as np
import pytest

from convlab import explore, show
from convlab.explore.controls import Choice, Slider, Toggle
from convlab.explore.explorer import Explorer, Panel
from convlab.questions import Prediction
from convlab.show.output import quick_png


def ends_of_every_control(explorer: Explorer) -> list[dict[str, Any]]:
    """The start; each control at each end alone; all at their low ends; all at their high ends."""
    alone = chain.from_iterable(({c.name: end} for end in c.ends()) for c in explorer.controls)
    return [{}, *alone, *({c.name: c.ends()[side] for c in explorer.controls} for side in (0, 1))]


CASES = [(name, values) for name in explore.names() for values in ends_of_every_control(getattr(explore, name))]


@pytest.mark.parametrize(("name", "values"), CASES, ids=lambda part: part if isinstance(part, str) else str(part))
def test_explorer_draws_at_the_ends_of_its_range(name: str, values: dict[str, Any]) -> None:
    fig = getattr(explore, name).figure(**values)
    fig.canvas.draw()
    assert np.asarray(fig.canvas.buffer_rgba())[..., :3].std() > 0


@pytest.mark.parametrize("name", explore.names())
def test_explorer_is_complete(name: str) -> None:
    explorer = getattr(explore, name)
    drawn = inspect.signature(explorer.draw).parameters
    assert {control.name for control in explorer.controls} == set(list(drawn)[1:])
    assert len(explorer.alt) > 30
    assert len(explorer.predict.choices) >= 2
    assert all(control.allows(control.value) for control in explorer.controls)


@pytest.mark.parametrize("name", explore.names())
def test_explorer_is_found_even_after_its_module_was_imported(name: str) -> None:
    importlib.import_module(f"convlab.explore.catalogue.{name}")
    assert isinstance(getattr(explore, name), Explorer)
    assert name in dir(explore)


def test_unknown_explorer_is_refused_with_the_names() -> None:
    with pytest.raises(AttributeError, match=r"there are: .*sliding_window"):
        explore.sliding_windows  # noqa: B018


def draw_line(fig: Any, *, size: int, kind: str, dashed: bool) -> None:
    ax = fig.add_axes((0.1, 0.1, 0.8, 0.8))
    ax.plot([0, size], "--" if dashed else "-", color=show.colour(kind))


LINE = Explorer(
    draw=draw_line,
    controls=(Slider("size", 1, 9, 3), Choice("kind", ("input", "output"), "input"), Toggle("dashed")),
    predict=Prediction("Longer?", {"yes": "It is.", "no": "Look."}, "yes"),
    alt="A line.",
    size=(3, 2),
)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"size": 10}, "expected a number from 1 to 9"),
        ({"size": True}, "expected a number"),
        ({"kind": "red"}, "expected one of 'input', 'output'"),
        ({"dashed": 1}, "expected True or False"),
        ({"colour": "red"}, "expected one of size, kind, dashed"),
    ],
)
def test_values_out_of_range_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LINE.figure(**changed)


def test_built_page_gets_the_question_and_one_picture(shown: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVLAB_STATIC", "1")
    LINE(size=9)
    (question, _), (picture, _) = shown
    assert "Longer?" in question["text/html"]
    assert base64.b64decode(picture["image/png"]) == show.png(LINE.figure(size=9))


def test_live_page_gets_widgets_with_a_picture_beside_them(shown: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONVLAB_STATIC", raising=False)
    LINE()
    data, metadata = shown[0]
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert base64.b64decode(data["image/png"]) == show.png(LINE.figure())
    assert metadata["image/png"]["alt"] == "A line."


def test_live_explorer_asks_first_and_then_follows_its_controls() -> None:
    panel = Panel(LINE, LINE.values(size=5))
    view = panel.view()
    assert panel.image not in view.children, "the picture must not be there before the choice"
    assert panel.image.value == b""

    buttons = [child for child in view.children if hasattr(child, "click")]
    assert [button.description for button in buttons] == ["yes", "no"]
    buttons[1].click()
    assert "<b>No.</b> Look." in panel.reply.value
    assert panel.image.value == quick_png(LINE.figure(size=5))
    assert {panel.image, panel.reply, panel.bench} <= set(view.children)
    assert panel.bench.children == tuple(panel.controls.values())

    panel.controls["size"].value = 9
    panel.controls["kind"].value = "output"
    panel.controls["dashed"].value = True
    assert panel.image.value == quick_png(LINE.figure(size=9, kind="output", dashed=True))


def test_explorer_without_choices_still_waits() -> None:
    panel = Panel(
        Explorer(draw_line, LINE.controls, Prediction("How long?", answer="Three."), "A line."), LINE.values()
    )
    view = panel.view()
    (button,) = (child for child in view.children if hasattr(child, "click"))
    button.click()
    assert "Three." in panel.reply.value


def test_slider_takes_fractions_when_one_of_its_numbers_is_one() -> None:
    import ipywidgets

    assert isinstance(Slider("a", 0, 1, 0.5, step=0.1).widget(ipywidgets), ipywidgets.FloatSlider)
    assert isinstance(Slider("a", 0.0, 4.0, 1.0).widget(ipywidgets), ipywidgets.IntSlider)
