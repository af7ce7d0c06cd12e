"""`autograder slides`: every built lecture as a reveal.js slide show that needs no network when it is shown.

Guarantees: the folder holds all that its pages load; what is fetched from the package registry is, to the bit, what it
was when this was written; a slide shows what a cell shows, and code only where it is typed live or shows nothing.
"""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter
from traitlets.config import Config

from autograder.errors import AutograderError

TEMPLATES = Path(__file__).parent / "templates"
_FETCH_SECONDS = 120


@dataclass(frozen=True)
class Package:
    """A package of the npm registry, pinned.

    Attributes:
        name: The package's name.
        version: Its version.
        sha512: The registry's digest of its archive, in base64.
        members: What is needed of it; a folder ends with "/".
    """

    name: str
    version: str
    sha512: str
    members: tuple[str, ...]

    @property
    def url(self) -> str:
        """Where its archive lies."""
        return f"https://registry.npmjs.org/{self.name}/-/{self.name}-{self.version}.tgz"


PACKAGES = (
    Package(
        "reveal.js",
        "4.6.1",
        "1CW0auaXNPmwmvQ7TwpszwVxMi2Xr5cTS3J3EBC/HHgbPF32Dn7aiu/LKWDOGjMbaDwKQiGmfqcoGQ74HUHCMw==",
        ("dist/", "plugin/notes/"),
    ),
    Package(
        "mathjax",
        "3.2.2",
        "Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw==",
        ("es5/tex-svg.js",),
    ),
)


def fetch(url: str) -> bytes:
    """Return what lies at an address.

    Raises:
        AutograderError: It cannot be reached.
    """
    try:
        with urllib.request.urlopen(url, timeout=_FETCH_SECONDS) as answer:
            return bytes(answer.read())
    except OSError as error:
        raise AutograderError(f"slides: {url} cannot be fetched ({error}); run this once with a network") from None


def make_slides(root: Path, get: Callable[[str], bytes] = fetch) -> list[Path]:
    """Write `slides/NN_topic.html` for every built lecture.

    Args:
        root: The course's folder.
        get: Returns what lies at an address.

    Raises:
        AutograderError: There is no lecture, or a package cannot be fetched or is not the one we know.
    """
    lectures = sorted((root / "lectures").glob("*.ipynb"))
    if not lectures:
        raise AutograderError(f"{root / 'lectures'}: no lectures here; run `autograder build` first")
    folder = root / "slides"
    for package in PACKAGES:
        _install(package, folder / package.name, get)
    exporter = SlidesExporter(config=_config())
    made = []
    for lecture in lectures:
        notebook = nbformat.read(lecture, as_version=4)
        notebook.cells[0].source = notebook.cells[0].source.splitlines()[0]  # the title, without badge and links
        for cell in notebook.cells:
            if cell.get("outputs") and "live" not in cell.metadata.get("tags", ()):
                cell.metadata.transient = {
                    "remove_source": True
                }  # a picture would be pushed off the slide by what draws it
        page, _ = exporter.from_notebook_node(notebook)
        made.append(folder / f"{lecture.stem}.html")
        made[-1].write_text(page, encoding="utf-8")
    return made


def _config() -> Config:
    config = Config()
    config.SlidesExporter.template_name = "course_slides"
    config.SlidesExporter.extra_template_basedirs = [str(TEMPLATES)]
    config.SlidesExporter.reveal_url_prefix = "reveal.js"
    config.SlidesExporter.mathjax_url = "mathjax/es5/tex-svg.js"
    config.SlidesExporter.exclude_input_prompt = config.SlidesExporter.exclude_output_prompt = True
    return config


def _install(package: Package, folder: Path, get: Callable[[str], bytes]) -> None:
    """Put the needed files of a package into a folder, unless they are there."""
    mark = folder / ".version"
    if mark.is_file() and mark.read_text(encoding="utf-8") == package.sha512:
        return
    archive = get(package.url)
    if base64.b64encode(hashlib.sha512(archive).digest()).decode() != package.sha512:
        raise AutograderError(f"slides: {package.url} is not the archive we know (sha512 differs); nothing was written")
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        for member in packed:
            inside = member.name.removeprefix("package/")
            if member.isfile() and inside.startswith(package.members) and ".." not in inside.split("/"):
                target = folder / inside
                target.parent.mkdir(parents=True, exist_ok=True)
                content = packed.extractfile(member)
                target.write_bytes(content.read() if content else b"")
    mark.write_text(package.sha512, encoding="utf-8")
