"""What to do about an error that has no name, in a sentence; Python's own words stay above it."""

import dis
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bnlib.classroom.check import verdict
from bnlib.classroom.check.compare import Inputs, Outcome, Raised
from bnlib.classroom.check.patterns import Reason

ARRAYS_AND_TENSORS = (
    "NumPy's arrays and torch's tensors meet here. The arguments are arrays: use np throughout, or "
    "turn them into tensors first, with torch.from_numpy(x)."
)
ADVICE = {
    r"must be Tensor, not|numpy\.ndarray|Concatenation operation|np\.ndarray": ARRAYS_AND_TENSORS,
    r"could not be broadcast|size of tensor a": "Two arrays meet in this line whose shapes do not "
    "fit. Look at the .shape of each: a number per column is (C,), a number per row (N, 1).",
    r"^NameError": "This name means nothing inside of your function. Is it spelled as in the task, "
    "or made in a line above?",
    r"is not callable": "What stands before the parentheses is no function. Is a multiplication "
    "sign missing, or did a name of yours replace a function's?",
    r"^AxisError|axis \d+ is out of bounds|Dimension out of range": "The array has fewer axes than "
    "that. Look at its .ndim.",
    r"^RecursionError": "Your function calls itself, and so never ends.",
}


def advice(outcomes: Sequence[Outcome]) -> Reason | None:
    """What to do about the first error among outcomes, if there is something to say."""
    for outcome in outcomes:
        if isinstance(outcome, Raised):
            found = (words for part, words in ADVICE.items() if re.search(part, outcome.words))
            words = next(found, "")
            return (verdict.error_name(outcome.kind), words) if words else None
    return None


def names_of_the_notebook(function: Callable[..., Any], given: Inputs) -> Reason | None:
    """That a function reads arrays or tensors of the notebook, instead of its arguments."""
    names = arrays_of_the_notebook(function)
    if not names:
        return None
    return verdict.OF_THE_NOTEBOOK, (
        f"Your function uses {' and '.join(names)} of the notebook; the check gives other "
        f"arguments. Compute what you need from {', '.join(given)}."
    )


def arrays_of_the_notebook(function: Callable[..., Any]) -> list[str]:
    """The arrays and tensors of the notebook that a function reads by name."""
    code, scope = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    if code is None:
        return []
    read = {each.argval for each in dis.get_instructions(code) if each.opname == "LOAD_GLOBAL"}
    return sorted(
        name
        for name in read
        if isinstance(scope.get(name), np.ndarray)
        or (hasattr(scope.get(name), "detach") and hasattr(scope[name], "shape"))
    )
