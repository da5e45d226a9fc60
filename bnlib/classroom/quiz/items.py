"""A question with its numbers: what is asked, the right number, and those of known mistakes."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.check.question import Question
from bnlib.classroom.exercises import TASKS

MOST_CHOICES = 4


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

        Their order is drawn, and of many mistakes those that are among them.
        """
        some = draws.permutation(len(self.wrong))[: MOST_CHOICES - 1]
        every = [(self.right, ""), *(self.wrong[at] for at in some)]
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
    asked, why = question.ask.format(**numbers), question.why.format(**numbers)
    return Item(question, asked, right, why, list(by_text.values()))


def explained(name: str) -> str:
    """A mistake's name and its sentence."""
    return f"“{name}”: {MISTAKES[name].sentence}"


def decimals(number: float) -> str:
    """A number with two decimals, as it may be given; with none, where they are zeros.

    >>> decimals(3.0), decimals(-0.001), decimals(2.5)
    ('3', '0', '2.50')
    """
    return f"{round(number, 2) + 0.0:.2f}".removesuffix(".00")
