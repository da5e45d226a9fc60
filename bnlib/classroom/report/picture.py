"""A class's report as a picture to project: a color for each lesson, no student's name."""

from textwrap import wrap
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.diagrams import FAINT, INK, PAPER, write
from bnlib.classroom.report.read import NOT_RUN, NOT_TRIED, SOLVED, STATES, TRIED
from bnlib.classroom.report.table import Report, TaskCounts, ranked

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
MOST_MISTAKES = 8  # in the picture; the table has all
WIDTH, LEFT, RIGHT = 30.0, 10.4, 29.6  # units, a third of an inch
LARGE, SMALL = 16, 14
ON_PAPER = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}
NARROWEST = 0.5  # part of a bar that has room for its number
LETTERS = 76  # of a sentence, in a line


def picture(report: Report, before: Report | None = None) -> Figure:
    """Each task as a bar, then the mistakes that most students make, each with its sentence."""
    mistakes = ranked(report, before)
    shown = mistakes[:MOST_MISTAKES]
    sentences = {name: wrap(MISTAKES[name].sentence, LETTERS) for name in shown}
    lessons = {counts.task.lesson for counts in report.tasks}
    height = 3.6 + 1.25 * len(lessons) + 1.05 * len(report.tasks)
    height += sum(1.7 + 0.8 * len(lines) for lines in sentences.values())
    figure = Figure(figsize=(WIDTH / 3, height / 3), dpi=120)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(-height, 0))
    axes.set_axis_off()
    at = _legend(axes, before is not None)
    earlier = {counts.task.name: counts for counts in before.tasks} if before else {}
    lesson = 0
    for counts in report.tasks:
        if counts.task.lesson != lesson:
            lesson = counts.task.lesson
            at -= 1.25
            _lesson(axes, at, counts)
        at -= 1.05
        _task(axes, at, counts, earlier.get(counts.task.name))
    at -= 1.7
    title = f"Mistakes, by how many of {report.students} students"
    if len(mistakes) > len(shown):
        title += f": the first {len(shown)} of {len(mistakes)}"
    axes.text(0.4, at, title, fontsize=LARGE, weight="bold", color=INK, va="center")
    for name, lines in sentences.items():
        at -= 1.35
        _mistake(axes, at, name, report, before)
        for line in lines:
            at -= 0.8
            axes.text(3.6, at, line, fontsize=SMALL, color=INK, va="center")
        at -= 0.35
    return figure


def _legend(axes: Axes, compared: bool) -> float:
    x = 0.4
    for state in STATES:
        _bar(axes, x, -1.0, 1.2, state, FAINT)
        axes.text(x + 1.5, -1.0, state, fontsize=SMALL, color=INK, va="center")
        x += 5.2
    if compared:
        _earlier(axes, x + 0.6, -1.0)
        axes.text(x + 1.1, -1.0, "solved before", fontsize=SMALL, color=INK, va="center")
    return -1.2


def _lesson(axes: Axes, at: float, counts: TaskCounts) -> None:
    color = COLORS[counts.task.lesson - 1]
    axes.add_patch(Rectangle((0.4, at - 0.42), 0.5, 0.84, facecolor=color, edgecolor=INK))
    title = f"Lesson {counts.task.lesson}, {counts.students} students"
    axes.text(1.3, at, title, fontsize=LARGE, weight="bold", color=INK, va="center")


def _task(axes: Axes, at: float, counts: TaskCounts, earlier: TaskCounts | None) -> None:
    axes.text(0.4, at, counts.task.name, fontsize=SMALL, color=INK, va="center")
    unit = (RIGHT - LEFT) / counts.students
    x = LEFT
    for state in STATES:
        width = unit * counts.states[state]
        if width:
            _bar(axes, x, at, width, state, COLORS[counts.task.lesson - 1])
        if width > NARROWEST:
            write(axes, (x + width / 2, at), f"{counts.states[state]}", SMALL, bbox=ON_PAPER)
        x += width
    if earlier is not None:
        share = earlier.states[SOLVED] / earlier.students
        _earlier(axes, LEFT + share * (RIGHT - LEFT), at)


def _bar(axes: Axes, x: float, at: float, width: float, state: str, color: str) -> None:
    look = {"facecolor": color} | LOOKS[state]
    axes.add_patch(Rectangle((x, at - 0.4), width, 0.8, **look))
    axes.add_patch(Rectangle((x, at - 0.4), width, 0.8, fill=False, edgecolor=INK, lw=1))


def _earlier(axes: Axes, x: float, at: float) -> None:
    axes.plot([x, x], [at - 0.52, at + 0.52], color=INK, lw=5, solid_capstyle="butt")


def _mistake(axes: Axes, at: float, name: str, report: Report, before: Report | None) -> None:
    mistake = MISTAKES[name]
    box = {"facecolor": COLORS[mistake.lesson - 1], "edgecolor": INK, "boxstyle": "round,pad=0.25"}
    count = f"{report.mistakes[name]}"
    axes.text(1.6, at, count, fontsize=LARGE, color=INK, ha="center", va="center", bbox=box)
    was = f", {before.mistakes[name]} before" if before else ""
    title = f"{name} (lesson {mistake.lesson}{was})"
    axes.text(3.6, at, title, fontsize=SMALL, weight="bold", color=INK, va="center")
