"""make zoo: which checks see which mistake. Every one has to be seen, and no mistake is none.

With a path: the matrix as a picture.
"""

import multiprocessing
import os
import sys

import torch  # noqa: F401 (once, for all the processes that are forked)
import witnesses
from matplotlib.figure import Figure

from bnlib.classroom.diagrams import INK, LEARNED, PAPER
from bnlib.classroom.zoo import ZOO

COLUMNS = ("lesson", "exercise", "agree()", "unit tests")
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


def picture(rows, path):
    """The matrix, grouped by lesson; a full disk is a mistake that was seen."""
    figure = Figure(figsize=(11, 0.34 * len(rows) + 1.2), dpi=120)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 11), ylim=(-len(rows) - 0.5, 2.6))
    axes.set_axis_off()
    for place, title in enumerate(COLUMNS):
        axes.text(6.3 + 1.3 * place, 1.2, title, ha="center", fontsize=14, color=INK)
    for y, (mistake, found) in enumerate(rows):
        if y == 0 or mistake.lesson != rows[y - 1][0].lesson:
            axes.axhline(0.5 - y, color=INK, lw=1)
            axes.text(0.15, -y, f"{mistake.lesson}", va="center", fontsize=14, weight="bold")
        axes.text(0.5, -y, mistake.name, va="center", fontsize=13, color=INK)
        for place, seen in enumerate(found):
            if seen is not None:
                face = LEARNED if seen else PAPER
                axes.plot(6.3 + 1.3 * place, -y, "o", ms=13, mfc=face, mec=INK)
    figure.savefig(path)


def main(path=None):
    print(f"{'mistake':46}", *(f"{title:>11}" for title in COLUMNS))
    rows = []
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        (nothing,) = pool.map(control, [None])
        print_row("none, as a control", nothing)
        for mistake, found in pool.imap(row, ZOO, chunksize=1):
            rows.append((mistake, found))
            print_row(mistake.name, found)
    if path:
        picture(rows, path)
    seen = sum(each is True for _, found in rows for each in found)
    asked = sum(each is not None for _, found in rows for each in found)
    print(f"{len(rows)} mistakes, seen {seen} times of {asked}.")
    return any(nothing) or seen < asked


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
