"""The four witnesses of the kill matrix: does a lesson, a test, a check, agree() see a mistake?"""

import linecache
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest

import bnlib
from bnlib import functional as F
from bnlib.classroom import agree, exercises
from bnlib.classroom.agreement import DisagreementError
from bnlib.classroom.checking import Exercise, Question, _Bnlib
from bnlib.classroom.zoo import ZOO

ROOT = Path(__file__).parent.parent.parent
UNIT_TESTS = [
    str(ROOT / "tests" / name)
    for name in ("test_torch_parity.py", "test_errors.py", "test_arrays.py")
]
EXERCISES = {n: e for n, e in vars(exercises).items() if isinstance(e, Exercise)}
QUESTIONS = {n: q for n, q in vars(exercises).items() if isinstance(q, Question)}


def lesson_sees(name, lesson):
    """Whether a lesson turns red under nbval, in a kernel that makes the mistake."""
    (path,) = (ROOT / "notebooks").glob(f"{lesson:02}_*.ipynb")
    env = os.environ | {"BNLIB_MISTAKE": name}
    command = [sys.executable, "tests/in_kernel.py", "wrong_bn", "-x", path]
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    return _is_red(result.returncode)


def unit_tests_see(name):
    """Whether the unit tests turn red; this process makes the mistake from now on."""
    for mistake in ZOO:
        if mistake.name == name:
            mistake.make()
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        result = pytest.main(["-x", "-p", "no:cacheprovider", *UNIT_TESTS])
    return _is_red(result)


def _is_red(code):
    if code not in (0, 1):
        raise RuntimeError(f"pytest could not run, and gave {code}")
    return code == 1


def answer_with(exercise, mistake):
    """A learner's function that makes the mistake, and no other."""

    def answer(*args):
        given = dict(zip(exercise.inputs[0], deepcopy(args), strict=True))
        with mistake.made(), np.errstate(all="ignore"):
            return exercise.reference(_Bnlib, **given)

    return answer


def exercises_that_meet(mistake):
    return [
        exercise
        for exercise in EXERCISES.values()
        if mistake.name in [other.name for other, _ in exercise.mistakes]
    ]


def named(words, mistake):
    """Whether a text blames this mistake, and no other."""
    return words.count("This mistake gives the same") == 1 and str(mistake) in words


def exercises_name(mistake):
    """Whether each exercise that can meet the mistake names it; None where no exercise can."""
    meeting = exercises_that_meet(mistake)
    if not meeting:
        return None
    return all(
        named(exercise.check(answer_with(exercise, mistake)).text, mistake) for exercise in meeting
    )


def agree_names(mistake):
    """Whether agree() raises for the smallest input, and names the mistake."""
    return str(mistake) in what_agree_says(mistake)


def what_agree_says(mistake):
    right = eval(mistake.shown_by, {"np": np, "F": F, "bnlib": bnlib})
    with mistake.made(), np.errstate(all="ignore"):
        return disagreement_in(f"agree({mistake.shown_by}, right)", right=right)


def disagreement_in(cell, **scope):
    """What agree() says in a cell; empty where it agrees."""
    scope |= {"np": np, "F": F, "bnlib": bnlib, "agree": agree}
    linecache.cache["<cell>"] = (len(cell), None, cell.splitlines(keepends=True), "<cell>")
    try:
        exec(compile(cell, "<cell>", "exec"), scope)
    except DisagreementError as disagreement:
        return str(disagreement)
    return ""
