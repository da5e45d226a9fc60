"""What to do about an error that has no name, in one sentence; Python's own words stay above it."""

import dis
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from bnlib.classroom.check.compare import Raised

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


def advice(raised: Raised) -> str:
    """A sentence on an error, if there is one to say."""
    return next((words for part, words in ADVICE.items() if re.search(part, raised.words)), "")


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
