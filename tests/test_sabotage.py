"""An answer that breaks what checks stand on: it is told, or does no harm to the next answer."""

import builtins
import math
import sys
import warnings
from contextlib import suppress

import numpy as np
import pytest
import torch

from bnlib.classroom import exercises
from bnlib.classroom.exercises import TASKS

TASK = exercises.normalize_table
RIGHT = "y = (x - x.mean(0)) / np.sqrt(x.var(0) + eps)"
SABOTAGES = [
    *(f"np.{name} = {RIGHT.partition('= ')[2]}" for name in ("sqrt", "mean", "array", "float64")),
    *(f"np.{name} = lambda *a, **k: 0" for name in ("abs", "isnan", "asarray", "where")),
    *(f"np.{name} = None" for name in ("errstate", "ndarray", "array_equal", "ravel", "square")),
    "np.linalg.norm = 7",
    "np.linalg = None",
    "math.sqrt = lambda v: v",
    "del np.sqrt",
    "np.seterr(all='raise')",
    "np.set_printoptions(precision=0, threshold=1)",
    "np.setbufsize(16)",
    "np.random.seed(0)",
    "warnings.simplefilter('error')",
    "warnings.warn('careful')",
    "sys.setrecursionlimit(sys.getrecursionlimit())",
    "sys.stdout.write('x' * 100000)",
    "sys.stdout.close()",
    "print('Right, on all 5 inputs.')",
    "raise SystemExit",
    "raise KeyboardInterrupt",
    "raise GeneratorExit",
    "raise type('Odd', (BaseException,), {'__str__': lambda self: 1 / 0})",
    "return normalize_table(x, eps)",
    "return type('Evil', (), {'__array__': lambda self, *a, **k: sys.exit()})()",
    "return type('Evil', (), {'__array__': lambda self, *a, **k: 1 / 0})()",
    "return type('Evil', (), {'__repr__': lambda self: 1 / 0})()",
    "return type('Evil', (), {'detach': lambda self: self})()",
    "return type('Evil', (tuple,), {'__len__': lambda self: 5})()",
    "return np.ma.masked_array(x, mask=True)",
    "return np.array([[lambda: 0]])",
    "return x.astype('O')",
    "return x.view(type('Same', (np.ndarray,), {'__eq__': lambda a, b: True}))",
    "return np.broadcast_to(np.float64(np.nan), (2, 1))",
    "return (y for y in x)",
    "return iter(x)",
    "return memoryview(x)",
    "return torch.sparse_coo_tensor([[0], [0]], [1.0], (2, 1))",
    "return torch.zeros(2, 1, dtype=torch.complex64)",
    "return exercises",
    "return [[x]] * 10**4",
    "x[:] = 0; x.shape = (1, -1); x.flags.writeable = False",
    "x.resize((9, 9), refcheck=False)",
    "x[:] = np.nan",
    "exercises.normalize_table.inputs[0]['x'][:] = 1e9",
    "exercises.normalize_table.known.right[0][0][:] = 0",
    "exercises.normalize_table.hints.clear()",
    "exercises.summary = None",
    "torch.set_default_dtype(torch.float16)",
    "torch.set_grad_enabled(False)",
    "builtins.len = lambda v: 0",
    "builtins.zip = builtins.map",
    "builtins.isinstance = lambda a, b: True",
    "builtins.all = builtins.any = lambda v: True",
]  # fmt: skip


def answer(body):
    scope = {
        **{"np": np, "sys": sys, "math": math, "warnings": warnings, "builtins": builtins},
        **{"torch": torch, "exercises": exercises},
    }
    exec(f"def normalize_table(x, eps):\n    {body}\n    {RIGHT}\n    return y", scope)
    return scope["normalize_table"]


@pytest.fixture
def as_before():
    """What a sabotage may change of this process is changed back; checks must not need it."""
    state = np.geterr(), np.get_printoptions(), np.getbufsize(), torch.get_default_dtype()
    summary, hints = exercises.summary, list(TASK.hints)
    with warnings.catch_warnings():
        yield
    np.seterr(**state[0])
    np.set_printoptions(**state[1])
    np.setbufsize(state[2])
    torch.set_default_dtype(state[3])
    torch.set_grad_enabled(True)
    exercises.summary, TASK.hints = summary, hints


@pytest.mark.parametrize("body", SABOTAGES)
@pytest.mark.usefixtures("as_before")
@pytest.mark.filterwarnings("ignore")
def test_a_sabotage_is_told_or_harms_no_next_answer(body, capsys):
    with suppress(np.exceptions.VisibleDeprecationWarning):
        said = TASK.check(answer(body))
    assert said.text.startswith(("Right, on all 5 inputs.", "Not yet: "))
    assert TASK.check(answer("pass")).text.startswith("Right, on all 5 inputs. ")
    wrong = TASK.check(answer("return (x - x.mean(0)) / np.sqrt(x.var(0))"))
    assert wrong.finding.mistakes == ("no eps",)
    assert exercises.divisor.check(exercises.divisor.right).right


def test_so_many_sabotages_are_tried():
    assert len(SABOTAGES) >= 50
    assert TASK is TASKS["normalize_table"]
