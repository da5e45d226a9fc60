"""make bench: what a batch norm costs, in torch, in bnlib and in the textbook's NumPy.

All are measured in one run, in turns, so that whatever else the machine does hits all
alike; numbers are medians. float32, with weight, bias and running statistics. The floor
is np.copyto: nothing that reads x and writes y is faster. Memory that is freed stays with
the process (glibc is told so), or chance decides who pays for fresh pages. How many pages
bnlib needs where nothing was told is counted in a process of its own.
"""

import json
import math
import os
import statistics
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import batch_norm as torch_batch_norm

from bnlib import functional as F

SHAPES = [(3, 5), (64, 128), (256, 1024), (16, 8, 200)]
SHAPES += [(8, 16, 32, 32), (128, 3, 32, 32), (32, 64, 56, 56)]
GROWING = [(5, 64, 56, 56), (50, 64, 56, 56), (500, 64, 56, 56)]  # 1e6, 1e7, 1e8 values
WORK = ["train forward", "train forward+backward", "eval forward"]
ROUNDS, SECONDS = 9, 1.5  # per shape and work: at least so many rounds, and so long
STORED = Path(__file__).with_name("speed.json")


def textbook(x, running_mean, running_var, weight, bias, training):
    """Algorithms 1 and 2 as they are printed: y, and x_hat and the root for the way back."""
    axes, wide = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axes), x.var(axes)
        n = x.size / x.shape[1]
        running_mean += 0.1 * (mean - running_mean)
        running_var += 0.1 * (var * n / (n - 1) - running_var)
    root = np.sqrt(var + x.dtype.type(1e-5)).reshape(wide)
    x_hat = (x - mean.reshape(wide)) / root
    return weight.reshape(wide) * x_hat + bias.reshape(wide), x_hat, root


def textbook_backward(grad_output, x_hat, root, weight):
    axes = (0, *range(2, x_hat.ndim))
    g = grad_output * weight.reshape(root.shape)
    through_var = x_hat * (g * x_hat).mean(axes, keepdims=True)
    grad_x = (g - g.mean(axes, keepdims=True) - through_var) / root
    return grad_x, (grad_output * x_hat).sum(axes), grad_output.sum(axes)


def given(shape, mean=0.0):
    """x, running_mean, running_var, weight, bias; and grad_output."""
    rng = np.random.default_rng(0)
    channels = (rng.normal(size=shape[1]), rng.uniform(0.5, 2, shape[1]))
    arrays = [rng.normal(mean, 1, shape), *channels, *channels, rng.normal(size=shape)]
    *args, grad_output = (array.astype(np.float32) for array in arrays)
    return args, grad_output


def contenders(shape):
    """For each work, what does it: a function without arguments, by name."""
    args, grad_output = given(shape)
    x, weight, floor = args[0], args[3], np.empty(shape, np.float32)
    tensors, learning = ([torch.tensor(a) for a in args] for _ in range(2))
    leaves = [learning[i].requires_grad_() for i in (0, 3, 4)]
    grad_tensor = torch.tensor(grad_output)

    def forward(training):
        return {
            "torch": lambda: torch_batch_norm(*tensors, training=training),
            "bnlib": lambda: F.batch_norm(*args, training=training),
            "textbook": lambda: textbook(*args, training),
            "copy": lambda: np.copyto(floor, x),
        }

    def torch_both():
        torch.autograd.grad(torch_batch_norm(*learning, training=True), leaves, grad_tensor)

    def bnlib_both():
        F.batch_norm(*args, training=True)
        F.batch_norm_backward(grad_output, x, weight)

    def textbook_both():
        textbook_backward(grad_output, *textbook(*args, True)[1:], weight)

    train = forward(True)
    both = train | {"torch": torch_both, "bnlib": bnlib_both, "textbook": textbook_both}
    return dict(zip(WORK, (train, both, forward(False)), strict=True))


def medians(work):
    """Microseconds a call, by contender."""
    repeat, found = {}, {name: [] for name in work}
    for name, call in work.items():
        call()
        start = time.perf_counter()
        call()
        repeat[name] = 1 + int(2e-4 / (time.perf_counter() - start))
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(found["torch"]) < ROUNDS:
        for name, call in work.items():
            start = time.perf_counter()
            for _ in range(repeat[name]):
                call()
            found[name].append((time.perf_counter() - start) / repeat[name] * 1e6)
    return {name: statistics.median(times) for name, times in found.items()}


def errors(shape, mean):
    """The largest error of a training output, in ulp of the largest float64 output."""
    args, _ = given(shape, mean)
    exact = textbook(*(a.astype(np.float64) for a in args), True)[0]
    ours = F.batch_norm(args[0], None, None, *args[3:], training=True)
    torchs = torch_batch_norm(*map(torch.tensor, args), training=True).numpy()
    outputs = {"torch": torchs, "bnlib": ours, "textbook": textbook(*args, True)[0]}
    ulp = np.spacing(np.float32(np.abs(exact).max()))
    return {name: float(np.abs(y - exact).max() / ulp) for name, y in outputs.items()}


def peaks(work, shape):
    """The most that a call holds at once, in sizes of its output (torch's is not traced)."""
    found = {}
    for name in ("bnlib", "textbook"):
        tracemalloc.start()
        work[name]()
        found[name] = tracemalloc.get_traced_memory()[1] / (4 * np.prod(shape))
        tracemalloc.stop()
    return found


def measure(threads):
    """What is measured with so many threads, as JSON can hold it."""
    torch.set_num_threads(threads)
    return {"shapes": list(by_shape()), "growth": list(growth())}


def growth():
    """Values, and nanoseconds for each, in ever larger arrays."""
    for shape in GROWING:
        work = contenders(shape)["train forward"]
        ours = medians({name: work[name] for name in ("torch", "bnlib")})["bnlib"]
        yield {"values": math.prod(shape), "ns": ours * 1e3 / math.prod(shape)}


def by_shape():
    for shape in SHAPES:
        works = contenders(shape)
        times = {name: medians(work) for name, work in works.items()}
        quality = {"error at mean 0": errors(shape, 0.0), "error at mean 10000": errors(shape, 1e4)}
        quality["peak memory"] = peaks(works["train forward"], shape)
        yield {"shape": shape, "work": times, "quality": quality}


def page_faults(shape=(256, 1024), calls=20):
    """Pages of memory that the system has to provide at each call, by what is called."""
    import resource  # Windows has none

    args, grad_output = given(shape)

    def forward():
        return F.batch_norm(*args, training=True)

    def backward():
        return F.batch_norm_backward(grad_output, args[0], args[3])

    def both():
        return forward(), backward()

    found = {}
    for call in (forward, backward, both):
        call()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(calls):
            call()
        after = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        found[call.__name__] = (after - before) / calls
    return found


def as_shape(shape):
    return f"({', '.join(map(str, shape))})"


def show(found, threads):
    rows = found["shapes"]
    print(f"\n{threads} thread{'s' * (threads > 1)}: microseconds, and times torch's")
    for work in WORK:
        print(f"{work:24}{'torch':>10}{'bnlib':>18}{'textbook':>18}{'copy':>18}")
        for row in rows:
            torchs, *others = row["work"][work].values()
            cells = "".join(f"{t:11.1f} ({t / torchs:4.2f})" for t in others)
            print(f"  {as_shape(row['shape']):22}{torchs:10.1f}{cells}")
    print("\nlargest error, in ulp of the largest output; peak memory, in outputs")
    for quality in rows[0]["quality"]:
        print(f"{quality:24}" + "".join(f"{name:>10}" for name in rows[0]["quality"][quality]))
        for row in rows:
            cells = "".join(f"{number:10.2f}" for number in row["quality"][quality].values())
            print(f"  {as_shape(row['shape']):22}{cells}")
    print("\ntrain forward, nanoseconds a value")
    for each in found["growth"]:
        print(f"  {each['values']:12,} values {each['ns']:8.2f}")


def in_a_process(argument, **env):
    command = [sys.executable, __file__, argument]
    run = subprocess.run(command, env=os.environ | env, check=True, stdout=subprocess.PIPE)
    return json.loads(run.stdout)


def main():
    faults = in_a_process("faults")
    print(", ".join(f"{name}: {count:.0f}" for name, count in faults.items()), "page faults a call")
    found = {}
    for threads in (1, 2):
        fixed = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(threads))
        fixed |= dict.fromkeys(("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"), str(2**30))
        found[threads] = in_a_process(str(threads), **fixed)
        show(found[threads], threads)
    STORED.write_text(json.dumps(found[1], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        print(json.dumps(page_faults() if sys.argv[1] == "faults" else measure(int(sys.argv[1]))))
