"""Lesson 7: what goes wrong in practice."""

import numpy as np

import bnlib
from bnlib.classroom.lessons.digits import load_digits
from bnlib.classroom.lessons.network import (
    Linear,
    ReLU,
    Sequential,
    accuracy,
    classifier,
    fit,
    sgd_step,
    shuffled_batches,
)
from claims import Claim, definitions

LESSON = definitions("07_in_practice", "network", "lagging-network", "one-kind-data")

TRAIN, TEST = load_digits()
GRAY_TRAIN, GRAY_TEST = (data._replace(images=0.3 * data.images + 0.5) for data in (TRAIN, TEST))


def trained(seed, lr=0.3, steps=63, batch_size=64):
    network = classifier([64, 32, 32, 10], seed=seed)
    fit(network, TRAIN, lr, steps, batch_size, seed)
    return network.eval()


def company(seed):
    """Percent right in test mode, and in training mode in three kinds of batches."""
    network = trained(seed)
    as_they_come = np.arange(384)
    by_digit = np.argsort(TEST.labels[:384], kind="stable")
    found = {"test mode": accuracy(network, TEST)}
    for name, batches in (
        ("by 32", as_they_come.reshape(-1, 32)),
        ("by 2", as_they_come.reshape(-1, 2)),
        ("by 32, sorted", by_digit.reshape(-1, 32)),
    ):
        network.train()
        right = [network(TEST.images[b]).argmax(axis=1) == TEST.labels[b] for b in batches]
        found[name] = round(100 * np.mean(right))
    return found


def lagging(seed, momentum):
    """Percent right of a network with this momentum after 21 steps, by mode, and measured again."""
    network = LESSON["with_momentum"](seed, momentum)
    return diagnosed(network, TEST, LESSON["by_64"], TRAIN.images)


def of_one_source(seed):
    """The same of a network each of whose batches was of one of two sources."""
    data = LESSON["both_train"]
    network = LESSON["trained_on"](data, LESSON["of_one_source"](seed), seed)
    return diagnosed(network, LESSON["both_test"], LESSON["even_then_odd"], data.images)


def diagnosed(network, *data):
    return {name: found[0] for name, found in LESSON["diagnosis"]([network], *data).items()}


def small_batches(seed, lr):
    """Percent right after 4032 images."""
    return {
        f"by {size}": accuracy(trained(seed, lr, 4032 // size, size), TEST) for size in (64, 4, 2)
    }


def drift(seed):
    """Percent right after gray images have passed, and no step."""
    found = {"before": accuracy(trained(seed), TEST)}
    for name, training in (("training mode", True), ("test mode", False)):
        network = trained(seed).train(training)
        for _, batch in zip(range(21), shuffled_batches(1400, 64, seed), strict=False):
            network(GRAY_TRAIN.images[batch])
        found[name] = accuracy(network.eval(), TEST)
    return found


def measure_again(network, batches, momentum):
    """The network with the statistics of these batches."""
    for layer in network.layers:
        if isinstance(layer, bnlib.BatchNorm1d):
            layer.reset_running_stats()
            layer.momentum = momentum
    network.train()
    for batch in batches:
        network(batch)
    return network.eval()


def teacher(seed):
    """Percent right of a network, of its averaged weights, and of these with new statistics."""
    student, average = (classifier([64, 32, 32, 10], seed=seed) for _ in range(2))
    for _, batch in zip(range(210), shuffled_batches(1400, 64, seed), strict=False):
        sgd_step(student, TRAIN.images[batch], TRAIN.labels[batch], lr=0.3)
        for slow, fast in zip(average.parameters(), student.parameters(), strict=True):
            slow[:] = 0.95 * slow + 0.05 * fast
    found = {"student": accuracy(student.eval(), TEST), "teacher": accuracy(average.eval(), TEST)}
    batches = TRAIN.images[:1344].reshape(21, 64, 64)
    return found | {"measured again": accuracy(measure_again(average, batches, None), TEST)}


def other_data(seed):
    """Percent right on gray images, before and after the statistics are taken from a hundred."""
    network = trained(seed)
    rest = type(TEST)(GRAY_TEST.images[100:], GRAY_TEST.labels[100:])
    found = {"as trained": accuracy(network, rest)}
    adapted = measure_again(network, [GRAY_TEST.images[:100]], 1.0)
    return found | {"adapted": accuracy(adapted, rest)}


def order(seed):
    """Percent right with batch normalization before and after ReLU."""
    found = {}
    for name in ("before", "after"):
        random, layers = np.random.default_rng(seed), []
        for fan_in in (64, 32):
            pair = [bnlib.BatchNorm1d(32, dtype=np.float64), ReLU()]
            layers += [Linear(fan_in, 32, random), *(pair if name == "before" else pair[::-1])]
        network = Sequential(*layers, Linear(32, 10, random))
        fit(network, TRAIN, lr=0.3, steps=210, seed=seed)
        found[name] = accuracy(network.eval(), TEST)
    return found


CLAIMS = [
    Claim(
        "company",
        "In training mode mixed batches of 32 do little harm, and pairs and sorted batches much",
        run=company,
        settings={"63 steps": {}},
        holds=lambda test, mixed, pairs, sorted_: test - 10 < mixed and max(pairs, sorted_) < 70,
    ),
    Claim(
        "a momentum that is too small",
        "With ten seeds: {test mode} in test mode, {training mode} in training mode, "
        "{measured again} measured again",
        run=lagging,
        settings={"0.01": {"momentum": 0.01}},
        holds=lambda test, training, again: test < training - 8 and again > training - 4,
    ),
    Claim(
        "batches of one source",
        "Ten seeds: {training mode} in training mode, {test mode} in test mode, {measured again} "
        "measured again",
        run=of_one_source,
        settings={"two sources": {}},
        holds=lambda test, training, again: max(test, again) < training - 4,
    ),
    Claim(
        "small batches",
        "Four images in a batch are enough for this task and two are not, at any learning rate",
        run=small_batches,
        settings={f"{lr:g}": {"lr": lr} for lr in (0.03, 0.1)},
        holds=lambda many, four, two: four > 80 and two < 70,
    ),
    Claim(
        "drift",
        "Other images in training mode make a network worse that is not trained",
        run=drift,
        settings={"gray": {}},
        holds=lambda before, training, test: training < before - 5 and test == before,
    ),
    Claim(
        "teacher",
        "Averaged weights with the statistics of a new layer are bad, and measured again good",
        run=teacher,
        settings={"210 steps": {}},
        holds=lambda student, average, again: average < student - 15 and again >= student - 2,
    ),
    Claim(
        "other data",
        "Nothing was learned, and nearly all is back",
        run=other_data,
        settings={"gray": {}},
        holds=lambda trained, adapted: trained < 80 and adapted > 88,
    ),
    Claim(
        "before or after ReLU",
        "Neither order is better",
        run=order,
        settings={"210 steps": {}},
        holds=lambda before, after: abs(before - after) <= 3,
    ),
]
