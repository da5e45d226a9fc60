"""What the commands of this folder are told: where to write, and of which lessons."""

import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

from bnlib.classroom.exercises import TASKS

LAST = max(task.lesson for task in TASKS.values())


def parser(command: str, words: str | None) -> ArgumentParser:
    """A parser that knows the folder and the lessons."""
    made = ArgumentParser(command, description=words, formatter_class=RawDescriptionHelpFormatter)
    made.add_argument("folder", type=lambda text: Path(text).expanduser(), help="to write into")
    made.add_argument(
        "--lessons", type=lessons, default=range(1, LAST + 1), help="such as 1-3, or 4"
    )
    return made


def parsed(by: ArgumentParser, arguments: list[str] | None) -> Namespace:
    """The arguments; the folder is made, if there is none."""
    given = by.parse_args(arguments)
    try:
        given.folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        sys.exit(f"Nothing can be written into {given.folder}: {problem.strerror}.")
    return given


def lessons(text: str) -> range:
    """Lessons, from the first to the last of a text such as 1-3.

    >>> lessons("1-3"), lessons("4")
    (range(1, 4), range(4, 5))
    """
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last <= LAST:
        raise ArgumentTypeError(f"{text!r} names no lessons; give 1-3, or 4: there are {LAST}.")
    return range(first, last + 1)
