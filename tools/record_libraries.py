"""Run batch norms of other libraries, and write what they gave to bnlib/classroom/elsewhere.json.

Libraries that are not installed keep their records: python tools/record_libraries.py
"""

import json
from pathlib import Path

import numpy as np

import bnlib
from bnlib.classroom.elsewhere import RULES, digits, records, run_passport
from bnlib.classroom.libraries import LAYERS, installed_version

FILE = Path(__file__).parent.parent / "bnlib" / "classroom" / "elsewhere.json"


def batches() -> np.ndarray:
    """50 batches of 32 samples; three channels, of which the first hardly varies."""
    return np.random.default_rng(0).normal([0, 5, -3], [0.05, 1, 10], (50, 32, 3)).astype("float32")


def from_keras() -> dict:
    """A Keras layer that was trained: its settings and values, and what it gives for x."""
    layer = LAYERS["Keras"](channels=3, momentum=0.9)
    gamma_beta = {"gamma": np.float32([1, 2, 0.5]), "beta": np.float32([0, -1, 3])}
    layer.load(layer.values() | gamma_beta)
    for batch in batches():
        layer.train(batch)
    x = batches()[0, :4]
    values = {name: digits(value) for name, value in layer.values().items()}
    settings = {"momentum": 0.9, "epsilon": RULES["Keras"].eps}
    found = {"settings": settings, "values": values, "x": digits(x), "y": digits(layer.test(x))}
    return {"version": installed_version("Keras"), **found}


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
    return {"version": installed_version("Keras"), "y": digits(layer.test(batches()[0, :4]))}


def main() -> None:
    old = records() if FILE.exists() else {"passports": {}}
    for library in LAYERS:
        if installed_version(library):
            old["passports"][library] = run_passport(library)
    if installed_version("Keras"):
        old |= {"from Keras": from_keras(), "to Keras": to_keras()}
    FILE.write_text(json.dumps(old, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
