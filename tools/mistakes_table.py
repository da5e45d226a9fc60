"""make mistakes: which checks see which mistake. Every one has to be seen.

make mistakes NAME="no eps" tries one; the others keep what was stored of them.
"""

import json
import multiprocessing
import os
import sys
from pathlib import Path

import torch  # noqa: F401 (once, for all the processes that are forked)
import which_checks
from bnlib_edits import EDITS

from bnlib.classroom.check.mistakes import MISTAKES

SEEN = Path(__file__).with_name("mistakes_seen.json")
COLUMNS = ("lesson", "unit tests", "exercises")
SIGNS = {True: "seen", False: "NOT SEEN", None: "-"}


def row(name):
    """What each check says; in a process of its own, where bnlib is wrong from the last one on."""
    exercises = which_checks.exercises_name(name)
    if name not in EDITS:
        return None, None, exercises
    lesson = which_checks.lesson_sees(name, MISTAKES[name].lesson)
    return lesson, which_checks.unit_tests_see(name), exercises


def control(_):
    """What is seen where there is no mistake."""
    return which_checks.lesson_sees("none", 1), which_checks.unit_tests_see("none"), None


def print_row(name, found):
    print(f"{name:50}", *(f"{SIGNS[each]:>11}" for each in found), flush=True)


def main(name=None):
    stored = {} if name is None else json.loads(SEEN.read_text())
    print(f"{'mistake':50}", *(f"{title:>11}" for title in COLUMNS))
    nothing, seen_by = (), {}
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        if name is None:
            (nothing,) = pool.map(control, [None])
            print_row("none, as a control", nothing)
        names = list(MISTAKES) if name is None else [name]
        for each, found in zip(names, pool.imap(row, names, chunksize=1), strict=True):
            seen_by[each] = found
            print_row(each, found)
    known = stored | seen_by
    known = {each: known[each] for each in MISTAKES if each in known}
    SEEN.write_text(json.dumps(known, indent=1) + "\n")
    answers = [each for found in seen_by.values() for each in found if each is not None]
    print(f"{len(seen_by)} mistakes, seen {sum(answers)} times of {len(answers)}.")
    return any(nothing) or not all(answers)


if __name__ == "__main__":
    names = sys.argv[1:]
    if not set(names) <= MISTAKES.keys():
        sys.exit(f"No mistake is called {names[0]!r}. There are: {', '.join(MISTAKES)}.")
    sys.exit(main(*names))
