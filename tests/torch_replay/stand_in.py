"""torch behind the names of bnlib.functional and bnlib.BatchNorm1d, 2d and 3d.

Every number is torch's. Only the words of a refusal are bnlib's: where torch refuses,
bnlib is asked the same, and has to refuse too.
"""

import functools

import numpy as np
import torch
import torch_functions
from torch.nn import functional as torch_functional

import bnlib
from bnlib import functional as F
from bnlib import modules

double = functools.partial(torch_functions.tensor, dtype=torch.float64)


def refusing_as(original):
    """Decorate torch's version of original: the same refusals, in bnlib's words."""

    def decorate(torchs):
        @functools.wraps(original)
        def call(*args, **kwargs):
            try:
                return torchs(*args, **kwargs)
            except (IndexError, NotImplementedError, RuntimeError, TypeError, ValueError):
                original(*args, **kwargs)
                raise

        return call

    return decorate


@refusing_as(F.batch_statistics)
def batch_statistics(x):
    dims = (0, *range(2, np.ndim(x)))
    var, mean = torch.var_mean(double(x), dim=dims, correction=0)
    return mean.numpy(), var.numpy()


@refusing_as(F.normalize)
def normalize(x, mean, var, eps=1e-5):
    return torch_functional.batch_norm(double(x), double(mean), double(var), eps=eps).numpy()


@refusing_as(F.scale_and_shift)
def scale_and_shift(x_hat, weight=None, bias=None):
    x_hat, weight, bias = double(x_hat), double(weight), double(bias)
    zeros, ones = torch.zeros(x_hat.shape[1:2]).double(), torch.ones(x_hat.shape[1:2]).double()
    return torch_functional.batch_norm(x_hat, zeros, ones, weight, bias, eps=0.0).numpy()


@refusing_as(F.running_update)
def running_update(running, observed, momentum):
    """What torch makes of a batch that holds the observed values, twice."""
    updated = double(running).flatten()
    batch = torch.stack([double(observed).flatten()] * 2)
    torch_functional.batch_norm(
        batch, updated, torch.ones_like(updated), training=True, momentum=momentum
    )
    return updated.numpy().reshape(np.shape(running))


class TorchModule:
    """A torch module that takes, holds and gives NumPy arrays."""

    original: type

    def __init__(self, *args, dtype=np.float32, **kwargs):
        dtype = getattr(torch, np.dtype(dtype).name)
        module = getattr(torch.nn, type(self).__name__)(*args, dtype=dtype, **kwargs)
        self.__dict__.update(module=module, dtype=dtype, last=None, options=(args, kwargs))

    def __call__(self, x):
        given = torch.tensor(np.asarray(x))
        try:
            x = given.to(self.dtype) if given.is_floating_point() else given
            y = self.module(x.requires_grad_())
        except (NotImplementedError, RuntimeError, ValueError):
            args, kwargs = self.options
            self.original(*args, **kwargs).train(self.module.training)(given.detach().numpy())
            raise
        self.__dict__["last"] = (x, y)
        return y.detach().to(given.dtype).numpy().copy()

    def backward(self, grad_output):
        x, y = self.last
        present = {"input": x} | dict(self.module.named_parameters())
        grads = torch.autograd.grad(y, present.values(), torch.tensor(grad_output, dtype=y.dtype))
        arrays = (grad.numpy() for grad in grads)
        found = dict.fromkeys(F.BatchNormGradients._fields) | dict(
            zip(present, arrays, strict=True)
        )
        return F.BatchNormGradients(**found)

    def __getattr__(self, name):
        value = getattr(self.module, name)
        return value.detach().numpy() if isinstance(value, torch.Tensor) else value

    def __setattr__(self, name, value):
        if isinstance(getattr(self.module, name), torch.Tensor):
            getattr(self.module, name).data = torch.tensor(value)
        else:
            setattr(self.module, name, value)

    def train(self, mode=True):
        self.module.train(mode)
        return self

    def eval(self):
        return self.train(False)

    def parameters(self):
        return (parameter.detach().numpy() for parameter in self.module.parameters())

    def state_dict(self):
        return {name: value.numpy().copy() for name, value in self.module.state_dict().items()}

    def load_state_dict(self, state_dict):
        self.module.load_state_dict(
            {name: torch.as_tensor(value) for name, value in state_dict.items()}
        )

    def __repr__(self):
        return repr(self.module)


def stand_in():
    """Put torch behind bnlib's names, in this process."""
    for function in (
        batch_statistics,
        normalize,
        scale_and_shift,
        running_update,
    ):
        setattr(F, function.__name__, function)
    for name in ("batch_norm", "batch_norm_backward"):
        setattr(F, name, refusing_as(getattr(F, name))(getattr(torch_functions, name)))
    for name in ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d"):
        twin = type(name, (TorchModule,), {"original": getattr(bnlib, name)})
        setattr(bnlib, name, twin)
        setattr(modules, name, twin)
