"""Archives and folders made to harm are taken apart without harm, and everybody else's files are collected."""

from __future__ import annotations

import io
import os
import socket
import stat
import zipfile
from functools import partial
from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.grading.collect import Collection, archives, collect, download, files
from autograder.grading.collect.files import shown

from .downloads import canvas, pack, write
from .tiny import answered, data, release

GOOD = data(answered("double"))
JANE, JOE = canvas("Jane Smith", 1, "hw.ipynb"), canvas("Joe Doe", 2, "hw.ipynb")


def gather(path: Path, tmp_path: Path) -> Collection:
    return collect(path, release(), workdir=tmp_path / "work")


def reason_for(collection: Collection, part: str) -> str:
    (found,) = [refused.reason for refused in collection.refused if part in refused.source]
    return found


def zipped(entries: dict[str | zipfile.ZipInfo, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "../evil.ipynb",
        "a/../../evil.ipynb",
        "/etc/evil.ipynb",
        "C:\\evil.ipynb",
        "..\\evil.ipynb",
        "\\\\host\\evil.ipynb",
    ],
)
def test_names_that_lead_outside_are_refused_and_nothing_is_written_there(name: str, tmp_path: Path) -> None:
    path = pack(tmp_path / "in" / "class.zip", {JANE: GOOD, name: GOOD})
    before = {p for p in tmp_path.rglob("*") if p.is_file()}
    collection = gather(path, tmp_path)
    assert len(collection.submissions) == 1
    assert "outside" in reason_for(collection, "evil")
    written = {p for p in tmp_path.rglob("*") if p.is_file()} - before
    assert written
    assert all(p.parent == tmp_path / "work" for p in written)


def test_links_in_an_archive_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    (tmp_path / "class.zip").write_bytes(zipped({JANE: GOOD, link: b"/etc/passwd"}))
    assert "link" in reason_for(gather(tmp_path / "class.zip", tmp_path), "link.ipynb")


def test_links_and_devices_in_a_folder_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = write(tmp_path / "class", {"jane/hw.ipynb": GOOD, "joe/hw.ipynb": GOOD})
    secret = write(tmp_path, {"secret.ipynb": GOOD}) / "secret.ipynb"
    (folder / "link.ipynb").symlink_to(secret)
    (folder / "outside").symlink_to(tmp_path)
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.ipynb")
    monkeypatch.chdir(folder)  # a socket's path may be no longer than about a hundred characters
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.ipynb")
    collection = gather(folder, tmp_path)
    assert [s.source for s in collection.submissions] == ["jane/hw.ipynb", "joe/hw.ipynb"]
    for name in ("link.ipynb", "outside", "loop"):
        assert "link" in reason_for(collection, name)
    for name in ("pipe.ipynb", "socket.ipynb"):
        assert "device" in reason_for(collection, name)


def test_a_bomb_is_put_down_as_soon_as_it_swells(tmp_path: Path) -> None:
    bomb = b" " * (8 * 2**20)
    path = pack(tmp_path / "class.zip", {JANE: GOOD, canvas("Bo Mb", 3, "hw.ipynb"): bomb})
    collection = gather(path, tmp_path)
    assert len(collection.submissions) == 1
    assert "zip bomb" in reason_for(collection, "mbbo")
    assert sum(p.stat().st_size for p in (tmp_path / "work").iterdir()) < 2**20


def test_a_giant_is_not_unpacked_beyond_the_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(archives, "NOTEBOOK_LIMIT_BYTES", 2**20)
    noise = os.urandom(2**20 + 1)
    collection = gather(pack(tmp_path / "class.zip", {JANE: GOOD, JOE: noise}), tmp_path)
    assert "more than 1 MiB" in reason_for(collection, "doejoe")


def test_one_persons_archive_cannot_use_up_the_classs_share(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files, "SHARE_FILES_LIMIT", 3)
    many = zipped({f"{n}.ipynb": GOOD for n in range(5)})
    path = pack(tmp_path / "class.zip", {canvas("Ma Ny", 0, "all.zip"): many, JANE: GOOD, JOE: GOOD})
    collection = gather(path, tmp_path)
    assert [s.student_id for s in collection.submissions] == ["doejoe", "smithjane"]
    assert "more than 3 notebooks" in reason_for(collection, "all.zip")


def test_a_persons_archive_is_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files, "SHARE_LIMIT_BYTES", len(GOOD) + 10)
    two = zipped({"a.ipynb": GOOD, "b.ipynb": GOOD})
    path = pack(tmp_path / "class.zip", {canvas("Ma Ny", 0, "all.zip"): two, JANE: GOOD})
    collection = gather(path, tmp_path)
    assert [s.student_id for s in collection.submissions] == ["nyma", "smithjane"]
    assert "unpacks to more than" in reason_for(collection, "all.zip/b.ipynb")


def test_archives_in_archives_end_somewhere(tmp_path: Path) -> None:
    deep = GOOD
    for _ in range(8):
        deep = zipped({"hw.ipynb" if deep is GOOD else "in.zip": deep})
    path = pack(tmp_path / "class.zip", {canvas("De Ep", 0, "in.zip"): deep, JANE: GOOD})
    collection = gather(path, tmp_path)
    assert [s.student_id for s in collection.submissions] == ["smithjane"]
    assert "nested more than" in collection.refused[0].reason


def test_an_archive_that_lists_a_million_files_is_not_even_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(archives, "DIRECTORY_LIMIT_BYTES", 2_000)
    crowd = zipped({f"{n}.txt": b"" for n in range(200)})
    path = pack(tmp_path / "class.zip", {canvas("Cr Owd", 0, "all.zip"): crowd, JANE: GOOD})
    assert "more files than anybody" in reason_for(gather(path, tmp_path), "all.zip")


def test_a_long_list_of_other_files_is_summed_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(archives, "LISTED_LIMIT", 3)
    crowd = zipped({f"{n}.png": b"" for n in range(10)} | {"hw.ipynb": GOOD})
    collection = gather(pack(tmp_path / "class.zip", {canvas("Cr Owd", 0, "all.zip"): crowd}), tmp_path)
    assert len(collection.submissions) == 1
    assert [i.source.rpartition("/")[2] for i in collection.ignored] == ["(7 more files)", "0.png", "1.png", "2.png"]


def test_a_broken_archive_costs_only_its_owner(tmp_path: Path) -> None:
    whole = zipped({"hw.ipynb": GOOD})
    spoiled = bytearray(whole)
    spoiled[60:80] = b"\xff" * 20
    locked = bytearray(whole)
    locked[6] |= 1
    locked[whole.rindex(b"PK\x01\x02") + 8] |= 1
    bad = {"cut": whole[:-30], "noise": b"\x01" * 100, "spoiled": bytes(spoiled), "locked": bytes(locked), "none": b""}
    laid = {canvas(f"Bad {name}", 50 + n, "hw.zip"): content for n, (name, content) in enumerate(bad.items())}
    collection = gather(pack(tmp_path / "class.zip", laid | {JANE: GOOD}), tmp_path)
    assert [s.student_id for s in collection.submissions] == ["smithjane"]
    assert {refused.display_name for refused in collection.refused} == {f"{name}bad" for name in bad}
    assert "password" in reason_for(collection, "lockedbad")
    assert "cannot be read" in reason_for(collection, "cutbad")


def test_absurd_names_are_carried_and_shown_safely(tmp_path: Path) -> None:
    long = "x" * 1_200 + ".ipynb"
    odd = canvas("Wi\x1b[31mld", 5, "h\nw.ipynb")
    collection = gather(pack(tmp_path / "class.zip", {long: GOOD, odd: GOOD}), tmp_path)
    assert "characters long" in collection.refused[0].reason
    for line in (collection.submissions[0].source, collection.refused[0].source, collection.submissions[0].student_id):
        assert line.isprintable()
    assert len(shown("a" * 5_000)) < 150


def test_names_in_a_folder_that_are_no_text_are_carried(tmp_path: Path) -> None:
    folder = write(tmp_path / "class", {"jane/hw.ipynb": GOOD})
    raw = os.fsencode(folder) + b"/j\xff\xfeoe"
    try:
        os.mkdir(raw)
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    with open(raw + b"/hw.ipynb", "wb") as file:
        file.write(GOOD)
    collection = gather(folder, tmp_path)
    assert len(collection.submissions) == 2
    for submission in collection.submissions:
        f"{submission}".encode()


def test_names_that_macos_and_windows_wrote_are_read_as_meant(tmp_path: Path) -> None:
    name = "Zoe\u0308".encode()
    content = zipped({"QQQQQ/hw.ipynb": GOOD, "Joe\\hw.ipynb": GOOD})
    (tmp_path / "class.zip").write_bytes(content.replace(b"QQQQQ", name))
    collection = gather(tmp_path / "class.zip", tmp_path)
    assert [s.display_name for s in collection.submissions] == ["Joe", "Zo\u00eb"]
    assert [s.student_id for s in collection.submissions] == ["Joe", "Zoe"]


def test_tools_own_files_are_ignored(tmp_path: Path) -> None:
    laid = {
        "jane/hw.ipynb": GOOD,
        "jane/.ipynb_checkpoints/hw-checkpoint.ipynb": GOOD,
        "__MACOSX/jane/._hw.ipynb": b"\0",
        "joe/.DS_Store": b"",
        "joe/hw.ipynb": GOOD,
        "joe/hw.py": b"",
        "joe/Makefile": b"",
    }
    collection = gather(write(tmp_path / "class", laid), tmp_path)
    assert len(collection.submissions) == 2
    assert len(collection.ignored) == 5
    assert collection.refused == ()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent", None, "there is no such file"),
        ("class.zip", b"PK nothing", "cannot be read"),
        ("class.zip", b"", "cannot be read"),
        ("class.rar", b"Rar!", "a .rar file"),
        ("README", b"hello", "nameless kind of file"),
    ],
)
def test_what_is_no_download_is_one_line(name: str, content: bytes | None, said: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(AutograderError, match=said) as error:
        gather(tmp_path / name, tmp_path)
    assert "\n" not in str(error.value)


def test_an_archive_that_is_no_zip_is_not_passed_over(tmp_path: Path) -> None:
    files = {
        "Jane/work.rar": b"Rar!",
        "Joe/hw.ipynb": GOOD,
        "Joe/data.tar.gz": b"",
        "Ann/hw.ipynb": data(answered("halve")),
    }
    for path in (write(tmp_path / "class", files), pack(tmp_path / "class.zip", files)):
        found = gather(path, tmp_path)
        assert [s.student_id for s in found.submissions] == ["Ann", "Joe"]
        (refused,) = found.refused
        assert (refused.display_name, refused.reason) == ("Jane", "it is packed as .rar, and only .zip is opened here")
        assert refused.remedy == "unpack it by hand, or ask for the notebook (.ipynb)"
        (ignored,) = found.ignored
        assert ignored.reason == "not the assignment: it is packed as .gz, and only .zip is opened here"


@pytest.mark.parametrize("laid", [{}, {"notes.txt": b"hi", "a/b.pdf": b""}])
def test_a_folder_without_notebooks_is_one_line(laid: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    with pytest.raises(AutograderError, match=r"expected the students' \.ipynb files"):
        gather(write(tmp_path / "class", laid), tmp_path)


def test_an_empty_zip_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(AutograderError, match="it is empty"):
        gather(pack(tmp_path / "class.zip", {}), tmp_path)


def test_far_too_many_files_are_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = write(tmp_path / "class", {f"{n}.ipynb": b"" for n in range(5)})
    monkeypatch.setattr(download, "Budget", partial(files.Budget, files=3))
    with pytest.raises(AutograderError, match="more than"):
        gather(folder, tmp_path)
