"""What a class's report counts and shows."""

import csv
import json
import subprocess
import sys
import time
from collections import Counter
from zipfile import ZipFile

import pytest
from class_of_25 import MISTAKES, PLAN, STUDENTS, UNNAMED, write_class

from bnlib.classroom.check import mistakes as catalogue
from bnlib.classroom.check.verdict import DATA
from bnlib.classroom.exercises import TASKS
from bnlib.classroom.report import __main__ as report
from bnlib.classroom.report import table
from bnlib.classroom.report.picture import ASKED, ASKED_LINES, COLORS, picture
from bnlib.classroom.report.read import (
    STATES,
    collect,
)
from bnlib.classroom.report.table import report_on
from bnlib.classroom.report.words import cures, in_short, told

SECRET = "Smith"  # in the names of the class's folders, and in what they write


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory):
    """The class of 25, with five notebooks each."""
    folder = tmp_path_factory.mktemp("class")
    write_class(folder)
    return folder


@pytest.fixture(scope="module")
def of_class(class_folder):
    return report_on(collect(class_folder))


def said(capsys, *arguments):
    """What the command prints."""
    report.main([str(argument) for argument in arguments])
    return capsys.readouterr().out


# A class of 25


def test_each_task_is_counted_as_it_was_by_hand(of_class):
    assert of_class.students == STUDENTS
    found = {
        counts.task.name: tuple(counts.states[state] for state in STATES)
        for counts in of_class.tasks
    }
    untried = {task.name: (0, 0, 0, STUDENTS) for task in TASKS.values() if task.lesson <= 5}
    assert found == untried | {task: expected for task, _, _, expected in PLAN}


def test_each_mistake_is_counted_once_for_a_student(of_class):
    assert of_class.mistakes == MISTAKES
    made = [of_class.mistakes[name] for name in table.ranked(of_class)]
    assert made == list(MISTAKES.values())


def test_wrong_answers_without_a_name_are_grouped_by_what_came_out(of_class):
    found = {
        counts.task.name: {each.in_words: n for each, n in counts.unnamed.items()}
        for counts in of_class.tasks
    }
    assert {name: found[name] for name in UNNAMED} == UNNAMED


def test_the_report_takes_less_than_five_seconds(class_folder, capsys, tmp_path):
    assert len(list(class_folder.rglob("*.ipynb"))) == 125
    start = time.process_time()
    said(capsys, class_folder, "--csv", tmp_path / "counts.csv")
    assert time.process_time() - start < 5


def test_the_table_has_the_counts_the_mistakes_and_their_sentences(class_folder, capsys):
    text = said(capsys, class_folder)
    assert "Lesson 4, 25 students" in text
    assert ["normalize_table", "12", "10", "1", "2"] in [line.split() for line in text.splitlines()]
    assert "   9  the other momentum convention (lesson 3)\n" in text
    assert "momentum weighed the old value, as in Keras; in torch it" in text
    assert "   5  weight_gradient: ZeroDivisionError\n" in text
    assert "   6  that only one student gave: other numbers\n" in text
    assert "   2  that only one student gave: errors\n" in text
    assert "-2.5, 2.5 instead" not in text  # one student's
    assert SECRET not in text


def test_names_are_shown_when_they_are_asked_for(class_folder, capsys):
    text = said(capsys, class_folder, "--names")
    of = Counter(task.lesson for task in TASKS.values())
    solved = {1: 5, 2: 5, 3: 4, 4: 7, 5: 6}
    counts = "  ".join(f"{lesson}: {solved[lesson]}/{of[lesson]}" for lesson in solved)
    assert f"student 0 Smith  {counts}\n" in text


def test_one_lesson_alone(class_folder, capsys):
    text = said(capsys, class_folder, "--lesson", 3)
    assert "Lesson 3, 25 students" in text
    assert "Lesson 2" not in text
    assert "normalize_table" not in text
    assert "   8  biased variance into running_var" not in text  # one of them in lesson 2 alone
    assert "   7  biased variance into running_var" in text


def test_the_csv_has_a_count_in_each_row(class_folder, capsys, tmp_path):
    path = tmp_path / "counts.csv"
    said(capsys, class_folder, "--csv", path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["lesson", "task", "what", "which", "students", "of"]
    assert ["3", "torch_momentum", "state", "solved", "20", "25"] in rows
    assert ["3", "torch_momentum", "mistake", "the other momentum convention", "5", "25"] in rows
    assert ["1", "divisor", "unnamed", "1.5", "2", "25"] in rows
    states = Counter(row[1] for row in rows if row[2] == "state")
    assert states == {task.name: 4 for task in TASKS.values() if task.lesson <= 5}


def test_the_csv_has_the_counts_of_before_too(class_folder, earlier_folder, capsys, tmp_path):
    path = tmp_path / "counts.csv"
    said(capsys, class_folder, "--before", earlier_folder, "--csv", path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0][-2:] == ["of", "before"]
    assert ["1", "number_of_means", "state", "solved", "18", "25", "8"] in rows
    assert ["1", "moved_value", "mistake", "sign of a factor forgotten", "10", "25", "0"] in rows


@pytest.fixture(scope="module")
def earlier_folder(tmp_path_factory):
    """Ten of them, some days before."""
    folder = tmp_path_factory.mktemp("earlier")
    write_class(folder, range(10, 20))
    return folder


def test_two_days_are_compared(class_folder, earlier_folder, capsys):
    text = said(capsys, class_folder, "--before", earlier_folder)
    assert "  number_of_means                18 (8)       3 (2)       0 (0)       4 (0)\n" in text
    assert "  10 (0)  sign of a factor forgotten" in text
    back = said(capsys, earlier_folder, "--before", class_folder)
    assert "   0 (10)  sign of a factor forgotten" in back


@pytest.mark.parametrize("compared", [False, True])
@pytest.mark.parametrize("lesson", range(1, 6))
def test_the_picture_says_what_the_table_does(lesson, compared, of_class, earlier_folder):
    before = report_on(collect(earlier_folder)) if compared else None
    texts = [text.get_text() for text in picture(of_class, lesson, before).axes[0].texts]
    in_lesson = [row for row in PLAN if TASKS[row[0]].lesson == lesson]
    for task, _, _, expected in in_lesson:
        start = texts.index("\n".join(in_short(TASKS[task], ASKED, ASKED_LINES))) + 1
        numbers = [str(number) for number in expected if number]
        assert texts[start : start + len(numbers)] == numbers
    assert ("solved before" in texts) == compared
    assert f"Lesson {lesson}, {STUDENTS} students" in texts


def test_the_picture_has_the_mistakes_of_two_students_or_more(of_class):
    texts = [text.get_text() for text in picture(of_class, 1).axes[0].texts]
    shown = [text for text in texts if text in catalogue.MISTAKES]
    assert shown[:3] == ["sign of a factor forgotten", "unbiased variance", "eps outside the root"]
    assert len(shown) == 4
    assert "Mistakes that two or more make, 4 of 6" in texts
    assert "one mean for the whole array" not in texts  # one student's


def test_a_question_is_shown_with_its_end_and_tasks_stand_as_on_the_page(of_class):
    for task in TASKS.values():
        lines = in_short(task, ASKED, ASKED_LINES)
        assert len(lines) <= ASKED_LINES
        assert told(task).endswith(" ".join(lines).removeprefix("… ")), task.name
    page = [counts.task.name for counts in of_class.tasks if counts.task.lesson == 2]
    assert page == [
        *("first_output", "early_output", "mean_under_no_grad"),
        *("output_in_mode", "next_running_mean", "folded"),
    ]


def test_what_to_ask_back_stands_under_a_mistake(class_folder, of_class, capsys):
    assert "n - 1.\n      → the batch is divided by n, the rec" in said(capsys, class_folder)
    texts = [text.get_text() for text in picture(of_class, 1).axes[0].texts]
    assert "→ draw three dots on a line, and turn the line" in texts
    assert len(cures()) > 40


def test_a_lesson_that_nobody_has_touched_is_left_out(tmp_path, capsys):
    for number, task in ((1, "divisor"), (2, "first_output"), (3, "torch_momentum")):
        stub = TASKS[task].stub
        answers = {"anna": stub, "ben": stub.replace("...", "3") if number == 1 else stub}
        for student, source in answers.items():
            (tmp_path / student).mkdir(exist_ok=True)
            cell = {"cell_type": "code", "source": source, "outputs": []}
            path = tmp_path / student / f"{number}.ipynb"
            path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    text = said(capsys, tmp_path, "--names")
    assert "Lesson 1, 2 students" in text
    assert "Lesson 2" not in text
    assert "  anna  1: 0/6\n" in text
    with pytest.raises(SystemExit, match="Nobody has answered anything yet"):
        said(capsys, tmp_path, "--lesson", 3)


# A class of thirty, as platforms give it: NN is the student, LL the lesson
FORMS = {
    "a hub's homes": "studentNN/batch_norm/notebooks/LL.ipynb",
    "Moodle, in folders": "Ann Lee NN_70NN_assignsubmission_file/LL.ipynb",
    "Moodle, older": "Ann Lee NN_70NN_assignsubmission_file_/LL.ipynb",
    "Moodle, flat": "Ann Lee NN_70NN_assignsubmission_file_LL.ipynb",
    "Canvas": "leeannNN_10NN_5LLNN_LL.ipynb",
    "Canvas, late and again": "leeannNN_LATE_10NN_5LLNN_LL-1.ipynb",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_class_of_thirty_has_the_same_counts_from_wherever_it_comes(form, packed, tmp_path):
    states = Counter()
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        for student in range(30):
            for lesson, task in (("01", "divisor"), ("02", "first_output")):
                state = "solved" if (student + int(lesson)) % 3 else "tried"
                states[task, state] += 1
                data = {"task": task, "state": state, "numbers": ["5"]}
                answer = TASKS[task].stub.replace("...", "5")
                cell = {"cell_type": "code", "source": answer, "outputs": [{"data": {DATA: data}}]}
                name = FORMS[form].replace("NN", f"{student:02}").replace("LL", lesson)
                archive.writestr(name, json.dumps({"cells": [cell]}))
    if not packed:
        with ZipFile(tmp_path / "all.zip") as archive:
            archive.extractall(tmp_path / "all")
    collected = collect(tmp_path / ("all.zip" if packed else "all"))
    made = report_on(collected)
    assert (made.students, collected.skipped) == (30, [])
    found = {counts.task.name: counts.states for counts in made.tasks}
    assert {(task, state): found[task][state] for task, state in states} == states


def test_a_picture_of_each_lesson_is_written(class_folder, capsys, tmp_path):
    said(capsys, class_folder, "--pictures", tmp_path / "new" / "pictures")
    files = sorted((tmp_path / "new" / "pictures").iterdir())
    assert [file.name for file in files] == [f"lesson_{n}.png" for n in range(1, 6)]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)


def test_the_answers_are_text_by_what_was_said_of_them(class_folder, capsys, tmp_path):
    path = tmp_path / "answers.txt"
    said(capsys, class_folder, "--answers", path, "--lesson", 1)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("normalize_table (lesson 1)\n\n  right: 12 students\n")
    assert "\n  “unbiased variance”: 4 students\n" in text
    assert "\n  “unbiased variance” and “eps outside the root”: 1 student\n" in text
    assert "\n  not run: 1 student\n" in text
    assert "    12 students:\n    | def normalize_table(x, eps):\n" in text
    assert "    |     return secret_of_Smith(x)\n" in text
    assert "weight_gradient" not in text


@pytest.mark.parametrize(
    "option", [("--csv", "no/where.csv"), ("--pictures", "file"), ("--answers", "no/a")]
)
def test_what_cannot_be_written_is_a_sentence(option, class_folder, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match="It could not be written: "):
        report.main([str(class_folder), option[0], str(tmp_path / option[1])])


def test_each_lesson_has_a_color_of_its_own():
    assert len(set(COLORS)) == max(task.lesson for task in TASKS.values())


def test_the_table_needs_neither_matplotlib_nor_torch(class_folder):
    code = (
        "import sys; sys.modules.update(matplotlib=None, torch=None);"
        "from bnlib.classroom.report.__main__ import main; main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, class_folder]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.stderr == ""
    assert "Lesson 5, 25 students" in result.stdout
