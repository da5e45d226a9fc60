"""The course may lie in any folder, and so may what a class has handed in: make is tried alone.

In the place of Python stands a script that says what it was called with.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(
    (shutil.which("make") is None or os.name == "nt") and "CI" not in os.environ,
    reason="there is no make on this machine",
)
PYTHON = """\
#!/bin/sh
case "$*" in "-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;; esac
for each in "$@"; do echo "$each"; done >> called
"""
NAMES = [
    "Ann's course",
    "two  spaces",
    '"quoted"',
    "a $HOME and a `date`",
    "\N{SNOWMAN} caf\N{LATIN SMALL LETTER E WITH ACUTE}",
    "-dash",
    "a;b&c|d",
    "(a, b)",
    "100%",
    "back\\slash",
    "a*b?",
    "[x] {y}",
    "~",
]


every_name = pytest.mark.parametrize("name", NAMES)


def course_in(folder):
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    (folder.parent / "python").write_text(PYTHON)
    (folder.parent / "python").chmod(0o755)
    return folder


def make(course, *arguments):
    """Run make with the script in Python's place; what it said, and what the script got."""
    (course / "called").unlink(missing_ok=True)
    command = ["make", "--no-print-directory", f"PYTHON={course.parent / 'python'}", *arguments]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout, (course / "called").read_text().splitlines()


@every_name
def test_setting_up_is_done_once(name, tmp_path):
    course = course_in(tmp_path / name)
    said, called = make(course, "lab")
    assert "4 of 4" in said
    assert called[-1] == "tools/lab.py"
    assert make(course, "lab") == ("", ["tools/lab.py"])


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = course_in(tmp_path_factory.mktemp("start") / "course")
    make(course, "lab")
    return course


@every_name
def test_what_was_handed_in_may_lie_anywhere(name, course):
    given = f"FOLDER=~/{name}".replace("$", "$$")
    assert make(course, "report", given)[1][-1] == f"{os.environ['HOME']}/{name}"
    given = f"FOLDER=of/{name}".replace("$", "$$")
    assert make(course, "report", given)[1][-1] == f"of/{name}"
