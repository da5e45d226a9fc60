"""How long a lesson takes to read and run: an estimate from its words, cells and questions."""

import re

from nbformat import NotebookNode
from notebook_rules import in_sections

# A quick reader's; who types along, or begins with NumPy, takes twice as long.
WORDS_A_MINUTE = 200
MINUTES_A_QUESTION, MINUTES_A_CELL = 1 / 2, 1 / 12


def reading_time(lesson: NotebookNode) -> tuple[int, int]:
    """The minutes of a quick and of a slow reader, to five, without exercises and Further."""
    quick = 5 * round(minutes_of(not_further(lesson)) / 5)
    return quick, 2 * quick


def minutes_of(cells: list[NotebookNode]) -> float:
    """A quick reader's minutes."""
    markdown = [cell.source for cell in cells if cell.cell_type == "markdown"]
    # Pictures are looked at, and comments are not shown.
    read = re.sub(r"!\[.*?\]\(.*?\)|<!--.*?-->", "", "\n".join(markdown))
    questions = len(re.findall(r"\*\*(?:Predict|Check yourself)", read))
    return (
        len(read.split()) / WORDS_A_MINUTE
        + questions * MINUTES_A_QUESTION
        + (len(cells) - len(markdown)) * MINUTES_A_CELL
    )


def not_further(lesson: NotebookNode) -> list[NotebookNode]:
    """The cells that are in no section whose heading begins with Further."""
    return [
        cell for heading, cell in in_sections(lesson.cells) if not heading.startswith("Further")
    ]
