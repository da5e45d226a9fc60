"""Whatever torch's strict load_state_dict takes, bnlib takes, and the other way around.

Where torch would guess, bnlib refuses: a count of batches that is no whole number from 0 on
(torch cuts it off), a complex entry (torch drops a part of it).
"""

from math import prod

import ml_dtypes
import numpy as np
import pytest
import torch

pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bnlib

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
DTYPES += [torch.uint8, torch.int16, torch.int32, torch.int64, torch.bool, torch.float8_e4m3fn]
NAMES = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
SHAPES = {"BatchNorm1d": (3, 2), "BatchNorm2d": (3, 2, 1, 2), "BatchNorm3d": (3, 2, 1, 2, 1)}

drawn = settings(
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=300,
)
options = st.fixed_dictionaries(
    {},
    optional={
        "affine": st.booleans(),
        "bias": st.booleans(),
        "track_running_stats": st.booleans(),
        "momentum": st.sampled_from([0.1, None, 0]),
    },
)


@st.composite
def tensors(draw, shape):
    """Small whole numbers, which every dtype holds, as a tensor of one kind or another."""
    count = prod(shape)
    numbers = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    dtype = draw(st.sampled_from(DTYPES))
    tensor = torch.tensor(numbers, dtype=torch.float64).reshape(shape).to(dtype)
    forms = ["plain", "view"]
    if dtype.is_floating_point and dtype.itemsize > 1:
        forms += ["parameter", "result"]
    form = draw(st.sampled_from(forms))
    if form == "view":  # with gaps between its values
        return torch.stack([tensor, tensor], dim=-1)[..., 0]
    if form == "parameter":
        return torch.nn.Parameter(tensor)
    if form == "result":  # of a computation that autograd follows
        return tensor.requires_grad_() * 1
    return tensor


@st.composite
def state_dicts(draw, channels):
    """Of a module with so many channels and some options; often an entry is off."""
    entries = {}
    given_options = draw(options)
    for name in torch.nn.BatchNorm1d(channels, **given_options).state_dict():
        right = () if name == "num_batches_tracked" else (channels,)
        others = [(1,), (1, 1)] if right == () else [(), (channels + 1,), (channels, 1)]
        shape = draw(st.sampled_from([right] * 12 + others))
        entries[name] = draw(tensors(shape))
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=1)):
        entries.pop(name, None)
    for name in draw(st.lists(st.sampled_from([*NAMES, "gamma", "weight.0"]), max_size=1)):
        entries.setdefault(name, draw(tensors((channels,))))
    return given_options, entries


@drawn
@given(st.data(), st.sampled_from(list(SHAPES)), st.sampled_from(["float16", "float32", "float64"]))
def test_bnlib_takes_what_torch_takes(data, kind, dtype):
    channels = data.draw(st.integers(1, 3))
    made_with, state = data.draw(state_dicts(channels))
    theirs = getattr(torch.nn, kind)(channels, dtype=getattr(torch, dtype), **made_with)
    ours = getattr(bnlib, kind)(channels, dtype=dtype, **made_with)
    before = ours.state_dict()
    try:
        theirs.load_state_dict(dict(state))  # torch adds what is missing to what it is given
    except RuntimeError:
        with pytest.raises(ValueError, match="Nothing was loaded"):
            ours.load_state_dict(state)
        expected = before
    else:
        ours.load_state_dict(state)
        expected = {name: tensor.numpy() for name, tensor in theirs.state_dict().items()}
    assert list(ours.state_dict()) == list(expected)
    for name, array in ours.state_dict().items():
        assert array.dtype == expected[name].dtype
        np.testing.assert_array_equal(array, expected[name])


@settings(drawn, max_examples=50)
@given(options, st.sampled_from(list(SHAPES)), st.booleans())
def test_bnlib_takes_a_state_dict_of_torchs_with_its_variables(made_with, kind, keep_vars):
    theirs = getattr(torch.nn, kind)(2, **made_with)
    for parameter in theirs.parameters():
        parameter.data = torch.tensor([4.0, 5.0])
    theirs(torch.arange(prod(SHAPES[kind]), dtype=torch.float32).reshape(SHAPES[kind]))
    ours = getattr(bnlib, kind)(2, **made_with)
    ours.load_state_dict(theirs.state_dict(keep_vars=keep_vars))
    for name, tensor in theirs.state_dict().items():
        np.testing.assert_array_equal(ours.state_dict()[name], tensor.numpy())


def test_an_old_checkpoint_without_a_count_leaves_the_count_as_it_is():
    ours, theirs = bnlib.BatchNorm1d(2), torch.nn.BatchNorm1d(2)
    old = {name: torch.tensor([3.0, 4.0]) for name in NAMES[:4]}
    x = np.float32([[0, 1], [2, 5]])
    ours(x)
    theirs(torch.tensor(x))
    for module in (ours, theirs):
        module.load_state_dict(dict(old))
        assert module.num_batches_tracked == 1
        np.testing.assert_array_equal(module.running_var, [3, 4])


def test_the_count_is_int64_whatever_integers_are_on_a_platform():
    bn = bnlib.BatchNorm1d(2)
    bn.num_batches_tracked = np.int32(3)  # as NumPy's own default would have it there
    assert bn.state_dict()["num_batches_tracked"].dtype == np.int64


def test_a_tensor_without_numbers_is_named():
    state = dict(torch.nn.BatchNorm1d(2).state_dict())
    state["bias"] = torch.ones(2, device="meta")
    with pytest.raises(ValueError, match="bias is a Tensor that gives no numbers"):
        bnlib.BatchNorm1d(2).load_state_dict(state)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (float, "float64"),
        (np.dtype("float16"), "float16"),
        (np.dtype(">f4"), "float32"),
        ("half", "float16"),
        ("f8", "float64"),
        (np.float32, "float32"),
    ],
)
def test_a_dtype_in_any_form_that_numpy_knows(dtype, expected):
    bn = bnlib.BatchNorm1d(2, dtype=dtype)
    for name in NAMES[:4]:
        array = bn.state_dict()[name]
        assert array.dtype == expected
        assert array.dtype.isnative


@pytest.mark.parametrize("name", ["bfloat16", "float8_e4m3fn", "int4"])
def test_numbers_of_ml_dtypes_are_loaded_as_they_are(name):
    dtype = getattr(ml_dtypes, name)
    bn = bnlib.BatchNorm1d(2)
    bn.load_state_dict({key: (value + 2).astype(dtype) for key, value in bn.state_dict().items()})
    state = {key: value.tolist() for key, value in bn.state_dict().items()}
    assert state == {
        "weight": [3, 3],
        "bias": [2, 2],
        "running_mean": [2, 2],
        "running_var": [3, 3],
        "num_batches_tracked": 2,
    }


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (torch.ones(3, 2, requires_grad=True), r"requires grad\. Give x\.detach\(\)\."),
        (torch.ones(3, 2).bfloat16(), "BFloat16"),
        (torch.ones(3, 2, device="meta"), "meta device"),
        ([[1.0], [2.0, 3.0]], "setting an array element"),
    ],
)
def test_an_input_that_numpy_cannot_read_is_named(x, words):
    with pytest.raises(TypeError, match=f"^x is a .* that gives no array of .*{words}"):
        bnlib.BatchNorm1d(2)(x)
