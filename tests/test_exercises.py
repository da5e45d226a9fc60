"""What a learner may hand in: right answers in every style, strange ones, and none."""

import html
import inspect
import re
from functools import partial
from itertools import pairwise, product

import nbformat
import numpy as np
import pytest
import torch
from answers import NAMES, RIGHT, WRONG
from in_browser import LESSONS

from bnlib.classroom import exercises
from bnlib.classroom.check import verdict as kinds
from bnlib.classroom.check.call import results
from bnlib.classroom.check.compare import CLOSE, in_words, is_near, same_everywhere
from bnlib.classroom.check.exercise import Exercise
from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.check.question import Question
from bnlib.classroom.check.verdict import TRIED, UNANSWERED, Finding, Verdict
from bnlib.classroom.exercises import TASKS

EXERCISES = {name: task for name, task in TASKS.items() if isinstance(task, Exercise)}
QUESTIONS = {name: task for name, task in TASKS.items() if isinstance(task, Question)}
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
    words = exercise.check(exercise.reference).text
    tried = "both" if len(exercise.inputs) == 2 else f"all {len(exercise.inputs)}"
    assert words == f"Right, on {tried} inputs. {exercise.hard_part}"


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_of_any_style_is_right(name):
    words = EXERCISES[name.partition("__")[0]].check(RIGHT[name]).text
    assert words.startswith("Right"), words


@every_exercise
def test_there_are_many_styles_of_right_answers(exercise):
    styles = sum(name.startswith(f"{exercise.name}__") for name in RIGHT)
    module = exercise.reference.__module__.rpartition(".")[2]
    assert styles >= 5, (
        f"tests/answers/right_{module}.py has {styles} right answers to {exercise.name}; write "
        f"five, in the styles of learners, each as a function {exercise.name}__style"
    )


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_not_right_and_gets_no_name_that_is_not_its_own(name):
    words = EXERCISES[name.partition("__")[0]].check(WRONG[name]).text
    assert words.startswith("Not yet: "), words
    named = [mistake for mistake in MISTAKES if f"“{mistake}”" in words]
    assert named == NAMES.get(name, []), words


@every_exercise
def test_the_stub_is_not_attempted(exercise):
    scope = {"exercises": exercises}
    exec(exercise.stub.rpartition("\n")[0], scope)
    said = exercise.check(scope[exercise.name])
    assert said.text == f"Not attempted yet: write {exercise.name} in the place of the dots."
    assert said.finding.state == UNANSWERED


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
    assert 2 <= len(stubs) <= 4, f"{path.name} has {len(stubs)} exercises; two to four fit a lesson"
    for name, stub in zip(names, stubs, strict=True):
        assert stub == EXERCISES[name].stub, (
            f"{path.name}: the cell of {name} is not print(exercises.{name}.stub); copy it, then "
            f"make refresh LESSONS=notebooks/{path.name}"
        )
    asked = [cell for cell in cells if re.search(r"exercises\.(\w+)\.check\(\w+\)", cell.source)]
    assert len(asked) > len(stubs)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_ends_with_its_summary_and_nothing_is_solved_yet(path):
    last = nbformat.read(path, as_version=4).cells[-1]
    assert last.source == f"exercises.summary({int(path.name[:2])})"
    words = last.outputs[0].data["text/plain"]
    assert re.fullmatch(
        r"Solved in this session: none of \d yet\.\nTo look at again: nothing\.", words
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return x.mean()", "you get a single number; it should have (2, 1)."),
        ("return x.mean(axis=0)", "you get an array of shape (1,); it should have (2, 1)."),
        ("return 'done'", "returns 'done', which is not an array of numbers."),
        ("return [[1.0], [2.0, 3.0]]", "which is not an array of numbers."),
        ("return np.sign(x - x.mean(0)).astype(int)", "(Your numbers are whole ones, int64"),
        ("x -= x.mean(0); return x / np.sqrt(x.var(0) + eps)", "your function changes x itself"),
        ("return x / nothing", "your function raised NameError: name 'nothing' is not defined"),
        ("np.add(x, 1.0, out=x); return x", "Your function changes x itself"),
        (
            "return np.array([None, 1.0])",
            "returns array([None, 1.0], dtype=object), which is not an",
        ),
        (
            "return x.astype(str)",
            "returns array([['0.0'], ['6.0']], dtype='<U32'), which is not an array of",
        ),
        ("return x + 0j", "array([[0.+0.j], [6.+0.j]]), which is not an array of real numbers."),
        ("return (row for row in x)", "which is not an array of numbers."),
        ("return {'y': x}", "which is not an array of numbers."),
        ("return x > 1", "you get array([[False], [ True]]); it should be"),
        ("return x / 0", "you get array([[nan], [inf]]); it should be"),
        ("return normalize_table(x, eps)", "your function raised RecursionError: maximum"),
        ("return x @ x", "a mismatch in its core dimension 0 (size 2 is different from 1)\n"),
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
    ("body", "error", "advice"),
    [
        ("x.maen()", "AttributeError: 'numpy.ndarray' object has no attribute 'maen'",
         "There is no such name after the dot. Is it spelled right? "),
        ("return np.linalg.inv(x)", "LinAlgError: Last 2 dimensions of the array must be square",
         ""),
    ],
)  # fmt: skip
def test_an_exception_is_shown_as_the_learners_with_its_line(body, error, advice, tmp_path):
    in_a_cell = learner(body, folder=tmp_path)
    begin = f"Not yet: your function raised {error}\n"
    said = NORMALIZE.check(in_a_cell).text
    assert said == (
        f"{begin}in the line “{body}”, for x = [[0.0], [6.0]], eps = 7.0\n"
        f"{advice}exercises.normalize_table.hint() helps."
    )
    for without_source in (learner(body), partial(in_a_cell)):
        said = NORMALIZE.check(without_source).text
        assert said.startswith(f"{begin}for x = [[0.0], [6.0]], eps = 7.0\n")


def test_too_few_parameters_are_an_error_of_the_learners():
    answer = NORMALIZE.check(learner("return x", arguments="(x)")).text
    assert "TypeError" in answer
    assert "takes 1 positional argument but 2 were given" in answer


@pytest.mark.parametrize("given", [None, 3.0, np.zeros((2, 1))])
def test_check_wants_the_function(given):
    said = NORMALIZE.check(given)
    assert said.text == "Give the function itself: exercises.normalize_table.check(normalize_table)"
    assert said.finding[:3] == (TRIED, (), kinds.NO_FUNCTION)


@pytest.mark.parametrize("body", ["y = x - x.mean(axis=0)", "x - x.mean(axis=0)", "x", "return"])
def test_a_function_without_return_is_told_so(body):
    unwritten = body == "return"
    text = NORMALIZE.check(learner(body)).text
    assert text.startswith("Not attempted yet") == unwritten
    assert text.endswith("End it with return and the result.") != unwritten


@pytest.mark.parametrize(
    "body", ["...", "...\n    pass", "pass", "return ...", "return None", "'what it does'"]
)
def test_a_body_that_does_nothing_is_not_attempted(body):
    assert NORMALIZE.check(learner(body)).text.startswith("Not attempted yet")


@pytest.mark.parametrize(
    ("returned", "got"),
    [
        (1.0, "a float"),
        ((1.0, 2.0, 3.0), "3"),
        ({1.0, 2.0}, "a set"),
        (np.ones((3, 2)), "one array of shape (3, 2)"),
    ],
)
def test_a_pair_is_wanted(returned, got):
    answer = exercises.updated_statistics.check(lambda mean, var, x, momentum: returned)
    assert answer.text == f"Not yet: your function should return 2 results, not {got}: return a, b."
    assert answer.finding[:3] == (TRIED, (), kinds.RESULTS)


def test_one_result_is_wanted():
    answer = NORMALIZE.check(lambda x, eps: (x, x.mean(axis=0)))
    assert answer.text == "Not yet: your function returns 2 results; return one."
    assert answer.finding[:3] == (TRIED, (), kinds.RESULTS)


def test_an_answer_for_some_inputs_only_is_told_which_is_missing():
    answer = exercises.next_running_mean.check(lambda x, mean, training: mean if training else None)
    assert answer.text == (
        "Not yet: your function returns nothing for "
        "x = [[0.0], [4.0]], running_mean = [12.0], training = False. "
        "End it with return and the result."
    )
    assert answer.finding[:3] == (TRIED, (), kinds.NOTHING)


@pytest.mark.parametrize(
    "container",
    [list, torch.tensor, np.float32, np.ma.array, lambda y: y.astype(object),
     lambda y: torch.tensor(y, requires_grad=True),
     lambda y: list(torch.tensor(y, requires_grad=True))],
)  # fmt: skip
def test_a_right_answer_may_come_in_any_container(container):
    def answer(x, eps):
        y = NORMALIZE.reference(x, eps)
        return container(y.tolist() if container is list else y)

    assert NORMALIZE.check(answer).text.startswith("Right")


@pytest.mark.parametrize(
    "unfit",
    [torch.Tensor.to_sparse, torch.Tensor.bfloat16],
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
    hints = ("Look at x.", "Return it.")
    return Exercise(
        same, inputs=[{"x": x} | others], mistakes=[], hard_part="It was easy.", hints=hints
    )


def test_an_exercise_keeps_what_it_was_made_of():
    exercise = exercise_of([1, 2], k=3)
    assert exercise.check(exercise.reference).text == "Right, on its input. It was easy."
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
    few, many = (np.zeros(1),) * 4, (np.zeros(1),) * 12
    exercise = exercise_of([1 / 3], six=np.ones(6), seven=np.ones(7), few=few, many=many)
    assert exercise.check(lambda x, *others: 2 * x).text == (
        f"Not yet: for x = [{1 / 3}], six = {[1.0] * 6}, seven of shape (7,), "
        "few = [0.0], [0.0], [0.0], [0.0], many of length 12,\n"
        "you get array([0.6667]); it should be array([0.3333]).\n"
        "exercises.same.hint() helps."
    )
    exercise = exercise_of([1.0], twelve=np.ones(12), thirteen=np.ones(13))
    few_numbers = f"for x = [1.0], twelve = {[1.0] * 12}, thirteen of shape (13,),"
    assert few_numbers in exercise.check(lambda x, *others: 2 * x).text


def test_the_first_number_that_is_off_is_shown():
    off = np.array([0.005, 0, 0.0105, 5, 0, 0, 0])
    answer = exercise_of(np.full(7, 100.0)).check(lambda x: x + off).text
    assert "\nyou get 100.0105 at [2]; it should be 100.0000.\n" in answer
    answer = exercise_of(np.full(6, 100.0)).check(lambda x: x + off[1:]).text
    assert "you get array([100." in answer


def test_numbers_that_look_alike_are_told_apart():
    answer = exercise_of([1.0, 0.0034]).check(lambda x: x + np.array([0, 1e-6])).text
    assert "you get 0.003401 at [1]; it should be 0.0034." in answer
    answer = exercise_of([1234.5]).check(lambda x: x - 0.2).text
    assert "you get array([1234.3]); it should be array([1234.5])." in answer


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_a_ten_thousandth_of_each_columns_largest_value_is_allowed(size):
    right = np.array([[1, 5 * size], [0.5, 4 * size], [0.0, 0.0]])
    for off, word in ((0.000495 * size, "Right"), (0.000505 * size, "Not yet")):
        for row in range(3):
            answer = np.array(right)
            answer[row, 1] += off
            exercise = exercise_of(right)
            assert exercise.check(lambda x, y=answer: y * (x[0, 0] / 1)).text.startswith(word)


@pytest.mark.parametrize(("zero", "size"), [(0.0, 5.0), (0.0, 5e-6), (5e-9, 5.0)])
def test_a_column_of_zeros_is_measured_by_the_whole_array(zero, size):
    exercise = exercise_of([[zero, size], [0.0, 0.8 * size]])
    for off, word in ((0.0001, "Right"), (0.000101, "Not yet")):
        answer = exercise.check(lambda x, off=off: np.add(x, [[off * x[0, 1], 0.0], [0.0, 0.0]]))
        assert answer.text.startswith(word)


@pytest.mark.parametrize("nothing", [[], np.zeros((0, 2))])
def test_nothing_is_the_same_as_nothing(nothing):
    assert exercise_of(nothing).check(same).text.startswith("Right")


def test_a_number_beside_nan_is_measured_by_the_others():
    column = np.array([[1e-6], [np.nan]])
    assert is_near(2 * column, column).tolist() == [[False], [True]]


def test_inputs_are_said_while_their_words_are_short():
    twelve, ten = np.zeros(12), np.zeros(10)
    assert in_words({"x": twelve, "y": ten}) == f"x = {[0.0] * 12}, y = {[0.0] * 10}"
    assert in_words({"x": twelve, "yy": ten}) == "x of shape (12,), yy of shape (10,)"
    assert in_words({"x": (twelve[:6], twelve[:6])}) == "x of length 2"


@pytest.mark.parametrize(
    ("length", "word"), [(199, repr("a" * 197)), (200, "an object of type str")]
)
def test_a_long_answer_is_not_repeated(length, word):
    answer = NORMALIZE.check(lambda x, eps: "a" * (length - 2))
    assert answer.text == (
        f"Not yet: your function returns {word}, which is not an array of numbers."
    )
    assert answer.finding[:3] == (TRIED, (), kinds.NO_NUMBERS)


@pytest.mark.parametrize("off", [0.005, 0.0051, -0.0051])
def test_a_predicted_number_may_be_rounded_to_two_decimals(off):
    right = QUESTIONS["upper_value"].right
    why = QUESTIONS["upper_value"].check(right).text
    assert why.startswith("Right. ")
    assert QUESTIONS["upper_value"].check(right + off).text == why
    wrong = QUESTIONS["upper_value"].check(right + 1.1 * off).text
    assert wrong.startswith("Nearly") or "hint() helps" in wrong


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (
            lambda mean, var: (var, mean),
            "\nyour two results are right, but in the other order.\n"
            "Return them the other way round.",
        ),
        (lambda mean, var: (mean + 1, var), "\nthe first of your results is array([1.5]); it"),
        (lambda mean, var: (mean, var + 1), "\nthe second of your results is array([3.75]); it"),
    ],
)
def test_of_two_results_the_wrong_one_is_named(returned, words):
    exercise = exercises.updated_statistics
    assert words in exercise.check(lambda *inputs: returned(*exercise.reference(*inputs))).text


def test_an_input_that_is_changed_is_named_with_what_to_do():
    def answer(running_mean, running_var, x, momentum):
        result = exercises.updated_statistics.reference(running_mean, running_var, x, momentum)
        x -= 1
        return result

    said = exercises.updated_statistics.check(answer)
    assert said.text == (
        "Not yet: your function changes x itself, which its caller still needs. x += 1 does, "
        "and so does what shares its memory, such as torch.from_numpy(x). Work on a copy."
    )
    assert said.finding[:3] == (TRIED, (), kinds.CHANGES)
    in_place = "x -= x.mean(0); x /= np.sqrt(x.var(0) + eps); return x"
    assert "changes x itself" in verdict("normalize_table", in_place)


def test_a_loop_that_was_stopped_is_asked_about():
    said = NORMALIZE.check(learner("raise KeyboardInterrupt"))
    assert said.text.endswith("when you stopped it. Is there a loop without end?")
    assert said.finding[:3] == (TRIED, (), kinds.STOPPED)


def test_batches_of_several_sizes_may_be_given():
    exercise = exercise_of([1.0], batches=(np.zeros(2), np.zeros(3)))
    assert exercise.check(same).text.startswith("Right")


def test_an_object_of_one_letter_is_shown():
    letter = type("Letter", (), {"__repr__": lambda self: "a"})()
    assert "your function returns a, which" in NORMALIZE.check(lambda x, eps: letter).text


# Words for what learners really do


def verdict(name, body, arguments=None):
    task = EXERCISES[name]
    arguments = arguments or f"({', '.join(task.inputs[0])})"
    return task.check(learner(body, name, arguments)).text


def test_a_function_that_prints_instead_of_returning_is_told_so(capsys):
    said = NORMALIZE.check(learner("print(x)"))
    assert said.text == (
        "Not yet: your function prints, but returns nothing for x = [[0.0], [6.0]], eps = 7.0. "
        "End it with return and the result."
    )
    assert said.finding[:3] == (TRIED, (), kinds.PRINTS)


def test_only_the_prints_for_the_input_that_is_spoken_of_are_shown(capsys):
    verdict("normalize_table", "print('for', x.shape); return x")
    assert capsys.readouterr().out == "for (2, 1)\n"
    verdict("normalize_table", "print('word\\n' * 30); return x")
    shown = capsys.readouterr().out.splitlines()
    assert shown == ["word"] * 12 + ["... and 19 more lines"]
    verdict("normalize_table", "print('word\\n' * 12, end=''); return x")
    assert capsys.readouterr().out.splitlines() == ["word"] * 12


@pytest.mark.parametrize("body", ["print('seen')", "print('seen'); raise ValueError('no')"])
def test_what_was_printed_before_it_failed_is_shown(body, capsys):
    verdict("normalize_table", body)
    assert capsys.readouterr().out == "seen\n"


def test_a_number_is_asked_for_by_its_name_and_a_huge_one_is_cut():
    words = exercises.smallest_momentum.check(lambda batches, left: np.array([0.5])).text
    assert "you get an array of shape (1,); it should be a number." in words
    words = exercises.normalize_images.check(lambda x, eps: np.full(x.shape, 1e300)).text
    assert "you get 1e+300 at [0, 0, 0, 0]; it should be -" in words


def test_a_comma_that_makes_a_tuple_is_told():
    said = NORMALIZE.check(learner("return x,"))
    assert said.text == (
        "Not yet: your function returns a tuple of one: a comma after the value makes it so. Write "
        "return y, without a comma at the end."
    )
    assert said.finding[:3] == (TRIED, (), kinds.TUPLE_OF_ONE)


@pytest.mark.parametrize("name", ["spreads", "variance_from_inverse_std"])
def test_a_tuple_of_numbers_is_an_answer_also_where_it_holds_one(name):
    task = EXERCISES[name]
    assert task.check(lambda *given: tuple(map(float, task.reference(*given)))).right


def test_one_result_that_is_none_is_not_all():
    words = exercises.updated_statistics.check(lambda mean, var, x, momentum: (mean, None)).text
    assert words == "Not yet: one of your 2 results is None, which is not an array of numbers."


def test_an_async_function_is_told(recwarn):
    async def answer(x, eps):
        return x

    said = NORMALIZE.check(answer)
    assert said.text == "Not yet: your function is declared with async def; use plain def."
    assert said.finding[:3] == (TRIED, (), kinds.NO_NUMBERS)
    assert not recwarn.list


def test_a_huge_message_and_one_without_words_are_cut():
    words = verdict("normalize_table", "raise ValueError('ab' * 10**6)")
    assert len(words) < 400
    mute = "raise type('Mute', (Exception,), {'__str__': lambda self: 1 / 0})()"
    assert "your function raised Mute\n" in verdict("normalize_table", mute)
    assert "your function raised ValueError\n" in verdict("normalize_table", "raise ValueError")


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        (
            "after_batches",
            "m, v = 0.0, 1.0\n    for k, x in enumerate(batches, 1):\n"
            "        s = momentum if momentum else 1 / k\n"
            "        m, v = (1-s)*m + s*x.mean(0), (1-s)*v + s*x.var(0, ddof=1)\n    return m, v",
            "“momentum=0 taken for None”",
        ),
        (
            "normalize_images",
            "m, v = x.mean((0, 2, 3)), x.var((0, 2, 3))\n"
            "    return (x - m.reshape(1, 2, 1, 1)) / np.sqrt(v.reshape(1, 2, 1, 1) + eps)",
            "cannot reshape array of size 3",
        ),
        (
            "output_in_mode",
            "if training: return (x - x.mean(0)) / np.sqrt(x.var(0) + eps)\n"
            "    running_var += eps; return (x - running_mean) / np.sqrt(running_var)",
            "your function writes into running_var itself what does not belong there in test mode.",
        ),
        (
            "updated_statistics",
            "m = (1 - momentum) * running_mean + momentum * x.mean(0)\n"
            "    v = (1 - momentum) * running_var + momentum * x.var(0, ddof=1)\n"
            "    return m.round(2), v.round(2)",
            "exercises.updated_statistics.hint() helps.",
        ),
        ("normalize_table", "return (x - x.mean(1)) / 1", "Not yet: "),
    ],
)
def test_what_is_wrong_in_one_place_only_is_found(name, body, words):
    assert words in verdict(name, body)


def test_training_may_change_the_running_statistics_as_torch_does():
    body = "running_mean *= 1 - momentum; running_mean += momentum * x.mean(0)\n"
    body += "    running_var *= 1 - momentum; running_var += momentum * x.var(0, ddof=1)\n"
    body += "    return running_mean, running_var"
    assert verdict("updated_statistics", body).startswith("Right")
    body = "if frozen: return (x - running_mean) / np.sqrt(running_var + eps), running_mean\n"
    body += "    mean = x.mean(0); running_mean *= 0.9; running_mean += 0.1 * mean\n"
    body += "    running_var *= 0.9; running_var += 0.1 * x.var(0, ddof=1)\n"
    body += "    return (x - mean) / np.sqrt(x.var(0) + eps), running_mean"
    assert verdict("frozen_layer", body).startswith("Right")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("folded", "running_var += eps; root = np.sqrt(running_var)\n"
         "    return w / root, (b - running_mean) / root"),
        ("updated_statistics", "m = (1 - momentum) * running_mean + momentum * x.mean(0)\n"
         "    v = (1 - momentum) * running_var + momentum * x.var(0, ddof=1)\n"
         "    running_var *= 0; return m, v"),
        ("output_in_mode", "if training: running_mean[:], running_var[:] = x.mean(0), x.var(0)\n"
         "    return (x - running_mean) / np.sqrt(running_var + eps)"),
    ],
)  # fmt: skip
def test_running_statistics_may_not_become_anything_else(name, body):
    said = verdict(name, body)
    assert re.search("changes running_var itself|itself what does not belong there", said)


@pytest.mark.parametrize(
    "body",
    [
        "return 10**400",
        "return np.full(x.shape, 1.7e308)",
        "return type('Odd', (), {'__array__': lambda *a, **k: {}['no']})()",
        "return type('Odd', (), {'__float__': lambda self: 1 / 0})()",
        "import sys; sys.stdout.close(); return x",
        "raise GeneratorExit",
        "import asyncio; raise asyncio.CancelledError",
        "import sys; raise type('Odd', (Exception,), {'__str__': lambda self: sys.exit()})()",
        "raise ValueError('\\n' * 150)",
    ],
)
def test_nothing_that_a_function_does_escapes(body):
    words = verdict("normalize_table", body)
    assert words.startswith("Not yet: ")
    assert len(words.splitlines()) <= 5
    sized = "return type('Odd', (), {'__len__': lambda self: 2})()"
    assert "should return 2 results, not" in verdict("updated_statistics", sized)


def test_an_array_that_is_used_again_is_judged_as_it_was_returned():
    buffers = {}

    def answer(x, eps):
        y = buffers.setdefault(x.shape, np.empty(x.shape))
        y[:] = NORMALIZE.reference(x, eps)
        return y

    assert NORMALIZE.check(answer).text.startswith("Right")


def test_what_remembers_earlier_calls_gets_no_name():
    state = {}

    def answer(x, running_mean, training):
        before = state.get(x.shape, running_mean)
        state[x.shape] = exercises.next_running_mean.reference(x, before, training)
        return state[x.shape]

    said = exercises.next_running_mean.check(answer)
    assert "Called again with the first input, it returns something else." in said.text
    assert "mistake" not in said.text
    assert said.finding[:3] == (TRIED, (), kinds.KEEPS)


def test_no_answer_at_all_is_told_what_to_give():
    words = exercises.spreads.check().text
    assert words == "Give the function itself: exercises.spreads.check(spreads)"


def test_a_wrong_number_is_repeated_as_it_was_given():
    assert exercises.divisor.check(1000003).text.startswith("Not 1000003. ")


def test_a_complaint_after_another_begins_with_a_capital():
    def adds(x, eps):
        x += 1
        return 3 * x

    assert "\nYour function changes x itself" in NORMALIZE.check(adds).text


def test_other_parameters_than_those_of_the_task_are_told():
    said = exercises.spreads.check(lambda x, weights: weights)
    assert said.text.startswith("Not yet: your function cannot be called with x, weights, eps.\n")
    assert said.text.endswith("\nKeep the parameters of the task, in their order.")
    assert said.finding[:3] == (TRIED, (), kinds.PARAMETERS)
    inside = exercises.spreads.check(lambda x, weights, eps: 1 + "1").text
    assert inside.startswith("Not yet: your function raised TypeError: ")


@pytest.mark.parametrize("decimals", [3, 4])
@pytest.mark.parametrize("name", EXERCISES)
def test_what_is_rounded_on_the_way_is_told(name, decimals):
    task = EXERCISES[name]

    def rounded(*given):
        returned = task.reference(*given)
        several = isinstance(returned, tuple)
        return (
            tuple(np.round(part, decimals) for part in returned)
            if several
            else np.round(returned, decimals)
        )

    verdict = task.check(rounded)
    close = all(
        same_everywhere([results(rounded, given)], [right], CLOSE)
        for given, right in zip(task.inputs, task.known.right, strict=True)
    )
    assert verdict.right or not close or "Is something rounded on the way?" in verdict.text


def test_what_changes_a_list_of_arrays_is_told():
    def emptied(x, weights, eps):
        found = exercises.spreads.reference(x, weights, eps)
        weights.clear()
        return found

    assert "your function changes what is in weights" in exercises.spreads.check(emptied).text


def test_several_arrays_are_a_tuple_where_the_task_says_so():
    def in_turn(batches, momentum):
        return exercises.after_batches.reference(sum([batches], ()), momentum)

    assert exercises.after_batches.check(in_turn).right


def test_a_momentum_of_0_is_spoken_of():
    words = exercises.updated_statistics.check(
        lambda mean, var, x, momentum: exercises.updated_statistics.reference(
            mean, var, x, momentum or 0.1
        )
    ).text
    assert words.endswith(
        "Other inputs came out right before. Here momentum is 0, and 0 is a number, not False or "
        "None."
    )


@pytest.mark.parametrize("name", ["output_in_mode", "next_running_mean", "frozen_layer"])
def test_one_sample_in_test_mode_is_no_special_case(name):
    def refuses_one(x, *others):
        if len(x) == 1:
            raise ValueError("one sample has no variance")
        return task.reference(x, *others)

    task = exercises.TASKS[name]
    said = task.check(refuses_one)
    assert not said.right
    assert "Here one sample comes alone" in said.text


def test_a_function_that_remembers_earlier_calls_is_found():
    first = {}

    def answer(x, eps):
        return first.setdefault(x.shape, NORMALIZE.reference(x, eps))

    said = NORMALIZE.check(answer)
    far_away = "[[2048.0, -2049.0], [2049.0, -2048.0]] in float32"
    assert said.text.startswith(f"Not yet: for x = {far_away}, eps = 1.5,")
    assert "Does it keep something from an earlier call, or is a number typed in?" in said.text
    assert said.finding[:3] == (TRIED, (), kinds.KEEPS)


def test_an_unnamed_wrong_answer_ends_with_the_next_step():
    assert verdict("normalize_table", "return np.cos(x)").endswith(
        "\nexercises.normalize_table.hint() helps."
    )


def test_a_lesson_that_is_still_to_come_is_not_spoken_of():
    words = verdict(
        "next_running_mean",
        "return x.mean(0) if training else running_mean",
    )
    assert "“momentum forgotten”: " in words
    assert "lesson 3" not in words


def test_global_switches_do_not_touch_a_check():
    task = exercises.input_gradient
    before = np.get_printoptions()
    with torch.no_grad(), np.errstate(all="raise"), np.printoptions(precision=1, threshold=2):
        assert task.check(task.reference).text.startswith("Right")
        ones = lambda g, x, weight, eps: task.reference(g, x, np.ones_like(weight), eps)  # noqa: E731
        named = task.check(ones)
    assert "“weight forgotten in the gradient of x”" in named.text
    assert np.get_printoptions() == before


@pytest.mark.parametrize(
    ("verdict", "sign"),
    [
        (NORMALIZE.check(NORMALIZE.reference), "✓"),
        (NORMALIZE.check(lambda x, eps: x), "✗"),
        (NORMALIZE.check(lambda x, eps: ...), "…"),
    ],
)
def test_a_page_shows_a_verdict_with_a_sign_and_the_same_words(verdict, sign):
    page = verdict._repr_mimebundle_()["text/html"]
    assert f">{sign}</span>" in page
    words = re.sub(r"<span aria-hidden.*?</span> |<[^>]*>", "", page)
    assert html.unescape(words) == verdict.text


def test_a_page_breaks_long_lines_itself_and_shows_calls_as_code():
    long = ", ".join(f"x{at} = [[0.0], [4.0]]" for at in range(9))
    text = f"Not yet: x < 1\n{long}\nexercises.divisor.hint() helps."
    shown = Verdict(text, Finding(TRIED), "divisor")._repr_mimebundle_()
    assert f"x &lt; 1\n{long}\n<code>exercises.divisor.hint()</code> helps." in shown["text/html"]
    plain = shown["text/plain"].splitlines()
    assert max(map(len, plain)) <= 100
    assert [plain[0], " ".join(plain[1:-1]), plain[-1]] == text.splitlines()


def test_tab_lists_tasks_and_the_summary():
    assert dir(exercises) == sorted([*TASKS, "summary"])


def test_the_summary_has_two_lines_on_the_checks_of_this_session(monkeypatch):
    for task in TASKS.values():
        monkeypatch.setattr(task, "latest", None)
        monkeypatch.setattr(task, "solved", False)
    assert exercises.summary(1).text == (
        "Solved in this session: none of 6 yet.\nTo look at again: nothing."
    )
    exercises.divisor.check(3.0)
    exercises.upper_value.check(123.4)
    exercises.number_of_means.check(...)
    NORMALIZE.check(lambda x, eps: (x - x.mean(0)) / (x.std(0) + eps))
    assert exercises.summary(1).text == (
        "Solved in this session: 1 of 6: divisor.\n"
        "To look at again: normalize_table (“eps outside the root”), upper_value."
    )
    NORMALIZE.check(NORMALIZE.reference)
    exercises.divisor.check(2)
    fresh("divisor").check(3.0)
    assert exercises.summary(1).text == (
        "Solved in this session: 2 of 6: normalize_table, divisor.\nTo look at again: upper_value."
    )
    assert exercises.summary(2).text.startswith("Solved in this session: none of 6 yet.")
    for lesson, task in ((1, exercises.upper_value), (2, fresh("divisor"))):
        answer = exercises.summary(lesson)._repr_mimebundle_()["text/html"]
        verdict = task.check(... if lesson == 2 else 123.4)._repr_mimebundle_()["text/html"]
        assert answer.partition("pre-wrap")[0] == verdict.partition("pre-wrap")[0]
    NORMALIZE.check(lambda x, eps: (x - x.mean(0)) / (x.std(0) + eps))
    for nonsense in ("1%", "much", (1, 2, 3), ..., True):
        exercises.divisor.check(nonsense)
    assert exercises.summary(1).text == (
        "Solved in this session: 2 of 6: normalize_table, divisor.\n"
        "To look at again: normalize_table (“eps outside the root”), upper_value."
    )


@pytest.mark.parametrize("lesson", [0, 10, "1", None])
def test_the_summary_of_no_lesson_is_an_error(lesson):
    with pytest.raises(ValueError, match=f"no lesson {lesson!r}; the lessons are 1 to 9"):
        exercises.summary(lesson)


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_a_task_says_what_it_is(task):
    words = repr(task)
    assert words.startswith((f"Exercise {task.name}(", f"Question {task.name}\n"))
    assert "hint() and solution() help" in words
    assert len(words.splitlines()) <= 4
    assert task.hints


# Questions


@pytest.mark.parametrize("task", QUESTIONS.values(), ids=lambda task: task.name)
def test_a_question_knows_the_right_number_and_names_the_wrong_ones(task):
    for _ in range(20):
        assert task._all_differ(task.numbers)
        assert task.check(round(task.right, 2)).text.startswith("Right. ")
        for variant in task.known.singles:
            number, name = round(float(variant.outcomes[0][0]), 2), variant.edits[0].name
            assert f"“{name}”" in task.check(number).text
        before = task.numbers
        said = task.again().text
        assert task.asked in said
        assert task.numbers != before
        assert set(map(type, task.numbers.values())) == set(map(type, before.values()))


SAME_WHATEVER_IS_DRAWN = {"after_recalibration", "which_learns", "pair_gradient"}


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_draw_is_new_and_has_another_answer(name):
    task = fresh(name)
    drawn, answers, again = [task.numbers], [task.right], 0
    for _ in range(10):
        task.hint()
        task.again()
        assert task.hint().text == task.hints[0].format(**task.numbers), "hints begin again"
        again += task.numbers in drawn
        drawn.append(task.numbers)
        answers.append(task.right)
    fresh(name)
    others = len(task.drawn)
    assert again <= max(0, 11 - others), "a draw is repeated though others are left"
    same = sum(abs(one - other) < 0.005 for one, other in pairwise(answers))
    assert same == (10 if name in SAME_WHATEVER_IS_DRAWN else 0)
    assert ("\nThe answer stays what it was.\n" in task.again().text) == (
        name in SAME_WHATEVER_IS_DRAWN
    )
    fresh(name)
    assert others > 10 or name == "which_learns", "again() asks the same before ten others"


def test_new_numbers_come_from_a_seed():
    stored = QUESTIONS["upper_value"]
    arguments = dict(ask=stored.ask, draw=stored.draw, mistakes=[], why=stored.why, hints=[])
    one, other = (Question(stored.reference, **arguments) for _ in range(2))
    one.edits = other.edits = stored.edits
    assert [repr(one.again()) for _ in range(5)] == [repr(other.again()) for _ in range(5)]


DIGITS = "Keep all digits on the way, and round the result to two decimals."


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("upper_value", (0, 75), "Write a point, not a comma: 0.75"),
        ("upper_value", (0.8,), f"Nearly: 0.8 is close. {DIGITS}"),
        ("first_pixel", (-1.15,), f"Nearly: -1.15 is close. {DIGITS}"),
        ("early_output", (7.23,), f"Nearly: 7.23 is close. {DIGITS}"),
        ("values_per_mean", (161,), "Not 161. exercises.values_per_mean.hint() helps."),
        ("torch_momentum", (0,), "Not 0. exercises.torch_momentum.hint() helps."),
        ("torch_momentum", (0.015,), "Not 0.015. exercises.torch_momentum.hint() helps."),
        ("same_batch_in_test", (1,), "Not 1. exercises.same_batch_in_test.hint() helps."),
        ("upper_value", (123.4,), "Not 123.4. exercises.upper_value.hint() helps."),
        ("upper_value", (...,), "No prediction yet: put your number in the place of the dots."),
        ("upper_value", (None,), "No prediction yet: put your number in the place of the dots."),
        ("upper_value", ("much",), "'much' is not a number such as 12.5."),
        ("upper_value", ("0,75",), "Write a point, not a comma: 0.75"),
        ("upper_value", ("75 %",), "Write 0.75, without a percent sign."),
        ("upper_value", (1, 2, 3), "Give one number, not 3."),
        ("upper_value", (4.5, 5), "Give one number, not 2."),
        ("which_learns", (3, 4), "Give one number, not 2."),
        ("upper_value", (True,), "True is not a number such as 12.5."),
        ("upper_value", ("3/0",), "'3/0' is not a number such as 12.5."),
        ("upper_value", ([0.75, 1.0],), "[0.75, 1.0] is not a number such as 12.5."),
        ("upper_value", ("",), "'' is not a number such as 12.5.") ,
        ("upper_value", ((0, 75),), "Write a point, not a comma: 0.75"),
        ("upper_value", (torch.tensor(1 + 1j),), "tensor(1.+1.j) is not a number such as 12.5."),
        ("upper_value", (1j,), "1j is not a number such as 12.5."),
        ("upper_value", (-np.inf,), "-inf is not a number such as 12.5."),
        pytest.param("upper_value", (10**400,), "an object of type int is not a number such as "
                     "12.5.", id="huge"),
    ],
)  # fmt: skip
def test_a_question_answers_in_words(name, given, words):
    assert fresh(name).check(*given).text == words


@pytest.mark.parametrize(
    "number",
    [
        "0.75",
        " 0.750",
        "3/4",
        [0.75],
        [[0.75]],
        np.float32(0.75),
        np.array(0.75),
        np.array([0.75]),
        torch.tensor([[0.75]]),
    ],
)
def test_a_question_takes_a_number_in_any_form(number):
    assert fresh("upper_value").check(number).text.startswith("Right.")


@pytest.mark.parametrize(
    ("name", "given", "names"),
    [
        ("written_variance", 3.25, ("the other momentum convention", "biased variance into "
         "running_var")),
        ("variance_in_onnx", 28.9, ("torch's momentum for every library", "torch's variance for "
         "every library")),
        ("written_variance", 4.0, ()),  # it may be guessed
        ("early_output", 3.53, ()),
    ],
)  # fmt: skip
def test_two_mistakes_in_a_number_are_named_if_nothing_else_gives_it(name, given, names):
    assert fresh(name).check(given).finding.mistakes == names


def test_a_minus_sign_of_any_kind_is_one():
    assert fresh("moved_value").check("\N{MINUS SIGN}1.40").text.startswith("Right.")


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_numbers_of_a_question_tell_all_mistakes_apart_and_there_are_others(name):
    task = fresh(name)
    assert task._all_differ(task.numbers)
    usable = 0
    for numbers in product(*task.draw.values()):
        task.numbers = dict(zip(task.draw, numbers, strict=True))
        usable += task._all_differ(task.numbers)
    fresh(name)
    assert usable >= 3, "again() would look for long, or for ever"


def fresh(name):
    """A question with its first numbers."""
    task = QUESTIONS[name]
    task._hints_given = 0
    task.numbers = {
        each.name: each.default for each in inspect.signature(task.reference).parameters.values()
    }
    return task


@pytest.mark.parametrize("name", QUESTIONS)
def test_hints_speak_of_the_numbers_that_are_asked_now(name):
    task = fresh(name)
    hints = [task.hint().text for _ in task.hints]
    assert not re.search("[{}]", "".join(hints))


def test_a_hint_has_the_new_numbers():
    task = fresh("text_mean")
    task.numbers = {"samples": 2, "words": 3, "channels": 6}
    assert task.hint().text == "Write the numbers down, word by word, 6 to a word."
    fresh("text_mean")


@pytest.mark.parametrize("given", [7, 10 / 3, 0.1, 10.01])
def test_a_wrong_number_is_told_the_question_once_it_is_another(given):
    task = fresh("bias_gradient")
    assert "asked now" not in task.check(-given).text
    task.numbers = {"first": -1.0, "second": 5.0, "third": 6.0}
    words = task.check(given).text
    asked = task.asked
    fresh("bias_gradient")
    assert "-1, 5 and 6" in asked
    assert words.splitlines()[-1] == f"You are asked now: {asked}"


def test_a_question_has_hints_and_its_solution():
    task = QUESTIONS["bias_gradient"]
    assert task.hint().text == task.hints[0]
    assert "return grad_output.sum()" in task.solution().text


def test_a_pair_within_a_pair_is_not_told_to_be_one():
    mixed = ((np.zeros(1), np.zeros(2)), 1.0)
    words = exercises.updated_statistics.check(lambda mean, var, x, momentum: mixed).text
    assert "which is not an array of numbers" in words
