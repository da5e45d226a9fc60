"""BatchNorm1d, 2d and 3d: what bnlib.functional computes, plus the state it needs.

Attributes, modes and state dict are those of torch.nn.BatchNorm1d, 2d and 3d.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from bnlib import _arguments as arguments
from bnlib import functional as F
from bnlib.functional import Array, BatchNormGradients

UNTRACKED = "test mode without running statistics"  # for the message of a refusal


class _BatchNorm:
    dimensions: ClassVar[tuple[int, ...]]  # how many axes x may have

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        dtype: DTypeLike = np.float32,
        *,
        bias: bool = True,
    ) -> None:
        arguments.require_num_features(num_features)
        dtype = arguments.prepare_dtype(dtype)
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.training = True
        self.weight: Array | None = np.ones(num_features, dtype) if affine else None
        self.bias: Array | None = np.zeros(num_features, dtype) if affine and bias else None
        self.running_mean: Array | None = None
        self.running_var: Array | None = None
        self.num_batches_tracked: int | None = None
        if track_running_stats:
            self.running_mean = np.zeros(num_features, dtype)
            self.running_var = np.ones(num_features, dtype)
            self.num_batches_tracked = 0
        self._backward: Callable[[ArrayLike], BatchNormGradients] | None = None

    def __call__(self, x: ArrayLike) -> Array:
        """Batch normalization of x, in the mode that is on.

        Training normalizes by the batch and updates the running statistics; test
        normalizes by the running statistics, or by the batch where there are none.

        Args:
            x: values, of a shape that the class takes; float16, float32 or float64.

        Returns:
            y, of the shape and dtype of x.

        Raises:
            TypeError: x is not float16, float32 or float64.
            ValueError: x has the wrong number of dimensions or channels; in training, or
                without running statistics, it has one value per channel, or eps <= 0; in
                test mode eps < 0. Nothing has changed then.
        """
        x = arguments.prepare_floats("x", x)
        arguments.require_dimensions(x, self.dimensions, type(self).__name__)
        arguments.require_channels(x, self.num_features, type(self).__name__)

        use_running = not self.training and self.running_mean is not None
        update_running = self.training and self.track_running_stats
        if not self.training and not use_running:
            arguments.require_eps_above_0(self.eps, UNTRACKED)
            arguments.require_several_values(x, UNTRACKED, instead="track_running_stats=True")
        tracked = self.num_batches_tracked
        momentum = self.momentum
        if update_running and tracked is not None:
            tracked += 1
            if momentum is None:
                momentum = 1 / tracked  # the cumulative average

        # Copied now: this call changes the running statistics, and its caller may change the rest.
        backward = partial(
            F.batch_norm_backward,
            x=x.copy(),
            weight=copy(self.weight),
            mean=copy(self.running_mean) if use_running else None,
            var=copy(self.running_var) if use_running else None,
            eps=self.eps,
        )
        y = F.batch_norm(
            x,
            self.running_mean if use_running or update_running else None,
            self.running_var if use_running or update_running else None,
            self.weight,
            self.bias,
            training=not use_running,
            momentum=0.0 if momentum is None else momentum,  # None here: nothing is updated
            eps=self.eps,
        )
        self.num_batches_tracked = tracked
        self._backward = backward
        return y

    def backward(self, grad_output: ArrayLike) -> BatchNormGradients:
        """Gradients for the last forward pass, in the mode that it ran in.

        Args:
            grad_output: gradient of the loss with respect to y, of the shape of x.

        Returns:
            BatchNormGradients; weight and bias are None where the module has none.

        Raises:
            RuntimeError: there was no forward pass.
            TypeError: grad_output is not float16, float32 or float64.
            ValueError: grad_output is not of the shape of the last x.
        """
        if self._backward is None:
            raise RuntimeError(
                f"{type(self).__name__}.backward was called before a forward pass; "
                "call the module on a batch first: y = bn(x)."
            )
        grads = self._backward(grad_output)
        return BatchNormGradients(
            grads.input,
            None if self.weight is None else grads.weight,
            None if self.bias is None else grads.bias,
        )

    def train(self, mode: bool = True) -> Self:
        """Training mode (or test mode, with mode=False); returns the module."""
        if not isinstance(mode, bool):
            raise ValueError(f"mode is {mode!r}; expected True (training) or False (test).")
        self.training = mode
        return self

    def eval(self) -> Self:
        """Test mode; returns the module."""
        return self.train(False)

    def reset_running_stats(self) -> None:
        """running_mean 0, running_var 1, num_batches_tracked 0, as in a new module."""
        if self.running_mean is not None and self.running_var is not None:
            self.running_mean[:] = 0
            self.running_var[:] = 1
            self.num_batches_tracked = 0

    def parameters(self) -> Iterator[Array]:
        """What an optimizer updates: weight and bias, where the module has them."""
        return (p for p in (self.weight, self.bias) if p is not None)

    def state_dict(self) -> dict[str, Array]:
        """Copies of the parameters and the buffers, by torch's names."""
        state = {
            "weight": self.weight,
            "bias": self.bias,
            "running_mean": self.running_mean,
            "running_var": self.running_var,
        }
        arrays = {name: np.array(array) for name, array in state.items() if array is not None}
        if self.num_batches_tracked is not None:
            arrays["num_batches_tracked"] = np.array(self.num_batches_tracked, np.int64)
        return arrays

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take parameters and buffers from a state dict, bnlib's or torch's.

        Args:
            state_dict: the entries of state_dict(), by name, as arrays or tensors of
                any kind of real number; num_batches_tracked may be missing, as it is in
                old checkpoints, and stays as it is then. Values are copied.

        Raises:
            TypeError: state_dict is not a mapping.
            ValueError: entries are missing, unexpected, of another shape or not
                numbers. Nothing was loaded then.
        """
        loaded = arguments.prepare_state(state_dict, self.state_dict(), type(self).__name__)
        for name, array in loaded.items():
            if name == "num_batches_tracked":
                self.num_batches_tracked = int(array)
            else:
                getattr(self, name)[:] = array

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.num_features}, eps={self.eps}, "
            f"momentum={self.momentum}, affine={self.affine}, bias={self.bias is not None}, "
            f"track_running_stats={self.track_running_stats})"
        )


class BatchNorm1d(_BatchNorm):
    """Batch normalization of (N, C) or (N, C, L); see torch.nn.BatchNorm1d.

    Args:
        num_features: C, the number of channels.
        eps: added to the variance under the root, in squared units of the input.
        momentum: weight of each new batch in the running statistics; None for the
            cumulative average, where every batch counts the same (an empty one too).
        affine: whether there are weight and bias (the paper's gamma and beta).
        track_running_stats: whether there are running_mean, running_var and
            num_batches_tracked; without them the batch's own statistics are used in
            test mode too.
        dtype: of parameters and running statistics; float16, float32 or float64.
        bias: whether an affine module has a bias.

    >>> bn = BatchNorm1d(1, momentum=0.5)
    >>> bn([[1.0], [3.0]]).round(3).tolist()
    [[-1.0], [1.0]]
    >>> bn.running_mean.tolist(), bn.running_var.tolist()
    ([1.0], [1.5])
    >>> bn.eval()([[1.0]]).tolist()
    [[0.0]]
    """

    dimensions = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Batch normalization of (N, C, H, W); options as for BatchNorm1d.

    >>> images = np.arange(12.0).reshape(3, 1, 2, 2)
    >>> BatchNorm2d(1)(images)[0, 0].round(3).tolist()
    [[-1.593, -1.304], [-1.014, -0.724]]
    """

    dimensions = (4,)


class BatchNorm3d(_BatchNorm):
    """Batch normalization of (N, C, D, H, W); options as for BatchNorm1d.

    >>> BatchNorm3d(2)(np.zeros((1, 2, 2, 2, 2))).shape
    (1, 2, 2, 2, 2)
    """

    dimensions = (5,)
