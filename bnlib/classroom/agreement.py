"""agree(ours, torchs): one value, computed twice, shown once."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from bnlib.classroom.display import Shown, as_text

RELATIVE_TOLERANCE = {"float16": 1e-3, "float32": 1e-6, "float64": 1e-12}


class DisagreementError(AssertionError):
    """Two values that should be the same are not."""


def agree(ours: Any, torchs: Any, within: float | None = None) -> Shown:
    """Compare a value of ours with torch's, and show it.

    Args:
        ours: an array, a number, or a mapping of these.
        torchs: the same by torch; tensors may require gradients.
        within: the largest difference allowed, in units of the values. Left out, it is
            a fraction of torch's largest value: 1e-6 for float32, 1e-12 for float64
            (the lesser precision of the two counts), and 0 for integers.

    Returns:
        What a cell displays: the value and how many numbers agree.

    Raises:
        DisagreementError: a shape or a number differs; it says where, and gives both.

    >>> agree([2.0, 3.0], np.array([2.0, 3.0]))
    array([2., 3.])
    agrees with torch: 2 of 2 values, within 1e-12 times the largest
    """
    pairs = _pairs(ours, torchs)
    relative = None
    words = f"within {within}"
    if within is None:
        relative = max(_relative_tolerance(array) for pair in pairs.values() for array in pair)
        words = f"within {relative} times the largest" if relative else "exactly"

    def allowed(values: np.ndarray) -> Any:
        largest = np.abs(values[np.isfinite(values)]).max(initial=0)
        return within if relative is None else relative * largest

    for name, (mine, theirs) in pairs.items():
        difference = _difference(mine, theirs, allowed(theirs))
        if difference:
            raise DisagreementError(f"{name}does not agree with torch {words}: {difference}")

    shown = "\n".join(
        name + as_text(mine).replace("\n", "\n" + " " * len(name))
        for name, (mine, _) in pairs.items()
    )
    count = sum(mine.size for mine, _ in pairs.values())
    return Shown(f"{shown}\nagrees with torch: {count} of {count} values, {words}")


def _pairs(ours: Any, torchs: Any) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """What is to be compared, by its name; a single value has none."""
    if not isinstance(ours, Mapping):
        return {"": (_array(ours), _array(torchs))}
    if list(ours) != list(torchs):
        raise DisagreementError(f"ours has the entries {list(ours)}, torch's {list(torchs)}")
    return {f"{name}: ": (_array(ours[name]), _array(torchs[name])) for name in ours}


def _array(value: Any) -> np.ndarray:
    array = np.asarray(value.detach() if hasattr(value, "detach") else value)
    if array.dtype.kind not in "biufc":
        raise TypeError(f"agree() compares numbers; this is of type {type(value).__name__}.")
    return array


def _relative_tolerance(array: np.ndarray) -> float:
    return RELATIVE_TOLERANCE.get(array.dtype.name, 0.0)


def _difference(ours: np.ndarray, torchs: np.ndarray, allowed: Any) -> str:
    """Where the two differ, and how; empty where they don't."""
    if ours.shape != torchs.shape:
        return f"ours has shape {ours.shape}, torch's {torchs.shape}"
    differs = ~np.isclose(ours, torchs, rtol=0, atol=allowed, equal_nan=True)
    if not differs.any():
        return ""
    first = tuple(int(i) for i in np.argwhere(differs)[0])
    return (
        f"{differs.sum()} of {differs.size} values differ, first at {list(first)}: "
        f"ours {ours[first]:.6g}, torch's {torchs[first]:.6g}"
    )
