"""Other inputs of the same kinds as an exercise's, for the tests."""

import numpy as np

from bnlib.classroom.check.exercise import Exercise
from bnlib.classroom.exercises import TASKS

EXERCISES = [task for task in TASKS.values() if isinstance(task, Exercise)]


def in_float32(value):
    if isinstance(value, (list, tuple)):
        return type(value)(map(in_float32, value))
    return value.astype(np.float32) if isinstance(value, np.ndarray) else value


def freshened(given, rng):
    """Other inputs of the same kinds: constant columns stay constant, and switches as they are."""

    def fresh(name, value):
        if isinstance(value, (list, tuple)):
            return type(value)(fresh(name, each) for each in value)
        if isinstance(value, np.ndarray):
            noise = 0.2 * value.std(axis=0) * rng.normal(size=value.shape)
            return value * rng.uniform(0.6, 1.7) + (0 if name == "running_var" else noise)
        return value * rng.uniform(0.6, 1.7) if name == "eps" else value

    return {name: fresh(name, value) for name, value in given.items()}
