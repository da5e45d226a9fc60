"""Other libraries: what is recorded of them, by running them, and moving weights both ways.

A library that is not installed here is skipped; in CI those of the extra "elsewhere" never are.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from record_libraries import RUNS, batches, trained_here, version_here

import bnlib
from bnlib import functional as F
from bnlib.classroom.labs import elsewhere_lab
from bnlib.classroom.lessons import other_libraries
from bnlib.classroom.lessons.library_layers import LAYERS, installed_version
from bnlib.classroom.lessons.other_libraries import NO_CONTRADICTION, RULES, run_passport

IN_THE_EXTRA = {"torch", "tinygrad", "ONNX", "onnxruntime", "Keras"}
IN_THE_EXTRA |= set() if sys.platform == "win32" else {"MLX"}
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def require(library):
    required = library in IN_THE_EXTRA and "CI" in os.environ
    if not installed_version(library) and not required:
        pytest.skip(f"{library} is not installed here")


@pytest.fixture(params=LAYERS)
def library(request):
    require(request.param)
    return request.param


def renamed(values, old, new):
    return {theirs: values[ours] for ours, theirs in zip(old, new, strict=True)}


def near(found, expected, within=2e-5):
    """Float32 after 50 batches, as a share of the largest value."""
    expected = np.asarray(expected)
    np.testing.assert_allclose(found, expected, rtol=0, atol=within * np.abs(expected).max())


def test_every_library_has_a_rule_and_a_record():
    assert list(RULES) == list(LAYERS) == list(other_libraries.records()["passports"])


def test_the_lab_offers_every_rule_that_weighs_the_first_batch_once():
    def followed(library):
        rule = RULES[library]
        return rule.momentum, rule.weighs, rule.eps, rule.variance, rule.first_batch

    offered = [followed(library) for library in elsewhere_lab.LIBRARIES]
    recorded = {followed(library) for library in RULES}
    assert len(set(offered)) == len(offered)
    assert {rule for rule in recorded if rule[-1] == "weighed"} <= set(offered)


def test_a_library_gives_what_is_recorded(library):
    record, found = (
        other_libraries.records()["passports"][library],
        run_passport(library),
    )
    for entry in ("running", "training", "test"):
        near(found[entry], record[entry], within=1e-6)


def settings(library, momentum, eps):
    """torch's settings in the words of a library."""
    rule = RULES[library]
    momentum = momentum if rule.weighs == "new" else 1 - momentum
    return {rule.momentum_name: momentum, rule.eps_name: eps}


def test_the_rule_follows_a_library_over_fifty_batches(library):
    rule, layer = RULES[library], LAYERS[library](channels=3)
    mean, var = np.zeros(3), np.ones(3)
    for count, batch in enumerate(batches(), start=1):
        layer.train(batch)
        share = rule.share_of_new
        if rule.first_batch == "copied" and count == 1:
            share = 1
        elif rule.first_batch == "debiased":  # the weights are made to add up to 1
            share /= 1 - (1 - share) ** count
        mean = F.running_update(mean, batch.mean(axis=0, dtype=float), share)
        ddof = 1 if rule.variance == "unbiased" else 0
        var = F.running_update(var, batch.var(axis=0, dtype=float, ddof=ddof), share)
    values = renamed(layer.values(), rule.names, RULES["torch"].names)
    near(values["running_mean"], mean)
    near(values["running_var"], var)


def test_weights_move_from_a_library_into_bnlib(library):
    rule, layer = RULES[library], LAYERS[library](channels=3)
    for batch in batches():
        layer.train(batch)
    bn = bnlib.BatchNorm1d(3, eps=rule.eps, momentum=rule.share_of_new)
    values = renamed(layer.values(), rule.names, RULES["torch"].names)
    bn.load_state_dict(values | {"num_batches_tracked": 50})
    near(bn.eval()(batches()[0]), layer.test(batches()[0]))


def test_weights_move_from_bnlib_into_a_library(library):
    bn, rule = trained_here(), RULES[library]
    layer = LAYERS[library](channels=3, **settings(library, bn.momentum, bn.eps))
    layer.load(renamed(bn.state_dict(), RULES["torch"].names, rule.names))
    near(layer.test(batches()[0]), bn(batches()[0]))
    other = LAYERS[library](channels=3, **settings(library, bn.momentum, 1e-3))
    other.load(renamed(bn.state_dict(), RULES["torch"].names, rule.names))
    assert np.abs(other.test(batches()[0]) - bn(batches()[0])).max() > 0.05, "eps counts"


def test_a_moved_layer_goes_on_by_the_rule_of_the_library(library):
    bn, rule = trained_here(), RULES[library]
    layer = LAYERS[library](channels=3, **settings(library, bn.momentum, bn.eps))
    layer.load(renamed(bn.state_dict(), RULES["torch"].names, rule.names))
    batch = batches()[0] + 10
    layer.train(batch)
    values = renamed(layer.values(), rule.names, RULES["torch"].names)
    near(values["running_mean"], 0.9 * bn.running_mean + 0.1 * batch.mean(axis=0, dtype=float))
    var = batch.var(axis=0, dtype=float, ddof=1 if rule.variance == "unbiased" else 0)
    near(values["running_var"], 0.9 * bn.running_var + 0.1 * var)


def flat(record):
    """The entries of a record, those of its dictionaries too."""
    return {
        (name, *inner): value
        for name, entry in record.items()
        for inner, value in (flat(entry).items() if isinstance(entry, dict) else [((), entry)])
    }


@pytest.mark.parametrize(("name", "library"), RUNS)
def test_a_run_gives_what_is_recorded(name, library):
    if library in LAYERS:
        require(library)
    elif not version_here(library):
        pytest.skip(f"{library} is not installed here")
    record, found = flat(other_libraries.records()[name][library]), flat(RUNS[name, library]())
    assert found.keys() == record.keys() - {("version",)}
    within = 1e-3 if name == "large mean" else 1e-5  # near 5000, float32 has steps of 0.0005
    for entry, value in found.items():
        if entry == ("error",):
            assert value == record[entry]
        else:
            near(value, record[entry], within)


def test_every_run_is_recorded_and_nothing_else_is():
    recorded = other_libraries.records()
    del recorded["passports"]
    assert {(name, library) for name in recorded for library in recorded[name]} == set(RUNS)


def test_keras_takes_the_last_axis_for_the_channels():
    require("Keras")
    keras = LAYERS["Keras"](channels=5).keras
    x = np.arange(120, dtype=np.float32).reshape(3, 2, 4, 5)
    layer = keras.layers.BatchNormalization()
    y = keras.ops.convert_to_numpy(layer(x, training=True))
    assert layer.gamma.shape == (5,)
    moved = np.moveaxis(x, -1, 1)
    near(np.moveaxis(y, -1, 1), F.batch_norm(moved, None, None, training=True, eps=1e-3))


def test_one_sample_is_refused_by_torch():
    with pytest.raises(ValueError, match="more than 1 value"):
        LAYERS["torch"](channels=1).train(np.float32([[7]]))


def test_what_is_installed_contradicts_nothing_and_a_contradiction_is_said(monkeypatch):
    assert repr(other_libraries.run_installed()) == NO_CONTRADICTION
    monkeypatch.setattr(other_libraries, "installed_version", lambda library: library == "torch")
    assert repr(other_libraries.run_installed()) == NO_CONTRADICTION, "with torch alone too"
    records = other_libraries.records()
    records["passports"]["torch"]["test"][1] = 3.0
    monkeypatch.setattr(other_libraries, "records", lambda: records)
    assert repr(other_libraries.run_installed()).startswith("torch ")


WITH_MPI = """
import numpy as np
from mpi4py import MPI
from bnlib import functional as F, synchronized
x = np.random.default_rng(0).normal([5, 0], [2, 1], (7, 2))
mine = np.split(x, [3])[MPI.COMM_WORLD.rank]
y, _ = synchronized.batch_norm(mine, None, None, all_gather=MPI.COMM_WORLD.allgather)
found = np.concatenate(MPI.COMM_WORLD.allgather(y))
assert np.abs(found - F.batch_norm(x, None, None, training=True)).max() < 1e-14
print("agrees")
"""


def test_synchronized_over_mpi():
    if sys.platform == "win32":
        pytest.skip("the extra has no MPI for Windows")
    mpirun = shutil.which("mpirun", path=os.path.dirname(sys.executable)) or shutil.which("mpirun")
    if (not find_spec("mpi4py") or not mpirun) and "CI" not in os.environ:
        pytest.skip("mpi4py and mpirun are not installed here")
    command = [mpirun, "--allow-run-as-root", "--oversubscribe", "-n", "2"]
    result = subprocess.run(
        [*command, sys.executable, "-c", WITH_MPI], capture_output=True, text=True, timeout=60
    )
    assert result.stdout.split() == ["agrees", "agrees"], result.stderr
