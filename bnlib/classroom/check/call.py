"""Calling a learner's function: what it returns, as arrays, or why that can't be checked."""

import dis
import inspect
import io
import re
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager, redirect_stdout
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np

from bnlib.classroom.check import verdict
from bnlib.classroom.check.compare import (
    LONGEST,
    Inputs,
    Outcome,
    Raised,
    Returned,
    in_words,
    short,
)
from bnlib.classroom.check.untouched import put_back
from bnlib.classroom.display import Shown

NOTHING = {"NOP", *(each.opname for each in dis.get_instructions(lambda: None))}


class Call(NamedTuple):
    """What a learner's function did with one input: returned (or raised), printed and changed.

    pieces is how many it returned in a tuple where one array is asked for.
    """

    outcome: Outcome
    printed: str
    changed: dict[str, np.ndarray]
    pieces: int = 0


class _Printed(io.StringIO):
    """What is printed; it can still be read if the learner's function closes it."""

    def close(self) -> None:
        pass


class NotAttemptedError(Exception):
    """The function has no body yet."""


class CannotBeCheckedError(Exception):
    """There is nothing to compare; the message says why, and what to do.

    kind is one of verdict.OUTCOMES; printed is what the function printed.
    """

    def __init__(self, why: str, kind: str, printed: str = "") -> None:
        super().__init__(why)
        self.kind, self.printed = kind, printed


def call(answer: Callable[..., Any], given: Inputs, like: Returned) -> Call:
    """Call answer on a copy of the inputs.

    Args:
        answer: the learner's function.
        given: its arguments, by name, in order.
        like: what it should return, or that for another input.

    Raises:
        NotAttemptedError: it has no body yet, or returned the three dots.
        CannotBeCheckedError: it takes other arguments, was stopped, or returned something else
            than arrays of numbers.
    """
    mine = deepcopy(dict(given))
    printed = _Printed()
    try:
        with quiet(), redirect_stdout(printed), _numpy_put_back():
            returned = answer(*mine.values())
    except CannotBeCheckedError:
        raise
    except KeyboardInterrupt:
        raise CannotBeCheckedError(
            f"it was still running for {in_words(given)} when you stopped it. Is there a loop "
            "without end?",
            verdict.STOPPED,
        ) from None
    except BaseException as error:  # SystemExit and the like too
        if isinstance(error, TypeError) and error.__traceback__.tb_next is None:  # type: ignore[union-attr]
            raise CannotBeCheckedError(
                f"your function cannot be called with {', '.join(given)}.\n{_message(error)}\n"
                "Keep the parameters of the task, in their order.",
                verdict.PARAMETERS,
            ) from None
        raised = Raised(type(error).__name__, _message(error), _line_of(answer, error))
        return Call(raised, printed.getvalue(), {})
    if returned is ... or (returned is None and _is_empty(answer)):
        raise NotAttemptedError
    if returned is None:
        prints = bool(printed.getvalue())
        raise CannotBeCheckedError(
            f"your function {'prints, but returns' if prints else 'returns'} nothing for "
            f"{in_words(given)}. End it with return and the result.",
            verdict.PRINTS if prints else verdict.NOTHING,
            printed.getvalue(),
        )
    changed = {name: mine[name] for name in given if not _equal(mine[name], given[name])}
    outcome = as_outcome(returned, len(like))
    pieces = len(returned) if len(like) == 1 and isinstance(returned, tuple) else 0
    if pieces == 1 and outcome[0].ndim > like[0].ndim:  # a tuple of one number may be right
        raise CannotBeCheckedError(
            "your function returns a tuple of one: a comma after the value makes it so. "
            "Write return y, without a comma at the end.",
            verdict.TUPLE_OF_ONE,
        )
    return Call(outcome, printed.getvalue(), changed, pieces)


@contextmanager
def _numpy_put_back() -> Iterator[None]:
    """What the body assigns to NumPy's names is undone, and then refused."""
    try:
        yield
    finally:
        assigned = put_back()
        if assigned:
            raise CannotBeCheckedError(
                f"your function assigns to {' and '.join(assigned)}, which would change NumPy for "
                "all that follows; that was undone. Give your own numbers a name of their own.",
                verdict.CHANGES_NUMPY,
            )


def _is_empty(function: Callable[..., Any]) -> bool:
    """Whether its body is a docstring, dots or pass, and nothing else."""
    if not inspect.isfunction(function):
        return False
    return NOTHING.issuperset(each.opname for each in dis.get_instructions(function))


def results(function: Callable[..., Any], given: Inputs) -> Outcome:
    """The outcome of a function of ours on a copy of the inputs."""
    try:
        with quiet():
            returned = function(*deepcopy(dict(given)).values())
        return as_outcome(returned, len(returned) if isinstance(returned, tuple) else 1)
    except Exception as error:  # a solution with a mistake may fail in any way
        return Raised(type(error).__name__, _message(error))


@contextmanager
def quiet() -> Iterator[None]:
    """No warnings, inside of a with statement: a wrong rule may well divide by 0."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def as_outcome(returned: Any, parts: int) -> Returned:
    """What was returned as a tuple of that many arrays of numbers."""
    if inspect.iscoroutine(returned):
        returned.close()
        raise CannotBeCheckedError(
            "your function is declared with async def; use plain def.", verdict.NO_NUMBERS
        )
    if parts == 1:
        try:
            return (_as_array(returned),)
        except CannotBeCheckedError:
            if not isinstance(returned, tuple) or len(returned) == 1:
                raise
        raise CannotBeCheckedError(
            f"your function returns {len(returned)} results; return one.", verdict.RESULTS
        )
    try:
        several = () if isinstance(returned, (str, Mapping, Set)) else tuple(returned)
    except Exception:  # not a sequence, whatever it says
        several = ()
    if len(several) != parts:
        names = ", ".join("abcdefgh"[:parts])
        got = len(several) if several else f"a {type(returned).__name__}"
        if isinstance(returned, np.ndarray):
            got = f"one array of shape {returned.shape}"
        raise CannotBeCheckedError(
            f"your function should return {parts} results, not {got}: return {names}.",
            verdict.RESULTS,
        )
    return tuple(_as_array(each, f"one of your {parts} results is") for each in several)


def _equal(one: Any, other: Any) -> bool:
    a, b = (each if isinstance(each, (list, tuple)) else (each,) for each in (one, other))
    return len(a) == len(b) and all(map(np.array_equal, a, b))


def _message(error: BaseException) -> str:
    try:
        text = re.sub(r", with gufunc signature \S+", "", " ".join(str(error).split()))
    except BaseException:
        return type(error).__name__
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
    return f"{type(error).__name__}: {cut}" if cut else type(error).__name__


def _line_of(answer: Callable[..., Any], error: BaseException) -> str:
    code = getattr(answer, "__code__", None)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if code and frame.filename == code.co_filename:
            return frame.line or ""
    return ""


def _detached(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_detached(each) for each in value]
    return value.detach() if hasattr(value, "detach") else value


def _as_array(value: Any, who: str = "your function returns") -> np.ndarray:
    if isinstance(value, Shown):
        raise CannotBeCheckedError(
            f"{who} what agree() shows, which is text about the numbers. Return the numbers "
            "themselves.",
            verdict.NO_NUMBERS,
        )
    try:
        array = np.asarray(_detached(value)).copy()  # the function may write into its own again
        if array.dtype == object:
            array = np.array([float(number) for number in array.flat]).reshape(array.shape)
    except (Exception, SystemExit):  # ragged, not numbers, sparse, or a class of the learner's
        array = np.array(None)
    if array.dtype.kind not in "fiub":
        real = "real " if array.dtype.kind == "c" else ""
        raise CannotBeCheckedError(
            f"{who} {short(value)}, which is not an array of {real}numbers.",
            verdict.NO_NUMBERS,
        )
    return array
