"""Questions as Canvas imports them: a quiz in QTI 1.2, by text2qti.

Each question is a group with some of its numbers, of which each student gets one. Canvas has no
feedback for a wrong number that was typed, so students choose among numbers here.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from text2qti.config import Config
from text2qti.qti import QTI
from text2qti.quiz import Quiz

from bnlib.classroom.check.question import Question
from bnlib.classroom.exercises.conventions import CONVENTIONS
from bnlib.classroom.quiz.items import Item, explained, item
from bnlib.classroom.quiz.page import plain


def write_qti(questions: Iterable[Question], path: Path) -> None:
    """Write the ZIP file to import."""
    draws = np.random.default_rng(0)
    lines = ["Quiz title: Batch normalization", "shuffle answers: true"]
    lines += ["Text title: Conventions", f"Text: {plain(CONVENTIONS)}"]
    for question in questions:
        lines += ["GROUP", "pick: 1", "points per question: 1"]
        for numbers in question.drawn:
            lines += _one(item(question, numbers), draws)
        lines.append("END_GROUP")
    quiz = Quiz("\n".join(lines), config=Config(), source_name=path.name)
    QTI(quiz).save(path)


def _one(asked: Item, draws: np.random.Generator) -> list[str]:
    lines = [f"Title: {asked.question.name}", f"1. {plain(asked.asked)}"]
    for letter, (text, name) in zip("abcd", asked.choices(draws), strict=False):
        feedback = explained(name) if name else f"Right. {asked.why}"
        lines += [f"{'' if name else '*'}{letter}) {text}", f"... {plain(feedback)}"]
    return lines
