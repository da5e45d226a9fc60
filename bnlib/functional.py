"""Batch normalization as functions on NumPy arrays.

Read it from the top: the steps of lesson 1 and the running update; then the forward and the
backward pass, each followed by its formula for a few channels, as a table: a row for each value, a
column for each channel (lesson 5); and at the end their helpers. batch_norm takes the same steps in
place, and in training a few channels at a time, only for speed. As in torch, a function whose name
ends in an underscore overwrites what it is given, and channels are axis 1:

    (N, C)   (N, C, L)   (N, C, H, W)   (N, C, D, H, W)

For short, (N, C, *) is any of them but the first. NumPy lines up (C,), one number per channel,
with the last axis: x.swapaxes(1, -1) takes channels there and back; the rest may have any order.

Source: S. Ioffe and C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by
Reducing Internal Covariate Shift", ICML 2015 (arXiv:1502.03167). Algorithm 1 is training, the end
of Algorithm 2 is test. Names (but for x, which torch calls input) and meanings are those of
``torch.nn.functional.batch_norm``.

For users, not needed to read on: what the numbers promise.

- Values are centered first and scaled afterwards, so a large mean costs float16 and float32 no
  digits. (In test mode the mean is a running mean, which is as exact as its own dtype.)
- Statistics, training and gradients are computed in float64, whatever the dtype of the input, and
  each result is rounded once, to its own dtype. Functions of single steps return float64.
- Test mode adds nothing up, so it computes in the widest dtype among its arrays, float32 at least,
  and rounds every operation to that.
- In training a NaN or an infinity in x spoils its own channel and no other; in test mode it spoils
  its own output and no other (and its channel's gradient of the weight).
- Arguments are never modified and never shared with a result, except ``running_mean`` and
  ``running_var``, which training updates in place. A call that fails has changed nothing.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bnlib import _arguments as arguments

Array = NDArray[np.floating]

CACHED_VALUES = 2**17  # in float64 a megabyte, for a processor's L2 or L3 cache
PAGE_BYTES = 4096  # channels that lie within so many go together: measured faster
BUFFERED_VALUES = 512  # in place of NumPy's 8192, see short_buffers


class BatchNormGradients(NamedTuple):
    """Gradients of a loss with respect to what a batch norm was given.

    ``input`` has the shape of x, ``weight`` and ``bias`` have shape (C,). Modules that have no
    weight and bias return None for them; the function here never does.
    """

    input: Array
    weight: Array | None
    bias: Array | None


def batch_statistics(x: ArrayLike) -> tuple[Array, Array]:
    """Mean and biased variance of each channel (Algorithm 1, lines 1 and 2).

    Args:
        x: values, (N, C) or (N, C, *).

    Returns:
        mean (C,) and var (C,), float64; var divides by the number of values n, not by n - 1.

    Raises:
        TypeError: x is not float16, float32 or float64.
        ValueError: x has no channel axis, or no values.

    >>> mean, var = batch_statistics([[1.0, 10.0], [3.0, 30.0]])
    >>> mean.tolist(), var.tolist()
    ([2.0, 20.0], [1.0, 100.0])
    """
    x = arguments.prepare_with_channels("x", x)
    arguments.require_values(x)
    (table,) = as_tables(x)  # a copy
    return center_(table)


def normalize(x: ArrayLike, mean: ArrayLike, var: ArrayLike, eps: float = 1e-5) -> Array:
    """x_hat = (x - mean) / sqrt(var + eps), channel by channel (Algorithm 1, line 3).

    Args:
        x: values, (N, C) or (N, C, *).
        mean, var: one number per channel, (C,); var in squared units of x.
        eps: added to var under the root, in squared units of x; not checked here.

    Returns:
        x_hat, float64, of the shape of x; it has no unit.

    Raises:
        TypeError, ValueError: an array is not one of floats, or its shape does not fit.

    >>> normalize([[1.0], [3.0]], mean=[2.0], var=[0.25], eps=0).tolist()
    [[-2.0], [2.0]]
    """
    x = arguments.prepare_with_channels("x", x)
    mean = arguments.prepare_per_channel("mean", mean, x).astype(np.float64)
    var = arguments.prepare_per_channel("var", var, x).astype(np.float64)
    centered = x.swapaxes(1, -1) - mean
    return (centered * inverse_std(var, eps)).swapaxes(1, -1)


def scale_and_shift(
    x_hat: ArrayLike, weight: ArrayLike | None = None, bias: ArrayLike | None = None
) -> Array:
    """y = weight * x_hat + bias, channel by channel (Algorithm 1, line 4).

    Args:
        x_hat: normalized values, (N, C) or (N, C, *).
        weight, bias: the paper's gamma and beta, (C,); None stands for 1 and 0.

    Returns:
        y, float64, of the shape of x_hat.

    Raises:
        TypeError, ValueError: an array is not one of floats, or its shape does not fit.

    >>> scale_and_shift([[-1.0], [1.0]], weight=[3.0], bias=[10.0]).tolist()
    [[7.0], [13.0]]
    """
    x_hat = arguments.prepare_with_channels("x_hat", x_hat)
    weight = arguments.prepare_per_channel("weight", weight, x_hat, default=1)
    bias = arguments.prepare_per_channel("bias", bias, x_hat, default=0)
    y = x_hat.swapaxes(1, -1).astype(np.float64)
    scale_and_shift_(y, weight, bias)
    return y.swapaxes(1, -1)


def running_update(running: ArrayLike, observed: ArrayLike, momentum: float) -> Array:
    """(1 - momentum) * running + momentum * observed: momentum weighs what is new.

    This is torch's rule. Keras, Flax and ONNX call the other factor momentum.

    Args:
        running: the running statistic, any shape.
        observed: the same statistic of this batch, of a shape that broadcasts with it.
        momentum: from 0 (never learns) to 1 (remembers nothing); not checked here.

    Returns:
        the next running statistic, float64.

    >>> running_update([0.0], [5.0], momentum=0.1).tolist()
    [0.5]
    """
    running = np.asarray(running, dtype=np.float64)
    observed = np.asarray(observed, dtype=np.float64)
    return (1 - momentum) * running + momentum * observed


def batch_norm(
    x: ArrayLike,
    running_mean: Array | None,
    running_var: Array | None,
    weight: ArrayLike | None = None,
    bias: ArrayLike | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Array:
    """Batch normalization of x, as torch.nn.functional.batch_norm does it.

    Training (Algorithm 1) normalizes by the batch's own mean and biased variance, and moves
    running_mean and running_var, in place, toward the batch's mean and *unbiased* variance, which
    estimates that of all data. Test (Algorithm 2) normalizes by running_mean and running_var, and
    changes nothing.

    Args:
        x: values, (N, C) or (N, C, *); float16, float32 or float64.
        running_mean, running_var: (C,); training writes to them, or takes None for both.
        weight, bias: the paper's gamma and beta, (C,); None stands for 1 and 0.
        training: whether to normalize by the batch's statistics.
        momentum: weight of this batch in the running statistics.
        eps: added to the variance under the root, in squared units of x.

    Returns:
        y, of the shape and dtype of x. An empty batch leaves the running statistics alone.

    Raises:
        TypeError: an array is not float16, float32 or float64, or momentum or eps is no number.
        ValueError: a shape does not fit x; only one of the running statistics is given, or none
            in test mode; training has one value per channel, eps <= 0, or a running array that
            cannot be written to; test has eps < 0 (as in torch, it takes 0).

    >>> x = np.array([[0.0, 10.0], [2.0, 30.0]])
    >>> running_mean, running_var = np.zeros(2), np.ones(2)
    >>> batch_norm(x, running_mean, running_var, training=True).round(3).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    >>> running_mean.tolist(), running_var.round(3).tolist()
    ([0.1, 2.0], [1.1, 20.9])
    """
    given = (x, running_mean, running_var, weight, bias, momentum, eps)
    if not training:
        x, running_mean, running_var, weight, bias = arguments.prepare_test(*given)
        with short_buffers():
            y = x.swapaxes(1, -1) - running_mean
            scale_and_shift_(y, weight * inverse_std(running_var, eps), bias)  # lines 3 and 4
        return y.swapaxes(1, -1).astype(x.dtype, copy=False)

    x, weight, bias = arguments.prepare_training(*given)
    arguments.require_several_values(x)  # apart, as one worker's shard may hold a single value
    y = np.empty(x.shape, x.dtype)
    mean, var = np.empty((2, x.shape[1]))
    with short_buffers():
        for c in blocks_of_channels(x):
            y[:, c], mean[c], var[c] = batch_norm_block(x[:, c], weight[c], bias[c], eps)
    if running_mean is not None and running_var is not None and x.size > 0:
        n = x.size // x.shape[1]  # values per channel
        unbiased_var = var * n / (n - 1)
        update_running_(running_mean, running_var, mean, unbiased_var, momentum)
    return y


def batch_norm_block(x: Array, weight: Array, bias: Array, eps: float) -> tuple[Array, ...]:
    """y, mean and var of a few channels: Algorithm 1, for training."""
    (table,) = as_tables(x)
    mean, var = center_(table)  # lines 1 and 2; the table is now x - mean
    scale_and_shift_(table, weight * inverse_std(var, eps), bias)  # lines 3 and 4 at once
    return from_table(table, x), mean, var


def batch_norm_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike | None = None,
    mean: ArrayLike | None = None,
    var: ArrayLike | None = None,
    eps: float = 1e-5,
) -> BatchNormGradients:
    """Gradients of batch_norm, given the gradient of its output (paper, section 3).

    Without mean and var (training) the statistics are the batch's own, and the gradient flows
    through them too. With them (test) they are constants.

    Args:
        grad_output: gradient of the loss with respect to y, of the shape of x.
        x: what the forward pass was given, (N, C) or (N, C, *).
        weight: the paper's gamma, (C,); None stands for 1.
        mean, var: running_mean and running_var of a test-mode forward pass, (C,).
        eps: as in the forward pass.

    Returns:
        BatchNormGradients: input in the dtype of x; weight and bias in that of weight, or of x.

    Raises:
        TypeError: an array is not float16, float32 or float64, or eps is not a number.
        ValueError: a shape does not fit x; only one of mean and var is given; without them,
            there is one value per channel, or eps <= 0; with them, eps < 0.

    >>> grads = batch_norm_backward([[1.0], [0.0], [0.0]], [[0.0], [1.0], [5.0]])
    >>> grads.input.round(3).tolist()
    [[0.176], [-0.22], [0.044]]
    >>> grads.weight.round(3).tolist(), grads.bias.tolist()
    ([-0.926], [1.0])
    """
    parameter_dtype = np.asarray(x if weight is None else weight).dtype  # as it was given
    grad_output, x, weight, constants = arguments.prepare_backward(
        grad_output, x, weight, mean, var, eps
    )
    grad_x = np.empty(x.shape, x.dtype)
    grad_weight, grad_bias = np.zeros((2, x.shape[1]), parameter_dtype)  # 0 if x is empty
    with short_buffers():
        for c in blocks_of_channels(x):
            mean_and_var = None if constants is None else constants[:, c]
            grad_x[:, c], grad_weight[c], grad_bias[c] = backward_block(
                grad_output[:, c], x[:, c], weight[c], mean_and_var, eps
            )
    return BatchNormGradients(grad_x, grad_weight, grad_bias)


def backward_block(
    grad_output: Array, x: Array, weight: Array, constants: Array | None, eps: float
) -> tuple[Array, ...]:
    """The gradients of x, weight and bias for a few channels.

    Lesson 4 derives that of x, weight / r * (dy - mean(dy) - x_hat * mean(dy * x_hat)), along three
    paths. In test mode, where mean and var are constants, there is only the first.
    """
    grad, table = as_tables(grad_output, x)  # grad is dy
    if constants is None:
        _, var = center_(table)
    else:
        mean, var = constants
        table -= mean
    scale = inverse_std(var, eps)  # 1 / r; the table is now x - mean, so x_hat is table * scale
    grad_weight = sum_of_products(grad, table) * scale
    grad_bias = grad.sum(axis=0)
    if constants is None:
        n = len(table)
        grad -= grad_bias / n  # path 2, through the mean: mean(dy)
        table *= scale * grad_weight / n
        grad -= table  # path 3, through the variance: x_hat * mean(dy * x_hat)
    grad *= weight * scale  # grad is now the gradient of x
    return from_table(grad, x), grad_weight, grad_bias


def center_(table: Array) -> tuple[Array, Array]:
    """Subtract from each column its mean; return the means and the biased variances."""
    mean = table.sum(axis=0) / len(table)
    table -= mean
    var = sum_of_products(table, table) / len(table)
    return mean, var


def inverse_std(var: Array, eps: float) -> Array:
    """1 / sqrt(var + eps): a product with it is cheaper than a division."""
    return 1 / np.sqrt(var + float(eps))  # an np.float64 would turn float32 into float64


def scale_and_shift_(values: Array, weight: Array, bias: Array) -> None:
    """weight * values + bias, written over values, whose channels are on the last axis."""
    values *= weight
    values += bias


def update_running_(
    running_mean: Array, running_var: Array, mean: Array, unbiased_var: Array, momentum: float
) -> None:
    """running_update of both, written over both or, if a cast raises (np.errstate), neither."""
    next_mean = running_update(running_mean, mean, momentum).astype(running_mean.dtype)
    next_var = running_update(running_var, unbiased_var, momentum).astype(running_var.dtype)
    running_mean[:], running_var[:] = next_mean, next_var


def sum_of_products(a: Array, b: Array) -> Array:
    """(a * b).sum(axis=0), by either line, but without a table for the products."""
    if a.flags.f_contiguous:  # a column lies in one piece of memory, as in tables of images
        return np.vecdot(a.T, b.T)
    return np.einsum("nc,nc->c", a, b)


def blocks_of_channels(x: Array) -> list[slice]:
    """Only for speed: slices of the channels of x, one after the other.

    All of a large x would travel through the main memory at each step; a small block stays in the
    processor's cache. No channel knows of another, so each block is finished before the next.
    """
    if x.size == 0:
        return []
    n = x.size // x.shape[1]  # values per channel
    bytes_apart = max(1, abs(x.strides[1]))  # 0 in a broadcast array, below 0 in a reversed one
    fit_cache = CACHED_VALUES // n
    share_page = PAGE_BYTES // bytes_apart
    channels = max(1, fit_cache, share_page)
    return [slice(first, first + channels) for first in range(0, x.shape[1], channels)]


def as_tables(*arrays: Array) -> Array:
    """Copies in float64, as tables: a row for each value, a column for each channel.

    One allocation: several would be given back to the system each time, and fetched anew.
    """
    if arrays[0].ndim == 2:  # (N, C) is a table already
        return np.array(arrays, np.float64)
    columns = np.array([array.swapaxes(0, 1) for array in arrays], np.float64)
    return columns.reshape(*columns.shape[:2], -1).mT  # (arrays, C, n), turned to (arrays, n, C)


def from_table(table: Array, x: Array) -> Array:
    """A view of a table in the shape of x."""
    return table.T.reshape(x.swapaxes(0, 1).shape).swapaxes(0, 1)


class short_buffers:  # noqa: N801
    """Only for speed: inside of this with statement, NumPy's buffers are short.

    Where one number per channel meets many values, NumPy first fills a buffer with copies of it,
    unless so many values lie in a row that the buffer could not hold more.
    """

    def __enter__(self) -> None:
        self.before = np.setbufsize(BUFFERED_VALUES)

    def __exit__(self, *error: object) -> None:
        np.setbufsize(self.before)
