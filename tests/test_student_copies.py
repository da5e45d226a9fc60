"""What a student writes is never lost, and a lesson that changed is not kept from anyone."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import lab
import pytest
import student_copies
from student_copies import GIVEN, RENEWED, give_copies, last_written

ROOT = Path(__file__).parent.parent
NAMES = ["01_one.ipynb", "02_two.ipynb"]


def notebook(*sources, indent=1, outputs=()):
    """A notebook's text; JupyterLab stores a source as a list of lines, others as one text."""
    cells = [
        {"cell_type": "code", "source": source, "outputs": list(outputs)} for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}}, indent=indent)


def write(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def lessons(tmp_path):
    """A course with two lessons."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in NAMES:
        write(folder / name, notebook(f"lesson {name}", "answer = ..."))
    return folder


@pytest.fixture
def own(lessons):
    return lessons.parent / "my_notebooks"


def contents(folder):
    return {path.name: path.read_text() for path in folder.glob("*.ipynb")}


ANSWER = notebook(f"lesson {NAMES[0]}", "answer = 5")
SECOND, THIRD = notebook("second edition"), notebook("third edition")


def test_new_lessons_are_copied(lessons, own):
    assert give_copies(lessons, own) == []
    assert contents(own) == contents(lessons)


def test_what_has_not_changed_is_left_alone(lessons, own):
    give_copies(lessons, own)
    times = {path: path.stat().st_mtime_ns for path in own.iterdir()}
    assert give_copies(lessons, own) == []
    assert times == {path: path.stat().st_mtime_ns for path in own.iterdir()}


@pytest.mark.parametrize("work", [ANSWER, "no notebook any more", b"\xff\xfe", "[" * 100_000])
def test_what_the_student_changed_stays(work, lessons, own):
    give_copies(lessons, own)
    write(own / NAMES[0], work)
    before = (own / NAMES[0]).read_bytes()
    assert give_copies(lessons, own) == []
    write(lessons / NAMES[0], SECOND)
    (sentence,) = give_copies(lessons, own)
    assert sentence == (
        "01_one.ipynb has changed since you got it: the new one is 01_one_2.ipynb, and yours is "
        "as you left it."
    )
    assert (own / NAMES[0]).read_bytes() == before
    assert (own / "01_one_2.ipynb").read_text() == SECOND
    assert give_copies(lessons, own) == []

    write(own / "01_one_2.ipynb", notebook("second edition", "mine"))
    write(lessons / NAMES[0], THIRD)
    assert "01_one_3.ipynb" in give_copies(lessons, own)[0]
    assert (own / "01_one_2.ipynb").read_text() == notebook("second edition", "mine")


RUN = {"output_type": "stream", "name": "stdout", "text": "5"}
ONLY_OPENED = {
    "untouched": lambda text: text,
    "saved by JupyterLab": lambda text: json.dumps(json.loads(text)),
    "run": lambda text: notebook(
        *(cell["source"] for cell in json.loads(text)["cells"]), outputs=[RUN]
    ),
    "run to the end, which adds an empty cell": lambda text: notebook(
        *(cell["source"] for cell in json.loads(text)["cells"]), ""
    ),
    "sources as lists of lines": lambda text: notebook(
        *([cell["source"][:3], cell["source"][3:]] for cell in json.loads(text)["cells"])
    ),
    "other line ends": lambda text: text.replace("\n", "\r\n"),
    "a byte order mark": lambda text: "\ufeff" + text,
}


@pytest.mark.parametrize("opened", ONLY_OPENED.values(), ids=ONLY_OPENED)
def test_a_copy_that_was_not_written_in_becomes_the_new_edition(opened, lessons, own):
    give_copies(lessons, own)
    write(own / NAMES[0], opened((own / NAMES[0]).read_text()))
    assert give_copies(lessons, own) == []
    first = (lessons / NAMES[0]).read_text()
    for edition in (SECOND, first, THIRD):
        write(lessons / NAMES[0], edition)
        (sentence,) = give_copies(lessons, own)
        assert sentence == f"01_one.ipynb has changed since you got it. {RENEWED}"
        assert contents(own) == contents(lessons)
        assert give_copies(lessons, own) == []


def test_a_change_that_is_taken_back_gives_no_third_copy(lessons, own):
    first = (lessons / NAMES[0]).read_text()
    give_copies(lessons, own)
    write(own / NAMES[0], ANSWER)
    write(lessons / NAMES[0], SECOND)
    give_copies(lessons, own)
    for edition in (first, SECOND, first):
        write(lessons / NAMES[0], edition)
        assert give_copies(lessons, own) == []
    assert contents(own) == {
        "01_one.ipynb": ANSWER,
        "01_one_2.ipynb": SECOND,
        "02_two.ipynb": contents(lessons)["02_two.ipynb"],
    }


def test_line_ends_alone_are_no_change(lessons, own):
    write(lessons / NAMES[0], notebook("one\nline", "answer = ..."))
    give_copies(lessons, own)
    write(own / NAMES[0], notebook("one\nline", "answer = 5"))
    for text in (notebook("one\r\nline", "answer = ..."), notebook("one\nline", "answer = ...")):
        write(lessons / NAMES[0], text.replace("\n", "\r\n"))
        assert give_copies(lessons, own) == []
    assert sorted(contents(own)) == NAMES


def test_a_lesson_that_was_added_is_copied_and_one_that_was_removed_stays(lessons, own):
    give_copies(lessons, own)
    (lessons / "01_one.ipynb").unlink()
    write(lessons / "03_three.ipynb", notebook("a new lesson"))
    assert give_copies(lessons, own) == []
    assert sorted(contents(own)) == ["01_one.ipynb", "02_two.ipynb", "03_three.ipynb"]


def test_a_copy_that_was_deleted_is_made_anew(lessons, own):
    give_copies(lessons, own)
    (own / "01_one.ipynb").unlink()
    assert give_copies(lessons, own) == []
    assert contents(own) == contents(lessons)


BROKEN = {
    "a conflict": (
        b'<<<<<<< HEAD\n{"cells": []}\n=======\n{"cells": 1}\n>>>>>>> theirs\n',
        "has the marks of an unfinished merge",
    ),
    "a conflict in a cell": (
        notebook("x\n<<<<<<< local\ny\n=======\nz\n>>>>>>> remote\n"),
        "has the marks of an unfinished merge",
    ),
    "half of it": (notebook("one", "two")[:-20], "is not a notebook"),
    "nothing": ("", "is not a notebook"),
    "not text": (b"\xff\xfe\x00", "is not a notebook"),
    "too deep": ('{"cells": ' + "[" * 100_000, "is not a notebook"),
    "no cells": ('{"worksheets": []}', "is not a notebook"),
    "cells of nothing": ('{"cells": [null]}', "is not a notebook"),
}


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_lesson_is_told_of_and_not_copied(content, reason, lessons, own):
    write(lessons / NAMES[0], content)
    (sentence,) = give_copies(lessons, own)
    assert sentence.startswith(f"01_one.ipynb in the folder notebooks {reason}, so it is not ")
    assert list(contents(own)) == ["02_two.ipynb"]

    write(own / NAMES[0], ANSWER)
    assert len(give_copies(lessons, own)) == 1
    assert contents(own)[NAMES[0]] == ANSWER


def test_a_byte_order_mark_is_not_copied_and_taken_off(lessons, own):
    text = (lessons / NAMES[0]).read_bytes()
    write(lessons / NAMES[0], b"\xef\xbb\xbf" + text)
    give_copies(lessons, own)
    assert (own / NAMES[0]).read_bytes() == text
    write(own / NAMES[0], b"\xef\xbb\xbf" + ANSWER.encode())
    assert give_copies(lessons, own) == []
    assert (own / NAMES[0]).read_bytes() == ANSWER.encode()


def test_copying_that_is_cut_off_leaves_whole_files(lessons, own, monkeypatch):
    def fill_the_disk(part, path):
        if path.name.startswith("02"):
            raise OSError(28, "No space left on device")
        os.rename(part, path)

    with monkeypatch.context() as patched:
        patched.setattr(student_copies.os, "replace", fill_the_disk)
        with pytest.raises(OSError, match="No space"):
            give_copies(lessons, own)
    assert list(contents(own)) == ["01_one.ipynb"]
    assert not list(own.glob(".*.part"))
    assert give_copies(lessons, own) == []
    assert contents(own) == contents(lessons)


def test_many_first_starts_at_once(lessons, own):
    for number in range(3, 30):
        write(lessons / f"{number:02}_more.ipynb", notebook(f"lesson {number}"))
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: give_copies(lessons, own), range(8)))
    assert results == [[]] * 8
    assert contents(own) == contents(lessons)
    assert not list(own.glob(".*.part"))


def test_links_are_not_followed(lessons, own):
    own.mkdir()
    other = lessons.parent / "somebody's"
    write(other, "work")
    for name in (f".{NAMES[0]}.part", NAMES[1]):
        (own / name).symlink_to(other)
    (own / "01_one_2.ipynb").symlink_to(lessons.parent / "nowhere")
    give_copies(lessons, own)
    write(own / NAMES[0], ANSWER)
    write(lessons / NAMES[0], SECOND)
    assert "01_one_3.ipynb" in give_copies(lessons, own)[0]
    assert other.read_text() == "work"
    assert not (lessons.parent / "nowhere").exists()


def test_copies_of_lessons_that_cannot_be_written_can_be(lessons, own):
    for lesson in lessons.iterdir():
        lesson.chmod(0o444)
    give_copies(lessons, own)
    assert all(copy.stat().st_mode & 0o200 for copy in own.iterdir())


NONSENSE = ["", "half of a rec", "[]", "null", '{"01_one.ipynb": {"a": 1}}', "[" * 100_000, b"\xff"]


@pytest.mark.parametrize("record", [None, *NONSENSE], ids=lambda record: str(record)[:9])
def test_without_a_record_nothing_is_overwritten(record, lessons, own):
    give_copies(lessons, own)
    write(own / NAMES[0], ANSWER)
    (own / GIVEN).unlink()
    if record is not None:
        write(own / GIVEN, record)
    (sentence,) = give_copies(lessons, own)
    assert sentence.startswith("01_one.ipynb ")
    assert contents(own)["01_one.ipynb"] == ANSWER
    assert give_copies(lessons, own) == []


def test_a_record_that_cannot_be_kept_stops_nothing_and_lays_nothing_twice(lessons, own):
    own.mkdir()
    (own / GIVEN).mkdir()  # nothing can take the place of a folder
    (own / GIVEN / "locked").touch()
    assert give_copies(lessons, own) == []
    write(own / NAMES[0], ANSWER)
    for edition in (SECOND, SECOND, THIRD):
        write(lessons / NAMES[0], edition)
        (sentence,) = give_copies(lessons, own)
        assert sentence.startswith("01_one.ipynb may have changed")
        assert f"my_notebooks/{GIVEN} cannot be written: " in sentence
        assert contents(own) == {
            "01_one.ipynb": ANSWER,
            "02_two.ipynb": contents(lessons)["02_two.ipynb"],
        }
        assert not list(own.glob(".*.part"))


def test_what_was_last_written_is_opened(lessons, own):
    give_copies(lessons, own)
    one, two = own / NAMES[0], own / "01_one_2.ipynb"
    assert last_written(one) == one
    write(one, ANSWER)
    write(lessons / NAMES[0], SECOND)
    give_copies(lessons, own)
    write(own / "01_one_notes.ipynb", "the student's own")
    os.utime(one, (1, 1))
    assert last_written(one) == two
    os.utime(two, (0, 0))
    assert last_written(one) == one
    assert last_written(own / "09_none.ipynb") == own / "09_none.ipynb"


def test_news_is_opened_once_and_a_copy_that_was_renewed_itself(lessons, own):
    give_copies(lessons, own)
    (own / "01_one.ipynb").rename(own / "01_formula.ipynb")
    assert lab.to_open(own, []) == "01_formula.ipynb"
    assert lab.to_open(own, [f"02_two.ipynb has changed. {RENEWED}"]) == "01_formula.ipynb"
    laid = "02_two.ipynb has changed since you got it: the new one is 02_two_2.ipynb."
    assert lab.to_open(own, [laid]) == lab.NEWS
    assert "[02_two_2.ipynb](02_two_2.ipynb)" in (own / lab.NEWS).read_text()
    assert lab.to_open(own, []) == "01_formula.ipynb"


HOMES = {
    "a file": "file/jupyter",
    "a link to nowhere": "loop/jupyter",
    "no folder at all": "/proc/0",
}


@pytest.mark.parametrize("folder", HOMES.values(), ids=HOMES)
@pytest.mark.parametrize("which", ["JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"])
def test_a_home_that_cannot_be_written_is_not_needed(which, folder, tmp_path, monkeypatch):
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    for name in names:
        monkeypatch.setenv(name, str(tmp_path / name))
    assert lab.leave_a_home_that_cannot_be_written() == []
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    monkeypatch.setenv(which, str(tmp_path / folder))
    monkeypatch.setattr(lab, "mkdtemp", lambda prefix: str(tmp_path / "other"))
    (sentence,) = lab.leave_a_home_that_cannot_be_written()
    assert sentence.startswith("Your home cannot be written to.")
    assert {Path(os.environ[name]).parent for name in names} == {tmp_path / "other"}


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "tools").mkdir()
    for name in ("lab.py", "student_copies.py"):
        (tmp_path / "tools" / name).write_bytes((ROOT / "tools" / name).read_bytes())
    (tmp_path / "my_notebooks").write_text("a file in the place of the folder")
    command = [sys.executable, tmp_path / "tools" / "lab.py", "--no-browser"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith("Your copies of the lessons cannot be written to ")
    assert len(result.stderr.splitlines()) == 1


def test_the_copies_are_not_part_of_the_course_and_lie_beside_its_pictures():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"/{lab.OWN.name}/" in ignored
    assert lab.OWN.parent / "images" == ROOT / "images"
