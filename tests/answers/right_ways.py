"""What right answers of several lessons have in common."""

import numpy as np
import torch


def streamed(values):
    """Mean and biased variance in one pass, value by value."""
    mean = squares = 0.0
    for n, value in enumerate(values, start=1):
        before = value - mean
        mean += before / n
        squares += before * (value - mean)
    return mean, squares / n


def in_pairs(values):
    """Mean and biased variance of columns, from those of the halves."""
    if len(values) == 1:
        return values[0], np.zeros_like(values[0])
    half = len(values) // 2
    (one, one_var), (other, other_var) = in_pairs(values[:half]), in_pairs(values[half:])
    share = half / len(values)
    between = share * (1 - share) * (one - other) ** 2
    return share * one + (1 - share) * other, share * one_var + (1 - share) * other_var + between


def jacobian(x, eps):
    """d x_hat[i] / d x[j] of one column."""
    n = len(x)
    centered = x - x.mean()
    var = centered @ centered / n
    return (np.eye(n) - 1 / n - np.outer(centered, centered) / (n * (var + eps))) / np.sqrt(
        var + eps
    )


_layers = {}


def kept_layer(owner, channels):
    """A layer of torch's that its owner keeps for all calls."""
    new = torch.nn.BatchNorm1d(channels, dtype=torch.float64)
    return _layers.setdefault((owner, channels), new)


def tensors(*arrays):
    return [torch.tensor(np.asarray(a), dtype=torch.float64) for a in arrays]
