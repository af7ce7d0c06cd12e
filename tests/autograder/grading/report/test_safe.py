"""Whatever a student puts into an answer, no page of ours runs or fetches anything because of it."""

from __future__ import annotations

import re

import html5lib
import pytest

from autograder.grading.report import safe

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>click</a>",
    "</style><script>alert(1)</script>",
    "</pre></div><iframe src='https://example.org'></iframe>",
    "<svg onload=alert(1)><use href='data:image/svg+xml,x'/></svg>",
    "<svg><foreignObject><img src=x onerror=alert(1)></foreignObject></svg>",
    "<svg><title><img src=x onerror=alert(1)></title></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<div style='background:url(https://example.org/x.png);position:fixed'>over</div>",
    "<rect fill='url(https://example.org)'>",
    "<form action='https://example.org'><input name=a><button>go</button></form>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<base href='https://example.org'><link rel=stylesheet href=x>",
    "<object data='x'></object><embed src='x'>",
]
FORBIDDEN = re.compile(
    r"(?i)<(?!/?(?:b|i|p|div|img|svg|text|rect|pre|table|tbody|tr|td|span)\b)|\bon\w+\s*=|javascript:|url\(|example\.org"
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_runs_or_fetches_survives(hostile: str) -> None:
    for made in (safe.fragment(hostile), safe.prose(hostile)):
        assert not FORBIDDEN.search(str(made)), made


@pytest.mark.parametrize("hostile", HOSTILE)
def test_code_is_shown_as_it_was_typed(hostile: str) -> None:
    shown = html5lib.parseFragment(str(safe.code(hostile)), namespaceHTMLElements=False)
    assert "".join(shown.itertext()) == hostile
    assert {element.tag for element in shown.iter()} <= {"span", "DOCUMENT_FRAGMENT"}


def test_pictures_and_drawings_of_a_check_survive() -> None:
    assert 'src="data:image/png;base64,AAAA"' in safe.fragment('<img src="data:image/png;base64,AAAA" alt="yours">')
    drawing = '<svg viewBox="0 0 9 9" role="img"><text x="1" y="2" fill="#333">yours</text></svg>'
    assert safe.fragment(drawing) == drawing


def test_plain_styles_survive_and_positions_do_not() -> None:
    made = safe.fragment('<p style="margin:0 0 6px;color:#b2182b;position:fixed;z-index:9">x</p>')
    assert made == '<p style="margin:0 0 6px;color:#b2182b">x</p>'


def test_a_class_of_the_page_cannot_be_borrowed() -> None:
    assert "points" not in safe.fragment('<span class="points full">10 / 10</span>')


def test_text_that_html_forbids_or_that_reorders_the_line_becomes_visible() -> None:
    assert safe.printable("a\x00b\ud800c\u202ed\ufffee\tf\n") == "a�b�c�d�e\tf\n"


def test_huge_text_keeps_its_beginning_and_end() -> None:
    clipped = safe.clip("start" + "x" * 10_000_000 + "end", 3_000)
    assert len(clipped) < 3_100
    assert clipped.startswith("start")
    assert clipped.endswith("end")
    assert "9,997,008 characters left out" in clipped


def test_a_fragment_too_long_to_be_a_report_is_dropped() -> None:
    assert safe.fragment("<p>" * 2_000_000) == ""


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)"])
def test_a_spreadsheet_does_not_calculate_a_name(text: str) -> None:
    assert safe.spreadsheet_text(text) == "'" + text


def test_formulas_in_statements_stay_readable() -> None:
    assert '<span class="math">a_b*c*d</span>' in safe.prose("Let $a_b*c*d$ be.")
    assert '<span class="math">8 · 3 × K_h ≤ 9</span>' in safe.prose(r"$8 \cdot 3 \times K_h \le 9$")
    assert "<script" not in safe.prose("$<script>alert(1)</script>$")
