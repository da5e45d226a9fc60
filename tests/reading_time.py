"""How long a lesson takes to read and run: an estimate from its words, cells and questions."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

# A quick reader's; who types along, or begins with NumPy, takes twice as long.
WORDS_A_MINUTE = 200
MINUTES_A_QUESTION, MINUTES_A_CELL = 1 / 2, 1 / 12


def reading_time(lesson: NotebookNode) -> tuple[int, int]:
    """The minutes of a quick and of a slow reader, to five, without exercises and Further."""
    quick = 5 * round(minutes_of(list(not_further(lesson))) / 5)
    return quick, 2 * quick


def minutes_of(cells: list[NotebookNode]) -> float:
    """A quick reader's minutes."""
    markdown = [cell.source for cell in cells if cell.cell_type == "markdown"]
    # Pictures are looked at, things are looked up in tables, and comments are not shown.
    read = re.sub(r"!\[.*?\]\(.*?\)|^\|.*$|<!--.*?-->", "", "\n".join(markdown), flags=re.M)
    questions = len(re.findall(r"\*\*(?:Predict|Check yourself)", read))
    return (
        len(read.split()) / WORDS_A_MINUTE
        + questions * MINUTES_A_QUESTION
        + (len(cells) - len(markdown)) * MINUTES_A_CELL
    )


def not_further(lesson: NotebookNode) -> Iterator[NotebookNode]:
    """The cells that are in no section whose heading begins with Further."""
    further = False
    for cell in lesson.cells:
        heading = re.search(r"^## (.*)", cell.source, re.MULTILINE)
        if cell.cell_type == "markdown" and heading:
            further = heading[1].startswith("Further")
        if not further:
            yield cell
