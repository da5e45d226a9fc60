"""Every known mistake is named: alone, in float32, in a pair, and where it was made in part."""

import random
import re
import tokenize
from itertools import combinations, compress

import numpy as np
import pytest

from bnlib.classroom.check.call import results
from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.check.task import Exercise
from bnlib.classroom.check.variants import (
    Edit,
    Explanation,
    KnownMistakes,
    agree_everywhere,
    changes,
    edited,
    mode,
)
from bnlib.classroom.exercises import TASKS

EXERCISES = [task for task in TASKS.values() if isinstance(task, Exercise)]
SINGLES = [(task, edit) for task in EXERCISES for edit in task.edits]
every_exercise = pytest.mark.parametrize("task", EXERCISES, ids=lambda task: task.name)
every_single = pytest.mark.parametrize(
    ("task", "edit"), SINGLES, ids=[f"{task.name}: {edit.name}" for task, edit in SINGLES]
)


def in_float32(value):
    if isinstance(value, tuple):
        return tuple(map(in_float32, value))
    return value.astype(np.float32) if isinstance(value, np.ndarray) else value


def explained(task, function):
    """What the check makes of a function's outcomes."""
    return task.known.explanation([results(function, given) for given in task.inputs])


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_every_edit_fits_its_solution_and_has_a_name_of_the_catalogue(task):
    for edit in task.edits:
        assert edit.name in MISTAKES
        assert changes(task.source, edit)
    assert len(task.known.singles) == len(task.edits), "an edit that changes no outcome"


@every_single
def test_a_mistake_is_named(task, edit):
    found = explained(task, task.known.with_edits(edit))
    assert found == Explanation([edit.name])
    assert MISTAKES[edit.name].sentence.split()[0] in found.in_words(task.lesson)


@every_single
def test_a_mistake_is_named_in_float32(task, edit):
    wrong = task.known.with_edits(edit)
    found = explained(task, lambda *given: wrong(*map(in_float32, given)))
    assert found == Explanation([edit.name])


@every_exercise
def test_two_mistakes_are_named_unless_they_give_what_one_gives(task):
    for variant in task.known.pairs:
        names = {edit.name for edit in variant.edits}
        found = task.known.explanation(variant.outcomes)
        singles = [s for s in task.known.singles if agree_everywhere(variant.outcomes, s.outcomes)]
        if singles:
            assert found.names == [singles[0].edits[0].name]
        else:
            same = [
                {edit.name for edit in other.edits}
                for other in task.known.pairs
                if agree_everywhere(variant.outcomes, other.outcomes)
            ]
            assert names in same
            assert set(found.names) in same


@every_exercise
def test_no_two_mistakes_of_different_names_give_the_same(task):
    for one, other in combinations(task.known.singles, 2):
        if one.edits[0].name != other.edits[0].name:
            assert not agree_everywhere(one.outcomes, other.outcomes), (one.edits, other.edits)


@every_single
def test_a_mistake_in_one_mode_is_named_with_the_mode(task, edit):
    wrong = task.known.with_edits(edit)
    names = list(task.inputs[0])
    for chosen in {mode(given) for given in task.inputs}:

        def answer(*given, chosen=chosen):
            there = mode(dict(zip(names, given, strict=True))) == chosen
            return (wrong if there else task.solved)(*given)

        found = explained(task, answer)
        outcomes = [results(answer, given) for given in task.inputs]
        if agree_everywhere(outcomes, task.known.right):
            assert found is None
        else:
            assert found.where in ("", chosen)
            assert edit.name in found.names or gives_the_same(task, found, chosen, outcomes)


def gives_the_same(task, found, chosen, outcomes):
    """Whether a mistake of another name gives the same in that mode, as some do."""
    (name,) = found.names
    there = [mode(given) == chosen for given in task.inputs]
    return any(
        agree_everywhere(compress(single.outcomes, there), compress(outcomes, there))
        for single in task.known.singles
        if single.edits[0].name == name
    )


@pytest.mark.parametrize("part", [0, 1], ids=["first", "second"])
@every_single
def test_a_mistake_in_one_result_is_named_with_the_result(task, edit, part):
    if len(task.known.right[0]) == 1:
        return
    wrong = task.known.with_edits(edit)

    def answer(*given):
        right, mistaken = list(task.solved(*given)), wrong(*given)
        right[part] = mistaken[part]
        return tuple(right)

    outcomes = [results(answer, given) for given in task.inputs]
    if agree_everywhere(outcomes, task.known.right):
        return
    found = task.known.explanation(outcomes)
    same = [
        v for v in task.known.singles + task.known.pairs if agree_everywhere(v.outcomes, outcomes)
    ]
    if same:  # what is made in one result alone has a name of its own, or two
        assert found.names == [each.name for each in same[0].edits]
        return
    assert found.names == [edit.name]
    assert not found.where or found.where.endswith(f"in the {('first', 'second')[part]} result")


@pytest.mark.parametrize("task", EXERCISES, ids=lambda task: task.name)
def test_an_explanation_has_no_more_than_five_lines(task):
    for variant in task.known.singles + task.known.pairs:
        words = Explanation([edit.name for edit in variant.edits]).in_words(task.lesson)
        assert words.count("\n") < 5
        assert max(map(len, words.splitlines())) < 110
        assert not re.search(r"[-+*/=]$|^[-+*/=] ", words, re.MULTILINE), "a formula is broken"


def freshened(given, rng):
    """Other inputs of the same kinds: constant columns stay constant, and switches as they are."""

    def fresh(name, value):
        if isinstance(value, tuple):
            return tuple(fresh(name, each) for each in value)
        if isinstance(value, np.ndarray):
            noise = 0.2 * value.std(axis=0) * rng.normal(size=value.shape)
            return value * rng.uniform(0.6, 1.7) + (0 if name == "running_var" else noise)
        return value * rng.uniform(0.6, 1.7) if name == "eps" else value

    return {name: fresh(name, value) for name, value in given.items()}


def slip(task, rng):
    """The solution with one or two words, numbers or signs replaced by others of their kind."""
    start = task.source.index('"""', task.source.index('"""') + 3) + 3  # the body, not the task
    lines = ("if 1:" + task.source[start:]).splitlines(keepends=True)
    tokens = list(tokenize.generate_tokens(iter(lines).__next__))
    kinds = [
        sorted(
            {*task.inputs[0]} | {"mean", "var", "x_hat", "root", "h"} & {t.string for t in tokens}
        ),
        ["mean", "var", "std", "sum"],
        ["0", "1", "2", "0.1", "0.9"],
        ["+", "-", "*", "/", "**"],
    ]
    places = [(t, kind) for t in tokens for kind in kinds if t.string in kind and t.start[0] > 1]
    for old, kind in sorted(rng.sample(places, rng.choice((1, 2))), reverse=True):
        row, line = old.start[0] - 1, lines[old.start[0] - 1]
        lines[row] = line[: old.start[1]] + rng.choice(kind) + line[old.end[1] :]
    return task.source[:start] + "".join(lines).removeprefix("if 1:")


def test_no_random_slip_gets_a_name_that_fresh_inputs_refute():
    named = tried = 0
    for task in EXERCISES:
        rng, draw = random.Random(task.name), np.random.default_rng(1)
        for _ in range(200):
            written = slip(task, rng)
            scope = dict(task.solved.__globals__)
            try:
                exec(written, scope)
                function = scope[task.name]
                outcomes = [results(function, given) for given in task.inputs]
            except Exception:  # a slip may be anything; what fails is told by its exception
                continue
            if len(outcomes[0]) != len(task.known.right[0]):
                continue
            tried += 1
            found = task.known.explanation(outcomes)
            if found is None or agree_everywhere(outcomes, task.known.right):
                continue
            named += 1
            fresh = [freshened(given, draw) for given in task.inputs]
            known = KnownMistakes(task.solved, task.source, task.edits, fresh)
            refound = known.explanation([results(function, given) for given in fresh])
            assert refound is not None, (found, written)
            assert set(refound.names) == set(found.names), written
    assert tried > 1000
    assert named > 20


def test_common_ends_of_right_and_wrong_are_left_alone():
    source = "x.var(axis=0)"
    unbiased = Edit("unbiased variance", ("x.var(axis=0)", "x.var(axis=0, ddof=1)"))
    per_sample = Edit("normalized per sample", ("axis=0", "axis=1, keepdims=True"))
    assert changes(source, unbiased) == [(12, 12, ", ddof=1")]
    assert edited(source, [unbiased, per_sample]) == "x.var(axis=1, keepdims=True, ddof=1)"


def test_an_edit_changes_every_place_that_has_its_text():
    assert edited("a + a * a", [Edit("no eps", ("a", "b"))]) == "b + b * b"


def test_an_edit_has_a_wrong_text_for_each_right_one():
    with pytest.raises(ValueError, match="zip"):
        changes("a + b", Edit("no eps", ("a", "c", "b")))


def test_two_insertions_at_one_place_do_not_combine():
    one, other = (Edit("no eps", ("x + 1", new)) for new in ("x - 0 + 1", "x * 2 + 1"))
    assert edited("x + 1", [one, other]) is None
    assert edited("x + 1", [one, Edit("not centered", ("+ 1", "- 1"))]) == "x - 0 - 1"


def test_edits_of_the_same_text_do_not_combine():
    one, other = (Edit("no eps", ("a", new)) for new in "bc")
    assert edited("a + a", [one]) == "b + b"
    assert edited("a + a", [one, other]) is None


def test_an_edit_that_does_not_fit_is_an_error_that_names_it():
    with pytest.raises(ValueError, match="no eps: 'eps' is not in the solution"):
        changes("var", Edit("no eps", ("eps", "")))
