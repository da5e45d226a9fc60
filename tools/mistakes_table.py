"""make mistakes: which checks see which mistake. Every one has to be seen."""

import json
import multiprocessing
import os
import sys

import torch  # noqa: F401 (once, for all the processes that are forked)
import witnesses
from mistakes_picture import COLUMNS, PICTURE, SEEN, picture

from bnlib.classroom.zoo import ZOO

SIGNS = {True: "seen", False: "NOT SEEN", None: "-"}


def row(mistake):
    """What each witness says; in a process of its own, which the last one spoils."""
    return mistake, (
        witnesses.lesson_sees(mistake.name, mistake.lesson),
        witnesses.exercises_name(mistake),
        witnesses.agree_names(mistake),
        witnesses.unit_tests_see(mistake.name),
    )


def control(_):
    """What is seen where there is no mistake."""
    return witnesses.lesson_sees("none", 1), None, None, witnesses.unit_tests_see("none")


def print_row(name, found):
    print(f"{name:46}", *(f"{SIGNS[each]:>11}" for each in found), flush=True)


def main():
    print(f"{'mistake':46}", *(f"{title:>11}" for title in COLUMNS))
    seen_by = {}
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        (nothing,) = pool.map(control, [None])
        print_row("none, as a control", nothing)
        for mistake, found in pool.imap(row, ZOO, chunksize=1):
            seen_by[mistake.name] = found
            print_row(mistake.name, found)
    SEEN.write_text(json.dumps(seen_by, indent=1) + "\n")
    picture().savefig(PICTURE)
    answers = [each for found in seen_by.values() for each in found if each is not None]
    print(f"{len(seen_by)} mistakes, seen {sum(answers)} times of {len(answers)}.")
    return any(nothing) or not all(answers)


if __name__ == "__main__":
    sys.exit(main())
