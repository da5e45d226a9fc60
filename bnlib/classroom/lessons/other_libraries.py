"""The same layer in other libraries: their rules, and what they gave when they were run.

The records in other_libraries.json were written by tools/record_libraries.py, which ran the
versions that they name; tests/test_elsewhere.py runs them again wherever they are installed.
"""

import json
import warnings
from contextlib import redirect_stderr
from importlib.resources import files
from io import StringIO
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bnlib.classroom.agreement import DisagreementError, agree
from bnlib.classroom.display import Shown
from bnlib.classroom.lessons.library_layers import LAYERS, installed_version

BATCH = np.array([[0.0], [4.0]], dtype=np.float32)  # mean 2, variance 4 biased and 8 unbiased
TOLERANCE = 1e-5  # a few roundings in float32
NO_CONTRADICTION = (  # the same text whatever is installed, so that lessons can store it
    "torch, and whatever else of the eleven is installed here, gives what is recorded.\n"
    "What is not installed was not run."
)


class Rule(NamedTuple):
    """How a library keeps running statistics, and what it calls them.

    Attributes:
        momentum: its default, as the library writes it.
        weighs: what momentum multiplies, the "new" statistic or the "old".
        eps: its default, in squared units of the input.
        variance: which one goes into the running variance.
        names: what it calls weight, bias, running_mean and running_var.
        first_batch: "weighed" against the start, 0 and 1; or "copied" in its place; or "debiased":
            all batches are weighed, and the sum is divided by their weights.
        momentum_name, eps_name: what it calls these two.
    """

    momentum: float
    weighs: Literal["new", "old"]
    eps: float
    variance: Literal["biased", "unbiased"]
    names: tuple[str, str, str, str]
    first_batch: Literal["weighed", "copied", "debiased"] = "weighed"
    momentum_name: str = "momentum"
    eps_name: str = "epsilon"

    @property
    def share_of_new(self) -> float:
        """What torch would call momentum."""
        return self.momentum if self.weighs == "new" else 1 - self.momentum


TORCH = Rule(
    0.1,
    "new",
    1e-5,
    "unbiased",
    ("weight", "bias", "running_mean", "running_var"),
    eps_name="eps",
)
ONNX = Rule(0.9, "old", 1e-5, "biased", ("scale", "B", "input_mean", "input_var"))
FLAX = Rule(0.99, "old", 1e-5, "biased", ("scale", "bias", "mean", "var"))
RULES = {
    "torch": TORCH,
    "MLX": TORCH,
    "tinygrad": TORCH,
    "ONNX": ONNX,
    "onnxruntime": ONNX,
    "Paddle": ONNX._replace(names=("weight", "bias", "_mean", "_variance")),
    "Keras": FLAX._replace(eps=1e-3, names=("gamma", "beta", "moving_mean", "moving_variance")),
    "Flax": FLAX,
    "Flax NNX": FLAX,
    "Haiku": FLAX._replace(
        names=("scale", "offset", "mean_ema", "var_ema"),
        first_batch="debiased",
        momentum_name="decay_rate",
        eps_name="eps",
    ),
    "Equinox": FLAX._replace(
        names=("weight", "bias", "mean", "var"), first_batch="copied", eps_name="eps"
    ),
}


def records() -> dict[str, Any]:
    """What other_libraries.json holds."""
    found: dict[str, Any] = json.loads((files(__package__) / "other_libraries.json").read_text())
    return found


def passports() -> Shown:
    """Every library's fresh layer, after one training batch 0, 4, as a table."""
    rows = [("library", "version", "running mean", "and var", "training", "", "test", "")]
    for library, row in records()["passports"].items():
        numbers = (f"{n:.6f}" for n in (*row["training"], *row["test"]))
        rows.append((library, row["version"], *map(str, row["running"]), *numbers))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return Shown("\n".join(lines))


def as_recorded(library: str, **ours: ArrayLike) -> Shown:
    """Compare a passport of ours with the library's, as recorded, and show it.

    Args:
        library: a key of RULES.
        ours: running, training and test, each two numbers.

    Raises:
        DisagreementError: a number differs; it says which.
    """
    record = dict(records()["passports"][library])
    name = f"{library} {record.pop('version')}"
    found = {entry: np.asarray(ours[entry], np.float32) for entry in record}
    theirs = {entry: np.float32(record[entry]) for entry in record}
    try:
        return Shown(repr(agree(found, theirs, within=TOLERANCE)).replace("torch", name))
    except DisagreementError as error:
        raise DisagreementError(str(error).replace("torch", name)) from None


def run_passport(library: str) -> dict[str, Any]:
    """The passport of an installed library, by running it; floats to seven digits."""
    layer = LAYERS[library](channels=1)
    training, test = layer.train(BATCH)[:, 0], layer.test(BATCH)[:, 0]
    values = layer.values()
    running = np.concatenate([values[name] for name in RULES[library].names[2:]])
    found = {"running": running, "training": training, "test": test}
    return {"version": installed_version(library)} | {n: digits(v) for n, v in found.items()}


def run_installed() -> Shown:
    """Run every library that is installed here, and say where one contradicts its record."""
    lines = []
    for library, record in records()["passports"].items():
        if installed_version(library):
            with redirect_stderr(StringIO()), warnings.catch_warnings(action="ignore"):
                found = run_passport(library)  # some talk about their setup as they start
            same = (
                np.allclose(found[n], record[n], rtol=0, atol=TOLERANCE) for n in list(record)[1:]
            )
            if not all(same):
                lines.append(f"{library} {found['version']} gives {found}; recorded is {record}.")
    return Shown("\n".join(lines) or NO_CONTRADICTION)


def installed() -> dict[str, str]:
    """The libraries that are installed here, with their versions."""
    versions = {library: installed_version(library) for library in RULES}
    return {library: version for library, version in versions.items() if version}


def digits(values: Any) -> Any:
    """values as lists of numbers with the seven digits that float32 has."""
    return np.vectorize(lambda v: float(f"{v:.7g}"))(np.asarray(values, np.float64)).tolist()
