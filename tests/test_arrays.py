"""What a module keeps of its arrays, what importing it loads, and what eps may be."""

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

import bnlib
from bnlib import functional as F

RNG = np.random.default_rng(0)
X = RNG.normal(3, 2, (4, 3, 5))
GRAD_OUTPUT = RNG.normal(size=X.shape)


def test_backward_is_that_of_the_forward_pass_whatever_was_changed_since():
    bn = bnlib.BatchNorm1d(3, dtype=np.float64)
    for training in (True, False):
        x = X.copy()
        bn.train(training)(x)
        expected = bn.backward(GRAD_OUTPUT)
        x[:] = 0
        bn.weight += 1
        bn.running_mean += 1
        bn.running_var += 1
        bn.train(not training)
        for found, before in zip(bn.backward(GRAD_OUTPUT), expected, strict=True):
            np.testing.assert_array_equal(found, before)


@pytest.mark.parametrize("shared", ["x", "weight"])
def test_memory_shared_with_the_running_statistics_changes_no_gradient(shared):
    buffer = X[:, :, 0].copy()
    apart, together = (bnlib.BatchNorm1d(3, dtype=np.float64) for _ in range(2))
    for bn, rows in ((apart, buffer.copy()), (together, buffer)):
        bn.running_mean = buffer[0] if bn is together else rows[0].copy()
        if shared == "weight":
            rows, bn.weight = X[:, :, 1], rows[0]
        bn(rows)
    np.testing.assert_array_equal(together.running_mean, apart.running_mean)
    grad_output = GRAD_OUTPUT[:, :, 0]
    for found, expected in zip(
        together.backward(grad_output), apart.backward(grad_output), strict=True
    ):
        np.testing.assert_array_equal(found, expected)


def test_import_loads_numpy_and_nothing_heavier():
    code = "import sys, bnlib; print(*{m.partition('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert {"numpy", "bnlib"} <= set(loaded.split())
    assert not {"torch", "matplotlib", "ipywidgets", "IPython"} & set(loaded.split())


@pytest.mark.parametrize("eps", [np.float64(0.1), np.float32(0.1), Fraction(1, 10), 1])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_eps_is_a_number_whatever_holds_it(eps, training, dtype):
    x, grad_output = RNG.normal(size=(2, 64, 3)).astype(dtype)
    given = np.ones((2, 3), dtype)

    def results(eps):
        y = F.batch_norm(x, *given.copy(), training=training, eps=eps)
        statistics = () if training else given
        return y, *F.batch_norm_backward(grad_output, x, given[0], *statistics, eps=eps)

    for found, expected in zip(results(eps), results(float(eps)), strict=True):
        np.testing.assert_array_equal(found, expected, strict=True)
