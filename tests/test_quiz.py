"""Questions in Moodle's and Canvas's formats, and on exam sheets, are those of the lessons."""

import re
from html import unescape
from itertools import chain, combinations, pairwise
from xml.etree import ElementTree
from zipfile import ZipFile

import numpy as np
import pytest
import torch

from bnlib.classroom.check.question import Question
from bnlib.classroom.exercises import TASKS
from bnlib.classroom.exercises.conventions import CONVENTIONS
from bnlib.classroom.quiz import __main__ as quiz
from bnlib.classroom.quiz import exam, moodle
from bnlib.classroom.quiz.canvas import write_qti
from bnlib.classroom.quiz.items import decimals, item, questions
from bnlib.classroom.quiz.stems import STEMS

QUESTIONS = [task for task in TASKS.values() if isinstance(task, Question)]
QTI = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
COLUMN = "low", "high", "a", "b", "c"  # of two or three values, in their order


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """What the command writes for all lessons: Moodle's text, the questions, and Canvas's."""
    folder = tmp_path_factory.mktemp("new") / "out"
    quiz.main([str(folder)])
    text = (folder / "moodle.gift").read_text(encoding="utf-8")
    return text, in_gift(text), in_qti(folder / "canvas.zip")


def in_gift(text):
    """By question, what Moodle takes for its text and for its answers: number, within, words."""
    found = {}
    for title, asked, answers in re.findall(r"^::(.+?):: (.+) \{#\n([^}]+)\n\}$", text, re.M):
        lines = re.findall(r"^=(%0%)?([-\d.]+):([\d.]+)#(.+)$", answers, re.M)
        assert len(lines) == answers.count("\n") + 1
        assert not re.search(r"(?<!\\)[~=#{}:]", asked + "".join(line[3] for line in lines))
        read = [
            (not wrong, float(number), float(within), re.sub(r"\\(.)", r"\1", words))
            for wrong, number, within, words in lines
        ]
        found[title] = re.sub(r"\\(.)", r"\1", asked), read
    return found


def in_qti(path):
    """By question, the texts of its items, each with the choices: right or not, number, words."""
    with ZipFile(path) as archive:
        (name,) = (n for n in archive.namelist() if re.fullmatch(r"(.+)/\1\.xml", n))
        root = ElementTree.fromstring(archive.read(name))
    found = {}
    for group in root.findall(".//q:section/q:section", QTI):
        assert group.findtext(".//q:selection_number", namespaces=QTI) == "1"
        items = group.findall("q:item", QTI)
        (title,) = {one.get("title") for one in items}
        found[title] = [(text_of(one.find("q:presentation", QTI)), choices(one)) for one in items]
    return found


def printed(number):
    return float(number.replace("\N{MINUS SIGN}", "-"))


def choices(one):
    words = {each.get("ident"): text_of(each) for each in one.findall("q:itemfeedback", QTI)}
    (right,) = (
        condition.findtext(".//q:varequal", namespaces=QTI)
        for condition in one.findall(".//q:respcondition", QTI)
        if condition.findtext("q:setvar", namespaces=QTI) == "100"
    )
    return [
        (label.get("ident") == right, printed(text_of(label)), words[f"{label.get('ident')}_fb"])
        for label in one.findall(".//q:response_label", QTI)
    ]


def text_of(element):
    html = element.findtext(".//q:mattext", namespaces=QTI)
    return unescape(re.sub(r"</?p>", "", html)).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def assert_as_the_lesson_says(question, numbers, answers):
    """The check in the notebook calls the same number right, and the others by the same name."""
    asked = Question(
        question.reference,
        ask=question.ask,
        draw=question.draw,
        mistakes=[(edit.name, *edit.texts) for edit in question.edits],
        why=question.why,
        hints=[],
    )
    asked.numbers = numbers
    for is_right, number, words in answers:
        said = asked.check(number)
        assert said.right == is_right
        if not is_right:
            (name,) = said.finding.mistakes
            assert words.startswith(f"“{name}”: ")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_moodle_and_canvas_say_what_the_lesson_does(question, written):
    _, gift, in_canvas = written
    variants = in_canvas[question.name]
    assert len(variants) == len(question.drawn) >= 3
    for at, (numbers, (text, offered)) in enumerate(zip(question.drawn, variants, strict=True)):
        asked, answers = gift[f"{question.name} {at + 1}"]
        assert text == item(question, numbers).asked
        assert asked.startswith(text)
        if at < 2:
            assert_as_the_lesson_says(question, numbers, offered)
            assert_as_the_lesson_says(question, numbers, [(r, n, w) for r, n, _, w in answers])
        taken = sorted((number, within) for _, number, within, _ in answers)
        assert all(low + up < high - down for (low, up), (high, down) in pairwise(taken))


def test_moodle_has_a_category_for_each_question(written):
    found = re.findall(r"^\$CATEGORY: (.+)$", written[0], re.M)
    assert [each.rpartition("/")[2] for each in found[1:]] == [each.name for each in QUESTIONS]
    assert found[:2] == [
        "$course$/top/Batch normalization",
        "$course$/top/Batch normalization/Lesson 1/number_of_means",
    ]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_stem_stands_without_its_lesson(question):
    asked = item(question, question.numbers).asked
    assert re.search("batch normalization|GroupNorm", asked, re.IGNORECASE)
    assert not re.search(r"\bstep \d|\blesson\b|\b(?:They are|it is) normalized|scores", asked)
    if re.search(r"\b0\.[19]\b|momentum", question.source):
        assert "momentum" in asked
    if re.search(r"\bdx\b|\bdy\b", asked):
        assert "gradient" in asked
    fields = re.compile(r"\{(\w+)")
    stem = STEMS.get(question.name, question.ask)
    assert set(fields.findall(stem)) == set(fields.findall(question.ask))


def test_what_holds_for_all_is_told_on_every_way_out(written, tmp_path):
    text, _, _ = written
    assert f"\n\n::Conventions:: {moodle._text(CONVENTIONS)}\n\n" in text
    assert set(STEMS) <= {each.name for each in QUESTIONS}
    write_qti(questions(range(1, 2)), tmp_path / "canvas.zip")
    with ZipFile(tmp_path / "canvas.zip") as archive:
        xml = unescape("".join(archive.read(each).decode() for each in archive.namelist()))
    told = unescape(xml).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    assert f"<p>{CONVENTIONS}</p>" in told
    (sheet,) = (exam.sheet(1, each) for each in exam.versions(range(1, 2), 1, 0))
    assert f"> **Conventions.** {CONVENTIONS}\n" in sheet
    assert all(f"{word}: ____" in sheet for word in ("Name", "ID", "Date"))
    torchs = torch.nn.BatchNorm1d(1)
    assert f"running mean {torchs.running_mean.item():g}, " in CONVENTIONS
    assert f"running variance {torchs.running_var.item():g}, " in CONVENTIONS
    assert f"weight {torchs.weight.item():g}, bias {torchs.bias.item():g} " in CONVENTIONS
    assert f"momentum {torchs.momentum:g}." in CONVENTIONS


def test_lessons_can_be_chosen(tmp_path, capsys):
    quiz.main([str(tmp_path), "--lessons", "2-3"])
    assert [each.lesson for each in questions(range(2, 4))] == [2, 2, 2, 3, 3, 3]
    assert "6 questions" in capsys.readouterr().out
    assert set(in_qti(tmp_path / "canvas.zip")) == {each.name for each in questions(range(2, 4))}


@pytest.mark.parametrize("wrong", ["3-1", "0", "1-99", "one", "1,2"])
def test_lessons_that_are_none_are_told(wrong, tmp_path, capsys):
    with pytest.raises(SystemExit):
        exam.main([str(tmp_path / "new"), "--lessons", wrong])
    assert "names no lessons; give 1-3, or 4: there are 9." in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match="Nothing can be written into"):
        quiz.main([str(tmp_path / "file")])


# Exam sheets


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_the_numbers_of_an_exam_are_in_no_lesson_and_are_sensible(question):
    if question.exam is None:
        course = {decimals(question.answers(numbers)[0]) for numbers in question.drawn}
        assert len(course) <= 3  # so few answers that new numbers would not make a new question
        return
    assert question.exam.keys() == question.draw.keys()
    seen = {name: {*values, question.numbers[name]} for name, values in question.draw.items()}
    assert any(seen[name].isdisjoint(values) for name, values in question.exam.items())
    telling = question.telling(question.exam, np.random.default_rng(0))
    assert len(telling) >= 4
    for numbers in telling:
        asked = item(question, numbers)
        texts = [decimals(number) for number in (asked.right, *(n for n, _ in asked.wrong))]
        assert len(set(texts)) == len(texts)
        assert max(map(abs, map(printed, texts))) < 30_000
        for name, value in numbers.items():
            if name in ("momentum", "keras"):
                assert 0 < value < 1
            if isinstance(value, int) or name in ("eps", "running_var"):
                assert value > 0
        column = [value for name, value in numbers.items() if name in COLUMN]
        assert "d" in numbers or column == sorted(column)
        assert numbers.get("channels", 0) % numbers.get("groups", 1) == 0


def test_a_thousand_draws_have_one_right_choice_and_no_two_alike():
    draws = list(chain.from_iterable(exam.versions(range(1, 10), 45, seed=0)))
    assert len(draws) > 1000
    for asked, offered in draws:
        texts = [text for text, _ in offered]
        assert 2 <= len(texts) == len(set(texts)) <= 4
        (right,) = (text for text, name in offered if not name)
        assert right == decimals(asked.right)
        for one, other in combinations(map(printed, texts), 2):
            assert abs(one - other) >= 0.05 * max(abs(one), abs(other)), asked.asked
    places = {[not name for _, name in offered].index(True) for _, offered in draws}
    assert places == {0, 1, 2, 3}


def test_versions_differ_and_a_seed_gives_them_again():
    made = exam.versions(range(1, 4), 4, 7)
    assert made == exam.versions(range(1, 4), 4, 7) != exam.versions(range(1, 4), 4, 8)
    for asked in zip(*made, strict=True):
        assert len({one.asked for one, _ in asked}) == 4


def test_the_key_has_the_right_letter_of_each_sheet(tmp_path, capsys):
    exam.main([str(tmp_path), "--versions", "3", "--seed", "7", "--lessons", "1-3"])
    assert "exam-1 to exam-3, 9 questions each" in capsys.readouterr().out
    key = (tmp_path / "key.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (\w+), lesson \d \| (.+) \|$", key, re.M)
    for version, made in enumerate(exam.versions(range(1, 4), 3, 7)):
        sheet = (tmp_path / f"exam-{version + 1}.md").read_text(encoding="utf-8")
        parts = re.split(r"^\d+\. ", sheet, flags=re.M)[1:]
        for part, (place, name, answers), (asked, _) in zip(parts, rows, made, strict=True):
            letter, number = answers.split(" | ")[version].split(", ")
            assert part.startswith(f"{asked.asked}\n"), place
            assert f"☐ {letter}: {number}\n" in part
            assert abs(printed(number) - TASKS[name].answers(numbers_in(asked))[0]) <= 0.005


def test_without_a_seed_the_sheets_are_nobodys_guess_and_the_key_has_it(tmp_path):
    for name in ("one", "other"):
        exam.main([str(tmp_path / name), "--lessons", "1-3"])
    one, other = ((tmp_path / name / "key.md").read_text("utf-8") for name in ("one", "other"))
    assert one != other
    exam.main(
        [str(tmp_path), "--lessons", "1-3", "--seed", re.search(r"^Seed (\d+)", one, re.M)[1]]
    )
    assert (tmp_path / "key.md").read_text(encoding="utf-8") == one


def numbers_in(asked):
    """The numbers with which it was asked."""
    every = asked.question.telling(asked.question.exam, np.random.default_rng(0))
    return next(each for each in every if item(asked.question, each).asked == asked.asked)


def test_a_sheet_to_print_says_what_its_markdown_does(tmp_path):
    exam.main([str(tmp_path), "--versions", "1", "--seed", "0"])
    html = (tmp_path / "exam-1.html").read_text(encoding="utf-8")
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("</style>")[2])).split())
    for asked, offered in exam.versions(range(1, 10), 1, 0)[0]:
        texts = (f"☐ {letter}: {text}" for letter, (text, _) in zip("ABCD", offered, strict=False))
        assert f"{asked.asked} {' '.join(texts)}" in shown
        assert all(name not in html for _, name in asked.wrong)
    assert "http" not in html
