"""Written answers read by a person: graded by us, opened in nbgrader's formgrader, pointed by hand, exported by us."""

from __future__ import annotations

import csv
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from nbgrader.api import Gradebook
from playwright.sync_api import Page

from tests.browser.conftest import CHROMIUM, ROOT, SHOTS, wait_for

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")
UNIT, QUESTION, TOKEN = "00_start_here", "whose-statistics", "secret"
GUARD_SECONDS = 300
RIGHT = "def standardize(image, mean, std):\n    return (image - mean[:, None, None]) / std[:, None, None]"
CLASS = {
    "exampleada_LATE_101_9001_x.ipynb": ("Each colour has a mean of its own.", RIGHT),
    "examplebob_102_9002_x.ipynb": (None, "def standardize(image, mean, std):\n    return image"),
}
RUN = "document.documentElement.setAttribute('data-ran', 'yes')"
HOSTILE = "\n\n".join(
    [
        f"<script>{RUN}</script>",
        f'<img src=x onerror="{RUN}">',
        f'<svg onload="{RUN}"></svg> <details open ontoggle="{RUN}"><summary>x</summary></details>',
        f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
        f"```\n</code></pre><script>{RUN}</script>\n```",
        f'$a<script>{RUN}</script>$ [x](x" onmouseover="{RUN}) ![x](x" onerror="{RUN})',
    ]
)
SHOWN = f"""from IPython.display import HTML, Markdown, display
display(HTML({HOSTILE!r}), Markdown({HOSTILE!r}))
display({{"image/png": 'x" onerror="{RUN}', "text/plain": {HOSTILE!r}}}, raw=True)
print({HOSTILE!r})
raise ValueError({HOSTILE!r})"""


def autograder(*arguments: str, course: Path) -> str:
    command = [sys.executable, "-m", "autograder.cli", *arguments]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=GUARD_SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def filled(release: nbformat.NotebookNode, written: str | None, code: str) -> nbformat.NotebookNode:
    notebook = nbformat.from_dict(release)
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    cells["standardize"].source = code
    cells[QUESTION].source = written or cells[QUESTION].source
    return notebook


def submission_of(course: Path, student: str) -> str:
    """The address of a student's notebook below formgrader's."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return f"submissions/{book.find_submission_notebook(UNIT, UNIT, student).id}"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of one unit in which two people's downloads from Canvas are graded; one wrote an answer."""
    root = tmp_path_factory.mktemp("course")
    for name in ("course.toml", "nbgrader_config.py"):
        shutil.copyfile(ROOT / name, root / name)
    for folder in ("assignments", "solutions"):
        shutil.copytree(ROOT / folder / UNIT, root / folder / UNIT)
    (root / "download").mkdir()
    release = nbformat.read(root / "assignments" / UNIT / f"{UNIT}.ipynb", as_version=4)
    for name, (written, code) in CLASS.items():
        nbformat.write(filled(release, written, code), root / "download" / name)
    eve = filled(release, HOSTILE, f"{RIGHT}  # {HOSTILE}".replace("\n\n", " "))
    eve.cells[3:3] = [new_markdown_cell(HOSTILE), new_raw_cell(HOSTILE), new_code_cell(SHOWN)]
    nbformat.write(eve, root / "download" / "exampleeve_103_9003_x.ipynb")
    autograder("grade", "download", "--assignment", UNIT, "--isolation", "none", course=root)
    return root


@pytest.fixture(scope="module")
def formgrader(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `autograder formgrader` in that course."""
    home = tmp_path_factory.mktemp("jupyter")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (home / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}')
    kinds = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    env = {**os.environ, **dict.fromkeys(kinds, str(home)), "JUPYTER_TOKEN": TOKEN, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "autograder.cli", "formgrader", "--no-browser", "--port", str(port)]
    with (
        (home / "log").open("wb") as log,
        subprocess.Popen(command, cwd=course, env=env, stdout=log, stderr=log) as server,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/api", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


def test_points_given_by_hand_are_in_the_exported_total(course: Path, formgrader: str, page: Page) -> None:
    wrong = []
    page.on("pageerror", lambda error: wrong.append(error) if "MathJax" not in str(error) else None)
    page.goto(f"{formgrader}/formgrader?token={TOKEN}")
    page.goto(f"{formgrader}/formgrader/gradebook/{UNIT}/{UNIT}")
    waiting = page.locator("tbody tr", has=page.locator("td.needs-manual-grade .glyphicon-ok"))
    waiting.locator(f'a[href*="{submission_of(course, "exampleada")}"]:visible').click()
    score, comment = page.locator(f"#{QUESTION}"), page.locator(f"#{QUESTION}-comment")
    automatic = page.locator("#standardize-tests")
    page.wait_for_function("([box]) => box.placeholder === '2'", arg=[automatic.element_handle()])
    assert "Each colour has a mean of its own." in page.inner_text("#notebook")
    assert "standardize: everything here is right (2 of 2 points)" in page.inner_text("#notebook")
    SHOTS.mkdir(exist_ok=True)
    with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.request.method == "PUT") as given:
        score.fill("0.5")
        score.press("Tab")
    assert given.value.ok
    with page.expect_response(lambda answer: "/api/comment/" in answer.url and answer.request.method == "PUT") as said:
        comment.fill("Say which image they come from, too.")
        comment.press("Tab")
    assert said.value.ok
    score.scroll_into_view_if_needed()
    page.screenshot(path=SHOTS / "formgrader.png")
    assert wrong == []

    autograder("export", "--assignment", UNIT, "--format", "csv", "--into", "out", course=course)
    with (course / "out" / "grades.csv").open(encoding="utf-8", newline="") as file:
        ada, bob, _ = csv.DictReader(file)
    assert (ada["standardize"], ada[QUESTION], ada["total"], ada["unread_answers"]) == ("2", "0.5", "2.5", "0")
    assert (ada["late"], bob["late"]) == ("yes", "no")
    with zipfile.ZipFile(course / "out" / "csv-feedback.zip") as archive:
        assert "Say which image they come from, too." in archive.read(f"exampleada/{UNIT}.html").decode()
    assert (bob[QUESTION], bob["total"]) == ("0", bob["standardize"])


def test_nothing_in_a_submission_runs_where_a_person_reads_it(course: Path, formgrader: str, page: Page) -> None:
    """The page is Jupyter's: a script in it could do on this machine whatever the person may."""
    page.goto(f"{formgrader}/formgrader?token={TOKEN}")
    page.goto(f"{formgrader}/formgrader/{submission_of(course, 'exampleeve')}/")
    page.wait_for_selector(f"#{QUESTION}")
    page.wait_for_load_state("load")
    assert page.inner_text("#notebook").count("setAttribute('data-ran', 'yes')") > 10
    assert page.locator("html[data-ran]").count() == 0
    assert page.locator("#notebook").locator("script, iframe, svg, [onerror], [onload], [ontoggle]").count() == 0
    page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", HOSTILE)
    page.wait_for_selector("html[data-ran]")  # the strings do run where nobody stops them
