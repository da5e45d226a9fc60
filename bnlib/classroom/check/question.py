"""Questions: a number for the learner to predict, and a check that knows the wrong ones."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise, product
from textwrap import fill
from typing import Any

import numpy as np

from bnlib.classroom.check import verdict
from bnlib.classroom.check.compare import short
from bnlib.classroom.check.task import Task
from bnlib.classroom.check.variants import Explanation, KnownMistakes, Variant
from bnlib.classroom.check.verdict import SOLVED, TRIED, UNANSWERED, Finding
from bnlib.classroom.display import Shown

ROUNDING = 0.0051  # two decimals are enough
REMEMBERED = 10  # so many draws in a row are different
MOST_DRAWN = 40
NOT_AS_TYPED = {
    verdict.COMMA: "Write a point, not a comma: {:g}",
    verdict.PERCENT: "Write {:g}, without a percent sign.",
    verdict.NOT_A_NUMBER: "{1} is not a number such as 12.5.",
}


def question(**definition: Any) -> Callable[[Callable[..., Any]], "Question"]:
    """Make a question of the function that computes its answer; arguments as of Question."""
    return lambda solution: Question(solution, **definition)


class Question(Task):
    """A number for the learner to predict.

    Args:
        reference: computes it; its defaults are the first numbers.
        ask: the question, with the arguments' names in braces.
        draw: what again() may choose for each argument.
        mistakes: edits of the solution, (name, right, wrong, right, wrong, ...).
        why: said when the number is right, with the arguments' names in braces.
        hints: given one at a time.
        exam: what exam sheets may choose for each argument; for one of them, nothing that draw
            has. Left out where new numbers would have no new answer, or none that was tried.
    """

    def __init__(
        self,
        reference: Callable[..., Any],
        *,
        ask: str,
        draw: Mapping[str, Sequence[Any]],
        mistakes: Sequence[tuple[str, ...]],
        why: str,
        hints: Sequence[str],
        exam: Mapping[str, Sequence[Any]] | None = None,
    ) -> None:
        super().__init__(reference, mistakes, hints)
        self.ask, self.draw, self.why, self.exam = ask, dict(draw), why, exam
        parameters = inspect.signature(reference).parameters.values()
        self.numbers = {parameter.name: parameter.default for parameter in parameters}
        self._first = self.numbers
        self._draws = np.random.default_rng(0)
        self._asked_before: list[dict[str, Any]] = []

    @property
    def known(self) -> KnownMistakes:
        """The right number, and that of each mistake, for the numbers that are asked now."""
        return self._known_for(self.numbers)

    def _known_for(self, numbers: dict[str, Any]) -> KnownMistakes:
        return KnownMistakes(self.reference, self.source, self.edits, [numbers])

    def answers(self, numbers: dict[str, Any]) -> tuple[float, list[tuple[float, str]]]:
        """The right number, and that of each mistake with its name, for these numbers."""
        known = self._known_for(numbers)
        return float(known.right[0][0]), [(_number(each), each.names[0]) for each in known.singles]

    @property
    def right(self) -> float:
        """The number that is asked for."""
        return float(self.known.right[0][0])

    def _judged(self, *prediction: Any) -> tuple[str, Finding]:
        """Whether the number is right, or which mistake gives it; two decimals are enough."""
        if len(prediction) == 1 and isinstance(prediction[0], tuple):
            prediction = prediction[0]
        if not prediction or prediction[0] is ... or prediction[0] is None:
            words = "No prediction yet: put your number in the place of the dots."
            return words, Finding(UNANSWERED)
        if len(prediction) == 2 and self._is_decimal(*prediction):
            whole, decimals = prediction
            words = f"Write a point, not a comma: {whole}.{decimals}"
            return words, Finding(TRIED, outcome=verdict.COMMA)
        if len(prediction) > 1:
            words = f"Give one number, not {len(prediction)}."
            return words, Finding(TRIED, outcome=verdict.SEVERAL)
        given, kind = _as_number(prediction[0])
        if kind:
            words = NOT_AS_TYPED[kind].format(given, short(prediction[0]))
            return words, Finding(TRIED, outcome=kind)
        if abs(self.right - given) <= tolerance(self.right):
            return f"Right. {self.why.format(**self.numbers)}", Finding(SOLVED)
        mistake = self._mistake(given)
        if mistake:
            words = f"Not {given:.10g}. {mistake.in_words(self.lesson)}{self._asked_now}"
            return words, Finding(TRIED, mistake.names)
        if self._is_nearly_right(given):
            words = (
                f"Nearly: {given:.10g} is close. Keep all digits on the way, and round the result "
                f"to two decimals.{self._asked_now}"
            )
            return words, Finding(TRIED, outcome=verdict.NEARLY)
        words = f"Not {given:.10g}. {self._next_step}{self._asked_now}"
        return words, Finding(TRIED, numbers=(given,))

    def _is_decimal(self, whole: Any, decimals: Any) -> bool:
        """Whether two numbers are one that was written with a comma, and has a fraction."""
        return isinstance(whole, int) and isinstance(decimals, int) and self.right % 1 != 0

    def _mistake(self, given: float) -> Explanation | None:
        """The known mistake whose number is nearest, if it is this one, or the only such pair.

        Of a whole number no pair is spoken: it may as well be guessed.
        """
        if not self.edits:
            return None
        known = self.known
        distance, names = min((abs(_number(each) - given), each.names) for each in known.singles)
        if distance <= ROUNDING:
            return Explanation(names)
        if given % 1 == 0 or self._is_nearly_right(given):
            return None
        pairs = {each.names for each in known.pairs if abs(_number(each) - given) <= ROUNDING}
        return Explanation(pairs.pop()) if len(pairs) == 1 else None

    def _is_nearly_right(self, given: float) -> bool:
        """Whether it was rounded too far, cut off, or computed with rounded numbers."""
        cut_off = float(f"{self.right:.6f}"[:-4])
        near = abs(self.right) / (10 if given in (round(self.right, 1), cut_off) else 50)
        return self.right % 1 != 0 and abs(given - self.right) <= near

    @property
    def _asked_now(self) -> str:
        """A line that repeats the question if it is not the one in the lesson any more."""
        return f"\nYou are asked now: {self.asked}" if self.numbers != self._first else ""

    def again(self) -> Shown:
        """New numbers for the same question, with which every mistake can be told apart."""
        now, before = self.numbers, self.right
        memory = min(REMEMBERED, len(self.drawn) - 1)
        self._asked_before = [*self._asked_before, now][-memory:]
        fresh = [numbers for numbers in self.drawn if numbers not in self._asked_before]
        for at in self._draws.permutation(len(fresh)):
            self.numbers = fresh[at]
            if abs(self.right - before) > ROUNDING:
                stays = ""
                break
        else:  # any will do: they all have one answer
            stays = "\nThe answer stays what it was."
        self._hints_given = 0
        return Shown(
            f"{self.asked}{stays}\nCheck it with exercises.{self.name}.check(your number)."
        )

    @cached_property
    def drawn(self) -> list[dict[str, Any]]:
        """Numbers that again() may ask, in no order: those that tell every mistake apart."""
        return self.telling(self.draw, self._draws)

    def telling(
        self, ranges: Mapping[str, Sequence[Any]], draws: np.random.Generator
    ) -> list[dict[str, Any]]:
        """Numbers from these ranges, in no order, with which every mistake can be told apart."""
        every = [dict(zip(ranges, each, strict=True)) for each in product(*ranges.values())]
        some = (every[at] for at in draws.permutation(len(every))[:MOST_DRAWN])
        return [numbers for numbers in some if self._all_differ(numbers)]

    def _all_differ(self, numbers: dict[str, Any]) -> bool:
        """Whether the right number and those of all mistakes are apart, rounded as they may be."""
        right, wrong = self.answers(numbers)
        return all(
            high - low > 0.011 or name == other
            for (low, name), (high, other) in pairwise(sorted([*wrong, (right, self.name)]))
        )

    def hint(self) -> Shown:
        """The next hint, with the numbers that are asked now."""
        return Shown(super().hint().text.format(**self.numbers))

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


def tolerance(right: float) -> float:
    """How far off a prediction may be; 0 is not right for 0.01."""
    return min(ROUNDING, 0.05 * abs(right) + 1e-9)


def _number(variant: Variant) -> float:
    """What a question's variant gives; NaN where it fails, as a division by zero does."""
    (outcome,) = variant.outcomes
    return float(outcome[0]) if isinstance(outcome, tuple) else np.nan


def _as_number(prediction: Any) -> tuple[float, str]:
    """A number, or a list, an array or a text of one, as a float; and what is wrong with it.

    A text may hold a fraction; with a comma or a percent sign it is refused, by its own sentence.
    """
    try:
        one = np.asarray(prediction).item() if isinstance(prediction, list) else prediction
        one = one.item() if hasattr(one, "item") else one
        if not isinstance(one, str):
            given, kind = float(one), verdict.NOT_A_NUMBER if isinstance(one, bool) else ""
        else:
            text = one.replace("\N{MINUS SIGN}", "-").strip()
            kind = verdict.COMMA if "," in text else verdict.PERCENT if "%" in text else ""
            given = float(Fraction(text.replace(",", ".").rstrip("% ")))
    except Exception:  # it may be of any class
        return np.nan, verdict.NOT_A_NUMBER
    if kind == verdict.PERCENT:
        given /= 100
    return given, kind if np.isfinite(given) else verdict.NOT_A_NUMBER
