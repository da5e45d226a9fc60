"""A question with its numbers: what is asked, the right number, and those of known mistakes."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import numpy as np

from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.check.question import Question
from bnlib.classroom.exercises import TASKS
from bnlib.classroom.quiz.stems import STEMS

MOST_CHOICES = 4
APART = 0.05  # of the larger one, so that a number rounded on the way is nearest to its own


class Item(NamedTuple):
    """A question, asked with certain numbers.

    Attributes:
        question: whose it is.
        asked: its text.
        right: the right number.
        why: why that is right.
        wrong: of each known mistake, the number and the name; as texts, no two numbers are alike.
    """

    question: Question
    asked: str
    right: float
    why: str
    wrong: list[tuple[float, str]]

    def choices(self, draws: np.random.Generator) -> list[tuple[str, str]]:
        """Up to four numbers to choose from, each with its mistake; of the right one, "".

        Their order is drawn, and of many mistakes those that are among them; none is close to
        another.
        """
        every = [(self.right, "")]
        for at in draws.permutation(len(self.wrong)):
            number, name = self.wrong[at]
            if len(every) < MOST_CHOICES and all(apart(number, other) for other, _ in every):
                every.append((number, name))
        mixed = (every[at] for at in draws.permutation(len(every)))
        return [(decimals(number), name) for number, name in mixed]


def questions(lessons: range) -> Iterator[Question]:
    """The questions of these lessons, in their order."""
    for task in TASKS.values():
        if isinstance(task, Question) and task.lesson in lessons:
            yield task


def item(question: Question, numbers: dict[str, Any]) -> Item:
    """A question with these numbers."""
    right, wrong = question.answers(numbers)
    by_text = {decimals(number): (number, name) for number, name in wrong}
    asked = STEMS.get(question.name, question.ask).format(**numbers)
    why = question.why.format(**numbers)
    return Item(question, asked, right, why, list(by_text.values()))


def apart(number: float, other: float) -> bool:
    """Whether two choices, as they are printed, are told apart by whoever rounds on the way."""
    one, two = float(rounded(number)), float(rounded(other))
    return abs(one - two) >= APART * max(abs(one), abs(two))


def explained(name: str) -> str:
    """A mistake's name and its sentence."""
    return f"“{name}”: {MISTAKES[name].sentence}"


def rounded(number: float) -> Decimal:
    """A number to two decimals; a half is rounded away from zero, as on paper."""
    return Decimal(f"{number:.9f}").quantize(Decimal("0.01"), ROUND_HALF_UP) + 0


def decimals(number: float) -> str:
    """A number with two decimals, as it is printed; with none, where they are zeros.

    >>> decimals(3.0), decimals(-0.001), decimals(2.5), decimals(1 / 8), decimals(1.005)
    ('3', '0', '2.50', '0.13', '1.01')
    """
    return f"{rounded(number):.2f}".removesuffix(".00").replace("-", "\N{MINUS SIGN}")
