"""What this machine offers, in one line, and one seed for everything."""

from __future__ import annotations

import os
import platform
import random

import numpy as np
import torch


def device() -> torch.device:
    """Return the CUDA device where there is one, otherwise the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def report() -> str:
    """Say in one line what the code will run on."""
    versions = f"Python {platform.python_version()}, PyTorch {torch.__version__}"
    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        return f"{versions}, GPU: {properties.name}, {properties.total_memory / 2**30:.0f} GiB"
    return f"{versions}, CPU with {os.cpu_count()} cores (no GPU is needed here)"


def seed_everything(seed: int = 0) -> torch.Generator:
    """Seed Python, NumPy and PyTorch, and return a CPU generator with the same seed.

    Args:
        seed: Any integer from 0 to 2**32 − 1.
    """
    random.seed(seed)
    np.random.seed(seed)  # student code and libraries use NumPy's global state
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)
