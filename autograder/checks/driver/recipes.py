"""Arguments that are not plain data, made on the student's side by name: a strided view, a generator, a layer.

Guarantees: the same recipe with the same content makes equal objects for the student's code and for the reference.
A recipe is a function ``(stage, **content)``; :func:`recipe` registers it under its own name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from autograder.checks.driver.steps import Stage

RECIPES: dict[str, Callable[..., Any]] = {}


def recipe(function: Callable[..., Any]) -> Callable[..., Any]:
    """Register a recipe under its name."""
    RECIPES[function.__name__] = function
    return function


@recipe
def strided(stage: Stage, x: torch.Tensor) -> torch.Tensor:
    """The same numbers, not contiguous in memory."""
    wide = torch.stack((x, torch.full_like(x, 7)), dim=-1)
    return wide[..., 0]


@recipe
def generator(stage: Stage, seed: int) -> torch.Generator:
    """A random generator on the stage's device."""
    return torch.Generator(stage.device).manual_seed(seed)


@recipe
def layer(stage: Stage, kind: str, args: list[Any], kwargs: dict[str, Any], state: dict[str, torch.Tensor]) -> Any:
    """A layer of ``torch.nn`` with the given parameters and buffers, in the stage's dtype and on its device."""
    made = getattr(torch.nn, kind)(*args, **kwargs).to(stage.device, stage.dtype)
    made.load_state_dict({**made.state_dict(), **state})
    return made


@recipe
def target(stage: Stage) -> Any:
    """What is being checked, as an argument: a block class handed to a builder."""
    return stage.target


from autograder.checks.driver import recipes_architectures, recipes_residual, recipes_training  # noqa: E402, F401 - register theirs
