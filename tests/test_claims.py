"""What lessons conclude from an experiment is what make claims found, for each of ten seeds."""

import re
from copy import deepcopy

import nbformat
import pytest
from claims import LESSONS, MINUS, ROOT, SEEDS, Claim, claims, in_words, record
from claims.__main__ import run
from claims.table import TABLE, as_markdown

FOUND = record()
ALL = [(lesson, claim) for lesson in LESSONS for claim in claims(lesson)]
every_claim = pytest.mark.parametrize(
    ("lesson", "claim"), ALL, ids=[f"{lesson}, {claim.name}" for lesson, claim in ALL]
)
every_lesson = pytest.mark.parametrize("lesson", LESSONS)
A_RANGE = re.compile(r"ten (?:other )?seeds|[\d.]+ to [\d.]+(?: percent|%)")
THREE_SEEDS = re.compile(r"'(?:without|with|with noise)': \[(\d+), (\d+), (\d+)\]")


def cells(lesson, kind):
    (path,) = (ROOT / "notebooks").glob(f"{lesson:02}_*.ipynb")
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


@every_claim
def test_a_claim_was_tried_with_every_seed_and_holds(lesson, claim):
    found = FOUND[str(lesson)][claim.name]
    assert list(found) == list(claim.settings)
    for setting, numbers in found.items():
        assert {len(values) for values in numbers.values()} == {SEEDS}, setting
        assert claim.counted(numbers) == SEEDS, setting


def test_nothing_else_is_recorded():
    recorded = [(lesson, name) for lesson, found in FOUND.items() for name in found]
    assert recorded == [(str(lesson), claim.name) for lesson, claim in ALL]


def text_of(lesson):
    return "\n".join(cell.source for cell in cells(lesson, "markdown"))


@every_claim
def test_it_stands_in_the_lesson_with_its_ranges_as_they_came_out(lesson, claim):
    assert claim.sentence(FOUND[str(lesson)][claim.name]) in text_of(lesson)


@every_claim
def test_a_range_that_has_changed_would_be_missed(lesson, claim):
    if "{" in claim.says:
        changed = deepcopy(FOUND[str(lesson)][claim.name])
        for numbers in changed.values():
            for name, values in numbers.items():
                numbers[name] = [value - 1 for value in values]
        assert claim.sentence(changed) not in text_of(lesson)


@every_lesson
def test_a_lesson_says_no_range_that_no_claim_has(lesson):
    rest = text_of(lesson)
    for claim in claims(lesson):
        rest = rest.replace(claim.sentence(FOUND[str(lesson)][claim.name]), "")
    assert A_RANGE.findall(rest) == []


def test_the_table_has_what_is_recorded():
    assert TABLE.read_text(encoding="utf-8") == as_markdown(), "make claims, or make figures"


def test_the_table_says_where_a_claim_does_not_hold():
    changed = deepcopy(FOUND)
    changed["6"]["ruined"]["many steps"]["without"][3] = 99
    assert "(lr 1, steps 630) | **9 of 10** | without 8 to 99; with 98 to 99 |" in as_markdown(
        changed
    )


def test_the_three_seeds_that_lesson_6_shows_are_the_first_of_those_recorded():
    recorded = {
        tuple(values[:3])
        for found in FOUND["6"].values()
        for numbers in found.values()
        for values in numbers.values()
    }
    shown = [
        tuple(map(int, three))
        for cell in cells(6, "code")
        if cell.id != "survives"  # what nobody has tried
        for output in cell.outputs
        for three in THREE_SEEDS.findall(output.get("data", {}).get("text/plain", ""))
    ]
    assert len(shown) > 30
    assert set(shown) <= recorded


@every_lesson
def test_the_first_experiment_of_a_lesson_still_runs_and_holds(lesson):
    claim = claims(lesson)[0]
    setting = next(iter(claim.settings))
    found = run(lesson, 0, setting, seeds=1)
    assert list(found) == list(FOUND[str(lesson)][claim.name][setting])
    assert claim.counted(found) == 1


def test_a_claim_that_fails_for_one_seed_is_counted():
    settings = {"x": {}, "y": {}}
    claim = Claim("larger", "it is {a} against {b at y}", dict, settings, lambda a, b: a > b)
    found = {"x": {"a": [3, 2, 4], "b": [1, 2, 0.5]}, "y": {"a": [9], "b": [7, 7]}}
    assert claim.counted(found["x"]) == 2
    assert claim.sentence(found) == "it is 2 to 4 against 7"
    assert in_words([0.21, 0.08]) == "0.08 to 0.21"
    assert in_words([float("nan"), -2, 1]) == f"{MINUS}2 to 1 or NaN"
