"""What checks found in a class's answers, read from the outputs that its notebooks store.

Nothing is run, and nothing is taken from a file but what verdict.Finding admits and the text
of an answer.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bnlib.classroom.check.task import Task
from bnlib.classroom.check.verdict import DATA, SOLVED, TRIED, UNANSWERED, Finding, error_name
from bnlib.classroom.exercises import TASKS
from bnlib.classroom.report.files import Collection, UnreadableError

CHECKED = re.compile(r"\bexercises\.(\w+)\.check\(")
PRINTED = re.compile(r"^\[(\w{1,99}): (\w{1,99})((?:; [^;\n]{1,99})*)\]$", re.MULTILINE)
DOCSTRING = re.compile(r'""".*?"""', re.DOTALL)

NOT_RUN, NOT_TRIED = "not run", "not tried"
STATES = SOLVED, TRIED, NOT_RUN, NOT_TRIED


class Stored(NamedTuple):
    """What a notebook stores of one task.

    Attributes:
        state: SOLVED; TRIED, and not solved; NOT_RUN, where the cell was changed and no check
            has looked at it since; NOT_TRIED, where nothing was answered.
        finding: what the check found, if it has looked at an answer.
        answer: the text of the cell; anyone may have written it.
    """

    state: str
    finding: Finding | None = None
    answer: str = ""


class Collected(NamedTuple):
    """A class's notebooks.

    Attributes:
        students: of each student, by name, every task of the lessons that were handed in; none
            where nothing could be read.
        skipped: files and folders that were passed over, and why.
    """

    students: dict[str, dict[str, Stored]]
    skipped: list[tuple[str, str]]


def collect(folder: Path) -> Collected:
    """Read the notebooks of a class.

    Args:
        folder: see Collection.notebooks.

    Raises:
        ValueError: folder is neither a folder nor a ZIP file.
    """
    found = Collection(set(), [], set())
    students: dict[str, dict[str, Stored]] = {}
    try:
        for notebook in found.notebooks(folder):
            try:
                stored = list(_stored(_cells(notebook.content)))
                if not stored:
                    raise UnreadableError("without a check of this course")
            except UnreadableError as reason:
                found.skip(notebook.path, str(reason))
                continue
            student = students.setdefault(notebook.student, {})
            for name, each in stored:
                best = student.get(name, each)
                if STATES.index(each.state) <= STATES.index(best.state):
                    student[name] = each
    except (OSError, UnreadableError) as reason:
        raise ValueError(f"{folder} cannot be read: {reason}.") from None
    for student in students.values():
        lessons = {TASKS[name].lesson for name in student}
        for name, task in TASKS.items():
            if task.lesson in lessons:
                student.setdefault(name, Stored(NOT_TRIED))
    for name in sorted(found.students):
        students.setdefault(name, {})
    return Collected(students, found.skipped)


def _cells(content: bytes) -> list[Any]:
    """The cells of a notebook, whatever they are."""
    try:
        notebook = json.loads(content)  # in UTF-8, UTF-16 or UTF-32, with a byte order mark or not
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
            findings, error = _findings(cell.get("outputs"))
            for name in dict.fromkeys([*CHECKED.findall(source), *findings]):
                if name in TASKS:
                    yield name, _of_task(TASKS[name], source, findings.get(name), error)


def _of_task(task: Task, source: str, finding: Finding | None, error: str) -> Stored:
    if _bare(source) == _bare(task.stub):
        return Stored(NOT_TRIED)
    if finding is None and error:
        finding = Finding(TRIED, outcome=error)
    if finding is None or (finding.state == UNANSWERED and _has_answer(source, task)):
        return Stored(NOT_RUN, answer=source)
    if finding.state == UNANSWERED:
        return Stored(NOT_TRIED)
    known = {edit.name for edit in task.edits}
    mistakes = tuple(name for name in finding.mistakes if name in known)
    state = SOLVED if finding.solved_before else finding.state
    return Stored(state, finding._replace(mistakes=mistakes), source)


def _findings(outputs: Any) -> tuple[dict[str, Finding], str]:
    """What the outputs of a cell say, by task, the last word of each; and an error, by name."""
    found, error = {}, ""
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        if output.get("output_type") == "error":
            error = error_name(_text(output.get("ename"))) or "an error"
        data = output.get("data")
        stored = data.get(DATA) if isinstance(data, dict) else None
        if isinstance(stored, dict) and isinstance(stored.get("task"), str):
            finding = Finding.from_data(stored)
            if finding:
                found[stored["task"]] = finding
        for name, state, mistakes in PRINTED.findall(_text(output.get("text"))):
            names = mistakes.split("; ")[1:]
            finding = Finding.from_data({"state": state, "mistakes": names})
            if finding:
                found[name] = finding
    return found, error


def _has_answer(source: str, task: Task) -> bool:
    """Whether the answer is in the cell that checks it, as in the lessons."""
    begins = re.match(r"def \w+|\w+", task.stub)
    return begins is not None and begins[0] in source


def _bare(source: str) -> str:
    """source without its docstring, which may be of another edition, and in one line."""
    return " ".join(DOCSTRING.sub("", source, count=1).split())


def _text(value: Any) -> str:
    """Text of a notebook, which may be stored as a list of lines."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""
