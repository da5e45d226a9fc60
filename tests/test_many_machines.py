"""bnlib.synchronized on real processes, against torch on one process with all samples.

Beside it, from the same run, what data-parallel torch makes of the shards alone.
"""

import copy
import math
import os
import re
import signal
import subprocess
import sys
import time
from functools import cache, partial
from pathlib import Path

import interrupts
import numpy as np
import psutil
import pytest
import torch
import torch._dynamo  # once, and not in each process that makes a DistributedDataParallel
from torch.nn import functional as torch_functional
from torch.nn.parallel import DistributedDataParallel

from bnlib import functional as F
from bnlib import synchronized
from bnlib.classroom.lessons.workers import on_processes, on_threads

N, MOMENTUM, EPS = 12, 0.3, 0.01
SHAPES = [(N, 3), (N, 3, 5), (N, 3, 4, 2), (N, 3, 2, 3, 4)]
SPLITS = {  # where the batch of 12 is cut
    (2, "even"): [6],
    (2, "uneven"): [5],
    (2, "one empty"): [12],
    (4, "even"): [3, 6, 9],
    (4, "uneven"): [2, 5, 6],
    (4, "one empty"): [5, 5, 9],
}
AGREE = {"float64": 1e-12, "float32": 4 * np.finfo(np.float32).eps}
CASES = [(*key, shape, dtype) for key in SPLITS for shape in SHAPES for dtype in AGREE]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")


@cache
def batch(shape, dtype):
    """x, whose shards differ, a random gradient of its output, weight, bias, running statistics."""
    rng = np.random.default_rng(len(shape))
    levels = np.sort(rng.normal(2, 3, N)).reshape(-1, *[1] * (len(shape) - 1))
    x = rng.normal(levels, 1, shape)
    weight, bias, running_mean = rng.normal(1, 1, (3, shape[1]))
    arrays = x, rng.normal(size=shape), weight, bias, running_mean, rng.uniform(1, 2, shape[1])
    return [array.astype(dtype) for array in arrays]


def on_one_rank(count, rank, all_gather):
    """Everything that this rank computes of each case: by bnlib, and by torch's DDP."""
    found = {}
    for kind, shape, dtype in [case[1:] for case in CASES if case[0] == count]:
        x, grad_y, weight, bias, running_mean, running_var = map(np.copy, batch(shape, dtype))
        mine = np.split(np.arange(N), SPLITS[count, kind])[rank]
        y, statistics = synchronized.batch_norm(
            *(x[mine], running_mean, running_var, weight, bias, MOMENTUM, EPS),
            all_gather=all_gather,
        )
        grads = synchronized.batch_norm_backward(
            grad_y[mine], x[mine], statistics, weight, EPS, all_gather=all_gather
        )
        test = F.batch_norm(x[mine], running_mean, running_var, weight, bias, eps=EPS)
        found[kind, shape, dtype] = {
            "y": y,
            "grad x": grads.input,
            "grad weight": grads.weight,
            "grad bias": grads.bias,
            "running_mean": running_mean,
            "running_var": running_var,
            "y in test mode": test,
        }
        if kind != "one empty" and shape == SHAPES[2] and dtype == "float64":
            found[kind, "DDP"] = by_ddp(x[mine], grad_y[mine], weight, bias)
    return found


def by_ddp(x, grad_y, weight, bias):
    layer = torch.nn.BatchNorm2d(x.shape[1], EPS, dtype=torch.float64)
    layer.load_state_dict(
        layer.state_dict() | {"weight": torch.tensor(weight), "bias": torch.tensor(bias)}
    )
    ddp = DistributedDataParallel(layer)
    y = ddp(torch.tensor(x))
    y.backward(torch.tensor(grad_y))
    return {
        "y": y.detach().numpy(),
        "grad weight": layer.weight.grad.numpy(),
        "grad bias": layer.bias.grad.numpy(),
    }


@cache
def on_all_ranks(count):
    return on_processes(partial(on_one_rank, count), count)


@cache
def on_one_process(shape, dtype):
    """torch's results for all samples, computed in float64."""
    x, grad_y, *channels = [torch.tensor(a.astype("float64")) for a in batch(shape, dtype)]
    weight, bias, running_mean, running_var = channels
    leaves = [leaf.requires_grad_() for leaf in (x, weight, bias)]
    settings = {"momentum": MOMENTUM, "eps": EPS}
    y = torch_functional.batch_norm(
        x, running_mean, running_var, weight, bias, training=True, **settings
    )
    grads = torch.autograd.grad(y, leaves, grad_y)
    test = torch_functional.batch_norm(x, running_mean, running_var, weight, bias, eps=EPS)
    names = ["y", "grad x", "grad weight", "grad bias", "running_mean", "running_var"]
    values = [y, *grads, running_mean, running_var, test]
    return {
        name: value.detach().numpy()
        for name, value in zip([*names, "y in test mode"], values, strict=True)
    }


def together(parts, name):
    """Of shards, the whole; of what is the same on each rank, the one."""
    if name in ("y", "grad x", "y in test mode"):
        return np.concatenate([part[name] for part in parts])
    for part in parts:
        np.testing.assert_array_equal(part[name], parts[0][name])
    return parts[0][name]


def difference(found, expected):
    return np.abs(found - expected).max() / np.abs(expected).max()


@pytest.mark.parametrize(("count", "kind", "shape", "dtype"), CASES)
def test_the_ranks_together_give_what_one_process_gives(count, kind, shape, dtype):
    parts = [found[kind, shape, dtype] for found in on_all_ranks(count)]
    for name, expected in on_one_process(shape, dtype).items():
        found = together(parts, name)
        assert found.dtype == dtype
        assert found.shape == expected.shape
        assert difference(found, expected) <= AGREE[dtype], name


@pytest.mark.parametrize(("count", "kind"), [key for key in SPLITS if key[1] != "one empty"])
def test_data_parallel_torch_normalizes_each_shard_alone(count, kind):
    """Only the sum of the gradients of y needs no statistics; DDP gives its mean over ranks."""
    parts = [found[kind, "DDP"] for found in on_all_ranks(count)]
    expected = on_one_process(SHAPES[2], "float64")
    assert difference(together(parts, "y"), expected["y"]) > 0.1
    assert difference(count * together(parts, "grad weight"), expected["grad weight"]) > 0.1
    assert difference(count * together(parts, "grad bias"), expected["grad bias"]) <= 1e-12


def alone(own):
    return [own]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_single_rank_is_one_process(dtype):
    x, grad_y, weight, bias, *_ = (array.astype(dtype) for array in batch(SHAPES[1], "float64"))
    y, statistics = synchronized.batch_norm(x, None, None, weight, bias, all_gather=alone)
    grads = synchronized.batch_norm_backward(grad_y, x, statistics, weight, all_gather=alone)
    expected = F.batch_norm_backward(grad_y, x, weight)
    allowed = max(np.finfo(dtype).eps, 1e-14)
    assert difference(y, F.batch_norm(x, None, None, weight, bias, True)) <= allowed
    for found, right in zip(grads, expected, strict=True):
        assert found.dtype == dtype
        assert difference(found.astype("float64"), right.astype("float64")) <= allowed


@pytest.mark.parametrize("empty", [0, 1, 5])
def test_digits_survive_a_large_mean_and_many_shards_of_which_the_first_may_be_empty(empty):
    x = np.random.default_rng(0).normal(1000, 0.1, (4096 * 3, 2))
    shards = [x[:0]] * empty + np.split(x, 4096)
    parts = [synchronized.shard_statistics(shard) for shard in shards]
    found = synchronized.merge(parts)
    exact = [math.fsum(column) / len(x) for column in x.T]
    np.testing.assert_allclose(found.mean, exact, rtol=2**-52)
    np.testing.assert_allclose(found.var, np.square(x - exact).mean(axis=0), rtol=1e-13)


def test_statistics_merge_in_any_order_and_grouping():
    x = np.random.default_rng(0).normal(5, 2, (20, 3, 4))
    one, two, none, three = map(synchronized.shard_statistics, np.split(x, [3, 11, 11]))
    pairs = synchronized.merge([three, synchronized.merge([none, synchronized.merge([two, one])])])
    for found, expected in zip(pairs, synchronized.shard_statistics(x), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert synchronized.merge([one, two, none, three]).n == 80


REFUSED = {  # what rank 1 does differently, and a part of what is said
    "channels": (
        {"x": np.ones((2, 3)), "running_mean": None, "running_var": None},
        "channels on axis 1: 2 on rank 0, 3 on rank 1",
    ),
    "dtype": ({"x": np.ones((2, 2), int)}, "rank 1: TypeError: x has dtype int64"),
    "running_mean": ({"running_mean": np.zeros(3)}, r"rank 1: ValueError: .*shape \(3,\)"),
    "eps": ({"eps": 0.0}, "rank 1: ValueError: eps is 0.0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_where_one_rank_is_wrong_all_end_with_a_sentence_and_nothing_changed(name):
    change, said = REFUSED[name]

    def work(rank, all_gather):
        arguments = {
            "x": np.eye(2) + rank,
            "running_mean": np.zeros(2),
            "running_var": np.ones(2),
        } | (change if rank == 1 else {})
        before = copy.deepcopy(arguments)
        try:
            synchronized.batch_norm(**arguments, all_gather=all_gather)
        finally:
            for name in arguments:
                np.testing.assert_array_equal(arguments[name], before[name])

    with pytest.raises(RuntimeError, match="not every worker") as caught:
        on_processes(work, 2)
    assert str(caught.value).count("\nrank ") == 2
    assert "AssertionError" not in str(caught.value)
    caught.match(said)


def test_one_value_is_refused():
    with pytest.raises(ValueError, match="hold one value per channel"):
        synchronized.batch_norm(np.ones((1, 2)), None, None, all_gather=alone)


def test_where_all_shards_are_empty_it_is_as_on_one_process():
    x, weight = np.ones((0, 3, 4), np.float32), np.float32([1.0, 2.0, 3.0])

    def work(rank, all_gather):
        running_mean, running_var = np.arange(3.0), np.arange(3.0)
        y, statistics = synchronized.batch_norm(
            x, running_mean, running_var, weight, all_gather=all_gather
        )
        grads = synchronized.batch_norm_backward(x, x, statistics, weight, all_gather=all_gather)
        return [y, *grads, running_mean, running_var]

    running_mean, running_var = np.arange(3.0), np.arange(3.0)
    y = F.batch_norm(x, running_mean, running_var, weight, training=True)
    expected = [y, *F.batch_norm_backward(x, x, weight), running_mean, running_var]
    for found in on_threads(work, 2):
        for array, right in zip(found, expected, strict=True):
            np.testing.assert_array_equal(array, right, strict=True)


def test_shards_may_differ_in_all_but_the_channels():
    """As in torch.nn.SyncBatchNorm, by its source: it has no CPU version to compare with."""
    rng = np.random.default_rng(0)
    shapes = [(2, 3, 3, 3), (2, 3, 5, 5), (0, 3, 7), (1, 3), (4, 3, 2)]
    xs, dys = ([rng.normal(rng.normal(), 2, shape) for shape in shapes] for _ in range(2))
    weight, bias = rng.normal(1, 1, (2, 3))

    def work(rank, all_gather):
        running_mean, running_var = np.zeros(3), np.ones(3)
        y, statistics = synchronized.batch_norm(
            xs[rank], running_mean, running_var, weight, bias, all_gather=all_gather
        )
        grads = synchronized.batch_norm_backward(
            dys[rank], xs[rank], statistics, weight, all_gather=all_gather
        )
        return y, grads.input, grads.weight, grads.bias, running_mean, running_var

    def in_a_row(arrays):
        return np.concatenate([np.moveaxis(each, 1, 0).reshape(3, -1) for each in arrays], axis=1)

    x, w, b = (torch.tensor(a, requires_grad=True) for a in (in_a_row(xs)[None], weight, bias))
    running = torch.zeros(3).double(), torch.ones(3).double()
    y = torch_functional.batch_norm(x, *running, w, b, training=True)
    grads = torch.autograd.grad(y, (x, w, b), torch.tensor(in_a_row(dys)[None]))
    found = on_threads(work, len(shapes))
    for position, right in enumerate((y, grads[0])):
        parts = [part[position] for part in found]
        assert [part.shape for part in parts] == shapes
        assert difference(in_a_row(parts), right[0].detach().numpy()) <= 1e-12
    for part in found:
        for each, right in zip(part[2:], (*grads[1:], *running), strict=True):
            assert difference(each, right.numpy()) <= 1e-12


def normalize(rank, all_gather):
    return synchronized.batch_norm(np.eye(2) + rank, None, None, all_gather=all_gather)


@pytest.fixture
def no_new_process():
    """Whatever the test did, no process of its own is left."""
    before = psutil.Process().children(recursive=True)
    yield
    assert set(psutil.Process().children(recursive=True)) <= set(before)


@pytest.mark.usefixtures("no_new_process")
def test_a_rank_whose_process_dies_ends_the_others():
    def work(rank, all_gather):
        if rank == 1:
            os._exit(3)
        return normalize(rank, all_gather)

    with pytest.raises(RuntimeError, match="rank 1: its process ended") as caught:
        on_processes(work, 2)
    caught.match("rank 0: RuntimeError: the exchange with the other workers failed: one of them")


@pytest.mark.usefixtures("no_new_process")
def test_a_rank_that_does_not_come_is_not_waited_for_without_end():
    def work(rank, all_gather):
        if rank == 1:
            time.sleep(60)
        return normalize(rank, all_gather)

    with pytest.raises(RuntimeError, match="rank 1: had not ended after 2 seconds") as caught:
        on_processes(work, 2, timeout=1)
    caught.match("rank 0: RuntimeError: the exchange with the other workers failed: one of them")


def fails_on_rank_1(rank, all_gather):
    if rank == 1:
        raise MemoryError("no room for the images")
    return normalize(rank, all_gather)


def test_of_threads_the_first_error_is_raised_as_it_was():
    with pytest.raises(MemoryError, match="no room for the images") as caught:
        on_threads(fails_on_rank_1, 3)
    assert caught.traceback[-1].name == "fails_on_rank_1"


def test_of_processes_the_first_error_comes_first_and_with_its_line():
    with pytest.raises(RuntimeError) as caught:
        on_processes(fails_on_rank_1, 3)
    line = fails_on_rank_1.__code__.co_firstlineno + 2
    assert str(caught.value).splitlines()[1:3] == [
        "rank 1: MemoryError: no room for the images",
        f'    line {line} of fails_on_rank_1: raise MemoryError("no room for the images")',
    ]


@pytest.mark.usefixtures("no_new_process")
@pytest.mark.parametrize("run", [on_threads, on_processes])
def test_once_one_has_failed_one_that_computes_on_is_not_waited_for(run):
    def work(rank, all_gather):
        if rank == 0:
            raise MemoryError("no room")
        time.sleep(60)

    started = time.monotonic()
    with pytest.raises((MemoryError, RuntimeError), match="no room"):
        run(work, 3)
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("run", [on_threads, on_processes])
def test_a_worker_that_leaves_out_an_exchange_is_told_of(run):
    with pytest.raises(RuntimeError, match="every worker has to come to each of them"):
        run(lambda rank, all_gather: rank or all_gather(0), 2)


@pytest.mark.parametrize("run", [on_threads, on_processes])
@pytest.mark.parametrize("count", [0, -1, 1.5, True, np.float64(2), "2", None, [2]], ids=repr)
def test_a_number_of_workers_that_is_none_is_refused(run, count):
    with pytest.raises(ValueError, match=re.escape(f"count is {count!r}; expected the number")):
        run(normalize, count)


@pytest.mark.parametrize("count", [1, 3, np.int64(5)])
def test_threads_exchange_in_step(count):
    def work(rank, all_gather):
        return [all_gather((rank, step)) for step in range(50)]

    expected = [[(rank, step) for rank in range(count)] for step in range(50)]
    assert on_threads(work, count) == [expected] * count


def test_an_interrupt_at_any_moment_ends_workers_and_leaves_nothing():
    """A few; by hand, python tests/interrupts.py 200."""
    wrong, _ = interrupts.rounds(8, seed=0)
    assert not wrong


def test_an_interrupt_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        results = on_threads(lambda rank, _: rank or os.kill(os.getpid(), signal.SIGINT), 2)
        assert results == [None, 1]
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_what_cannot_be_sent_back_is_said():
    with pytest.raises(RuntimeError, match="rank 0: its result cannot be sent"):
        on_processes(lambda rank, all_gather: lambda: None, 1)


ENDLESS = """
import os, signal, time, torch
from bnlib.classroom.lessons.workers import on_processes
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell ran us with &
on_processes(lambda rank, all_gather: os.write(1, b"here\\n") and time.sleep(60), 2)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_process_is_left_behind(how):
    parent = subprocess.Popen(
        [sys.executable, "-c", ENDLESS],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parent.parent,
    )
    with parent:
        assert [parent.stdout.readline() for _ in range(2)] == [b"here\n"] * 2
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(children) == 2
        parent.send_signal(how)
        assert parent.wait(30) != 0
        gone, alive = psutil.wait_procs(children, timeout=10)
    assert (len(gone), alive) == (2, [])


def test_a_system_without_fork_is_told_so(monkeypatch):
    monkeypatch.setattr("multiprocessing.get_all_start_methods", lambda: ["spawn"])
    with pytest.raises(RuntimeError, match="Windows cannot"):
        on_processes(normalize, 2)


NOT_FLOATS = {
    "whole numbers": np.ones((2, 2), int),
    "complex numbers": np.ones((2, 2), complex),
    "a masked array": np.ma.masked_array(np.eye(2), mask=np.eye(2)),
}


@pytest.mark.parametrize("kind", NOT_FLOATS)
@pytest.mark.parametrize("name", ["x", "grad_output", "weight"])
def test_what_is_no_array_of_floats_is_refused_before_the_exchange(name, kind):
    given = NOT_FLOATS[kind][0] if name == "weight" else NOT_FLOATS[kind]
    given = {"x": np.eye(2), "grad_output": np.eye(2), "weight": np.ones(2)} | {name: given}
    _, statistics = synchronized.batch_norm(np.eye(2), None, None, all_gather=alone)
    exchanges = []
    with pytest.raises(TypeError, match=f"^{name} "):
        synchronized.batch_norm_backward(
            **given, statistics=statistics, all_gather=exchanges.append
        )
    if name != "grad_output":
        with pytest.raises(TypeError, match=f"^{name} "):
            synchronized.batch_norm(
                given["x"], None, None, given["weight"], all_gather=exchanges.append
            )
    assert not exchanges


def test_a_running_statistic_that_overflows_leaves_both_as_they_were():
    running = np.zeros(1, np.float16), np.ones(1, np.float16)
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        synchronized.batch_norm([[0.0], [1e4]], *running, all_gather=alone)
    assert [array.tolist() for array in running] == [[0], [1]]
