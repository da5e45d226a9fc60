"""Whether what came out of an answer is what should have; and where it is not, in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import permutations
from typing import Any, NamedTuple

import numpy as np

from bnlib.classroom.check import verdict
from bnlib.classroom.display import as_text

TOLERANCE = 1e-4  # of a column's largest value; right answers need a fifth of it at most
CLOSE = 1e-2  # what is nearer than this, but not within the tolerance, may have been rounded
LONGEST_INPUT = 120  # characters of inputs that are repeated
LONGEST = 200  # characters of a value or a message that are repeated
SHOWN_WHOLE = 6  # so many numbers at most
JUST_RIGHT = " Its numbers are right"

Inputs = Mapping[str, Any]
Mode = Callable[[Inputs], str]  # which mode an input asks for, in words
Returned = tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Raised:
    """An error that a function raised instead of returning; two are the same if they say the same.

    Attributes:
        kind: the name of its type.
        words: its type and its message, cut if it is long.
        line: the line of the function that it came from, or nothing.
    """

    kind: str
    words: str
    line: str = field(default="", compare=False)


Outcome = Returned | Raised


def all_returned(outcomes: Sequence[Outcome]) -> list[Returned] | None:
    """The outcomes, if none of them is an error."""
    returned = [outcome for outcome in outcomes if not isinstance(outcome, Raised)]
    return returned if len(returned) == len(outcomes) else None


def same(one: Outcome, other: Outcome, tolerance: float = TOLERANCE) -> bool:
    """Whether an outcome is the other one, within the tolerance."""
    if isinstance(one, Raised) or isinstance(other, Raised):
        return one == other
    return len(one) == len(other) and all(
        a.shape == b.shape and bool(is_near(a, b, tolerance).all())
        for a, b in zip(one, other, strict=True)
    )


def same_everywhere(
    outcomes: Sequence[Outcome], others: Sequence[Outcome], tolerance: float = TOLERANCE
) -> bool:
    """Whether all outcomes are the same."""
    return all(same(*pair, tolerance) for pair in zip(outcomes, others, strict=True))


def is_near(values: np.ndarray, expected: np.ndarray, tolerance: float = TOLERANCE) -> np.ndarray:
    """Where values are as expected, to a part of each column's largest one.

    A column of zeros has none; the largest value of the whole array stands in for it.
    """
    size = np.where(np.isfinite(expected), np.abs(expected), 0.0)
    columns = size.max(axis=tuple(range(size.ndim - 1)), initial=0)
    whole = size.max(initial=0)
    allowed = tolerance * np.where(columns > 1e-9 * whole, columns, whole)
    values, expected = values.astype(np.float64), expected.astype(np.float64)
    with np.errstate(invalid="ignore"):  # infinity less infinity is NaN: not near
        near = np.abs(values - expected) <= allowed
    return near | (values == expected) | (np.isnan(values) & np.isnan(expected))


class Difference(NamedTuple):
    """Where an outcome is not what it should be: in words, by kind, and both in numbers.

    The kind is one of verdict.OUTCOMES; it is empty where the numbers say it.
    """

    words: str
    kind: str = ""
    numbers: tuple[float, ...] = ()


def first_difference(
    outcome: Outcome, right: Outcome, elsewhere: Sequence[tuple[Outcome, Returned]] = ()
) -> Difference:
    """Where two outcomes first differ; neither is an error.

    What is said of a shape holds for all pairs elsewhere of which the shapes differ, too.
    """
    assert not isinstance(outcome, Raised)
    assert not isinstance(right, Raised)
    if len(right) == 2 and same(outcome[::-1], right):
        return Difference("your two results are right, but in the other order.", verdict.EXCHANGED)
    which = next(i for i, pair in enumerate(zip(outcome, right, strict=True)) if _differ(*pair))
    returned, expected = outcome[which], right[which]
    who = "you get" if len(right) == 1 else f"the {('first', 'second')[which]} of your results is"
    if returned.shape != expected.shape:
        wanted = f"have {expected.shape}" if expected.shape else "be a number"
        given = f"an array of shape {returned.shape}" if returned.shape else "a single number"
        words = f"{who} {given}; it should {wanted}."
        others = [(a[which], b[which]) for a, b in elsewhere if not isinstance(a, Raised)]
        others = [(mine, one) for mine, one in others if mine.shape != one.shape]
        reasons = (
            each
            for each in _same_numbers(returned, expected)
            if all(any(map(partial(_alike, each), _same_numbers(*pair))) for pair in others)
        )
        reason = next(reasons, "")
        return Difference(f"{words}{reason}", verdict.RIGHT_NUMBERS if reason else verdict.SHAPE)
    note = ""
    if np.issubdtype(returned.dtype, np.integer):
        note = f" (Your numbers are whole ones, {returned.dtype}: compute with floats.)"
    mine, wanted, place = short(returned), short(expected), ""
    if expected.size > SHOWN_WHOLE or mine == wanted:
        at = tuple(int(i) for i in np.argwhere(~is_near(returned, expected))[0])
        returned, expected = returned[at], expected[at]
        mine, wanted = told_apart(returned, expected)
        place = f" at {list(at)}" if at else ""
    numbers = (float(number) for part in (returned, expected) for number in np.ravel(part))
    return Difference(f"{who} {mine}{place}; it should be {wanted}.{note}", numbers=(*numbers,))


def _same_numbers(returned: np.ndarray, expected: np.ndarray) -> Iterator[str]:
    """Sentences, if only the shape is not the right one, or what it lacks is one step."""
    if same((returned.T,), (expected,)):
        yield " It is transposed."
    if returned.size == expected.size:
        if same((returned.reshape(expected.shape),), (expected,)):
            if returned.ndim > expected.ndim and 1 in returned.shape:
                yield f"{JUST_RIGHT} (keepdims=True and brackets make axes of length 1)."
            yield f"{JUST_RIGHT}."
        if any(
            same((returned.transpose(axes),), (expected,))
            for axes in permutations(range(returned.ndim))
        ):
            yield f"{JUST_RIGHT}, but an axis was not moved back."
        if expected.ndim > 2:
            channels_last = np.moveaxis(expected, 1, -1)
            if same((returned,), (channels_last.reshape(-1, expected.shape[1]),)):
                yield (
                    f"{JUST_RIGHT}, but it is a table still: reshape it to {channels_last.shape}, "
                    "then move the channels back."
                )
    for axis in range(returned.ndim if returned.size else 0):  # there is no mean of nothing
        for take, words in ((np.sum, "added up"), (np.mean, "averaged")):
            if same((np.asarray(take(returned, axis=axis)),), (expected,)):
                yield f" Its numbers are still to be {words} over axis {axis}."
    for axis in range(expected.ndim):
        for take, words in ((np.sum, "added up"), (np.mean, "averaged")):
            if same((returned,), (np.asarray(take(expected, axis=axis)),)):
                yield (
                    f" That is what should come out, {words} over its axis {axis}; keep that axis."
                )
    if expected.ndim and same(
        (returned,), (expected[: len(returned)] if returned.ndim else expected[0],)
    ):
        yield " The rest is missing. Does a loop end too soon, or does return stand inside of it?"
    if expected.ndim and same((returned,), (expected[-1],)):
        yield " It is the last one alone."
    if expected.ndim and same((np.atleast_1d(returned)[-len(expected) :],), (expected,)):
        yield " Its end is right; what comes before is not asked for."


def _alike(one: str, other: str) -> bool:
    """Whether two sentences are of one kind; after a colon comes what holds for one shape."""
    return one.partition(":")[0] == other.partition(":")[0]


def _differ(one: np.ndarray, other: np.ndarray) -> bool:
    return not same((one,), (other,))


def told_apart(one: Any, other: Any) -> tuple[str, str]:
    """Two numbers with four decimals, or with as many digits as tell them apart."""
    texts = (f"{one:.4f}", f"{other:.4f}")
    if texts[0] == texts[1] or max(map(len, texts)) > 20:
        texts = (f"{one:.4g}", f"{other:.4g}")
    if texts[0] == texts[1]:
        texts = (f"{one:.9g}", f"{other:.9g}")
    return texts


def short(value: Any) -> str:
    """A value in one line, or what it is where that would be long."""
    try:
        text = as_text(value) if isinstance(value, np.ndarray) else repr(value)
    except Exception:  # an array of anything but numbers, or an object without words
        text = ""
    if 0 < len(text) < LONGEST:
        return " ".join(text.split())
    return f"an object of type {type(value).__name__}"


def in_words(given: Inputs, most: int = 12) -> str:
    """Inputs as a learner reads them: so many numbers of each at most, and otherwise shapes."""
    words = _in_words(given, most)
    return words if len(words) <= LONGEST_INPUT else _in_words(given, most / 2)


def _in_words(given: Inputs, most: float) -> str:
    words = []
    for name, value in given.items():
        if isinstance(value, (list, tuple)) and sum(map(np.size, value)) < most:
            words.append(f"{name} = {', '.join(str(batch.tolist()) for batch in value)}")
        elif isinstance(value, (list, tuple)):
            words.append(f"{name} of length {len(value)}")
        elif np.size(value) > most:
            words.append(f"{name} of shape {np.shape(value)}")
        else:
            dtype = " in float32" if getattr(value, "dtype", None) == np.float32 else ""
            number = value.tolist() if isinstance(value, np.ndarray) else value
            words.append(f"{name} = {number!r}{dtype}")
    return ", ".join(words)
