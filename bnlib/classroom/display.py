"""How lessons show values: each assignment, four decimals, the same on every machine.

The last bits of a float depend on the processor, so no lesson shows them.
"""

from typing import Any

import numpy as np
from IPython.core.getipython import get_ipython

DECIMALS = 4
SMALLEST_SHOWN = 1e-9
# Of a folded output JupyterLab shows the first line, and that is the answer.
FOLD_ALL = "<style>.jp-OutputPlaceholder .jp-PlaceholderText { display: none }</style>"


class Shown:
    """Words that a cell displays as they are."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def start_lesson() -> None:
    """Show what the last line of a cell assigns, numbers the course's way, and no folded line."""
    shell: Any = get_ipython()
    if shell is None:
        raise RuntimeError("start_lesson() is for notebooks; there is no IPython shell here.")
    shell.ast_node_interactivity = "last_expr_or_assign"
    formatter = shell.display_formatter.formatters["text/plain"]

    def pretty(value: Any, printer: Any, cycle: bool) -> None:
        printer.text(as_text(value))

    for number_type in (float, np.ndarray, *set(np.sctypeDict.values())):
        formatter.for_type(number_type, pretty)
    formatter.for_type_by_name("torch", "Tensor", pretty)
    formatter.for_type_by_name("torch.nn.parameter", "Parameter", pretty)
    shell.display_pub.publish({"text/html": FOLD_ALL})


def as_text(value: Any) -> str:
    """value, rounded: arrays and tensors with their brackets, anything else as a number.

    >>> as_text(np.array([1 / 3, -1e-12]))
    'array([0.3333, 0.0000])'
    >>> as_text(16.666666666), as_text(1e-05)
    ('16.6667', '1e-05')
    """
    if hasattr(value, "detach"):
        name, end = "tensor", f", grad_fn=<{value.grad_fn.name()}>" if value.grad_fn else ""
        value = value.detach().numpy()
    else:
        name, end = "array", ""
    array = np.asarray(value)
    if array.ndim == 0 and name == "array":
        return str(rounded(array).item())
    text = np.array2string(
        rounded(array),
        separator=", ",
        prefix=f"{name}(",
        suppress_small=np.abs(array).max(initial=0) >= 0.5 * 10**-DECIMALS,
        precision=DECIMALS,
        floatmode="maxprec_equal",
    )
    return f"{name}({text}{end})"


def rounded(values: Any) -> np.ndarray:
    """values to four decimals, or to four digits where that would leave only zeros."""
    array = np.asarray(values)
    if array.dtype.kind != "f":
        return array
    decimals = DECIMALS
    largest = np.abs(array).max(initial=0)
    if array.dtype == np.float64 and SMALLEST_SHOWN < largest < 0.5 * 10**-DECIMALS:
        decimals = DECIMALS - 1 - int(np.floor(np.log10(largest)))
    return np.round(array.astype(np.float64), decimals) + 0.0
