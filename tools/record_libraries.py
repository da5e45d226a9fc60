"""Run batch norms of other libraries, and write down what they gave.

The records are bnlib/classroom/lessons/other_libraries.json.

Libraries that are not installed keep their records: python tools/record_libraries.py
"""

import json
from pathlib import Path

import numpy as np

import bnlib
from bnlib.classroom.lessons.library_layers import LAYERS, installed_version
from bnlib.classroom.lessons.other_libraries import BATCH, RULES, digits, records, run_passport

FILE = Path(__file__).parent.parent / "bnlib" / "classroom" / "lessons" / "other_libraries.json"


def batches() -> np.ndarray:
    """50 batches of 32 samples; three channels, of which the first hardly varies."""
    return np.random.default_rng(0).normal([0, 5, -3], [0.05, 1, 10], (50, 32, 3)).astype("float32")


def from_keras() -> dict:
    """A Keras layer that was trained, eps left at its default: its values, what it gives for x."""
    layer = LAYERS["Keras"](channels=3, momentum=0.9)
    gamma_beta = {"gamma": np.float32([1, 2, 0.5]), "beta": np.float32([0, -1, 3])}
    layer.load(layer.values() | gamma_beta)
    for batch in batches():
        layer.train(batch)
    x = batches()[0, :4]
    values = {name: digits(value) for name, value in layer.values().items()}
    return {"values": values, "x": digits(x), "y": digits(layer.test(x))}


def trained_here() -> bnlib.BatchNorm1d:
    """A layer of bnlib that saw the same batches."""
    bn = bnlib.BatchNorm1d(3)
    bn.weight[:], bn.bias[:] = [1, 2, 0.5], [0, -1, 3]
    for batch in batches():
        bn(batch)
    return bn.eval()


def to_keras() -> dict:
    """What Keras gives for x, with the values and the settings of trained_here()."""
    bn = trained_here()
    layer = LAYERS["Keras"](channels=3, momentum=1 - bn.momentum, epsilon=bn.eps)
    names = dict(zip(RULES["torch"].names, RULES["Keras"].names, strict=True))
    layer.load({theirs: bn.state_dict()[ours] for ours, theirs in names.items()})
    return {"y": digits(layer.test(batches()[0, :4]))}


def second_batch(library: str) -> dict:
    """After the passport's batch, 0 and 4, a second one, 10 and 14, in training mode."""
    layer = LAYERS[library](channels=1)
    layer.train(BATCH)
    training, values = layer.train(BATCH + 10)[:, 0], layer.values()
    running = np.concatenate([values[name] for name in RULES[library].names[2:]])
    return {"running": digits(running), "training": digits(training)}


def without_axis() -> dict:
    """Images of shape (3, 2, 4, 5) in a Keras layer that is not told the axis of the channels."""
    keras = LAYERS["Keras"](channels=1).keras
    layer = keras.layers.BatchNormalization(momentum=0)  # it keeps the batch's own statistics
    layer(np.arange(120, dtype=np.float32).reshape(3, 2, 4, 5), training=True)
    return {"moving_mean": digits(keras.ops.convert_to_numpy(layer.moving_mean))}


def large_mean(library: str) -> dict:
    """5000, 5001, 5002 in training mode, by the variance in one pass and in two."""
    x = np.float32([[5000], [5001], [5002]])
    options = {"fast variance": True, "two passes": False}
    layers = {name: LAYERS[library](1, use_fast_variance=fast) for name, fast in options.items()}
    return {name: digits(layer.train(x)[:, 0]) for name, layer in layers.items()}


def one_sample(library: str) -> dict:
    """A batch of one sample, 7, in training mode."""
    return {"training": digits(LAYERS[library](channels=1).train(np.float32([[7]]))[:, 0])}


# What is recorded, of which library, and how.
RUNS = {
    ("second batch", "Haiku"): lambda: second_batch("Haiku"),
    ("second batch", "Equinox"): lambda: second_batch("Equinox"),
    ("from", "Keras"): from_keras,
    ("to", "Keras"): to_keras,
    ("without axis", "Keras"): without_axis,
    ("large mean", "Flax"): lambda: large_mean("Flax"),
    ("one sample", "Keras"): lambda: one_sample("Keras"),
    ("one sample", "Flax"): lambda: one_sample("Flax"),
    ("one sample", "Paddle"): lambda: one_sample("Paddle"),
}


def main() -> None:
    old = records() if FILE.exists() else {"passports": {}}
    for library in LAYERS:
        if installed_version(library):
            old["passports"][library] = run_passport(library)
    for (name, library), run in RUNS.items():
        if version := installed_version(library):
            old.setdefault(name, {})[library] = {"version": version, **run()}
    FILE.write_text(json.dumps(old, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
