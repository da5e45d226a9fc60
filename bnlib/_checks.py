"""The error contract: what was given, what was expected, what to do about it."""

from collections.abc import Mapping
from math import prod
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating]

DTYPES = (np.float16, np.float32, np.float64)
LAYOUTS = {2: "(N, C)", 3: "(N, C, L)", 4: "(N, C, H, W)", 5: "(N, C, D, H, W)"}


def floats(name: str, value: ArrayLike) -> Array:
    """value as an array of float16, float32 or float64; no other dtype is guessed at."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array, and masks are not looked at; use {name}.data.")
    array = np.asarray(value)
    if array.dtype.type not in DTYPES:
        advice = f" Convert it first: np.asarray({name}, dtype=np.float32)."
        raise TypeError(
            f"{name} has dtype {array.dtype}; expected float16, float32 or float64."
            f"{advice if array.dtype.kind in 'biuf' else ''}"
        )
    return array


def channelled(name: str, value: ArrayLike) -> Array:
    """value as an array of floats with a channel axis."""
    array = floats(name, value)
    if array.ndim < 2:
        raise ValueError(
            f"{name} has shape {array.shape}, which has no channel axis; expected (N, C) or "
            f"(N, C, *). One feature: {name}.reshape(-1, 1); one sample: {name}.reshape(1, -1)."
        )
    return array


def has_dimensions(x: Array, allowed: tuple[int, ...], owner: str) -> None:
    if x.ndim not in allowed:
        other = f" BatchNorm{max(1, x.ndim - 2)}d takes it." if x.ndim in LAYOUTS else ""
        raise ValueError(
            f"{owner} was given an input of shape {x.shape}, {x.ndim} dimensions; "
            f"expected {' or '.join(LAYOUTS[n] for n in allowed)}.{other}"
        )


def has_channels(x: Array, num_features: int, owner: str) -> None:
    if x.shape[1] != num_features:
        hint = ""
        if x.shape[-1] == num_features:
            hint = " The last axis would fit: move it there with np.moveaxis(x, -1, 1)."
        raise ValueError(
            f"{owner} has num_features={num_features}, but the input of shape {x.shape} "
            f"has {x.shape[1]} channels on axis 1.{hint}"
        )


def has_values(x: Array) -> Array:
    if x.size == 0:
        raise ValueError(
            f"x has shape {x.shape}, which holds no values; a mean needs at least one per channel."
        )
    return x


def per_channel(name: str, values: Any, x: Array, default: float | None = None) -> Array:
    """values as float64, one for each channel of x, in an array of their own."""
    if values is None and default is not None:
        return np.full(x.shape[1], default, np.float64)
    array = floats(name, values)
    if array.shape != x.shape[1:2]:
        raise ValueError(
            f"{name} has shape {array.shape}; expected {x.shape[1:2]}, "
            f"one number for each of the {x.shape[1]} channels on axis 1 of {x.shape}."
        )
    return array.astype(np.float64)


def same_shape(name: str, values: ArrayLike, x: Array) -> Array:
    array = floats(name, values)
    if array.shape != x.shape:
        raise ValueError(f"{name} has shape {array.shape}; expected {x.shape}, the shape of x.")
    return array


def both_or_neither(**pair: Any) -> None:
    given = [name for name, value in pair.items() if value is not None]
    if len(given) == 1:
        raise ValueError(f"only {given[0]} was given; give both {' and '.join(pair)}, or neither.")


def statistics_exist(x: Array) -> None:
    """Whether a batch can be normalized by its own statistics."""
    if x.shape[0] * prod(x.shape[2:]) == 1:
        raise ValueError(
            f"x has shape {x.shape}, one value per channel; training needs more than one, since "
            "the variance of a single value is 0. Use a larger batch, or test mode."
        )


def eps_fits(eps: float, training: bool) -> None:
    if not isinstance(eps, Real):
        raise TypeError(f"eps is {eps!r}; expected a number. torch's default is 1e-5.")
    if training and not eps > 0:
        raise ValueError(
            f"eps is {eps}; training needs eps > 0, or a constant channel is divided by 0. "
            "torch's default is 1e-5."
        )
    if not eps >= 0:
        raise ValueError(f"eps is {eps}; test mode needs eps >= 0. torch's default is 1e-5.")


def writable(name: str, running: Any) -> None:
    if not (isinstance(running, np.ndarray) and running.flags.writeable):
        kind = "read-only" if isinstance(running, np.ndarray) else f"a {type(running).__name__}"
        raise ValueError(
            f"{name} is {kind}; training updates it in place, so it has to be a NumPy array "
            f"that can be written to, e.g. np.array({name}, dtype=np.float32)."
        )


def forward(
    x: ArrayLike,
    running_mean: Any,
    running_var: Any,
    weight: ArrayLike | None,
    bias: ArrayLike | None,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[Array, Array, Array, Array, Array]:
    """x and what there is per channel, after everything that batch_norm may refuse.

    running_mean, running_var, weight and bias are float64 copies; 0, 1, 1, 0 where None.
    """
    x = channelled("x", x)
    both_or_neither(running_mean=running_mean, running_var=running_var)
    mean = per_channel("running_mean", running_mean, x, default=0)
    var = per_channel("running_var", running_var, x, default=1)
    weight = per_channel("weight", weight, x, default=1)
    bias = per_channel("bias", bias, x, default=0)
    if not isinstance(momentum, Real):
        raise TypeError(
            f"momentum is {momentum!r}; expected a number. The cumulative average, "
            "momentum=None, is a setting of BatchNorm1d, 2d and 3d."
        )
    eps_fits(eps, training)
    if training:
        statistics_exist(x)
        if running_mean is not None:
            writable("running_mean", running_mean)
            writable("running_var", running_var)
    elif running_mean is None:
        raise ValueError(
            "running_mean and running_var are None, and test mode normalizes by them. "
            "Give both, or set training=True to use the batch's own statistics."
        )
    return x, mean, var, weight, bias


def backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike | None,
    mean: ArrayLike | None,
    var: ArrayLike | None,
    eps: float,
) -> tuple[Array, Array, Array, Array, Array]:
    """grad_output, x and what there is per channel, after all that batch_norm_backward may refuse.

    weight, mean and var are float64 copies; 1, 0, 1 where None.
    """
    x = channelled("x", x)
    grad_output = same_shape("grad_output", grad_output, x)
    both_or_neither(mean=mean, var=var)
    eps_fits(eps, training=mean is None)
    if mean is None:
        statistics_exist(x)
    weight = per_channel("weight", weight, x, default=1)
    mean = per_channel("mean", mean, x, default=0)
    var = per_channel("var", var, x, default=1)
    return grad_output, x, weight, mean, var


def num_features(value: Any) -> None:
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 0:
        raise ValueError(f"num_features is {value!r}; expected the number of channels, e.g. 5.")


def module_dtype(dtype: Any) -> None:
    if dtype not in DTYPES and dtype not in [np.dtype(known).name for known in DTYPES]:
        raise TypeError(f"dtype is {dtype!r}; expected np.float16, np.float32 or np.float64.")


def state_dict(
    given: Mapping[str, Any], expected: Mapping[str, Array], owner: str
) -> dict[str, Array]:
    """given, in the dtypes of expected; one error names everything that does not fit."""
    if not isinstance(given, Mapping):
        raise TypeError(
            f"{owner}.load_state_dict was given a {type(given).__name__}; expected a mapping, "
            "such as another module's state_dict()."
        )
    problems = [f"missing {name}" for name in expected if name not in given]
    problems += [f"unexpected {name}" for name in given if name not in expected]
    arrays = {}
    for name in [name for name in expected if name in given]:
        array = np.asarray(given[name])
        if array.shape != expected[name].shape:
            problems.append(f"{name} has shape {array.shape}, not {expected[name].shape}")
        elif array.dtype.kind not in "fiu":
            problems.append(f"{name} has dtype {array.dtype}, not a number's")
        elif expected[name].dtype.kind == "i" and not (array >= 0 and float(array).is_integer()):
            problems.append(f"{name} is {array}, not a whole number of batches")
        else:
            arrays[name] = array.astype(expected[name].dtype)
    if problems:
        raise ValueError(
            f"{owner}.load_state_dict: {'; '.join(sorted(problems))}. Expected exactly "
            f"{', '.join(expected)}, as a module with the same options gives them. "
            "Nothing was loaded."
        )
    return arrays
