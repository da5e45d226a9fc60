"""make hub: lesson 1 as an assignment, from the teacher to three students and back."""

import csv
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbgrader_assignments import parts, tasks_by_lesson, write_assignments

from bnlib.classroom.check.exercise import Exercise
from bnlib.classroom.check.variants import edited

LESSON = "lesson_1"
TASKS = tasks_by_lesson()[LESSON]
DOTS = "    ..."
# In the trial all students are the one user who runs it.
CONFIG = """
c.Exchange.root = {exchange!r}
c.Exchange.cache = {exchange!r}
c.ExchangeCollect.check_owner = False
c.Execute.timeout = 10
"""


def right(task):
    return parts(task)[1]


def mistaken(task):
    """The answer to a task with the first mistake of its list."""
    mistake = task.known.singles[0]
    if isinstance(task, Exercise):
        return edited(task.source, mistake.edits)[len(parts(task)[0]) :]
    return f"    {float(mistake.outcomes[0][0])!r}"


def endless_at_first(task):
    return "    while True:\n        pass" if task is TASKS[0] else right(task)


STUDENTS = {  # what each writes in the place of the dots, and the points for it
    "right": (right, len(TASKS)),
    "mistaken": (mistaken, 0),
    "endless_at_first": (endless_at_first, len(TASKS) - 1),
}


def nbgrader(*command, folder):
    """Run an nbgrader command in the teacher's or a student's folder."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    run = [sys.executable, "-m", "nbgrader", *command]
    done = subprocess.run(
        run, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"nbgrader {' '.join(command)} failed:\n{done.stderr}")


def hand_in(folder, user, answer):
    """What a student does: fetch the assignment, write answers into it, submit it."""
    nbgrader("fetch_assignment", LESSON, folder=folder)
    path = folder / LESSON / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    answers = {task.name: answer(task) for task in TASKS}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell.source = cell.source.replace(DOTS, answers[name])
    nbformat.write(notebook, path)
    nbgrader("submit", LESSON, "--student", user, folder=folder)


def main(folder):
    course = folder / "course"
    write_assignments(course)
    config = course / "nbgrader_config.py"
    (folder / "exchange").mkdir()
    with config.open("a", encoding="utf-8") as file:
        file.write(CONFIG.format(exchange=str(folder / "exchange")))

    nbgrader("generate_assignment", LESSON, folder=course)
    nbgrader("release_assignment", LESSON, folder=course)
    for user, (answer, _) in STUDENTS.items():
        home = folder / user
        home.mkdir()
        (home / config.name).write_bytes(config.read_bytes())
        hand_in(home, user, answer)
    for command in ("collect", "autograde", "generate_feedback", "release_feedback"):
        nbgrader(command, LESSON, folder=course)
    nbgrader("export", folder=course)

    with (course / "grades.csv").open(newline="") as file:
        points = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    feedback = {
        user: (course / "feedback" / user / LESSON / f"{LESSON}.html").read_text("utf-8")
        for user in STUDENTS
    }
    for user, (_, expected) in STUDENTS.items():
        print(f"{user}: {points[user]:g} of {len(TASKS)} points")
        assert points[user] == expected, user
    for task in TASKS:
        name = task.known.singles[0].edits[0].name
        assert f"“{name}”" in feedback["mistaken"], name
    assert "it was still running" in feedback["endless_at_first"]
    print(f"The feedback names each of the {len(TASKS)} mistakes.")


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        main(Path(folder))
