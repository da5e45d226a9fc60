"""1797 images of handwritten digits, 8 x 8 pixels, to train small networks on.

They were collected for C. Kaynak's master's thesis, Bogazici University, 1995, and donated in 1998.

Data: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
Learning Repository, 1998, https://doi.org/10.24432/C50P49, license CC BY 4.0
(https://creativecommons.org/licenses/by/4.0/). digits.npz holds the repository's test set
in its order, stored as bytes and otherwise unchanged: pixels (1797, 64), 0 to 16, and
labels (1797,).
"""

from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TRAINING = 1400


class Digits(NamedTuple):
    """Images, (N, 64) float64 from 0 (paper) to 1 (ink), row by row; labels, (N,), 0 to 9."""

    images: NDArray[np.float64]
    labels: NDArray[np.int64]

    def __hash__(self) -> int:
        """By which one it is: so what was computed from it can be cached."""
        return id(self)


def load_digits() -> tuple[Digits, Digits]:
    """1400 images to train on and the other 397 to test with, in an order shuffled with seed 0."""
    with (files(__package__) / "digits.npz").open("rb") as file, np.load(file) as data:
        images, labels = data["images"] / 16, data["labels"].astype(np.int64)
    order = np.random.default_rng(0).permutation(len(labels))
    train, test = order[:TRAINING], order[TRAINING:]
    return Digits(images[train], labels[train]), Digits(images[test], labels[test])
