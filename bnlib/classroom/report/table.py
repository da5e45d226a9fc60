"""A class's report in lines of text, and as rows of counts."""

from collections import Counter
from collections.abc import Iterator
from textwrap import indent, wrap
from typing import NamedTuple

from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.check.task import Exercise, Question
from bnlib.classroom.exercises import TASKS
from bnlib.classroom.report.read import SOLVED, STATES, Collected, Stored

LONGEST_NAME = max(map(len, TASKS))


class TaskCounts(NamedTuple):
    """How a class did in one task.

    Attributes:
        task: the exercise or question.
        students: how many handed in its lesson.
        states: of them, how many are in each of STATES.
        mistakes: how many make each known mistake.
        unnamed: how many gave each wrong answer that has no name, by what came out.
    """

    task: Exercise | Question
    students: int
    states: Counter[str]
    mistakes: Counter[str]
    unnamed: Counter[str]


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
    """Count what a class did, in one lesson or in all."""
    students = [
        {name: each for name, each in student.items() if lesson in (None, TASKS[name].lesson)}
        for student in collected.students.values()
    ]
    tasks = []
    for name, task in TASKS.items():
        stored = [student[name] for student in students if name in student]
        if stored:
            tasks.append(_counts(task, stored))
    mistakes = Counter(
        mistake
        for student in students
        for mistake in {made for stored in student.values() for made in stored.mistakes}
    )
    return Report(sum(map(bool, students)), tasks, mistakes)


def _counts(task: Exercise | Question, stored: list[Stored]) -> TaskCounts:
    return TaskCounts(
        task,
        len(stored),
        Counter(each.state for each in stored),
        Counter(mistake for each in stored for mistake in each.mistakes),
        Counter(each.outcome for each in stored if each.outcome),
    )


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
            title = f"Lesson {lesson}, {counts.students} students"
            yield ""
            yield f"{title:{LONGEST_NAME + 2}}" + "".join(f"{state:>12}" for state in STATES)
        was = earlier.get(task.name)
        cells = [
            f"{counts.states[state]}{f' ({was.states[state]})' if was else ''}" for state in STATES
        ]
        yield f"  {task.name:{LONGEST_NAME}}" + "".join(f"{cell:>12}" for cell in cells)
    made = ranked(report, before)
    if made:
        yield from ("", f"Known mistakes, by how many of {report.students} students make them")
    for name in made:
        was_made = f" ({before.mistakes[name]})" if before else ""
        yield f"  {report.mistakes[name]:2}{was_made}  {name} (lesson {MISTAKES[name].lesson})"
        yield from (indent(line, " " * 6) for line in wrap(MISTAKES[name].sentence, 84))
    unnamed = [
        (students, f"{counts.task.name}: {outcome}")
        for counts in report.tasks
        for outcome, students in counts.unnamed.most_common()
    ]
    if unnamed:
        yield from ("", "Wrong answers without a name, by what came out")
        yield from (f"  {students:2}  {answer}" for students, answer in unnamed if students > 1)
        yield f"  {sum(students == 1 for students, _ in unnamed):2}  that only one student gave"


def rows(report: Report) -> Iterator[tuple[object, ...]]:
    """The report as a table with one count in a row."""
    yield "lesson", "task", "what", "which", "students", "of"
    for task, of, states, mistakes, unnamed in report.tasks:
        for what, count in (("state", states), ("mistake", mistakes), ("unnamed", unnamed)):
            which = STATES if count is states else [name for name, _ in count.most_common()]
            for each in which:
                yield task.lesson, task.name, what, each, count[each], of


def skipped(collected: Collected, names: bool) -> Iterator[str]:
    """What was not read, and why; which files, if names are asked for."""
    if names:
        yield from (f"skipped, {why}: {printable(str(path))}" for path, why in collected.skipped)
    else:
        reasons = Counter(reason for _, reason in collected.skipped)
        yield from (f"skipped, {reason}: {count}" for reason, count in reasons.items())


def by_student(collected: Collected) -> Iterator[str]:
    """Of each student, how many tasks of each lesson are solved; for the teacher alone."""
    yield from ("", "Solved, by student and lesson")
    for student, tasks in collected.students.items():
        solved, of = (
            Counter(TASKS[name].lesson for name, each in tasks.items() if each.state in states)
            for states in ((SOLVED,), STATES)
        )
        lessons = (f"{lesson}: {solved[lesson]}/{of[lesson]}" for lesson in sorted(of))
        yield f"  {printable(student)}  {'  '.join(lessons)}"


def printable(name: str) -> str:
    """A file's name without what would steer a terminal."""
    return "".join(char if char.isprintable() else "?" for char in name)
