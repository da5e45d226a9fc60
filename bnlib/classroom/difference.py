"""How two arrays that should be equal differ: how many numbers, where, and by what pattern."""

from cmath import isfinite
from collections.abc import Callable, Iterable, Iterator
from itertools import permutations
from typing import Any

import numpy as np

from bnlib.classroom.display import precise

LEFT_OVER = 1e-3  # A pattern explains a difference if it leaves less than this share of it.
Explanations = Iterator[tuple[np.ndarray, str]]  # torch's array after a rule, and the rule
Rules = Callable[[np.ndarray, np.ndarray], Explanations]
LISTED = 8  # So many positions or factors at most are named one by one.


@np.errstate(all="ignore")
def difference(ours: np.ndarray, torchs: np.ndarray, allowed: float) -> str:
    """What to know about two arrays that differ; empty where they don't.

    Args:
        ours, torchs: arrays of numbers, of any shape.
        allowed: a difference that is none, in units of the values.

    >>> print(difference(np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0]), 1e-9))
    3 of 3 values differ, first at [0]: ours 2, torch's 1, a difference of 1;
    most at [2]: ours 6, torch's 3, a difference of 3
    Ours is torch's times 2.
    """
    if ours.shape != torchs.shape:
        shapes = f"ours has shape {ours.shape}, torch's {torchs.shape}"
        return shapes + _sentences(_same_numbers(ours, torchs, allowed))
    if ours.dtype.kind in "biu" and torchs.dtype.kind in "biu" and not allowed:
        differs = ours != torchs
    else:
        differs = ~_close(ours, torchs, allowed)
    if not differs.any():
        return ""
    return _places(ours, torchs, differs) + _sentences(*_pattern(ours, torchs, differs))


def _close(ours: np.ndarray, torchs: np.ndarray, allowed: float) -> np.ndarray:
    ours, torchs = precise(ours), precise(torchs)
    return np.asarray(np.isclose(ours, torchs, rtol=0, atol=allowed, equal_nan=True))


def _sentences(*sentences: str) -> str:
    return "".join(f"\n{sentence}." for sentence in sentences if sentence)


def _places(ours: np.ndarray, torchs: np.ndarray, differs: np.ndarray) -> str:
    """How many numbers differ, and the two where they first differ and where they differ most."""
    if ours.ndim == 0:
        return _both(ours.item(), torchs.item())
    first, *_ = places = np.argwhere(differs)
    mine, theirs = precise(ours[differs]), precise(torchs[differs])
    finite = np.isfinite(mine) & np.isfinite(theirs)
    gaps = np.full(mine.shape, np.inf)
    gaps[finite] = np.abs(mine[finite] - theirs[finite])

    def at(place: np.ndarray) -> str:
        index = tuple(place.tolist())
        return f"at {list(index)}: {_both(ours[index].item(), torchs[index].item())}"

    text = f"{len(places)} of {differs.size} values differ, first {at(first)}"
    if gaps[0] < (1 - LEFT_OVER) * gaps.max():
        text += f";\nmost {at(places[gaps.argmax()])}"
    return text


def _both(ours: Any, torchs: Any) -> str:
    both = f"ours {_apart(ours, torchs)}, torch's {_apart(torchs, ours)}"
    if isinstance(ours, bool) or not isfinite(ours - torchs):
        return both
    return f"{both}, a difference of {_apart(ours - torchs, 0, digits=4)}"


def _apart(number: Any, other: Any, digits: int = 6) -> str:
    """number, with as many digits as it takes to tell it from the other one."""
    if isinstance(number, int):
        return str(number)
    while digits < 17 and f"{number:.{digits}g}" == f"{other:.{digits}g}":
        digits += 1
    return f"{number:.{digits}g}"


def _pattern(ours: np.ndarray, torchs: np.ndarray, differs: np.ndarray) -> tuple[str, str]:
    """Where alone two arrays differ, and what makes ours of torch's, if anything does."""
    relation = _relation(ours, torchs, _one_rule)
    if relation:
        return f"Ours is torch's {relation}", ""
    where, part = _alone(differs)
    ours, torchs = ours[part], torchs[part]
    relation = _relation(ours, torchs, _one_rule) or _relation(ours, torchs, _by_channel)
    start = "There, ours" if where else "Ours"
    return where, f"{start} is torch's {relation}" if relation else ""


def _alone(differs: np.ndarray) -> tuple[str, Any]:
    """The channels, rows or entries that alone differ: in words and as an index."""
    names = [(1, "channel", "channels"), (0, "sample", "samples")]
    if differs.ndim <= 2:
        names = [names[0], (0, "row", "rows")] if differs.ndim == 2 else [(0, "entry", "entries")]
    for axis, one, several in names if differs.sum() > 1 else []:
        shares = differs.mean(axis=tuple(set(range(differs.ndim)) - {axis}))
        (those,) = np.nonzero(shares)
        if len(those) < len(shares) and (shares[those] > 0.5).all():
            verb, noun = ("differs", one) if len(those) == 1 else ("differ", several)
            part = (slice(None),) * axis + (those,)
            return f"Only {noun} {_listed(map(str, those))} {verb}", part
    return "", ...


def _listed(entries: Iterable[str]) -> str:
    words = list(entries)
    if len(words) > LISTED:
        words = [*words[: LISTED - 1], f"{len(words) - LISTED + 1} more"]
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _relation(ours: np.ndarray, torchs: np.ndarray, rules: Rules) -> str:
    """The rule that makes ours of torch's, if one explains the whole difference.

    One or two numbers fit too many rules to name one.
    """
    is_real = ours.dtype.kind in "iuf" and torchs.dtype.kind in "iuf"
    if ours.size <= 2 or not is_real or not (np.isfinite(ours) & np.isfinite(torchs)).all():
        return ""
    ours, torchs = precise(ours), precise(torchs)
    left_over = LEFT_OVER * np.abs(ours - torchs).max()
    for explained, words in rules(ours, torchs):
        if np.abs(explained - ours).max() <= left_over:
            return words
    return ""


def _one_rule(ours: np.ndarray, torchs: np.ndarray) -> Explanations:
    yield -torchs, "with the opposite sign"
    yield from _scaled_or_shifted(ours, torchs, axes=None)
    if len(np.unique(torchs)) > 2:
        yield from _in_another_order(ours, torchs)


def _by_channel(ours: np.ndarray, torchs: np.ndarray) -> Explanations:
    if ours.ndim > 1 and 1 < ours.shape[1] < ours.size:
        axes = tuple(set(range(ours.ndim)) - {1})
        for explained, words in _scaled_or_shifted(ours, torchs, axes):
            yield explained, f"{words}, channel by channel"


def _scaled_or_shifted(
    ours: np.ndarray, torchs: np.ndarray, axes: tuple[int, ...] | None
) -> Explanations:
    """torch's times a factor, and plus a shift, that are the same along axes."""
    squares = np.square(torchs).sum(axes, keepdims=True)
    products = (ours * torchs).sum(axes, keepdims=True)
    factors = np.divide(products, squares, where=squares > 0, out=np.ones_like(squares))
    yield torchs * factors, f"times {_listed(_apart(f, 1.0, digits=4) for f in factors.flat)}"
    shifts = (ours - torchs).mean(axes, keepdims=True)
    sign, size = ("minus", -shifts) if (shifts < 0).all() else ("plus", shifts)
    yield torchs + shifts, f"{sign} {_listed(_apart(s, 0.0, digits=4) for s in size.flat)}"


def _in_another_order(ours: np.ndarray, torchs: np.ndarray) -> Explanations:
    for axis in range(torchs.ndim):
        yield np.flip(torchs, axis), "reversed" + f" along axis {axis}" * (torchs.ndim > 1)
    for order in permutations(range(torchs.ndim)):
        if torchs.transpose(order).shape == ours.shape:
            yield torchs.transpose(order), _axes_words(order)
    in_order = np.empty(ours.size)
    in_order[ours.ravel().argsort()] = np.sort(torchs, axis=None)
    yield in_order.reshape(ours.shape), "in another order"


def _axes_words(order: tuple[int, ...]) -> str:
    return "transposed" if len(order) == 2 else f"with its axes in the order {order}"


def _same_numbers(ours: np.ndarray, torchs: np.ndarray, allowed: float) -> str:
    """How torch's becomes ours by other axes or another shape alone, if it does."""
    for order in permutations(range(torchs.ndim)):
        moved = torchs.transpose(order)
        if moved.shape == ours.shape and _close(ours, moved, allowed).all():
            return f"Ours is torch's {_axes_words(order)}"
    if ours.size == torchs.size and _close(ours.ravel(), torchs.ravel(), allowed).all():
        return "The numbers are the same, in the same order"
    return ""
