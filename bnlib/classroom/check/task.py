"""Exercises and questions: a task, its solution, and a check that says what is wrong and why.

The solution is the reference: a short function, one step a line, that the tests hold equal to
torch. A mistake is an edit of its text, so that adding one takes one line.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, wraps
from html import escape
from itertools import pairwise
from textwrap import dedent, fill
from typing import Any

import numpy as np

from bnlib.classroom.check import call
from bnlib.classroom.check.call import Call, Inputs, Outcome
from bnlib.classroom.check.variants import Edit, Explanation, KnownMistakes
from bnlib.classroom.display import Shown
from bnlib.functional import batch_norm

RUNNING = ("running_mean", "running_var")
LINES_PRINTED = 12
ROUNDED = "All of it is close. Is something rounded on the way? Keep all digits."
KEPT_OR_TYPED = (
    "Other inputs came out right before. Does it keep something from an earlier call, or is a "
    "number typed in?"
)
MOMENTUM_0 = (
    "Other inputs came out right before. Here momentum is 0, and 0 is a number, not False or None."
)
EXCHANGED = "your two results are right, but in the other order."

RIGHT, WRONG, OPEN = ("✓", "#2e7d32"), ("✗", "#c62828"), ("…", "#757575")


class Verdict(Shown):
    """What a check says; a page shows it with a sign and a colored edge."""

    def __init__(self, text: str, look: tuple[str, str] = WRONG) -> None:
        super().__init__(text)
        self.look = look

    @property
    def right(self) -> bool:
        """Whether the answer was right."""
        return self.look == RIGHT

    def _repr_html_(self) -> str:
        sign, color = self.look
        return (
            f'<div role="status" style="border-left: 6px solid {color}; padding: 2px 12px">'
            f'<span aria-hidden="true" style="color: {color}; font-size: 1.4em">{sign}</span> '
            f'<span style="white-space: pre-wrap">{escape(self.text)}</span></div>'
        )


def exercise(
    inputs: Sequence[Inputs],
    mistakes: Sequence[tuple[str, ...]],
    hard_part: str,
    hints: Sequence[str],
) -> Callable[[Callable[..., Any]], "Exercise"]:
    """Make an exercise of its solution; the arguments are those of Exercise."""
    return lambda solution: Exercise(solution, inputs, mistakes, hard_part, hints)


def question(
    ask: str,
    draw: Mapping[str, Sequence[Any]],
    mistakes: Sequence[tuple[str, ...]],
    why: str,
    hints: Sequence[str],
) -> Callable[[Callable[..., Any]], "Question"]:
    """Make a question of the function that computes its answer; arguments as of Question."""
    return lambda solution: Question(solution, ask, draw, mistakes, why, hints)


def _kept(check: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Decorate check: its task keeps the verdict."""

    @wraps(check)
    def checked(task: "_Task", *answer: Any) -> Verdict:
        task.latest = check(task, *answer)
        return task.latest

    return checked


class _Task:
    """What exercises and questions share: a solution to show, and hints one at a time.

    The lesson that a task belongs to is its module's LESSON.
    """

    latest: Verdict | None = None

    def __init__(
        self,
        solution: Callable[..., Any],
        mistakes: Sequence[tuple[str, ...]],
        hints: Sequence[str],
    ) -> None:
        self.name = solution.__name__
        self.solved = solution
        self.edits = [Edit(name, tuple(texts)) for name, *texts in mistakes]
        self.hints = list(hints)
        self.lesson: int = getattr(solution, "__globals__", {}).get("LESSON", 0)
        self._hints_given = 0

    def hint(self) -> Shown:
        """The next hint."""
        self._hints_given += 1
        if self._hints_given > len(self.hints):
            return Shown(f"That was the last one; exercises.{self.name}.solution() shows the rest.")
        return Shown(self.hints[self._hints_given - 1])

    def solution(self) -> Shown:
        """How we would do it."""
        return Shown(self.source)

    @cached_property
    def source(self) -> str:
        """The source of the solution, without its decorator."""
        source = dedent(inspect.getsource(self.solved))
        return source[source.index("def ") :].strip()

    @property
    def _next_step(self) -> str:
        return f"exercises.{self.name}.hint() helps."


class Exercise(_Task):
    """A function for the learner to write.

    Args:
        solution: the function as we would write it; its signature and docstring are the task.
        inputs: what the function is tried on, from the smallest to the largest; a list stands
            for an array of float64.
        mistakes: edits of the solution, (name, right, wrong, right, wrong, ...).
        hard_part: said when all is right.
        hints: given one at a time.
    """

    def __init__(
        self,
        solution: Callable[..., Any],
        inputs: Sequence[Inputs],
        mistakes: Sequence[tuple[str, ...]],
        hard_part: str,
        hints: Sequence[str],
    ) -> None:
        super().__init__(solution, mistakes, hints)
        self.inputs = [
            {k: np.asarray(v, float) if isinstance(v, list) else v for k, v in given.items()}
            for given in inputs
        ]
        self.hard_part = hard_part

    @cached_property
    def known(self) -> KnownMistakes:
        """The right outcomes, and those of each mistake."""
        return KnownMistakes(self.solved, self.source, self.edits, self.inputs)

    @_kept
    def check(self, answer: Any = None) -> Verdict:
        """What is right or wrong about a learner's function."""
        if not callable(answer):
            return Verdict(f"Give the function itself: exercises.{self.name}.check({self.name})")
        right = self.known.right
        calls: list[Call] = []
        try:
            for given in self.inputs:
                calls.append(call.call(answer, given, len(right[0])))
            outcomes = [each.outcome for each in calls]
            for i, given in enumerate(self.inputs):
                if not call.same(outcomes[i], right[i]):
                    _print(calls[i].printed)
                    again = call.call(answer, self.inputs[0], len(right[0])).outcome
                    if call.same(again, outcomes[0]):
                        found = self.known.explanation(outcomes)
                        name = found.in_words(self.lesson) if found else ""
                        changes = self._changes(calls)
                        changes = changes[:1].upper() + changes[1:]
                        end = name or changes or self._advice(outcomes, right)
                    else:
                        end = (
                            "Called again with the first input, it returns something else. Does "
                            "it keep something from an earlier call?"
                        )
                    return self._not_yet(given, outcomes[i], right[i], end)
            _print(calls[0].printed)
            return self._second_round(answer) or self._right_unless_changed(calls)
        except call.NotAttemptedError:
            return Verdict(f"Not attempted yet: write {self.name} in the place of the dots.", OPEN)
        except call.CannotBeCheckedError as problem:
            _print(problem.printed)
            raised = isinstance(problem, call.RaisedError)
            return Verdict(f"Not yet: {problem}\n{self._next_step if raised else ''}".strip())

    def _second_round(self, answer: Callable[..., Any]) -> Verdict | None:
        """Other numbers, in reverse order: finds what was typed in or kept from earlier calls."""
        others = [
            ({name: _halved(value) for name, value in given.items()}, KEPT_OR_TYPED)
            for given in reversed(self.inputs)
        ]
        others += [
            (other | {"momentum": 0.0}, MOMENTUM_0)
            for other, _ in others
            if isinstance(other.get("momentum"), float)
        ]
        for other, why in others:
            right = call.results(self.solved, other)
            outcome = call.call(answer, other, len(right)).outcome
            if not call.same(outcome, right):
                rounded = call.same(outcome, right, call.CLOSE)
                return self._not_yet(other, outcome, right, ROUNDED if rounded else why)
        return None

    def _advice(self, outcomes: Sequence[Outcome], right: Sequence[Outcome]) -> str:
        """What to do about a mistake that has no name."""
        rounded = all(call.same(*pair, call.CLOSE) for pair in zip(outcomes, right, strict=True))
        return f"{ROUNDED} {self._next_step}" if rounded else self._next_step

    def _not_yet(self, given: Inputs, outcome: Outcome, right: Outcome, why: str) -> Verdict:
        where = _first_difference(outcome, right)
        if where == EXCHANGED:
            why = "Return them the other way round."
        return Verdict(f"Not yet: for {call.in_words(given)},\n{where}\n{why}")

    def _right_unless_changed(self, calls: Sequence[Call]) -> Verdict:
        changes = self._changes(calls)
        if changes:
            return Verdict(f"Not yet: {changes}")
        tried = {1: "its input", 2: "both inputs"}.get(len(calls), f"all {len(calls)} inputs")
        return Verdict(f"Right, on {tried}. {self.hard_part}", RIGHT)

    def _changes(self, calls: Sequence[Call]) -> str:
        """A sentence on an argument that the function changes itself, and must not.

        Running statistics may become what is returned, or what torch writes in training.
        """
        for given, each, right in zip(self.inputs, calls, self.known.right, strict=True):
            for name, value in each.changed.items():
                may_become = (*right, *_written_by_torch(given)) if name in RUNNING else ()
                if not any(call.same((value,), (one,)) for one in may_become):
                    return (
                        f"your function changes {name} itself, which its caller still needs. "
                        f"{name} += 1 does, and so does what shares its memory, such as "
                        f"torch.from_numpy({name}). Work on a copy."
                    )
        return ""

    @property
    def stub(self) -> str:
        """The cell that the learner is given: the task, and nothing of its solution."""
        quotes = self.source.index('"""', self.source.index('"""') + 3) + 3
        return f"{self.source[:quotes]}\n    ...\n\n\nexercises.{self.name}.check({self.name})"

    def __repr__(self) -> str:
        signature = f"{self.name}{inspect.signature(self.solved)}"
        return (
            f"Exercise {signature}\n{inspect.getdoc(self.solved)}\n"
            f"check({self.name}) looks at your function; hint() and solution() help."
        )


class Question(_Task):
    """A number for the learner to predict.

    Args:
        solution: computes it; its defaults are the first numbers.
        ask: the question, with the arguments' names in braces.
        draw: what again() may choose for each argument.
        mistakes: edits of the solution, (name, right, wrong, right, wrong, ...).
        why: said when the number is right, with the arguments' names in braces.
        hints: given one at a time.
    """

    def __init__(
        self,
        solution: Callable[..., Any],
        ask: str,
        draw: Mapping[str, Sequence[Any]],
        mistakes: Sequence[tuple[str, ...]],
        why: str,
        hints: Sequence[str],
    ) -> None:
        super().__init__(solution, mistakes, hints)
        self.ask, self.draw, self.why = ask, dict(draw), why
        parameters = inspect.signature(solution).parameters.values()
        self.numbers = {parameter.name: parameter.default for parameter in parameters}
        self._first = self.numbers
        self._draws = np.random.default_rng(0)

    def hint(self) -> Shown:
        """The next hint, with the numbers that are asked now."""
        return Shown(super().hint().text.format(**self.numbers))

    @property
    def known(self) -> KnownMistakes:
        """The right number, and that of each mistake, for the numbers that are asked now."""
        return KnownMistakes(self.solved, self.source, self.edits, [self.numbers])

    @property
    def right(self) -> float:
        """The number that is asked for."""
        return _number(self.known.right)

    @_kept
    def check(self, *prediction: Any) -> Verdict:
        """Whether the number is right, or which mistake gives it; two decimals are enough."""
        if len(prediction) == 1 and isinstance(prediction[0], tuple):
            prediction = prediction[0]
        if not prediction or prediction[0] is ... or prediction[0] is None:
            return Verdict("No prediction yet: put your number in the place of the dots.", OPEN)
        if len(prediction) == 2:
            whole, decimals = prediction
            return Verdict(f"Write a point, not a comma: {whole}.{decimals}")
        given = _as_number(prediction[0])
        if not np.isfinite(given):
            return Verdict(f"{call.short(prediction[0])} is not a number such as 12.5.")
        known = self.known
        right = _number(known.right)
        variants = sorted(known.singles, key=lambda each: abs(_number(each.outcomes) - given))
        if abs(right - given) <= min(0.0051, 0.05 * abs(right) + 1e-9):  # not 0 for 0.01
            return Verdict(f"Right. {self.why.format(**self.numbers)}", RIGHT)
        if variants and abs(_number(variants[0].outcomes) - given) <= 0.0051:
            mistake = Explanation([variants[0].edits[0].name])
            return Verdict(f"Not {given:.10g}. {mistake.in_words(self.lesson)}{self._asked_now}")
        cut_off = np.trunc(round(right * 100, 6)) / 100
        near = abs(right) / (10 if given in (round(right, 1), cut_off) else 50)
        if right % 1 and abs(given - right) <= near:
            return Verdict(
                f"Nearly: {given:.10g} is close. Keep all digits on the way, and round the result "
                f"to two decimals.{self._asked_now}"
            )
        return Verdict(f"Not {given:.10g}. {self._next_step}{self._asked_now}")

    @property
    def _asked_now(self) -> str:
        """A line that repeats the question if it is not the one in the lesson any more."""
        return f"\nYou are asked now: {self.asked}" if self.numbers != self._first else ""

    def again(self) -> Shown:
        """New numbers for the same question, with which every mistake can be told apart."""
        before = self.numbers
        while self.numbers == before or not self._all_differ():
            self.numbers = {
                name: options[int(self._draws.integers(len(options)))]
                for name, options in self.draw.items()
            }
        return Shown(f"{self.asked}\nCheck it with exercises.{self.name}.check(your number).")

    def _all_differ(self) -> bool:
        """Whether the right number and those of all mistakes are apart, rounded as they may be."""
        known = self.known
        if len(known.singles) < len(self.edits):
            return False
        numbers = [(_number(known.right), "")]
        numbers += [(_number(each.outcomes), each.edits[0].name) for each in known.singles]
        return all(
            high - low > 0.011 or name == other
            for (low, name), (high, other) in pairwise(sorted(numbers))
        )

    def solution(self) -> Shown:
        """The number that is asked for, why, and how it is computed."""
        because = fill(f"It is {self.right:.4g}. {self.why.format(**self.numbers)}", 84)
        return Shown(f"{because}\n\n{self.source}")

    @property
    def stub(self) -> str:
        """The cell that the learner is given."""
        return f"my_prediction = ...\nexercises.{self.name}.check(my_prediction)"

    @property
    def asked(self) -> str:
        """The question with its numbers."""
        return self.ask.format(**self.numbers)

    def __repr__(self) -> str:
        return (
            f"Question {self.name}\n{self.asked}\n"
            "check(your number) looks at it; hint() and solution() help; again() gives new numbers."
        )


def _number(outcomes: Sequence[Outcome]) -> float:
    return float(outcomes[0][0])


def _as_number(prediction: Any) -> float:
    """A number, or an array or text of one, as a float; NaN where it is none."""
    try:
        with call.quiet():
            one = prediction.item() if hasattr(prediction, "item") else prediction
            return float(one.replace("\N{MINUS SIGN}", "-") if isinstance(one, str) else one)
    except Exception:  # it may be of any class
        return np.nan


def _halved(value: Any) -> Any:
    """Other numbers of the same kind; half a standard deviation is one, half a count is not."""
    if isinstance(value, tuple):
        return tuple(map(_halved, value))
    return value / 2 if np.asarray(value).dtype.kind == "f" else value


def _written_by_torch(given: Inputs) -> Outcome:
    """The running statistics as torch leaves them after a training batch."""
    if not given.get("training", not given.get("frozen", True)) or "running_var" not in given:
        return ()
    mean, var = given["running_mean"].copy(), given["running_var"].copy()
    batch_norm(given["x"], mean, var, training=True)
    return mean, var


def _print(printed: str) -> None:
    """Say what the learner's function printed for the input that is spoken of."""
    lines = printed.splitlines()
    if lines:
        more = [f"... and {len(lines) - LINES_PRINTED} more lines"]
        print("\n".join(lines[:LINES_PRINTED] + (more if len(lines) > LINES_PRINTED else [])))


def _first_difference(outcome: Outcome, right: Outcome) -> str:
    """Where an outcome is not what it should be, in words."""
    if len(right) == 2 and call.same(outcome[::-1], right):
        return EXCHANGED
    which = next(
        i for i, (a, b) in enumerate(zip(outcome, right, strict=True)) if not call.same((a,), (b,))
    )
    returned, expected = outcome[which], right[which]
    who = "you get" if len(right) == 1 else f"the {('first', 'second')[which]} of your results is"
    if returned.shape != expected.shape:
        wanted = f"have {expected.shape}" if expected.shape else "be a number"
        return f"{who} an array of shape {returned.shape}; it should {wanted}."
    note = ""
    if returned.dtype.kind in "iu":
        note = f" (Your numbers are whole ones, {returned.dtype}: compute with floats.)"
    mine, right_text = call.short(returned), call.short(expected)
    if expected.size <= 6 and mine != right_text:
        return f"{who} {mine}; it should be {right_text}.{note}"
    at = tuple(int(i) for i in np.argwhere(~call.is_near(returned, expected))[0])
    mine, right_text = _told_apart(returned[at], expected[at])
    place = f" at {list(at)}" if at else ""
    return f"{who} {mine}{place}; it should be {right_text}.{note}"


def _told_apart(one: Any, other: Any) -> tuple[str, str]:
    """Two numbers with four decimals, or with as many digits as tell them apart."""
    texts = (f"{one:.4f}", f"{other:.4f}")
    if texts[0] == texts[1] or max(map(len, texts)) > 20:
        texts = (f"{one:.4g}", f"{other:.4g}")
    if texts[0] == texts[1]:
        texts = (f"{one:.9g}", f"{other:.9g}")
    return texts
