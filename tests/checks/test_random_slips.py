"""Answers that nobody wrote down: pairs of mistakes, and random slips, get no false name."""

import random
import tokenize

import numpy as np
import pytest
from exercise_inputs import EXERCISES, freshened

from bnlib.classroom.check import verdict
from bnlib.classroom.check.call import results
from bnlib.classroom.check.compare import Raised, same_everywhere
from bnlib.classroom.check.mistakes import in_lines
from bnlib.classroom.check.patterns import pattern
from bnlib.classroom.check.variants import Explanation, KnownMistakes

SLIPS = 200  # of each exercise
OF_THESE_INPUTS = ("", verdict.NAN, verdict.FIRST_INPUT)  # what is said of no other


@pytest.mark.parametrize("task", EXERCISES, ids=lambda task: task.name)
def test_two_mistakes_are_named_unless_they_give_what_one_gives(task):
    known = task.known
    named = 0
    for pair in known.pairs:
        if any(isinstance(each, Raised) for each in pair.outcomes):
            continue
        found = known.explanation(pair.outcomes)
        if same_everywhere(pair.outcomes, known.right):  # the second undoes the first
            continue
        named += 1
        singles = [single.names for single in known.singles if single.gives(pair.outcomes)]
        if singles:
            assert found.names == singles[0]
        elif set(found.names) != set(pair.names):  # another pair that gives the same
            assert any(
                set(other.names) == set(found.names) and other.gives(pair.outcomes)
                for other in known.pairs
            )
    assert named >= len(known.pairs) / 2


@pytest.mark.parametrize("task", EXERCISES, ids=lambda task: task.name)
def test_an_explanation_has_no_more_than_three_lines_and_that_of_two_no_more_than_four(task):
    for variant in task.known.singles + task.known.pairs:
        words = Explanation(variant.names).in_words(task.lesson)
        assert len(in_lines(words, verdict.WIDTH)) <= 2 + len(variant.names), words


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


def test_no_random_slip_gets_a_name_or_a_pattern_that_fresh_inputs_refute():
    named = tried = 0
    told = set()
    for task in EXERCISES:
        rng, draw = random.Random(task.name), np.random.default_rng(1)
        for _ in range(SLIPS):
            written = slip(task, rng)
            scope = dict(task.reference.__globals__)
            try:
                exec(written, scope)
            except SyntaxError:
                continue
            function = scope[task.name]
            outcomes = [results(function, given) for given in task.inputs]
            raised = any(isinstance(each, Raised) for each in outcomes)
            if raised or len(outcomes[0]) != len(task.known.right[0]):
                continue
            tried += 1
            found = task.known.explanation(outcomes)
            if same_everywhere(outcomes, task.known.right):
                continue
            fresh = [freshened(given, draw) for given in task.inputs]
            known = KnownMistakes(task.reference, task.source, task.edits, fresh, task.mode)
            others = [results(function, given) for given in fresh]
            if found is None:
                said = pattern(task.inputs, outcomes, task.known.right, task.mode)
                if said and said[0] not in OF_THESE_INPUTS:
                    told.add(said[0])
                    again = pattern(fresh, others, known.right, task.mode)
                    assert again is not None, (said, written)
                    assert again[0] in (said[0], *OF_THESE_INPUTS), (said, again, written)
                continue
            named += 1
            refound = known.explanation(others)
            assert refound is not None, (found, written)
            assert set(refound.names) == set(found.names), written
    assert tried > 1000
    assert named > 20
    assert len(told) > 5
