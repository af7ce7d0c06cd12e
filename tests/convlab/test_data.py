"""Data is what it says it is, and what is missing is said, never replaced."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from convlab import data, runtime
from convlab.data import CIFAR10_URLS, DataError, _cifar10_sets


def write_mnist(folder: Path, *, packed: bool) -> None:
    """Write the four files with three training images and two test images of 28×28 pixels."""
    folder.mkdir(parents=True)
    for part, count in (("train", 3), ("t10k", 2)):
        images = struct.pack(">BBBBIII", 0, 0, 8, 3, count, 28, 28) + bytes(range(count)) * 28 * 28
        labels = struct.pack(">BBBBI", 0, 0, 8, 1, count) + bytes(range(count))
        for kind, raw in (("images-idx3-ubyte", images), ("labels-idx1-ubyte", labels)):
            name = f"{part}-{kind}" + (".gz" if packed else "")
            (folder / name).write_bytes(gzip.compress(raw) if packed else raw)


def test_digits_are_real_split_and_always_the_same() -> None:
    digits = data.load()
    assert digits.train_x.shape == (1437, 1, 8, 8)
    assert digits.test_x.shape == (360, 1, 8, 8)
    assert digits.train_x.dtype == torch.float32
    assert (digits.train_x.min(), digits.train_x.max()) == (0, 1)
    assert set(digits.train_y.tolist()) == set(digits.test_y.tolist()) == set(range(10))
    assert torch.equal(digits.test_x, data.load("digits").test_x)
    assert str(digits).startswith("digits: 1,437 training and 360 test images, 1×8×8 (real handwriting")


@pytest.mark.parametrize(("place", "packed"), [(".", True), ("mnist", True), ("MNIST/raw", False)])
def test_mnist_is_read_from_a_local_folder(tmp_path: Path, place: str, packed: bool) -> None:
    write_mnist(tmp_path / "data" / place, packed=packed)
    images = data.load("mnist", folder=tmp_path / "data")
    assert images.train_x.shape == (3, 1, 28, 28)
    assert images.test_y.tolist() == [0, 1]
    assert images.train_x.flatten()[1] == pytest.approx(1 / 255)


def test_folder_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_mnist(tmp_path / "mnist", packed=True)
    monkeypatch.setenv("CONVLAB_DATA", str(tmp_path))
    assert len(data.load("mnist").train_y) == 3


@pytest.mark.parametrize("name", ["mnist", "imagenet"])
def test_what_is_missing_is_said_with_a_way_out(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="digits"):
        data.load(name, folder=tmp_path)


class Host:
    """Stands in for torchvision's CIFAR10: delivers from one host only."""

    url = "official"
    good = CIFAR10_URLS[1]
    asked: list[str] = []

    def __init__(self, root: Path, *, train: bool, download: bool) -> None:
        self.asked.append(self.url)
        if not (download and self.url == self.good):
            raise RuntimeError("File not found or corrupted.")
        self.train = train


def test_cifar10_goes_from_host_to_host_until_the_bytes_are_right(tmp_path: Path) -> None:
    Host.asked.clear()
    train, test = _cifar10_sets(Host, tmp_path, download=True)
    assert (train.train, test.train) == (True, False)
    assert Host.asked == ["", CIFAR10_URLS[0], CIFAR10_URLS[1], CIFAR10_URLS[1]]


def test_cifar10_is_not_fetched_unless_asked(tmp_path: Path) -> None:
    Host.asked.clear()
    with pytest.raises(DataError, match="download=True"):
        _cifar10_sets(Host, tmp_path, download=False)
    assert Host.asked == [""]


def test_cifar10_says_which_hosts_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Host, "good", "nowhere")
    with pytest.raises(DataError, match=r"data\.brainchip\.com: File not found.*www\.cs\.toronto\.edu"):
        _cifar10_sets(Host, tmp_path, download=True)


def test_photograph_is_a_real_one() -> None:
    camera = data.photograph("camera")
    assert camera.shape == (512, 512)
    assert 0 <= camera.min() < camera.max() <= 1
    assert data.photograph("cat").shape == (3, 300, 451)


def test_photograph_is_averaged_down_from_its_middle() -> None:
    camera = data.photograph("camera")
    small = data.photograph("camera", size=64)
    assert small.shape == (64, 64)
    assert small[3, 5] == pytest.approx(camera[24:32, 40:48].mean().item(), abs=1e-6)
    assert data.photograph("coffee", size=100).shape == (3, 100, 100)


@pytest.mark.parametrize(("name", "size"), [("moon landing", None), ("camera", 513), ("camera", 0)])
def test_impossible_photograph_is_refused(name: str, size: int | None) -> None:
    with pytest.raises(DataError, match="choose"):
        data.photograph(name, size)


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("convlab.data.import_module", absent)
    with pytest.raises(DataError, match="pip install scikit-learn"):
        data.load()


def test_one_seed_sets_every_generator() -> None:
    def draw() -> tuple[float, float, float]:
        generator = runtime.seed_everything(7)
        return np.random.rand(), torch.rand(()).item(), torch.rand((), generator=generator).item()

    assert draw() == draw()


def test_report_is_one_line_about_this_machine() -> None:
    report = runtime.report()
    assert torch.__version__ in report
    assert "\n" not in report
    assert ("GPU" in report) == torch.cuda.is_available() or "no GPU" in report
    assert runtime.device().type in ("cpu", "cuda")
