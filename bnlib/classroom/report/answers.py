"""What a class answered, as text to read: nothing of anybody's is opened in Jupyter for it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from textwrap import indent

from bnlib.classroom.check.verdict import SOLVED
from bnlib.classroom.exercises import TASKS
from bnlib.classroom.report.read import NOT_TRIED, Collected, Stored
from bnlib.classroom.report.table import in_words, printable

LONGEST = 4000  # letters of an answer


def answers(collected: Collected, lesson: int | None = None) -> Iterator[str]:
    """Each task's answers in lines of text, by what the check said of them, most frequent first.

    They are text that anyone may have written: what would steer a terminal is left out, and a
    very long one is cut.
    """
    for name, task in TASKS.items():
        groups: dict[str, Counter[str]] = defaultdict(Counter)
        for student in collected.students.values():
            stored = student.get(name, Stored(NOT_TRIED))
            if stored.answer and lesson in (None, task.lesson):
                groups[_said(stored)][_readable(stored.answer)] += 1
        if groups:
            yield from (f"{name} (lesson {task.lesson})", "")
        for said in sorted(groups, key=lambda said: -groups[said].total()):
            yield f"  {said}: {in_words(groups[said].total())}"
            for text, count in groups[said].most_common():
                yield from (f"    {in_words(count)}:", indent(text, "    | "))
            yield ""


def _said(stored: Stored) -> str:
    if stored.finding is None:
        return "not run"
    if stored.finding.state == SOLVED:
        return "right"
    names = " and ".join(f"“{name}”" for name in stored.finding.mistakes)
    return names or stored.finding.in_words


def _readable(text: str) -> str:
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
    lines = (printable(line.expandtabs()) for line in cut.split("\n"))
    return "\n".join(line for line in lines if line.strip())
