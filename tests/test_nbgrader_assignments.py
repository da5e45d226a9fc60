"""Assignments for nbgrader, without nbgrader: what an answer to a task is worth, and why."""

import pytest
from nbgrader_assignments import SETUP, assignment, tasks_by_lesson
from nbgrader_trial import DOTS, mistaken, parts, right

ASSIGNMENTS = tasks_by_lesson()
TASKS = [task for tasks in ASSIGNMENTS.values() for task in tasks]
each_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)


def verdict(task, answer):
    """What the student is told who writes answer in the place of the dots."""
    before, _, after = parts(task)
    scope = {}
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
