"""A real browser opens our pages full of hostile strings, and nothing in them runs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.grading.report import write_class_page, write_feedback

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
RUN = "document.documentElement.setAttribute('data-ran', 'yes')"
HOSTILE = "".join(
    [
        f"</style></title><script>{RUN}</script>",
        f'<img src=x onerror="{RUN}">',
        f'<svg onload="{RUN}"></svg>',
        f'<details open ontoggle="{RUN}"><summary>x</summary></details>',
        f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
        f'<body onload="{RUN}">',
    ]
)


def dom(page: Path, profile: Path) -> str:
    """The page's document after its scripts, if any, have run."""
    if BROWSER is None:
        pytest.skip("no Chromium here to open pages in")
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    quiet += ["--disable-background-networking", "--disable-component-update", f"--user-data-dir={profile}"]
    try:
        done = subprocess.run(
            [BROWSER, *quiet, "--dump-dom", page.as_uri()], capture_output=True, text=True, timeout=120, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip("Chromium does not answer here")
    if "<html" not in done.stdout:
        pytest.skip(f"Chromium does not start here: {done.stderr[-200:]}")
    return done.stdout


def test_no_submission_runs_a_script_in_a_browser(
    tmp_path: Path, make: Callable[..., Any], make_exercise: Callable[..., Any], make_notebook: Callable[..., Any]
) -> None:
    control = tmp_path / "control.html"
    control.write_text(f"<!DOCTYPE html><html><body>{HOSTILE}</body></html>", encoding="utf-8")
    assert 'data-ran="yes"' in dom(control, tmp_path / "profile")  # the strings do run where nobody stops them
    group = {"name": HOSTILE, "points": 0, "max_points": 6, "passed": False, "message": HOSTILE}
    texts = dict.fromkeys(("diagnosis", "hint", "text", "html", "reason", "matched_how"), HOSTILE)
    wrong = make_exercise(points=0, groups=(group,), **texts)
    result = make("eve", display_name=HOSTILE, exercises=(wrong,), notes=(HOSTILE,), flags=(HOSTILE,))
    feedback = write_feedback(result, make_notebook(code=HOSTILE, written=HOSTILE), tmp_path / "feedback")
    page = write_class_page([result], None, tmp_path / "reports")
    for path in (feedback, page):
        shown = dom(path, tmp_path / "profile")
        assert "data-ran=" not in shown.partition("<body")[0]
