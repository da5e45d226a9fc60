"""Exercises: a function for the learner to write, and a check that says what is wrong and why."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import chain, product
from typing import Any

import numpy as np

from bnlib.classroom.check import verdict
from bnlib.classroom.check.advice import advice, names_of_the_notebook
from bnlib.classroom.check.call import Call, CannotBeCheckedError, NotAttemptedError, call, results
from bnlib.classroom.check.compare import (
    CLOSE,
    JUST_RIGHT,
    Inputs,
    Mode,
    Outcome,
    Raised,
    Returned,
    all_returned,
    first_difference,
    in_words,
    is_near,
    same,
)
from bnlib.classroom.check.patterns import ROUNDED, Reason, pattern
from bnlib.classroom.check.task import Task
from bnlib.classroom.check.variants import Explanation, KnownMistakes
from bnlib.classroom.check.verdict import SOLVED, TRIED, UNANSWERED, Finding

Updates = Callable[[Inputs], Mapping[str, np.ndarray]]

LINES_PRINTED = 12
FORGETS_OR_KEEPS = (
    "Called again with the first input, it returns something else. Does it keep something from an "
    "earlier call?"
)
KEPT_OR_TYPED = (
    "Other inputs came out right before. Does it keep something from an earlier call, or is a "
    "number typed in?"
)


def exercise(**definition: Any) -> Callable[[Callable[..., Any]], "Exercise"]:
    """Make an exercise of its solution; the arguments are those of Exercise."""
    return lambda solution: Exercise(solution, **definition)


class Exercise(Task):
    """A function for the learner to write.

    Args:
        reference: the function as we would write it; its signature and docstring are the task.
        inputs: what the function is tried on, from the smallest to the largest; a list of
            numbers stands for an array of float64.
        mistakes: edits of the solution, (name, right, wrong, right, wrong, ...).
        hard_part: said when all is right.
        hints: given one at a time.
        mode: says in words which mode an input asks for, where there are several.
        updates: arguments that the function may update itself, as torch does, and what torch
            makes of them; they may also become what is returned. No other may change.
        also: other inputs to try at the end, each made of one, and what to say where only they go
            wrong.
    """

    def __init__(
        self,
        reference: Callable[..., Any],
        *,
        inputs: Sequence[Inputs],
        mistakes: Sequence[tuple[str, ...]],
        hard_part: str,
        hints: Sequence[str],
        mode: Mode = lambda given: "",
        updates: Updates = lambda given: {},
        also: Sequence[tuple[Callable[[Inputs], Inputs], str]] = (),
    ) -> None:
        super().__init__(reference, mistakes, hints)
        takes = inspect.getfullargspec(reference)
        for given in inputs:
            names = list(given) if takes.varargs is None else list(given)[: len(takes.args)]
            if names != takes.args:
                raise ValueError(f"{self.name}: an input is {names}, not {takes.args}.")
        self.inputs = [
            {k: np.asarray(v, float) if _is_of_numbers(v) else v for k, v in given.items()}
            for given in inputs
        ]
        for value in chain.from_iterable(given.values() for given in self.inputs):
            if isinstance(value, np.ndarray):
                value.flags.writeable = False  # an answer may get hold of it
        self.hard_part, self.mode, self.updates, self.also = hard_part, mode, updates, also

    @cached_property
    def known(self) -> KnownMistakes:
        """The right outcomes, and those of each mistake."""
        return KnownMistakes(self.reference, self.source, self.edits, self.inputs, self.mode)

    def _judged(self, *answer: Any) -> tuple[str, Finding]:
        """Run all inputs; tell the first that is wrong, and why; else try other numbers."""
        if len(answer) != 1 or not callable(answer[0]):
            words = f"Give the function itself: exercises.{self.name}.check({self.name})"
            return words, Finding(TRIED, outcome=verdict.NO_FUNCTION)
        (function,) = answer
        try:
            calls = [self._call(function, given) for given in self.inputs]
            outcomes = [each.outcome for each in calls]
            well = list(map(same, outcomes, self.known.right))
            if not all(well):
                why, found = self._why(function, calls, outcomes)
                at = min(
                    (at for at, right in enumerate(well) if not right),
                    key=lambda at: _tells(found, outcomes[at], self.known.right[at]),
                )
                _print(calls[at].printed)
                elsewhere = list(zip(outcomes, self.known.right, strict=True))
                return self._not_yet(self.inputs[at], *elsewhere[at], why, found, elsewhere)
            _print(calls[0].printed)
            return self._other_numbers(function) or self._right_unless_changed(calls)
        except NotAttemptedError:
            words = f"Not attempted yet: write {self.name} in the place of the dots."
            return words, Finding(UNANSWERED)
        except CannotBeCheckedError as problem:
            _print(problem.printed)
            return f"Not yet: {problem}", Finding(TRIED, outcome=problem.kind)

    def _call(self, function: Callable[..., Any], given: Inputs) -> Call:
        return call(function, given, self.known.right[0])

    def _why(
        self, function: Callable[..., Any], calls: Sequence[Call], outcomes: Sequence[Outcome]
    ) -> tuple[str, Finding]:
        """The first reason that there is why the outcomes are wrong: in words, and as data."""
        if not same(self._call(function, self.inputs[0]).outcome, outcomes[0]):
            return FORGETS_OR_KEEPS, Finding(TRIED, outcome=verdict.KEEPS)
        found = self.known.explanation(outcomes)
        if found:
            return found.in_words(self.lesson), Finding(TRIED, found.names)
        found = self._exchanged(outcomes)
        if found:
            words = f"Your two results are in the other order. {found.in_words(self.lesson)}"
            return words, Finding(TRIED, found.names, verdict.EXCHANGED)
        kind, why = (
            self._calls_another(function)
            or names_of_the_notebook(function, self.inputs[0])
            or self._changes(calls)
            or _several(calls, self.known.right)
            or pattern(self.inputs, outcomes, self.known.right, self.mode)
            or advice(outcomes)
        )
        return f"{why} {self._next_step}".strip(), Finding(TRIED, outcome=kind)

    def _exchanged(self, outcomes: Sequence[Outcome]) -> Explanation | None:
        """A mistake that gives the same, once two results are exchanged."""
        returned = all_returned(outcomes)
        if returned is None or len(returned[0]) != 2:
            return None
        exchanged = [each[::-1] for each in returned]
        found = (each for each in self.known.singles if each.gives(exchanged))
        return next((Explanation(each.names) for each in found), None)

    def _calls_another(self, function: Callable[..., Any]) -> Reason | None:
        """That it calls the answer to another exercise of the lesson, which is wrong itself."""
        for name in getattr(getattr(function, "__code__", None), "co_names", ()):
            other, theirs = (each.__globals__.get(name) for each in (self.reference, function))
            if not isinstance(other, Exercise) or other is self or not callable(theirs):
                continue
            if not other._is_right(theirs):
                return "", (
                    f"Your function calls {name}, which is not right yet itself: "
                    f"exercises.{name}.check({name}) says why."
                )
        return None

    def _is_right(self, function: Callable[..., Any]) -> bool:
        try:
            outcomes = [self._call(function, given).outcome for given in self.inputs]
        except (NotAttemptedError, CannotBeCheckedError):
            return False
        return all(map(same, outcomes, self.known.right))

    def _not_yet(
        self,
        given: Inputs,
        outcome: Outcome,
        expected: Outcome,
        why: str,
        found: Finding,
        elsewhere: Sequence[tuple[Outcome, Returned]] = (),
    ) -> tuple[str, Finding]:
        if isinstance(outcome, Raised):
            line = f"in the line “{outcome.line}”, " if outcome.line else ""
            given_words = in_words(given, most=2)
            words = f"Not yet: your function raised {outcome.words}\n{line}for {given_words}"
            kind = found.outcome or verdict.error_name(outcome.kind)
            return f"{words}\n{why}", found._replace(outcome=kind)
        difference = first_difference(outcome, expected, elsewhere)
        if difference.kind == verdict.EXCHANGED and not found.mistakes:
            why = "Return them the other way round."
        words = f"Not yet: for {in_words(given)},\n{difference.words}\n{why}"
        kind = difference.kind or found.outcome
        return words, found._replace(outcome=kind, numbers=difference.numbers)

    def _other_numbers(self, function: Callable[..., Any]) -> tuple[str, Finding] | None:
        """Other numbers, in reverse order: finds what was typed in or kept from earlier calls."""
        others = [{name: _halved(value) for name, value in given.items()} for given in self.inputs]
        for (other, why), halved in product([(dict, KEPT_OR_TYPED), *self.also], reversed(others)):
            given = other(halved)
            expected = results(self.reference, given)
            outcome = self._call(function, given).outcome
            if not same(outcome, expected):
                rounded = same(outcome, expected, CLOSE)
                keeps = Finding(TRIED, outcome=verdict.KEEPS)
                return self._not_yet(given, outcome, expected, ROUNDED if rounded else why, keeps)
        return None

    def _right_unless_changed(self, calls: Sequence[Call]) -> tuple[str, Finding]:
        changes = self._changes(calls)
        if changes:
            kind, words = changes
            return f"Not yet: {words[0].lower()}{words[1:]}", Finding(TRIED, outcome=kind)
        tried = {1: "its input", 2: "both inputs"}.get(len(calls), f"all {len(calls)} inputs")
        return f"Right, on {tried}. {self.hard_part}", Finding(SOLVED)

    def _changes(self, calls: Sequence[Call]) -> Reason | None:
        """That the function changes an argument itself, and must not."""
        for given, each, expected in zip(self.inputs, calls, self.known.right, strict=True):
            updated = self.updates(given)
            for name, value in each.changed.items():
                may_become = (*expected, updated[name]) if name in updated else ()
                if not any(same((value,), (one,)) for one in may_become):
                    return verdict.CHANGES, self._changed(name, given)
        return None

    def _changed(self, name: str, given: Inputs) -> str:
        """That an argument was changed, and what does so."""
        if name in self.updates(given):
            mode = f" {self.mode(given)}".rstrip()
            words = f"Your function writes into {name} itself what does not belong there{mode}."
        elif isinstance(given[name], (list, tuple)):
            words = (
                f"Your function changes what is in {name}, which its caller still needs. So do -=, "
                "+= and pop."
            )
        else:
            words = (
                f"Your function changes {name} itself, which its caller still needs. {name} += 1 "
                f"does, and so does what shares its memory, such as torch.from_numpy({name})."
            )
        return f"{words} Work on a copy."

    @property
    def stub(self) -> str:
        """The cell that the learner is given: the task, and nothing of its solution."""
        task = '"""'.join(self.source.split('"""')[:2])
        return f'{task}"""\n    ...\n\n\nexercises.{self.name}.check({self.name})'

    def __repr__(self) -> str:
        signature = f"{self.name}{inspect.signature(self.reference)}"
        return (
            f"Exercise {signature}\n{inspect.getdoc(self.reference)}\n"
            f"check({self.name}) looks at your function; hint() and solution() help."
        )


def _is_of_numbers(value: Any) -> bool:
    """Whether it is a list of numbers, and not of arrays."""
    return isinstance(value, list) and not any(isinstance(each, np.ndarray) for each in value)


def _halved(value: Any) -> Any:
    """Other numbers of the same kind; half a standard deviation is one, half a count is not."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(_halved, value))
    return value / 2 if np.asarray(value).dtype.kind == "f" else value


def _tells(found: Finding, outcome: Outcome, expected: Returned) -> int:
    """How little an outcome shows of what was found; of equals the first is told."""
    if isinstance(outcome, Raised):
        return 5 if found.mistakes else 0
    if found.outcome == verdict.ALL_BUT_LAST:  # of a single column there is nothing that is right
        near = map(is_near, outcome, expected)
        return not any(each.any() for each in near if not each.all())
    if found.outcome not in ("", verdict.FIRST_INPUT, verdict.ONE_RESULT):
        return found.outcome != verdict.NAN or all(np.isfinite(part).all() for part in outcome)
    # A wrong shape shows more than numbers, and most where they are not just the right ones.
    difference = first_difference(outcome, expected)
    if JUST_RIGHT in difference.words:
        return 3
    return {verdict.SHAPE: 1, verdict.RIGHT_NUMBERS: 2}.get(difference.kind, 4)


def _several(calls: Sequence[Call], right: Sequence[Returned]) -> Reason | None:
    """That several arrays came in a tuple, where one is asked for that they don't make."""
    shapes = [each.outcome[0].shape for each in calls if not isinstance(each.outcome, Raised)]
    if calls[0].pieces < 2 or shapes == [each[0].shape for each in right]:
        return None
    words = f"Your function returns a tuple of {calls[0].pieces}; asked for is one array."
    return verdict.RESULTS, words


def _print(printed: str) -> None:
    """Say what the learner's function printed for the input that is spoken of."""
    lines = printed.splitlines()
    if lines:
        more = [f"... and {len(lines) - LINES_PRINTED} more lines"]
        print("\n".join(lines[:LINES_PRINTED] + (more if len(lines) > LINES_PRINTED else [])))
