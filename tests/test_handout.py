"""The handouts have everything that they are made of."""

import re
from html import unescape

import handout
import nbformat
import pytest
from in_browser import LESSONS

from bnlib.classroom.check.question import Question
from bnlib.classroom.exercises import TASKS


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What a reader of each page sees, in one line."""
    folder = tmp_path_factory.mktemp("new") / "out"
    handout.main([str(folder)])
    pages = {}
    for name in ("summary", "assistants"):
        html = (folder / f"{name}.html").read_text(encoding="utf-8")
        assert all((folder / picture).is_file() for picture in re.findall(r'src="(.+?)"', html))
        body = html.partition("</style>")[2]
        pages[name] = " ".join(unescape(re.sub(r"<[^>]+>", "", body)).split())
    return pages


def test_the_summary_has_all_that_there_is_to_remember(shown):
    items = 0
    for lesson in LESSONS:
        cells = nbformat.read(lesson, as_version=4).cells
        (text,) = (cell.source for cell in cells if cell.source.startswith("## To remember\n"))
        for item in re.findall(r"^\d+\. (.+)$", text, re.MULTILINE):
            start = re.split(r"[$*`\[]", item)[0].strip()
            assert start in shown["summary"], item
            items += 1
    assert items > 40
    assert "train() under no_grad() batch yes no" in shown["summary"]
    assert "does nothing, or running_mean stays 0 layer.training" in shown["summary"]


def test_the_assistants_have_every_task_with_its_mistakes_and_hints(shown):
    text = shown["assistants"]
    for task in TASKS.values():
        _, found, rest = text.partition(f" {task.name} ")
        assert found
        assert " ".join(task.source.split()) in rest
        for edit in task.edits:
            assert f"“{edit.name}”: " in rest
        for hint in task.hints:
            words = hint.format(**task.numbers) if isinstance(task, Question) else hint
            assert words in rest
    assert " divisor In Two variances A column holds 1, 1, 7, 7." in text
    assert " normalize_table In Your turn " in text
    assert "sets the mode? train() and eval(), and nobody else." in text


def test_the_assistants_of_some_lessons_have_their_tasks_alone(tmp_path, capsys):
    handout.main([str(tmp_path), "--lessons", "2-3"])
    text = (tmp_path / "assistants.md").read_text(encoding="utf-8")
    tasks = {task.name for task in TASKS.values() if task.lesson in (2, 3)}
    assert set(re.findall(r"^### (\w+)$", text, re.MULTILINE)) == tasks
    assert f"assistants, of {round(len(text.split()), -2):,} words" in capsys.readouterr().out


@pytest.mark.parametrize("asked", ["--help", "-h", "--folder", "-x"])
def test_what_begins_with_a_dash_is_no_folder(asked, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        handout.main([asked])
    assert list(tmp_path.iterdir()) == []


def test_no_formula_is_left_to_typeset(shown):
    assert not re.search(r"\$|\\\w", shown["summary"] + shown["assistants"])
