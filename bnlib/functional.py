"""Batch normalization as functions on NumPy arrays.

Read it from the top: the steps of lesson 1 and the running update, each a function of
its own; then the forward and the backward pass, for one block of channels after the
other; and at the end their helpers. (The lessons are in notebooks/.) As in torch, a
function whose name ends in an underscore overwrites what it is given; its docstring
says what. Channels are axis 1, as in torch:

    (N, C)   (N, C, L)   (N, C, H, W)   (N, C, D, H, W)

For short, (N, C, *) is any of them but the first.

Source: S. Ioffe and C. Szegedy, "Batch Normalization: Accelerating Deep Network
Training by Reducing Internal Covariate Shift", ICML 2015 (arXiv:1502.03167).
Algorithm 1 is training, the end of Algorithm 2 is test. Names (but for x, which torch
calls input) and meanings are those of ``torch.nn.functional.batch_norm``.

What the numbers promise:

- Statistics are accumulated in float64, whatever the dtype of the input.
- Values are centered first and scaled afterwards, so a large mean costs float16 and
  float32 no digits. (In test mode the mean is a running mean, which is as exact as its
  own dtype.)
- Training and the gradients are computed in float64, and each result is rounded once,
  to its own dtype. What the functions of single steps return is float64.
- Test mode adds nothing up, so it computes in the widest dtype among its arrays,
  float32 at least, and rounds every operation to that. (In either mode, ``check`` has
  cast all but x and grad_output to the dtype to compute in.)
- In training a NaN or an infinity in x spoils its own channel and no other; in test
  mode it spoils its own output and no other (and its channel's gradient of the weight).
- Arguments are never modified and never shared with a result, except ``running_mean``
  and ``running_var``, which training updates in place. A call that fails has changed
  nothing. (The helpers promise neither.)
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bnlib import _arguments as arguments

Array = NDArray[np.floating]

CACHED_VALUES = 2**17  # in float64 a megabyte, for a processor's L2 or L3 cache
LINE_BYTES = 256  # memory arrives in cache lines, of so many bytes in a row, or fewer
# Where a channel's one number meets a row of its values (L, or H * W of them), NumPy first fills a
# buffer with copies of the number, unless the row is at least as long as the buffer. Its own
# buffers hold 8192 values; with these, the rows of most images are long enough. (Shorter ones
# would slow the steps that cast.)
BUFFERED_VALUES = 512


class BatchNormGradients(NamedTuple):
    """Gradients of a loss with respect to what a batch norm was given.

    ``input`` has the shape of x, ``weight`` and ``bias`` have shape (C,). Modules
    that have no weight and bias return None for them; the function here never does.
    """

    input: Array
    weight: Array | None
    bias: Array | None


def batch_statistics(x: ArrayLike) -> tuple[Array, Array]:
    """Mean and biased variance of each channel (Algorithm 1, lines 1 and 2).

    Args:
        x: values, (N, C) or (N, C, *).

    Returns:
        mean (C,) and var (C,), float64; var divides by the number of values n,
        not by n - 1.

    Raises:
        TypeError: x is not float16, float32 or float64.
        ValueError: x has no channel axis, or no values.

    >>> mean, var = batch_statistics([[1.0, 10.0], [3.0, 30.0]])
    >>> mean.tolist(), var.tolist()
    ([2.0, 20.0], [1.0, 100.0])
    """
    x = arguments.prepare_with_channels("x", x)
    arguments.require_values(x)
    return center_(x.astype(np.float64))  # a copy, for center_ to overwrite


def normalize(x: ArrayLike, mean: ArrayLike, var: ArrayLike, eps: float = 1e-5) -> Array:
    """x_hat = (x - mean) / sqrt(var + eps), channel by channel (Algorithm 1, line 3).

    Args:
        x: values, (N, C) or (N, C, *).
        mean, var: one number per channel, (C,); var in squared units of x.
        eps: added to var under the root, in squared units of x; not checked here.

    Returns:
        x_hat, float64, of the shape of x; it has no unit.

    Raises:
        TypeError: an array is not float16, float32 or float64.
        ValueError: x has no channel axis, or mean or var is not (C,).

    >>> normalize([[1.0], [3.0]], mean=[2.0], var=[0.25], eps=0).tolist()
    [[-2.0], [2.0]]
    """
    x = arguments.prepare_with_channels("x", x)
    mean = arguments.prepare_per_channel("mean", mean, x).astype(np.float64)
    var = arguments.prepare_per_channel("var", var, x).astype(np.float64)
    centered = x - along_channels(mean, x)
    return normalize_(centered, var, eps)


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
        TypeError: an array is not float16, float32 or float64.
        ValueError: x_hat has no channel axis, or weight or bias is not (C,).

    >>> scale_and_shift([[-1.0], [1.0]], weight=[3.0], bias=[10.0]).tolist()
    [[7.0], [13.0]]
    """
    x_hat = arguments.prepare_with_channels("x_hat", x_hat)
    weight = arguments.prepare_per_channel("weight", weight, x_hat, default=1)
    bias = arguments.prepare_per_channel("bias", bias, x_hat, default=0)
    values = x_hat.astype(np.float64)  # a copy, for scale_and_shift_ to overwrite
    return scale_and_shift_(values, weight, bias, out=values)


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

    Training (Algorithm 1) normalizes by the batch's own mean and biased variance,
    and moves running_mean and running_var, in place, toward the batch's mean and
    *unbiased* variance, which estimates that of all data. Test (Algorithm 2)
    normalizes by running_mean and running_var, and changes nothing.

    Args:
        x: values, (N, C) or (N, C, *); float16, float32 or float64.
        running_mean, running_var: (C,). Training writes to them, so there they are
            NumPy arrays, not lists; or both None, and nothing is tracked.
        weight, bias: the paper's gamma and beta, (C,); None stands for 1 and 0.
        training: whether to normalize by the batch's statistics.
        momentum: weight of this batch in the running statistics.
        eps: added to the variance under the root, in squared units of x.

    Returns:
        y, of the shape and dtype of x. An empty batch comes back empty, and
        leaves the running statistics alone.

    Raises:
        TypeError: an array is not float16, float32 or float64, or momentum or
            eps is not a number.
        ValueError: a shape does not fit x; only one of the running statistics is
            given, or none in test mode; training has one value per channel, or
            eps <= 0; test has eps < 0 (as in torch, it takes 0); a running array
            cannot be written to.

    >>> x = np.array([[0.0, 10.0], [2.0, 30.0]])
    >>> running_mean, running_var = np.zeros(2), np.ones(2)
    >>> batch_norm(x, running_mean, running_var, training=True).round(3).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    >>> running_mean.tolist(), running_var.round(3).tolist()
    ([0.1, 2.0], [1.1, 20.9])
    """
    x, stored_mean, stored_var, weight, bias = arguments.prepare_forward(
        x, running_mean, running_var, weight, bias, training, momentum, eps
    )
    batch_mean, batch_var = np.empty(x.shape[1]), np.empty(x.shape[1])  # filled in training
    y = np.empty(x.shape, x.dtype)
    with np.errstate():  # NumPy's settings are restored at its end, as is the buffers' size
        np.setbufsize(BUFFERED_VALUES)
        for block in blocks_of_channels(x):  # each stays in the processor's cache
            if training:
                values = x[:, block].astype(np.float64)  # a copy, to overwrite
                mean, var = center_(values)  # one per channel; values are now x - mean
                batch_mean[block], batch_var[block] = mean, var
            else:
                mean, var = stored_mean[block], stored_var[block]
                values = x[:, block] - along_channels(mean, x)  # float32 or wider
            normalize_(values, var, eps)  # values are now x_hat
            scale_and_shift_(values, weight[block], bias[block], out=y[:, block])  # into y
            del values  # free this block before the next is copied
    if training and running_mean is not None and running_var is not None and x.size > 0:
        n = x.size // x.shape[1]  # values per channel
        unbiased_var = batch_var * n / (n - 1)
        update_running_(running_mean, running_var, batch_mean, unbiased_var, momentum)
    return y


def batch_norm_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike | None = None,
    mean: ArrayLike | None = None,
    var: ArrayLike | None = None,
    eps: float = 1e-5,
) -> BatchNormGradients:
    """Gradients of batch_norm, given the gradient of its output (paper, section 3).

    Without mean and var (training) the statistics are the batch's own, and the
    gradient flows through them too. With them (test) they are constants.

    Args:
        grad_output: gradient of the loss with respect to y, of the shape of x.
        x: what the forward pass was given, (N, C) or (N, C, *).
        weight: the paper's gamma, (C,); None stands for 1.
        mean, var: running_mean and running_var of a test-mode forward pass, (C,).
        eps: as in the forward pass.

    Returns:
        BatchNormGradients: input in the dtype of x; weight and bias, (C,), in the
        dtype of weight, or of x where weight is None.

    Raises:
        TypeError: an array is not float16, float32 or float64, or eps is not a number.
        ValueError: a shape does not fit x; only one of mean and var is given; without
            them, there is one value per channel, or eps <= 0; with them, eps < 0.

    >>> grads = batch_norm_backward([[1.0], [0.0], [0.0]], [[0.0], [1.0], [5.0]])
    >>> grads.input.round(3).tolist()
    [[0.176], [-0.22], [0.044]]
    >>> grads.weight.round(3).tolist(), grads.bias.tolist()
    ([-0.926], [1.0])
    """
    training = mean is None
    parameter_dtype = np.asarray(x if weight is None else weight).dtype  # as it was given
    grad_output, x, weight, stored_mean, stored_var = arguments.prepare_backward(
        grad_output, x, weight, mean, var, eps
    )
    grad_x = np.empty(x.shape, x.dtype)
    grad_weight, grad_bias = np.zeros(x.shape[1]), np.zeros(x.shape[1])  # 0 if x is empty
    with np.errstate():  # NumPy's settings are restored at its end, as is the buffers' size
        np.setbufsize(BUFFERED_VALUES)
        for block in blocks_of_channels(x):  # each stays in the processor's cache
            if training:
                values = x[:, block].astype(np.float64)  # a copy, to overwrite
                _, block_var = center_(values)
            else:
                values = x[:, block] - along_channels(stored_mean[block], x)  # float64, as that is
                block_var = stored_var[block]
            x_hat = normalize_(values, block_var, eps)  # values, overwritten
            grad = grad_output[:, block].astype(np.float64)  # a copy, to overwrite

            grad_weight[block] = sum_of_products(grad, x_hat)
            grad_bias[block] = grad.sum(axis=all_but_channels(grad))

            # Lesson 4 derives it, with r = sqrt(var + eps): in training there are three paths,
            # grad_x = weight / r * (grad - mean(grad) - x_hat * mean(grad * x_hat)),
            # where the means are grad_bias / n and grad_weight / n; in test mode there is
            # only the first, grad_x = weight / r * grad.
            if training:
                n = grad.size // grad.shape[1]  # values per channel
                grad -= along_channels(grad_bias[block] / n, grad)  # the path through the mean
                x_hat *= along_channels(grad_weight[block] / n, x_hat)  # x_hat is needed no more
                grad -= x_hat  # the path through the variance
            factor = along_channels(weight[block] * inverse_std(block_var, eps), grad)
            np.multiply(grad, factor, out=grad_x[:, block])
            del values, x_hat, grad  # free this block before the next is copied

    return BatchNormGradients(
        grad_x, grad_weight.astype(parameter_dtype), grad_bias.astype(parameter_dtype)
    )


def center_(x: Array) -> tuple[Array, Array]:
    """Subtract from each channel its mean; return the means and the biased variances."""
    n = x.size // x.shape[1]  # values per channel
    mean = x.sum(axis=all_but_channels(x)) / n
    x -= along_channels(mean, x)
    var = sum_of_products(x, x) / n
    return mean, var


def normalize_(centered: Array, var: Array, eps: float) -> Array:
    """centered / sqrt(var + eps), channel by channel, written over centered."""
    centered *= along_channels(inverse_std(var, eps), centered)
    return centered


def inverse_std(var: Array, eps: float) -> Array:
    """1 / sqrt(var + eps): a product with it is cheaper than a division."""
    return 1 / np.sqrt(var + float(eps))  # eps as an np.float64 would make float32 wider


def scale_and_shift_(x_hat: Array, weight: Array, bias: Array, out: Array) -> Array:
    """weight * x_hat + bias, channel by channel, rounded into out; x_hat becomes weight * x_hat."""
    x_hat *= along_channels(weight, x_hat)
    return np.add(x_hat, along_channels(bias, x_hat), out=out)


def update_running_(
    running_mean: Array, running_var: Array, mean: Array, unbiased_var: Array, momentum: float
) -> None:
    """running_update of both, written over them.

    Both are cast before either is written: under np.errstate(over="raise"), a cast may fail.
    """
    next_mean = running_update(running_mean, mean, momentum).astype(running_mean.dtype)
    next_var = running_update(running_var, unbiased_var, momentum).astype(running_var.dtype)
    running_mean[:], running_var[:] = next_mean, next_var


def sum_of_products(a: Array, b: Array) -> Array:
    """The sum of a * b over each channel, without an array for the products."""
    if a.ndim == 2:  # down columns einsum is the fast one, and along rows it is vecdot
        return np.einsum("nc,nc->c", a, b)  # a * b, summed over n
    rows = (*a.shape[:2], -1)  # (N, C, *) as (N, C, L)
    return np.vecdot(a.reshape(rows), b.reshape(rows)).sum(axis=0)


def blocks_of_channels(x: Array) -> Iterator[slice]:
    """The channels of x, block by block: a slice of them, then the next, and so on.

    No channel knows of another, so one block can be finished before the next is begun.
    A small block stays in the processor's cache, where overwriting it costs little; a large
    x as a whole would travel through the main memory at each step. So a block has as many
    channels as fit, but at least one, and no fewer than share a cache line, which would
    otherwise be fetched again for each of them.
    """
    if x.size > 0:
        n = x.size // x.shape[1]  # values per channel
        bytes_apart = abs(x.strides[1])  # 0 in a broadcast array, below 0 in a reversed one
        count = max(1, CACHED_VALUES // n, LINE_BYTES // max(1, bytes_apart))
        for first in range(0, x.shape[1], count):
            yield slice(first, first + count)


def all_but_channels(x: Array) -> tuple[int, ...]:
    """The axes that a channel's statistics run over: 0, 2, 3, ..."""
    return (0, *range(2, x.ndim))


def along_channels(per_channel: Array, x: Array) -> Array:
    """One value per channel, as (C,), (C, 1) or (C, 1, 1), ...: to meet axis 1 of x."""
    return per_channel.reshape((-1,) + (1,) * (x.ndim - 2))
