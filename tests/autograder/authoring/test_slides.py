"""Slides load nothing from another host, and only the archives we know are unpacked."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import tarfile

import nbformat
import pytest

from autograder.authoring import slides
from autograder.authoring.slides import Package, make_slides
from autograder.errors import AutograderError


def archive(**files: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as out:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            out.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


ARCHIVE = archive(
    **{"package/dist/reveal.js": "known", "package/dist/../../out.js": "escaped", "package/more.js": "more"}
)


@pytest.fixture
def course(course_builder, lecture_source, monkeypatch):
    """A course with one built lecture, and one package of three files of which one is wanted."""
    digest = base64.b64encode(hashlib.sha512(ARCHIVE).digest()).decode()
    monkeypatch.setattr(slides, "PACKAGES", (Package("reveal.js", "1", digest, ("dist/",)),))
    builder = course_builder(lecture=lecture_source)
    lecture = builder.make("lecture", builder.course.unit("00_first"))
    (builder.root / "lectures").mkdir()
    nbformat.write(lecture, builder.root / "lectures" / "00_first.ipynb")
    return builder.root


def test_a_page_loads_nothing_from_another_host(course):
    (page,) = make_slides(course, lambda url: ARCHIVE)
    text = page.read_text(encoding="utf-8")
    assert page == course / "slides" / "00_first.html"
    assert "<h1" in text
    assert "Lecture 0 · The first unit" in text
    loaded = re.findall(r"<(?:script|link|img)\b[^>]*?(?:src|href)=\"([^\"]*)\"", text)
    assert loaded
    assert [address for address in loaded if "//" in address] == []
    assert not re.search(r"import .* from ['\"]https?:", text)


def test_code_is_shown_where_it_is_typed_live_or_shows_nothing(course):
    path = course / "lectures" / "00_first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    shown = nbformat.v4.new_output("stream", text="what it shows")
    cells = {"drawing": ([shown], []), "typing": ([shown], ["live"]), "defining": ([], [])}
    for name, (outputs, tags) in cells.items():
        cell = nbformat.v4.new_code_cell(f"{name}_cell()", outputs=outputs, metadata={"tags": tags})
        notebook.cells.append(cell)
    nbformat.write(notebook, path)
    (page,) = make_slides(course, lambda url: ARCHIVE)
    text = page.read_text(encoding="utf-8")
    assert [name for name in cells if f"{name}_cell" in text] == ["typing", "defining"]
    assert text.count("what it shows") == 2


def test_only_what_is_needed_is_unpacked_and_nothing_outside(course):
    make_slides(course, lambda url: ARCHIVE)
    found = {str(path.relative_to(course)) for path in course.rglob("*.js") if path.is_file()}
    assert found == {"slides/reveal.js/dist/reveal.js"}


def test_packages_are_fetched_once(course):
    fetched = []
    for _ in range(2):
        make_slides(course, lambda url: fetched.append(url) or ARCHIVE)
    assert fetched == ["https://registry.npmjs.org/reveal.js/-/reveal.js-1.tgz"]


def test_another_archive_is_refused(course):
    with pytest.raises(AutograderError, match="not the archive we know"):
        make_slides(course, lambda url: ARCHIVE + b"x")
    assert not (course / "slides").exists()


def test_without_lectures_it_says_what_to_do(tmp_path):
    with pytest.raises(AutograderError, match="run `autograder build` first"):
        make_slides(tmp_path, lambda url: ARCHIVE)


def test_without_a_network_it_says_what_to_do():
    with pytest.raises(AutograderError, match="run this once with a network"):
        slides.fetch("http://127.0.0.1:9/none")
