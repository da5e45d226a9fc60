"""How long bnlib takes beside torch, as a picture, drawn from what make bench stored."""

import json
import math
from pathlib import Path

import numpy as np
from bench_speed import STORED, as_shape
from matplotlib.figure import Figure

from bnlib.classroom.colors import INK, PAPER

PICTURE = Path(__file__).parent.parent / "images" / "speed.png"
BARS = [("bnlib", INK, "", 0.2), ("textbook", PAPER, "//", -0.2)]


def picture():
    """bnlib and the textbook's NumPy, in times torch's, by shape; one panel for each work."""
    rows = json.loads(STORED.read_text(encoding="utf-8"))["shapes"]
    rows.sort(key=lambda row: math.prod(row["shape"]), reverse=True)
    figure = Figure(figsize=(13.5, 7.5), dpi=160, layout="constrained")
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    for axes, work in zip(panels, ("train forward", "train forward+backward"), strict=True):
        for name, color, hatch, offset in BARS:
            times = np.array([row["work"][work][name] / row["work"][work]["torch"] for row in rows])
            heights = np.arange(len(rows)) + offset
            look = {"color": color, "edgecolor": INK, "hatch": hatch}
            axes.barh(heights, times - 1, 0.4, left=1, label=f"{name}, NumPy", **look)
            for time, height in zip(times, heights, strict=True):
                at, side = (time * 1.08, "left") if time >= 1 else (time / 1.08, "right")
                axes.text(at, height, f"{time:.2g}", va="center", ha=side, fontsize=16, color=INK)
        axes.axvline(1, color=INK, lw=2.5)
        axes.set_xscale("log")
        axes.set_title(work.replace("+", " + "), fontsize=20, weight="bold")
        axes.tick_params(labelsize=16, length=0, which="both")
        axes.spines[["top", "right", "left"]].set_visible(False)
    panels[0].set_yticks(range(len(rows)), [as_shape(row["shape"]) for row in rows])
    panels[0].set_xlim(0.25, 10)
    panels[0].set_xticks([0.5, 1, 2, 5], ["½", "1", "2", "5"])
    panels[0].minorticks_off()
    figure.supxlabel("times as long as torch, on one thread", fontsize=18, color=INK)
    panels[1].legend(fontsize=16, frameon=False, loc="upper right", reverse=True)
    return figure


if __name__ == "__main__":
    picture().savefig(PICTURE)
