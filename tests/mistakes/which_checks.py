"""Which checks see a mistake: its lesson, the unit tests, the exercises."""

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import bnlib_edits
import pytest

from bnlib.classroom.check.exercise import Exercise
from bnlib.classroom.exercises import TASKS

ROOT = Path(__file__).parent.parent.parent
UNIT_TESTS = [
    str(ROOT / "tests" / name)
    for name in ("test_torch_parity.py", "test_errors.py", "test_arrays.py")
]


def lesson_sees(name, lesson):
    """Whether a lesson turns red under nbval, in a kernel that makes the mistake."""
    (path,) = (ROOT / "notebooks").glob(f"{lesson:02}_*.ipynb")
    env = os.environ | {"BNLIB_MISTAKE": name}
    command = [sys.executable, "tests/in_kernel.py", "wrong_bn", "-x", path]
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    return _is_red(result.returncode)


def unit_tests_see(name):
    """Whether the unit tests turn red; this process makes the mistake from now on."""
    if name != "none":
        bnlib_edits.make(name)
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        result = pytest.main(["-x", "-p", "no:cacheprovider", *UNIT_TESTS])
    return _is_red(result)


def _is_red(code):
    if code not in (0, 1):
        raise RuntimeError(f"pytest could not run, and gave {code}")
    return code == 1


def verdicts(name):
    """What each exercise and question says of an answer that makes the mistake."""
    for task in TASKS.values():
        for edit in task.edits:
            if edit.name == name:
                wrong = task.known.with_edits(edit)
                answer = (
                    wrong if isinstance(task, Exercise) else round(float(wrong(**task.numbers)), 2)
                )
                yield task.check(answer).text


def exercises_name(name):
    """Whether there are answers that make the mistake, and all of them are told its name."""
    said = [f"“{name}”" in verdict for verdict in verdicts(name)]
    return bool(said) and all(said)
