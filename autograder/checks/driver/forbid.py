"""Finds a forbidden call when it happens: not by reading the source, but by watching what runs.

Guarantees: inside :func:`watched` every Python function, and every C function that Python code of the current thread
calls, is seen, whatever name the student gave it; watched closely, so is every ATen operation that reaches the
dispatcher, on whatever way it came there. The call is recorded, not prevented: no answer can notice that it is watched,
catch the refusal and go another way.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode


@dataclass(frozen=True)
class Family:
    """Calls that an exercise asks to write, and which therefore may not be used.

    Attributes:
        name: what the report calls it: "a library convolution".
        operations: names of ATen operations without overload: ``aten::convolution``.
        functions: ``module.function`` names of Python and C functions; a leading ``*`` matches any module.
    """

    name: str
    operations: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()


def _family(name: str, operations: str = "", functions: str = "") -> Family:
    return Family(name, frozenset(f"aten::{o}" for o in operations.split()), frozenset(functions.split()))


CONVOLUTION = _family(
    "a library convolution",
    "convolution _convolution convolution_overrideable mkldnn_convolution cudnn_convolution conv1d conv2d conv3d "
    "_slow_conv2d_forward slow_conv3d thnn_conv2d _conv_depthwise2d convolution_backward "
    "conv_transpose1d conv_transpose2d",
    "numpy.convolve numpy.correlate *.convolve *.correlate *.convolve1d *.correlate1d *.fftconvolve *.oaconvolve "
    "*.convolve2d *.correlate2d *.lfilter",
)
UNFOLD = _family("a library im2col (F.unfold, F.fold)", "im2col col2im im2col_backward")
AUTOGRAD = _family(
    "autograd", functions="*.run_backward *._engine_run_backward *.vjp *.jacobian *.jacrev *.jacfwd *.jvp"
)
POOLING = _family(
    "a library pooling",
    "max_pool2d max_pool2d_with_indices max_pool2d_with_indices_backward avg_pool2d avg_pool2d_backward max_pool1d "
    "adaptive_avg_pool2d _adaptive_avg_pool2d _adaptive_avg_pool2d_backward adaptive_max_pool2d avg_pool1d max_pool3d "
    "max_pool3d_with_indices avg_pool3d adaptive_avg_pool1d mkldnn_max_pool2d _adaptive_avg_pool3d adaptive_max_pool3d",
    "torch.nn.functional.adaptive_avg_pool1d torch.nn.functional.adaptive_avg_pool2d "
    "torch.nn.functional.adaptive_avg_pool3d",
)
NORMALIZATION = _family(
    "a library normalization",
    "native_batch_norm _native_batch_norm_legit _native_batch_norm_legit_functional "
    "_native_batch_norm_legit_no_training "
    "cudnn_batch_norm _batch_norm_with_update batch_norm native_layer_norm layer_norm native_group_norm group_norm "
    "instance_norm native_batch_norm_backward native_layer_norm_backward native_group_norm_backward",
    "*.batch_norm *.layer_norm *.group_norm *.instance_norm",
)
DROPOUT = _family(
    "a library dropout", "native_dropout dropout _fused_dropout feature_dropout alpha_dropout", "*.dropout"
)
INITIALISATION = _family("a library initialisation", functions="torch.nn.init.*")
OPTIMIZER = _family("a library optimizer", "_fused_sgd_", "torch.optim.sgd.*")
MODELS = _family(
    "a library model",
    functions="torchvision.models.alexnet.* torchvision.models.vgg.* torchvision.models.googlenet.* "
    "torchvision.models.inception.* torchvision.models.resnet.*",
)
SCHEDULER = _family("a library schedule", functions="torch.optim.lr_scheduler.*")

LIGHTLY = "lightly"
C_MODULES = ("torch", "torch._C._nn")  # where PyTorch's C functions say that they live
FAMILIES = {family.name: family for family in list(globals().values()) if isinstance(family, Family)}


class _Watcher(TorchDispatchMode):
    """Sees ATen operations through the dispatcher and functions through the profiler's hook."""

    def __init__(self, families: tuple[Family, ...]) -> None:
        super().__init__()
        self.families = families
        self.seen: dict[str, None] = {}
        self.passed: set[Any] = set()  # functions and operations that were looked at and may be called
        named = {name.rpartition(".")[2] for family in families for name in family.functions}
        self.names = named | {name.removeprefix("aten::") for family in families for name in family.operations}

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # Otherwise torch imports its compiler (seconds, and a temporary folder) when the first operation is seen.
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        hook = sys.getprofile()
        sys.setprofile(None)  # what happens between the dispatcher and the operation is no call of the student's
        try:
            if func not in self.passed:
                self._look_at_operation(func)
            return func(*args, **(kwargs or {}))
        finally:
            sys.setprofile(hook)

    def _look_at_operation(self, func: Any) -> None:
        name = func._schema.name
        found = [family.name for family in self.families if name in family.operations]
        if not found:
            self.passed.add(func)
        for family in found:
            self.seen[f"{family} ({name.removeprefix('aten::')})"] = None

    def profile(self, frame: FrameType, event: str, arg: Any) -> None:
        """The interpreter's hook, called for every call and every return: it must be quick."""
        if event == "call":
            self._look(frame.f_globals.get("__name__") or "", frame.f_code.co_name)
        elif event == "c_call" and getattr(arg, "__name__", "") in self.names:
            self._look(str(getattr(arg, "__module__", "") or "torch"), arg.__name__)

    def _look(self, module: str, name: str) -> None:
        if (module, name) in self.passed:
            return
        found = [f.name for f in self.families if self._is_named(f, module, name)]
        if not found:
            self.passed.add((module, name))
        shown = name if module in C_MODULES else f"{module}.{name}".lstrip(".")
        for family in found:
            self.seen[f"{family} ({shown})"] = None

    @staticmethod
    def _is_named(family: Family, module: str, name: str) -> bool:
        # What the student wrote lives in the notebook: a function of theirs may be called "convolve".
        if module in ("", "__main__") and name != "run_backward":
            return False
        if module in C_MODULES and f"aten::{name}" in family.operations:
            return True
        return not family.functions.isdisjoint((f"{module}.{name}", f"*.{name}", f"{module}.*"))


@contextlib.contextmanager
def watched(names: list[str]) -> Iterator[dict[str, None]]:
    """Record forbidden calls.

    Args:
        names: names of families in :data:`FAMILIES`; none means nothing is watched. With :data:`LIGHTLY` among them,
            operations are seen where Python calls them only: that costs next to nothing, a close look up to twice the
            time of the call.

    Yields:
        The calls seen so far, in order, as keys.
    """
    families = tuple(FAMILIES[name] for name in names if name != LIGHTLY)
    watcher = _Watcher(families)
    if not families:
        yield watcher.seen
        return
    before = sys.getprofile()
    closely = LIGHTLY not in names and any(family.operations for family in families)
    with watcher if closely else contextlib.nullcontext():
        sys.setprofile(watcher.profile)
        try:
            yield watcher.seen
        finally:
            sys.setprofile(before)
