"""Notebooks as people open them: in JupyterLab, in a real browser.

`make test` opens one lecture and one assignment, `make test-browser` every lecture. Screenshots are kept in
.screenshots/.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import ROOT, SHOTS

LECTURES = sorted((ROOT / "lectures").glob("*.ipynb"))
CHOSEN = LECTURES if os.environ.get("BROWSER") == "all" else LECTURES[:1]
pytestmark = pytest.mark.xdist_group("browser")

RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
ANSWER = "def standardize(image, mean, std):\n    return image - mean[:, None, None]"
REPLACE = """source => {
    const panel = window.jupyterapp.shell.currentWidget;
    const models = panel.content.widgets.map(cell => cell.model.sharedModel);
    models.find(model => model.getSource().includes('write standardize here')).setSource(source);
}"""


def opened(page: Page, lab: tuple[str, Path], notebook: Path) -> Page:
    """A copy of the notebook, open with a running kernel."""
    address, work = lab
    shutil.copyfile(notebook, work / notebook.name)
    page.goto(f"{address}/lab/tree/{notebook.name}?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    ready = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    page.wait_for_function(ready)
    return page


def errors(page: Page) -> list[str]:
    """What stands in the notebook's error outputs and on stderr."""
    kinds = ("application/vnd.jupyter.error", "application/vnd.jupyter.stderr")
    return [text for kind in kinds for text in page.locator(f'[data-mime-type="{kind}"]').all_inner_texts()]


@pytest.mark.parametrize("lecture", CHOSEN, ids=lambda path: path.stem)
def test_a_lecture_runs_and_its_explorer_moves(page: Page, lab: tuple[str, Path], lecture: Path) -> None:
    opened(page, lab, lecture).evaluate(RUN_ALL)
    assert errors(page) == []
    page.locator(".widget-button, .jupyter-button").first.click()
    handle = page.locator(".noUi-handle").first
    handle.wait_for()
    output = page.locator(".jp-OutputArea-child", has=handle).first
    picture = output.locator("img").first
    before = picture.get_attribute("src")
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("([img, src]) => img.src !== src", arg=[picture.element_handle(), before])
    assert errors(page) == []
    SHOTS.mkdir(exist_ok=True)
    output.screenshot(path=SHOTS / f"{lecture.stem}.png")


def test_a_wrong_answer_typed_in_shows_its_report(page: Page, lab: tuple[str, Path]) -> None:
    assignment = ROOT / "assignments" / "00_start_here" / "00_start_here.ipynb"
    opened(page, lab, assignment).evaluate(REPLACE, ANSWER)
    page.evaluate(RUN_ALL)
    report = page.locator(".jp-OutputArea-output", has_text="This looks like: the standard deviation is not used").last
    report.wait_for()
    assert report.locator("svg").count() == 1
    assert "standardize: 0 of 2 points" in report.inner_text()
    assert errors(page) == []
    SHOTS.mkdir(exist_ok=True)
    report.screenshot(path=SHOTS / "report.png")
