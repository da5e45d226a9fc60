"""What students type, right and wrong, in answers/*.txt: the check finds what it says."""

import linecache
import math
import statistics
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial, reduce
from pathlib import Path

import numpy as np
import pytest
import torch

import bnlib
from bnlib import functional as F
from bnlib import synchronized
from bnlib.classroom.check.exercise import Exercise
from bnlib.classroom.exercises import TASKS

ANSWERS = Path(__file__).parent.parent / "answers"


def typed(name):
    """The task, what is found, and the body or number, of each line."""
    blocks = (ANSWERS / name).read_text(encoding="utf-8").split("\n# ")[1:]
    for name, *lines in (block.strip().split("\n") for block in blocks):
        for line in lines:
            found, body = line.split(" | ", 1)
            yield pytest.param(name, found, body.replace("\\n", "\n"), id=f"{name}: {line}")


def notebook():
    """The names that the cells above an exercise have made."""
    x = np.arange(15, dtype=np.float32).reshape(3, 5)
    arrays = {"input1d": x, "mean": x.mean(0), "var": x.var(0), "centered": x - x.mean(0)}
    arrays |= {"by_hand": (x - x.mean(0)) / x.std(0), "weight": np.ones(5), "bias": np.ones(5)}
    written = ("normalize_table", "updated_statistics", "normalize_images")
    functions = {name: TASKS[name].reference for name in written}
    modules = {"np": np, "torch": torch, "bnlib": bnlib, "F": F, "math": math, "st": statistics}
    modules |= {"TF": torch.nn.functional, "synchronized": synchronized}
    pythons = {each.__name__: each for each in (dataclass, Decimal, Fraction, partial, reduce)}
    return modules | pythons | arrays | functions


def judged(name, body):
    """The verdict on a body, or on a number."""
    task, scope = TASKS[name], notebook()
    if not isinstance(task, Exercise):
        return task.check(eval(body, scope))
    indented = body.replace("\n", "\n    ")
    source = f"def {name}({', '.join(task.inputs[0])}):\n    {indented}\n"
    linecache.cache[source] = (len(source), None, source.splitlines(keepends=True), source)
    exec(compile(source, source, "exec"), scope)
    return task.check(scope[name])


@pytest.mark.parametrize(("name", "found", "body"), [*typed("as_typed.txt")])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_typed_is_judged(name, found, body):
    said = judged(name, body)
    if found == "rounded":
        assert "Is something rounded on the way?" in said.text
    else:
        named = "; ".join(said.finding.mistakes)
        assert ("right" if said.right else named or said.finding.outcome) == found, said.text
    assert said.right or len(said.text.splitlines()) <= 5


@pytest.mark.parametrize(("name", "found", "body"), [*typed("unseen.txt")])
@pytest.mark.filterwarnings("ignore")
def test_what_nobody_had_in_mind_is_judged(name, found, body):
    said = judged(name, body)
    named = "; ".join(said.finding.mistakes)
    assert ("right" if said.right else named or "wrong") == found, said.text


def test_many_are_right_and_many_are_not():
    found = [each.values[1] for each in typed("as_typed.txt")]
    assert found.count("right") >= 70
    assert len(set(found)) > 100
    found = [each.values[1] for each in typed("unseen.txt")]
    assert found.count("right") >= 350
    assert len(found) > 1500
