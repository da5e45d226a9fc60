"""How lessons show values: each assignment, four decimals, the same on every machine.

The last bits of a float depend on the processor, so no lesson shows them. What is not a
number of NumPy's, or of torch's, is shown in the words of the library that it comes from.
"""

import sys
from typing import Any

import numpy as np

DECIMALS = 4
OLDEST_TORCH = "2.12"
HALF_OF_LAST = 0.5 * 10**-DECIMALS
ROUNDING_NOISE = {np.dtype(np.float32): 1e-7, np.dtype(np.float64): 1e-9}


class Shown:
    """Words that a cell displays as they are."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def shell_of_notebook() -> Any:
    """IPython's shell, where there is one."""
    if sys.modules.get("IPython") is None:  # importing it takes longer than all the rest
        return None
    from IPython.core.getipython import get_ipython

    return get_ipython()


def is_page_there() -> bool:
    """Whether views come alive: not where nbconvert or nbval runs the cell, which ask nobody.

    By Jupyter's protocol, who has a cell run says whether there is someone to be asked for input.
    """
    kernel: Any = getattr(shell_of_notebook(), "kernel", None)
    request = kernel.get_parent() if hasattr(kernel, "get_parent") else None
    return bool(((request or {}).get("content") or {}).get("allow_stdin", True))


def start_lesson() -> None:
    """Show what the last line of a cell assigns, and numbers the course's way."""
    shell = shell_of_notebook()
    if shell is None:
        raise RuntimeError("start_lesson() is for notebooks; there is no IPython shell here.")
    shell.ast_node_interactivity = "last_expr_or_assign"
    formatter = shell.display_formatter.formatters["text/plain"]

    def pretty(value: Any, printer: Any, cycle: bool) -> None:
        with printer.group():
            for number, line in enumerate(as_text(value).split("\n")):
                if number:
                    printer.break_()
                printer.text(line)

    def pretty_fields(value: Any, printer: Any, cycle: bool) -> None:
        with printer.group(1, f"{type(value).__name__}(", ")"):
            for number, (name, entry) in enumerate(value._asdict().items()):
                if number:
                    printer.text(",")
                    printer.breakable()
                printer.text(f"{name}=")
                printer.pretty(entry)

    for number_type in (float, np.ndarray, *set(np.sctypeDict.values())):
        formatter.for_type(number_type, pretty)
    formatter.for_type_by_name("torch", "Tensor", pretty)
    formatter.for_type_by_name("torch.nn.parameter", "Parameter", pretty)
    formatter.for_type_by_name("bnlib.functional", "BatchNormGradients", pretty_fields)
    torch = sys.modules.get("torch")
    if torch is not None and torch.__version__ < OLDEST_TORCH:
        print(
            f"The lessons need torch {OLDEST_TORCH} or newer, and this is {torch.__version__}: "
            "some outputs will differ. Update it: python -m pip install --upgrade torch"
        )


def as_text(value: Any) -> str:
    """value as a cell shows it; this never raises.

    Numbers are rounded; arrays and tensors of numbers keep their brackets. Anything else (text,
    dates, masked or sparse arrays, numbers that NumPy does not have) is in its library's words.

    >>> as_text(np.array([1 / 3, -1e-12]))
    'array([0.3333, 0.0000])'
    >>> as_text(16.666666666), as_text(1e-05)
    ('16.6667', '1e-05')
    >>> as_text(np.array(["a"]))
    "array(['a'], dtype='<U1')"
    """
    # The value may be a learner's, of any class: what it raises is not for a lesson to show.
    try:
        return _tensor_text(value) if hasattr(value, "detach") else _array_text(value)
    except Exception:
        pass
    try:
        return repr(value)
    except Exception as problem:
        return f"<{type(value).__name__} that cannot be shown: {type(problem).__name__}>"


def _tensor_text(tensor: Any) -> str:
    if type(tensor).__name__ not in ("Tensor", "Parameter"):
        return repr(tensor)
    grad_fn = f", grad_fn=<{tensor.grad_fn.name()}>" if tensor.grad_fn else ""
    # NumPy has no bfloat16, no sparse array and no device but this one: these raise.
    return _bracketed("tensor", tensor.detach().numpy(), "size", grad_fn)


def _array_text(value: Any) -> str:
    array = np.asarray(value)
    if array.dtype.kind not in "biufc" or np.ma.isMaskedArray(value):
        return repr(value)
    if array.ndim == 0:
        return str(rounded(array).item())
    return _bracketed("array", array, "shape")


def _bracketed(name: str, array: np.ndarray, shape_name: str, end: str = "") -> str:
    if array.size == 0 and array.ndim > 1:
        end = f", {shape_name}={array.shape}{end}"
    text = np.array2string(
        rounded(array),
        separator=", ",
        prefix=f"{name}(",
        suppress_small=_largest(array) >= HALF_OF_LAST,
        precision=DECIMALS,
        floatmode="maxprec_equal",
    )
    return f"{name}({text}{end})"


def rounded(values: Any) -> np.ndarray:
    """values to four decimals, or to four digits where that would leave only zeros.

    What is smaller than the noise of rounding is 0, unless four digits are all that it has: then
    it was written down.
    """
    array = np.asarray(values)
    if array.dtype.kind != "f":
        return array
    wide = precise(array)
    decimals = DECIMALS
    largest = _largest(wide)
    if 0 < largest < HALF_OF_LAST:
        digits = DECIMALS - 1 - int(np.floor(np.log10(largest)))
        if largest > ROUNDING_NOISE.get(array.dtype, 0) or _has_only(digits, array):
            decimals = min(digits, 300)
    has_decimals = np.abs(wide) < 1e12  # rounding a larger number could only overflow
    wide[has_decimals] = np.round(wide[has_decimals], decimals)
    return wide + 0.0


def precise(array: np.ndarray) -> np.ndarray:
    """A copy in float64 or better, where no difference of two smaller floats overflows."""
    return array.astype(np.promote_types(array.dtype, np.float64))


def _largest(array: np.ndarray) -> Any:
    return np.abs(array[np.isfinite(array)]).max(initial=0)


def _has_only(digits: int, array: np.ndarray) -> bool:
    """Whether no number of array has more decimals than digits."""
    decimal = np.array([round(float(value), digits) for value in array.flat])
    return np.array_equal(decimal.astype(array.dtype), array.ravel(), equal_nan=True)
