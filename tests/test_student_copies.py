"""What a student writes is never lost, and a lesson that changed is not kept from anyone."""

import os
import subprocess
import sys
from pathlib import Path

import lab
import pytest
import student_copies
from student_copies import GIVEN, give_copies

ROOT = Path(__file__).parent.parent


@pytest.fixture
def lessons(tmp_path):
    """A course with two lessons."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("01_one.ipynb", "02_two.ipynb"):
        (folder / name).write_text(f"lesson {name}")
    return folder


@pytest.fixture
def own(lessons):
    return lessons.parent / "my_notebooks"


def contents(folder):
    return {path.name: path.read_text() for path in folder.glob("*.ipynb")}


def test_new_lessons_are_copied(lessons, own):
    assert give_copies(lessons, own) == []
    assert contents(own) == contents(lessons)


def test_what_has_not_changed_is_left_alone(lessons, own):
    give_copies(lessons, own)
    times = {path: path.stat().st_mtime_ns for path in own.iterdir()}
    assert give_copies(lessons, own) == []
    assert times == {path: path.stat().st_mtime_ns for path in own.iterdir()}


def test_what_the_student_changed_stays(lessons, own):
    give_copies(lessons, own)
    (own / "01_one.ipynb").write_text("my answer")
    assert give_copies(lessons, own) == []
    assert contents(own) == {"01_one.ipynb": "my answer", "02_two.ipynb": "lesson 02_two.ipynb"}


@pytest.mark.parametrize("work", ["my answer", "lesson 01_one.ipynb"])
def test_a_lesson_that_changed_is_laid_beside_the_copy_and_said_once(work, lessons, own):
    give_copies(lessons, own)
    (own / "01_one.ipynb").write_text(work)
    (lessons / "01_one.ipynb").write_text("second edition")
    (sentence,) = give_copies(lessons, own)
    assert sentence.startswith("01_one.ipynb has changed")
    assert "01_one_2.ipynb" in sentence
    assert contents(own)["01_one.ipynb"] == work
    assert contents(own)["01_one_2.ipynb"] == "second edition"
    assert give_copies(lessons, own) == []

    (own / "01_one_2.ipynb").write_text("my second answer")
    (lessons / "01_one.ipynb").write_text("third edition")
    assert "01_one_3.ipynb" in give_copies(lessons, own)[0]
    assert contents(own)["01_one_2.ipynb"] == "my second answer"


def test_a_lesson_that_was_added_is_copied_and_one_that_was_removed_stays(lessons, own):
    give_copies(lessons, own)
    (lessons / "01_one.ipynb").unlink()
    (lessons / "03_three.ipynb").write_text("a new lesson")
    assert give_copies(lessons, own) == []
    assert sorted(contents(own)) == ["01_one.ipynb", "02_two.ipynb", "03_three.ipynb"]


def test_a_copy_that_was_deleted_is_made_anew(lessons, own):
    give_copies(lessons, own)
    (own / "01_one.ipynb").unlink()
    assert give_copies(lessons, own) == []
    assert contents(own) == contents(lessons)


def test_copying_that_is_cut_off_leaves_whole_files(lessons, own, monkeypatch):
    def fill_the_disk(part, path):
        if path.name.startswith("02"):
            raise OSError(28, "No space left on device")
        os.rename(part, path)

    with monkeypatch.context() as patched:
        patched.setattr(student_copies.os, "replace", fill_the_disk)
        with pytest.raises(OSError, match="No space"):
            give_copies(lessons, own)
    assert contents(own) == {"01_one.ipynb": "lesson 01_one.ipynb"}
    assert give_copies(lessons, own) == []
    assert contents(own) == contents(lessons)
    assert not list(own.glob(".*.part"))


def test_copies_of_lessons_that_cannot_be_written_can_be(lessons, own):
    for lesson in lessons.iterdir():
        lesson.chmod(0o444)
    give_copies(lessons, own)
    assert all(copy.stat().st_mode & 0o200 for copy in own.iterdir())


@pytest.mark.parametrize("record", [None, "", "half of a rec", "[]"])
def test_without_a_record_nothing_is_overwritten(record, lessons, own):
    give_copies(lessons, own)
    (own / "01_one.ipynb").write_text("my answer")
    if record is None:
        (own / GIVEN).unlink()
    else:
        (own / GIVEN).write_text(record)
    (sentence,) = give_copies(lessons, own)
    assert sentence.startswith("01_one.ipynb ")
    assert contents(own)["01_one.ipynb"] == "my answer"
    assert give_copies(lessons, own) == []


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
