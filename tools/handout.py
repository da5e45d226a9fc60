"""A summary of two pages, and a sheet for assistants: make handout FOLDER=out LESSONS=1-3

    python tools/handout.py FOLDER [--lessons 1-3]

Everything on them stands in the lessons, in their tasks, or in TEACHING.md.
"""

import re
import shutil

import nbformat
from nbgrader_assignments import LESSONS, tasks_by_lesson, text_above

from bnlib.classroom.check.question import Question
from bnlib.classroom.quiz.command import parsed, parser
from bnlib.classroom.quiz.items import decimals, explained
from bnlib.classroom.quiz.page import plain, write_page
from bnlib.classroom.report.words import cures

PICTURES = "bn_algorithm.png", "bn_train.png", "bn_test.png"
IN_TWO_COLUMNS = """
@media print { body { font-size: 8pt; line-height: 1.3; columns: 2; column-gap: 8mm; }
  h2 { font-size: 10pt; margin: 3mm 0 1mm; } h1 { font-size: 14pt; margin: 0; }
  ol, table, p { margin: 1mm 0; } ol { padding-left: 5mm; } ol > li { margin: 0.5mm 0; }
  table, h2:has(+ table) { column-span: all; } th, td { padding: 0.3mm 1mm; }
  @page { margin: 11mm; } }
"""
FORMULAS = {r"\hat{x}": "x̂", r"\text{dy}\,": "dy · ", "$": ""}
LINK = re.compile(r"(?<!!)\[(.+?)\]\(.+?\)")


def on_paper(text):
    """Markdown without links, and with small formulas that need no typesetting."""
    for formula, letters in FORMULAS.items():
        text = text.replace(formula, letters)
    return LINK.sub(r"\1", text)


def markdown_of(lesson):
    """What a lesson says."""
    cells = nbformat.read(lesson, as_version=4).cells
    return on_paper("\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown"))


def section(text, heading):
    """What stands under a heading."""
    return re.split(rf"^## {re.escape(heading)}$", text, flags=re.MULTILINE)[1].split("\n## ")[0]


def to_remember(text):
    """The numbered lines of a lesson's last section."""
    return "\n".join(re.findall(r"^\d+\. .+$", section(text, "To remember"), re.MULTILINE))


def summary(lessons):
    """The plan, both modes, all that there is to remember, switches and symptoms, as Markdown."""
    texts = {lesson: markdown_of(lesson) for lesson in lessons}
    everything = "\n".join(texts.values())
    parts = ["# Batch normalization on two pages"]
    for picture in PICTURES:
        (alternative, *_) = re.findall(rf"!\[(.+?)\]\(\S*/{picture}\)", everything)
        parts.append(f"![{alternative}]({picture})")
    for text in texts.values():
        title = re.search(r"^# Lesson \d+\. (.+)$", text, re.MULTILINE)[1]
        parts += [f"## {title}", to_remember(text)]
    for title, first in ("All the switches", "| switch |"), ("From symptom to fix", "| symptom |"):
        parts += [f"## {title}", (first + everything.partition(first)[2]).partition("\n\n")[0]]
    return "\n\n".join(parts)


def assistants(lessons):
    """Every task, its answer, its mistakes with what to ask back, and its hints, as Markdown."""
    parts = [
        "# For assistants",
        "Every task, its answer, its mistakes and its hints. Not for students.",
    ]
    for lesson in lessons:
        text, tasks = markdown_of(lesson), tasks_by_lesson()[f"lesson_{int(lesson.stem[:2])}"]
        goals = re.search(r"\*\*You will be able to\*\*\n\n((?:- .+\n)+)", text)[1]
        parts += [f"## {re.search('^# (.+)$', text, re.MULTILINE)[1]}", goals]
        sections = sections_of_tasks(lesson)
        for task in sorted(tasks, key=lambda task: list(sections).index(task.name)):
            parts += [f"### {task.name}", f"In *{sections[task.name]}*", *of_task(task)]
    return "\n\n".join(parts)


def sections_of_tasks(lesson):
    """The heading that each task of a lesson stands under, in the order of the page."""
    heading, found = "", {}
    for cell in nbformat.read(lesson, as_version=4).cells:
        for line in re.findall(r"^## (.+)$", cell.source, re.MULTILINE):
            heading = line.removesuffix(" (lecture)")
        for name in re.findall(r"^exercises\.(\w+)\.check\(", cell.source, re.MULTILINE):
            found[name] = heading
    return found


def of_task(task):
    is_question = isinstance(task, Question)
    yield plain(task.asked) if is_question else on_paper(text_above(task))
    if is_question:
        yield f"**{decimals(task.right)}.** {plain(task.why.format(**task.numbers))}"
        if task.exam:
            yield "With other numbers on exam sheets."
    yield f"```python\n{task.source}\n```"
    wrong = task.answers(task.numbers)[1] if is_question else []
    numbers = {name: decimals(number) for number, name in reversed(wrong)}
    for name in dict.fromkeys(edit.name for edit in task.edits):
        number = f"{numbers[name]}: " if is_question else ""
        cure = f" → {plain(cures()[name])}" if name in cures() else ""
        yield f"- {number}{plain(explained(name))}{cure}"
    hints = (hint.format(**task.numbers) if is_question else hint for hint in task.hints)
    yield "Hints: " + " ".join(f"({n}) {plain(hint)}" for n, hint in enumerate(hints, start=1))


def main(arguments=None):
    """Write summary and assistants, as HTML to print and as Markdown."""
    given = parsed(parser("python tools/handout.py", __doc__), arguments)
    folder, lessons = given.folder, sorted(LESSONS.glob("*.ipynb"))
    sheet = assistants([lessons[number - 1] for number in given.lessons])
    write_page(folder, "summary", summary(lessons), IN_TWO_COLUMNS)
    write_page(folder, "assistants", sheet, IN_TWO_COLUMNS)
    for picture in PICTURES:
        shutil.copy(LESSONS.parent / "images" / picture, folder)
    words = round(len(sheet.split()), -2)
    print(f"{folder}: summary, of two pages, and assistants, of {words:,} words")


if __name__ == "__main__":
    main()
