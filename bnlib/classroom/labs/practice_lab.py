"""Lesson 7: a network that was left in training mode, tested in batches of different company."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from bnlib.classroom.labs.base import Handle, Lab, Slider
from bnlib.classroom.labs.looks import BATCH, INK, RUNNING, legend_above, panel
from bnlib.classroom.labs.watched import digits
from bnlib.classroom.lessons.digits import Digits
from bnlib.classroom.lessons.network import Sequential, accuracy, classifier, fit

IMAGES = 384  # they fill batches of each of the sizes
SIZES = (2, 4, 8, 16, 32, 64, 128, 192)


class State(NamedTuple):
    """Percent right in training mode for each of SIZES and at the size chosen, and in test mode."""

    for_sizes: np.ndarray
    batch_size: int
    right: int
    in_test_mode: int
    digits_of_one: np.ndarray


@lru_cache
def trained() -> tuple[Sequential, Digits, int]:
    """A network, the images it is tested on, and its percent right in test mode."""
    train, test = digits()
    network = classifier([64, 32, 32, 10])
    fit(network, train, lr=0.3)
    images = Digits(test.images[:IMAGES], test.labels[:IMAGES])
    in_test_mode = accuracy(network.eval(), images)
    return network.train(), images, in_test_mode


def order(mixed: float) -> np.ndarray:
    """The images sorted by digit, and then this share of them put into random places."""
    random = np.random.default_rng(0)
    found = np.argsort(trained()[1].labels, kind="stable")
    places = random.permutation(IMAGES)[: round(mixed * IMAGES)]
    found[places] = found[random.permutation(places)]
    return found


def right_in_batches(mixed: float, batch_size: int) -> int:
    """Percent right in training mode; what is left over of the images joins the last batch."""
    network, images, _ = trained()
    batches = np.array_split(order(mixed), np.arange(batch_size, IMAGES - 1, batch_size))
    right = [network(images.images[b]).argmax(axis=1) == images.labels[b] for b in batches]
    return round(100 * float(np.concatenate(right).mean()))


@lru_cache(maxsize=128)
def for_sizes(mixed: float) -> np.ndarray:
    return np.array([right_in_batches(mixed, size) for size in SIZES])


class PracticeLab(Lab):
    question = "Left in training mode: how large, and how mixed, must a batch be to look right?"
    controls = (
        Slider("batch_size", 32, 2, 192, 1),
        Slider("mixed", 1.0, 0.0, 1.0, 0.05, ends=("sorted by digit", "all mixed")),
    )

    def model(self, batch_size: int, mixed: float) -> State:
        _, images, in_test_mode = trained()
        one = images.labels[order(mixed)[4 * IMAGES // 10 :][:batch_size]]
        return State(
            for_sizes(mixed),
            batch_size,
            right_in_batches(mixed, batch_size),
            in_test_mode,
            np.bincount(one, minlength=10),
        )

    def draw(self, figure: Figure) -> None:
        right = self.axes = panel(
            figure, 121, "percent right", xlim=(1.6, 240), ylim=(0, 104), xscale="log",
            xlabel="images per batch",
        )  # fmt: skip
        right.set_xticks(SIZES[:-1], map(str, SIZES[:-1]))
        right.minorticks_off()
        company = panel(
            figure, 122, "the digits in one batch", xlim=(-0.6, 9.6), ylim=(0, 1), xlabel="digit",
            xticks=range(10), yticks=[0, 0.5, 1],
        )  # fmt: skip
        company.set_yticks([0, 0.5, 1], ["none", "half", "all"])
        level = trained()[2]
        right.axhline(level, color=RUNNING, lw=3, label="test mode")
        self.curve = right.plot(
            SIZES, [0] * len(SIZES), "o--", color=BATCH, lw=2, ms=7, label="training mode"
        )[0]
        self.chosen = right.plot([0], [0], "o", color=INK, ms=14, mfc="none", mew=3)[0]
        self.bars = company.bar(range(10), [0] * 10, color=BATCH)
        legend_above(right, ncols=2)
        company.set_title(company.get_title(), fontsize=15, pad=32)

    def show(self, state: State) -> Iterable[Artist]:
        self.curve.set_ydata(state.for_sizes)
        self.chosen.set_data([state.batch_size], [state.right])
        for bar, count in zip(self.bars, state.digits_of_one, strict=True):
            bar.set_height(count / state.batch_size)
        return [self.curve, self.chosen, *self.bars]

    def handles(self, state: State) -> Iterable[Handle]:
        yield Handle(self.axes, (state.batch_size, state.right), x=("batch_size", 1))

    def numbers(self, state: State) -> dict[str, Any]:
        return {"right": state.right, "right_in_test_mode": state.in_test_mode}

    def words(self, state: State) -> str:
        return (
            f"In training mode {state.right}% are right, in batches of {state.batch_size}; in "
            f"test mode {state.in_test_mode}%, whatever the batch."
        )

    def describe(self, state: State) -> str:
        found = zip(SIZES, state.for_sizes, strict=True)
        curve = ", ".join(f"{percent}% in batches of {size}" for size, percent in found)
        kinds = int((state.digits_of_one > 0).sum())
        return (
            f"In training mode {curve}; chosen: {state.right}% in batches of {state.batch_size}. "
            f"In test mode {state.in_test_mode}%. One batch has {kinds} of the ten digits in it."
        )
