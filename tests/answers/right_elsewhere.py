"""Right answers in the styles that learners write, each named exercise__style."""

import numpy as np
import torch
from torch.nn.functional import batch_norm

from answers.right_ways import tensors
from bnlib import functional as F


def keras_to_torch__float32(momentum, epsilon):
    return 1 - np.float32(momentum), np.float32(epsilon)


def keras_to_torch__list(momentum, epsilon):
    return [1.0 - momentum, epsilon]


def keras_to_torch__array(momentum, epsilon):
    return np.array([1 - momentum, epsilon])


def keras_to_torch__tensors(momentum, epsilon):
    return torch.tensor(1 - momentum), torch.tensor(epsilon)


def keras_to_torch__through_a_layer(momentum, epsilon):
    layer = torch.nn.BatchNorm1d(1, eps=epsilon, momentum=1 - momentum)
    return layer.momentum, layer.eps


def keras_to_torch__negated(momentum, epsilon):
    return -(momentum - 1), +epsilon


def update_like__branches(running_mean, running_var, x, momentum, weighs, variance):
    mean = x.mean(axis=0)
    var = x.var(axis=0) if variance == "biased" else x.var(axis=0, ddof=1)
    if weighs == "old":
        return (
            momentum * running_mean + (1 - momentum) * mean,
            momentum * running_var + (1 - momentum) * var,
        )
    return (
        (1 - momentum) * running_mean + momentum * mean,
        (1 - momentum) * running_var + momentum * var,
    )


def update_like__steps(running_mean, running_var, x, momentum, weighs, variance):
    share = {"new": momentum, "old": 1 - momentum}[weighs]
    var = x.var(axis=0, ddof=variance == "unbiased")
    return running_mean + share * (x.mean(axis=0) - running_mean), running_var + share * (
        var - running_var
    )


def update_like__bnlib(running_mean, running_var, x, momentum, weighs, variance):
    mean, var = F.batch_statistics(x)
    if variance == "unbiased":
        var = var * len(x) / (len(x) - 1)
    share = momentum if weighs == "new" else 1 - momentum
    return F.running_update(running_mean, mean, share), F.running_update(running_var, var, share)


def update_like__torch(running_mean, running_var, x, momentum, weighs, variance):
    x, mean, var = map(torch.tensor, (x, running_mean, running_var))
    share = momentum if weighs == "new" else 1 - momentum
    new_var = x.var(0, correction=1 if variance == "unbiased" else 0)
    return mean.lerp(x.mean(0), share), var.lerp(new_var, share)


def update_like__columns(running_mean, running_var, x, momentum, weighs, variance):
    old = 1 - momentum if weighs == "new" else momentum
    means, variances = [], []
    for m, v, column in zip(running_mean, running_var, x.T, strict=True):
        spread = sum((column - column.mean()) ** 2)
        means.append(old * m + (1 - old) * column.mean())
        variances.append(old * v + (1 - old) * spread / (len(x) - (variance == "unbiased")))
    return means, variances


def update_like__einsum_tensor(running_mean, running_var, x, momentum, weighs, variance):
    new = torch.tensor([[momentum, 1 - momentum][weighs == "old"]], dtype=torch.float64)
    w = torch.cat([1 - new, new])
    seen = (
        torch.tensor(np.stack([running_mean, x.mean(0)])),
        torch.tensor(np.stack([running_var, x.var(0, ddof=len(variance) // 8)])),
    )
    return [torch.einsum("k,kc->c", w, s) for s in seen]


def keras_to_torch__cleaned(momentum, epsilon):
    """Ten digits, so that 1 - 0.99 prints as 0.01."""
    return float(f"{1 - momentum:.10f}"), float(epsilon)


# What torch computes, to which the solution is equal: exercise__by_torch


def keras_to_torch__by_torch(momentum, epsilon):
    """The settings with which torch moves and normalizes as Keras documents it."""
    layer = torch.nn.BatchNorm1d(1, epsilon, 1 - momentum, dtype=torch.float64)
    layer(torch.tensor([[4.0], [6.0]], dtype=torch.float64))
    kept = 1 - layer.running_mean.item() / 5
    return 1 - kept, layer.eval().eps


def update_like__by_torch(running_mean, running_var, x, momentum, weighs, variance):
    x, mean, var = tensors(x, running_mean, running_var)
    share = momentum if weighs == "new" else 1 - momentum
    kept = (1 - share) * var
    batch_norm(x, mean, var, training=True, momentum=share)
    if variance == "biased":
        var = kept + (var - kept) * (len(x) - 1) / len(x)
    return mean, var
