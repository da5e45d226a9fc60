"""What a check says: words for the learner, and what it found as data, for summary and report.

A saved notebook keeps the data beside the words. Reading them back, nothing is taken over but
names of this course's tasks and mistakes, the words listed here, names of Python's errors,
and numbers: the notebook may be anyone's.
"""

import builtins
import math
import re
from html import escape
from typing import Any, NamedTuple, Self

from bnlib.classroom.check.mistakes import MISTAKES, in_lines
from bnlib.classroom.display import Shown

DATA = "application/vnd.bnlib+json"
SOLVED, TRIED, UNANSWERED = "solved", "tried", "unanswered"
LOOKS = {SOLVED: ("✓", "#2e7d32"), TRIED: ("✗", "#c62828"), UNANSWERED: ("…", "#757575")}

NO_FUNCTION = "check was not given the function"
PARAMETERS = "the function takes other parameters"
STOPPED = "the function was stopped"
PRINTS = "the function prints, and returns nothing"
NOTHING = "the function returns nothing for some inputs"
TUPLE_OF_ONE = "the function returns a tuple of one"
NO_NUMBERS = "the function returns something else than numbers"
RESULTS = "the number of results is another"
EXCHANGED = "two results in the other order"
SHAPE = "an array of another shape"
CHANGES = "the function changes an argument"
CHANGES_NUMPY = "the function changes NumPy"
KEEPS = "right at first, and wrong for other numbers"
NOT_A_NUMBER = "not a number"
PERCENT = "a percent sign"
SEVERAL = "several numbers in the place of one"
COMMA = "a comma in the place of the point"
NEARLY = "nearly: close, but not to two decimals"
OF_THE_NOTEBOOK = "the function uses arrays of the notebook"
RIGHT_NUMBERS = "right numbers in another shape"
IN_ONE_MODE = "right in one mode, wrong in the other"
SIGN = "right but for the sign"
N_TIMES = "n times too large"
NTH = "n times too small"
BESSEL = "n / (n - 1) times too large"
INVERSE_BESSEL = "n / (n - 1) times too small"
FACTOR = "right but for a factor"
OFFSETS = "each column off by its own amount"
FACTORS = "each column right but for its own factor"
LINES = "each column off by its own factor and amount"
FIRST_ALONE = "right in the first row or column alone"
ALL_BUT_LAST = "right but for the last row or column"
ORDER = "right numbers in another order"
FIRST_INPUT = "right for the first input alone"
NAN = "nan or inf"
ONE_RESULT = "one of two results right"
# No answer at all; it takes nothing back.
NONSENSE = frozenset({NO_FUNCTION, NOT_A_NUMBER, COMMA, PERCENT, SEVERAL})
OUTCOMES = frozenset(
    {NO_FUNCTION, PARAMETERS, STOPPED, PRINTS, NOTHING, TUPLE_OF_ONE, NO_NUMBERS, RESULTS}
    | {EXCHANGED, SHAPE, CHANGES, CHANGES_NUMPY, KEEPS, NOT_A_NUMBER, COMMA, NEARLY}
    | {OF_THE_NOTEBOOK, RIGHT_NUMBERS, IN_ONE_MODE, SIGN, N_TIMES, NTH, BESSEL}
    | {INVERSE_BESSEL, FACTOR, OFFSETS, FACTORS, LINES, FIRST_ALONE, ALL_BUT_LAST, ORDER}
    | {FIRST_INPUT, ONE_RESULT, NAN, PERCENT, SEVERAL}
)
WIDTH = 100  # letters of a line, where no page breaks it
MOST_NUMBERS = 12
LONGEST_NUMBER = 24  # letters


class Finding(NamedTuple):
    """What a check found in an answer.

    Attributes:
        state: SOLVED, TRIED or UNANSWERED.
        mistakes: names of the catalogue, one or two, if it knows the mistake.
        outcome: what came out of a wrong answer: one of OUTCOMES, or the name of an error; or
            nothing, where numbers say it.
        numbers: what came out, and then what should have, where there is something to compare.
        solved_before: whether an earlier answer in the session was right.
    """

    state: str
    mistakes: tuple[str, ...] = ()
    outcome: str = ""
    numbers: tuple[float, ...] = ()
    solved_before: bool = False

    @property
    def kind(self) -> str:
        """What sort of wrong answer it is; the numbers themselves are left out."""
        if self.numbers and not self.outcome:
            return "other numbers"
        return (
            "errors" if self.outcome not in OUTCOMES and self.outcome else self.outcome or "other"
        )

    @property
    def in_words(self) -> str:
        """What came out, in a few words."""
        if self.outcome or not self.numbers:
            return self.outcome or "other"
        half = len(self.numbers) // 2
        texts = [f"{number:.6g}" for number in self.numbers]
        if not half:
            return texts[0]
        return f"{', '.join(texts[:half])} instead of {', '.join(texts[half:])}"

    def as_data(self, task: str) -> dict[str, Any]:
        """As JSON; numbers are texts, as JSON has no NaN."""
        numbers = [f"{number:.9g}" for number in self.numbers]
        data = {"task": task, "state": self.state, "mistakes": [*self.mistakes]}
        data |= {"outcome": self.outcome, "numbers": numbers}
        return data | ({"solved_before": True} if self.solved_before else {})

    @classmethod
    def from_data(cls, data: Any) -> Self | None:
        """What is stored, or None where it is not a finding; what is on no list is left out."""
        if not isinstance(data, dict) or data.get("state") not in tuple(LOOKS):
            return None
        outcome, mistakes, numbers = (data.get(f) for f in ("outcome", "mistakes", "numbers"))
        return cls(
            data["state"],
            tuple(name for name in _listed(mistakes) if name in MISTAKES)[:2],
            outcome if isinstance(outcome, str) and outcome in OUTCOMES else error_name(outcome),
            tuple(map(_number, _listed(numbers)[:MOST_NUMBERS])),
            data.get("solved_before") is True,
        )


class Boxed(Shown):
    """Words that a page shows with a sign and a colored edge: those of a state of LOOKS."""

    def __init__(self, text: str, state: str) -> None:
        super().__init__(text)
        self.state = state

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        sign, color = LOOKS[self.state]
        html = (
            f'<div role="status" style="border-left: 6px solid {color}; padding: 2px 12px">'
            f'<span aria-hidden="true" style="color: {color}; font-size: 1.4em">{sign}</span> '
            f'<span style="white-space: pre-wrap">{_for_a_page(self.text)}</span></div>'
        )
        return {"text/plain": repr(self), "text/html": html}


class Verdict(Boxed):
    """What a check says."""

    def __init__(self, text: str, finding: Finding, task: str) -> None:
        super().__init__(text, finding.state)
        self.finding, self.task = finding, task

    @property
    def right(self) -> bool:
        """Whether the answer was right."""
        return self.finding.state == SOLVED

    def __repr__(self) -> str:
        return "\n".join(part for line in self.text.split("\n") for part in in_lines(line, WIDTH))

    def __str__(self) -> str:
        """For print, which keeps no data: the words, and a line that says what was found."""
        found = "; ".join([self.finding.state, *self.finding.mistakes])
        return f"{self!r}\n[{self.task}: {found}]"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return super()._repr_mimebundle_() | {DATA: self.finding.as_data(self.task)}


def _for_a_page(text: str) -> str:
    """text as HTML, in which calls look like code."""
    return re.sub(r"\bexercises\.\w+\.\w+\(\)", r"<code>\g<0></code>", escape(text))


def error_name(name: Any) -> str:
    """An error by its name, if it is one of Python's own; "an error" for others; "" for none."""
    if not isinstance(name, str) or not name:
        return ""
    kind = getattr(builtins, name, None)
    known = isinstance(kind, type) and issubclass(kind, BaseException)
    return name if known else "an error"


def _listed(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _number(text: str) -> float:
    try:
        return float(text[:LONGEST_NUMBER])
    except ValueError:
        return math.nan
