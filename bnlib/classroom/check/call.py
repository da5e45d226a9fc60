"""Calling a learner's function: what it returns, as arrays, or why that can't be checked."""

import dis
import inspect
import io
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager, redirect_stdout
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np

from bnlib.classroom.display import as_text

TOLERANCE = 1e-4  # of a column's largest value; right answers need a fifth of it at most
CLOSE = 1e-2  # what is nearer than this, but not within the tolerance, may have been rounded
LONGEST = 200  # characters of a value or a message that are repeated

Inputs = Mapping[str, Any]
Outcome = tuple[np.ndarray, ...]


class Call(NamedTuple):
    """What a learner's function did with one input: returned, printed and changed."""

    outcome: Outcome
    printed: str
    changed: dict[str, np.ndarray]


class _Printed(io.StringIO):
    """What is printed; it can still be read if the learner's function closes it."""

    def close(self) -> None:
        pass


class NotAttemptedError(Exception):
    """The function has no body yet."""


class CannotBeCheckedError(Exception):
    """What is returned can't be compared; the message says why, and what to do."""

    def __init__(self, why: str, printed: str = "") -> None:
        super().__init__(why)
        self.printed = printed


class RaisedError(CannotBeCheckedError):
    """The function raised an error; what to do about it the message can't say."""


def call(answer: Callable[..., Any], given: Inputs, parts: int) -> Call:
    """Call answer on a copy of the inputs.

    Args:
        answer: the learner's function.
        given: its arguments, by name, in order.
        parts: how many arrays it should return.

    Raises:
        NotAttemptedError: it has no body yet, or returned the three dots.
        RaisedError: it raised an error.
        CannotBeCheckedError: it takes other arguments, or returned something else than
            arrays of numbers.
    """
    mine = {name: _as_given(value) for name, value in given.items()}
    printed = _Printed()
    try:
        with quiet(), redirect_stdout(printed):
            returned = answer(*mine.values())
    except KeyboardInterrupt:
        raise CannotBeCheckedError(
            f"it was still running for {in_words(given)} when you stopped it. Is there a loop "
            "without end?"
        ) from None
    except BaseException as error:  # SystemExit and the like too
        if isinstance(error, TypeError) and error.__traceback__.tb_next is None:  # type: ignore[union-attr]
            raise CannotBeCheckedError(
                f"your function cannot be called with {', '.join(given)}.\n{_message(error)}\n"
                "Keep the parameters of the task, in their order."
            ) from None
        raise RaisedError(
            f"your function raised {_message(error)}\n{_line_of(answer, error)}"
            f"for {in_words(given)}",
            printed.getvalue(),
        ) from None
    if returned is ... or (returned is None and _is_empty(answer)):
        raise NotAttemptedError
    if returned is None:
        does = "prints, but returns" if printed.getvalue() else "returns"
        raise CannotBeCheckedError(
            f"your function {does} nothing for {in_words(given)}. "
            "End it with return and the result.",
            printed.getvalue(),
        )
    changed = {name: mine[name] for name in given if not _equal(mine[name], given[name])}
    return Call(as_outcome(returned, parts), printed.getvalue(), changed)


def _is_empty(function: Callable[..., Any]) -> bool:
    """Whether its body is a docstring, dots or pass, and nothing else."""
    if not inspect.isfunction(function):
        return False
    does_nothing = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
    return does_nothing.issuperset(each.opname for each in dis.get_instructions(function))


def results(function: Callable[..., Any], given: Inputs) -> Outcome:
    """The outcome of a function of ours on a copy of the inputs."""
    with quiet():
        returned = function(*deepcopy(dict(given)).values())
    return as_outcome(returned, len(returned) if isinstance(returned, tuple) else 1)


@contextmanager
def quiet() -> Iterator[None]:
    """No warnings, inside of a with statement: a wrong rule may well divide by 0."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def as_outcome(returned: Any, parts: int) -> Outcome:
    """What was returned as a tuple of that many arrays of numbers."""
    if inspect.iscoroutine(returned):
        returned.close()
        raise CannotBeCheckedError("your function is declared with async def; use plain def.")
    if parts == 1:
        if isinstance(returned, tuple) and len(returned) == 1:
            raise CannotBeCheckedError(
                "your function returns a tuple of one: a comma after the value makes it so. "
                "Write return y, without a comma at the end."
            )
        try:
            return (_as_array(returned),)
        except CannotBeCheckedError:
            if not isinstance(returned, tuple):
                raise
        raise CannotBeCheckedError(f"your function returns {len(returned)} results; return one.")
    try:
        several = () if isinstance(returned, (str, Mapping, Set)) else tuple(returned)
    except Exception:  # not a sequence, whatever it says
        several = ()
    if len(several) != parts:
        names = ", ".join("abcdefgh"[:parts])
        got = len(several) if several else f"a {type(returned).__name__}"
        raise CannotBeCheckedError(
            f"your function should return {parts} results, not {got}: return {names}."
        )
    return tuple(map(_as_array, several))


def same(one: Outcome, other: Outcome, tolerance: float = TOLERANCE) -> bool:
    """Whether an outcome is the other one, within the tolerance."""
    return all(
        a.shape == b.shape and bool(is_near(a, b, tolerance).all())
        for a, b in zip(one, other, strict=True)
    )


def is_near(values: np.ndarray, expected: np.ndarray, tolerance: float = TOLERANCE) -> np.ndarray:
    """Where values are as expected, to a part of each column's largest one.

    A column of zeros has none; the largest value of the whole array stands in for it.
    """
    size = np.where(np.isfinite(expected), np.abs(expected), 0.0)
    columns = size.max(axis=tuple(range(size.ndim - 1)), initial=0)
    whole = size.max(initial=0)
    allowed = tolerance * np.where(columns > 1e-9 * whole, columns, whole)
    return np.isclose(values, expected, rtol=0, atol=allowed, equal_nan=True)


def short(value: Any) -> str:
    """A value in one line, or what it is where that would be long."""
    try:
        text = as_text(value) if isinstance(value, np.ndarray) else repr(value)
    except Exception:  # an array of anything but numbers, or an object without words
        text = ""
    if 0 < len(text) < LONGEST:
        return " ".join(text.split())
    return f"an object of type {type(value).__name__}"


def in_words(given: Inputs) -> str:
    """Inputs as a learner reads them."""
    words = []
    for name, value in given.items():
        if isinstance(value, tuple) and sum(map(np.size, value)) < 12:
            words.append(f"{name} = {', '.join(str(batch.tolist()) for batch in value)}")
        elif isinstance(value, tuple):
            words.append(f"{len(value)} {name}")
        elif np.size(value) > 12:
            words.append(f"{name} of shape {np.shape(value)}")
        else:
            dtype = " in float32" if getattr(value, "dtype", None) == np.float32 else ""
            number = value.tolist() if isinstance(value, np.ndarray) else value
            words.append(f"{name} = {number}{dtype}")
    return ", ".join(words)


def _as_given(value: Any) -> Any:
    """A copy for the learner's function; several arrays are a list of them."""
    return list(deepcopy(value)) if isinstance(value, tuple) else deepcopy(value)


def _equal(one: Any, other: Any) -> bool:
    a, b = (each if isinstance(each, (list, tuple)) else (each,) for each in (one, other))
    return len(a) == len(b) and all(map(np.array_equal, a, b))


def _message(error: BaseException) -> str:
    try:
        text = " ".join(str(error).split())
    except BaseException:
        text = ""
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
    return f"{type(error).__name__}: {cut}" if cut else type(error).__name__


def _line_of(answer: Callable[..., Any], error: BaseException) -> str:
    code = getattr(answer, "__code__", None)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if code and frame.filename == code.co_filename:
            return f"in the line “{frame.line}”, " if frame.line else ""
    return ""


def _detached(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_detached(each) for each in value]
    return value.detach() if hasattr(value, "detach") else value


def _as_array(value: Any) -> np.ndarray:
    try:
        array = np.asarray(_detached(value)).copy()  # the function may write into its own again
        if array.dtype == object:
            array = np.array([float(number) for number in array.flat]).reshape(array.shape)
    except Exception:  # ragged, not numbers, a sparse tensor, or a class of the learner's
        array = np.array(None)
    if array.dtype.kind not in "fiub":
        real = "real " if array.dtype.kind == "c" else ""
        raise CannotBeCheckedError(
            f"your function returns {short(value)}, which is not an array of {real}numbers."
        )
    return array
