"""The inputs that torch tests its own batch norm with, given to bnlib."""

import numpy as np
import pytest
import torch
from test_torch_parity import assert_close, our_pass, torch_pass

import bnlib
from bnlib import functional as F

module_db = pytest.importorskip("torch.testing._internal.common_modules").module_db
op_db = pytest.importorskip("torch.testing._internal.common_methods_invocations").op_db

MODULES = [info for info in module_db if hasattr(bnlib, info.module_cls.__name__)]
OP = next(op for op in op_db if op.name == "nn.functional.batch_norm")
DTYPES = {"float32": torch.float32, "float64": torch.float64}


def module_inputs(kind, dtype):
    for info in MODULES:
        for given in getattr(info, kind)(info, "cpu", DTYPES[dtype], False, training=True):
            yield info.module_cls, given


def op_samples(dtype):
    samples = OP.sample_inputs("cpu", DTYPES[dtype])
    return [(sample.input, sample.args, sample.kwargs) for sample in samples]


# torch draws the numbers from its global generator; it is put back as it was.
with torch.random.fork_rng(devices=[]):
    torch.manual_seed(0)
    GOOD = [(d, *m) for d in DTYPES for m in module_inputs("module_inputs_func", d)]
    BAD = [(d, *m) for d in DTYPES for m in module_inputs("module_error_inputs_func", d)]
    OPS = [(d, *sample) for d in DTYPES for sample in op_samples(d)]

# torch gives back an empty vector; bnlib finds no channel axis in it and says so.
REFUSED_HERE = [op for op in OPS if op[1].shape == (0,)]
TAKEN = [op for op in OPS if op[1].shape != (0,)]


def label(value):
    """What a case is called in pytest's report."""
    if isinstance(value, torch.Tensor):
        return "x".join(map(str, value.shape))
    return getattr(value, "desc", None) or (str(value) if isinstance(value, dict) else None)


def test_torch_still_has_as_many_inputs():
    for cases, at_least in ((GOOD, 44), (BAD, 12), (TAKEN, 20), (REFUSED_HERE, 4)):
        assert len(cases) >= at_least


def pair(cls, dtype, constructor):
    """torch's module and ours, from the same arguments."""
    theirs = cls(*constructor.args, **constructor.kwargs, dtype=DTYPES[dtype])
    ours = getattr(bnlib, cls.__name__)(*constructor.args, **constructor.kwargs, dtype=dtype)
    return ours, theirs


@pytest.mark.parametrize(("dtype", "cls", "given"), GOOD, ids=label)
def test_module_inputs(dtype, cls, given):
    rng = np.random.default_rng(0)
    ours, theirs = pair(cls, dtype, given.constructor_input)
    _, exact = pair(cls, "float64", given.constructor_input)
    (x,) = (tensor.numpy() for tensor in given.forward_input.args)
    for parameter in theirs.parameters():
        parameter.data = torch.tensor(rng.normal(1, 1, parameter.shape).astype(dtype))
    for training in (True, False):
        grad_output = rng.normal(size=x.shape).astype(dtype)
        for module in (ours, exact):
            module.load_state_dict(theirs.state_dict())
            module.train(training)
        theirs.train(training)
        truth = torch_pass(exact, x.astype("float64"), grad_output.astype("float64"))
        assert_close(
            our_pass(ours, x, grad_output), torch_pass(theirs, x, grad_output), truth, dtype
        )


@pytest.mark.parametrize(("dtype", "cls", "given"), BAD, ids=label)
def test_module_error_inputs(dtype, cls, given):
    bad = given.module_error_input
    (x,) = bad.forward_input.args
    ours, theirs = pair(cls, dtype, bad.constructor_input)
    for module, batch in ((theirs, x), (ours, x.numpy())):
        with pytest.raises(given.error_type, match="eps"):
            module(batch)


@pytest.mark.parametrize(("dtype", "x", "args", "kwargs"), TAKEN, ids=label)
def test_op_samples(dtype, x, args, kwargs):
    def results(function, x, args):
        y = function(x, *args, **kwargs)
        named = zip(("y", "running_mean", "running_var"), (y, *args[:2]), strict=True)
        return {name: np.asarray(value) for name, value in named if value is not None}

    copies = [None if a is None else a.clone() for a in args]
    exact = [None if a is None else a.clone().double() for a in args]
    theirs = results(torch.nn.functional.batch_norm, x, copies)
    truth = results(torch.nn.functional.batch_norm, x.double(), exact)
    arrays = [None if a is None else a.clone().numpy() for a in args]
    assert_close(results(F.batch_norm, x.numpy(), arrays), theirs, truth, dtype)


@pytest.mark.parametrize(("dtype", "x", "args", "kwargs"), REFUSED_HERE, ids=label)
def test_a_vector_without_channel_axis_is_refused_here(dtype, x, args, kwargs):
    assert torch.nn.functional.batch_norm(x, *args, **kwargs).shape == (0,)
    arrays = [None if a is None else a.numpy() for a in args]
    with pytest.raises(ValueError, match="no channel axis"):
        F.batch_norm(x.numpy(), *arrays, **kwargs)
