"""``fold_batch_norm``: a convolution and a batch norm in evaluation become one convolution."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from autograder.checks.cases import Case, Draw, Group, Trial, drawn, normal, resolve
from autograder.checks.comparing.compare import compare_call, compare_errors
from autograder.checks.comparing.values import Problem
from autograder.checks.driver import drive
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.wire import Plain


def reference(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    """A new convolution equal to bn(conv(x)) in evaluation mode."""
    return folded(conv, bn)


def folded(conv: nn.Conv2d, bn: nn.BatchNorm2d, eps: float | None = None, **parts: Tensor) -> nn.Conv2d:
    """The folded convolution; ``parts`` replace γ, β, mean, var or the old bias, to make a mistake in one of them."""
    if conv.out_channels != bn.num_features:
        raise ValueError(f"the convolution has {conv.out_channels} channels, the batch norm {bn.num_features}")
    assert bn.running_mean is not None
    assert bn.running_var is not None
    used = {"gamma": bn.weight, "beta": bn.bias, "mean": bn.running_mean, "var": bn.running_var}
    used["bias"] = torch.zeros_like(bn.running_mean) if conv.bias is None else conv.bias
    used |= parts
    scale = used["gamma"] / torch.sqrt(used["var"] + (bn.eps if eps is None else eps))
    new = copy.deepcopy(conv)
    with torch.no_grad():
        new.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
    new.bias = nn.Parameter((used["beta"] + (used["bias"] - used["mean"]) * scale).detach())
    return new


def old_bias_dropped(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    return folded(conv, bn, bias=torch.zeros_like(bn.bias))


def old_bias_not_scaled(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    new = folded(conv, bn, bias=torch.zeros_like(bn.bias))
    if conv.bias is not None and new.bias is not None:
        new.bias = nn.Parameter(new.bias + conv.bias)
    return new


def mean_dropped(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    return folded(conv, bn, mean=torch.zeros_like(bn.bias))


def beta_dropped(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    return folded(conv, bn, beta=torch.zeros_like(bn.bias))


def gamma_dropped(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    return folded(conv, bn, gamma=torch.ones_like(bn.bias))


def eps_dropped(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    return folded(conv, bn, eps=0.0)


def eps_fixed(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    return folded(conv, bn, eps=1e-5)


def by_variance(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    assert bn.running_var is not None
    return folded(conv, bn, var=(bn.running_var + bn.eps) ** 2 - bn.eps)


def eps_outside(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    assert bn.running_var is not None
    return folded(conv, bn, var=(bn.running_var.sqrt() + bn.eps) ** 2 - bn.eps)


def mean_added(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    assert bn.running_mean is not None
    return folded(conv, bn, mean=-bn.running_mean)


def option_lost(name: str) -> Any:
    """One of the options of the old convolution has its default in the new one."""

    def wrong(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
        full = folded(conv, bn)
        names = ("stride", "padding", "dilation", "groups")
        kept = {n: getattr(conv, n) for n in names if n != name}
        new = nn.Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size, **kept)  # type: ignore[arg-type]
        new = new.to(conv.weight.device, conv.weight.dtype)
        new.load_state_dict(full.state_dict())
        return new

    return wrong


def options_dropped(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    full = folded(conv, bn)
    size = (conv.kernel_size[0], conv.kernel_size[1])
    new = nn.Conv2d(conv.in_channels, conv.out_channels, size).to(conv.weight.device, conv.weight.dtype)
    new.load_state_dict(full.state_dict())
    return new


def in_place(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    new = folded(conv, bn)
    with torch.no_grad():
        conv.weight.copy_(new.weight)
    conv.bias = new.bias
    return conv


def _conv(c_in: int, c_out: int, size: tuple[int, int], bias: bool, **options: Any) -> dict[str, Any]:
    drawn_state: dict[str, Draw] = {"weight": normal(c_out, c_in // options.get("groups", 1), *size)}
    if bias:
        drawn_state["bias"] = normal(c_out)
    kwargs = {"bias": bias, **options}
    return {"$recipe": "layer", "kind": "Conv2d", "args": [c_in, c_out, size], "kwargs": kwargs, "state": drawn_state}


def _norm(channels: int, eps: float) -> dict[str, Any]:
    names = {"weight": normal, "bias": normal, "running_mean": normal}
    numbers: dict[str, Draw] = {name: make(channels) for name, make in names.items()}
    numbers["running_var"] = drawn("positive", channels)
    return {"$recipe": "layer", "kind": "BatchNorm2d", "args": [channels, eps], "kwargs": {}, "state": numbers}


PICTURES = normal(2, 3, 4, 5)


@dataclass(frozen=True)
class Folding(Case):
    """Fold two layers, and run the new one on ``x``."""

    x: Draw = PICTURES

    def request(self, seed: int, device: str, guard: tuple[str, ...]) -> Plain:
        whole = super().request(seed, device, guard)
        generator = torch.Generator().manual_seed(self.seeded(seed) + 1)
        run = {"do": "forward", "args": [resolve(self.x, generator, self.dtype)]}
        return {**whole, "steps": [{**whole["steps"][0], "do": "build"}, run, {"do": "state", "params": True}]}

    def judged(self, request: Plain, expected: Plain, actual: Plain) -> Trial:
        return Trial(self, request, expected, actual, self._problem(request, expected, actual))

    def _problem(self, request: Plain, expected: Plain, actual: Plain) -> Problem | None:
        first, wanted = actual["steps"][0], expected["steps"][0]
        problem = compare_errors(wanted, first)
        if problem or "error" in wanted:
            return problem
        if first["type"] != "Conv2d":
            return Problem("kind", f"The result must be a new nn.Conv2d; it is a {first['type']}.")
        if first["mutated"]:
            name = ("conv", "bn")[int(first["mutated"][0])]
            return Problem("mutated", f"{name} was changed; make a new convolution and leave both layers as they were.")
        problem = compare_call(expected["steps"][1], actual["steps"][1], request)
        if problem or {"weight", "bias"} <= set(actual["steps"][2]["state"]):
            return problem
        return Problem(
            "structure", "weight and bias of the new convolution must be parameters, as nn.Conv2d makes them."
        )

    def explained(self, target: Any, trial: Trial, device: str) -> bool:
        steps = [{**step, "guard": []} for step in trial.request["steps"]]
        reply = drive.answer(target, {**trial.request, "steps": steps})
        if "error" in reply["steps"][-1] or "error" in trial.actual["steps"][-1]:
            errors = [r["steps"][-1].get("error", {}).get("type") for r in (reply, trial.actual)]
            return errors[0] == errors[1]
        built = [
            (r["steps"][0]["type"], r["steps"][0]["mutated"], set(r["steps"][2]["state"]))
            for r in (reply, trial.actual)
        ]
        return built[0] == built[1] and compare_call(reply["steps"][1], trial.actual["steps"][1], trial.request) is None


EXERCISE = Exercise(
    name="fold_batch_norm",
    reference=reference,
    groups=(
        Group(
            "the folded convolution",
            2,
            (
                Folding("without a bias", (_conv(3, 4, (3, 3), False), _norm(4, 1e-5))),
                Folding("with a bias, eps 0.1", (_conv(3, 2, (2, 3), True), _norm(2, 0.1))),
                Folding("float64", (_conv(3, 4, (1, 1), True), _norm(4, 0.01)), dtype="float64"),
            ),
        ),
        Group(
            "stride, padding, groups",
            1,
            (
                Folding(
                    "stride (2, 1), padding (1, 0)",
                    (_conv(3, 4, (3, 2), True, stride=(2, 1), padding=(1, 0)), _norm(4, 0.1)),
                ),
                Folding(
                    "depthwise, dilated", (_conv(3, 6, (2, 2), False, groups=3, dilation=2, padding=1), _norm(6, 0.2))
                ),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (Folding("4 channels and a norm of 3", (_conv(3, 4, (1, 1), True), _norm(3, 0.1))),),
        ),
    ),
    misconceptions=(
        Misconception(
            "the convolution's own bias is dropped", old_bias_dropped, "What does bn make of the convolution's bias?"
        ),
        Misconception(
            "the convolution's own bias is not scaled",
            old_bias_not_scaled,
            "The bias passes through bn like everything else.",
        ),
        Misconception(
            "the running mean is not taken off", mean_dropped, "Write bn(conv(x)) as a·conv(x) + c. What is in c?"
        ),
        Misconception("β is forgotten", beta_dropped, "Write bn(conv(x)) as a·conv(x) + c. What is in c?"),
        Misconception("γ is forgotten", gamma_dropped, "By what does bn multiply each channel?"),
        Misconception("eps is forgotten", eps_dropped, "bn divides by √(running_var + eps)."),
        Misconception("eps is always 1e-5", eps_fixed, "The layer knows its own eps."),
        Misconception("eps stands outside the root", eps_outside, "Where does eps stand in √(σ² + ε)?"),
        Misconception("the running mean is added", mean_added, "bn takes the mean off before it multiplies."),
        Misconception("divided by the variance", by_variance, "bn divides by a standard deviation."),
        Misconception(
            "stride, padding, dilation or groups are lost",
            options_dropped,
            "The new convolution must slide as the old one did.",
        ),
        *(
            Misconception(
                f"the {name} of the old convolution is lost", option_lost(name), "Which options has a convolution?"
            )
            for name in ("stride", "padding", "dilation")
        ),
        Misconception(
            "the given convolution is changed", in_place, "A new nn.Conv2d is asked for; both layers stay as they are."
        ),
    ),
)
