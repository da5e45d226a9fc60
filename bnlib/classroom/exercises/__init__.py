"""Your turn: what the learner writes in each lesson, and the numbers to predict.

Each function in these modules is the solution of an exercise, or computes the answer of a
question. Its signature and docstring are the task, as the notebook shows it, so that task,
solution and check cannot drift apart.
"""

from bnlib.classroom.check.exercise import Exercise
from bnlib.classroom.check.question import Question
from bnlib.classroom.check.task import Task
from bnlib.classroom.check.verdict import SOLVED, TRIED, UNANSWERED, Boxed
from bnlib.classroom.exercises import (
    does_it_help,
    elsewhere,
    formula,
    gradients,
    machines,
    modes,
    momentum,
    practice,
    shapes,
)

TASKS: dict[str, Exercise | Question] = {
    name: task
    for lesson in (
        formula,
        modes,
        momentum,
        gradients,
        shapes,
        does_it_help,
        practice,
        elsewhere,
        machines,
    )
    for name, task in vars(lesson).items()
    if isinstance(task, (Exercise, Question))
}
globals().update(TASKS)


def summary(lesson: int | None = None) -> Boxed:
    """Two lines on a lesson: what is solved, and what to look at again.

    It knows the checks that were run since the kernel started.

    Raises:
        ValueError: there is no such lesson.
    """
    tasks = [task for task in TASKS.values() if task.lesson == lesson]
    if not tasks:
        last = max(task.lesson for task in TASKS.values())
        raise ValueError(f"There is no lesson {lesson!r}; the lessons are 1 to {last}.")
    solved = [task for task in tasks if task.solved]
    wrong = [task for task in tasks if task.latest and not task.latest.right]
    count = f"{len(solved)} of {len(tasks)}" if solved else f"none of {len(tasks)} yet"
    names = ": " + ", ".join(task.name for task in solved) if solved else ""
    again = ", ".join(_with_mistakes(task) for task in wrong)
    return Boxed(
        f"Solved in this session: {count}{names}.\nTo look at again: {again or 'nothing'}.",
        TRIED if wrong else SOLVED if len(solved) == len(tasks) else UNANSWERED,
    )


def _with_mistakes(task: Task) -> str:
    """A task's name, and the known mistakes that its check named."""
    named = [f"“{name}”" for name in task.latest.finding.mistakes] if task.latest else []
    return f"{task.name} ({', '.join(named)})" if named else task.name


def __dir__() -> list[str]:
    return [*TASKS, "summary"]
