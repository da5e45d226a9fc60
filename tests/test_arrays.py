"""Any array that NumPy can hold: none is modified, none is shared, no value leaks."""

import subprocess
import sys

import numpy as np
import pytest

import bnlib
from bnlib import functional as F

RNG = np.random.default_rng(0)
X = RNG.normal(3, 2, (4, 3, 5))
GRAD_OUTPUT = RNG.normal(size=X.shape)
WEIGHT, BIAS = RNG.normal(size=3), RNG.normal(size=3)

STRIDED = np.empty((8, 3, 10))
STRIDED[::2, :, ::2] = X
READ_ONLY = X.copy()
READ_ONLY.flags.writeable = False
LAYOUTS = {
    "read-only": READ_ONLY,
    "Fortran": np.asfortranarray(X),
    "strided": STRIDED[::2, :, ::2],
    "negative stride": X[::-1, :, ::-1].copy()[::-1, :, ::-1],
    "channels last in memory": np.moveaxis(np.moveaxis(X, 1, -1).copy(), -1, 1),
    "nested lists": X.tolist(),
}


def train(x, grad_output=GRAD_OUTPUT):
    running_mean, running_var = np.zeros(3), np.ones(3)
    y = F.batch_norm(x, running_mean, running_var, WEIGHT, BIAS, training=True)
    grads = F.batch_norm_backward(grad_output, x, WEIGHT)
    return y, running_mean, running_var, *grads


@pytest.mark.parametrize("x", LAYOUTS.values(), ids=LAYOUTS)
def test_memory_layout_does_not_matter(x):
    for found, expected in zip(train(x), train(X), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-14)


def test_a_broadcast_input_is_taken_as_what_it_stands_for():
    column = np.array([1.0, 5.0, 6.0]).reshape(3, 1)
    broadcast = np.broadcast_to(column, (3, 4))
    y = F.batch_norm(broadcast, None, None, training=True)
    np.testing.assert_array_equal(y, F.batch_norm(broadcast.copy(), None, None, training=True))


def test_nothing_given_is_modified():
    given = [a.copy() for a in (X, GRAD_OUTPUT, WEIGHT, BIAS)]
    bn = bnlib.BatchNorm1d(3, dtype=np.float64)
    bn(X)
    bn.backward(GRAD_OUTPUT)
    bn.eval()(X)
    train(X)
    for now, before in zip((X, GRAD_OUTPUT, WEIGHT, BIAS), given, strict=True):
        np.testing.assert_array_equal(now, before)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(4, 3, 5), (0, 3, 5)])
def test_nothing_returned_shares_memory_with_what_was_given(training, shape):
    x = np.ones(shape)
    bn = bnlib.BatchNorm1d(3, dtype=np.float64).train(training)
    y = bn(x)
    returned = [y, *bn.backward(x), *bn.state_dict().values(), F.scale_and_shift(x)]
    held = [x, bn.weight, bn.bias, bn.running_mean, bn.running_var]
    assert not any(np.shares_memory(a, b) for a in returned for b in held)


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


@pytest.mark.parametrize("poison", [np.nan, np.inf])
def test_a_poisoned_channel_spoils_no_other(poison):
    x = X.copy()
    x[0, 1, 0] = poison
    with np.errstate(invalid="ignore"):
        poisoned = train(x)
    for found, expected in zip(poisoned, train(X), strict=True):
        channel_axis = 1 if found.ndim > 1 else 0
        others = np.delete(found, 1, axis=channel_axis)
        np.testing.assert_array_equal(others, np.delete(expected, 1, axis=channel_axis))
    y, _, running_var, grad_input, grad_weight, _ = poisoned
    for spoiled in (y[:, 1], running_var[1], grad_input[:, 1], grad_weight[1]):
        assert np.isnan(spoiled).all()


def test_a_constant_channel_gives_the_bias():
    y = F.batch_norm(np.full((4, 3), 7.25), None, None, WEIGHT, BIAS, training=True)
    np.testing.assert_array_equal(y, np.broadcast_to(BIAS, (4, 3)))


def test_import_loads_numpy_and_nothing_heavier():
    code = "import sys, bnlib; print(*{m.partition('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert {"numpy", "bnlib"} <= set(loaded.split())
    assert not {"torch", "matplotlib", "ipywidgets", "IPython"} & set(loaded.split())
