"""bnlib against torch: outputs, running statistics and gradients, over every option."""

import numpy as np
import pytest
import torch

import bnlib
from bnlib import functional as F

SHAPES = {
    "N,C": ("BatchNorm1d", (6, 3)),
    "N,C,L": ("BatchNorm1d", (4, 3, 5)),
    "N,C,H,W": ("BatchNorm2d", (3, 3, 4, 5)),
    "N,C,D,H,W": ("BatchNorm3d", (2, 3, 2, 4, 3)),
    "one sample": ("BatchNorm2d", (1, 3, 4, 5)),
}
OPTIONS = {
    "defaults": {},
    "eps": {"eps": 0.1},
    "momentum": {"momentum": 0.7},
    "cumulative": {"momentum": None},
    "no affine": {"affine": False},
    "no bias": {"bias": False},
    "untracked": {"track_running_stats": False},
}
DTYPES = ["float32", "float64"]


def pair(kind, options, dtype, rng):
    """A torch module and a bnlib module with the same random parameters."""
    theirs = getattr(torch.nn, kind)(3, dtype=getattr(torch, dtype), **options)
    ours = getattr(bnlib, kind)(3, dtype=dtype, **options)
    for parameter in theirs.parameters():
        parameter.data = torch.tensor(rng.normal(1, 1, 3).astype(dtype))
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


def torch_pass(module, x, grad_output):
    x = torch.tensor(x, requires_grad=True)
    for parameter in module.parameters():
        parameter.grad = None
    y = module(x)
    y.backward(torch.tensor(grad_output))
    found = {"y": y.detach().numpy(), "grad input": x.grad.numpy()}
    for name, parameter in module.named_parameters():
        found[f"grad {name}"] = parameter.grad.numpy()
    return found | {name: buffer.numpy().copy() for name, buffer in module.named_buffers()}


def our_pass(module, x, grad_output):
    found = {"y": module(x)}
    grads = module.backward(grad_output)
    found |= {f"grad {k}": v for k, v in grads._asdict().items() if v is not None}
    buffers = ("running_mean", "running_var", "num_batches_tracked")
    return found | {k: v for k, v in module.state_dict().items() if k in buffers}


def assert_close(ours, theirs, truth, dtype):
    """float64: 1e-12. float32: 4 ulp of the largest value, or no further off than torch is."""
    assert ours.keys() == theirs.keys()
    for name in theirs:
        assert ours[name].dtype == theirs[name].dtype, name
        assert ours[name].shape == theirs[name].shape, name
        largest = np.abs(truth[name]).max(initial=0)
        if dtype == "float64":
            allowed = 1e-12 * largest
        else:
            torchs_own = np.abs(theirs[name].astype("float64") - truth[name]).max(initial=0)
            allowed = max(4 * np.spacing(np.float32(largest)), torchs_own)
        worst = np.abs(ours[name].astype("float64") - truth[name]).max(initial=0)
        assert worst <= allowed, f"{name}: off by {worst}, allowed {allowed}"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize(("kind", "shape"), SHAPES.values(), ids=SHAPES)
def test_module_does_what_torch_does(kind, shape, options, dtype):
    rng = np.random.default_rng(0)
    ours, theirs = pair(kind, options, dtype, rng)
    exact = getattr(torch.nn, kind)(3, dtype=torch.float64, **options)
    for training in (True, True, False, True, False):
        x = rng.normal(2, 3, shape).astype(dtype)
        grad_output = rng.normal(size=shape).astype(dtype)
        for module in (ours, theirs, exact):
            module.train(training)
        for module in (ours, exact):
            module.load_state_dict(theirs.state_dict())
        truth = torch_pass(exact, x.astype("float64"), grad_output.astype("float64"))
        assert_close(
            our_pass(ours, x, grad_output), torch_pass(theirs, x, grad_output), truth, dtype
        )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [shape for _, shape in SHAPES.values()], ids=SHAPES)
def test_functions_do_what_torchs_do(shape, training, dtype):
    rng = np.random.default_rng(1)
    x, grad_output = (rng.normal(2, 3, shape).astype(dtype) for _ in range(2))
    weight, bias, running_mean = (rng.normal(size=3).astype(dtype) for _ in range(3))
    running_var = rng.uniform(0.5, 2, 3).astype(dtype)

    def run_torch(dtype):
        args = [torch.tensor(a.astype(dtype)) for a in (x, running_mean, running_var, weight, bias)]
        for i in (0, 3, 4):
            args[i].requires_grad_()
        y = torch.nn.functional.batch_norm(*args, training=training, momentum=0.3, eps=1e-3)
        y.backward(torch.tensor(grad_output.astype(dtype)))
        names = ("y", "running_mean", "running_var", "input", "weight", "bias")
        values = (y.detach(), args[1], args[2], args[0].grad, args[3].grad, args[4].grad)
        return {name: value.numpy() for name, value in zip(names, values, strict=True)}

    theirs, truth = run_torch(dtype), run_torch("float64")
    constants = {} if training else {"mean": running_mean.copy(), "var": running_var.copy()}
    y = F.batch_norm(x, running_mean, running_var, weight, bias, training, 0.3, 1e-3)
    grads = F.batch_norm_backward(grad_output, x, weight, **constants, eps=1e-3)
    ours = {"y": y, "running_mean": running_mean, "running_var": running_var} | grads._asdict()
    assert_close(ours, theirs, truth, dtype)


@pytest.mark.parametrize("affine", [{}, {"weight": [2.0, -3.0, 0.5], "bias": [1.0, 0.0, -4.0]}])
@pytest.mark.parametrize("shape", [(5, 3), (4, 3, 2, 2)])
def test_the_steps_one_by_one_do_what_torch_does(shape, affine):
    x = np.random.default_rng(5).normal(2, 3, shape).astype("float32")
    mean, var = F.batch_statistics(x)
    y = F.scale_and_shift(F.normalize(x, mean, var, eps=0.1), **affine)
    assert y.dtype == "float64"
    tensors = {name: torch.tensor(values, dtype=torch.float64) for name, values in affine.items()}
    truth = torch.nn.functional.batch_norm(
        torch.tensor(x, dtype=torch.float64), None, None, **tensors, training=True, eps=0.1
    )
    np.testing.assert_allclose(y, truth, rtol=1e-13, atol=1e-13)


def test_a_single_value_is_normalized_in_test_mode():
    y = F.batch_norm([[5.0]], np.array([1.0]), np.array([4.0]), eps=0)
    np.testing.assert_array_equal(y, [[2.0]])
    grads = F.batch_norm_backward([[6.0]], [[5.0]], mean=[1.0], var=[4.0], eps=0)
    assert [grad.tolist() for grad in grads] == [[[3.0]], [12.0], [6.0]]


@pytest.mark.parametrize("weight", [1, 1e30, np.inf, np.nan])
def test_in_test_mode_a_weight_that_over_the_std_is_infinite_gives_nan_as_in_torch(weight):
    arrays = [np.float32([each]) for each in (0, 1e-20, weight, 3)]
    x = np.zeros((2, 1), "float32")
    with np.errstate(all="ignore"):
        y = F.batch_norm(x, *arrays, eps=0)
    theirs = torch.nn.functional.batch_norm(*map(torch.tensor, (x, *arrays)), eps=0)
    np.testing.assert_array_equal(y, theirs.numpy())


def test_in_test_mode_images_with_channels_last_stay_so_as_in_torch():
    images = torch.zeros(2, 3, 4, 5).to(memory_format=torch.channels_last)
    mean, var = torch.zeros(3), torch.ones(3)
    y = F.batch_norm(images.numpy(), mean.numpy(), var.numpy())
    theirs = torch.nn.functional.batch_norm(images, mean, var)
    assert y.strides == theirs.numpy().strides


def test_gradient_without_weight_is_that_of_weight_one():
    rng = np.random.default_rng(2)
    x, grad_output = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    for constants in ({}, {"mean": x[0], "var": x[1] ** 2}):
        bare = F.batch_norm_backward(grad_output, x, **constants)
        ones = F.batch_norm_backward(grad_output, x, np.ones(3), **constants)
        for ours, expected in zip(bare, ones, strict=True):
            np.testing.assert_array_equal(ours, expected)


def test_normalize_adds_the_eps_of_torch_where_none_is_given():
    given = [[1.0], [3.0]], [2.0], [1e-5]
    np.testing.assert_array_equal(F.normalize(*given), F.normalize(*given, eps=1e-5))


@pytest.mark.parametrize("dtypes", [("float16", "float64"), ("float64", "float16")])
def test_running_update_computes_in_float64(dtypes):
    running, observed = (np.array(v, dtype) for v, dtype in zip((0.3, 0.7), dtypes, strict=True))
    found = F.running_update(running, observed, 0.1)
    assert found.dtype == "float64"
    assert found == (1 - 0.1) * float(running) + 0.1 * float(observed)


def test_gradients_have_the_dtype_of_x_and_the_eps_of_torch_where_none_is_given():
    rng = np.random.default_rng(6)
    x, grad_output = rng.normal(0, 0.01, (2, 5, 3)).astype("float32")
    found = F.batch_norm_backward(grad_output, x)
    for ours, expected in zip(found, F.batch_norm_backward(grad_output, x, eps=1e-5), strict=True):
        assert ours.dtype == "float32"
        np.testing.assert_array_equal(ours, expected)


def test_float16_moves_float32_statistics_as_in_torch():
    rng = np.random.default_rng(3)
    x = rng.normal(300, 100, (64, 3, 7)).astype("float16")
    ours, theirs = bnlib.BatchNorm1d(3), torch.nn.BatchNorm1d(3)
    y = ours(x)
    assert y.dtype == np.float16
    theirs(torch.tensor(x))
    np.testing.assert_allclose(ours.running_var, theirs.running_var.numpy(), rtol=1e-6)
    grads = ours.backward(x)
    assert [g.dtype for g in grads] == ["float16", "float32", "float32"]


def assert_same_state(ours, theirs):
    state = theirs.state_dict()
    assert list(ours.state_dict()) == list(state)
    for name, value in ours.state_dict().items():
        assert value.dtype == state[name].numpy().dtype
        np.testing.assert_array_equal(value, state[name].numpy())


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_a_module_is_made_and_reset_as_torchs_is(options):
    ours, theirs = bnlib.BatchNorm1d(3, **options), torch.nn.BatchNorm1d(3, **options)
    assert_same_state(ours, theirs)
    assert ours.eval() is ours
    assert not ours.training
    assert ours.train().training
    x = np.arange(6.0, dtype="float32").reshape(2, 3)
    ours(x)
    theirs(torch.tensor(x))
    for module in (ours, theirs):
        module.reset_running_stats()
    assert_same_state(ours, theirs)
    for parameter, torchs in zip(ours.parameters(), theirs.parameters(), strict=True):
        parameter[:] = [4, 5, 6]
        torchs.data = torch.tensor([4.0, 5.0, 6.0])
    assert_same_state(ours, theirs)


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_state_dict_goes_both_ways(options):
    rng = np.random.default_rng(4)
    ours, theirs = pair("BatchNorm1d", options, "float32", rng)
    x = rng.normal(size=(8, 3)).astype("float32")
    ours(x)
    state = ours.state_dict()
    assert list(state) == list(theirs.state_dict())
    theirs.load_state_dict({name: torch.as_tensor(value) for name, value in state.items()})
    fresh = bnlib.BatchNorm1d(3, **options)
    fresh.load_state_dict(theirs.state_dict())
    for name, value in fresh.state_dict().items():
        np.testing.assert_array_equal(value, state[name])
        assert value.dtype == state[name].dtype


@pytest.mark.parametrize("setting", [{"track_running_stats": False}, {"momentum": 0}])
def test_switches_set_on_the_module_do_what_torchs_do(setting):
    rng = np.random.default_rng(5)
    ours, theirs = pair("BatchNorm1d", {}, "float64", rng)
    for name, value in setting.items():
        setattr(ours, name, value)
        setattr(theirs, name, value)
    for training in (True, False):
        x, grad_output = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
        found = our_pass(ours.train(training), x, grad_output)
        expected = torch_pass(theirs.train(training), x, grad_output)
        assert_close(found, expected, expected, "float64")


@pytest.mark.parametrize("shape", [(0, 3), (2, 3, 0)])
@pytest.mark.parametrize("training", [True, False])
def test_an_empty_batch_passes_as_in_torch(shape, training):
    ours, theirs = bnlib.BatchNorm1d(3).train(training), torch.nn.BatchNorm1d(3).train(training)
    empty = np.zeros(shape, dtype="float32")
    found, expected = our_pass(ours, empty, empty), torch_pass(theirs, empty, empty)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value)
        assert found[name].dtype == value.dtype


def test_repr_is_torchs():
    for options in OPTIONS.values():
        assert repr(bnlib.BatchNorm1d(3, **options)) == repr(torch.nn.BatchNorm1d(3, **options))
