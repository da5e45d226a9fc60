"""Blocks of channels: what comes out is that of the whole, with little memory."""

import tracemalloc

import numpy as np
import pytest
import torch

from bnlib import functional as F

RNG = np.random.default_rng(0)
SHAPES = [(6, 7), (4, 7, 5), (3, 7, 2, 2)]


def widths(x):
    return [c.stop - c.start for c in F.blocks_of_channels(x)]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((2, 8, 2**15), [2, 2, 2, 2]),  # two channels of 2**16 values each fill the cache
        ((2, 3, 2**15), [2, 2]),  # the last slice may end beyond the last channel
        ((2, 3, 2**17), [1, 1, 1]),  # one that is too large is taken alone
        ((3, 5), [5 * 2**17 // 15]),
        ((0, 3), []),
        ((3, 0), []),
    ],
)
def test_as_many_channels_as_fit_into_the_cache(shape, expected):
    assert widths(np.zeros(shape, "float32")) == expected


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (np.zeros((4, 3000), "float32"), [1024] * 3),
        (np.zeros((4, 3000), "float64"), [512] * 6),
        (np.zeros((4, 3000), "float32")[:, ::-1], [1024] * 3),
        (np.zeros((4, 3000), "float32", order="F"), [256] * 12),
        (np.zeros((4, 3, 1024), "float32"), [1] * 3),
        (np.zeros((4, 3, 512), "float32"), [2, 2]),
        (np.broadcast_to(np.float32(0), (4, 5000)), [4096] * 2),
    ],
)
def test_channels_on_one_page_of_memory_go_together(x, expected, monkeypatch):
    monkeypatch.setattr(F, "CACHED_VALUES", 1)
    assert widths(x) == expected


@pytest.mark.parametrize("channels", [1, 3, 7])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", SHAPES)
def test_blocks_of_any_width_give_what_the_whole_gives(
    shape, order, training, channels, monkeypatch
):
    x, grad_output = (RNG.normal(5, 2, shape).astype(float, order=order) for _ in range(2))
    weight, bias, running_mean = RNG.normal(size=(3, 7))
    running_var = RNG.uniform(1, 2, 7)

    def results():
        running = running_mean.copy(), running_var.copy()
        y = F.batch_norm(x, *running, weight, bias, training)
        statistics = (None, None) if training else running
        return y, *running, *F.batch_norm_backward(grad_output, x, weight, *statistics)

    whole = results()
    monkeypatch.setattr(F, "CACHED_VALUES", channels * x.size // 7)
    monkeypatch.setattr(F, "PAGE_BYTES", 0)
    assert len(widths(x)) == -(-7 // channels)
    for found, expected in zip(results(), whole, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-12)


def test_an_array_of_several_blocks_agrees_with_torch():
    x, grad_output = RNG.normal(3, 2, (2, 4, 4, 3 * 2**14)).astype("float32")
    weight, bias = RNG.normal(size=(2, 4)).astype("float32")
    assert len(widths(x)) > 1
    leaves = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in (x, weight, bias)]
    torchs = torch.nn.functional.batch_norm(leaves[0], None, None, *leaves[1:], training=True)
    torchs.backward(torch.tensor(grad_output, dtype=torch.float64))
    y = F.batch_norm(x, None, None, weight, bias, training=True)
    grads = F.batch_norm_backward(grad_output, x, weight)
    expected = [torchs.detach(), *(leaf.grad for leaf in leaves)]
    for found, right in zip((y, *grads), expected, strict=True):
        np.testing.assert_allclose(found, right, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("training", [True, False])
def test_images_need_little_memory_beside_the_output(training):
    x = np.zeros((32, 64, 28, 28), "float32")
    running = np.zeros(64, "float32"), np.ones(64, "float32")
    F.batch_norm(x[:1], *running, training=training)  # the first call of all imports numpy.ma
    tracemalloc.start()
    F.batch_norm(x, *running, training=training)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 1.25 * x.nbytes


@pytest.mark.parametrize("training", [True, False])
def test_numpys_buffers_are_as_before_after_a_pass_that_succeeds_or_fails(training):
    x, grad_output = RNG.normal(size=(2, 5, 3))
    given, too_large = (np.zeros(3), np.ones(3)), np.full(3, np.finfo(float).max)
    with np.errstate(all="raise"):
        np.setbufsize(4096)
        F.batch_norm(x, *given, training=training)
        F.batch_norm_backward(grad_output, x, None, *((None, None) if training else given))
        assert np.getbufsize() == 4096
        with pytest.raises(FloatingPointError):
            F.batch_norm(10 * x, *given, too_large, training=training)
        with pytest.raises(FloatingPointError):
            F.batch_norm_backward(10 * grad_output, x, too_large)
        assert np.getbufsize() == 4096
