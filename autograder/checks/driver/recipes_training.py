"""Arguments of training exercises: a small classifier, its data and its optimizer.

Guarantees: everything is built from the numbers in the request, so the student's side and the reference train the
same thing; the data stay on the CPU, as a loader of real data leaves them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from autograder.checks.driver.recipes import recipe

if TYPE_CHECKING:
    from autograder.checks.driver.steps import Stage


class Classifier(nn.Module):
    """Flatten, linear, batch norm, ReLU, linear; it remembers whether it ever ran in evaluation with gradients on."""

    def __init__(self, features: int, hidden: int, classes: int) -> None:
        super().__init__()
        self.first = nn.Linear(features, hidden)
        self.norm = nn.BatchNorm1d(hidden)
        self.last = nn.Linear(hidden, classes)
        self.register_buffer("evaluated_with_gradients", torch.zeros(()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, …) → (N, classes)."""
        if not self.training and torch.is_grad_enabled():
            self.get_buffer("evaluated_with_gradients").add_(1)
        out: torch.Tensor = self.last(torch.relu(self.norm(self.first(x.flatten(1)))))
        return out


@recipe
def classifier(stage: Stage, state: dict[str, torch.Tensor], training: bool = True) -> nn.Module:
    """A classifier with the given weights, in training or evaluation mode."""
    hidden, features = state["first.weight"].shape
    made = Classifier(features, hidden, state["last.weight"].shape[0]).to(stage.device, stage.dtype)
    made.load_state_dict({**made.state_dict(), **state})
    stage.module = made.train(training)
    return made


@recipe
def loader(stage: Stage, x: torch.Tensor, y: torch.Tensor, batch_size: int) -> Any:
    """A DataLoader that deals out the samples in order, with a short last batch, on the CPU."""
    data = torch.utils.data.TensorDataset(x.cpu(), y.cpu())
    return torch.utils.data.DataLoader(data, batch_size)


@recipe
def sgd(stage: Stage, lr: float, momentum: float = 0.0) -> torch.optim.Optimizer:
    """An optimizer of the classifier made just before."""
    return torch.optim.SGD(stage.module.parameters(), lr=lr, momentum=momentum)


@recipe
def parameters(stage: Stage, values: list[torch.Tensor]) -> tuple[nn.Parameter, ...]:
    """Leaves that require gradients; a tuple, so that only the tensors themselves can be changed."""
    return tuple(nn.Parameter(value) for value in values)
