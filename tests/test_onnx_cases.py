"""ONNX's own cases of BatchNormalization, and its reference evaluator as a judge.

In ONNX momentum weighs the old value, and the running variance takes in the batch's
biased variance; in torch and bnlib it weighs the new one, and takes in the unbiased.
"""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
import onnx.backend.test.case.node.batch_normalization  # fills node._NodeTestCases
from onnx.helper import get_attribute_value, make_node
from onnx.numpy_helper import to_array
from onnx.reference import ReferenceEvaluator

from bnlib import functional as F

FROM_ONNX = {
    case.name: (*case.model.graph.node, *case.data_sets[0])
    for case in onnx.backend.test.case.node._NodeTestCases
    if case.name.startswith("test_batchnorm_")
}


def converted_from_torch(folder):
    def array(name):
        return to_array(onnx.load_tensor(folder / "test_data_set_0" / name))

    graph = onnx.load(folder / "model.onnx").graph
    constants = {tensor.name: to_array(tensor) for tensor in graph.initializer}
    (node,) = graph.node
    inputs = [array("input_0.pb"), *(constants[name] for name in node.input[1:])]
    return node, inputs, [array("output_0.pb")]


FOLDERS = Path(onnx.__file__).parent.glob("backend/test/data/pytorch-converted/test_BatchNorm*")
FROM_TORCH = {folder.name: converted_from_torch(folder) for folder in sorted(FOLDERS)}


def test_onnx_still_has_as_many_cases():
    assert len(FROM_ONNX) >= 4
    assert sum(len(outputs) == 3 for _, _, outputs in FROM_ONNX.values()) >= 2, "training"
    assert len(FROM_TORCH) >= 5


def run(node, x, weight, bias, running_mean, running_var):
    """What bnlib makes of an ONNX node: y, and in training the next running statistics."""
    given = {attribute.name: get_attribute_value(attribute) for attribute in node.attribute}
    eps, onnx_momentum = given.get("epsilon", 1e-5), given.get("momentum", 0.9)
    training = bool(given.get("training_mode", 0))
    mean, var = running_mean.astype("float64"), running_var.astype("float64")
    y = F.batch_norm(x, mean, var, weight, bias, training, 1 - onnx_momentum, eps)
    if not training:
        return [y]
    n = x.size / x.shape[1]
    kept = onnx_momentum * running_var.astype("float64")
    return [y, mean, kept + (var - kept) * (n - 1) / n]


@pytest.mark.parametrize(
    ("node", "inputs", "outputs"),
    [*FROM_ONNX.values(), *FROM_TORCH.values()],
    ids=[*FROM_ONNX, *FROM_TORCH],
)
def test_stored_case(node, inputs, outputs):
    """The expected values were computed in float32: they are good to 4 ulp of the largest."""
    for found, expected in zip(run(node, *inputs), outputs, strict=True):
        assert found.shape == expected.shape
        allowed = 4 * np.spacing(np.abs(expected).max())
        np.testing.assert_allclose(found, expected, rtol=0, atol=allowed)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("training", [0, 1])
@pytest.mark.parametrize("shape", [(7, 3), (4, 3, 5), (2, 3, 4, 5), (2, 3, 2, 3, 4)])
def test_the_reference_evaluator_agrees(shape, training, dtype):
    """It judges in float64; ours may be off by one rounding to dtype, and 1e-12 of the largest."""
    rng = np.random.default_rng(0)
    names = ["x", "weight", "bias", "running_mean", "running_var"]
    arrays = [rng.normal(2, 3, shape), *rng.normal(1, 1, (3, 3)), rng.uniform(0.5, 2, 3)]
    inputs = [array.astype(dtype) for array in arrays]
    outputs = ["y", "next_mean", "next_var"][: 3 if training else 1]
    options = {"epsilon": 0.02, "momentum": 0.3, "training_mode": training}
    node = make_node("BatchNormalization", names, outputs, **options)
    exact = dict(zip(names, (array.astype("float64") for array in inputs), strict=True))
    for found, expected in zip(
        run(node, *inputs), ReferenceEvaluator(node).run(None, exact), strict=True
    ):
        rounding = np.finfo(found.dtype).eps / 2
        within = 1e-12 * np.abs(expected).max()
        np.testing.assert_allclose(found, expected, rtol=rounding, atol=within)
