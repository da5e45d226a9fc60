"""Bad input: each mistake gets its sentence, and an overflow leaves everything as it was."""

import re

import numpy as np
import pytest

import bnlib
from bnlib import functional as F

X = np.array([[0.0, 1.0], [2.0, 5.0], [4.0, 3.0]])
MEAN, VAR = np.zeros(2), np.ones(2)


def state_plus(**changes):
    """A state dict with entries replaced, added, or (None) taken away."""
    state = bnlib.BatchNorm1d(2).state_dict() | changes
    return {name: value for name, value in state.items() if value is not None}


CASES = {
    "integers": (
        lambda: F.batch_norm(np.arange(6).reshape(3, 2), MEAN, VAR),
        TypeError,
        "x has dtype int64; expected float16, float32 or float64. "
        "Convert it first: np.asarray(x, dtype=np.float32).",
    ),
    "complex": (lambda: F.batch_norm(X * 1j, MEAN, VAR), TypeError, "x has dtype complex128"),
    "None": (
        lambda: F.batch_norm(None, MEAN, VAR),
        TypeError,
        "x has dtype object; expected float16, float32 or float64.",
    ),
    "masked": (
        lambda: F.batch_norm(np.ma.array(X, mask=X > 3), MEAN, VAR),
        TypeError,
        "x is a masked array, and masks are not looked at; use x.data.",
    ),
    "eps not a number": (
        lambda: F.batch_norm(X, MEAN, VAR, eps="1e-5"),
        TypeError,
        "eps is '1e-5'; expected a number.",
    ),
    "eps NaN": (
        lambda: F.batch_norm(X, MEAN, VAR, training=True, eps=np.nan),
        ValueError,
        "eps is nan; training needs eps > 0",
    ),
    "no channel axis": (
        lambda: F.batch_norm(X[0], MEAN, VAR),
        ValueError,
        "x has shape (2,), which has no channel axis; expected (N, C) or (N, C, *). "
        "One feature: x.reshape(-1, 1); one sample: x.reshape(1, -1).",
    ),
    "weight of the wrong length": (
        lambda: F.batch_norm(X, MEAN, VAR, np.ones(3)),
        ValueError,
        "weight has shape (3,); expected (2,), one number for each of the 2 channels "
        "on axis 1 of (3, 2).",
    ),
    "weight of no values": (
        lambda: F.batch_norm(X[:0], MEAN, VAR, weight=np.ones(3)),
        ValueError,
        "weight has shape (3,); expected (2,)",
    ),
    "bias of no values": (
        lambda: F.batch_norm(X[:0], MEAN, VAR, bias=np.ones(3)),
        ValueError,
        "bias has shape (3,); expected (2,)",
    ),
    "running_var of the wrong shape": (
        lambda: F.batch_norm(X, MEAN, np.ones((2, 1)), training=True),
        ValueError,
        "running_var has shape (2, 1); expected (2,)",
    ),
    "one value per channel": (
        lambda: F.batch_norm(X[:1], MEAN, VAR, training=True),
        ValueError,
        "x has shape (1, 2), one value per channel; training needs more than one, since the "
        "variance of a single value is 0. Use a larger batch, or test mode.",
    ),
    "one pixel per channel": (
        lambda: F.batch_norm(np.ones((1, 2, 1, 1)), MEAN, VAR, training=True),
        ValueError,
        "x has shape (1, 2, 1, 1), one value per channel",
    ),
    "eps 0 in training": (
        lambda: F.batch_norm(X, MEAN, VAR, training=True, eps=0),
        ValueError,
        "eps is 0; training needs eps > 0, or a constant channel is divided by 0. "
        "torch's default is 1e-5.",
    ),
    "eps below 0 in test mode": (
        lambda: F.batch_norm(X, MEAN, VAR, eps=-1e-5),
        ValueError,
        "eps is -1e-05; test mode needs eps >= 0.",
    ),
    "no statistics in test mode": (
        lambda: F.batch_norm(X, None, None),
        ValueError,
        "running_mean and running_var are None, and test mode normalizes by them. "
        "Give both, or set training=True to use the batch's own statistics.",
    ),
    "half of the statistics": (
        lambda: F.batch_norm(X, MEAN, None, training=True),
        ValueError,
        "only running_mean was given; give both running_mean and running_var, or neither.",
    ),
    "a list cannot be updated in place": (
        lambda: F.batch_norm(X, [0.0, 0.0], [1.0, 1.0], training=True),
        ValueError,
        "running_mean is a list; training updates it in place, so it has to be a NumPy array "
        "that can be written to, e.g. np.array(running_mean, dtype=np.float32).",
    ),
    "a read-only array cannot be updated": (
        lambda: F.batch_norm(X, MEAN, np.broadcast_to(1.0, 2), training=True),
        ValueError,
        "running_var is read-only; training updates it in place",
    ),
    "momentum None": (
        lambda: F.batch_norm(X, MEAN, VAR, training=True, momentum=None),
        TypeError,
        "momentum is None; expected a number. The cumulative average, momentum=None, is a "
        "setting of BatchNorm1d, 2d and 3d.",
    ),
    "no values to average": (
        lambda: F.batch_statistics(np.ones((0, 2))),
        ValueError,
        "x has shape (0, 2), which holds no values",
    ),
    "statistics without channel axis": (
        lambda: F.batch_statistics(X[0]),
        ValueError,
        "x has shape (2,), which has no channel axis",
    ),
    "normalize without channel axis": (
        lambda: F.normalize(X[0], MEAN, VAR),
        ValueError,
        "x has shape (2,), which has no channel axis",
    ),
    "mean to normalize by": (
        lambda: F.normalize(X, np.zeros(3), VAR),
        ValueError,
        "mean has shape (3,); expected (2,)",
    ),
    "variance to normalize by": (
        lambda: F.normalize(X, MEAN, np.ones(3)),
        ValueError,
        "var has shape (3,); expected (2,)",
    ),
    "scale without channel axis": (
        lambda: F.scale_and_shift(X[0]),
        ValueError,
        "x_hat has shape (2,), which has no channel axis",
    ),
    "weight to scale by": (
        lambda: F.scale_and_shift(X, weight=np.ones(3)),
        ValueError,
        "weight has shape (3,); expected (2,)",
    ),
    "bias to shift by": (
        lambda: F.scale_and_shift(X, bias=np.ones(3)),
        ValueError,
        "bias has shape (3,); expected (2,)",
    ),
    "grad_output of the wrong shape": (
        lambda: F.batch_norm_backward(X[:2], X),
        ValueError,
        "grad_output has shape (2, 2); expected (3, 2), the shape of x.",
    ),
    "integer grad_output": (
        lambda: F.batch_norm_backward(np.ones((3, 2), int), X),
        TypeError,
        "grad_output has dtype int64",
    ),
    "weight of the gradient": (
        lambda: F.batch_norm_backward(X[:0], X[:0], np.ones(3)),
        ValueError,
        "weight has shape (3,); expected (2,)",
    ),
    "mean without var": (
        lambda: F.batch_norm_backward(X, X, mean=MEAN),
        ValueError,
        "only mean was given; give both mean and var, or neither.",
    ),
    "gradient of one value per channel": (
        lambda: F.batch_norm_backward(X[:1], X[:1]),
        ValueError,
        "x has shape (1, 2), one value per channel",
    ),
    "gradient with eps 0": (
        lambda: F.batch_norm_backward(X, X, eps=0),
        ValueError,
        "eps is 0; training needs eps > 0",
    ),
    "gradient with eps below 0 in test mode": (
        lambda: F.batch_norm_backward(X, X, mean=MEAN, var=VAR, eps=-1),
        ValueError,
        "eps is -1; test mode needs eps >= 0",
    ),
    "one value per channel, in a layer in training": (
        lambda: bnlib.BatchNorm1d(2)(X[:1]),
        ValueError,
        "x has shape (1, 2), one value per channel; training needs more than one, since the "
        "variance of a single value is 0. Use a larger batch, or test mode.",
    ),
    "one value per channel, in test mode": (
        lambda: bnlib.BatchNorm1d(2, track_running_stats=False).eval()(X[:1]),
        ValueError,
        "x has shape (1, 2), one value per channel; test mode without running statistics needs "
        "more than one, since the variance of a single value is 0. Use a larger batch, or "
        "track_running_stats=True.",
    ),
    "eps 0, in test mode": (
        lambda: bnlib.BatchNorm1d(2, eps=0, track_running_stats=False).eval()(X),
        ValueError,
        "eps is 0; test mode without running statistics needs eps > 0",
    ),
    "eps not a number, in test mode": (
        lambda: bnlib.BatchNorm1d(2, eps="1e-5", track_running_stats=False).eval()(X),
        TypeError,
        "eps is '1e-5'; expected a number. torch's default is 1e-5.",
    ),
    "dimensions": (
        lambda: bnlib.BatchNorm1d(2)(np.ones((3, 2, 4, 4))),
        ValueError,
        "BatchNorm1d was given an input of shape (3, 2, 4, 4), 4 dimensions; "
        "expected (N, C) or (N, C, L). BatchNorm2d takes it.",
    ),
    "dimensions of 2d": (
        lambda: bnlib.BatchNorm2d(2)(X),
        ValueError,
        "BatchNorm2d was given an input of shape (3, 2), 2 dimensions; "
        "expected (N, C, H, W). BatchNorm1d takes it.",
    ),
    "dimensions of nothing": (
        lambda: bnlib.BatchNorm3d(2)(X[0]),
        ValueError,
        "BatchNorm3d was given an input of shape (2,), 1 dimensions; expected (N, C, D, H, W).",
    ),
    "channels": (
        lambda: bnlib.BatchNorm1d(4)(X),
        ValueError,
        "BatchNorm1d has num_features=4, but the input of shape (3, 2) has 2 channels on axis 1.",
    ),
    "channels last": (
        lambda: bnlib.BatchNorm1d(4)(np.ones((2, 3, 4))),
        ValueError,
        "has 3 channels on axis 1. The last axis would fit: move it there with "
        "np.moveaxis(x, -1, 1).",
    ),
    "module given integers": (
        lambda: bnlib.BatchNorm1d(2)(np.ones((3, 2), int)),
        TypeError,
        "x has dtype int64",
    ),
    "backward before forward": (
        lambda: bnlib.BatchNorm1d(2).backward(X),
        RuntimeError,
        "BatchNorm1d.backward was called before a forward pass; call the module on a batch "
        "first: y = bn(x).",
    ),
    "mode": (
        lambda: bnlib.BatchNorm1d(2).train("yes"),
        ValueError,
        "mode is 'yes'; expected True (training) or False (test).",
    ),
    "num_features": (
        lambda: bnlib.BatchNorm1d(2.0),
        ValueError,
        "num_features is 2.0; expected the number of channels, e.g. 5.",
    ),
    "negative num_features": (lambda: bnlib.BatchNorm1d(-1), ValueError, "num_features is -1"),
    "module dtype": (
        lambda: bnlib.BatchNorm1d(2, dtype=int),
        TypeError,
        "dtype is <class 'int'>; expected np.float16, np.float32 or np.float64.",
    ),
    "module dtype None": (
        lambda: bnlib.BatchNorm1d(2, dtype=None),
        TypeError,
        "dtype is None; expected np.float16, np.float32 or np.float64.",
    ),
    "module dtype unknown": (
        lambda: bnlib.BatchNorm1d(2, dtype="number"),
        TypeError,
        "dtype is 'number'; expected np.float16, np.float32 or np.float64.",
    ),
    "state dict, not a mapping": (
        lambda: bnlib.BatchNorm1d(2).load_state_dict(None),
        TypeError,
        "BatchNorm1d.load_state_dict was given a NoneType; expected a mapping, such as another "
        "module's state_dict().",
    ),
    "state dict, endless batches": (
        lambda: bnlib.BatchNorm1d(2).load_state_dict(state_plus(num_batches_tracked=np.inf)),
        ValueError,
        "num_batches_tracked is inf, not a whole number of batches.",
    ),
    "state dict, half a batch": (
        lambda: bnlib.BatchNorm1d(2).load_state_dict(state_plus(num_batches_tracked=2.5)),
        ValueError,
        "num_batches_tracked is 2.5, not a whole number of batches.",
    ),
    "state dict, more batches than int64 counts": (
        lambda: bnlib.BatchNorm1d(2).load_state_dict(state_plus(num_batches_tracked=1e300)),
        ValueError,
        "num_batches_tracked is 1e+300, not a whole number of batches.",
    ),
    "state dict, fewer batches than none": (
        lambda: bnlib.BatchNorm1d(2).load_state_dict(state_plus(num_batches_tracked=-1)),
        ValueError,
        "num_batches_tracked is -1, not a whole number of batches.",
    ),
    "state dict, complex": (
        lambda: bnlib.BatchNorm1d(2).load_state_dict(state_plus(bias=[1j, 2j])),
        ValueError,
        "bias has dtype complex128, not a real number's.",
    ),
    "state dict, ragged": (
        lambda: bnlib.BatchNorm1d(2).load_state_dict(state_plus(bias=[[1.0], [2.0, 3.0]])),
        ValueError,
        "bias is a list that gives no numbers.",
    ),
    "state dict, missing": (
        lambda: bnlib.BatchNorm1d(2).load_state_dict(state_plus(weight=None)),
        ValueError,
        "BatchNorm1d.load_state_dict: missing weight. Expected exactly weight, bias, "
        "running_mean, running_var, num_batches_tracked, as a module with the same options "
        "gives them. Nothing was loaded.",
    ),
    "state dict, extra": (
        lambda: bnlib.BatchNorm1d(2).load_state_dict(state_plus(gamma=np.ones(2))),
        ValueError,
        "unexpected gamma.",
    ),
    "state dict, misshapen": (
        lambda: bnlib.BatchNorm1d(2).load_state_dict(state_plus(bias=np.ones(3))),
        ValueError,
        "bias has shape (3,), not (2,).",
    ),
    "state dict, not numbers": (
        lambda: bnlib.BatchNorm1d(2).load_state_dict(state_plus(bias=["a", "b"])),
        ValueError,
        "bias has dtype <U1, not a real number's.",
    ),
}


@pytest.mark.parametrize(("call", "error", "sentence"), CASES.values(), ids=CASES)
def test_the_sentence(call, error, sentence):
    with pytest.raises(error, match=re.escape(sentence)):
        call()


@pytest.mark.parametrize("x", [X + 1e6, X * 1000], ids=["mean", "variance"])
def test_a_batch_that_overflows_leaves_the_running_statistics_as_they_were(x):
    running_mean, running_var = np.zeros(2, np.float16), np.ones(2, np.float16)
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        F.batch_norm(x, running_mean, running_var, training=True)
    assert running_mean.tolist() == [0, 0]
    assert running_var.tolist() == [1, 1]


def test_a_state_dict_that_overflows_loads_nothing():
    bn = bnlib.BatchNorm1d(2, dtype=np.float16)
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        bn.load_state_dict(state_plus(weight=np.full(2, 7.0), running_var=np.full(2, 1e30)))
    assert bn.weight.tolist() == [1, 1]


def test_a_refused_state_dict_loads_nothing():
    bn = bnlib.BatchNorm1d(2)
    with pytest.raises(ValueError, match="Nothing was loaded") as refusal:
        bn.load_state_dict(state_plus(weight=np.full(2, 7.0), bias=np.ones(3), gamma=1, eps=1))
    for problem in ("bias has shape", "unexpected eps", "unexpected gamma"):
        assert problem in str(refusal.value)
    assert bn.weight.tolist() == [1, 1]
