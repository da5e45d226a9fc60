"""Run batch norms of other libraries, and write down what they gave.

The records are bnlib/classroom/lessons/other_libraries.json. Everything runs on the CPU, and
Keras on torch, where nothing else is said.

make libraries runs all of them. Those that are not installed keep their records.
"""

import json
import os
import subprocess
import sys
from functools import partial
from importlib.util import find_spec
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


def large_mean(library: str, **settings: bool) -> dict:
    """5000, 5001, 5002 in training mode."""
    x = np.float32([[5000], [5001], [5002]])
    return {"training": digits(LAYERS[library](1, **settings).train(x)[:, 0])}


def large_mean_by_keras_on_jax() -> dict:
    """The same; Keras takes one backend, when it is loaded."""
    return in_a_process("large_mean('Keras')", KERAS_BACKEND="jax")


def larger_mean(library: str) -> dict:
    """Eight channels of 32 samples around 10,000: is any output NaN?"""
    x = np.random.default_rng(0).normal(1e4, 1, (32, 8)).astype(np.float32)
    with np.errstate(invalid="ignore"):
        return {"NaN": bool(np.isnan(LAYERS[library](channels=8).train(x)).any())}


def sharded_batch() -> dict:
    """0, 4 on one device and 10, 14 on another, through a layer of Flax under jax.jit."""
    return in_a_process("_on_two_devices()", XLA_FLAGS="--xla_force_host_platform_device_count=2")


def _on_two_devices() -> dict:
    import jax

    layer = LAYERS["Flax"](channels=1)
    sharding = jax.sharding.NamedSharding(
        jax.make_mesh((2,), ("data",)), jax.sharding.PartitionSpec("data")
    )
    x = jax.device_put(np.float32([[0], [4], [10], [14]]), sharding)
    y = jax.jit(lambda x: layer._call(x, use_running_average=False)[0])(x)
    return {"devices": len(x.devices()), "training": digits(np.asarray(y)[:, 0])}


def in_a_process(call: str, **environment: str) -> dict:
    """What a function of this file returns, in a process with these environment variables."""
    code = f"import json, record_libraries; print(json.dumps(record_libraries.{call}))"
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env=os.environ | {"PYTHONPATH": path} | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(run.stdout)


def one_sample(library: str) -> dict:
    """A batch of one sample, 7, in training mode."""
    try:
        return {"training": digits(LAYERS[library](channels=1).train(np.float32([[7]]))[:, 0])}
    except (ValueError, ZeroDivisionError) as error:
        return {"error": type(error).__name__}


def batch_mode() -> dict:
    """Equinox's other mode: what test mode gives for 0 and 4 after so many batches of 0 and 4."""
    layer, found = LAYERS["Equinox"](channels=1, mode="batch"), {}
    for count in range(1, 1001):
        layer.train(BATCH)
        if count in (1, 10, 100, 1000):
            found[f"test after {count}"] = digits(layer.test(BATCH)[:, 0])
    return found


def trained_on() -> dict:
    """A layer of ours in Haiku, and one batch more: its running means, by what was moved along."""
    names = dict(zip(RULES["torch"].names, RULES["Haiku"].names, strict=True))
    values = {theirs: trained_here().state_dict()[ours] for ours, theirs in names.items()}
    batch, found = np.float32([[11, 11, 11], [13, 13, 13]]), {}
    for name in ("four arrays", "hidden and counter too"):
        layer = LAYERS["Haiku"](channels=3, decay_rate=0.9)
        kept = {each: dict(entry) for each, entry in layer.state.items()}
        layer.load(values)
        if name == "four arrays":
            for each, entry in layer.state.items():
                entry |= {"hidden": kept[each]["hidden"], "counter": kept[each]["counter"]}
        layer.train(batch)
        found[name] = digits(layer.values()["mean_ema"])
    return found


def not_trainable() -> dict:
    """A Keras layer with trainable=False in training mode, and what it writes down."""
    layer = LAYERS["Keras"](channels=1, trainable=False)
    training = digits(layer.train(BATCH)[:, 0])
    return {"training": training, "moving_mean": digits(layer.values()["moving_mean"])}


# What is recorded, of which library, and how.
RUNS = {
    ("second batch", "Haiku"): lambda: second_batch("Haiku"),
    ("second batch", "Equinox"): lambda: second_batch("Equinox"),
    ("from", "Keras"): from_keras,
    ("to", "Keras"): to_keras,
    ("without axis", "Keras"): without_axis,
    **{("large mean", name): partial(large_mean, name) for name in LAYERS},
    ("large mean", "Keras on JAX"): large_mean_by_keras_on_jax,
    ("large mean", "Flax, two passes"): lambda: large_mean("Flax", use_fast_variance=False),
    **{("larger mean", name): partial(larger_mean, name) for name in LAYERS},
    **{("one sample", name): partial(one_sample, name) for name in LAYERS},
    ("batch mode", "Equinox"): batch_mode,
    ("trained on", "Haiku"): trained_on,
    ("trainable=False", "Keras"): not_trainable,
    ("sharded batch", "Flax"): sharded_batch,
}


def version_here(name: str) -> str | None:
    """The version of the library that a run needs, which may have a word on settings behind it."""
    if name.endswith("on JAX") and not find_spec("jax"):
        return None
    library = name.removesuffix(" on JAX").partition(",")[0]
    return installed_version(library)


def main() -> None:
    old = records()
    new = {
        "passports": {
            library: run_passport(library)
            if installed_version(library)
            else old["passports"][library]
            for library in LAYERS
        }
    }
    for (name, library), run in RUNS.items():
        version = version_here(library)
        found = {"version": version, **run()} if version else old[name][library]
        new.setdefault(name, {})[library] = found
    FILE.write_text(json.dumps(new, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
