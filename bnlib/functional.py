"""Batch normalization as pure functions on NumPy arrays.

Read it from the top: four small steps, then the forward pass and the backward
pass that are made of them. Channels are axis 1, as in torch:

    (N, C)   (N, C, L)   (N, C, H, W)   (N, C, D, H, W)

Source: S. Ioffe and C. Szegedy, "Batch Normalization: Accelerating Deep Network
Training by Reducing Internal Covariate Shift", ICML 2015 (arXiv:1502.03167).
Algorithm 1 is training, Algorithm 2 is test. Names and meanings are those of
``torch.nn.functional.batch_norm``.

What the numbers promise:

- Statistics are accumulated in float64, whatever the dtype of the input.
- Values are centered first and scaled afterwards, so a large mean costs no digits.
- Every intermediate value is float64; only the result is rounded, once, to the
  input's dtype (float16, float32 or float64).
- A NaN or an infinity spoils its own channel and no other.
- Arguments are never modified and never shared with a result, except
  ``running_mean`` and ``running_var``, which training updates in place.
- A call that fails has changed nothing.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bnlib import _checks as check

Array = NDArray[np.floating]


class BatchNormGradients(NamedTuple):
    """Gradients of a loss with respect to what a batch norm was given.

    ``input`` has the shape of x, ``weight`` and ``bias`` have shape (C,).
    A module without that parameter leaves its gradient None.
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
    x = check.has_values(check.channelled("x", x))
    mean = x.mean(all_but_channels(x), dtype=np.float64)  # (C,)
    centered = x - along_channels(mean, x)  # (N, C, *)
    var = np.square(centered).mean(all_but_channels(x))  # (C,)
    return mean, var


def normalize(x: ArrayLike, mean: ArrayLike, var: ArrayLike, eps: float = 1e-5) -> Array:
    """x_hat = (x - mean) / sqrt(var + eps), channel by channel (Algorithm 1, line 3).

    Args:
        x: values, (N, C) or (N, C, *).
        mean, var: one number per channel, (C,); var in squared units of x.
        eps: added to var under the root, in squared units of x.

    Returns:
        x_hat, float64, of the shape of x; it has no unit.

    Raises:
        TypeError: an array is not float16, float32 or float64.
        ValueError: x has no channel axis, or mean or var is not (C,).

    >>> normalize([[1.0], [3.0]], mean=[2.0], var=[0.25], eps=0).tolist()
    [[-2.0], [2.0]]
    """
    x = check.channelled("x", x)
    mean = along_channels(check.per_channel("mean", mean, x), x)
    var = along_channels(check.per_channel("var", var, x), x)
    x_hat: Array = (x - mean) / np.sqrt(var + eps)
    return x_hat


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
    x_hat = check.channelled("x_hat", x_hat)
    weight = 1.0 if weight is None else check.per_channel("weight", weight, x_hat)
    bias = 0.0 if bias is None else check.per_channel("bias", bias, x_hat)
    return along_channels(weight, x_hat) * x_hat + along_channels(bias, x_hat)


def running_update(running: ArrayLike, observed: ArrayLike, momentum: float) -> Array:
    """(1 - momentum) * running + momentum * observed: momentum weighs what is new.

    This is torch's rule. Keras, Flax and ONNX call the other factor momentum.

    Args:
        running: the running statistic, any shape.
        observed: the same statistic of this batch, same shape.
        momentum: between 0 (never learns) and 1 (remembers nothing).

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
    """Batch normalization of x; the meaning of torch.nn.functional.batch_norm.

    Training (Algorithm 1) normalizes by the batch's own mean and biased variance,
    and moves running_mean and running_var, in place, toward the batch's mean and
    *unbiased* variance. Test (Algorithm 2) normalizes by running_mean and
    running_var, and changes nothing.

    Args:
        x: values, (N, C) or (N, C, *); float16, float32 or float64.
        running_mean, running_var: (C,), or both None in training, where nothing
            is tracked then. Training writes to them, so there they are NumPy arrays.
        weight, bias: the paper's gamma and beta, (C,); None stands for 1 and 0.
        training: whether to normalize by the batch's statistics.
        momentum: weight of this batch in the running statistics.
        eps: added to the variance under the root, in squared units of x.

    Returns:
        y, of the shape and dtype of x. An empty batch comes back empty, and
        leaves the running statistics alone.

    Raises:
        TypeError: an array is not float16, float32 or float64, or momentum is
            not a number.
        ValueError: a shape does not fit x; only one of the running statistics is
            given, or none in test mode; training has one value per channel, or
            eps <= 0; test has eps < 0; a running array cannot be written to.

    >>> x = np.array([[0.0, 10.0], [2.0, 30.0]])
    >>> running_mean, running_var = np.zeros(2), np.ones(2)
    >>> batch_norm(x, running_mean, running_var, training=True).round(3).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    >>> running_mean.tolist(), running_var.round(3).tolist()
    ([0.1, 2.0], [1.1, 20.9])
    """
    x = check.forward(x, running_mean, running_var, weight, bias, training, momentum, eps)
    if x.size == 0:
        return x.copy()
    if training:
        mean, var = batch_statistics(x)  # (C,), (C,)
    else:
        assert running_mean is not None  # check.forward has seen to this
        assert running_var is not None
        mean, var = running_mean, running_var
    x_hat = normalize(x, mean, var, eps)  # (N, C, *)
    y = scale_and_shift(x_hat, weight, bias).astype(x.dtype)  # (N, C, *)
    if training and running_mean is not None and running_var is not None:
        n = x.size / x.shape[1]  # values per channel
        unbiased_var = var * n / (n - 1)
        next_mean = running_update(running_mean, mean, momentum).astype(running_mean.dtype)
        next_var = running_update(running_var, unbiased_var, momentum).astype(running_var.dtype)
        running_mean[:], running_var[:] = next_mean, next_var
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
        TypeError: an array is not float16, float32 or float64.
        ValueError: a shape does not fit x; only one of mean and var is given;
            one value per channel, or eps <= 0, without mean and var.

    >>> grads = batch_norm_backward([[1.0], [0.0], [0.0]], [[0.0], [1.0], [5.0]])
    >>> grads.input.round(3).tolist()
    [[0.176], [-0.22], [0.044]]
    >>> grads.weight.round(3).tolist(), grads.bias.tolist()
    ([-0.926], [1.0])
    """
    grad_output, x = check.backward(grad_output, x, weight, mean, var, eps)
    parameter_dtype = x.dtype if weight is None else np.asarray(weight).dtype
    if x.size == 0:
        nothing = np.zeros(x.shape[1], parameter_dtype)
        return BatchNormGradients(x.copy(), nothing, nothing.copy())
    training = mean is None
    if mean is None or var is None:
        mean, var = batch_statistics(x)  # (C,), (C,)
    x_hat = normalize(x, mean, var, eps)  # (N, C, *)
    axes = all_but_channels(x)

    grad_weight = (grad_output * x_hat).sum(axes)  # (C,)
    grad_bias = grad_output.sum(axes, dtype=np.float64)  # (C,)

    grad_x_hat = scale_and_shift(grad_output, weight)  # (N, C, *)
    if training:
        through_mean = -grad_x_hat.mean(axes, keepdims=True)
        through_var = -x_hat * (grad_x_hat * x_hat).mean(axes, keepdims=True)
        grad_x_hat = grad_x_hat + through_mean + through_var
    grad_x = grad_x_hat / np.sqrt(along_channels(var, x) + eps)

    return BatchNormGradients(
        grad_x.astype(x.dtype),
        grad_weight.astype(parameter_dtype),
        grad_bias.astype(parameter_dtype),
    )


def all_but_channels(x: Array) -> tuple[int, ...]:
    """The axes that a channel's statistics run over: 0, 2, 3, ..."""
    return (0, *range(2, x.ndim))


def along_channels(values: ArrayLike, x: Array) -> Array:
    """values (C,) as (C, 1, ...), so that they meet axis 1 of x."""
    return np.reshape(values, (-1,) + (1,) * (x.ndim - 2))
