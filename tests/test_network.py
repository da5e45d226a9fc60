"""The network of lessons 6 and 7 is torch's, step by step; its data are the repository's."""

import hashlib

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy as torch_cross_entropy

from bnlib.classroom.exercises import which_learns
from bnlib.classroom.labs.watched import STEPS
from bnlib.classroom.lessons.digits import load_digits
from bnlib.classroom.lessons.network import (
    Linear,
    ReLU,
    Sequential,
    accuracy,
    classifier,
    cross_entropy,
    fit,
    sgd_step,
    shuffled_batches,
)

TRAIN, TEST = load_digits()
# Of the repository's test set, a row for each image: 64 pixels and the label, in bytes.
CHECKSUM = "68aea062d35a127749050fa0e52dca09d6569ac08092c925610e0954e172dde2"
both = pytest.mark.parametrize("batch_norm", [False, True], ids=["without", "with"])


def in_torch(network):
    """The same network in torch, with a copy of the weights."""
    layers = []
    for layer in network.layers:
        if isinstance(layer, Linear):
            layers.append(torch.nn.Linear(*layer.weight.shape, bias=layer.bias is not None))
        elif isinstance(layer, ReLU):
            layers.append(torch.nn.ReLU())
        else:
            layers.append(torch.nn.BatchNorm1d(layer.num_features))
    torchs = torch.nn.Sequential(*layers).double()
    for ours, theirs in zip(network.parameters(), torchs.parameters(), strict=True):
        theirs.data = torch.tensor(ours.T)
    return torchs


def near(ours, theirs):
    theirs = theirs.detach().numpy()
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12 * np.abs(theirs).max())


@both
def test_losses_and_parameters_are_torchs_at_each_of_63_steps(batch_norm):
    network = classifier([64, *6 * [32], 10], batch_norm)
    torchs = in_torch(network)
    optimizer = torch.optim.SGD(torchs.parameters(), lr=0.1)
    for _, batch in zip(range(STEPS), shuffled_batches(1400, 64), strict=False):
        images, labels = TRAIN.images[batch], TRAIN.labels[batch]
        loss = sgd_step(network, images, labels, lr=0.1)
        torch_loss = torch_cross_entropy(torchs(torch.tensor(images)), torch.tensor(labels))
        optimizer.zero_grad()
        torch_loss.backward()
        optimizer.step()
        near(loss, torch_loss)
    for ours, theirs in zip(network.parameters(), torchs.parameters(), strict=True):
        np.testing.assert_allclose(ours.T, theirs.detach(), rtol=0, atol=1e-11)
    near(network.eval()(TEST.images), torchs.eval()(torch.tensor(TEST.images)))


@both
@pytest.mark.parametrize("training", [True, False])
def test_gradients_are_torchs_in_both_modes(batch_norm, training):
    draw = np.random.default_rng(1)
    network = classifier([5, 7, 6, 3], batch_norm, seed=1)
    torchs = in_torch(network).train(training)
    x = draw.normal(size=(8, 5))
    given = torch.tensor(x, requires_grad=True)
    y = torchs(given)
    near(network.train(training)(x), y)
    grad_y = draw.normal(size=(8, 3))
    grads = torch.autograd.grad(y, [given, *torchs.parameters()], torch.tensor(grad_y))
    largest = max(grad.abs().max().item() for grad in grads)
    for ours, theirs in zip(network.backward(grad_y), grads, strict=True):
        theirs = theirs if ours.shape == x.shape else theirs.T if theirs.ndim == 2 else theirs
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12 * largest)


def test_cross_entropy_and_its_gradient_are_torchs_for_large_scores_too():
    draw = np.random.default_rng(2)
    for size in (1.0, 1e3):
        scores, labels = size * draw.normal(size=(9, 4)), draw.integers(4, size=9)
        given = torch.tensor(scores, requires_grad=True)
        loss = torch_cross_entropy(given, torch.tensor(labels))
        loss.backward()
        ours, grad = cross_entropy(scores, labels)
        near(ours, loss)
        near(grad, given.grad)


def test_the_first_weights_have_the_size_that_is_asked_for():
    for scale in (2**0.5, 0.5):
        first = classifier([400, 300, 10], scale=scale).layers[0].weight
        assert first.std() * 20 == pytest.approx(scale, rel=0.01)
        assert abs(first.mean()) * 20 < 0.01


@both
def test_a_linear_layer_has_a_bias_where_no_batch_norm_follows(batch_norm):
    linear = [x for x in classifier([4, 3, 3, 2], batch_norm).layers if isinstance(x, Linear)]
    assert [layer.bias is None for layer in linear] == [batch_norm, batch_norm, False]


def test_a_sequence_is_a_layer():
    inner = classifier([4, 3, 2])
    outer = Sequential(inner, ReLU())
    assert outer.eval().parameters()[0] is inner.layers[0].weight
    assert not inner.layers[1].training
    assert outer.train() is outer
    assert inner.layers[1].training


def test_batches_are_whole_and_each_image_comes_once_before_any_comes_again():
    batches = shuffled_batches(10, 3)
    for _ in range(2):
        one_round = np.concatenate([next(batches) for _ in range(3)])
        assert len(set(one_round.tolist())) == 9
    assert len(fit(classifier([64, 4, 10]), TRAIN, 0.1, steps=25)) == 25


@pytest.mark.parametrize("batch_size", [0, 1401])
def test_a_batch_that_cannot_be_filled_is_refused(batch_size):
    with pytest.raises(ValueError, match=f"batch_size is {batch_size}; expected 1 to 1400"):
        next(shuffled_batches(1400, batch_size))


def test_the_digits_are_those_of_the_repository():
    assert TRAIN.images.shape == (1400, 64)
    assert TEST.images.shape == (397, 64)
    images = np.concatenate([TRAIN.images, TEST.images])
    labels = np.concatenate([TRAIN.labels, TEST.labels])
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]  # as the repository says
    assert np.bincount(labels).tolist() == counts
    in_order = np.empty((1797, 65), np.uint8)
    in_order[np.random.default_rng(0).permutation(1797)] = np.column_stack([16 * images, labels])
    assert hashlib.sha256(in_order.tobytes()).hexdigest() == CHECKSUM


def test_the_network_that_a_question_says_learns_is_the_only_one():
    for lr in which_learns.draw["lr"]:
        settings = ((False, 64, 1.0), (True, 2, 1.0), (True, 64, 1.0), (False, 64, 0.5))
        right = []
        for batch_norm, batch_size, size in settings:
            network = classifier([64, *6 * [32], 10], batch_norm, size * 2**0.5)
            fit(network, TRAIN, lr, STEPS, batch_size)
            right.append(accuracy(network.eval(), TEST) > 80)
        assert right == [number == which_learns.right for number in (1, 2, 3, 4)]
