"""The frame of every explorer: a drawing function, its controls, and a question that comes first.

An explorer is a function that returns a figure (`explorer.figure(stride=2)`) and something to play with
(`explorer()`): it asks, waits for a choice, then shows the picture and the controls. Where no front end can answer
(a page built beforehand: `CONVLAB_STATIC` is set; or ipywidgets is missing) it shows the question and one picture.
"""

from __future__ import annotations

import base64
import gc
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from IPython.display import display
from matplotlib import rc_context
from matplotlib.figure import Figure

from convlab.explore.controls import Control
from convlab.questions import Prediction
from convlab.show.output import picture, png, quick_png
from convlab.show.style import blank_figure


@dataclass(frozen=True)
class Explorer:
    """A drawing with controls and a prediction.

    Attributes:
        draw: Called as draw(fig, **values) on an empty figure; draws everything.
        controls: What may be changed; the names are draw's keyword arguments.
        predict: The question asked first.
        alt: What the picture shows, for a reader who cannot see it.
        size: Width and height of the figure, in inches.
    """

    draw: Callable[..., None]
    controls: tuple[Control, ...]
    predict: Prediction
    alt: str
    size: tuple[float, float] = (9.0, 4.0)

    def values(self, **changed: Any) -> dict[str, Any]:
        """Return the start values with some of them changed.

        Raises:
            ValueError: When a name is unknown or a value is out of its range.
        """
        known = {control.name: control for control in self.controls}
        for name, value in changed.items():
            if name not in known:
                raise ValueError(
                    f"explorer: no control {name!r}, expected one of {', '.join(known)}; check the spelling"
                )
            if not known[name].allows(value):
                raise ValueError(f"explorer: {name}={value!r}, expected {known[name].expected()}; choose such a value")
        return {control.name: control.value for control in self.controls} | changed

    def figure(self, **changed: Any) -> Figure:
        """Return the picture for the start values with some of them changed; no widgets involved."""
        fig = blank_figure(*self.size)
        self.draw(fig, **self.values(**changed))
        return fig

    def frame(self, **changed: Any) -> bytes:
        """Return the picture as a PNG, as quickly as can be.

        Python's collector, which may take longer than the picture, waits; titles stand where no ticks are, without
        their places being searched for, which is a third of the time.
        """
        collects = gc.isenabled()
        gc.disable()
        try:
            with rc_context({"axes.titley": 1.0}):
                return quick_png(self.figure(**changed))
        finally:
            if collects:
                gc.enable()

    def __call__(self, **changed: Any) -> None:
        """Show the explorer in the notebook, starting from these values."""
        start = self.values(**changed)
        if os.environ.get("CONVLAB_STATIC") or find_spec("ipywidgets") is None:
            display({"text/html": self.predict.html(), "text/plain": self.predict.question}, raw=True)
            picture(self.figure(**start), self.alt)
            return
        still = base64.b64encode(png(self.figure(**start))).decode()
        view = {"version_major": 2, "version_minor": 0, "model_id": Panel(self, start).view().model_id}
        bundle = {"application/vnd.jupyter.widget-view+json": view, "image/png": still, "text/plain": self.alt}
        display(bundle, metadata={"image/png": {"alt": self.alt}}, raw=True)


class Panel:
    """The live side of an explorer: question, then controls and picture, kept in step."""

    def __init__(self, explorer: Explorer, start: Mapping[str, Any]) -> None:
        import ipywidgets

        self.widgets: Any = ipywidgets
        self.explorer = explorer
        self.controls = {control.name: control.widget(ipywidgets) for control in explorer.controls}
        for name, control in self.controls.items():
            control.value = start[name]
            control.observe(self.redraw, names="value")
        self.image = ipywidgets.Image(format="png", layout=ipywidgets.Layout(max_width="100%"))
        # Controls stand side by side where the page is wide enough.
        wrap = ipywidgets.Layout(flex_flow="row wrap")
        self.bench = ipywidgets.Box(tuple(self.controls.values()), layout=wrap)
        self.reply = ipywidgets.HTML()
        self.root = ipywidgets.VBox()

    def view(self) -> Any:
        """Return the widget, showing only the question."""
        asked = f'<b style="color:#B0478E">Predict first.</b> {self.explorer.predict.question}'
        question = self.widgets.HTML(f'<div style="line-height:1.4">{asked}</div>')
        self.root.children = (question, *self._buttons())
        return self.root

    def _buttons(self) -> list[Any]:
        """Return one button per choice; without choices a single one that shows the answer."""
        predict = self.explorer.predict
        layout = self.widgets.Layout(width="auto", max_width="720px", height="auto", min_height="32px")
        buttons = []
        for choice in predict.choices or ("I have my answer: show me",):
            button = self.widgets.Button(description=choice, layout=layout)
            button.on_click(lambda pressed: self.answer(pressed.description))
            buttons.append(button)
        return buttons

    def answer(self, choice: str) -> None:
        """Take a choice: show the reply, the controls and the picture."""
        predict = self.explorer.predict
        said = f"<i>{choice}</i> → {predict.reply(choice)}" if predict.choices else predict.answer
        self.reply.value = f'<div style="line-height:1.4">{said}</div>'
        question = self.root.children[0]
        self.redraw()
        self.root.children = (question, self.reply, self.bench, self.image)

    def redraw(self, _change: Any = None) -> None:
        """Draw the picture for the present values, on a new figure: clearing an old one takes longer."""
        values = {name: control.value for name, control in self.controls.items()}
        self.image.value = self.explorer.frame(**values)
