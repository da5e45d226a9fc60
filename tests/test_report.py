"""What a class's report counts, and that nothing of a student's file is run or shown."""

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter

import answers
import nbformat
import numpy as np
import pytest
from class_of_25 import MISTAKES, PLAN, STUDENTS, UNNAMED, write_class
from hypothesis import given, settings
from hypothesis import strategies as st
from in_browser import LESSONS
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from bnlib.classroom.check import mistakes as catalogue
from bnlib.classroom.check import task as checking
from bnlib.classroom.check import verdict as verdicts
from bnlib.classroom.exercises import TASKS
from bnlib.classroom.report import __main__ as report
from bnlib.classroom.report import read as collected
from bnlib.classroom.report import table
from bnlib.classroom.report.picture import COLORS, LEFT, picture
from bnlib.classroom.report.read import (
    LARGEST,
    NOT_RUN,
    NOT_TRIED,
    SOLVED,
    STATES,
    TRIED,
    collect,
)
from bnlib.classroom.report.table import Report, TaskCounts, report_on

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
    assert found == {task: expected for task, _, _, expected in PLAN}


def test_each_mistake_is_counted_once_for_a_student(of_class):
    assert of_class.mistakes == MISTAKES
    made = [of_class.mistakes[name] for name in table.ranked(of_class)]
    assert made == list(MISTAKES.values())


def test_wrong_answers_without_a_name_are_grouped_by_what_came_out(of_class):
    found = {counts.task.name: counts.unnamed for counts in of_class.tasks}
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
    assert "   8  that only one student gave\n" in text
    assert "array([[-2.5], [ 2.5]])" not in text  # one student's
    assert SECRET not in text


def test_names_are_shown_when_they_are_asked_for(class_folder, capsys):
    text = said(capsys, class_folder, "--names")
    assert "student 0 Smith  1: 5/6  2: 5/6  3: 4/6  4: 7/7  5: 6/6\n" in text


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
    assert states == {task: 4 for task, *_ in PLAN}


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
def test_the_picture_says_what_the_table_does(compared, of_class, earlier_folder):
    before = report_on(collect(earlier_folder)) if compared else None
    texts = [text.get_text() for text in picture(of_class, before).axes[0].texts]
    for task, _, _, expected in PLAN:
        start = texts.index(task) + 1
        numbers = [str(number) for number in expected if number]
        assert texts[start : start + len(numbers)] == numbers
    titles = [text for text in texts if " (lesson " in text]
    assert {title.partition(" (lesson")[0] for title in titles} == set(list(MISTAKES)[:8])
    assert ("sign of a factor forgotten (lesson 1, 0 before)" in titles) == compared
    assert ("solved before" in texts) == compared


def test_the_picture_cuts_no_name_and_no_sentence_off():
    counts = [
        TaskCounts(task, 25, Counter(solved=25), Counter(), Counter()) for task in TASKS.values()
    ]
    for first in range(0, len(catalogue.MISTAKES), 8):
        made = Counter(dict.fromkeys(list(catalogue.MISTAKES)[first : first + 8], 25))
        of_tasks = Report(25, counts if first == 0 else [], made)
        figure = picture(of_tasks, of_tasks)
        figure.draw_without_rendering()
        for text in figure.axes[0].texts:
            extent = text.get_window_extent()
            room = 1200 if text.get_text() not in TASKS else LEFT * 40
            assert 0 < extent.x0 < extent.x1 < room, text.get_text()
            assert 0 < extent.y0 < extent.y1 < figure.bbox.y1, text.get_text()


def test_the_picture_is_written(class_folder, capsys, tmp_path):
    said(capsys, class_folder, "--picture", tmp_path / "class.png")
    assert (tmp_path / "class.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("option", [("--csv", "no/where.csv"), ("--picture", "class.ipynb")])
def test_what_cannot_be_written_is_a_sentence(option, class_folder, tmp_path):
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


# What counts as what


def cell(source, *outputs):
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def shown(text):
    return {"output_type": "execute_result", "data": {"text/plain": text}}


def notebook(*cells):
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def of_one(folder, *cells):
    """What is found in one student's only notebook."""
    (folder / "anna").mkdir(exist_ok=True)
    (folder / "anna" / "01.ipynb").write_text(notebook(*cells), encoding="utf-8")
    return collect(folder).students["anna"]


RIGHT = shown("Right. The mean is halfway.")
WRONG = shown("Not 5. exercises.divisor.hint() helps.")
OPEN = shown("No prediction yet: put your number in the place of the dots.")
STUB = TASKS["divisor"].stub
ANSWERED = STUB.replace("...", "3.0")


@pytest.mark.parametrize(
    ("source", "outputs", "state"),
    [
        (ANSWERED, [RIGHT], SOLVED),
        (ANSWERED, [WRONG], TRIED),
        (ANSWERED, [OPEN], NOT_RUN),
        (ANSWERED, [], NOT_RUN),
        (ANSWERED, [shown("array([1., 2.])")], NOT_RUN),
        (STUB, [OPEN], NOT_TRIED),
        (STUB, [], NOT_TRIED),
        (STUB + "\n", [RIGHT], NOT_TRIED),
        (ANSWERED, [shown(["Right. ", "The mean is halfway."])], SOLVED),
        (ANSWERED.splitlines(keepends=True), [RIGHT], SOLVED),
        ("exercises.divisor.check(3.0)", [RIGHT], SOLVED),
        ("exercises.upper_value.check(1)\nexercises.divisor.check(3.0)", [RIGHT], SOLVED),
        (ANSWERED, [{"output_type": "stream", "text": "hello"}, RIGHT], SOLVED),
        (ANSWERED, [{"output_type": "error", "ename": "NameError"}], TRIED),
    ],
)
def test_a_cell_counts_as(source, outputs, state, tmp_path):
    assert of_one(tmp_path, cell(source, *outputs))["divisor"].state == state


def test_a_docstring_of_an_older_edition_is_no_answer(tmp_path):
    stub = TASKS["normalize_table"].stub
    older = stub.replace("Normalize each", "Bring every")
    found = of_one(tmp_path, cell(older, shown("Not attempted yet: write it.")))
    assert found["normalize_table"].state == NOT_TRIED


def test_of_several_cells_the_best_counts_and_of_equal_ones_the_last(tmp_path):
    found = of_one(tmp_path, cell(ANSWERED, RIGHT), cell(ANSWERED, WRONG), cell(STUB, OPEN))
    assert found["divisor"].state == SOLVED
    other = shown("Not 6. exercises.divisor.hint() helps.")
    found = of_one(tmp_path, cell(ANSWERED, WRONG), cell(ANSWERED, other))
    assert found["divisor"].outcome == "6"


def test_a_mistake_that_the_task_does_not_know_is_not_counted(tmp_path):
    text = "Not 5. This mistake gives the same: “{}”:\nwhat was done; what should have been done."
    found = of_one(tmp_path, cell(ANSWERED, shown(text.format("unbiased variance"))))
    assert found["divisor"] == (TRIED, ("unbiased variance",), "")
    found = of_one(tmp_path, cell(ANSWERED, shown(text.format("buffers left behind"))))
    assert found["divisor"] == (TRIED, (), "5")
    error = {"output_type": "error", "ename": "NameError"}
    found = of_one(tmp_path, cell(ANSWERED, shown(text.format("unbiased variance")), error))
    assert found["divisor"] == (TRIED, (), "NameError")


def test_a_lesson_that_was_not_handed_in_is_not_counted(tmp_path):
    found = of_one(tmp_path, cell(ANSWERED, RIGHT))
    assert {TASKS[name].lesson for name in found} == {1}
    assert found["normalize_table"].state == NOT_TRIED


def test_a_notebook_that_is_in_no_folder_is_one_students(tmp_path):
    for name in ("anna.ipynb", "ben.ipynb"):
        (tmp_path / name).write_text(notebook(cell(ANSWERED, RIGHT)), encoding="utf-8")
    assert report_on(collect(tmp_path)).students == 2


def test_a_notebook_that_jupyter_ran_is_read(tmp_path):
    table = TASKS["normalize_table"].stub
    sources = [
        "import numpy as np\nfrom bnlib.classroom import exercises, start_lesson\nstart_lesson()",
        ANSWERED,
        table.replace("    ...", "    return (x - x.mean(0)) / (x.std(0) + eps)"),
        TASKS["upper_value"].stub.replace("...", "123.4"),
        TASKS["moved_value"].stub,
        TASKS["number_of_means"].stub.replace("...", "1 / 0"),
        "exercises.summary(1)",
    ]
    ran = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(ran, allow_errors=True).execute()
    (tmp_path / "anna").mkdir()
    nbformat.write(ran, tmp_path / "anna" / "01_formula.ipynb")
    found = collect(tmp_path).students["anna"]
    assert found["divisor"] == (SOLVED, (), "")
    assert found["normalize_table"] == (TRIED, ("eps outside the root",), "")
    assert found["upper_value"] == (TRIED, (), "123.4")
    assert found["moved_value"] == (NOT_TRIED, (), "")
    assert found["number_of_means"] == (TRIED, (), "ZeroDivisionError")
    assert ran.cells[-1].outputs[0].data["text/plain"] == (
        "Solved in this session: 1 of 6: divisor.\n"
        "To look at again: normalize_table (“eps outside the root”), upper_value."
    )


def test_the_lessons_as_they_are_given_are_not_tried(tmp_path):
    shutil.copytree(LESSONS[0].parent, tmp_path / "anna")
    found = collect(tmp_path).students["anna"]
    assert {name: stored.state for name, stored in found.items()} == dict.fromkeys(TASKS, NOT_TRIED)


# The words of the checks, as they are


LOOKS = {checking.RIGHT: verdicts.SOLVED, checking.WRONG: TRIED, checking.OPEN: verdicts.UNANSWERED}
ANSWERS = answers.RIGHT | answers.WRONG


@pytest.mark.parametrize("name", ANSWERS)
def test_the_words_of_a_check_are_understood(name):
    verdict = TASKS[name.partition("__")[0]].check(ANSWERS[name])
    assert verdicts.state(verdict.text) == LOOKS[verdict.look]
    named = {mistake for mistake in catalogue.MISTAKES if f"“{mistake}”" in verdict.text}
    assert set(verdicts.mistakes(verdict.text)) == named
    if verdict.look is checking.WRONG:
        assert verdicts.outcome(verdict.text) != "other"


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_each_mistake_of_a_task_is_understood(task):
    for variant in task.known.singles:
        name = variant.edits[0].name
        answer = (
            round(float(variant.outcomes[0][0]), 2)
            if isinstance(task, checking.Question)
            else task.known.with_edits(*variant.edits)
        )
        text = task.check(answer).text
        assert name in verdicts.mistakes(text) or f"“{name}”" not in text, text
        assert verdicts.mistakes(text), text


def raises(error):
    def answer(x, eps):
        raise error

    return answer


@pytest.mark.parametrize(
    ("task", "answer", "outcome"),
    [
        ("normalize_table", lambda x, eps: x, "you get array([[0.], [6.]]); it should be "
                                              "array([[-0.75], [ 0.75]])"),
        ("normalize_table", lambda x, eps: x[0], "you get an array of shape (1,); it should have "
                                                 "(2, 1)"),
        ("normalize_table", raises(KeyError("a")), "KeyError"),
        ("normalize_table", raises(type("Smith", (Exception,), {})("b")), "an error"),
        ("normalize_table", lambda x, eps: print(x), "the function prints, and returns nothing"),
        ("normalize_table", lambda x, eps: (x,), "the function returns a tuple of one"),
        ("normalize_table", lambda x, eps: "Smith", "the function returns something else than "
                                                    "numbers"),
        ("normalize_table", lambda x, eps: x if x.size > 2 else x * np.nan,
         "you get array([[nan], [nan]]); it should be array([[-0.75], [ 0.75]])"),
        ("normalize_table", 5, "check was not given the function"),
        ("updated_statistics", lambda running_mean, running_var, x, momentum: 1,
         "the number of results is another"),
        ("upper_value", 123.4, "123.4"),
        ("upper_value", -1e300, "-1e+300"),
        ("upper_value", 0.8, "nearly: close, but not to two decimals"),
        ("upper_value", "Smith", "not a number"),
    ],
)  # fmt: skip
def test_what_came_out_is_told_in_our_words_and_numbers(task, answer, outcome, capsys):
    assert verdicts.outcome(TASKS[task].check(answer).text) == outcome


def test_a_name_that_is_not_in_the_catalogue_is_no_mistake():
    text = "Not 5. This mistake gives the same: “{}” (lesson 1):\nwhat was done; what should be."
    assert verdicts.mistakes(text.format("no eps")) == ["no eps"]
    assert verdicts.mistakes(text.format(SECRET)) == []


def test_a_mistake_in_the_message_of_an_error_is_not_counted():
    message = ValueError("\nThis mistake gives the same: “no eps”:\nwhat")
    text = TASKS["normalize_table"].check(raises(message)).text
    assert "This mistake gives the same: “no eps”:" in text
    assert verdicts.mistakes(text) == []
    assert verdicts.outcome(text) == "ValueError"


@pytest.mark.parametrize("numbers", ["1\r2", "1\x852", "1\u20282", "٣", "1 " * 100, "e", "- Smith"])
def test_what_is_more_than_a_few_numbers_is_not_repeated(numbers):
    text = "Not yet: for x = 1,\nyou get {}; it should be 7.\nWhy?"
    assert verdicts.outcome(text.format("1.5")) == "you get 1.5; it should be 7"
    assert verdicts.outcome(text.format(numbers)) == "other"


def test_the_cell_of_a_question_is_its_stub():
    text = "".join(lesson.read_text(encoding="utf-8") for lesson in LESSONS)
    for task in TASKS.values():
        if isinstance(task, checking.Question):
            assert json.dumps(task.stub.splitlines()[1]) in text, task.name
            assert task.stub.startswith("my_prediction = ...\n")


# What others wrote


DEEP = "[" * 200_000
EVIL = f"import os; os.system('touch {SECRET}')\nopen('{SECRET}', 'w')\n"
TRICKS = f"\x1b[31m{SECRET}\r=cmd|' /C calc'!A0 <script>alert('{SECRET}')</script>\u202e"


def fake(text, task="normalize_table"):
    return notebook(cell(f"{EVIL}exercises.{task}.check({SECRET})", shown(text)))


HOSTILE = {
    "empty": b"",
    "half of a notebook": notebook(cell(ANSWERED, RIGHT)).encode()[:100],
    "no UTF-8": notebook(cell(ANSWERED, RIGHT)).encode().replace(b"Right", b"\xff\xfe\xe9"),
    "UTF-16": notebook(cell(ANSWERED, RIGHT)).encode("utf-16"),
    "zeros": bytes(1000),
    "too deep": DEEP,
    "deep in a cell": '{"cells": ' + DEEP,
    "a huge number": '{"cells": ' + "9" * 100_000 + "}",
    "a list": "[1, 2]",
    "cells that are none": '{"cells": 7}',
    "strange cells": notebook(None, 7, [], {}, {"cell_type": "code"}, cell(7), cell({"a": 1}, 7)),
    "strange outputs": notebook(
        {"cell_type": "code", "source": ANSWERED, "outputs": {"a": 1}},
        cell(ANSWERED, None, {"data": 7}, {"data": {"text/plain": {"a": [TRICKS]}}}, {}),
        cell(["exercises.divisor", ".check(1)", 7, None], {"output_type": "error", "ename": [7]}),
    ),
    "lone surrogates": '{"cells": [{"cell_type": "code", "source": "exercises.divisor.check(1)'
                       '\\ud800", "outputs": [{"data": {"text/plain": "Not \\udfff. "}}]}]}',
    "no such task": notebook(cell(f"exercises.{SECRET}.check(f)", RIGHT)),
    "a mistake that is none": fake(
        f"Not yet: for x = {SECRET},\n{TRICKS}\nThis mistake gives the same: “{SECRET}”:\n{TRICKS}"
    ),
    "a mistake of another task": fake(
        f"Not yet: for {TRICKS},\n{TRICKS}\nThis mistake gives the same: “buffers left behind”:\nx"
    ),
    "tricks in what came out": fake(f"Not yet: for x = 1,\nyou get {TRICKS}; it should be 7.\nWhy"),
    "tricks in an error": fake(f"Not yet: your function raised {SECRET}: {TRICKS}\nfor x = 1"),
    "an error's name": notebook(
        cell(ANSWERED, {"output_type": "error", "ename": TRICKS, "evalue": TRICKS})
    ),
    "made to be slow": fake(
        "Not yet: for x,\n" + "array " * 30 + "1" * 5000 + "!\n"
        "This mistake gives the same: " + "“" * 1_000_000 + ("“" + "x" * 98) * 10_000
    ),
    "a very long cell": fake("Right. " + "x" * 3_000_000),
}  # fmt: skip


@pytest.fixture
def hostile_folder(tmp_path):
    """Files that were made to break, to be run, or to show something."""
    folder = tmp_path / "class"
    for number, content in enumerate(HOSTILE.values()):
        student = folder / f"{number} {SECRET}"
        student.mkdir(parents=True)
        data = content if isinstance(content, bytes) else content.encode()
        (student / "01_formula.ipynb").write_bytes(data)
    return folder


def check_nothing_leaks(text):
    assert SECRET not in text
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "<" not in text
    assert "=cmd" not in text


@pytest.mark.parametrize("names", [False, True])
def test_of_a_hostile_file_nothing_leaks_and_none_ends_the_report(names, hostile_folder, capsys):
    assert len(HOSTILE) >= 20
    path = hostile_folder.parent / "counts.csv"
    text = said(capsys, hostile_folder, "--csv", path, *["--names"][:names])
    if names:
        text = text.replace(f" {SECRET}", "")
    check_nothing_leaks(text)
    check_nothing_leaks(path.read_text(encoding="utf-8"))
    assert text.count("broken: not JSON in UTF-8") == (8 if names else 1)
    assert ("skipped, broken: not JSON in UTF-8: 8\n" in text) != names
    assert ("skipped, JSON, but not a notebook: 2\n" in text) != names
    assert ("skipped, without a check of this course: 2\n" in text) != names


AUDITED = """
import sys
from bnlib.classroom.report import __main__ as report
from bnlib.classroom.report import read as collected
from bnlib.classroom.exercises import TASKS
seen = []
def hook(event, arguments):
    if event in ("exec", "compile", "os.system", "os.exec", "os.posix_spawn", "subprocess.Popen"):
        seen.append(event)
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        seen.append(event)
report.main(sys.argv[1:])  # first without the hook: it imports what it needs
sys.addaudithook(hook)
report.main(sys.argv[1:])
print(seen, file=sys.stderr)
"""


def test_nothing_is_run_and_nothing_is_written(hostile_folder, class_folder, tmp_path):
    for folder in (hostile_folder, class_folder):
        command = [sys.executable, "-c", AUDITED, folder]
        result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        assert result.stderr == "[]\n"
    assert os.listdir(tmp_path) == ["class"]


def test_the_audit_would_see_it(class_folder, tmp_path):
    code = AUDITED.replace(
        "report.main(sys.argv[1:])\nprint", "exec('1'); open('a', 'w').close()\nprint"
    )
    command = [sys.executable, "-c", code, class_folder]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert result.stderr == "['compile', 'exec', 'open']\n"


def skipped(folder):
    return {path.name: reason for path, reason in collect(folder).skipped}


def test_what_is_no_plain_file_is_skipped(tmp_path):
    outside = tmp_path / "outside"
    write_class(outside, [0])
    student = tmp_path / "class" / "anna"
    student.mkdir(parents=True)
    (student / "link.ipynb").symlink_to(next(outside.rglob("01*.ipynb")))
    (student / "folder").symlink_to(outside)
    (student / "loop").symlink_to(student)
    (student / "broken.ipynb").symlink_to("nowhere")
    (student / "folder.ipynb").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(student / "pipe.ipynb")
    found = skipped(tmp_path / "class")
    assert found.pop("pipe.ipynb", "not a plain file") == "not a plain file"
    assert found == dict.fromkeys(["link.ipynb", "folder", "loop", "broken.ipynb"], "a link")
    assert collect(tmp_path / "class").students == {}


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="Windows opens what a link leads to")
def test_a_link_that_takes_the_place_of_a_file_is_not_followed(tmp_path, monkeypatch):
    student = tmp_path / "class" / "anna"
    student.mkdir(parents=True)
    (student / "01.ipynb").symlink_to(LESSONS[0])
    monkeypatch.setattr(collected, "_files", lambda folder, skip: [student / "01.ipynb"])
    assert skipped(tmp_path / "class") == {"01.ipynb": "a file that cannot be opened"}


def test_what_is_too_large_or_too_deep_is_skipped(tmp_path):
    with (tmp_path / "large.ipynb").open("wb") as file:
        file.truncate(LARGEST + 1)
    deep = tmp_path.joinpath(*"abcdefghijklmnop")
    deep.mkdir(parents=True)
    assert skipped(tmp_path) == {
        "large.ipynb": "larger than 10 MB",
        "l": "more than 12 folders deep",
    }


def test_hidden_folders_are_not_looked_at(tmp_path):
    write_class(tmp_path / "anna" / ".ipynb_checkpoints", [0])
    assert collect(tmp_path) == ({}, [])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_files_name_steers_no_terminal(tmp_path, capsys):
    (tmp_path / "\x1b[2J\n\r\u202e.ipynb").write_text("7")
    (tmp_path / "anna.ipynb").write_text(notebook(cell(ANSWERED, RIGHT)))
    check_nothing_leaks(said(capsys, tmp_path, "--names"))


@pytest.mark.parametrize("folder", ["nowhere", "file"])
def test_what_is_no_folder_is_a_sentence(folder, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match=r"is not a folder\. Give the one that"):
        report.main([str(tmp_path / folder)])


def test_a_folder_without_notebooks_is_a_sentence(tmp_path):
    with pytest.raises(SystemExit, match="No notebook of this course"):
        report.main([str(tmp_path)])


PIECES = (
    *("Not yet: ", "for x", ",\n", "you get ", "array", "1.5", "(", "Right. ", "Not ", ". ", "“"),
    *("This mistake gives the same: ", ":\n", "no eps", "your function raised ", SECRET, TRICKS),
    *("Two mistakes together give the same: ", verdicts.NOT_A_NUMBER, "\x1b", "e9", "”"),
)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_whatever_is_stored_nothing_of_it_is_told(text):
    told = [verdicts.state(text), verdicts.outcome(text), *verdicts.mistakes(text)]
    check_nothing_leaks(" ".join(told))
