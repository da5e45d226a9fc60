"""What bnlib accepts: prepare_... returns arrays, require_... nothing; both refuse what is wrong.

A refusal says what was given, what was expected, and what to do about it.
"""

from collections.abc import Mapping
from math import prod
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating]

OF_ANOTHER_PACKAGE = 2  # dtype.isbuiltin: ml_dtypes, which JAX uses, has bfloat16
DTYPES = (np.float16, np.float32, np.float64)
DEFAULT_EPS = "torch's default is 1e-5."
CUMULATIVE = "The cumulative average, momentum=None, is a setting of BatchNorm1d, 2d and 3d."
LAYOUTS = {2: "(N, C)", 3: "(N, C, L)", 4: "(N, C, H, W)", 5: "(N, C, D, H, W)"}


def prepare_floats(name: str, value: ArrayLike) -> Array:
    """value as an array of float16, float32 or float64; no other dtype is guessed at."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array, and masks are not looked at; use {name}.data.")
    try:
        array = np.asarray(value)
    except (RuntimeError, TypeError, ValueError) as problem:
        detach = f" Give {name}.detach()." if getattr(value, "requires_grad", False) else ""
        raise TypeError(
            f"{name} is a {type(value).__name__} that gives no array of float16, float32 or "
            f"float64: {str(problem).partition('. ')[0]}.{detach}"
        ) from None
    if array.dtype.type not in DTYPES:
        advice = f" Convert it first: np.asarray({name}, dtype=np.float32)."
        raise TypeError(
            f"{name} has dtype {array.dtype}; expected float16, float32 or float64."
            f"{advice if array.dtype.kind in 'biuf' else ''}"
        )
    return array


def prepare_with_channels(name: str, value: ArrayLike) -> Array:
    """value as an array of floats with a channel axis."""
    array = prepare_floats(name, value)
    if array.ndim < 2:
        raise ValueError(
            f"{name} has shape {array.shape}, which has no channel axis; expected (N, C) or "
            f"(N, C, *). One feature: {name}.reshape(-1, 1); one sample: {name}.reshape(1, -1)."
        )
    return array


def require_dimensions(x: Array, allowed: tuple[int, ...], owner: str) -> None:
    if x.ndim not in allowed:
        other = f" BatchNorm{max(1, x.ndim - 2)}d takes it." if x.ndim in LAYOUTS else ""
        raise ValueError(
            f"{owner} was given an input of shape {x.shape}, {x.ndim} dimensions; "
            f"expected {' or '.join(LAYOUTS[n] for n in allowed)}.{other}"
        )


def require_channels(x: Array, num_features: int, owner: str) -> None:
    if x.shape[1] != num_features:
        hint = ""
        if x.shape[-1] == num_features:
            hint = " The last axis would fit: move it there with np.moveaxis(x, -1, 1)."
        raise ValueError(
            f"{owner} has num_features={num_features}, but the input of shape {x.shape} "
            f"has {x.shape[1]} channels on axis 1.{hint}"
        )


def require_values(x: Array) -> None:
    if x.size == 0:
        raise ValueError(
            f"x has shape {x.shape}, which holds no values; a mean needs at least one per channel."
        )


def prepare_per_channel(name: str, values: Any, x: Array, default: float | None = None) -> Array:
    """values as an array of floats, one for each channel of x; default where they are None."""
    if values is None and default is not None:
        return np.full(x.shape[1], default, x.dtype)
    array = prepare_floats(name, values)
    if array.shape != x.shape[1:2]:
        raise ValueError(
            f"{name} has shape {array.shape}; expected {x.shape[1:2]}, "
            f"one number for each of the {x.shape[1]} channels on axis 1 of {x.shape}."
        )
    return array


def require_same_shape(name: str, values: Array, x: Array) -> None:
    if values.shape != x.shape:
        raise ValueError(f"{name} has shape {values.shape}; expected {x.shape}, the shape of x.")


def require_both_or_neither(**pair: Any) -> None:
    given = [name for name, value in pair.items() if value is not None]
    if len(given) == 1:
        raise ValueError(f"only {given[0]} was given; give both {' and '.join(pair)}, or neither.")


def require_number(name: str, value: Any, advice: str) -> None:
    if not isinstance(value, (float, Real)):  # float is one of them, and much faster to see
        raise TypeError(f"{name} is {value!r}; expected a number. {advice}")


def require_eps_above_0(eps: float, purpose: str = "training") -> None:
    require_number("eps", eps, DEFAULT_EPS)
    if not eps > 0:  # so that NaN is refused too
        raise ValueError(
            f"eps is {eps}; {purpose} needs eps > 0, or a constant channel is divided by 0. "
            f"{DEFAULT_EPS}"
        )


def require_several_values(x: Array, purpose: str = "training", instead: str = "test mode") -> None:
    """x has not just one value per channel; purpose and instead are for the message."""
    if x.shape[0] * prod(x.shape[2:]) == 1:
        raise ValueError(
            f"x has shape {x.shape}, one value per channel; {purpose} needs more than one, since "
            f"the variance of a single value is 0. Use a larger batch, or {instead}."
        )


def require_eps_for_test_mode(eps: float) -> None:
    require_number("eps", eps, DEFAULT_EPS)
    if not eps >= 0:
        raise ValueError(f"eps is {eps}; test mode needs eps >= 0. {DEFAULT_EPS}")


def require_writable(name: str, running: Any) -> None:
    if not (isinstance(running, np.ndarray) and running.flags.writeable):
        kind = "read-only" if isinstance(running, np.ndarray) else f"a {type(running).__name__}"
        raise ValueError(
            f"{name} is {kind}; training updates it in place, so it has to be a NumPy array "
            f"that can be written to, e.g. np.array({name}, dtype=np.float32)."
        )


def prepare_test(
    x: ArrayLike,
    running_mean: Any,
    running_var: Any,
    weight: ArrayLike | None,
    bias: ArrayLike | None,
    momentum: float,
    eps: float,
) -> tuple[Array, Array, Array, Array, Array]:
    """x as it is, the rest in the widest dtype of all, float32 at least; None becomes 1 and 0."""
    x = prepare_with_channels("x", x)
    require_both_or_neither(running_mean=running_mean, running_var=running_var)
    require_number("momentum", momentum, CUMULATIVE)
    require_eps_for_test_mode(eps)
    if running_mean is None:
        raise ValueError(
            "running_mean and running_var are None, and test mode normalizes by them. "
            "Give both, or set training=True to use the batch's own statistics."
        )
    mean = prepare_per_channel("running_mean", running_mean, x)
    var = prepare_per_channel("running_var", running_var, x)
    weight = prepare_per_channel("weight", weight, x, default=1)
    bias = prepare_per_channel("bias", bias, x, default=0)
    dtype = np.result_type(x, mean, var, weight, bias, np.float32)
    mean, var, weight, bias = (a.astype(dtype, copy=False) for a in (mean, var, weight, bias))
    return x, mean, var, weight, bias


def prepare_training(
    x: ArrayLike,
    running_mean: Any,
    running_var: Any,
    weight: ArrayLike | None,
    bias: ArrayLike | None,
    momentum: float,
    eps: float,
) -> tuple[Array, Array, Array]:
    """x as it is, weight and bias in float64; None becomes 1 and 0.

    How many values x holds is left to require_several_values.
    """
    x = prepare_with_channels("x", x)
    require_both_or_neither(running_mean=running_mean, running_var=running_var)
    require_number("momentum", momentum, CUMULATIVE)
    require_eps_above_0(eps)
    if running_mean is not None:
        for name, running in (("running_mean", running_mean), ("running_var", running_var)):
            require_writable(name, running)
            prepare_per_channel(name, running, x)
    weight = prepare_per_channel("weight", weight, x, default=1).astype(np.float64, copy=False)
    bias = prepare_per_channel("bias", bias, x, default=0).astype(np.float64, copy=False)
    return x, weight, bias


def prepare_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike | None,
    mean: ArrayLike | None,
    var: ArrayLike | None,
    eps: float,
) -> tuple[Array, Array, Array, Array | None]:
    """grad_output and x as they are, and in float64 weight and, as one array, mean and var.

    A weight of None becomes 1. None for mean and var stays None.
    """
    x = prepare_with_channels("x", x)
    grad_output = prepare_floats("grad_output", grad_output)
    require_same_shape("grad_output", grad_output, x)
    require_both_or_neither(mean=mean, var=var)
    if mean is None:
        require_eps_above_0(eps)
        require_several_values(x)
    else:
        require_eps_for_test_mode(eps)
    weight = prepare_per_channel("weight", weight, x, default=1).astype(np.float64, copy=False)
    if mean is None:
        return grad_output, x, weight, None
    mean_and_var = prepare_per_channel("mean", mean, x), prepare_per_channel("var", var, x)
    return grad_output, x, weight, np.array(mean_and_var, np.float64)


def require_num_features(value: Any) -> None:
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 0:
        raise ValueError(f"num_features is {value!r}; expected the number of channels, e.g. 5.")


def prepare_dtype(dtype: Any) -> Any:
    """dtype, in any form that NumPy knows it by, as np.float16, np.float32 or np.float64."""
    try:
        known = np.dtype(dtype).type
    except TypeError:
        known = None
    if known not in DTYPES or dtype is None:  # NumPy takes None for float64
        raise TypeError(f"dtype is {dtype!r}; expected np.float16, np.float32 or np.float64.")
    return known


def prepare_state(
    given: Mapping[str, Any], expected: Mapping[str, Array], owner: str
) -> dict[str, Array]:
    """given, in the dtypes of expected; one error names everything that does not fit.

    As in torch, num_batches_tracked may be missing (old checkpoints had none) or have
    shape (1,).
    """
    if not isinstance(given, Mapping):
        raise TypeError(
            f"{owner}.load_state_dict was given a {type(given).__name__}; expected a mapping, "
            "such as another module's state_dict()."
        )
    required = [name for name in expected if name != "num_batches_tracked"]
    problems = [f"missing {name}" for name in required if name not in given]
    problems += [f"unexpected {name}" for name in given if name not in expected]
    arrays = {}
    for name in [name for name in expected if name in given]:
        shape = expected[name].shape
        try:
            array = prepare_entry(given[name])
        except (RuntimeError, TypeError, ValueError):
            problems.append(f"{name} is a {type(given[name]).__name__} that gives no numbers")
            continue
        if array.dtype.kind not in "fiub":
            problems.append(f"{name} has dtype {array.dtype}, not a real number's")
        elif array.shape != shape and (shape, array.shape) != ((), (1,)):
            problems.append(f"{name} has shape {array.shape}, not {shape}")
        elif shape == () and not (0 <= array.item() < 2**63 and array.item() % 1 == 0):
            problems.append(f"{name} is {array}, not a whole number of batches")
        else:
            arrays[name] = array.reshape(shape).astype(expected[name].dtype)
    if problems:
        raise ValueError(
            f"{owner}.load_state_dict: {'; '.join(sorted(problems))}. Expected exactly "
            f"{', '.join(expected)}, as a module with the same options gives them. "
            "Nothing was loaded."
        )
    return arrays


def prepare_entry(value: Any) -> NDArray[Any]:
    """value as an array; a tensor goes through lists, so a gradient or bfloat16 does no harm."""
    if hasattr(value, "detach"):
        return np.asarray(value.tolist()).reshape(value.shape)
    array = np.asarray(value)
    if array.dtype.isbuiltin == OF_ANOTHER_PACKAGE and np.can_cast(array.dtype, np.float64):
        return array.astype(np.float64)
    return array
