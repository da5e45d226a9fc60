"""What lessons show is the same on every machine."""

import numpy as np
import pytest
import torch

from bnlib.classroom import display


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([-1e-12, 1.0]), "array([0., 1.])"),
        (np.array([-5.9e-8, 1.0], dtype=np.float32), "array([0., 1.])"),
        (np.array([-5.9e-8, 0.0], dtype=np.float32), "array([0., 0.])"),
        (np.array([1e-17, -1e-17]), "array([0., 0.])"),
        (np.array([1.23456e-6]), "array([1.235e-06])"),
        (np.array([3, 4]), "array([3, 4])"),
        (np.array([[5.0, 16.66666]]), "array([[ 5.0000, 16.6667]])"),
        (np.array([np.nan, np.inf]), "array([nan, inf])"),
        (np.array([]), "array([])"),
        (np.float32(2.5), "2.5"),
        (np.int64(3), "3"),
        (np.bool_(True), "True"),
        (1e-5, "1e-05"),
        (-0.0, "0.0"),
        (torch.tensor([-1e-9, 2.0]), "tensor([0., 2.])"),
        (torch.tensor(2.5), "tensor(2.5)"),
        (torch.nn.Parameter(torch.ones(2)), "tensor([1., 1.])"),
    ],
)
def test_as_text(value, text):
    assert display.as_text(value) == text


def test_a_tensor_that_carries_a_grad_fn_says_so():
    carrying = torch.ones(2, requires_grad=True) * 2
    assert display.as_text(carrying) == "tensor([2., 2.], grad_fn=<MulBackward0>)"


def test_start_lesson_outside_of_a_notebook():
    with pytest.raises(RuntimeError, match="is for notebooks"):
        display.start_lesson()
