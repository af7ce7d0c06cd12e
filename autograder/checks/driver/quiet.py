"""Silence around a student's code: what it prints or warns is swallowed, and what it changed globally is put back.

Guarantees: inside :func:`quiet` nothing reaches the notebook's stdout or stderr, whatever is printed, warned or logged;
afterwards random generators, gradient mode, default dtype and warnings are as they were found. nbgrader gives no
points for a single line on stderr, so a right answer that warns must not be seen to warn.
"""

from __future__ import annotations

import contextlib
import io
import logging
import random
import warnings
from collections.abc import Iterator

import numpy as np
import torch


@contextlib.contextmanager
def quiet(seed: int = 0) -> Iterator[io.StringIO]:
    """Swallow output and keep global state.

    Args:
        seed: what ``random``, numpy and torch are seeded with inside.

    Yields:
        The buffer that collects what is printed.
    """
    printed = io.StringIO()
    disabled = logging.root.manager.disable
    with contextlib.ExitStack() as stack:
        stack.enter_context(_kept_state(seed))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(contextlib.redirect_stdout(printed))
        stack.enter_context(contextlib.redirect_stderr(printed))
        logging.disable(logging.CRITICAL)
        try:
            yield printed
        finally:
            logging.disable(disabled)


@contextlib.contextmanager
def _kept_state(seed: int) -> Iterator[None]:
    """Seed the generators, and put back generators, gradient mode and default dtype."""
    python, numpy, torch_state = random.getstate(), np.random.get_state(), torch.get_rng_state()
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []
    dtype, grad = torch.get_default_dtype(), torch.is_grad_enabled()
    random.seed(seed)
    np.random.seed(seed % 2**32)
    # Not torch.manual_seed: where CUDA sleeps it formats a stack trace for later, 3 ms a call in a process just forked.
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed_all(seed)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        torch.set_rng_state(torch_state)
        if cuda:
            torch.cuda.set_rng_state_all(cuda)
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(grad)
