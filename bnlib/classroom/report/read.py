"""What checks said to a class, read from the outputs that its notebooks store.

Nothing is run. The files are other people's: what cannot be read, is not a plain file, or is
too large is skipped, with the reason.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from stat import S_ISREG
from typing import Any, NamedTuple

from bnlib.classroom.check import verdict as verdicts
from bnlib.classroom.check.task import Exercise, Question
from bnlib.classroom.exercises import TASKS

LARGEST = 10_000_000  # bytes of a notebook
DEEPEST = 12  # folders within each other
CHECKED = re.compile(r"\bexercises\.(\w+)\.check\(")
DOCSTRING = re.compile(r'""".*?"""', re.DOTALL)
FLAGS = ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")  # of them, those of the system

STATES = SOLVED, TRIED, NOT_RUN, NOT_TRIED = verdicts.SOLVED, verdicts.TRIED, "not run", "not tried"
Skip = Callable[[Path, str], None]


class Stored(NamedTuple):
    """What a notebook stores of one task.

    Attributes:
        state: SOLVED; TRIED, and not solved; NOT_RUN, where the cell was changed and no check
            has looked at it since; NOT_TRIED, where it is as it was given.
        mistakes: the known mistakes that the check named.
        outcome: what came out of a wrong answer without a name.
    """

    state: str
    mistakes: tuple[str, ...] = ()
    outcome: str = ""


class Collected(NamedTuple):
    """A class's notebooks.

    Attributes:
        students: of each student, by the name of the folder or file, every task of the lessons
            that were handed in.
        skipped: files and folders that were not read, and why.
    """

    students: dict[str, dict[str, Stored]]
    skipped: list[tuple[Path, str]]


class UnreadableError(Exception):
    """A file that is skipped, for this reason."""


def collect(folder: Path) -> Collected:
    """Read the notebooks of a class.

    Args:
        folder: has a folder for each student, with notebooks at any depth. A notebook that
            lies in it directly is taken for one student's.

    Raises:
        ValueError: folder is not a folder.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder. Give the one that holds the students' ones.")
    students: dict[str, dict[str, Stored]] = {}
    skipped: list[tuple[Path, str]] = []
    for path in _files(folder, lambda path, reason: skipped.append((path, reason))):
        try:
            found = list(_stored(_cells(path)))
            if not found:
                raise UnreadableError("without a check of this course")
        except UnreadableError as reason:
            skipped.append((path, str(reason)))
            continue
        student = students.setdefault(path.relative_to(folder).parts[0], {})
        for name, stored in found:
            best = student.get(name, stored)
            if STATES.index(stored.state) <= STATES.index(best.state):
                student[name] = stored
    for student in students.values():
        lessons = {TASKS[name].lesson for name in student}
        for name, task in TASKS.items():
            if task.lesson in lessons:
                student.setdefault(name, Stored(NOT_TRIED))
    return Collected(students, skipped)


def _files(folder: Path, skip: Skip, depth: int = 1) -> Iterator[Path]:
    """The notebooks in a folder, but for hidden ones and links."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        for entry in entries:
            path = Path(entry.path)
            if entry.name.startswith("."):
                continue
            if entry.is_symlink():
                skip(path, "a link")
            elif not entry.is_dir():
                if path.suffix == ".ipynb":
                    yield path
            elif depth == DEEPEST:
                skip(path, f"more than {DEEPEST} folders deep")
            else:
                yield from _files(path, skip, depth + 1)
    except OSError:
        skip(folder, "a folder that cannot be opened")


def _cells(path: Path) -> list[Any]:
    """The cells of a notebook, whatever they are."""
    try:
        descriptor = os.open(path, sum(getattr(os, flag, 0) for flag in FLAGS))
        with open(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if not S_ISREG(about.st_mode):
                raise UnreadableError("not a plain file")
            if about.st_size > LARGEST:
                raise UnreadableError(f"larger than {LARGEST // 10**6} MB")
            content = file.read(LARGEST)
    except OSError:
        raise UnreadableError("a file that cannot be opened") from None
    try:
        notebook = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError, MemoryError):
        raise UnreadableError("broken: not JSON in UTF-8") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise UnreadableError("JSON, but not a notebook")
    return cells


def _stored(cells: list[Any]) -> Iterator[tuple[str, Stored]]:
    """The tasks that the cells check, by name."""
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = _text(cell.get("source"))
            checked = [name for name in CHECKED.findall(source) if name in TASKS]
            if checked:
                yield checked[-1], _of_task(TASKS[checked[-1]], source, cell.get("outputs"))


def _of_task(task: Exercise | Question, source: str, outputs: Any) -> Stored:
    if _bare(source) == _bare(task.stub):
        return Stored(NOT_TRIED)
    error, said = "", ""
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        if output.get("output_type") == "error":
            error = verdicts.error(_text(output.get("ename")))
        data = output.get("data")
        said = _text(data.get("text/plain")) if isinstance(data, dict) else said
    state = TRIED if error else verdicts.state(said)
    if state == SOLVED:
        return Stored(SOLVED)
    if state != TRIED:
        return Stored(NOT_RUN)
    known = {edit.name for edit in task.edits}
    named = tuple(name for name in verdicts.mistakes(said) if name in known and not error)
    return Stored(TRIED, named, "" if named else error or verdicts.outcome(said))


def _bare(source: str) -> str:
    """source without its docstring, which may be of another edition, and in one line."""
    return " ".join(DOCSTRING.sub("", source, count=1).split())


def _text(value: Any) -> str:
    """Text of a notebook, which may be stored as a list of lines."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""
