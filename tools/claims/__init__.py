"""Conclusions of the lessons, each with its experiment, and what came out for ten seeds.

To add one, write a Claim into CLAIMS of its lesson's module, put its sentence into the lesson,
and run make claims; a new module is named in LESSONS below.
"""

import ast
import json
import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from math import isnan
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

ROOT = Path(__file__).parent.parent.parent
RECORD = Path(__file__).parent / "found.json"
LESSONS = (3, 6, 7, 9)
SEEDS = 10
DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
MINUS = "\N{MINUS SIGN}"
PLACE = re.compile(r"\{(.+?)(?: at (.+?))?\}")

Found = dict[str, list[float]]  # what the experiment names, one number for each seed


class Claim(NamedTuple):
    """A sentence of a lesson, and what it rests on.

    Attributes:
        name: a few words, for the table.
        says: the sentence as it stands in the lesson, without its full stop. {with} stands for the
            range, over the seeds, of what the experiment calls "with"; where there are several
            settings, {with at rate 1} names one, and {with at *} is the range over all of them.
        run: the experiment, run(seed=0, **setting); it returns numbers by name.
        settings: what it is given beside the seed, by name.
        holds: whether these numbers, in their order, are as the sentence says.
    """

    name: str
    says: str
    run: Callable[..., Mapping[str, float]]
    settings: Mapping[str, Mapping[str, Any]]
    holds: Callable[..., bool]

    def counted(self, found: Found) -> int:
        """For how many seeds it holds."""
        return sum(bool(self.holds(*numbers)) for numbers in zip(*found.values(), strict=True))

    def sentence(self, found: Mapping[str, Found]) -> str:
        """The sentence with its ranges, from what was found in each setting."""

        def filled(place: re.Match[str]) -> str:
            what, settings = place[1], place[2] or next(iter(self.settings))
            chosen = [each[what] for name, each in found.items() if fnmatchcase(name, settings)]
            return in_words([value for values in chosen for value in values])

        return PLACE.sub(filled, self.says)


def in_words(values: list[float]) -> str:
    """The range of values: "8", or "8 to 11", or "8 to 11 or NaN"."""
    numbers = [value for value in values if not isnan(value)]
    ends = sorted({min(numbers), max(numbers)})
    found = " to ".join(f"{value:g}".replace("-", MINUS) for value in ends)
    return found if len(numbers) == len(values) else f"{found} or NaN"


def claims(lesson: int) -> list[Claim]:
    return import_module(f"claims.lesson_{lesson}").CLAIMS


def record() -> dict[str, dict[str, dict[str, Found]]]:
    """What make claims found: by lesson, name of the claim and setting."""
    return json.loads(RECORD.read_text(encoding="utf-8"))


@cache
def definitions(lesson: str, *cells: str) -> dict[str, Any]:
    """What a lesson imports and defines, and the values that these cells of it name."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4)
    made: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            kinds = (*DEFINITIONS, ast.Assign) if cell.id in cells else DEFINITIONS
            chosen = [each for each in ast.parse(cell.source).body if isinstance(each, kinds)]
            exec(compile(ast.Module(chosen, []), lesson, "exec"), made)
    return made
