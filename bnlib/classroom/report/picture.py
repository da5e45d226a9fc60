"""A lesson's report as a picture for the projector, 16 : 9; no student's name is in it."""

from collections import Counter
from pathlib import Path
from textwrap import wrap
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.check.verdict import SOLVED, TRIED
from bnlib.classroom.colors import FAINT, INK, PAPER
from bnlib.classroom.diagrams import write
from bnlib.classroom.report.read import NOT_RUN, NOT_TRIED, STATES
from bnlib.classroom.report.table import Report, TaskCounts, in_words
from bnlib.classroom.report.words import cures, in_short

# Okabe and Ito's colors, and two more; each is told from the others by its lesson's number too.
COLORS = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#7a9ee0", "#e07b39", "#cc79a7", "#b8a58c",
    "#9bc53d",
)  # fmt: skip
LOOKS: dict[str, dict[str, Any]] = {
    SOLVED: {},
    TRIED: {"alpha": 0.45, "hatch": "//"},
    NOT_RUN: {"facecolor": PAPER, "hatch": ".."},
    NOT_TRIED: {"facecolor": PAPER},
}
WIDTH, HEIGHT = 32.0, 18.0  # units, half an inch
LEFT, RIGHT = 9.6, 17.4  # of the bars
ASKED, ASKED_LINES = 37, 3  # letters in a line of a question, and lines
TEXTS, LETTERS = 20.1, 48  # where the sentences begin, and letters in a line
TASKS, FIRST = -4.4, -2.8  # the first bar, and the first mistake
LINE, GAP, LOWEST = 0.55, 0.95, 0.5  # from line to line, to the next mistake, above the edge
LARGE, MEDIUM, SMALL = 25, 17, 15.5
MOST_MISTAKES = 4  # in the picture; the table has all
ON_PAPER = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}
NARROWEST = 0.3  # part of a bar that has room for its number


def write_pictures(report: Report, before: Report | None, folder: Path) -> list[Path]:
    """Draw each lesson's picture into folder, as lesson_1.png and so on; the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for lesson in sorted({counts.task.lesson for counts in report.tasks}):
        files.append(folder / f"lesson_{lesson}.png")
        picture(report, lesson, before).savefig(files[-1])
    return files


def picture(report: Report, lesson: int, before: Report | None = None) -> Figure:
    """A lesson's tasks as bars, and the mistakes in them that two students or more make."""
    figure = Figure(figsize=(WIDTH / 2, HEIGHT / 2), dpi=120)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(-HEIGHT, 0))
    axes.set_axis_off()
    tasks = [counts for counts in report.tasks if counts.task.lesson == lesson]
    title = f"Lesson {lesson}, {in_words(tasks[0].students)}"
    axes.text(0.6, -1.2, title, fontsize=LARGE, weight="bold", color=INK, va="center")
    _legend(axes, COLORS[lesson - 1], before is not None)
    earlier = {counts.task.name: counts for counts in before.tasks} if before else {}
    step = min(2.0, (HEIGHT + TASKS - 0.6) / len(tasks))
    for row, counts in enumerate(tasks):
        _task(axes, TASKS - row * step, counts, earlier.get(counts.task.name))
    _mistakes(axes, tasks, before)
    return figure


def _legend(axes: Axes, color: str, compared: bool) -> None:
    x = 0.6
    for state in STATES:
        _bar(axes, x, -2.7, 0.9, state, color)
        axes.text(x + 1.1, -2.7, state, fontsize=SMALL, color=INK, va="center")
        x += 3.3
    if compared:
        _earlier(axes, x + 0.2, -2.0)
        axes.text(x + 0.6, -2.7, "solved before", fontsize=SMALL, color=INK, va="center")


def _task(axes: Axes, at: float, counts: TaskCounts, earlier: TaskCounts | None) -> None:
    asked = "\n".join(in_short(counts.task, ASKED, ASKED_LINES))
    axes.text(0.6, at, asked, fontsize=SMALL, color=INK, va="center", linespacing=1.05)
    unit = (RIGHT - LEFT) / counts.students
    x = LEFT
    for state in STATES:
        width = unit * counts.states[state]
        if width:
            _bar(axes, x, at, width, state, COLORS[counts.task.lesson - 1])
        if width > NARROWEST:
            write(axes, (x + width / 2, at), f"{counts.states[state]}", MEDIUM, bbox=ON_PAPER)
        x += width
    if earlier is not None:
        share = earlier.states[SOLVED] / earlier.students
        _earlier(axes, LEFT + share * (RIGHT - LEFT), at)


def _bar(axes: Axes, x: float, at: float, width: float, state: str, color: str) -> None:
    look = {"facecolor": color} | LOOKS[state]
    axes.add_patch(Rectangle((x, at - 0.5), width, 1.0, **look))
    axes.add_patch(Rectangle((x, at - 0.5), width, 1.0, fill=False, edgecolor=INK, lw=1))


def _earlier(axes: Axes, x: float, at: float) -> None:
    """A mark below the bar, where no number stands in its way."""
    axes.plot([x], [at - 0.68], "^", color=INK, markersize=9, clip_on=False)


def _mistakes(axes: Axes, tasks: list[TaskCounts], before: Report | None) -> None:
    """The first few mistakes of a lesson; one student's alone would not be anonymous."""
    made = sum((counts.mistakes for counts in tasks), Counter[str]())
    several = [name for name, students in made.most_common() if students > 1]
    shown, bottom = [], FIRST
    for name in several[:MOST_MISTAKES]:
        bottom -= LINE * len(_explained(name))
        if bottom > LOWEST - HEIGHT:
            shown.append(name)
        bottom -= GAP
    title = "Mistakes that two or more make"
    if len(several) > len(shown):
        title += f", {len(shown)} of {len(several)}"
    axes.text(18.3, -1.2, title, fontsize=MEDIUM, weight="bold", color=INK, va="center")
    if not shown:
        axes.text(18.3, FIRST, "none", fontsize=MEDIUM, color=FAINT, va="center")
    at = FIRST
    for name in shown:
        box = {
            "facecolor": COLORS[MISTAKES[name].lesson - 1],
            "edgecolor": INK,
            "boxstyle": "round",
        }
        write(axes, (19.0, at), f"{made[name]}", LARGE - 5, bbox=box)
        if before:
            write(axes, (19.0, at - 1.1), f"{before.mistakes[name]} before", SMALL - 3)
        axes.text(TEXTS, at, name, fontsize=SMALL - 1, weight="bold", color=INK, va="center")
        for line in _explained(name):
            at -= LINE
            axes.text(TEXTS, at, line, fontsize=SMALL, color=INK, va="center")
        at -= GAP


def _explained(name: str) -> list[str]:
    """What was done, and what the teacher may ask back, in lines."""
    cure = cures().get(name)
    return MISTAKES[name].lines(LETTERS) + (wrap(f"→ {cure}", LETTERS) if cure else [])
