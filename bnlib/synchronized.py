"""Batch normalization of one batch whose samples are spread over several workers.

A *worker* is one of the threads, processes or machines that train together. Its number, from 0,
is its *rank*, and the samples that it holds are its *shard*. The results are those of
bnlib.functional on all shards together: the formula is the same, and only its sums run over more
than one shard. Forward and backward pass exchange two numbers per channel each (and the forward
pass how many values there are), whatever the size of the shards.

The exchange is an *all-gather*, which the caller brings: a function that takes an array of this
worker and returns the arrays of all workers, in the order of their ranks. With
torch.distributed, and with mpi4py:

    def all_gather(values):
        parts = [None] * torch.distributed.get_world_size()
        torch.distributed.all_gather_object(parts, values)
        return parts

    all_gather = mpi4py.MPI.COMM_WORLD.allgather

Every worker makes the same calls in the same order, and one without a sample makes them too. As
in torch's SyncBatchNorm, shards have the number of channels in common, and nothing else: images
may differ in size, and each value counts once.
Test mode exchanges nothing: use bnlib.functional.batch_norm.

Source: T. F. Chan, G. H. Golub and R. J. LeVeque, "Updating formulae and a pairwise algorithm
for computing sample variances", Stanford University, STAN-CS-79-773, 1979.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bnlib import _arguments as arguments
from bnlib import functional as F
from bnlib.functional import Array, BatchNormGradients

AllGather = Callable[[Array], Sequence[Array]]


class Statistics(NamedTuple):
    """What has to be known of some values, channel by channel, to merge them with others.

    n is the number of values per channel, mean their mean, (C,), and m2 the sum of their
    squared distances from it, (C,), in squared units of the values.
    """

    n: int
    mean: Array
    m2: Array

    @property
    def var(self) -> Array:
        """The biased variance, (C,); 0 where there are no values."""
        return self.m2 / max(self.n, 1)


def shard_statistics(x: ArrayLike) -> Statistics:
    """Statistics of one shard, (N, C) or (N, C, *); of 0 where it holds no values.

    >>> shard_statistics([[0.0], [4.0]])
    Statistics(n=2, mean=array([2.]), m2=array([8.]))
    """
    x = arguments.prepare_with_channels("x", x)
    if x.size == 0:
        return Statistics(0, np.zeros(x.shape[1]), np.zeros(x.shape[1]))
    mean, var = F.batch_statistics(x)
    n = x.size // x.shape[1]
    return Statistics(n, mean, n * var)


def merge(parts: Sequence[Statistics]) -> Statistics:
    """Statistics of several shards together, from those of each (Chan and others, 1979).

    >>> merge([shard_statistics([[0.0], [4.0]]), shard_statistics([[10.0], [14.0]])])
    Statistics(n=4, mean=array([7.]), m2=array([116.]))
    """
    n = sum(part.n for part in parts)
    if n == 0:
        return parts[0]
    near = next(part.mean for part in parts if part.n > 0)  # differences from it are small,
    mean = near + sum(part.n * (part.mean - near) for part in parts) / n  # and lose no digit
    m2 = sum(part.m2 + part.n * np.square(part.mean - mean) for part in parts)
    return Statistics(n, mean, np.asarray(m2))


def batch_norm(
    x: ArrayLike,
    running_mean: Array | None,
    running_var: Array | None,
    weight: ArrayLike | None = None,
    bias: ArrayLike | None = None,
    momentum: float = 0.1,
    eps: float = 1e-5,
    *,
    all_gather: AllGather,
) -> tuple[Array, Statistics]:
    """bnlib.functional.batch_norm in training, by the statistics of all shards; one exchange.

    Args:
        x: this worker's shard, (N, C) or (N, C, *); all but C may differ among workers, and N
            may be 0.
        running_mean, running_var, weight, bias, momentum, eps: as in bnlib.functional.batch_norm,
            the same on all workers.
        all_gather: see the module's docstring.

    Returns:
        y, of the shape and dtype of x, and the statistics of all shards together, which
        batch_norm_backward asks for. Where no shard holds a value, y is empty, and the running
        statistics are left alone.

    Raises:
        TypeError, ValueError: as in bnlib.functional.batch_norm; workers disagree on the
            number of channels; all shards together have one value per channel.
        RuntimeError: the exchange failed, as where another worker has ended.

    >>> y, statistics = batch_norm([[0.0], [4.0]], None, None, all_gather=lambda own: [own])
    >>> y.round(3).tolist(), statistics.mean.tolist()
    ([[-1.0], [1.0]], [2.0])
    """
    # This refuses what training refuses, but for a single value: other shards may hold more.
    x, weight, bias = arguments.prepare_training(
        x, running_mean, running_var, weight, bias, momentum, eps
    )
    own = shard_statistics(x)
    parts = _exchange(all_gather, np.concatenate([[own.n], own.mean, own.m2]))
    statistics = merge(_unpacked(parts))
    n, mean, m2 = statistics
    if n == 1:
        raise ValueError("all shards together hold one value per channel; training needs two.")

    # Test mode takes mean and variance as given: here those of all shards.
    y = F.batch_norm(x, mean, statistics.var, weight, bias, training=False, eps=eps)
    if running_mean is not None and running_var is not None and n > 0:
        F.update_running_(running_mean, running_var, mean, m2 / (n - 1), momentum)
    return y, statistics


def batch_norm_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    statistics: Statistics,
    weight: ArrayLike | None = None,
    eps: float = 1e-5,
    *,
    all_gather: AllGather,
) -> BatchNormGradients:
    """Gradients of batch_norm for the sum of all workers' losses; one exchange.

    Args:
        grad_output: gradient of this worker's loss with respect to its y, of the shape of x.
        x, weight, eps: what the forward pass was given.
        statistics: what the forward pass returned.
        all_gather: see the module's docstring.

    Returns:
        BatchNormGradients: input for this worker's shard; weight and bias, (C,), summed over all
        workers, and so the same on each. Dtypes are those of bnlib.functional.

    Raises:
        TypeError, ValueError: as in bnlib.functional.batch_norm_backward.
        RuntimeError: the exchange failed, as where another worker has ended.
    """
    x = arguments.prepare_with_channels("x", x)
    grad_output = arguments.prepare_floats("grad_output", grad_output)
    gamma = arguments.prepare_per_channel("weight", weight, x, default=1)
    n, mean, var = statistics.n, statistics.mean, statistics.var
    # In float64, or the results of one shard would be rounded before they are added up.
    grad_y, x_64, gamma_64 = (array.astype(np.float64) for array in (grad_output, x, gamma))
    here = F.batch_norm_backward(grad_y, x_64, gamma_64, mean, var, eps)  # mean, var: constants

    parts = _exchange(all_gather, np.array([here.weight, here.bias]))
    grad_weight, grad_bias = np.sum(parts, axis=0)

    # Lesson 4's paths 2 and 3: weight / r * (mean(dy) + x_hat * mean(dy * x_hat)), over all shards.
    n = max(n, 1)  # where no shard holds a value, both sums are 0
    x_hat = F.normalize(x, mean, var, eps)
    means = F.scale_and_shift(x_hat, grad_weight / n, grad_bias / n)
    grad_x = here.input - F.scale_and_shift(means, gamma_64 * F.inverse_std(var, eps))
    return BatchNormGradients(
        grad_x.astype(x.dtype), grad_weight.astype(gamma.dtype), grad_bias.astype(gamma.dtype)
    )


def _unpacked(parts: Sequence[Array]) -> list[Statistics]:
    """What the workers sent, each its n, its mean and its m2."""
    channels = [(part.size - 1) // 2 for part in parts]
    if len(set(channels)) > 1:
        found = ", ".join(f"{count} on rank {rank}" for rank, count in enumerate(channels))
        raise ValueError(f"x has channels on axis 1: {found}; all workers need the same number.")
    return [Statistics(int(part[0]), *part[1:].reshape(2, -1)) for part in parts]


def _exchange(all_gather: AllGather, own: Array) -> list[Array]:
    try:
        return [np.asarray(part) for part in all_gather(own)]
    except Exception as error:
        raise RuntimeError(
            "the exchange with the other workers failed: one of them has ended, or did not come in "
            "time. Its own error tells why; end all of them, and start them together."
        ) from error
