"""What students type, right and wrong, in answers/as_typed.txt: the check finds what it says."""

import linecache
from pathlib import Path

import numpy as np
import pytest
import torch

import bnlib
from bnlib import functional as F
from bnlib.classroom.exercises import TASKS

PATH = Path(__file__).parent.parent / "answers" / "as_typed.txt"


def typed():
    """The exercise, what is found, and the body, of each line."""
    blocks = PATH.read_text(encoding="utf-8").split("\n# ")[1:]
    for name, *lines in (block.strip().split("\n") for block in blocks):
        for line in lines:
            found, body = line.split(" | ", 1)
            yield pytest.param(name, found, body.replace("\\n", "\n    "), id=f"{name}: {line}")


def notebook():
    """The names that the cells above an exercise have made."""
    x = np.arange(15, dtype=np.float32).reshape(3, 5)
    arrays = {"input1d": x, "mean": x.mean(0), "var": x.var(0), "centered": x - x.mean(0)}
    arrays |= {"by_hand": (x - x.mean(0)) / x.std(0), "weight": np.ones(5), "bias": np.ones(5)}
    written = ("normalize_table", "updated_statistics", "normalize_images")
    functions = {name: TASKS[name].reference for name in written}
    return {"np": np, "torch": torch, "bnlib": bnlib, "F": F} | arrays | functions


@pytest.mark.parametrize(("name", "found", "body"), [*typed()])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_typed_is_judged(name, found, body):
    task, scope = TASKS[name], notebook()
    source = f"def {name}({', '.join(task.inputs[0])}):\n    {body}\n"
    linecache.cache[source] = (len(source), None, source.splitlines(keepends=True), source)
    exec(compile(source, source, "exec"), scope)
    said = task.check(scope[name])
    if found == "rounded":
        assert "Is something rounded on the way?" in said.text
    else:
        named = "; ".join(said.finding.mistakes)
        assert ("right" if said.right else named or said.finding.outcome) == found, said.text
    assert said.right or len(said.text.splitlines()) <= 5


def test_many_are_right_and_many_are_not():
    found = [each.values[1] for each in typed()]
    assert found.count("right") >= 70
    assert len(set(found)) > 100
