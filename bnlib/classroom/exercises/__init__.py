"""Your turn: what the learner writes in each lesson, and the numbers to predict.

Each function in these modules is the solution of an exercise, or computes the answer of a
question. Its signature and docstring are the task, as the notebook shows it, so that task,
solution and check cannot drift apart.
"""

from bnlib.classroom.checking import Exercise, Question
from bnlib.classroom.exercises import (
    elsewhere,
    formula,
    gradients,
    machines,
    modes,
    momentum,
    network,
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
        network,
        practice,
        elsewhere,
        machines,
    )
    for name, task in vars(lesson).items()
    if isinstance(task, (Exercise, Question))
}
globals().update(TASKS)


def __dir__() -> list[str]:
    return list(TASKS)
