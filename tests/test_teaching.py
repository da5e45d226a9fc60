"""What TEACHING.md says of the lessons is in the lessons."""

import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import lab
import nbformat
import pytest
from in_browser import LESSONS
from notebook_rules import in_sections
from reading_time import minutes_of

from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.exercises import TASKS
from bnlib.classroom.quiz.items import decimals
from bnlib.classroom.report import __main__ as report

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "TEACHING.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
CELLS = {path.name: nbformat.read(path, as_version=4).cells for path in LESSONS}
LECTURE = " (lecture)"
BOLD = re.compile(r"\*\*(.+?)\*\*")


def headings(lesson):
    """The headings of a lesson, as they are."""
    return [
        heading
        for cell in CELLS[lesson]
        if cell.cell_type == "markdown"
        for heading in re.findall(r"^##? (.+)$", cell.source, re.MULTILINE)
    ]


def quoted_headings(text):
    """Words in bold; those that end as a sentence does are not of a lesson."""
    return [words for words in BOLD.findall(text) if words[-1] not in ".:"]


def mistakes_in(text):
    return re.findall("“(.+?)”", text)


def section_on(lesson):
    """What is said of a lesson, under its own heading."""
    title = headings(lesson)[0]
    _, found, rest = TEXT.partition(f"### [{title}](notebooks/{lesson})\n")
    assert found, title
    return re.split("^##", rest, maxsplit=1, flags=re.MULTILINE)[0]


def table_under(start, text=TEXT):
    """The cells of the first table after start."""
    lines = text[text.index(start) :].split("\n\n|", 1)[1].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


every_lesson = pytest.mark.parametrize("lesson", CELLS)


@every_lesson
def test_what_it_says_of_a_lesson_is_there(lesson):
    text = section_on(lesson)
    without_mark = {heading.removesuffix(LECTURE) for heading in headings(lesson)}
    assert set(quoted_headings(text)) <= without_mark
    for part in ("Ask", "Expect", "Stuck", "Skip"):
        assert f"- **{part}:**" in text


@every_lesson
def test_the_mistakes_to_expect_can_be_made_in_the_lesson(lesson):
    number = int(lesson[:2])
    known = {e.name for task in TASKS.values() if task.lesson == number for e in task.edits}
    expected = mistakes_in(section_on(lesson))
    assert len(expected) >= 4
    assert set(expected) <= known


def test_every_name_of_a_mistake_is_in_the_catalogue():
    assert set(mistakes_in(TEXT)) <= set(MISTAKES)


def test_every_heading_that_it_quotes_is_in_a_lesson():
    known = {heading.removesuffix(LECTURE) for lesson in CELLS for heading in headings(lesson)}
    assert set(quoted_headings(TEXT)) <= known


def test_the_lecture_has_every_section_that_is_marked_in_order_and_in_its_time():
    minutes = []
    for lesson in list(CELLS)[:3]:
        rows = table_under(f"[Lesson {int(lesson[:2])}](notebooks/{lesson}), ")
        marked = [heading for heading in headings(lesson) if heading.endswith(LECTURE)]
        assert [quoted_headings(section)[0] + LECTURE for _, section, _ in rows] == marked
        spans = [tuple(map(int, re.findall(r"\d+", span))) for span, _, _ in rows]
        minutes += spans
        takes = re.search(r"\(lecture\) take (\d+) minutes", CELLS[lesson][0].source)[1]
        assert spans[-1][1] - spans[0][0] == int(takes)
        assert f"(notebooks/{lesson}), {takes} minutes:" in TEXT
    assert (minutes[0][0], minutes[-1][1]) == (0, 85)  # and five for questions
    assert all(before[1] == after[0] for before, after in pairwise(minutes))


def test_a_section_of_the_lecture_can_be_read_aloud_in_its_minutes():
    for lesson in list(CELLS)[:3]:
        quick = {name: minutes_of(cells) for name, cells in cells_by_section(CELLS[lesson]).items()}
        for span, section, _ in table_under(f"[Lesson {int(lesson[:2])}](notebooks/{lesson}), "):
            begin, end = map(int, re.findall(r"\d+", span))
            aloud = 1.6 * quick[quoted_headings(section)[0] + LECTURE]
            assert aloud <= end - begin + 0.5, section


def cells_by_section(cells):
    """What stands under each heading."""
    found = defaultdict(list)
    for heading, cell in in_sections(cells):
        found[heading].append(cell)
    return found


def test_the_second_lecture_has_sections_of_the_lessons_in_their_order_and_no_gap():
    _, _, plan = TEXT.partition("## A lecture of 90 minutes in a course on deep learning\n")
    plan = plan.partition("\n## ")[0]
    minutes, lessons = (
        [],
        re.findall(r"^\[Lesson \d\]\(notebooks/(.+)\), (\d+) minutes:", plan, re.M),
    )
    for lesson, takes in lessons:
        rows = table_under(f"(notebooks/{lesson}), ", plan)
        asked = [quoted_headings(section)[0] for _, section, _ in rows]
        known = [heading.removesuffix(LECTURE) for heading in headings(lesson)]
        assert asked == sorted(asked, key=known.index)
        spans = [tuple(map(int, re.findall(r"\d+", span))) for span, _, _ in rows]
        assert spans[-1][1] - spans[0][0] == int(takes)
        minutes += spans
    assert (minutes[0][0], minutes[-1][1]) == (0, 87)
    assert all(before[1] == after[0] for before, after in pairwise(minutes))
    marked = [lesson for lesson in CELLS if any(h.endswith(LECTURE) for h in headings(lesson))]
    assert sorted(lesson for lesson, _ in lessons) == marked


def test_the_choices_of_a_vote_are_the_right_number_and_those_of_mistakes():
    for after, name, *choices, letter in table_under("## Votes"):
        question = TASKS[name.strip("`")]
        (cells,) = (
            of[quoted_headings(after)[0] + LECTURE]
            for of in map(cells_by_section, CELLS.values())
            if quoted_headings(after)[0] + LECTURE in of
        )
        assert any(f"exercises.{question.name}.check(" in cell.source for cell in cells)
        right, wrong = question.answers(question.numbers)
        offered = dict(zip("ABCD", (choice for choice in choices if choice), strict=False))
        assert offered.pop(letter) == decimals(right)
        assert len(set(offered.values())) == len(offered)
        assert set(offered.values()) <= {decimals(number) for number, _ in wrong}


def test_what_there_is_to_read_is_cited_in_a_lesson():
    lessons = "\n".join(cell.source for cells in CELLS.values() for cell in cells)
    _, _, reading = TEXT.partition("**To read.**")
    for link in re.findall(r"https://arxiv.org/abs/[\d.]+", reading):
        assert link in lessons, link


def test_half_a_day_has_no_gap():
    spans = [re.findall(r"\d:\d\d", row[0]) for row in table_under("## Half a day")]
    assert spans[0][0] == "0:00"
    assert all(before[1] == after[0] for before, after in pairwise(spans))


def test_the_minutes_of_each_lesson_are_those_of_the_readme():
    rows = table_under("## The whole course")
    assert len(rows) == len(CELLS)
    for (link, minutes, half), lesson in zip(rows, CELLS, strict=True):
        assert f"(notebooks/{lesson})" in link
        assert re.search(rf"\(notebooks/{lesson}\).*\| {re.escape(minutes)} \|", README)
        assert set(quoted_headings(half)) <= {h.removesuffix(LECTURE) for h in headings(lesson)}


def test_the_code_that_it_quotes_is_there():
    lessons = "\n".join(cell.source for cells in CELLS.values() for cell in cells)
    words = {*re.findall(r"\w+", lessons), lab.OWN.name}
    assert set(re.findall(r"`(\w+)`", TEXT)) <= words
    for name in re.findall(r"exercises\.(\w+)", TEXT):
        assert name in {*TASKS, "summary"}, name


def test_the_commands_that_it_quotes_are_there(capsys):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|^)make (\w+)", TEXT, re.MULTILINE):
        assert re.search(rf"^(\w+ )*{target}( \w+)*: ", makefile, re.MULTILINE), target
    with pytest.raises(SystemExit):
        report.main(["--help"])
    options = capsys.readouterr().out
    for option in re.findall(r"--\w+", TEXT):
        assert option in options


def test_a_check_can_be_fooled_as_it_says():
    divisor, table = TASKS["divisor"], TASKS["normalize_table"]
    assert divisor.check(divisor.right).text.startswith("Right.")
    assert "return" in table.solution().text
