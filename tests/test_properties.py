"""Laws of batch normalization, tried on drawn calls.

The drawn values are small whole numbers, a power of two of them per channel: sums,
means and squares of them are exact in float64, so most laws hold to the last bit.
Where roundings do enter, the tolerance counts them.
"""

from fractions import Fraction
from math import prod, sqrt
from typing import NamedTuple

import numpy as np
import pytest

pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import bnlib
from bnlib import functional as F

# The two checks that read the clock are off: how busy a machine is says nothing about a law.
law = settings(
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=100,
)
U = np.finfo(np.float64).eps / 2  # the most that one rounding to float64 is off by, relatively
LARGEST = 1000
FARTHEST = {"float16": 1000, "float32": 2**23, "float64": 2**40}  # LARGEST more is still exact


class Call(NamedTuple):
    x: np.ndarray
    running_mean: np.ndarray
    running_var: np.ndarray
    weight: np.ndarray
    bias: np.ndarray
    training: bool
    momentum: float
    eps: float
    grad_output: np.ndarray


class Results(NamedTuple):
    y: np.ndarray
    running_mean: np.ndarray
    running_var: np.ndarray
    grad_x: np.ndarray
    grad_weight: np.ndarray
    grad_bias: np.ndarray


@st.composite
def calls(draw, dtypes=tuple(FARTHEST), sizes=(1, 2, 4), training=None):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dtype = draw(st.sampled_from(dtypes))
    channels = draw(st.integers(min(sizes), 4))
    n, *positions = draw(st.lists(st.sampled_from(sizes), min_size=1, max_size=4))
    if n * prod(positions) == 1:
        n = 2  # a single value per channel has no variance
    shape = (n, channels, *positions)
    return Call(
        x=rng.integers(-LARGEST, LARGEST, shape).astype(dtype),
        running_mean=rng.integers(-LARGEST, LARGEST, channels).astype(float),
        running_var=rng.uniform(0.5, 2, channels),
        weight=rng.normal(1, 1, channels),
        bias=rng.normal(size=channels),
        training=draw(st.booleans()) if training is None else training,
        momentum=draw(st.floats(0, 1)),
        eps=draw(st.sampled_from([1e-5, 0.3])),
        grad_output=rng.integers(-10, 10, shape).astype(dtype),
    )


def forward(call):
    """y and the running statistics; these are columns of one array, so views with gaps."""
    running = np.stack([call.running_mean, call.running_var], axis=1)
    y = F.batch_norm(call.x, *running.T, *call[3:8])
    return y, *running.T


def constants(call):
    return {} if call.training else {"mean": call.running_mean, "var": call.running_var}


def results(call):
    grads = F.batch_norm_backward(
        call.grad_output, call.x, call.weight, **constants(call), eps=call.eps
    )
    return Results(*forward(call), *grads)


def channelwise(values, x):
    return values.reshape(-1, *(1,) * (x.ndim - 2))


def axes(x):
    return (0, *range(2, x.ndim))


def gradient_roundings(call):
    """A gradient adds at most n terms; each is a product of a few, and so off by a few U."""
    x, n = call.x.astype(float), call.x.size / max(1, call.x.shape[1])
    mean, var = x.mean(axes(x)), x.var(axes(x))
    if not call.training:
        mean, var = call.running_mean, call.running_var
    scale = np.sqrt(var + call.eps).min()
    farthest = np.abs(x - channelwise(mean, x)).max() / scale
    factors = np.abs(call.weight).max() + 1, np.abs(call.grad_output).max(), 1 + farthest**2
    return 8 * n * U * prod(map(float, factors)) / min(1, scale)


def assert_same(found, expected, call):
    """Gradients to their roundings (then one to x's dtype), everything else to the last bit."""
    for name in ("y", "running_mean", "running_var"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), name)
    atol = gradient_roundings(call) if call.x.size else 0
    for name in ("grad_x", "grad_weight", "grad_bias"):
        a, b = getattr(found, name), getattr(expected, name)
        np.testing.assert_allclose(a, b, rtol=np.finfo(a.dtype).eps, atol=atol, err_msg=name)


@law
@given(calls(sizes=(0, 1, 2, 4)))
def test_shapes_and_dtypes_are_kept(call):
    found = results(call)
    for array, like in zip(found, (call.x, *call[1:3], call.x, *call[3:5]), strict=True):
        assert (array.shape, array.dtype) == (like.shape, like.dtype)


@law
@given(calls(training=True))
def test_the_output_has_mean_bias_and_variance_weight_squared(call):
    y = results(call).y.astype(float)
    x = call.x.astype(float)
    var = x.var(axes(x))
    largest = np.abs(y).max(axes(x)) + np.abs(call.bias)
    rounding = 4 * np.finfo(call.x.dtype).eps * largest
    assert (np.abs(y.mean(axes(x)) - call.bias) <= rounding).all()
    assert (
        np.abs(y.var(axes(x)) - call.weight**2 * var / (var + call.eps)) <= 2 * largest * rounding
    ).all()


@law
@given(calls(), st.data())
def test_a_shift_changes_nothing_but_the_mean(call, data):
    farthest = FARTHEST[call.x.dtype.name]
    shift = data.draw(st.integers(-farthest, farthest))
    shifted = results(
        call._replace(
            x=call.x + np.asarray(shift, call.x.dtype), running_mean=call.running_mean + shift
        )
    )
    for name, value in results(call)._asdict().items():
        if name != "running_mean":
            np.testing.assert_array_equal(getattr(shifted, name), value, name)


@law
@given(calls(dtypes=("float32", "float64")), st.integers(-20, 20))
def test_another_unit_changes_no_output(call, exponent):
    unit = 2.0**exponent
    found = results(
        call._replace(
            x=call.x * np.asarray(unit, call.x.dtype),
            running_mean=call.running_mean * unit,
            running_var=call.running_var * unit**2,
            eps=call.eps * unit**2,
        )
    )
    for array, value, power in zip(found, results(call), (0, 1, 2, -1, 0, 0), strict=True):
        np.testing.assert_array_equal(array, value * np.asarray(unit**power, value.dtype))


@law
@given(calls(), st.data())
def test_samples_have_no_order(call, data):
    order = data.draw(st.permutations(range(len(call.x))))
    found = results(call._replace(x=call.x[order], grad_output=call.grad_output[order]))
    before = results(call)
    assert_same(found, before._replace(y=before.y[order], grad_x=before.grad_x[order]), call)


@law
@given(calls(), st.data())
def test_channels_have_no_order(call, data):
    order = data.draw(st.permutations(range(call.x.shape[1])))
    per_channel = {name: getattr(call, name)[order] for name in Call._fields[1:5]}
    found = results(
        call._replace(x=call.x[:, order], grad_output=call.grad_output[:, order], **per_channel)
    )
    before = results(call)
    expected = (a[:, order] if a.shape == call.x.shape else a[order] for a in before)
    assert_same(found, Results(*expected), call)


@law
@given(calls())
def test_positions_count_as_samples(call):
    def as_rows(array):
        return np.moveaxis(array, 1, -1).reshape(-1, array.shape[1])

    found = results(call._replace(x=as_rows(call.x), grad_output=as_rows(call.grad_output)))
    before = results(call)
    expected = before._replace(y=as_rows(before.y), grad_x=as_rows(before.grad_x))
    assert_same(found, expected, call)


@law
@given(calls(training=False))
def test_in_test_mode_a_sample_does_not_know_its_batch(call):
    batch = results(call)
    for i in range(len(call.x)):
        part = slice(i, i + 1)
        alone = results(call._replace(x=call.x[part], grad_output=call.grad_output[part]))
        np.testing.assert_array_equal(alone.y, batch.y[part])
        np.testing.assert_array_equal(alone.grad_x, batch.grad_x[part])
    np.testing.assert_array_equal(batch.running_mean, call.running_mean)
    np.testing.assert_array_equal(batch.running_var, call.running_var)


@law
@given(st.lists(calls(training=True), min_size=1, max_size=6), st.none() | st.floats(0, 1))
def test_updates_of_the_running_statistics_add_up(batches, momentum):
    """old (1 - m)^k + sum of m (1 - m)^(k - i) new_i; or the plain mean, with momentum None."""
    bn = bnlib.BatchNorm1d(1, momentum=momentum, dtype=np.float64)
    batches = [call.x.reshape(-1, 1) for call in batches]
    for x in batches:
        bn(x)
    k = len(batches)
    if momentum is None:
        weights = [0, *[1 / k] * k]
    else:
        kept = (1 - momentum) ** np.arange(k, -1, -1.0)
        weights = [kept[0], *(momentum * kept[1:])]
    means = [0, *(x.mean(dtype=float) for x in batches)]
    variances = [1, *(x.var(dtype=float, ddof=1) for x in batches)]
    for found, terms in ((bn.running_mean, means), (bn.running_var, variances)):
        allowed = 8 * k * U * np.abs(terms).max()  # a few roundings per update
        np.testing.assert_allclose(found, [np.dot(weights, terms)], rtol=0, atol=allowed)
    assert bn.num_batches_tracked == k


@law
@given(calls(training=True))
def test_momentum_0_keeps_and_1_replaces(call):
    kept = results(call._replace(momentum=0))
    np.testing.assert_array_equal(kept.running_mean, call.running_mean)
    np.testing.assert_array_equal(kept.running_var, call.running_var)
    replaced = results(call._replace(momentum=1))
    mean, var = F.batch_statistics(call.x)
    n = call.x.size / call.x.shape[1]
    np.testing.assert_array_equal(replaced.running_mean, mean)
    np.testing.assert_array_equal(replaced.running_var, var * n / (n - 1))


@law
@given(calls(dtypes=("float64",), training=True))
def test_the_gradient_neither_shifts_nor_stretches_a_channel(call):
    """It sums to 0; along x_hat, only what eps leaves of weight's gradient remains."""
    found, x, n = results(call), call.x, call.x.size / call.x.shape[1]
    allowed = n * gradient_roundings(call)
    assert (np.abs(found.grad_x.sum(axes(x))) <= allowed).all()
    var = x.var(axes(x)) + call.eps
    x_hat = (x - channelwise(x.mean(axes(x)), x)) / channelwise(np.sqrt(var), x)
    expected = call.weight * found.grad_weight * call.eps / var**1.5
    stretch = (found.grad_x * x_hat).sum(axes(x)) - expected
    assert (np.abs(stretch) <= allowed * np.abs(x_hat).max(initial=1)).all()


@law
@given(calls(dtypes=("float64",)), st.integers(-3, 3), st.integers(0, 2**32 - 1))
def test_the_gradient_is_linear_in_grad_output(call, factor, seed):
    other = np.random.default_rng(seed).integers(-10, 10, call.x.shape).astype(float)
    combined = call._replace(grad_output=factor * call.grad_output + other)
    terms = [results(c)[3:] for c in (call, call._replace(grad_output=other), combined)]
    allowed = 8 * gradient_roundings(call._replace(grad_output=np.full_like(other, 10)))
    for a, b, both in zip(*terms, strict=True):
        np.testing.assert_allclose(both, factor * a + b, rtol=0, atol=allowed)


@law
@given(calls(dtypes=("float64",)), st.integers(0, 2**32 - 1))
def test_the_gradient_is_the_slope_of_the_loss(call, seed):
    """Central differences are off by h^2 (the parabola) and U / h (roundings)."""
    rng = np.random.default_rng(seed)
    call = call._replace(x=call.x / LARGEST, running_mean=call.running_mean / LARGEST, eps=1.0)
    names = ("x", "weight", "bias")
    direction = {name: rng.uniform(-1, 1, getattr(call, name).shape) for name in names}

    def loss(step):
        moved = {name: getattr(call, name) + step * direction[name] for name in names}
        return (call.grad_output * forward(call._replace(**moved))[0]).sum()

    h = U ** (1 / 3)
    slope = (loss(h) - loss(-h)) / (2 * h)
    gradients = zip(names, results(call)[3:], strict=True)
    expected = sum((gradient * direction[name]).sum() for name, gradient in gradients)
    terms = np.abs(call.grad_output).sum() * (np.abs(call.weight).max() + np.abs(call.bias).max())
    assert abs(slope - expected) <= 10 * (h**2 + U / h) * terms


@law
@given(calls(dtypes=("float16", "float32")))
def test_among_float64_arguments_every_step_is_float64_and_only_the_result_is_rounded(call):
    call = call._replace(grad_output=call.grad_output / np.asarray(3, call.x.dtype))
    wide = {name: getattr(call, name).astype(float) for name in ("x", "grad_output")}
    exact = results(call._replace(**wide))
    y, grad_x = (array.astype(call.x.dtype) for array in (exact.y, exact.grad_x))
    assert_same(results(call), exact._replace(y=y, grad_x=grad_x), call)


@law
@given(
    calls(dtypes=("float16", "float32"), training=False),
    st.sampled_from(["float16", "float32"]),
    st.integers(-(2**23), 2**23),
)
def test_in_test_mode_each_of_four_operations_rounds_once(call, dtype, shift):
    """To float32 here; a mean far from 0 costs nothing. Then y is rounded to the dtype of x."""
    shift = 0 if "float16" in (dtype, call.x.dtype) else np.float32(shift)
    call = call._replace(
        x=call.x + np.asarray(shift, call.x.dtype),
        running_mean=(call.running_mean + shift).astype(dtype),
        **{name: getattr(call, name).astype(dtype) for name in ("running_var", "weight", "bias")},
    )
    y = forward(call)[0]
    x, mean, var, weight, bias = (array.astype(float) for array in call[:5])
    scaled = (x - channelwise(mean, x)) * channelwise(weight / np.sqrt(var + call.eps), x)
    exact = scaled + channelwise(bias, x)
    once = np.finfo("float32").eps / 2
    # the difference, 1 / std, the two products; the sum; y
    allowed = 4 * once * np.abs(scaled) + once * np.abs(exact) + 16 * once**2 * np.abs(scaled)
    if call.x.dtype == "float16":
        allowed += np.finfo("float16").eps / 2 * np.abs(exact) + 2**-24
    assert y.dtype == call.x.dtype
    assert (np.abs(y - exact) <= allowed).all()


@law
@given(calls(dtypes=("float16", "float32"), training=False), st.sampled_from(Call._fields[1:5]))
def test_in_test_mode_one_wide_argument_widens_every_step(call, wide):
    """That y is the float64 result, rounded once."""
    narrow = {name: getattr(call, name).astype("float32") for name in Call._fields[1:5]}
    narrow[wide] = narrow[wide].astype(float) + 1 / 3
    call = call._replace(**narrow)
    exact = forward(call._replace(x=call.x.astype(float)))[0]
    np.testing.assert_array_equal(forward(call)[0], exact.astype(call.x.dtype))


def with_gaps(array):
    gaps = np.zeros([2 * size for size in array.shape], array.dtype)
    every_other = gaps[(slice(None, None, 2),) * array.ndim]
    every_other[...] = array
    return every_other


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


LAYOUTS = {
    "read-only": read_only,
    "Fortran": np.asfortranarray,
    "with gaps": with_gaps,
    "backward": lambda array: np.flip(np.flip(array).copy()),
    "channels last": lambda array: np.moveaxis(np.moveaxis(array, 1, -1).copy(), -1, 1),
    "one sample for all": lambda array: np.broadcast_to(array[:1], array.shape),
    "other byte order": lambda array: array.astype(array.dtype.newbyteorder()),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@law
@given(calls(sizes=(0, 1, 2, 4)))
def test_memory_layout_does_not_matter(layout, call):
    call = call._replace(x=layout(call.x), grad_output=layout(call.grad_output))
    plain = {name: getattr(call, name).astype(call.x.dtype.name) for name in ("x", "grad_output")}
    plain = {name: np.ascontiguousarray(array) for name, array in plain.items()}
    assert_same(results(call), results(call._replace(**plain)), call)


@law
@given(calls(sizes=(0, 1, 2, 4)))
def test_nothing_given_is_modified_or_shared(call):
    arrays = [value for value in call if isinstance(value, np.ndarray)]
    before = [array.copy() for array in arrays]
    bn = bnlib.BatchNorm1d(call.x.shape[1], dtype=np.float64).train(call.training)
    rows = call.x.reshape(len(call.x), call.x.shape[1], prod(call.x.shape[2:]))
    y, _, _, *grads = results(call)
    returned = [y, *grads, bn(rows), *bn.backward(call.grad_output.reshape(rows.shape))]
    returned += bn.state_dict().values()
    returned += [F.scale_and_shift(call.x), F.normalize(call.x, *call[1:3], call.eps)]
    returned += [F.running_update(*call[1:3], momentum) for momentum in (0, 1)]
    held = [*arrays, rows, bn.weight, bn.bias, bn.running_mean, bn.running_var]
    for i, array in enumerate(returned):
        for other in [*held, *returned[:i]]:
            assert array is not other  # empty arrays share no memory, even with themselves
            assert not np.shares_memory(array, other)
    np.testing.assert_equal(arrays, before)


@law
@given(calls(), st.sampled_from([np.nan, np.inf, -np.inf]), st.data())
def test_a_poisoned_value_spoils_its_channel_and_in_test_mode_only_itself(call, poison, data):
    where = tuple(data.draw(st.integers(0, size - 1)) for size in call.x.shape)
    x = call.x.copy()
    x[where] = poison
    with np.errstate(invalid="ignore"):
        poisoned = results(call._replace(x=x))
    clean = results(call)
    channel = where[1]
    for found, expected in zip(poisoned, clean, strict=True):
        axis = found.ndim > 1
        others = np.delete(found, channel, int(axis))
        np.testing.assert_array_equal(others, np.delete(expected, channel, int(axis)))
    if call.training:
        spoiled = (poisoned.y, poisoned.grad_x)
        assert all(np.isnan(array[:, channel]).all() for array in spoiled)
        assert np.isnan([poisoned.running_var[channel], poisoned.grad_weight[channel]]).all()
    else:
        assert not np.isfinite(poisoned.y[where])
        poisoned.y[where] = clean.y[where]
        np.testing.assert_array_equal(poisoned.y, clean.y)


FINITE = {"allow_nan": False, "allow_infinity": False}
ANY_FINITE = st.sampled_from([16, 32]).flatmap(
    lambda bits: arrays(
        f"float{bits}",
        st.tuples(st.integers(2, 6), st.just(1)),
        elements=st.floats(width=bits, **FINITE),
    )
)


@settings(law, max_examples=200)
@given(ANY_FINITE)
def test_any_finite_values_give_what_exact_arithmetic_gives(x):
    """From subnormals to the largest: one rounding to the dtype, and what the mean loses."""
    n, info = len(x), np.finfo(x.dtype)
    values = [Fraction(value) for value in x[:, 0].astype(float)]
    mean = sum(values) / n
    var = sum((value - mean) ** 2 for value in values) / n
    scale = sqrt(var + Fraction(1e-5))
    lost = 2 * n * U * float(max(map(abs, values)))

    found_mean, found_var = F.batch_statistics(x)
    assert abs(found_mean[0] - float(mean)) <= lost
    assert abs(found_var[0] - float(var)) <= 8 * n * U * float(var) + 4 * lost * scale
    y = F.batch_norm(x, None, None, training=True)
    truth = np.array([[float(value - mean) / scale] for value in values])
    rounding = info.eps / 2 * np.abs(truth) + float(info.smallest_subnormal) / 2
    assert (np.abs(y - truth) <= rounding * (1 + 16 * U) + 4 * lost / scale).all()


@law
@given(st.floats(width=32, **FINITE), calls(training=True))
def test_a_constant_channel_gives_the_bias(constant, call):
    y = F.batch_norm(np.full_like(call.x, constant, "float32"), None, None, *call[3:6])
    np.testing.assert_array_equal(y, np.full(y.shape, channelwise(call.bias, y), "float32"))


FAULTS = {
    "integers": lambda call: {"x": call.x.astype(int)},
    "masked": lambda call: {"x": np.ma.array(call.x)},
    "more channels": lambda call: {"x": np.concatenate([call.x, call.x], axis=1)},
    "no channel axis": lambda call: {"x": call.x.ravel()},
    "one value per channel": lambda call: {"x": np.ones((1, call.x.shape[1]))},
    "weight too long": lambda call: {"weight": np.append(call.weight, 1)},
    "complex bias": lambda call: {"bias": call.bias * 1j},
    "half of the statistics": lambda call: {"running_mean": None},
    "read-only statistics": lambda call: {"running_var": read_only(call.running_var)},
    "statistics too long": lambda call: {"running_var": np.append(call.running_var, 1)},
    "no momentum": lambda call: {"momentum": None},
    "no eps": lambda call: {"eps": 0},
}


@law
@given(calls(training=True))
def test_a_refused_call_leaves_the_running_statistics_as_they_were(call):
    before = [call.running_mean.copy(), call.running_var.copy()]
    for name, fault in FAULTS.items():
        note(name)
        with pytest.raises((TypeError, ValueError)):
            F.batch_norm(*call._replace(**fault(call))[:8])
        np.testing.assert_array_equal([call.running_mean, call.running_var], before)


BAD_BATCHES = {
    "one value per channel": np.ones((1, 2)),
    "channels": np.ones((3, 5)),
    "dimensions": np.ones((3, 2, 2, 2)),
    "integers": np.ones((3, 2), int),
    "masked": np.ma.ones((3, 2)),
}


@law
@given(
    st.lists(st.sampled_from(["good", *BAD_BATCHES]), min_size=1),
    st.sampled_from([0.1, None]),
    st.integers(0, 2**32 - 1),
)
def test_refused_batches_leave_no_trace_in_a_module(kinds, momentum, seed):
    rng = np.random.default_rng(seed)
    disturbed, calm = (bnlib.BatchNorm1d(2, momentum=momentum) for _ in range(2))
    for kind in ["good", *kinds]:
        if kind == "good":
            x = rng.normal(size=(3, 2))
            np.testing.assert_array_equal(disturbed(x), calm(x))
        else:
            with pytest.raises((TypeError, ValueError)):
                disturbed(BAD_BATCHES[kind])
    for name, value in calm.state_dict().items():
        np.testing.assert_array_equal(disturbed.state_dict()[name], value)
    for found, expected in zip(disturbed.backward(x), calm.backward(x), strict=True):
        np.testing.assert_array_equal(found, expected)
