"""Every solution is equal to torch, on the inputs of its check and on generated ones."""

import numpy as np
import pytest
from answers import RIGHT
from exercise_inputs import EXERCISES, freshened

from bnlib.classroom.check.call import as_outcome, results


@pytest.mark.parametrize("task", EXERCISES, ids=lambda task: task.name)
def test_a_solution_is_what_torch_computes(task):
    name = f"{task.name}__by_torch"
    module = task.reference.__module__.rpartition(".")[2]
    assert name in RIGHT, f"tests/answers/right_{module}.py has no {name}, torch's own answer"
    draw = np.random.default_rng(2)
    generated = [freshened(given, draw) for given in task.inputs for _ in range(20)]
    for given in [*task.inputs, *generated]:
        ours = results(task.reference, given)
        torchs = as_outcome(RIGHT[name](*given.values()), len(ours))
        for one, other in zip(ours, torchs, strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-12 * np.abs(other).max())
