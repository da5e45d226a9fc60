"""torch's batch norm on NumPy arrays, under bnlib's names."""

from typing import Any, Self

import numpy as np
import torch

from bnlib.functional import Array, BatchNormGradients


def tensor(values: Any, dtype: torch.dtype | None = None) -> Any:
    """A copy of values as a tensor; None stays None."""
    return None if values is None else torch.tensor(np.asarray(values), dtype=dtype)


def batch_norm(
    x: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Array:
    """torch.nn.functional.batch_norm; training updates the running arrays in place."""
    x = tensor(x)
    mean, var, weight, bias = (
        tensor(a, x.dtype) for a in (running_mean, running_var, weight, bias)
    )
    y = torch.nn.functional.batch_norm(x, mean, var, weight, bias, training, momentum, eps)
    if training and running_mean is not None:
        running_mean[:], running_var[:] = mean.numpy(), var.numpy()
    return np.asarray(y)


def batch_norm_backward(
    grad_output: Any,
    x: Any,
    weight: Any = None,
    mean: Any = None,
    var: Any = None,
    eps: float = 1e-5,
) -> BatchNormGradients:
    """What torch's autograd makes of batch_norm."""
    x = tensor(x).requires_grad_()
    weight = tensor(np.ones(x.shape[1]) if weight is None else weight, x.dtype).requires_grad_()
    bias = torch.zeros_like(weight, requires_grad=True)
    mean, var = tensor(mean, x.dtype), tensor(var, x.dtype)
    y = torch.nn.functional.batch_norm(x, mean, var, weight, bias, training=mean is None, eps=eps)
    grads = torch.autograd.grad(y, (x, weight, bias), tensor(grad_output, x.dtype))
    return BatchNormGradients(*(grad.numpy() for grad in grads))


class BatchNorm1d:
    """torch.nn.BatchNorm1d, on arrays."""

    def __init__(self, num_features: int, momentum: float | None, dtype: Any) -> None:
        dtype = getattr(torch, np.dtype(dtype).name)
        self.dtype = dtype
        self.layer = torch.nn.BatchNorm1d(num_features, momentum=momentum, dtype=dtype)

    def __call__(self, x: Any) -> Array:
        return np.asarray(self.layer(tensor(x, self.dtype)).detach())

    def eval(self) -> Self:
        self.layer.eval()
        return self

    @property
    def running_mean(self) -> Array:
        return np.asarray(self.layer.running_mean)

    @property
    def running_var(self) -> Array:
        return np.asarray(self.layer.running_var)
