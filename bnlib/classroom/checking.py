"""Exercises and questions that recognize a mistake by what it computes.

The right values are torch's where torch is installed, and bnlib's otherwise. The wrong ones
are bnlib's while it makes each mistake of the zoo.
"""

import inspect
import textwrap
import traceback
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import cached_property
from typing import Any

import numpy as np

import bnlib
from bnlib import functional
from bnlib.classroom.display import Shown, as_text
from bnlib.classroom.mistakes import Mistake, named, quiet, with_each
from bnlib.classroom.zoo import ZOO

TOLERANCE = 1e-3  # of the largest right value; every mistake is farther away
CHANGED_BY_TORCH_TOO = ("running_mean", "running_var")

Inputs = Mapping[str, Any]
Outcome = tuple[np.ndarray, ...]


class _Bnlib:
    """bnlib, as a reference sees it; looked up at each call, as mistakes come and go."""

    BatchNorm1d = bnlib.BatchNorm1d

    @staticmethod
    def batch_norm(*args: Any, **kwargs: Any) -> Any:
        return functional.batch_norm(*args, **kwargs)

    @staticmethod
    def batch_norm_backward(*args: Any, **kwargs: Any) -> Any:
        return functional.batch_norm_backward(*args, **kwargs)


class Exercise:
    """A function for the learner to write.

    Args:
        solution: the function as we would write it; its signature and docstring are the task.
        reference: the same by bnlib; called with bnlib (or torch under its names) and inputs.
        inputs: what the function is tried on, from the smallest to the largest.
        hard_part: said when all is right.
        hints: given one at a time.
    """

    def __init__(
        self,
        solution: Callable[..., Any],
        reference: Callable[..., Any],
        inputs: Sequence[Inputs],
        hard_part: str,
        hints: Sequence[str],
    ) -> None:
        self.name = solution.__name__
        self.solved = solution
        self.reference = reference
        self.inputs = [
            {k: np.asarray(v, float) if isinstance(v, list) else v for k, v in given.items()}
            for given in inputs
        ]
        self.hard_part = hard_part
        self.hints = list(hints)
        self._hints_given = 0

    def check(self, answer: Any) -> Shown:
        """What is right or wrong about a learner's function."""
        if not callable(answer):
            return Shown(f"Give the function itself: exercises.{self.name}.check({self.name})")
        outcomes = []
        for given, right in zip(self.inputs, self.right, strict=True):
            try:
                outcomes.append(_outcome_of(answer, given, len(right)))
            except _NotAttemptedError:
                if outcomes:
                    return Shown(f"Not yet: your function returns nothing for {_in_words(given)}.")
                return Shown(f"Not attempted yet: {self.name} has no return so far.")
            except _CannotBeCheckedError as problem:
                return Shown(f"Not yet: {problem}")
        wrong = [i for i, right in enumerate(self.right) if not _same(outcomes[i], right)]
        if not wrong:
            tried = "both" if len(outcomes) == 2 else f"all {len(outcomes)}"
            return Shown(f"Right, on {tried} inputs. {self.hard_part}")
        first = wrong[0]
        where = _first_difference(outcomes[first], self.right[first])
        return Shown(
            f"Not yet: for {_in_words(self.inputs[first])},\n{where}{self._name(outcomes)}"
        )

    def _name(self, outcomes: list[Outcome]) -> str:
        fitting = [
            mistake
            for mistake, wrong in self.mistakes
            if all(map(_same, outcomes, wrong, self.right))
        ]
        return named(fitting)

    def hint(self) -> Shown:
        """The next hint."""
        self._hints_given += 1
        if self._hints_given > len(self.hints):
            return Shown(f"That was the last one; exercises.{self.name}.solution() shows the rest.")
        return Shown(self.hints[self._hints_given - 1])

    def solution(self) -> Shown:
        """The function as we would write it."""
        return Shown(self.source)

    @property
    def source(self) -> str:
        """The source of the solution."""
        source = textwrap.dedent(inspect.getsource(self.solved))
        return source[source.index("def ") :].strip()

    @property
    def stub(self) -> str:
        """The cell that the learner is given: the task, and nothing of its solution."""
        quotes = self.source.rindex('"""') + 3
        return f"{self.source[:quotes]}\n    ...\n\n\nexercises.{self.name}.check({self.name})"

    @cached_property
    def right(self) -> list[Outcome]:
        """The right outcome for each input."""
        try:
            from bnlib.classroom import torch_judge as torch_or_bnlib
        except ImportError:
            return self._outcomes(_Bnlib)
        return self._outcomes(torch_or_bnlib)

    @cached_property
    def mistakes(self) -> list[tuple[Mistake, list[Outcome]]]:
        """The mistakes that can be made here, and the outcome of each for each input."""
        return [
            (mistake, outcomes)
            for mistake, outcomes in with_each(ZOO, lambda: self._outcomes(_Bnlib))
            if not all(map(_same, outcomes, self.right))
        ]

    def _outcomes(self, library: Any) -> list[Outcome]:
        return [
            _as_outcome(self.reference(library, **deepcopy(given)), None) for given in self.inputs
        ]


class Question:
    """A number for the learner to predict.

    Args:
        reference: computes it; called with bnlib, or torch under its names.
        why: said when the number is right.
    """

    def __init__(self, reference: Callable[[Any], float], why: str) -> None:
        self.exercise = Exercise(reference, reference, [{}], why, [])

    def check(self, prediction: Any) -> Shown:
        """Whether the number is right, or which mistake gives it; two decimals are enough."""
        if prediction is ... or prediction is None:
            return Shown("No prediction yet: put your number in the place of the dots.")
        try:
            with quiet():
                given = float(prediction)
        except (TypeError, ValueError, OverflowError):
            given = np.nan
        if not np.isfinite(given):
            return Shown(f"{_short(prediction)} is not a number such as 12.5.")

        def is_given(outcome: Outcome) -> bool:
            return abs(float(outcome[0]) - given) <= 0.0051

        if is_given(self.exercise.right[0]):
            return Shown(f"Right. {self.exercise.hard_part}")
        fitting = [mistake for mistake, wrong in self.exercise.mistakes if is_given(wrong[0])]
        advice = named(fitting[:1]) or " Have another look at the steps, one by one."
        return Shown(f"Not {given:g}.{advice}")


class _NotAttemptedError(Exception):
    pass


class _CannotBeCheckedError(Exception):
    pass


def _outcome_of(answer: Callable[..., Any], given: Inputs, parts: int) -> Outcome:
    """What a learner's function returns, as arrays."""
    mine = deepcopy(dict(given))
    with_inputs = f"for {_in_words(given)}"
    try:
        with quiet():
            returned = answer(*mine.values())
    except KeyboardInterrupt:
        raise _CannotBeCheckedError(
            f"it was still running {with_inputs} when you stopped it. Is there a loop without end?"
        ) from None
    except (Exception, SystemExit) as error:
        raise _CannotBeCheckedError(
            f"your function raised {type(error).__name__}: {error}\n{_line_of(answer, error)}"
            f"{with_inputs}"
        ) from None
    if returned is None or returned is ...:
        raise _NotAttemptedError
    for name, value in given.items():
        if name in CHANGED_BY_TORCH_TOO:
            continue
        if not all(map(np.array_equal, _arrays(mine[name]), _arrays(value))):
            raise _CannotBeCheckedError(
                f"your function changes {name} itself, which its caller still needs. Make a new "
                "array: x = x - mean does, but x -= mean changes x."
            )
    return _as_outcome(returned, parts)


def _arrays(value: Any) -> Sequence[Any]:
    return value if isinstance(value, tuple) else (value,)


def _line_of(answer: Callable[..., Any], error: BaseException) -> str:
    code = getattr(answer, "__code__", None)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if code and frame.filename == code.co_filename:
            return f"in the line “{frame.line}”, " if frame.line else ""
    return ""


def _as_outcome(returned: Any, parts: int | None) -> Outcome:
    """What was returned as a tuple of float arrays; parts says how many are expected."""
    if parts is None:
        parts = len(returned) if isinstance(returned, tuple) else 1
    if parts == 1:
        returned = [returned]
    elif isinstance(returned, (str, Mapping)) or not _has_length(returned, parts):
        raise _CannotBeCheckedError(f"your function should return {parts} arrays: return a, b.")
    return tuple(map(_as_array, returned))


def _has_length(value: Any, length: int) -> bool:
    try:
        return len(value) == length
    except TypeError:
        return False


def _as_array(value: Any) -> np.ndarray:
    try:
        array = np.asarray(value.detach() if hasattr(value, "detach") else value)
        if array.dtype == object:
            array = np.array([float(number) for number in array.flat]).reshape(array.shape)
    except (TypeError, ValueError, RuntimeError):  # ragged, not numbers, or a sparse tensor
        array = np.array(None)
    if array.dtype.kind not in "fiub":
        real = "real " if array.dtype.kind == "c" else ""
        raise _CannotBeCheckedError(
            f"your function returns {_short(value)}, which is not an array of {real}numbers."
        )
    return array


def _same(one: Outcome, other: Outcome, right: Outcome = ()) -> bool:
    """Whether two outcomes are equal, to a part in a thousand of what is right."""
    for a, b, scale in zip(one, other, right or other, strict=True):
        if a.shape != b.shape:
            return False
        allowed = TOLERANCE * np.abs(scale).max(initial=0)
        if not np.allclose(a, b, rtol=0, atol=allowed, equal_nan=True):
            return False
    return True


def _first_difference(outcome: Outcome, right: Outcome) -> str:
    if len(right) == 2 and _same(outcome[::-1], right):
        return "your two results are right, but in the other order."
    which = next(
        i for i, (a, b) in enumerate(zip(outcome, right, strict=True)) if not _same((a,), (b,))
    )
    returned, expected = outcome[which], right[which]
    who = "you get" if len(right) == 1 else f"the {('first', 'second')[which]} of your results is"
    if returned.shape != expected.shape:
        return f"{who} an array of shape {returned.shape}; it should have {expected.shape}."
    note = ""
    if returned.dtype.kind in "iu":
        note = f" (Your numbers are whole ones, {returned.dtype}: compute with floats.)"
    if expected.size <= 6:
        return f"{who} {_short(returned)}; it should be {_short(expected)}.{note}"
    close = np.isclose(returned, expected, rtol=0, atol=TOLERANCE * np.abs(expected).max())
    at = tuple(int(i) for i in np.argwhere(~close)[0])
    return f"{who} {returned[at]:.4f} at {list(at)}; it should be {expected[at]:.4f}.{note}"


def _short(value: Any) -> str:
    try:
        text = as_text(value) if isinstance(value, np.ndarray) else repr(value)
    except Exception:  # an array of anything but numbers, or an object without words
        text = ""
    if 0 < len(text) < 200:
        return " ".join(text.split())
    return f"an object of type {type(value).__name__}"


def _in_words(given: Inputs) -> str:
    words = []
    for name, value in given.items():
        if isinstance(value, tuple) and len(value) < 5:
            words.append(f"{name} = {', '.join(str(batch.tolist()) for batch in value)}")
        elif isinstance(value, tuple):
            words.append(f"{len(value)} {name}")
        elif np.size(value) > 12:
            words.append(f"{name} of shape {np.shape(value)}")
        else:
            words.append(f"{name} = {value.tolist() if isinstance(value, np.ndarray) else value}")
    return ", ".join(words)
