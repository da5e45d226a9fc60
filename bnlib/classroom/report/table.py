"""A class's report in lines of text, and as rows of counts."""

from collections import Counter
from collections.abc import Iterator
from textwrap import indent
from typing import NamedTuple

from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.check.task import Task
from bnlib.classroom.check.verdict import SOLVED, TRIED, Finding
from bnlib.classroom.exercises import TASKS
from bnlib.classroom.report.read import NOT_TRIED, STATES, Collected, Stored
from bnlib.classroom.report.words import cures

LONGEST_NAME = max(map(len, TASKS))


class TaskCounts(NamedTuple):
    """How a class did in one task.

    Attributes:
        task: the exercise or question.
        students: how many handed in its lesson.
        states: of them, how many are in each of STATES.
        mistakes: how many make each known mistake.
        unnamed: how many gave each wrong answer that has no name.
    """

    task: Task
    students: int
    states: Counter[str]
    mistakes: Counter[str]
    unnamed: Counter[Finding]


class Report(NamedTuple):
    """How a class did.

    Attributes:
        students: how many there are.
        tasks: of the lessons that were handed in.
        mistakes: how many students make each known mistake, in whatever task.
    """

    students: int
    tasks: list[TaskCounts]
    mistakes: Counter[str]


def report_on(collected: Collected, lesson: int | None = None) -> Report:
    """Count what a class did, in one lesson or in all that somebody has begun."""
    students = [
        {name: each for name, each in student.items() if lesson in (None, TASKS[name].lesson)}
        for student in collected.students.values()
    ]
    place = Counter[str]()  # on the page, added up over students
    for student in students:
        place.update({name: at for at, name in enumerate(student)})
    touched = lessons_touched(collected)
    tasks = [
        _counts(TASKS[name], [student[name] for student in students if name in student])
        for name in sorted(place, key=lambda name: (TASKS[name].lesson, place[name]))
        if TASKS[name].lesson in touched
    ]
    mistakes = Counter(
        mistake
        for student in students
        for mistake in {made for stored in student.values() for made in mistakes_of(stored)}
    )
    return Report(sum(map(bool, students)), tasks, mistakes)


def lessons_touched(collected: Collected) -> set[int]:
    """The lessons in which somebody has answered something."""
    return {
        TASKS[name].lesson
        for student in collected.students.values()
        for name, each in student.items()
        if each.state != NOT_TRIED
    }


def _counts(task: Task, stored: list[Stored]) -> TaskCounts:
    return TaskCounts(
        task,
        len(stored),
        Counter(each.state for each in stored),
        Counter(mistake for each in stored for mistake in mistakes_of(each)),
        Counter(
            each.finding
            for each in stored
            if each.finding and each.finding.state == TRIED and not each.finding.mistakes
        ),
    )


def mistakes_of(stored: Stored) -> tuple[str, ...]:
    """The known mistakes that a check named."""
    return stored.finding.mistakes if stored.finding else ()


def ranked(report: Report, before: Report | None = None) -> list[str]:
    """The known mistakes, those that most students make first; also those that are gone."""
    earlier = before.mistakes if before else Counter[str]()
    made = report.mistakes.keys() | earlier.keys()
    order = list(MISTAKES)
    return sorted(made, key=lambda m: (-report.mistakes[m], -earlier[m], order.index(m)))


def table(report: Report, before: Report | None = None) -> Iterator[str]:
    """The report in lines of text; with what was counted before, in parentheses."""
    earlier = {counts.task.name: counts for counts in before.tasks} if before else {}
    lesson = 0
    for counts in report.tasks:
        task = counts.task
        if task.lesson != lesson:
            lesson = task.lesson
            title = f"Lesson {lesson}, {in_words(counts.students)}"
            yield ""
            yield f"{title:{LONGEST_NAME + 2}}" + "".join(f"{state:>12}" for state in STATES)
        was = earlier.get(task.name)
        cells = [
            f"{counts.states[state]}{f' ({was.states[state]})' if was else ''}" for state in STATES
        ]
        yield f"  {task.name:{LONGEST_NAME}}" + "".join(f"{cell:>12}" for cell in cells)
    made = ranked(report, before)
    if made:
        yield from ("", f"Known mistakes, by how many of {in_words(report.students)} make them")
    for name in made:
        was_made = f" ({before.mistakes[name]})" if before else ""
        yield f"  {report.mistakes[name]:2}{was_made}  {name} (lesson {MISTAKES[name].lesson})"
        yield from (indent(line, " " * 6) for line in MISTAKES[name].lines(84))
        if name in cures():
            yield f"      → {cures()[name]}"
    unnamed = [
        (count, counts.task.name, finding)
        for counts in report.tasks
        for finding, count in counts.unnamed.most_common()
    ]
    if unnamed:
        yield from ("", "Wrong answers without a name, by what came out")
    for count, name, finding in unnamed:
        if count > 1:
            yield f"  {count:2}  {name}: {finding.in_words}"
    alone = Counter(finding.kind for count, _, finding in unnamed if count == 1)
    for kind, count in alone.most_common():
        yield f"  {count:2}  that only one student gave: {kind}"


def rows(report: Report, before: Report | None = None) -> Iterator[tuple[object, ...]]:
    """The report as a table with one count in a row, and what was counted before."""
    earlier = {counts.task.name: counts for counts in before.tasks} if before else {}
    yield "lesson", "task", "what", "which", "students", "of", *["before"][: before is not None]
    for counts in report.tasks:
        task, was = counts.task, earlier.get(counts.task.name)
        for what in ("states", "mistakes", "unnamed"):
            now = getattr(counts, what)
            then = getattr(was, what) if was else Counter()
            for each in STATES if what == "states" else dict.fromkeys([*now, *then]):
                which = each.in_words if isinstance(each, Finding) else each
                row = (task.lesson, task.name, what.rstrip("s"), which, now[each], counts.students)
                yield (*row, *[then[each]][: before is not None])


def in_words(count: int) -> str:
    """So many of them, in words."""
    return "1 student" if count == 1 else f"{count} students"


def read_and_not(collected: Collected, names: bool) -> Iterator[str]:
    """Who and what was read, and what was not, and why; by name, if names are asked for."""
    yield in_words(len(collected.students))
    empty = [name for name, tasks in collected.students.items() if not tasks]
    if empty:
        who = f": {', '.join(map(printable, empty))}" if names else ""
        yield f"of them {len(empty)} with nothing that could be read{who}"
    if names:
        yield from (f"skipped, {why}: {printable(path)}" for path, why in collected.skipped)
    else:
        reasons = Counter(reason for _, reason in collected.skipped)
        yield from (f"skipped, {reason}: {count}" for reason, count in reasons.items())


def by_student(collected: Collected) -> Iterator[str]:
    """Of each student, how many tasks of each lesson are solved; for the teacher alone."""
    yield from ("", "Solved, by student and lesson")
    touched = lessons_touched(collected)
    for student, tasks in collected.students.items():
        solved, of = (
            Counter(TASKS[name].lesson for name, each in tasks.items() if each.state in states)
            for states in ((SOLVED,), STATES)
        )
        lessons = (
            f"{lesson}: {solved[lesson]}/{of[lesson]}" for lesson in sorted(touched & of.keys())
        )
        yield f"  {printable(student)}  {'  '.join(lessons)}"


def printable(name: str) -> str:
    """A file's name without what would steer a terminal."""
    return "".join(char if char.isprintable() else "?" for char in name)
