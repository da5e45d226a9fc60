"""A network that trains: layers in NumPy around bnlib, forward beside backward.

Every layer is used alike, and bnlib's BatchNorm1d is one of them as it is:

    y = layer(x)                                    forward; the layer notes what it needs
    grad_x, *grads = layer.backward(grad_y)         for x, then for each of its parameters
    layer.parameters()                              arrays that training changes in place
    layer.train(), layer.eval()                     the two modes of batch normalization

grad_y is the gradient of the loss with respect to y, of the shape of y. All is float64.

Source of the initial weights: K. He and others, "Delving Deep into Rectifiers",
ICCV 2015 (arXiv:1502.01852): normal, with variance 2 / fan_in.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

import bnlib
from bnlib.classroom.lessons.digits import Digits
from bnlib.classroom.lessons.progress import tell

Floats = NDArray[np.float64]
Labels = NDArray[np.integer]


class Layer:
    """A layer without parameters that is the same in both modes."""

    def parameters(self) -> list[Floats]:
        return []

    def train(self, mode: bool = True) -> Self:
        return self

    def eval(self) -> Self:
        return self.train(False)


class Linear(Layer):
    """y = x @ weight + bias; weight is (fan_in, fan_out), bias (fan_out,) or left out."""

    def __init__(
        self,
        fan_in: int,
        fan_out: int,
        random: np.random.Generator,
        bias: bool = True,
        scale: float = 2**0.5,
    ) -> None:
        self.weight = scale / np.sqrt(fan_in) * random.normal(size=(fan_in, fan_out))
        self.bias = np.zeros(fan_out) if bias else None

    def __call__(self, x: Floats) -> Floats:
        self.x = x  # (N, fan_in)
        y = x @ self.weight  # (N, fan_out)
        return y if self.bias is None else y + self.bias

    def backward(self, grad_y: Floats) -> tuple[Floats, ...]:
        grad_x = grad_y @ self.weight.T  # (N, fan_in)
        grad_weight = self.x.T @ grad_y  # (fan_in, fan_out)
        if self.bias is None:
            return grad_x, grad_weight
        return grad_x, grad_weight, grad_y.sum(axis=0)

    def parameters(self) -> list[Floats]:
        return [self.weight] if self.bias is None else [self.weight, self.bias]


class ReLU(Layer):
    """y = x where x is positive, else 0."""

    def __call__(self, x: Floats) -> Floats:
        self.positive = x > 0
        return x * self.positive

    def backward(self, grad_y: Floats) -> tuple[Floats, ...]:
        return (grad_y * self.positive,)


class Sequential(Layer):
    """Layers, one after the other; a layer itself."""

    def __init__(self, *layers: Any) -> None:
        self.layers = layers

    def __call__(self, x: Floats) -> Floats:
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, grad_y: Floats) -> tuple[Floats, ...]:
        grads: list[Floats] = []
        for layer in reversed(self.layers):
            grad_y, *own = layer.backward(grad_y)
            grads = own + grads
        return grad_y, *grads

    def parameters(self) -> list[Floats]:
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def train(self, mode: bool = True) -> Self:
        for layer in self.layers:
            layer.train(mode)
        return self


def classifier(
    sizes: Sequence[int], batch_norm: bool = True, scale: float = 2**0.5, seed: int = 0
) -> Sequential:
    """Linear, batch norm and ReLU from each size to the next; from the last but one, linear only.

    Args:
        sizes: width of the input, of each hidden layer, and of the output.
        batch_norm: whether there is batch normalization. Where it follows, a linear layer
            has no bias: it would have no effect.
        scale: the first weights have the standard deviation scale / sqrt(fan_in); the
            default, the root of 2, is He's.
        seed: of the first weights, the same with and without batch normalization.
    """
    random = np.random.default_rng(seed)
    layers: list[Any] = []
    for fan_in, fan_out in pairwise(sizes[:-1]):
        layers.append(Linear(fan_in, fan_out, random, not batch_norm, scale))
        if batch_norm:
            layers.append(bnlib.BatchNorm1d(fan_out, dtype=np.float64))
        layers.append(ReLU())
    return Sequential(*layers, Linear(sizes[-2], sizes[-1], random, scale=scale))


def cross_entropy(scores: Floats, labels: Labels) -> tuple[float, Floats]:
    """The mean of -log(softmax(scores)[label]) over the samples, and its gradient by scores.

    Args:
        scores: (N, classes).
        labels: (N,), the right class of each sample, 0 to classes - 1.
    """
    rows = np.arange(len(labels))
    scores = scores - scores.max(axis=1, keepdims=True)  # the same softmax, and no overflow
    log_softmax = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))  # (N, classes)
    grad = np.exp(log_softmax)
    grad[rows, labels] -= 1
    return -float(log_softmax[rows, labels].mean()), grad / len(labels)


def sgd_step(network: Sequential, images: Floats, labels: Labels, lr: float) -> float:
    """One step of gradient descent on one batch, in place; returns the loss before it."""
    loss, grad = cross_entropy(network(images), labels)
    _, *grads = network.backward(grad)
    for parameter, grad in zip(network.parameters(), grads, strict=True):
        parameter -= lr * grad
    return loss


def shuffled_batches(count: int, batch_size: int, seed: int = 0) -> Iterator[NDArray[np.integer]]:
    """Batches of the numbers 0 to count - 1, without end; all whole, none twice in one round."""
    if not 1 <= batch_size <= count:
        raise ValueError(
            f"batch_size is {batch_size}; expected 1 to {count}, the images that there are."
        )
    random = np.random.default_rng(seed)
    while True:
        order = random.permutation(count)
        for first in range(0, count - batch_size + 1, batch_size):
            yield order[first : first + batch_size]


def fit(
    network: Sequential,
    data: Digits,
    lr: float,
    steps: int = 63,
    batch_size: int = 64,
    seed: int = 0,
) -> list[float]:
    """Steps on shuffled batches; returns their losses.

    1400 images are 21 whole batches of 64, so 63 steps are three rounds.
    """
    batches = islice(shuffled_batches(len(data.labels), batch_size, seed), steps)
    losses = []
    for step, b in enumerate(batches, start=1):
        losses.append(sgd_step(network, data.images[b], data.labels[b], lr))
        tell(f"Training: step {step} of {steps}")
    return losses


def accuracy(network: Sequential, data: Digits) -> int:
    """How often the right label has the highest score, in the mode that is on, in whole percent."""
    right = network(data.images).argmax(axis=1) == data.labels  # (N,)
    return round(100 * float(np.mean(right)))
