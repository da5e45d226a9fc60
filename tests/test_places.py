"""A lesson, a lab, an exercise stands in several places; each test says which one is missing."""

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import nbformat
import pytest

from bnlib.classroom import labs
from bnlib.classroom.check.exercise import Exercise
from bnlib.classroom.check.question import Question
from bnlib.classroom.exercises import TASKS
from bnlib.classroom.labs.base import Lab

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def cells(path, kind):
    return [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == kind]


def number(path):
    return int(path.stem[:2])


def found_in(package):
    """Everything that has a name in the modules of a package."""
    modules = iter_modules(import_module(package).__path__)
    things = [vars(import_module(f"{package}.{module.name}")) for module in modules]
    return {name: value for each in things for name, value in each.items()}


def is_lab(value):
    return isinstance(value, type) and issubclass(value, Lab) and value is not Lab


@each_lesson
def test_a_lesson_is_in_the_table_of_readme_with_its_minutes(path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    row = next((row for row in readme.splitlines() if f"](notebooks/{path.name})" in row), "")
    assert row, f"README's table of lessons has no row that links to notebooks/{path.name}"
    title = cells(path, "markdown")[0]
    time = re.search(r"\*\*Time\*\* (\d+) to (\d+) minutes to read and run, (\d+) for", title)
    assert time, f"{path.name} begins without: **Time** K to N minutes to read and run, M for"
    assert row.endswith(f"| {time[1]}\u2013{time[2]} + {time[3]} |"), (
        f"README and {path.name} differ"
    )


@each_lesson
def test_a_lesson_has_exercises(path):
    of_it = [task for task in TASKS.values() if task.lesson == number(path)]
    assert of_it, (
        f"no module of bnlib/classroom/exercises has LESSON = {number(path)} and a line in the "
        f"folder's __init__.py, so {path.name} has no exercise"
    )


@pytest.mark.parametrize("name", TASKS)
def test_a_task_has_its_cell_in_its_lesson(name):
    lesson = [path for path in LESSONS if number(path) == TASKS[name].lesson]
    assert lesson, f"{name} belongs to lesson {TASKS[name].lesson}, which is not in notebooks/"
    asked = [source for source in cells(lesson[0], "code") if f"exercises.{name}.check(" in source]
    assert asked, (
        f"{lesson[0].name} has no cell with exercises.{name}.check(...): write one with what "
        f"exercises.{name}.stub holds, then make refresh LESSONS=notebooks/{lesson[0].name}"
    )


@each_lesson
def test_what_a_lesson_checks_is_among_the_tasks(path):
    checked = re.findall(
        r"exercises\.(\w+)\.(?:check|hint|solution|again)\(", str(cells(path, "code"))
    )
    missing = set(checked) - set(TASKS)
    assert not missing, f"{path.name} checks {missing}; bnlib/classroom/exercises has none such"


def test_every_module_of_exercises_is_in_the_list_of_its_folder():
    things = found_in("bnlib.classroom.exercises")
    made = {name for name, thing in things.items() if isinstance(thing, (Exercise, Question))}
    missing = made - set(TASKS)
    assert not missing, f"not in exercises/__init__.py: the module of {missing}"


def test_every_lab_is_in_the_list_of_its_folder_and_in_a_lesson():
    made = {name for name, thing in found_in("bnlib.classroom.labs").items() if is_lab(thing)}
    assert made == set(labs.__all__), (
        f"not in labs/__init__.py (import and __all__): {made - set(labs.__all__)}"
    )
    code = "".join(source for path in LESSONS for source in cells(path, "code"))
    unused = [name for name in labs.__all__ if f"{name}()" not in code]
    assert not unused, (
        f"no lesson shows {unused}: import it in its cell setup, and write a cell name = Lab()"
    )


@each_lesson
def test_a_lesson_leads_to_the_next(path):
    after = [other for other in LESSONS if number(other) == number(path) + 1]
    text = "".join(cells(path, "markdown"))
    for other in after:
        assert f"Next: [lesson {number(other)}]({other.name})" in text, f"no link to {other.name}"


def test_the_lecture_takes_90_minutes_and_readme_says_how_they_are_spent():
    parts = [
        re.search(r"sections marked \(lecture\) take (\d+) minutes", cells(path, "markdown")[0])
        for path in LESSONS[:3]
    ]
    first, second, third = (int(part[1]) for part in parts if part)
    assert first + second + third <= 90
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"They take {first}, {second} and {third} minutes." in readme
