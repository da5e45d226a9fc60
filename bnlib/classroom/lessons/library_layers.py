"""Batch norm layers of other libraries, run where these are installed, NumPy at both ends.

Each class below is one layer: Layer(channels, **settings), settings by the library's own names;
train(x) and test(x) for x of shape (N, C), values() what it holds by the library's own names,
and load(values) the way back. Everything is float32, as in the libraries.
"""

import os
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, ClassVar

import numpy as np

from bnlib.functional import Array

Values = dict[str, Array]
LONG_AGO = 1_000_000  # batches, after which nothing is left of any start


class Torch:
    distribution: ClassVar = "torch"

    def __init__(self, channels: int, **settings: Any) -> None:
        self.torch = import_module("torch")
        self.layer = self.torch.nn.BatchNorm1d(channels, **settings)

    def train(self, x: Array) -> Array:
        return _array(self.layer.train()(self.torch.tensor(x)).detach())

    def test(self, x: Array) -> Array:
        return _array(self.layer.eval()(self.torch.tensor(x)).detach())

    def values(self) -> Values:
        state = self.layer.state_dict()
        return {name: _array(state[name]) for name in state if name != "num_batches_tracked"}

    def load(self, values: Values) -> None:
        state = {name: self.torch.tensor(value) for name, value in values.items()}
        self.layer.load_state_dict(self.layer.state_dict() | state)


class MLX:
    distribution: ClassVar = "mlx"

    def __init__(self, channels: int, **settings: Any) -> None:
        self.array = import_module("mlx.core").array
        self.layer = import_module("mlx.nn").BatchNorm(channels, **settings)

    def train(self, x: Array) -> Array:
        return _array(self.layer.train()(self.array(x)))

    def test(self, x: Array) -> Array:
        return _array(self.layer.eval()(self.array(x)))

    def values(self) -> Values:
        names = ("weight", "bias", "running_mean", "running_var")
        return {name: _array(self.layer[name]) for name in names}

    def load(self, values: Values) -> None:
        self.layer.update({name: self.array(value) for name, value in values.items()})


class Tinygrad:
    distribution: ClassVar = "tinygrad"

    def __init__(self, channels: int, **settings: Any) -> None:
        os.environ.setdefault("DEV", "PYTHON")  # no compiler is needed then
        self.tinygrad = import_module("tinygrad")
        self.layer = import_module("tinygrad.nn").BatchNorm(channels, **settings)

    def _call(self, x: Array, training: int) -> Array:
        with self.tinygrad.Context(TRAINING=training):
            return _array(self.layer(self.tinygrad.Tensor(x)).numpy())

    def train(self, x: Array) -> Array:
        return self._call(x, training=1)

    def test(self, x: Array) -> Array:
        return self._call(x, training=0)

    def values(self) -> Values:
        names = ("weight", "bias", "running_mean", "running_var")
        return {name: _array(getattr(self.layer, name).numpy()) for name in names}

    def load(self, values: Values) -> None:
        for name, value in values.items():
            getattr(self.layer, name).assign(self.tinygrad.Tensor(value)).realize()


class ONNX:
    """ONNX's reference evaluator. Its operator keeps nothing, so the values are kept here."""

    distribution: ClassVar = "onnx"

    def __init__(self, channels: int, **settings: Any) -> None:
        zeros, ones = np.zeros(channels, np.float32), np.ones(channels, np.float32)
        self.settings = settings
        self.held = {"scale": ones, "B": zeros, "input_mean": zeros, "input_var": ones}

    def _call(self, x: Array, training: int) -> list[Array]:
        inputs, outputs = ["X", *self.held], ["Y", "running_mean", "running_var"]
        node = import_module("onnx.helper").make_node(
            *("BatchNormalization", inputs, outputs[: 3 if training else 1]),
            training_mode=training,
            **self.settings,
        )
        arrays = {"X": x.astype(np.float32), **self.held}
        return [_array(found) for found in self.run(node, arrays)]

    def run(self, node: Any, arrays: Values) -> Any:
        return import_module("onnx.reference").ReferenceEvaluator(node).run(None, arrays)

    def train(self, x: Array) -> Array:
        y, self.held["input_mean"], self.held["input_var"] = self._call(x, training=1)
        return y

    def test(self, x: Array) -> Array:
        return self._call(x, training=0)[0]

    def values(self) -> Values:
        return dict(self.held)

    def load(self, values: Values) -> None:
        self.held |= values


class ONNXRuntime(ONNX):
    distribution: ClassVar = "onnxruntime"

    def run(self, node: Any, arrays: Values) -> Any:
        helper, floats = import_module("onnx.helper"), import_module("onnx").TensorProto.FLOAT
        ends = [
            [helper.make_tensor_value_info(name, floats, None) for name in names]
            for names in (node.input, node.output)
        ]
        graph = helper.make_graph([node], "batch norm", *ends)
        opset = [helper.make_opsetid("", 15)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=10)
        session = import_module("onnxruntime").InferenceSession(
            model.SerializeToString(), providers=["CPUExecutionProvider"]
        )
        return session.run(None, arrays)


class Paddle:
    distribution: ClassVar = "paddlepaddle"

    def __init__(self, channels: int, **settings: Any) -> None:
        self.paddle = import_module("paddle")
        self.layer = self.paddle.nn.BatchNorm1D(channels, **settings)

    def train(self, x: Array) -> Array:
        self.layer.train()
        return _array(self.layer(self.paddle.to_tensor(x)).numpy())

    def test(self, x: Array) -> Array:
        self.layer.eval()
        return _array(self.layer(self.paddle.to_tensor(x)).numpy())

    def values(self) -> Values:
        return {name: _array(value.numpy()) for name, value in self.layer.state_dict().items()}

    def load(self, values: Values) -> None:
        self.layer.set_state_dict(values)


class Keras:
    distribution: ClassVar = "keras"

    def __init__(self, channels: int, **settings: Any) -> None:
        os.environ.setdefault("KERAS_BACKEND", "torch")
        self.keras = import_module("keras")
        self.layer = self.keras.layers.BatchNormalization(**settings)
        self.layer.build((None, channels))

    def train(self, x: Array) -> Array:
        return _array(self.keras.ops.convert_to_numpy(self.layer(x, training=True)))

    def test(self, x: Array) -> Array:
        return _array(self.keras.ops.convert_to_numpy(self.layer(x, training=False)))

    def values(self) -> Values:
        names = [weight.name for weight in self.layer.weights]
        return dict(zip(names, map(_array, self.layer.get_weights()), strict=True))

    def load(self, values: Values) -> None:
        self.layer.set_weights([values[weight.name] for weight in self.layer.weights])


class FlaxLinen:
    distribution: ClassVar = "flax"

    def __init__(self, channels: int, **settings: Any) -> None:
        self.layer = import_module("flax.linen").BatchNorm(**settings)
        zeros, ones = np.zeros(channels, np.float32), np.ones(channels, np.float32)
        self.params = {"scale": ones, "bias": zeros}
        self.batch_stats = {"mean": zeros, "var": ones}

    def _call(self, x: Array, use_running_average: bool) -> Any:
        variables = {"params": self.params, "batch_stats": self.batch_stats}
        options = {"use_running_average": use_running_average, "mutable": ["batch_stats"]}
        return self.layer.apply(variables, x, **options)

    def train(self, x: Array) -> Array:
        y, state = self._call(x, use_running_average=False)
        self.batch_stats = state["batch_stats"]
        return _array(y)

    def test(self, x: Array) -> Array:
        return _array(self._call(x, use_running_average=True)[0])

    def values(self) -> Values:
        return {name: _array(v) for name, v in (self.params | self.batch_stats).items()}

    def load(self, values: Values) -> None:
        self.params = {name: values[name] for name in ("scale", "bias")}
        self.batch_stats = {name: values[name] for name in ("mean", "var")}


class FlaxNNX:
    distribution: ClassVar = "flax"

    def __init__(self, channels: int, **settings: Any) -> None:
        nnx = import_module("flax.nnx")
        self.layer = nnx.BatchNorm(channels, rngs=nnx.Rngs(0), **settings)

    def train(self, x: Array) -> Array:
        return _array(self.layer(x, use_running_average=False))

    def test(self, x: Array) -> Array:
        return _array(self.layer(x, use_running_average=True))

    def values(self) -> Values:
        return {n: _array(getattr(self.layer, n)[...]) for n in ("scale", "bias", "mean", "var")}

    def load(self, values: Values) -> None:
        for name, value in values.items():
            getattr(self.layer, name)[...] = value


class Haiku:
    distribution: ClassVar = "dm-haiku"

    def __init__(self, channels: int, **settings: Any) -> None:
        haiku, self.numpy = import_module("haiku"), import_module("jax.numpy")
        settings = {"decay_rate": 0.99, **settings}  # Haiku leaves that to the caller

        def layer(x: Any, training: bool) -> Any:
            return haiku.BatchNorm(True, True, **settings)(x, is_training=training)

        self.transformed = haiku.without_apply_rng(haiku.transform_with_state(layer))
        x = np.ones((2, channels), np.float32)
        self.params, self.state = self.transformed.init(None, x, True)

    def _call(self, x: Array, training: bool) -> Any:
        return self.transformed.apply(self.params, self.state, x, training)

    def train(self, x: Array) -> Array:
        y, self.state = self._call(x, training=True)
        return _array(y)

    def test(self, x: Array) -> Array:
        return _array(self._call(x, training=False)[0])

    def values(self) -> Values:
        averages = {
            f"{n}_ema": self.state[f"batch_norm/~/{n}_ema"]["average"] for n in ("mean", "var")
        }
        return {n: _array(v)[0] for n, v in {**self.params["batch_norm"], **averages}.items()}

    def load(self, values: Values) -> None:
        rows = {name: self.numpy.array(value)[None] for name, value in values.items()}
        self.params = {"batch_norm": {name: rows[name] for name in ("scale", "offset")}}
        for name in ("mean_ema", "var_ema"):
            entry = self.state[f"batch_norm/~/{name}"]
            # The average is hidden / (1 - decay_rate^counter): so many batches leave hidden alone.
            entry |= {"average": rows[name], "hidden": rows[name], "counter": LONG_AGO}


class Equinox:
    distribution: ClassVar = "equinox"

    def __init__(self, channels: int, **settings: Any) -> None:
        self.equinox, self.jax = import_module("equinox"), import_module("jax")
        make = self.equinox.nn.make_with_state(self.equinox.nn.BatchNorm)
        settings = {"mode": "ema", **settings}  # the mode must be named
        self.layer, self.state = make(channels, axis_name="batch", **settings)

    def _call(self, x: Array, inference: bool) -> Any:
        layer = self.equinox.nn.inference_mode(self.layer, inference)
        mapped = self.jax.vmap(layer, axis_name="batch", in_axes=(0, None), out_axes=(0, None))
        return mapped(self.jax.numpy.array(x), self.state)

    def train(self, x: Array) -> Array:
        y, self.state = self._call(x, inference=False)
        return _array(y)

    def test(self, x: Array) -> Array:
        return _array(self._call(x, inference=True)[0])

    def values(self) -> Values:
        mean, var = self.state.get(self.layer.ema_state_index)
        held = {"weight": self.layer.weight, "bias": self.layer.bias, "mean": mean, "var": var}
        return {name: _array(value) for name, value in held.items()}

    def load(self, values: Values) -> None:
        arrays = {name: self.jax.numpy.array(value) for name, value in values.items()}
        self.layer = self.equinox.tree_at(
            lambda layer: (layer.weight, layer.bias), self.layer, (arrays["weight"], arrays["bias"])
        )
        running = arrays["mean"], arrays["var"]
        self.state = self.state.set(self.layer.ema_state_index, running)
        self.state = self.state.set(self.layer.ema_first_time_index, self.jax.numpy.array(False))


Layer = type[Torch | MLX | Tinygrad | ONNX | Paddle | Keras | FlaxLinen | FlaxNNX | Haiku | Equinox]
LAYERS: dict[str, Layer] = {
    "torch": Torch,
    "MLX": MLX,
    "tinygrad": Tinygrad,
    "ONNX": ONNX,
    "onnxruntime": ONNXRuntime,
    "Paddle": Paddle,
    "Keras": Keras,
    "Flax": FlaxLinen,
    "Flax NNX": FlaxNNX,
    "Haiku": Haiku,
    "Equinox": Equinox,
}


def installed_version(library: str) -> str | None:
    """The version of the library that this Python would import; None where there is none."""
    try:
        return version(LAYERS[library].distribution).partition("+")[0]
    except PackageNotFoundError:
        return None


def _array(values: Any) -> Array:
    return np.array(values, dtype=np.float32)
