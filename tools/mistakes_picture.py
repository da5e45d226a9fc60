"""Which checks see which mistake, as a picture, drawn from what make mistakes stored."""

import json
from itertools import pairwise
from pathlib import Path

from matplotlib.figure import Figure

from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.diagrams import INK, LEARNED, PAPER

COLUMNS = ("lesson", "unit tests", "exercises")
SEEN = Path(__file__).with_name("mistakes_seen.json")
PICTURE = Path(__file__).parent.parent / "images" / "mistakes.png"


def picture():
    """The mistakes that bnlib can be made to make, by lesson; a full disk was seen."""
    seen_by = json.loads(SEEN.read_text())
    rows = [MISTAKES[name] for name, found in seen_by.items() if None not in found]
    answers = [found[-1] for found in seen_by.values() if None in found]
    figure = Figure(figsize=(10.4, 0.34 * len(rows) + 1.5), dpi=120)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 10.4), ylim=(-len(rows) - 0.7, 2))
    axes.set_axis_off()
    axes.text(0.5, 1.1, "mistake", fontsize=14, color=INK)
    for place, title in enumerate(COLUMNS):
        axes.text(6.9 + 1.3 * place, 1.1, title, ha="center", fontsize=14, color=INK)
    for row, (before, mistake) in enumerate(pairwise([None, *rows])):
        if before is None or before.lesson != mistake.lesson:
            axes.axhline(0.5 - row, color=INK, lw=1)
            axes.text(0.15, -row, f"{mistake.lesson}", va="center", fontsize=14, weight="bold")
        axes.text(0.5, -row, mistake.name, va="center", fontsize=13, color=INK)
        for place, seen in enumerate(seen_by[mistake.name]):
            face = LEARNED if seen else PAPER
            axes.plot(6.9 + 1.3 * place, -row, "o", ms=13, mfc=face, mec=INK)
    axes.axhline(0.5 - len(rows), color=INK, lw=1)
    alone = f"{sum(answers)} of {len(answers)} more, which only an answer can make"
    axes.text(0.5, -len(rows), alone, va="center", fontsize=13, color=INK)
    axes.plot(9.5, -len(rows), "o", ms=13, mfc=LEARNED if all(answers) else PAPER, mec=INK)
    return figure


if __name__ == "__main__":
    picture().savefig(PICTURE)
