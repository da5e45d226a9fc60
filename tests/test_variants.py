"""Every known mistake is named: alone, in float32, and where it was made in part."""

import re
from itertools import combinations

import numpy as np
import pytest
from exercise_inputs import EXERCISES, in_float32

from bnlib.classroom.check.call import results
from bnlib.classroom.check.compare import Raised, same, same_everywhere
from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.check.variants import Edit, Explanation, KnownMistakes, changes, edited
from bnlib.classroom.exercises import TASKS

every_exercise = pytest.mark.parametrize("task", EXERCISES, ids=lambda task: task.name)
IN_MODES = [task for task in EXERCISES if len({task.mode(given) for given in task.inputs}) > 1]
TWO_RESULTS = [task for task in EXERCISES if len(task.known.right[0]) == 2]


def outcomes_of(task, function):
    return [results(function, given) for given in task.inputs]


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_every_mistake_changes_what_comes_out(task):
    for variant in task.known.singles:
        assert not same_everywhere(variant.outcomes, task.known.right), (
            f"{task.name}: with {variant.names} all inputs give the right result; add an input"
        )


@every_exercise
def test_a_mistake_is_named(task):
    for variant in task.known.singles:
        found = task.known.explanation(variant.outcomes)
        assert found == Explanation(variant.names)
        assert MISTAKES[variant.names[0]].sentence.split()[0] in found.in_words(task.lesson)


@every_exercise
def test_a_mistake_is_named_in_float32(task):
    for variant in task.known.singles:

        def answer(*given, wrong=variant.function):
            return wrong(*map(in_float32, given))

        assert task.known.explanation(outcomes_of(task, answer)) == Explanation(variant.names)


@every_exercise
def test_no_two_mistakes_of_different_names_give_the_same(task):
    for one, other in combinations(task.known.singles, 2):
        assert one.names == other.names or not one.gives(other.outcomes), (
            f"{task.name}: {one.names} and {other.names} give the same; add an input"
        )


def made_where(task, variant, made):
    """The outcomes of an answer that makes a mistake only there: made(mode, part) says where."""
    found = []
    for given, right, wrong in zip(task.inputs, task.known.right, variant.outcomes, strict=True):
        mode = task.mode(given)
        pairs = enumerate(zip(right, wrong, strict=True))
        found.append(tuple(b if made(mode, part) else a for part, (a, b) in pairs))
    return found


def returning(variant):
    return not any(isinstance(outcome, Raised) for outcome in variant.outcomes)


@pytest.mark.parametrize("task", IN_MODES, ids=lambda task: task.name)
def test_a_mistake_in_one_mode_is_named_with_the_mode(task):
    modes = {task.mode(given) for given in task.inputs}
    named = 0
    for variant in filter(returning, task.known.singles):
        for chosen in modes:
            outcomes = made_where(task, variant, lambda mode, part, chosen=chosen: mode == chosen)
            if same_everywhere(outcomes, task.known.right):
                continue
            named += 1
            found = task.known.explanation(outcomes)
            assert found.where in ("", chosen)
            others = (each for each in task.known.singles if each.names == found.names[:1])
            there = [task.mode(given) == chosen for given in task.inputs]
            assert variant.names[0] in found.names or any(
                all(same(a, b) for a, b, t in zip(each.outcomes, outcomes, there, strict=True) if t)
                for each in others
            )
    assert named >= len(task.known.singles)


@pytest.mark.parametrize("task", TWO_RESULTS, ids=lambda task: task.name)
def test_a_mistake_in_one_result_is_named_with_the_result(task):
    named = 0
    for variant in filter(returning, task.known.singles):
        for chosen in (0, 1):
            outcomes = made_where(task, variant, lambda mode, part, chosen=chosen: part == chosen)
            if same_everywhere(outcomes, task.known.right):
                continue
            named += 1
            found = task.known.explanation(outcomes)
            same_in_all = [
                each.names for each in task.known.singles + task.known.pairs if each.gives(outcomes)
            ]
            if same_in_all:  # what is made in one result alone has a name of its own, or two
                assert found.names == same_in_all[0]
            else:
                made = [(outcome[chosen],) for outcome in outcomes]
                assert found.names in [
                    each.names
                    for each in filter(returning, task.known.singles)
                    if same_everywhere([(part[chosen],) for part in each.outcomes], made)
                ]
                here = f"in the {('first', 'second')[chosen]} result"
                assert not found.where or found.where.endswith(here)
    assert named >= len(task.known.singles)


def test_so_many_exercises_have_modes_and_two_results():
    assert len(IN_MODES) >= 4
    assert len(TWO_RESULTS) >= 9


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=lambda mistake: mistake.name)
def test_no_formula_of_a_sentence_is_broken_at_a_sign(mistake):
    assert not re.search(r"[-+*/=]$|^[-+*/=] ", "\n".join(mistake.lines(84)), re.MULTILINE)


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_no_sentence_gives_away_what_the_solution_returns(task):
    squeezed = lambda code: re.sub(r"\bnp\.|\s", "", code)  # noqa: E731
    last = squeezed(task.source.rpartition("return")[2])
    results = [part for part in re.split(r",(?![^(\[]*[)\]])", last) if len(part) > 10]
    for edit in task.edits:
        sentence = squeezed(MISTAKES[edit.name].sentence)
        assert not [part for part in results if part in sentence], edit.name


def test_common_ends_of_right_and_wrong_are_left_alone():
    source = "x.var(axis=0)"
    unbiased = Edit("unbiased variance", ("x.var(axis=0)", "x.var(axis=0, ddof=1)"))
    per_sample = Edit("normalized per sample", ("axis=0", "axis=1, keepdims=True"))
    assert changes(source, unbiased) == [(12, 12, ", ddof=1")]
    assert edited(source, [unbiased, per_sample]) == "x.var(axis=1, keepdims=True, ddof=1)"


def test_an_edit_changes_every_place_that_has_its_text():
    assert edited("a + a * a", [Edit("no eps", ("a", "b"))]) == "b + b * b"
    assert changes("a + a * a", Edit("no eps", ("a", "b"))) == [
        (0, 1, "b"),
        (4, 5, "b"),
        (8, 9, "b"),
    ]


def test_two_insertions_at_one_place_do_not_combine():
    one, other = (Edit("no eps", ("x + 1", new)) for new in ("x - 0 + 1", "x * 2 + 1"))
    assert edited("x + 1", [one, other]) is None
    assert edited("x + 1", [one, Edit("not centered", ("+ 1", "- 1"))]) == "x - 0 - 1"


def test_edits_of_the_same_text_do_not_combine():
    one, other = (Edit("no eps", ("a", new)) for new in "bc")
    assert edited("a + a", [one]) == "b + b"
    assert edited("a + a", [one, other]) is None


def twice(x):
    return x + x


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("x + y", "x"), "“no eps” replaces 'x \\+ y', which is not in the solution."),
        (("x + x",), "“no eps” changes .'x . x',.; give pairs of"),
        ((), "“no eps” changes ..; give pairs of"),
        (("", "x"), "; give pairs of"),
        (("x + x", "x +"), "“no eps” makes no Python of the solution: invalid syntax"),
    ],
)
def test_an_edit_that_does_not_fit_is_an_error_that_names_it(texts, words):
    known = KnownMistakes(twice, "def twice(x):\n    return x + x\n", [], [])
    with pytest.raises(ValueError, match=words):
        known.with_edits(Edit("no eps", texts))


def test_mistakes_that_do_not_go_together_are_no_pair():
    source = "def twice(x):\n    return x + x\n"
    edits = [Edit("no eps", ("x + x", "x")), Edit("not centered", ("x + x", "2")),
             Edit("values added up, not averaged", ("def", "async def")),
             Edit("mean minus value", ("return", "yield from"))]  # fmt: skip
    known = KnownMistakes(twice, source, edits[::-1], [{"x": np.ones(1)}])
    assert [pair.names for pair in known.pairs] == [
        (one, other)
        for one in ("mean minus value", "values added up, not averaged")
        for other in ("not centered", "no eps")
    ]
    with pytest.raises(ValueError, match="“no eps” and “not centered” change the same text"):
        known.with_edits(*edits[:2])


def test_a_solution_that_fails_is_an_error():
    known = KnownMistakes(lambda x: x / None, "", [], [{"x": np.ones(1)}])
    with pytest.raises(RuntimeError, match="solution of <lambda> fails"):
        _ = known.right


def test_an_error_is_an_outcome_and_a_mistake_that_raises_it_is_named():
    source = "def twice(x):\n    return x + x\n"
    known = KnownMistakes(
        twice, source, [Edit("no eps", ("x + x", "x + x[:, :2]"))], [{"x": np.ones((2, 3))}]
    )
    outcomes = [results(lambda x: x + x[:, :2], known.inputs[0])]
    assert isinstance(outcomes[0], Raised)
    assert known.explanation(outcomes) == Explanation(("no eps",))
    assert known.explanation([results(lambda x: x + x[:, :1, 0, 0], known.inputs[0])]) is None
