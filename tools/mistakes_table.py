"""make mistakes: which checks see which mistake. Every one has to be seen."""

import json
import multiprocessing
import os
import sys

import torch  # noqa: F401 (once, for all the processes that are forked)
import which_checks
from bnlib_edits import EDITS
from mistakes_picture import COLUMNS, PICTURE, SEEN, picture

from bnlib.classroom.check.mistakes import MISTAKES

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


def main():
    print(f"{'mistake':50}", *(f"{title:>11}" for title in COLUMNS))
    seen_by = {}
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        (nothing,) = pool.map(control, [None])
        print_row("none, as a control", nothing)
        for name, found in zip(MISTAKES, pool.imap(row, MISTAKES, chunksize=1), strict=True):
            seen_by[name] = found
            print_row(name, found)
    SEEN.write_text(json.dumps(seen_by, indent=1) + "\n")
    picture().savefig(PICTURE)
    answers = [each for found in seen_by.values() for each in found if each is not None]
    print(f"{len(seen_by)} mistakes, seen {sum(answers)} times of {len(answers)}.")
    return any(nothing) or not all(answers)


if __name__ == "__main__":
    sys.exit(main())
