"""What a learner may hand in: right answers in every style, strange ones, and none."""

import re
import sys
from functools import partial

import nbformat
import numpy as np
import pytest
import right_answers
import torch
import wrong_answers
from in_browser import LESSONS
from witnesses import EXERCISES, QUESTIONS

import bnlib
from bnlib.classroom import exercises
from bnlib.classroom.checking import Exercise, Question
from bnlib.classroom.mistakes import named
from bnlib.classroom.zoo import ZOO

every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda e: e.name)
NORMALIZE = exercises.normalize_table
LEARNER = """
import numpy as np

def {name}{arguments}:
    {body}
"""


def learner(body, name="normalize_table", arguments="(x, eps)", folder=None):
    """A function from source, as a notebook's cell has it."""
    scope = {}
    source = LEARNER.format(name=name, arguments=arguments, body=body)
    path = folder / "cell.py" if folder else None
    if path:
        path.write_text(source)
    exec(compile(source, str(path or "<cell>"), "exec"), scope)
    return scope[name]


@every_exercise
def test_the_solution_is_right(exercise):
    words = exercise.check(exercise.solved).text
    tried = {2: "both", 4: "all 4"}[len(exercise.inputs)]
    assert words == f"Right, on {tried} inputs. {exercise.hard_part}"


@pytest.mark.parametrize("name", right_answers.ANSWERS)
def test_a_right_answer_of_any_style_is_right(name):
    words = EXERCISES[name.partition("__")[0]].check(right_answers.ANSWERS[name]).text
    assert words.startswith("Right"), words


@every_exercise
def test_there_are_many_styles_of_right_answers(exercise):
    assert sum(name.startswith(f"{exercise.name}__") for name in right_answers.ANSWERS) >= 5


@pytest.mark.parametrize("name", wrong_answers.ANSWERS)
def test_a_wrong_answer_is_not_right_and_gets_no_name_that_is_not_its_own(name):
    words = EXERCISES[name.partition("__")[0]].check(wrong_answers.ANSWERS[name]).text
    assert words.startswith("Not yet: for "), words
    assert "This mistake gives the same" not in words


@every_exercise
def test_the_stub_is_not_attempted(exercise):
    scope = {"exercises": exercises}
    exec(exercise.stub.rpartition("\n")[0], scope)
    words = exercise.check(scope[exercise.name]).text
    assert words == f"Not attempted yet: {exercise.name} has no return so far."


@every_exercise
def test_hints_come_one_by_one_and_the_solution_is_its_source(exercise):
    given = [exercise.hint().text for _ in range(len(exercise.hints) + 1)]
    last = f"That was the last one; exercises.{exercise.name}.solution() shows the rest."
    assert given == [*exercise.hints, last]
    assert exercise.solution().text.startswith(f"def {exercise.name}(")
    assert "return" in exercise.solution().text
    assert "return" not in exercise.stub


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_its_exercises_as_they_are(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    stubs = [cell.source for cell in cells if "exercises." in cell.source and "def " in cell.source]
    names = [re.search(r"def (\w+)", stub)[1] for stub in stubs]
    assert 2 <= len(stubs) <= 4
    assert stubs == [EXERCISES[name].stub for name in names]
    asked = [cell for cell in cells if re.search(r"exercises\.(\w+)\.check\(\w+\)", cell.source)]
    assert len(asked) == len(stubs) + 1


def test_every_exercise_and_question_is_in_a_lesson():
    text = "".join(path.read_text(encoding="utf-8") for path in LESSONS)
    for name in EXERCISES | QUESTIONS:
        assert f"exercises.{name}.check(" in text, name


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return x.mean()", "you get an array of shape (); it should have (2, 1)."),
        ("return x.mean(axis=0)", "you get an array of shape (1,); it should have (2, 1)."),
        ("return 'done'", "returns 'done', which is not an array of numbers."),
        ("return [[1.0], [2.0, 3.0]]", "which is not an array of numbers."),
        ("return np.sign(x - x.mean(0)).astype(int)", "(Your numbers are whole ones, int64"),
        ("x -= x.mean(0); return x / np.sqrt(x.var(0) + eps)", "your function changes x itself"),
        ("return x / nothing", "your function raised NameError: name 'nothing' is not defined"),
        ("np.add(x, 1.0, out=x); return x", "your function changes x itself"),
        ("return np.array([None, 1.0])", "returns an object of type ndarray, which is not an"),
        ("return x.astype(str)", "returns an object of type ndarray, which is not an array of"),
        ("return x + 0j", "array([[0.+0.j], [6.+0.j]]), which is not an array of real numbers."),
        ("return (row for row in x)", "which is not an array of numbers."),
        ("return {'y': x}", "which is not an array of numbers."),
        ("return x > 1", "you get array([[False], [ True]]); it should be"),
        ("return x / 0", "you get array([[nan], [inf]]); it should be"),
        ("return normalize_table(x, eps)", "your function raised RecursionError: maximum"),
        ("import sys; sys.exit('bye')", "your function raised SystemExit: bye"),
        ("raise KeyboardInterrupt", "it was still running for x = [[0.0], [6.0]], eps = 7.0 when"),
    ],
)
def test_a_strange_answer_gets_a_kind_word(body, words):
    answer = NORMALIZE.check(learner(body)).text
    assert answer.startswith("Not yet: ")
    assert words in answer
    assert "mistake" not in answer


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("return x / nothing", "NameError: name 'nothing' is not defined"),
        ("return np.linalg.inv(x)", "LinAlgError: Last 2 dimensions of the array must be square"),
    ],
)
def test_an_exception_is_shown_as_the_learners_with_its_line(body, error, tmp_path):
    in_a_cell = learner(body, folder=tmp_path)
    begin, end = f"Not yet: your function raised {error}\n", "for x = [[0.0], [6.0]], eps = 7.0"
    assert NORMALIZE.check(in_a_cell).text == f"{begin}in the line “{body}”, {end}"
    for without_source in (learner(body), partial(in_a_cell)):
        assert NORMALIZE.check(without_source).text == begin + end


def test_too_few_parameters_are_an_error_of_the_learners():
    answer = NORMALIZE.check(learner("return x", arguments="(x)")).text
    assert "TypeError" in answer
    assert "takes 1 positional argument but 2 were given" in answer


@pytest.mark.parametrize("given", [None, 3.0, np.zeros((2, 1))])
def test_check_wants_the_function(given):
    assert NORMALIZE.check(given).text == (
        "Give the function itself: exercises.normalize_table.check(normalize_table)"
    )


@pytest.mark.parametrize("returned", [1.0, (1.0, 2.0, 3.0)])
def test_a_pair_is_wanted(returned):
    answer = exercises.updated_statistics.check(lambda mean, var, x, momentum: returned)
    assert answer.text == "Not yet: your function should return 2 arrays: return a, b."


def test_an_answer_for_some_inputs_only_is_told_which_is_missing():
    answer = exercises.next_running_mean.check(lambda x, mean, training: mean if training else None)
    assert answer.text == (
        "Not yet: your function returns nothing for "
        "x = [[0.0], [4.0]], running_mean = [12.0], training = False."
    )


@pytest.mark.parametrize(
    "container",
    [list, torch.tensor, np.float32, np.ma.array, lambda y: y.astype(object),
     lambda y: torch.tensor(y, requires_grad=True)],
)  # fmt: skip
def test_a_right_answer_may_come_in_any_container(container):
    def answer(x, eps):
        y = NORMALIZE.solved(x, eps)
        return container(y.tolist() if container is list else y)

    assert NORMALIZE.check(answer).text.startswith("Right")


@pytest.mark.parametrize(
    "unfit",
    [torch.Tensor.to_sparse, torch.Tensor.bfloat16, lambda x: list(x.clone().requires_grad_())],
)
def test_a_tensor_without_an_array_is_no_answer(unfit):
    answer = NORMALIZE.check(lambda x, eps: unfit(torch.from_numpy(x))).text
    assert answer.startswith("Not yet: your function returns ")
    assert answer.endswith("which is not an array of numbers.")


@pytest.mark.parametrize("division", ["warn", "raise"])
def test_warnings_of_a_wrong_answer_stay_away(division, recwarn):
    with np.errstate(all=division):
        answer = NORMALIZE.check(lambda x, eps: x / 0)
    assert "you get array([[nan], [inf]])" in answer.text
    assert not recwarn.list


def same(x, *others):
    """The same x."""

    def itself():
        return x

    return itself()


def exercise_of(x, **others):
    """An exercise whose right answer is x."""
    given = {"x": x} | others
    hints = ("Look at x.", "Return it.")
    return Exercise(same, lambda library, x, **others: x, [given], "It was easy.", hints)


def test_an_exercise_keeps_what_it_was_made_of():
    exercise = exercise_of([1, 2], k=3)
    assert exercise.check(exercise.solved).text == "Right, on all 1 inputs. It was easy."
    assert [exercise.hint().text for _ in range(3)] == [
        "Look at x.",
        "Return it.",
        "That was the last one; exercises.same.solution() shows the rest.",
    ]
    assert exercise.inputs[0]["x"].dtype == float
    assert type(exercise.inputs[0]["k"]) is int
    assert exercise.stub == (
        'def same(x, *others):\n    """The same x."""\n    ...\n\n\nexercises.same.check(same)'
    )


def test_a_difference_is_said_with_what_was_given():
    few, many = (np.zeros(1),) * 4, (np.zeros(1),) * 5
    exercise = exercise_of([1 / 3], twelve=np.ones(12), thirteen=np.ones(13), few=few, many=many)
    assert exercise.check(lambda x, *others: 2 * x).text == (
        f"Not yet: for x = [{1 / 3}], twelve = {[1.0] * 12}, thirteen of shape (13,), "
        "few = [0.0], [0.0], [0.0], [0.0], 5 many,\n"
        "you get array([0.6667]); it should be array([0.3333])."
    )


def test_among_many_numbers_the_first_that_is_off_is_shown():
    off = np.array([0.05, 0, 0.1005, 5, 0, 0, 0])
    answer = exercise_of(np.full(7, 100.0)).check(lambda x: x + off).text
    assert answer.endswith("\nyou get 100.1005 at [2]; it should be 100.0000.")
    answer = exercise_of(np.full(6, 100.0)).check(lambda x: x + off[1:]).text
    assert "you get array([100." in answer


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
def test_a_part_in_a_thousand_of_the_largest_is_allowed(size):
    exercise = exercise_of([size, size / 2])
    for off, word in ((0.00099, "Right"), (0.001005, "Not yet")):
        answer = exercise.check(lambda x, off=off: x + np.array([off * size, 0]))
        assert answer.text.startswith(word)


def test_nothing_is_the_same_as_nothing():
    assert exercise_of([]).check(same).text.startswith("Right")


@pytest.mark.parametrize(
    ("length", "word"), [(199, repr("a" * 197)), (200, "an object of type str")]
)
def test_a_long_answer_is_not_repeated(length, word):
    answer = NORMALIZE.check(lambda x, eps: "a" * (length - 2)).text
    assert answer == f"Not yet: your function returns {word}, which is not an array of numbers."


def test_without_torch_bnlib_judges(monkeypatch):
    monkeypatch.setitem(sys.modules, "bnlib.classroom.torch_judge", None)
    monkeypatch.delattr(bnlib.classroom, "torch_judge", raising=False)
    for stored in EXERCISES.values():
        exercise = Exercise(
            stored.solved, stored.reference, stored.inputs, stored.hard_part, stored.hints
        )
        assert exercise.check(exercise.solved).text.startswith("Right")


def test_of_mistakes_that_give_the_same_a_check_names_all_and_a_question_the_first():
    exercise, question = exercise_of(1.0), Question(lambda library: 1.0, "It is one.")
    two = [(mistake, [(np.array(2.0),)]) for mistake in ZOO[:2]]
    exercise.mistakes = question.exercise.mistakes = two
    assert exercise.check(lambda x: 2 * x).text == (
        f"Not yet: for x = 1.0,\nyou get 2.0; it should be 1.0.{named(list(ZOO[:2]))}"
    )
    assert question.check(2).text == f"Not 2.{named(list(ZOO[:1]))}"


@pytest.mark.parametrize("off", [0.005, 0.0051, -0.0051])
def test_a_predicted_number_may_be_rounded_to_two_decimals(off):
    question = Question(lambda library: 0.0, "It is nothing.")
    assert question.check(off).text == "Right. It is nothing."
    wrong = question.check(1.1 * off).text
    assert wrong == f"Not {1.1 * off:g}. Have another look at the steps, one by one."


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (lambda mean, var: (var, mean), "\nyour two results are right, but in the other order."),
        (lambda mean, var: (mean + 1, var), "\nthe first of your results is array([1.5]); it"),
        (lambda mean, var: (mean, var + 1), "\nthe second of your results is array([3.75]); it"),
    ],
)
def test_of_two_results_the_wrong_one_is_named(returned, words):
    exercise = exercises.updated_statistics
    assert words in exercise.check(lambda *inputs: returned(*exercise.solved(*inputs))).text


def test_an_input_that_is_changed_is_named_with_what_to_do():
    def answer(running_mean, running_var, x, momentum):
        x -= 1
        return running_mean, running_var

    assert exercises.updated_statistics.check(answer).text == (
        "Not yet: your function changes x itself, which its caller still needs. Make a new "
        "array: x = x - mean does, but x -= mean changes x."
    )


def test_batches_of_several_sizes_may_be_given():
    exercise = exercise_of([1.0], batches=(np.zeros(2), np.zeros(3)))
    assert exercise.check(same).text.startswith("Right")


def test_an_object_of_one_letter_is_shown():
    letter = type("Letter", (), {"__repr__": lambda self: "a"})()
    assert "your function returns a, which" in NORMALIZE.check(lambda x, eps: letter).text
