"""Every solution is equal to torch, on the inputs of its check and on generated ones."""

import numpy as np
import pytest
import torch
from test_naming import EXERCISES, freshened
from torch.nn.functional import batch_norm

from bnlib.classroom.check.call import results


def tensors(*arrays):
    return [torch.tensor(np.asarray(a), dtype=torch.float64) for a in arrays]


def normalize_table(x, eps):
    return batch_norm(*tensors(x), None, None, training=True, eps=eps)


def whole_batch_norm(x, weight, bias, eps):
    x, weight, bias = tensors(x, weight, bias)
    return batch_norm(x, None, None, weight, bias, training=True, eps=eps)


def output_in_mode(x, running_mean, running_var, training, eps):
    return batch_norm(*tensors(x, running_mean, running_var), training=training, eps=eps)


def next_running_mean(x, running_mean, training):
    x, mean = tensors(x, running_mean)
    batch_norm(x, mean, torch.ones_like(mean), training=training)
    return mean


def folded(w, b, running_mean, running_var, eps):
    """The line that test mode is, from its values at x = 0 and at each row of the identity."""
    points = np.vstack([np.zeros(len(w)), np.eye(len(w))])
    outputs = batch_norm(*tensors(points @ w + b, running_mean, running_var), eps=eps)
    return outputs[1:] - outputs[0], outputs[0]


def updated_statistics(running_mean, running_var, x, momentum):
    x, mean, var = tensors(x, running_mean, running_var)
    batch_norm(x, mean, var, training=True, momentum=momentum)
    return mean, var


def after_batches(batches, momentum):
    layer = torch.nn.BatchNorm1d(batches[0].shape[1], momentum=momentum, dtype=torch.float64)
    for x in tensors(*batches):
        layer(x)
    return layer.running_mean, layer.running_var


def smallest_momentum(batches, left):
    """With it a layer that starts at 1, and always sees 0, ends at left."""
    momentum = 1 - left ** (1 / batches)
    layer = torch.nn.BatchNorm1d(1, momentum=momentum, dtype=torch.float64)
    layer.running_mean[:] = 1
    for _ in range(batches):
        layer(torch.zeros(2, 1, dtype=torch.float64))
    assert abs(layer.running_mean - left) < 1e-12
    return momentum


def gradients(grad_output, x, weight, eps):
    leaves = tensors(x, weight, np.zeros(len(weight)))
    for leaf in leaves:
        leaf.requires_grad_()
    y = batch_norm(leaves[0], None, None, *leaves[1:], training=True, eps=eps)
    return torch.autograd.grad(y, leaves, *tensors(grad_output))


def parameter_gradients(grad_output, x, eps):
    return gradients(grad_output, x, np.ones(x.shape[1]), eps)[1:]


def input_gradient(grad_output, x, weight, eps):
    return gradients(grad_output, x, weight, eps)[0]


def input_gradient_in_test(grad_output, x, weight, running_mean, running_var, eps):
    grad_output, x, weight, mean, var = tensors(grad_output, x, weight, running_mean, running_var)
    x.requires_grad_()
    y = batch_norm(x, mean, var, weight, training=False, eps=eps)
    return torch.autograd.grad(y, x, grad_output)[0]


normalize_images = normalize_table


def normalize_text(x, eps):
    return batch_norm(*tensors(x.swapaxes(1, 2)), None, None, training=True, eps=eps).swapaxes(1, 2)


def training_step(x, w, gamma, grad_y, lr, eps):
    x, w, gamma, grad_y = tensors(x, w, gamma, grad_y)
    leaves = [w.requires_grad_(), gamma.requires_grad_()]
    y = batch_norm(x @ w, None, None, gamma, training=True, eps=eps)
    grads = torch.autograd.grad(y, leaves, grad_y)
    return tuple((leaf - lr * grad).detach() for leaf, grad in zip(leaves, grads, strict=True))


def spreads(x, weights, eps):
    (x,), found = tensors(x), []
    for each in tensors(*weights):
        x = torch.relu(batch_norm(x @ each, None, None, training=True, eps=eps))
        found.append(x.std(correction=0))
    return torch.stack(found)


def staleness(x, running_mean, running_var, eps):
    y = batch_norm(*tensors(x, running_mean, running_var), eps=eps)
    return torch.stack([y.mean(dim=0), y.std(dim=0, correction=0)])


def frozen_layer(x, running_mean, running_var, frozen, eps):
    layer = torch.nn.BatchNorm1d(x.shape[1], eps, dtype=torch.float64)
    layer.running_mean[:], layer.running_var[:] = tensors(running_mean, running_var)
    return layer.train(not frozen)(*tensors(x)), layer.running_mean


def fold(weight, bias, gamma, beta, running_mean, running_var, eps):
    linear = torch.nn.Linear(*weight.shape[::-1], dtype=torch.float64).eval()
    linear.weight.data, linear.bias.data = tensors(weight, bias)
    layer = torch.nn.BatchNorm1d(len(gamma), eps, dtype=torch.float64).eval()
    layer.weight.data, layer.bias.data = tensors(gamma, beta)
    layer.running_mean[:], layer.running_var[:] = tensors(running_mean, running_var)
    one = torch.nn.utils.fusion.fuse_linear_bn_eval(linear, layer)
    return one.weight, one.bias


def recalibrate(counts, means, variances):
    """The statistics that torch takes of samples with these counts, means and variances."""
    columns = []
    for each_mean, each_var in zip(means.T, variances.T, strict=True):
        weights, values = tensors(counts, each_mean)
        mean = torch.sum(weights * values) / weights.sum()
        moments = torch.tensor(each_var) + values**2
        var = torch.sum(weights * moments) / weights.sum() - mean**2
        columns.append((mean, var * weights.sum() / (weights.sum() - 1)))
    return tuple(torch.stack(column) for column in zip(*columns, strict=True))


def keras_to_torch(momentum, epsilon):
    """The settings with which torch moves and normalizes as Keras documents it."""
    layer = torch.nn.BatchNorm1d(1, epsilon, 1 - momentum, dtype=torch.float64)
    layer(torch.tensor([[4.0], [6.0]], dtype=torch.float64))
    kept = 1 - layer.running_mean / 5
    return 1 - kept, layer.eval().eps


def update_like(running_mean, running_var, x, momentum, weighs, variance):
    x, mean, var = tensors(x, running_mean, running_var)
    share = momentum if weighs == "new" else 1 - momentum
    kept = (1 - share) * var
    batch_norm(x, mean, var, training=True, momentum=share)
    if variance == "biased":
        var = kept + (var - kept) * (len(x) - 1) / len(x)
    return mean, var


def merge_two_workers(n1, mean1, m2_1, n2, mean2, m2_2):
    """By the sums of the values and of their squares."""
    n1, mean1, m2_1, n2, mean2, m2_2 = tensors(n1, mean1, m2_1, n2, mean2, m2_2)
    mean = (n1 * mean1 + n2 * mean2) / (n1 + n2)
    squares = m2_1 + n1 * mean1.square() + m2_2 + n2 * mean2.square()
    return mean, squares - (n1 + n2) * mean.square()


def variance_from_inverse_std(inverse_std, eps):
    (inverse_std,) = tensors(inverse_std)
    return inverse_std.pow(-2) - eps


@pytest.mark.parametrize("task", EXERCISES, ids=lambda task: task.name)
def test_a_solution_is_what_torch_computes(task):
    torchs = globals()[task.name]
    draw = np.random.default_rng(2)
    generated = [freshened(given, draw) for given in task.inputs for _ in range(20)]
    for given in [*task.inputs, *generated]:
        for ours, theirs in zip(results(task.solved, given), results(torchs, given), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12 * np.abs(theirs).max())
