"""What torch answered when it was there, and what is said when it is not."""

import numpy as np
import pytest
import torch
from record_torch import Recording
from recorded_calls import SENTENCE, NotRecordedError, Playback

X = np.array([[0.0, 1.0], [2.0, 5.0], [7.0, 3.0]])


def step(torch, x=X, momentum=0.1):
    """A batch, and its gradients; a new layer each time, as in a lesson's cell."""
    bn = torch.nn.BatchNorm1d(2, momentum=momentum, dtype=torch.float64)
    given = torch.tensor(x, requires_grad=True)
    y = bn(given)
    (y * y * torch.tensor([1.0, 2.0, 5.0])[:, None]).sum().backward()
    return bn, given, y


def numbers(bn, given, y):
    shown = y, given.grad, bn.weight.grad, bn.running_mean
    return [each.detach().numpy().tolist() for each in shown]


@pytest.fixture
def played():
    """torch as a browser has it after a lesson that ran step and its numbers."""
    recording = Recording()
    numbers(*step(recording.torch))
    return Playback(recording.table).torch


def test_the_recorded_answers_are_torchs(played):
    assert numbers(*step(played)) == numbers(*step(torch))


def test_they_are_the_same_again(played):
    assert numbers(*step(played)) == numbers(*step(played))


def test_other_numbers_have_no_answer(played):
    for others in ({"x": X + 1e-6}, {"x": X[:2]}, {"momentum": 0.2}):
        bn, given, y = step(played, **others)
        for value in (y, given.grad, bn.running_mean):
            with pytest.raises(NotRecordedError, match=SENTENCE):
                value.numpy()
            assert SENTENCE in repr(value)


def test_an_object_in_another_state_has_no_answer(played):
    bn, given, _ = step(played)
    running_mean = bn.running_mean
    bn(given)
    with pytest.raises(NotRecordedError):
        running_mean.detach().numpy()


def test_a_shared_array_that_changed_has_no_answer():
    recording = Recording()
    array = np.array([1.0, 2.0])
    recording.torch.from_numpy(array).sum().item()
    shared = Playback(recording.table).torch.from_numpy(array)
    assert shared.sum().item() == 3.0
    array[0] = 5.0
    with pytest.raises(NotRecordedError):
        shared.sum().item()


def test_what_was_not_recorded_leaves_the_rest_as_it_was(played):
    _, given, _ = step(played)
    assert SENTENCE in str(given.cosh())
    assert SENTENCE in str(played.nn.LSTM(3, 4))
    assert numbers(*step(played)) == numbers(*step(torch))


def test_a_mode_is_part_of_the_question():
    recording = Recording()
    with recording.torch.no_grad():
        assert not recording.torch.nn.Linear(1, 1)(recording.torch.ones(1)).requires_grad
    playback = Playback(recording.table).torch
    with playback.no_grad():
        assert not playback.nn.Linear(1, 1)(playback.ones(1)).requires_grad
    with pytest.raises(NotRecordedError):
        bool(playback.nn.Linear(1, 1)(playback.ones(1)).requires_grad)
    with playback.enable_grad(), pytest.raises(NotRecordedError):
        bool(playback.nn.Linear(1, 1)(playback.ones(1)).requires_grad)


def test_refusals_are_torchs_too():
    recording = Recording()
    tables = recording, Playback(recording.table)
    for calls in tables:
        with pytest.raises(ValueError, match="more than 1 value per channel"):
            calls.torch.nn.BatchNorm1d(3)(calls.torch.ones(1, 3))


def test_an_answer_that_depends_on_what_the_key_does_not_know_is_an_error():
    recording = Recording()
    recording.torch.rand(3).sum().item()
    with pytest.raises(RuntimeError, match="the same"):
        recording.torch.rand(3).sum().item()
