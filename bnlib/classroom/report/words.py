"""A task and a mistake, in words for a class: the question, and what to ask back."""

import re
from functools import cache
from pathlib import Path
from textwrap import wrap

from bnlib.classroom.check.question import Question
from bnlib.classroom.check.task import Task

TEACHING = Path(__file__).parents[3] / "TEACHING.md"  # in a clone of the course


def told(task: Task) -> str:
    """What is asked for: the question, or the first line of the function to write."""
    return task.asked if isinstance(task, Question) else (task.reference.__doc__ or "")


def in_short(task: Task, letters: int, lines: int) -> list[str]:
    """What is asked for, in lines; of a long one the last sentences, where the question is."""
    sentences = re.split(r"(?<=[.?:]) (?=[A-Z(])", told(task))
    for first in range(len(sentences)):
        found = wrap(("… " if first else "") + " ".join(sentences[first:]), letters)
        if len(found) <= lines:
            break
    return found[:lines]


@cache
def cures() -> dict[str, str]:
    """What TEACHING.md says to each known mistake; nothing, where the course is installed alone."""
    if not TEACHING.exists():
        return {}
    text = TEACHING.read_text(encoding="utf-8").replace("`", "").replace("*and*", "and")
    return dict(re.findall(r"^  - “(.+?)”: (.+)$", text, re.MULTILINE))
