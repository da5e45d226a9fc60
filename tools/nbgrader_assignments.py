"""An nbgrader assignment for each lesson: python tools/nbgrader_assignments.py COURSE_FOLDER

Tasks, solutions and checks are those of bnlib.classroom.exercises. Each answer has a cell that
checks it, for one point, so that a mistake costs its own point and no other.
"""

import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bnlib.classroom.check.exercise import Exercise
from bnlib.classroom.exercises import TASKS
from bnlib.classroom.exercises.conventions import CONVENTIONS

# In the place of a solution, nbgrader puts what the checks take for an open answer.
CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "batch_normalization"
c.ClearSolutions.code_stub = {"python": "..."}
"""
INTRODUCTION = (
    "Put your answers in the place of the dots and run each cell from the top. Below an answer, "
    "`check` says what is wrong. Numbers may be rounded to two decimals.\n\n"
    f"**Conventions.** {CONVENTIONS}"
)
SETUP = "import numpy as np\n\nfrom bnlib.classroom import exercises"
# The verdict is shown first: nbgrader keeps it, and an assertion alone has no data for a report.
CHECK = """\
verdict = exercises.{name}.check({name})
display(verdict)
assert verdict.right, verdict"""
LESSONS = Path(__file__).parent.parent / "notebooks"
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


def tasks_by_lesson():
    """The exercises and questions of each lesson, by the name of its assignment."""
    found = {}
    for task in TASKS.values():
        found.setdefault(f"lesson_{task.lesson}", []).append(task)
    return found


def assignment(name, tasks):
    """The teacher's notebook, with the solutions that nbgrader takes out for the students."""
    title = f"# {name.replace('_', ' ').capitalize()}\n\n{INTRODUCTION}"
    cells = [new_markdown_cell(title, id="title"), new_code_cell(SETUP, id="setup")]
    for task in tasks:
        text = text_above(task) if isinstance(task, Exercise) else task.asked
        cells.append(new_markdown_cell(text, id=f"ask-{len(cells)}"))
        before, body, after = parts(task)
        solved = f"{before}    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION{after}"
        check = CHECK.format(name=task.name)
        cells.append(graded(solved, f"answer-{len(cells)}", task.name, solution=True))
        cells.append(graded(check, f"check-{len(cells)}", f"{task.name}_check", grade=True))
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def text_above(task):
    """What the lesson says right above the cell of an exercise."""
    (lesson,) = LESSONS.glob(f"{task.lesson:02}_*.ipynb")
    cells = nbformat.read(lesson, as_version=4).cells
    (at,) = (n for n, cell in enumerate(cells) if cell.source == task.stub)
    return cells[at - 1].source


def parts(task):
    """What stands before the answer to a task, our answer, and what stands after it."""
    if isinstance(task, Exercise):
        before = task.stub[: task.stub.index("    ...")]
        return before, task.source[len(before) :], ""
    return f"{task.name} = (\n", f"    {task.right!r}", "\n)"


def graded(source, cell_id, grade_id, *, solution=False, grade=False):
    """A cell that nbgrader looks at: one for the answer, or one that gives the point for it."""
    about = {
        "grade_id": grade_id,
        "solution": solution,
        "grade": grade,
        "locked": grade,
        "task": False,
        "schema_version": 3,
    }
    if grade:
        about["points"] = 1
    return new_code_cell(source, id=cell_id, metadata={"nbgrader": about})


def write_assignments(course):
    """Write the teacher's notebooks into course / source, and a configuration if there is none."""
    for name, tasks in tasks_by_lesson().items():
        folder = course / "source" / name
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(assignment(name, tasks), folder / f"{name}.ipynb")
    config = course / "nbgrader_config.py"
    if not config.exists():
        config.write_text(CONFIG, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name the course's folder: python tools/nbgrader_assignments.py COURSE_FOLDER")
    write_assignments(Path(sys.argv[1]))
