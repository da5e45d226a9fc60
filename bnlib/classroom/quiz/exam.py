"""Exam sheets in versions, and the key to them: make exam FOLDER=out LESSONS=1-3 VERSIONS=4

    python -m bnlib.classroom.quiz.exam FOLDER [--lessons 1-3] [--versions N] [--seed N]

Writes exam-1, exam-2, ... and key, each as HTML to print and as Markdown to edit. The numbers are
in no lesson, and again() asks none of them; the wrong choices are those of known mistakes. It
needs Markdown: python -m pip install "Markdown>=3.10.2"
"""

from secrets import randbelow

import numpy as np

from bnlib.classroom.exercises.conventions import CONVENTIONS
from bnlib.classroom.quiz.command import parsed, parser
from bnlib.classroom.quiz.items import Item, explained, item, questions
from bnlib.classroom.quiz.page import plain, write_page

LETTERS = "ABCD"
Asked = tuple[Item, list[tuple[str, str]]]  # and its choices, each with its mistake


def versions(lessons: range, count: int, seed: int) -> list[list[Asked]]:
    """The questions of each version, with other numbers in each, as long as there are others."""
    draws = np.random.default_rng(seed)
    made: list[list[Asked]] = [[] for _ in range(count)]
    for question in questions(lessons):
        if question.exam:
            telling = question.telling(question.exam, draws)
            for at, version in enumerate(made):
                one = item(question, telling[at % len(telling)])
                version.append((one, one.choices(draws)))
    return made


def sheet(number: int, version: list[Asked]) -> str:
    """What a student gets, as Markdown."""
    lines = [f"# Batch normalization, version {number}", ""]
    lines += [f"Name: {'_' * 32} ID: {'_' * 14} Date: {'_' * 12}", ""]
    lines += ["Mark one answer to each question. Numbers are rounded to two decimals.", ""]
    lines += [f"> **Conventions.** {plain(CONVENTIONS)}", ""]
    for place, (one, choices) in enumerate(version, start=1):
        lines += [f"{place}. {plain(one.asked)}", ""]
        for letter, (text, _) in zip(LETTERS, choices, strict=False):
            lines.append(f"    - ☐ {letter}: {text}")
        lines.append("")
    return "\n".join(lines)


def key(made: list[list[Asked]], seed: int) -> str:
    """The answers of all versions, and what each wrong one tells, as Markdown."""
    lines = ["# The key", "", f"Seed {seed}. Right, by version:", ""]
    numbers = range(1, len(made) + 1)
    lines += [f"| | question | {' | '.join(f'version {number}' for number in numbers)} |"]
    lines += ["|---" * (len(made) + 2) + "|"]
    for place, asked in enumerate(zip(*made, strict=True), start=1):
        rights = " | ".join(_right(choices) for _, choices in asked)
        question = asked[0][0].question
        lines.append(f"| {place} | {plain(question.name)}, lesson {question.lesson} | {rights} |")
    for number, version in zip(numbers, made, strict=True):
        lines += ["", f"## Version {number}", ""]
        for place, (one, choices) in enumerate(version, start=1):
            lines += [f"{place}. **{_right(choices)}.** {plain(one.why)}", ""]
            for letter, (text, name) in zip(LETTERS, choices, strict=False):
                if name:
                    lines += [f"    {letter}, {text}: {plain(explained(name))}", ""]
    return "\n".join(lines)


def _right(choices: list[tuple[str, str]]) -> str:
    """The letter and the number of the right choice."""
    (found,) = (
        f"{letter}, {text}"
        for letter, (text, name) in zip(LETTERS, choices, strict=False)
        if not name
    )
    return found


def main(arguments: list[str] | None = None) -> None:
    by = parser("python -m bnlib.classroom.quiz.exam", __doc__)
    by.add_argument("--versions", type=int, default=2, help="how many sheets; 2, if not given")
    by.add_argument("--seed", type=int, help="that of a key, to make its sheets again")
    given = parsed(by, arguments)
    # In a public course a seed that anybody would try first gives the key away.
    seed = randbelow(10**9) if given.seed is None else given.seed
    if given.versions < 1 or seed < 0:
        by.error("--versions begins at 1, and --seed at 0.")
    made = versions(given.lessons, given.versions, seed)
    for number, version in enumerate(made, start=1):
        write_page(given.folder, f"exam-{number}", sheet(number, version))
    write_page(given.folder, "key", key(made, seed))
    print(f"{given.folder}: exam-1 to exam-{len(made)}, {len(made[0])} questions each, and key")


if __name__ == "__main__":
    main()
