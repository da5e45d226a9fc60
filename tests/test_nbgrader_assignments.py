"""Assignments for nbgrader, without nbgrader: what an answer to a task is worth, and why."""

import re

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader_assignments import SETUP, assignment, tasks_by_lesson
from nbgrader_trial import DOTS, mistaken, parts, right

from bnlib.classroom.check.exercise import Exercise
from bnlib.classroom.check.verdict import SOLVED, TRIED
from bnlib.classroom.report.read import NOT_TRIED, collect

ASSIGNMENTS = tasks_by_lesson()
TASKS = [task for tasks in ASSIGNMENTS.values() for task in tasks]
each_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)


def verdict(task, answer):
    """What the student is told who writes answer in the place of the dots."""
    before, _, after = parts(task)
    scope = {"display": lambda verdict: None}
    exec(SETUP, scope)
    exec(before + answer + after, scope)
    try:
        exec(source_of(task, "check"), scope)
    except AssertionError as error:
        return str(error)
    return "a point"


def source_of(task, kind):
    cells = assignment("lesson", [task]).cells
    return next(cell.source for cell in cells if cell.id.startswith(kind))


@each_task
def test_the_right_answer_gives_the_point(task):
    assert verdict(task, right(task)) == "a point"


@each_task
def test_a_mistake_costs_the_point_and_is_named(task):
    assert f"“{task.known.singles[0].edits[0].name}”" in verdict(task, mistaken(task))


@each_task
def test_what_is_open_still_is_called_so(task):
    assert " yet: " in verdict(task, DOTS)


def test_every_task_is_in_one_assignment_of_its_lesson():
    names = [
        cell.metadata.nbgrader.grade_id
        for name, tasks in ASSIGNMENTS.items()
        for cell in assignment(name, tasks).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    ]
    assert sorted(names) == sorted(task.name for task in TASKS)


@each_task
def test_a_task_is_told_above_its_cell(task):
    cells = assignment("lesson", [task]).cells
    told = cells[next(n for n, cell in enumerate(cells) if cell.id.startswith("answer")) - 1]
    assert told.cell_type == "markdown"
    if isinstance(task, Exercise):
        assert len(told.source) > 30
        if len(task.known.right[0]) > 1:
            assert re.search("[Rr]eturn|, and", told.source), "which result comes first?"
    else:
        assert told.source == task.asked


def test_the_momentum_of_a_running_mean_is_told():
    (task,) = (task for task in TASKS if task.name == "next_running_mean")
    told = " ".join(cell.source for cell in assignment("lesson", [task]).cells)
    assert "a tenth" in told


@pytest.mark.parametrize(
    ("answered", "state"), [(right, SOLVED), (mistaken, TRIED), (lambda task: DOTS, NOT_TRIED)]
)
def test_the_report_reads_what_jupyter_stores_of_an_assignment(answered, state, tmp_path):
    (task,) = (task for task in TASKS if task.name == "number_of_means")
    notebook = assignment("lesson_1", [task])
    before, _, after = parts(task)
    for cell in notebook.cells:
        if cell.id.startswith("answer"):
            cell.source = before + answered(task) + after
    NotebookClient(notebook, allow_errors=True).execute()
    (tmp_path / "anna").mkdir()
    nbformat.write(notebook, tmp_path / "anna" / "lesson_1.ipynb")
    stored = collect(tmp_path).students["anna"]["number_of_means"]
    assert stored.state == state
    if state == TRIED:
        assert stored.finding.mistakes == (task.edits[0].name,)
