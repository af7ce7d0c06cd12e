"""Notebooks as people open them: in JupyterLab, in a real browser.

`make test` opens one lecture and one assignment, `make test-browser` every lecture. What is read from a page is read
after its last cell has run. Screenshots are kept in .screenshots/.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import ROOT, SHOTS

LECTURES = sorted((ROOT / "lectures").glob("*.ipynb"))
CHOSEN = LECTURES if os.environ.get("BROWSER") == "all" else LECTURES[:1]

RUN_ALL = """async () => {
    const {commands, shell} = window.jupyterapp;
    await commands.execute('notebook:clear-all-cell-outputs');
    await commands.execute('notebook:run-all-cells');
    const code = shell.currentWidget.content.widgets.map(cell => cell.model).filter(model => model.type === 'code');
    return code.filter(model => model.executionCount === null).map(model => model.sharedModel.getSource());
}"""
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


def run_all(page: Page) -> None:
    """Forget the outputs of the file, run every cell, and wait for the last one."""
    left_out = page.evaluate(RUN_ALL)
    kinds = ("application/vnd.jupyter.error", "application/vnd.jupyter.stderr")
    assert [text for kind in kinds for text in page.locator(f'[data-mime-type="{kind}"]').all_inner_texts()] == []
    assert left_out == [], "cells that did not run"


def move(page: Page, explorer: Locator) -> None:
    """Answer an explorer's question, change its first slider or list, and wait for another picture."""
    explorer.locator("button").first.click()
    picture = explorer.locator("img").first
    before = picture.get_attribute("src")
    control = explorer.locator(".noUi-handle, select").first
    if control.evaluate("control => control.tagName") == "SELECT":
        control.select_option(index=control.evaluate("list => list.selectedIndex === 0 ? 1 : 0"))
    else:
        now, most = (float(control.get_attribute(f"aria-value{end}") or 0) for end in ("now", "max"))
        control.press("ArrowRight" if now < most else "ArrowLeft")
    page.wait_for_function("([img, src]) => img.src !== src", arg=[picture.element_handle(), before])


@pytest.mark.parametrize("lecture", CHOSEN, ids=lambda path: path.stem)
def test_a_lecture_runs_and_its_explorers_move(page: Page, lab: tuple[str, Path], lecture: Path) -> None:
    run_all(opened(page, lab, lecture))
    explorers = page.locator(".jp-OutputArea-child:has(.jupyter-widgets)")
    assert explorers.count() >= 2
    SHOTS.mkdir(exist_ok=True)
    for number, explorer in enumerate(explorers.all()):
        move(page, explorer)
        explorer.screenshot(path=SHOTS / f"{lecture.stem}-{number}.png")
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0


def test_a_wrong_answer_typed_in_shows_its_report(page: Page, lab: tuple[str, Path]) -> None:
    assignment = ROOT / "assignments" / "00_start_here" / "00_start_here.ipynb"
    opened(page, lab, assignment).evaluate(REPLACE, ANSWER)
    run_all(page)
    report = page.locator(".jp-OutputArea-output", has_text="This looks like: the standard deviation is not used").last
    assert report.locator("svg").count() == 1
    assert "standardize: 0 of 2 points" in report.inner_text()
    SHOTS.mkdir(exist_ok=True)
    report.screenshot(path=SHOTS / "report.png")
