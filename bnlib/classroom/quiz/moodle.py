"""Questions as Moodle imports them, in its GIFT format.

Each question is a category with all of its numbers, so that a quiz takes one of them by chance
for each student. The format: https://docs.moodle.org/en/GIFT_format
"""

from collections.abc import Iterable

from bnlib.classroom.check.question import ROUNDING, Question, tolerance
from bnlib.classroom.exercises.conventions import CONVENTIONS
from bnlib.classroom.quiz.items import Item, explained, item

ROUNDED = "Numbers may be rounded to two decimals."
SPECIAL = "\\~=#{}:"


def gift(questions: Iterable[Question]) -> str:
    """The text of a file to import."""
    course = "$CATEGORY: $course$/top/Batch normalization"
    blocks = [course, f"::Conventions:: {_text(CONVENTIONS)}"]  # without braces: a description
    for question in questions:
        blocks.append(f"{course}/Lesson {question.lesson}/{question.name}")
        for number, numbers in enumerate(question.drawn, start=1):
            blocks.append(_one(f"{question.name} {number}", item(question, numbers)))
    return "\n\n".join(blocks) + "\n"


def _one(title: str, asked: Item) -> str:
    lines = [f"::{title}:: {_text(asked.asked)} ({ROUNDED}) {{#"]
    within = tolerance(asked.right)
    lines.append(f"={asked.right:.6f}:{within:.6f}#{_text(f'Right. {asked.why}')}")
    for number, name in asked.wrong:  # for none of a hundred percent
        lines.append(f"=%0%{number:.6f}:{ROUNDING}#{_text(explained(name))}")
    return "\n".join([*lines, "}"])


def _text(text: str) -> str:
    return "".join(f"\\{char}" if char in SPECIAL else char for char in text)
