"""Each mistake of the catalogue can be made, is undone, and is seen."""

import json

import bnlib_edits
import numpy as np
import pytest
import which_checks
from bnlib_edits import EDITS
from mistakes_table import SEEN

import bnlib
from bnlib import functional as F
from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.exercises import TASKS

every_edit = pytest.mark.parametrize("name", EDITS)


def everything():
    """What bnlib computes from a few small inputs."""
    for x in (
        [[0.0, 7.0], [1.0, 7.0], [5.0, 7.0]],
        np.square(np.arange(24.0)).reshape(2, 3, 2, 2),
        np.square(np.arange(12.0)).reshape(2, 3, 2),
        np.float32([[5000], [5001], [5002]]),
    ):
        x = np.asarray(x)
        channels = x.shape[1]
        weight, bias = np.arange(2.0, 2 + channels), np.arange(3.0, 3 + channels)
        mean, var = F.batch_statistics(x)
        yield from (
            mean,
            F.normalize(x, mean, var + 1, eps=0.5),
            F.scale_and_shift(x, weight, bias),
        )
        running_mean, running_var = np.full(channels, 0.5), np.full(channels, 3.0)
        for training in (True, False):
            yield F.batch_norm(x, running_mean, running_var, weight, bias, training, 0.25, 0.5)
            yield from (running_mean.copy(), running_var.copy())
        grad = np.cos(x)
        yield from F.batch_norm_backward(grad, x, weight, eps=0.5)
        yield from F.batch_norm_backward(grad, x, weight, running_mean, running_var, 0.5)
    for momentum in (0.1, None, 0.0):
        layer = bnlib.BatchNorm1d(1, momentum=momentum)
        for batch in ([[0.0], [4.0]], [[6.0], [8.0]]):
            yield layer(batch)
        yield from (layer.running_mean.copy(), layer.running_var.copy())
        try:
            import torch
        except ImportError:
            return
        with torch.no_grad():
            yield layer([[1.0], [9.0]])


@every_edit
def test_an_edit_changes_what_bnlib_computes_and_is_undone(name):
    right = list(everything())
    with bnlib_edits.made(name), np.errstate(all="ignore"):
        wrong = list(everything())
    assert not all(map(np.array_equal, right, wrong))
    assert all(map(np.array_equal, right, everything()))


def test_the_catalogue_the_edits_of_bnlib_and_the_exercises_have_the_same_names():
    asked = {edit.name for task in TASKS.values() for edit in task.edits}
    nowhere = MISTAKES.keys() - asked
    assert not nowhere, f"no task of bnlib/classroom/exercises makes the mistakes {nowhere}"
    unknown = EDITS.keys() - MISTAKES.keys()
    assert not unknown, f"bnlib/classroom/check/mistakes.py has no sentence for {unknown}"


def test_an_edit_that_does_not_fit_is_an_error(monkeypatch):
    monkeypatch.setitem(EDITS, "no eps", (("not in bnlib", ""),))
    with pytest.raises(ValueError, match="no eps: 'not in bnlib' is not found exactly once"):
        bnlib_edits.make("no eps")


@pytest.mark.parametrize("name", MISTAKES)
def test_the_exercises_that_know_it_name_it(name):
    assert which_checks.exercises_name(name)


def test_the_stored_table_has_every_mistake_seen_by_all_that_can():
    seen_by = json.loads(SEEN.read_text())
    assert list(seen_by) == list(MISTAKES)
    for name, (lesson, unit_tests, exercises) in seen_by.items():
        assert lesson is unit_tests is (True if name in EDITS else None)
        assert exercises
