"""Right answers in the styles that learners write, each named exercise__style."""

import math
import statistics

import numpy as np
import torch
from torch.nn.functional import batch_norm

from answers.right_ways import in_pairs, kept_layer, streamed, tensors


def updated_statistics__torch(running_mean, running_var, x, momentum):
    mean, var = torch.from_numpy(running_mean), torch.from_numpy(running_var)
    batch_norm(torch.from_numpy(x), mean, var, training=True, momentum=momentum)
    return mean, var


def updated_statistics__lerp(running_mean, running_var, x, momentum):
    x, mean, var = map(torch.from_numpy, (x, running_mean, running_var))
    return mean.lerp(x.mean(0), momentum), var.lerp(x.var(0), momentum)


def updated_statistics__covariance(running_mean, running_var, x, momentum):
    var = np.diag(np.atleast_2d(np.cov(x.T)))
    return np.array([running_mean, running_var]) * (1 - momentum) + momentum * np.array(
        [x.mean(0), var]
    )


def updated_statistics__pairs_of_samples(running_mean, running_var, x, momentum):
    n = len(x)
    var = ((x[:, None] - x[None]) ** 2).sum((0, 1)) / (2 * n * (n - 1))
    mean = np.ones(n) @ x / n
    return [running_mean + momentum * (mean - running_mean),
            running_var + momentum * (var - running_var)]  # fmt: skip


def updated_statistics__loops(running_mean, running_var, x, momentum):
    means, variances = [], []
    for old_mean, old_var, column in zip(running_mean, running_var, x.T.tolist(), strict=True):
        means.append((1 - momentum) * old_mean + momentum * statistics.mean(column))
        variances.append((1 - momentum) * old_var + momentum * statistics.variance(column))
    return means, variances


def updated_statistics__float32_in_place(running_mean, running_var, x, momentum):
    mean, var = in_pairs(np.float32(x))
    running_mean[:] = (1 - momentum) * running_mean + momentum * mean
    running_var[:] = (1 - momentum) * running_var + momentum * var * len(x) / (len(x) - 1)
    return running_mean, running_var


def after_batches__torch(batches, momentum):
    layer = torch.nn.BatchNorm1d(batches[0].shape[1], momentum=momentum)
    for batch in batches:
        layer(torch.tensor(batch, dtype=torch.float32))
    return layer.running_mean, layer.running_var


def after_batches__stacked(batches, momentum):
    seen = np.stack([(batch.mean(0), batch.var(0, ddof=1)) for batch in batches])
    if momentum is None:
        return seen.mean(0)
    kept = (1 - momentum) ** np.arange(len(seen))[::-1]
    start = np.array([[0.0], [1.0]]) * (1 - momentum) ** len(seen)
    return tuple(start + momentum * np.einsum("k,ksc->sc", kept, seen))


def after_batches__sums(batches, momentum):
    if momentum is None:
        return sum(b.mean(0) for b in batches) / len(batches), sum(
            b.var(0, ddof=1) for b in batches
        ) / len(batches)
    mean, var = 0, 1
    for batch in batches:
        mean += momentum * (batch.mean(0) - mean)
        var += momentum * (batch.var(0, ddof=1) - var)
    return mean, var


def after_batches__recursion(batches, momentum):
    if not batches:
        return 0.0, 1.0
    *before, last = batches
    share = 1 / len(batches) if momentum is None else momentum
    old = after_batches__recursion(before, momentum)
    new = last.mean(0), last.var(0, ddof=1)
    return tuple((1 - share) * a + share * b for a, b in zip(old, new, strict=True))


def after_batches__columns(batches, momentum):
    def one_column(c):
        mean, var = 0.0, 1.0
        for k, batch in enumerate(batches):
            share = 1 / (k + 1) if momentum is None else momentum
            n, (batch_mean, batch_var) = len(batch), streamed(batch[:, c])
            mean += share * (batch_mean - mean)
            var += share * (batch_var * n / (n - 1) - var)
        return mean, var

    return np.array([one_column(c) for c in range(batches[0].shape[1])]).T


def after_batches__class(batches, momentum):
    class Layer:
        mean, var, count = np.float32(0), np.float32(1), 0

        def __call__(self, x):
            self.count += 1
            share = np.float32(1 / self.count if momentum is None else momentum)
            self.mean = self.mean * (1 - share) + np.float32(x).mean(0) * share
            self.var = self.var * (1 - share) + np.float32(x).var(0, ddof=1) * share

    layer = Layer()
    list(map(layer, batches))
    return layer.mean, layer.var


def smallest_momentum__logarithm(batches, left):
    return -np.expm1(np.log(left) / batches)


def smallest_momentum__root(batches, left):
    return 1 - math.pow(left, 1 / batches)


def smallest_momentum__halving(batches, left):
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 - middle) ** batches > left else (low, middle)
    return high


def smallest_momentum__half_life(batches, left):
    half_life = batches * math.log(0.5) / math.log(left)
    return 1 - 0.5 ** (1 / half_life)


def smallest_momentum__in_an_array(batches, left):
    return np.array(1 - left ** (1 / batches))


def smallest_momentum__torch(batches, left):
    return 1 - torch.tensor(left, dtype=torch.float64) ** (1 / batches)


def after_batches__one_layer_reset(batches, momentum):
    layer = kept_layer(__name__, batches[0].shape[1])
    layer.momentum = momentum
    layer.reset_running_stats()
    layer.train()
    for b in batches:
        layer(torch.tensor(b))
    return layer.running_mean, layer.running_var


def smallest_momentum__array_of_one(batches, left):
    return np.array([1 - left ** (1 / batches)])[0]


# What torch computes, to which the solution is equal: exercise__by_torch


def updated_statistics__by_torch(running_mean, running_var, x, momentum):
    x, mean, var = tensors(x, running_mean, running_var)
    batch_norm(x, mean, var, training=True, momentum=momentum)
    return mean, var


def after_batches__by_torch(batches, momentum):
    layer = torch.nn.BatchNorm1d(batches[0].shape[1], momentum=momentum, dtype=torch.float64)
    for x in tensors(*batches):
        layer(x)
    return layer.running_mean, layer.running_var


def smallest_momentum__by_torch(batches, left):
    """With it a layer that starts at 1, and always sees 0, ends at left."""
    momentum = 1 - left ** (1 / batches)
    layer = torch.nn.BatchNorm1d(1, momentum=momentum, dtype=torch.float64)
    layer.running_mean[:] = 1
    for _ in range(batches):
        layer(torch.zeros(2, 1, dtype=torch.float64))
    assert abs(layer.running_mean - left) < 1e-12
    return momentum
