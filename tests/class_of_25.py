"""A class of 25 and five lessons: what each student did, and what a report has to find.

Nothing here asks the checks: what they store is written out, and so are the counts.
A letter stands for what one student's notebook has:

    R   right                            N   an answer was written, and its cell not run
    1   the first mistake of the task    C   an answer was written, and all outputs cleared
    2   the second                       .   nothing was written
    P   both together                    -   the cell was deleted
    W V two wrong answers without a name
    X   the cell ended with an error
"""

import json
import re
from pathlib import Path

LESSONS = sorted((Path(__file__).parent.parent / "notebooks").glob("0[1-5]*.ipynb"))
STUDENTS = 25

# task, its mistakes, students 0 to 24; then solved, tried, not run, not tried. What is not here,
# nobody has tried.
PLAN = [
    ("normalize_table", ("unbiased variance", "eps outside the root"),
     "RRRRR RRRRR RR111 12PWW VXN..", (12, 10, 1, 2)),
    ("whole_batch_norm", ("scaled after the shift", "no eps"),
     "RRRRR RRR11 12P.. ..... NC..-", (8, 5, 2, 10)),
    ("number_of_means", ("normalized per sample", "one mean for the whole array"),
     "RRRRR RRRRR RRRRR RRR11 2....", (18, 3, 0, 4)),
    ("divisor", ("unbiased variance",),
     "RRRRR RRRRR RRR11 1WW.. .....", (13, 5, 0, 7)),
    ("moved_value", ("sign of a factor forgotten",),
     "11111 11111 RRRRR ..... .....", (5, 10, 0, 10)),
    ("upper_value", ("eps outside the root", "no eps"),
     "RRRRR 11111 2WVX. ..... .....", (5, 9, 0, 11)),
    ("first_output", ("unbiased variance",),
     "11RRR RRRRR RRRRR ..... .....", (13, 2, 0, 10)),
    ("output_in_mode", ("batch statistics in test mode", "modes exchanged"),
     "RRRRR RRRRR 11112 WWW.. .....", (10, 8, 0, 7)),
    ("next_running_mean", ("shares of old and new exchanged", "momentum forgotten"),
     "RRRRR 11111 1122. ..... .....", (5, 9, 0, 11)),
    ("early_output", ("running_var starts at 0", "biased variance into running_var"),
     "RRR11 2.... ..... ..... .....", (3, 3, 0, 19)),
    ("mean_under_no_grad", ("mode taken from whether gradients are on",),
     "RRRRR 11111 11111 ..... .....", (5, 10, 0, 10)),
    ("folded", (),
     "R.... ..... ..... ..... ....N", (1, 0, 1, 23)),
    ("updated_statistics", ("the other momentum convention", "biased variance into running_var"),
     "RRRRR 11122 P.... ..... .....", (5, 6, 0, 14)),
    ("after_batches", (),
     "..... ..... ..... ..... .....", (0, 0, 0, 25)),
    ("written_variance", ("biased variance into running_var",),
     "RRRRR RRRRR 1111. ..... .....", (10, 4, 0, 11)),
    ("torch_momentum", ("the other momentum convention",),
     "RRRRR RRRRR RRRRR RRRRR 11111", (20, 5, 0, 0)),
    ("same_batch_in_test", ("biased variance into running_var",),
     "R1... ..... ..... ..... .....", (1, 1, 0, 23)),
    ("smallest_momentum", (),
     "NNNNN ..... CCCCC ..... .....", (0, 0, 10, 15)),
    ("parameter_gradients", ("gradient of the weight with x", "averaged instead of summed"),
     "RRRRR RR112 P.... ..... .....", (7, 4, 0, 14)),
    ("input_gradient", ("mean treated as a constant", "variance treated as a constant"),
     "RR111 222PP PWWWW ..... .....", (2, 13, 0, 10)),
    ("input_gradient_in_test", (),
     "R.... ..... ..... ..... .....", (1, 0, 0, 24)),
    ("bias_gradient", ("averaged instead of summed",),
     "RRRRR RRRRR 1.... ..... .....", (10, 1, 0, 14)),
    ("weight_gradient", (),
     "RRRRR XXXXX ..... ..... .....", (5, 5, 0, 15)),
    ("pair_gradient", (),
     "RW... ..... ..... ..... .....", (1, 1, 0, 23)),
    ("dx_in_test", (),
     "R.... ..... ..... ..... .....", (1, 0, 0, 24)),
    ("normalize_images", ("normalized per position",),
     "RRRRR 11111 ..... ..... .....", (5, 5, 0, 15)),
    ("normalize_text", ("(N, L, C) taken for (N, C, L)",),
     "R1... ..... ..... ..... .....", (1, 1, 0, 23)),
    ("first_pixel", (),
     "RRW.. ..... ..... ..... .....", (2, 1, 0, 22)),
    ("values_per_mean", ("normalized per position",),
     "RRRRR RRRRR 1W... ..... .....", (10, 2, 0, 13)),
    ("text_mean", ("(N, L, C) taken for (N, C, L)",),
     "RRRRR 11111 ..... ..... .....", (5, 5, 0, 15)),
    ("values_per_group", ("number of groups taken for their size",),
     "R11.. ..... ..... ..... .....", (1, 2, 0, 22)),
]  # fmt: skip

# How many students make each mistake, in whatever task, those that most make first.
MISTAKES = {
    "sign of a factor forgotten": 10,
    "mode taken from whether gradients are on": 10,
    "the other momentum convention": 9,
    "biased variance into running_var": 8,
    "eps outside the root": 7,
    "unbiased variance": 7,
    "shares of old and new exchanged": 7,
    "mean treated as a constant": 6,
    "variance treated as a constant": 6,
    "normalized per position": 6,
    "(N, L, C) taken for (N, C, L)": 6,
    "scaled after the shift": 4,
    "batch statistics in test mode": 4,
    "no eps": 3,
    "gradient of the weight with x": 3,
    "normalized per sample": 2,
    "running_var starts at 0": 2,
    "momentum forgotten": 2,
    "averaged instead of summed": 2,
    "number of groups taken for their size": 2,
    "one mean for the whole array": 1,
    "modes exchanged": 1,
}
UNNAMED = {
    "normalize_table": {
        "-1.5, 1.5 instead of -0.75, 0.75": 2,
        "-2.5, 2.5 instead of -0.75, 0.75": 1,
        "ZeroDivisionError": 1,
    },
    "divisor": {"1.5": 2},
    "upper_value": {"1.5": 1, "2.5": 1, "ZeroDivisionError": 1},
    "weight_gradient": {"ZeroDivisionError": 5},
}

NUMBERS = {"W": "1.5", "V": "2.5"}
MADE = {"1": (1,), "2": (2,), "P": (1, 2)}


def write_class(folder, students=range(STUDENTS)):
    """Write the notebooks of some of the class: a folder for each student, one for each lesson."""
    lessons = [(lesson.name, lesson.read_text(encoding="utf-8")) for lesson in LESSONS]
    plan = {task: (mistakes, letters.replace(" ", "")) for task, mistakes, letters, _ in PLAN}
    for student in students:
        own = folder / f"student {student} Smith"
        own.mkdir(parents=True)
        for name, text in lessons:
            notebook = json.loads(text)
            notebook["cells"] = [each for each in notebook["cells"] if fill_in(each, plan, student)]
            (own / name).write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def fill_in(cell, plan, student):
    """Write a student's answer into a cell; whether the cell is kept."""
    source = "".join(cell["source"])
    found = re.search(r"exercises\.(\w+)\.check\(\w+\)$", source)
    if not found:
        return True
    mistakes, letters = plan.get(found[1], ((), "." * STUDENTS))
    letter = letters[student]
    if letter in ".-":
        return letter == "."
    is_question = source.startswith("my_prediction")
    answer = "7.5" if is_question else "return secret_of_Smith(x)"
    cell["source"] = source.replace("...", answer, 1).splitlines(keepends=True)
    if letter == "C":
        cell["outputs"] = []
    elif letter == "X":
        cell["outputs"] = [
            {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "", "traceback": []}
        ]
    elif letter != "N":
        numbers = NUMBERS.get(letter, "0.6")
        found = {
            "task": found[1],
            "state": "solved" if letter == "R" else "tried",
            "mistakes": [mistakes[number - 1] for number in MADE.get(letter, ())],
            "outcome": "",
            "numbers": [numbers] if is_question else [f"-{numbers}", numbers, "-0.75", "0.75"],
        }
        cell["outputs"][0]["data"] = {"text/plain": "words", "application/vnd.bnlib+json": found}
    return True
