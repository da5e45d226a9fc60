"""Which checks see which mistake, as a picture, drawn from what make mistakes stored."""

import json
from itertools import pairwise
from pathlib import Path

from matplotlib.figure import Figure

from bnlib.classroom.diagrams import INK, LEARNED, PAPER
from bnlib.classroom.mistakes import MISTAKES

COLUMNS = ("lesson", "unit tests", "exercises")
SEEN = Path(__file__).with_name("mistakes_seen.json")
PICTURE = Path(__file__).parent.parent / "images" / "mistakes.png"


def picture():
    """The mistakes by lesson; a full disk was seen, and where there is none nobody was asked."""
    seen_by = json.loads(SEEN.read_text())
    rows = [MISTAKES[name] for name in seen_by]
    figure = Figure(figsize=(10.4, 0.34 * len(rows) + 0.9), dpi=120)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 10.4), ylim=(-len(rows) + 0.3, 2))
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
            if seen is not None:
                face = LEARNED if seen else PAPER
                axes.plot(6.9 + 1.3 * place, -row, "o", ms=13, mfc=face, mec=INK)
    return figure


if __name__ == "__main__":
    picture().savefig(PICTURE)
