"""What is read from a student's notebook, and from whatever else lies in a class's folder."""

import json
import os
import shutil
import subprocess
import sys
from zipfile import ZipFile

import nbformat
import pytest
from class_of_25 import write_class
from in_browser import LESSONS
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from bnlib.classroom.check.question import Question
from bnlib.classroom.check.verdict import DATA
from bnlib.classroom.exercises import TASKS
from bnlib.classroom.report import __main__ as report
from bnlib.classroom.report import files
from bnlib.classroom.report.files import LARGEST, student_of
from bnlib.classroom.report.read import (
    NOT_RUN,
    NOT_TRIED,
    SOLVED,
    TRIED,
    Stored,
    collect,
)
from bnlib.classroom.report.table import report_on

SECRET = "Smith"  # in what students write


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory):
    """Three of a class, with five notebooks each."""
    folder = tmp_path_factory.mktemp("class")
    write_class(folder, range(3))
    return folder


def said(capsys, *arguments):
    """What the command prints."""
    report.main([str(argument) for argument in arguments])
    return capsys.readouterr().out


# What counts as what


def cell(source, *outputs):
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def shown(state, task="divisor", **found):
    """What a check of this task stores, as an output."""
    data = {"task": task, "state": state, "mistakes": [], "outcome": "", "numbers": []} | found
    return {"output_type": "execute_result", "data": {"text/plain": "words", DATA: data}}


def notebook(*cells):
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def of_one(folder, *cells):
    """What is found in one student's only notebook."""
    (folder / "anna").mkdir(exist_ok=True)
    (folder / "anna" / "01.ipynb").write_text(notebook(*cells), encoding="utf-8")
    return collect(folder).students["anna"]


def printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


RIGHT, WRONG, OPEN = shown("solved"), shown("tried", numbers=["5"]), shown("unanswered")
STUB = TASKS["divisor"].stub
ANSWERED = STUB.replace("...", "3.0")


@pytest.mark.parametrize(
    ("source", "outputs", "state"),
    [
        (ANSWERED, [RIGHT], SOLVED),
        (ANSWERED, [WRONG], TRIED),
        (ANSWERED, [OPEN], NOT_RUN),
        ("display(exercises.divisor.check(divisor))", [OPEN], NOT_TRIED),
        (ANSWERED, [], NOT_RUN),
        (ANSWERED, [{"data": {"text/plain": "Right. The mean is halfway."}}], NOT_RUN),
        (STUB, [OPEN], NOT_TRIED),
        (STUB, [], NOT_TRIED),
        (STUB + "\n", [RIGHT], NOT_TRIED),
        (ANSWERED.splitlines(keepends=True), [RIGHT], SOLVED),
        ("exercises.divisor.check(3.0)", [RIGHT], SOLVED),
        (ANSWERED, [{"output_type": "stream", "text": "hello"}, RIGHT], SOLVED),
        (ANSWERED, [RIGHT, {"output_type": "display_data", "data": {"image/png": ""}}], SOLVED),
        (ANSWERED, [RIGHT, {"output_type": "execute_result", "data": {}}], SOLVED),
        (ANSWERED, [WRONG, RIGHT], SOLVED),
        (ANSWERED, [RIGHT, WRONG], TRIED),
        (ANSWERED, [{"output_type": "error", "ename": "NameError"}], TRIED),
        (ANSWERED, [RIGHT, {"output_type": "error", "ename": "NameError"}], SOLVED),
        (ANSWERED, [printed("words\n[divisor: solved]\n")], SOLVED),
        (ANSWERED, [printed(["words\n", "[divisor: tried; no eps]\n"])], TRIED),
        (ANSWERED, [printed("[divisor: perfect]\n")], NOT_RUN),
        ("for task in tasks:\n    display(task.check(3))", [RIGHT], SOLVED),
    ],
)
def test_a_cell_counts_as(source, outputs, state, tmp_path):
    assert of_one(tmp_path, cell(source, *outputs))["divisor"].state == state


def test_two_checks_in_a_cell_are_two(tmp_path):
    source = "display(exercises.upper_value.check(1))\nexercises.divisor.check(3.0)"
    found = of_one(tmp_path, cell(source, shown("tried", "upper_value", numbers=["1"]), RIGHT))
    assert (found["upper_value"].state, found["divisor"].state) == (TRIED, SOLVED)
    found = of_one(tmp_path, cell(source.replace("display", ""), RIGHT))
    assert (found["upper_value"].state, found["divisor"].state) == (NOT_RUN, SOLVED)


def test_a_printed_verdict_has_its_mistakes(tmp_path):
    found = of_one(
        tmp_path, cell(ANSWERED, printed("Not 5.\n[divisor: tried; unbiased variance]\n"))
    )
    assert found["divisor"].finding.mistakes == ("unbiased variance",)


def test_a_docstring_of_an_older_edition_is_no_answer(tmp_path):
    stub = TASKS["normalize_table"].stub
    older = stub.replace("Normalize each", "Bring every")
    found = of_one(tmp_path, cell(older, shown("unanswered", "normalize_table")))
    assert found["normalize_table"].state == NOT_TRIED


def test_of_several_cells_the_best_counts_and_of_equal_ones_the_last(tmp_path):
    found = of_one(tmp_path, cell(ANSWERED, RIGHT), cell(ANSWERED, WRONG), cell(STUB, OPEN))
    assert found["divisor"].state == SOLVED
    other = shown("tried", numbers=["6"])
    found = of_one(tmp_path, cell(ANSWERED, WRONG), cell(ANSWERED, other))
    assert found["divisor"].finding.in_words == "6"


def test_a_mistake_that_the_task_does_not_know_is_not_counted(tmp_path):
    mistakes = ["unbiased variance", "buffers left behind"]
    found = of_one(tmp_path, cell(ANSWERED, shown("tried", mistakes=mistakes)))
    assert found["divisor"].finding.mistakes == ("unbiased variance",)


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
    assert found["divisor"].state == SOLVED
    assert found["normalize_table"].finding.mistakes == ("eps outside the root",)
    assert found["upper_value"].finding.in_words == "123.4"
    assert found["moved_value"] == Stored(NOT_TRIED)
    assert found["number_of_means"].finding.in_words == "ZeroDivisionError"
    assert ran.cells[-1].outputs[0].data["text/plain"] == (
        "Solved in this session: 1 of 6: divisor.\n"
        "To look at again: normalize_table (“eps outside the root”), upper_value."
    )


def test_the_lessons_as_they_are_given_are_not_tried(tmp_path):
    shutil.copytree(LESSONS[0].parent, tmp_path / "anna")
    found = collect(tmp_path).students["anna"]
    assert {name: stored.state for name, stored in found.items()} == dict.fromkeys(TASKS, NOT_TRIED)


def test_the_cell_of_a_question_is_its_stub():
    text = "".join(lesson.read_text(encoding="utf-8") for lesson in LESSONS)
    for task in TASKS.values():
        if isinstance(task, Question):
            assert json.dumps(task.stub.splitlines()[1]) in text, task.name
            assert task.stub.startswith("my_prediction = ...\n")


# What others wrote


DEEP = "[" * 200_000
EVIL = f"import os; os.system('touch {SECRET}')\nopen('{SECRET}', 'w')\n"
TRICKS = f"\x1b[31m{SECRET}\r=cmd|' /C calc'!A0 <script>alert('{SECRET}')</script>\u202e"


def fake(task="normalize_table", **found):
    return notebook(cell(f"{EVIL}exercises.{task}.check({SECRET})", shown(task=task, **found)))


HOSTILE = {
    "empty": b"",
    "half of a notebook": notebook(cell(ANSWERED, RIGHT)).encode()[:100],
    "no UTF-8": notebook(cell(ANSWERED, RIGHT)).encode().replace(b"words", b"\xff\xfe\xe9"),
    "half of UTF-16": notebook(cell(ANSWERED, RIGHT)).encode("utf-16")[:99],
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
    "a mistake that is none": fake(state="tried", mistakes=[TRICKS, 7, None]),
    "a mistake of another task": fake(state="tried", mistakes=["buffers left behind"]),
    "tricks in what came out": fake(state="tried", outcome=TRICKS),
    "tricks in numbers": fake(state="tried", numbers=[TRICKS, "1_0", "1e9", "9" * 10**6, 7]),
    "no list of numbers": fake(state="tried", numbers={"1": TRICKS}, mistakes=TRICKS),
    "a state that is none": fake(state=TRICKS),
    "a strange state": fake(state=[TRICKS]),
    "a strange task": notebook(cell(EVIL, shown("solved", TRICKS), shown("solved", [7]))),
    "printed": notebook(cell(EVIL, printed(f"[{SECRET}: solved]\n[divisor: tried; {TRICKS}]\n"))),
    "an error's name": notebook(
        cell(ANSWERED, {"output_type": "error", "ename": TRICKS, "evalue": TRICKS})
    ),
    "made to be slow": notebook(
        cell(ANSWERED, printed("[divisor: " + "; a" * 10**6 + "[" * 10**6))
    ),
    "a very long cell": notebook(cell(ANSWERED + "x" * 3_000_000, RIGHT)),
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
from zipfile import ZipFile
from bnlib.classroom.report import __main__ as report
from bnlib.classroom.report import files
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
    return {path.rpartition("/")[2]: reason for path, reason in collect(folder).skipped}


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
    assert not any(collect(tmp_path / "class").students.values())


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="Windows opens what a link leads to")
def test_a_link_that_takes_the_place_of_a_file_is_not_followed(tmp_path, monkeypatch):
    student = tmp_path / "class" / "anna"
    student.mkdir(parents=True)
    (student / "01.ipynb").symlink_to(LESSONS[0])
    monkeypatch.setattr(os.DirEntry, "is_symlink", lambda entry: False, raising=False)
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
    assert collect(tmp_path) == ({"anna": {}}, [("anna/.ipynb_checkpoints", "hidden")])


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


# What else lies in a class's folder


LESSON = notebook(cell(ANSWERED, RIGHT))


def zipped(path, entries):
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name",
    ["01.ipynb", "01.ipynb.txt", "01.ipynb.json", "01.IPYNB", "01 (1).ipynb", "a/b/c/01.ipynb.TXT"],
)
def test_a_notebook_is_read_as_browsers_save_it(name, tmp_path):
    path = tmp_path / "anna" / name
    path.parent.mkdir(parents=True)
    path.write_text(LESSON, encoding="utf-8")
    found = collect(tmp_path)
    assert found.students["anna"]["divisor"].state == SOLVED
    assert found.skipped == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_notebook_is_read_in_any_encoding_of_json(encoding, tmp_path):
    (tmp_path / "anna.ipynb").write_bytes(LESSON.encode(encoding))
    assert collect(tmp_path).students["anna"]["divisor"].state == SOLVED


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("anna/01.ipynb", "anna"),
        ("anna.ipynb", "anna"),
        ("anna.ipynb.txt", "anna"),
        ("anna.zip", "anna"),
        ("Anna Smith_123456_assignsubmission_file_/01.ipynb", "Anna Smith_123456"),
        ("Anna Smith_123456_assignsubmission_file_01.ipynb", "Anna Smith_123456"),
        ("Anna Smith_123456_assignsubmission_onlinetext_/x.html", "Anna Smith_123456"),
        ("smithanna_10023_884512_01_formula.ipynb", "smithanna_10023"),
        ("smithanna_LATE_10023_884512_01_formula-1.ipynb", "smithanna_10023"),
        ("group_1_2_ours/01.ipynb", "group_1_2_ours"),
        ("all/Anna Smith_123456_assignsubmission_file_/a/01.ipynb", "Anna Smith_123456"),
        ("all.zip/hw.zip/smithanna_LATE_10023_884512_01_formula.ipynb", "smithanna_10023"),
        ("anna/notes_2024_0115_x.ipynb", "anna"),
        ("Anna_123_assignsubmission_file_/Ben_124_assignsubmission_file_/01.ipynb", "Anna_123"),
    ],
)
def test_a_file_is_its_students(path, student):
    assert student_of(path) == student


def test_files_of_one_student_as_a_platform_names_them_are_one_students(tmp_path):
    for number, name in enumerate(["01_formula", "02_training_and_test", "01_formula-1"]):
        (tmp_path / f"smithanna_10023_8845{number}_{name}.ipynb").write_text(LESSON)
    (tmp_path / "jonesben_10024_77777_01_formula.ipynb").write_text(LESSON)
    assert sorted(collect(tmp_path).students) == ["jonesben_10024", "smithanna_10023"]


def test_zip_files_are_read_and_nothing_is_unpacked(tmp_path):
    zipped(tmp_path / "anna.zip", {"work/01.ipynb": LESSON, "work/notes.txt": "", "__MACOSX/a": ""})
    zipped(tmp_path / "ben" / "all.zip", {"../../../01.ipynb": LESSON, "/etc/01.ipynb": LESSON})
    found = collect(tmp_path)
    assert {name: tasks["divisor"].state for name, tasks in found.students.items()} == {
        "anna": SOLVED,
        "ben": SOLVED,
    }
    assert found.skipped == [
        ("anna.zip/work/notes.txt", "not a notebook"),
        ("anna.zip/__MACOSX/a", "hidden"),
    ]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["all.zip", "anna.zip", "ben"]


def test_a_platforms_zip_file_is_a_class(tmp_path):
    one = zipped(tmp_path / "inner" / "x.zip", {"01.ipynb": LESSON}).read_bytes()
    path = zipped(
        tmp_path / "class.zip",
        {
            "Anna_123_assignsubmission_file_/01.ipynb": LESSON,
            "Ben_124_assignsubmission_file_/01.ipynb": LESSON,
            "Cleo_125_assignsubmission_file_/mine.zip": one,
            "Dan_126_assignsubmission_file_/essay.docx": b"PK",
        },
    )
    found = collect(path)
    assert found.students.pop("Dan_126") == {}
    assert sorted(found.students) == ["Anna_123", "Ben_124", "Cleo_125"]
    assert all(tasks["divisor"].state == SOLVED for tasks in found.students.values())
    assert found.skipped == [("Dan_126_assignsubmission_file_/essay.docx", "not a notebook")]


@pytest.mark.parametrize("form", ["folder", "zip", "folder in zip", "zip in zip"])
def test_around_a_platforms_download_is_nobody(form, tmp_path):
    mine = zipped(tmp_path / "made" / "x.zip", {"01.ipynb": LESSON}).read_bytes()
    entries = {
        "Ann Lee_100_assignsubmission_file_/01.ipynb": LESSON,
        "Ben_101_assignsubmission_file_/mine.zip": mine,
        "Cleo_102_assignsubmission_file_/essay.docx": b"PK",
        "smithdan_10023_884512_01_formula.ipynb": LESSON,
        "notes.txt": b"",
    }
    inside = {f"hw/{name}": content for name, content in entries.items()}
    folder = tmp_path / "class"
    if form == "folder":
        for name, content in inside.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    elif form == "zip":
        zipped(folder / "hw.zip", entries)
    else:
        inner = zipped(tmp_path / "made" / "hw.zip", entries).read_bytes()
        folder = zipped(
            tmp_path / "class.zip", inside if form == "folder in zip" else {"hw.zip": inner}
        )
    found = collect(folder)
    assert found.students.pop("Cleo_102") == {}
    assert sorted(found.students) == ["Ann Lee_100", "Ben_101", "smithdan_10023"]
    assert all(tasks["divisor"].state == SOLVED for tasks in found.students.values())
    assert sorted(path.rpartition("/")[2] for path, _ in found.skipped) == [
        "essay.docx",
        "notes.txt",
    ]


def of_zip(tmp_path, monkeypatch=None, **limits):
    for name, value in limits.items():
        monkeypatch.setattr(files, name, value)
    return [reason for _, reason in collect(tmp_path).skipped]


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    with ZipFile(tmp_path / "anna.zip", "w", compression=8) as archive:
        for number in range(5):
            archive.writestr(f"{number}.ipynb", LESSON + " " * 3_000_000)
    assert of_zip(tmp_path, monkeypatch, LARGEST=1_000_000) == ["larger than 1 MB"] * 5
    assert of_zip(tmp_path, monkeypatch, LARGEST=4_000_000, LARGEST_ZIP=7_000_000) == [
        "more than 7 MB in a ZIP file"
    ]
    assert of_zip(tmp_path, monkeypatch, MOST_ENTRIES=4) == ["a ZIP file of more than 4 files"]


def test_a_zip_file_that_cannot_be_read_is_told(tmp_path):
    whole = zipped(tmp_path / "x", {"01.ipynb": LESSON}).read_bytes()
    (tmp_path / "x").unlink()
    locked = bytearray(whole)
    locked[6] |= 1  # "encrypted", in both headers
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    inner = zipped(tmp_path / "y", {"deep.zip": whole}).read_bytes()
    (tmp_path / "y").unlink()
    for name, content in {
        "half": whole[: len(whole) // 2],
        "none": b"",
        "text": b"hello",
        "locked": bytes(locked),
        "nested": inner,
        "damaged": whole.replace(LESSON.encode()[:40], b"0" * 40),
    }.items():
        (tmp_path / f"{name}.zip").write_bytes(content)
    found = collect(tmp_path)
    assert dict(found.skipped) == {
        "half.zip": "a broken ZIP file",
        "none.zip": "a broken ZIP file",
        "text.zip": "a broken ZIP file",
        "locked.zip/01.ipynb": "encrypted",
        "nested.zip/deep.zip": "a ZIP file within another",
        "damaged.zip": "a broken ZIP file",
    }
    assert len(found.students) == 6


def test_everybody_is_counted_whatever_they_have_handed_in(tmp_path, capsys):
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "01.ipynb").write_text(LESSON)
    (tmp_path / "ben").mkdir()
    (tmp_path / "cleo").mkdir()
    (tmp_path / "cleo" / "answers.pdf").touch()
    (tmp_path / "dan.ipynb").write_text("half of a noteb")
    text = said(capsys, tmp_path)
    assert text.startswith("4 students\nof them 3 with nothing that could be read\n")
    assert "skipped, not a notebook: 1\n" in text
    assert ["Lesson 1", " 1 student\n"][0] in text
    assert "1 students" not in text
    text = said(capsys, tmp_path, "--names")
    assert "of them 3 with nothing that could be read: ben, cleo, dan\n" in text
    assert "skipped, not a notebook: cleo/answers.pdf\n" in text


def test_a_home_that_the_shell_left_as_it_is_is_found(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "anna.ipynb").write_text(LESSON)
    assert said(capsys, "~/class").startswith("1 student\n")


def test_a_reader_that_stops_early_is_no_error(class_folder):
    command = f"{sys.executable} -m bnlib.classroom.report {class_folder} | head -1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("3 students\n", "")
