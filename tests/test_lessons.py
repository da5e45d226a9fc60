"""What every lesson has in common, beside outputs that nbval and the replay compare."""

import json
import re
from math import prod
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_rules import given_away, needs_what_may_be_left_out, violations
from reading_time import reading_time
from refresh import canonical

from bnlib.classroom import labs

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TOKEN = re.compile(r"(?<![\w.])(?:True|False|-?\d+\.?\d*(?:e[+-]?\d+)?)(?![\w])")
lessons = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


@lessons
def test_a_stored_lesson_keeps_the_rules(path):
    found = violations(read(path))
    assert not found, "\n".join([*found, f"Perhaps: make refresh LESSONS=notebooks/{path.name}"])


@lessons
def test_a_stored_lesson_is_in_the_form_that_make_refresh_writes(path):
    assert path.read_text(encoding="utf-8") == canonical(read(path))


@lessons
def test_no_prediction_is_given_away(path):
    assert given_away(read(path)) == []


@lessons
def test_what_is_marked_further_can_be_left_out(path):
    assert needs_what_may_be_left_out(read(path)) == []


@lessons
def test_it_says_how_to_begin_at_a_later_section(path):
    assert "*Run → Run All Above Selected Cell*" in read(path).cells[0].source


@lessons
def test_it_says_how_long_it_takes(path):
    quick, slow = reading_time(read(path))
    says = re.search(r"\*\*Time\*\* (.+) minutes to read and run", read(path).cells[0].source)[1]
    assert says == f"{quick} to {slow}", "its first cell, README and TEACHING"


@pytest.mark.parametrize(
    ("text", "cells", "minutes"),
    [
        ("word " * 4000, 0, (20, 40)),
        ("word " * 4000 + "**Predict:** " * 10, 0, (25, 50)),
        ("word " * 4000 + "**Predict** " * 5 + "**Check yourself.** " * 5, 60, (30, 60)),
        (f"![{'word ' * 4000}](a.png)", 120, (10, 20)),
    ],
)
def test_reading_takes_its_time(text, cells, minutes):
    code = [new_code_cell("1") for _ in range(cells)]
    assert reading_time(new_notebook(cells=[new_markdown_cell(text), *code])) == minutes


@lessons
def test_its_lab_is_stored_as_it_looks_now(path):
    outputs = [output for cell in read(path).cells if cell.id == "lab" for output in cell.outputs]
    for output in outputs:
        kind = getattr(labs, output.data["text/plain"].partition("(")[0])
        assert output.metadata["image/png"]["alt"] == kind().view.shown["description"]


def text_of(path):
    return "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


@lessons
def test_its_pictures_and_links_are_there(path):
    targets = [t for t in re.findall(r"\]\(([^)]+)\)", text_of(path)) if not t.startswith("http")]
    for target in targets:
        file, _, heading = target.partition("#")
        linked = path.parent / file if file else path
        assert linked.exists(), target
        if heading:
            assert f"# {heading.replace('-', ' ')}\n" in text_of(linked) + "\n", target


def numbers(value):
    """The numbers and truth values in a seed value or in an output, in order."""
    if isinstance(value, dict):
        return [number for entry in value.values() for number in numbers(entry)]
    if isinstance(value, list):
        return [number for entry in value for number in numbers(entry)]
    if isinstance(value, str):
        return [
            number
            for token in TOKEN.findall(value)
            for number in [json.loads(token.lower().rstrip("."))]
        ]
    return [value]


def outputs(paths):
    """The numbers of each output of each lesson."""
    for path in paths:
        for cell in read(path).cells:
            for output in cell.get("outputs", []):
                yield numbers(output.get("text", "") + output.get("data", {}).get("text/plain", ""))


def contains(shown, wanted):
    return any(shown[i : i + len(wanted)] == wanted for i in range(len(shown) - len(wanted) + 1))


SEED_VALUES = json.loads((ROOT / "tests" / "seed_values.json").read_text(encoding="utf-8"))
INPUTS = {
    "input1d": (0, 1, (3, 5)),
    "input1d_2": (0, 2, (3, 5)),
    "input2d": (0, 1, (3, 2, 4, 5)),
}


@pytest.mark.parametrize("name", [name for name in SEED_VALUES if name != "inputs"])
def test_every_number_of_the_first_lecture_comes_out_of_a_cell(name):
    wanted = numbers(SEED_VALUES[name])
    assert any(contains(shown, wanted) for shown in outputs(LESSONS)), f"{name}: {wanted}"


@pytest.mark.parametrize("name", SEED_VALUES["inputs"])
def test_every_input_of_the_first_lecture_is_shown(name):
    start, step, shape = INPUTS[name]
    wanted = list(range(start, step * prod(shape), step))
    assert any(contains(shown, wanted) for shown in outputs(LESSONS))


def test_a_number_that_left_the_lessons_would_be_missed():
    assert not any(contains(shown, [16.6668] * 5) for shown in outputs(LESSONS))
    assert not any(contains(shown, [5, 6, 7, 9, 8]) for shown in outputs(LESSONS))
