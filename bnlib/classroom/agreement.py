"""agree(ours, torchs): one value, computed twice, shown once."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from bnlib.classroom.difference import difference
from bnlib.classroom.display import Shown, as_text

OF_ANOTHER_PACKAGE = 2  # dtype.isbuiltin: ml_dtypes, which JAX uses, has bfloat16 and float8

# Of the largest value. For what is not listed, with 8 bits or fewer, it is one unit in the last
# place (torch.finfo(dtype).eps).
RELATIVE_TOLERANCE = {
    "float16": 1e-3,
    "bfloat16": 1e-2,
    "float32": 1e-6,
    "float64": 1e-12,
    "complex64": 1e-6,
    "complex128": 1e-12,
}


class _MessageAloneError(Exception):
    """An error that a notebook shows without a traceback: its frames are not the learner's."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class DisagreementError(_MessageAloneError, AssertionError):
    """Two values that should be the same are not."""


class NotComparableError(_MessageAloneError, TypeError):
    """A value holds something else than numbers."""


class Numbers(NamedTuple):
    """The numbers of a value, and the share of the largest that rounding may change."""

    array: np.ndarray
    relative_tolerance: float


def agree(ours: Any, torchs: Any, within: float | None = None) -> Shown:
    """Compare a value of ours with torch's, and show it.

    Args:
        ours: an array, a number, or a mapping of these.
        torchs: the same by torch; tensors may require gradients. Given in the other order, a
            tensor is still taken for torch's.
        within: the largest difference allowed, in units of the values. Left out, it is
            a fraction of torch's largest value: 1e-6 for float32, 1e-12 for float64
            (the lesser precision of the two counts), and 0 for integers.

    Returns:
        What a cell displays: the value and how many numbers agree.

    Raises:
        DisagreementError: a shape or a number differs. It says how many differ, where first and
            where most, gives both values, and a pattern if one explains the whole difference.
        NotComparableError: a value is not made of numbers.

    >>> agree([2.0, 3.0], np.array([2.0, 3.0]))
    array([2., 3.])
    agrees with torch: 2 of 2 values, within 1e-12 times the largest
    """
    if _has_tensors(ours) and not _has_tensors(torchs):
        ours, torchs = torchs, ours
    pairs = _pairs(ours, torchs)
    words = f"within {within}"
    if within is None:
        relative = max(number.relative_tolerance for pair in pairs.values() for number in pair)
        words = f"within {relative} times the largest" if relative else "exactly"

    for name, (mine, theirs) in pairs.items():
        allowed = _allowed(mine, theirs) if within is None else within
        found = difference(mine.array, theirs.array, allowed)
        if found:
            raise DisagreementError(f"{name}does not agree with torch {words}: {found}")

    shown = "\n".join(
        name + as_text(mine.array).replace("\n", "\n" + " " * len(name))
        for name, (mine, _) in pairs.items()
    )
    count = sum(mine.array.size for mine, _ in pairs.values())
    return Shown(f"{shown}\nagrees with torch: {count} of {count} values, {words}")


def _is_tensor(value: Any) -> bool:
    return hasattr(value, "detach")


def _has_tensors(value: Any) -> bool:
    return any(map(_is_tensor, value.values() if isinstance(value, Mapping) else [value]))


def _pairs(ours: Any, torchs: Any) -> dict[str, tuple[Numbers, Numbers]]:
    """What is to be compared, by its name; a single value has none."""
    if not isinstance(ours, Mapping) and not isinstance(torchs, Mapping):
        return {"": (_numbers(ours), _numbers(torchs))}
    if not isinstance(ours, Mapping) or not isinstance(torchs, Mapping):
        kinds = type(ours).__name__, type(torchs).__name__
        raise DisagreementError("ours is of type {}, torch's of type {}".format(*kinds))
    if ours.keys() != torchs.keys():
        raise DisagreementError(f"ours has the entries {list(ours)}, torch's {list(torchs)}")
    return {f"{name}: ": (_numbers(ours[name]), _numbers(torchs[name])) for name in ours}


def _numbers(value: Any) -> Numbers:
    if np.ma.isMaskedArray(value):
        raise _not_comparable(value, ", and masks are not looked at; give its .data")
    try:
        array = _tensor_array(value) if _is_tensor(value) else np.asarray(value)
    except (ValueError, TypeError, RuntimeError, NotImplementedError) as problem:
        raise _not_comparable(value, f": {str(problem).rstrip('.!')}") from None
    dtype = value.dtype if _is_tensor(value) else array.dtype
    name = str(dtype).removeprefix("torch.")
    if array.dtype.isbuiltin == OF_ANOTHER_PACKAGE and np.can_cast(array.dtype, np.float64):
        array = array.astype(np.int64 if "int" in name else np.float64)
    if array.dtype.kind not in "biufc":
        raise _not_comparable(value, f", with entries of type {array.dtype}")
    if array.dtype.kind in "biu":
        return Numbers(array, 0.0)
    if name.startswith(("float8", "float6_", "float4")):
        finfo = import_module("torch" if _is_tensor(value) else "ml_dtypes").finfo
        return Numbers(array, float(finfo(dtype).eps))
    return Numbers(array, RELATIVE_TOLERANCE.get(name, RELATIVE_TOLERANCE["float64"]))


def _tensor_array(tensor: Any) -> np.ndarray:
    """tensor as an array, in float64 where NumPy lacks its dtype (bfloat16, float8)."""
    dense = tensor.detach().cpu().to_dense().resolve_conj().resolve_neg()
    try:
        return dense.numpy()
    except TypeError:
        return (dense.cfloat() if dense.is_complex() else dense.double()).numpy()


def _not_comparable(value: Any, reason: str) -> NotComparableError:
    return NotComparableError(
        f"agree() compares numbers; it was given a {type(value).__name__}{reason}."
    )


def _allowed(ours: Numbers, torchs: Numbers) -> float:
    """The difference that rounding explains."""
    finite = torchs.array[np.isfinite(torchs.array)]
    relative = max(ours.relative_tolerance, torchs.relative_tolerance)
    return relative * float(np.abs(finite).max(initial=0)) if relative else 0.0
