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
OF_TENSORS = "dim|detach|unsqueeze|permute|requires_grad|grad|backward|numpy|is_cuda"
OF_NUMPY = (
    "sqrt|square|exp|log|abs|power|maximum|minimum|median|average|zeros|ones|empty|array|"
    "zeros_like|ones_like|empty_like|concatenate|stack|moveaxis|reshape"
)
# The first that is found in an error's words, or in its line, which follow each other.
ADVICE = {
    r"must be Tensor, not|got \(numpy\.ndarray": ARRAYS_AND_TENSORS,
    r"Concatenation operation|np\.ndarray": ARRAYS_AND_TENSORS,
    r"'numpy\.ndarray' and 'Tensor'|'Tensor' and 'numpy\.ndarray'": ARRAYS_AND_TENSORS,
    rf"'numpy\.\w+' object has no attribute '({OF_TENSORS})'": (
        "{0} is a word of torch's, and this is an array of NumPy's. Use np throughout, or turn "
        "arguments into tensors first, with torch.from_numpy(x)."
    ),
    r"(?s)'int' object is not callable.*torch": ARRAYS_AND_TENSORS,  # it asks arrays for size()
    rf"^NameError: name '({OF_NUMPY})'|ndarray' object has no attribute '({OF_NUMPY})'": (
        "This is a function of NumPy's, and no method of arrays: write np. before it, and the "
        "array into its parentheses."
    ),
    r"NoneType": (
        "One of the values is None: an argument that may be None, or what a function without "
        "return gives."
    ),
    r"^NameError": (
        "This name means nothing inside of your function. Is it spelled as in the task, or made "
        "in a line above?"
    ),
    r"^UnboundLocalError": (
        "This name has no value yet here. Give it one in a line above: before a loop, or in "
        "each branch of an if."
    ),
    r"'(tuple|list)' object has no attribute": (
        "These are several arrays. Take one of them by its number, [0], or one after the other, "
        "with for."
    ),
    r"'(float|int)' object has no attribute": (
        "This is a number, and no array. Are the parameters in the order of the task?"
    ),
    r"^AttributeError": "There is no such name after the dot. Is it spelled right?",
    r"unexpected keyword argument '(dim|correction|unbiased|keepdim)'": (
        "That is torch's word. NumPy says axis, keepdims and ddof."
    ),
    r"only (length-1|0-dimensional|size-1)|can only convert an array": (
        "One number is asked for here, and an array was given. The functions of math take a "
        "number; those of np take arrays."
    ),
    r"bitwise_xor|for \^": "In Python, ^ is not a power; write **.",
    r"'(list|tuple)' object cannot be interpreted": (
        "A whole number is asked for here, and a {0} was given. Several axes are a tuple, as in "
        "axis=(0, 1); range takes one length, as x.shape[1]."
    ),
    r"cannot be interpreted as an integer": (
        "A whole number is asked for here. // divides to whole numbers, and / does not."
    ),
    r"builtin_function_or_method|'(method|function)'": (
        "Parentheses are missing: without them, as in x.mean, a function is not called."
    ),
    r"is not callable": (
        "What stands before the parentheses is no function. Is a multiplication sign missing, "
        "or did a name of yours replace a function's?"
    ),
    r"^ZeroDivisionError": (
        "Something is divided by 0. Does a count begin at 0, or are parentheses missing?"
    ),
    r"same dtype|scalar type|mixed dtype": (
        "Two formats of numbers meet, such as float64 and float32; make both the same. A layer of "
        "torch's is float32 unless it is made with dtype=torch.float64 or the like."
    ),
    r"does not have enough dimensions \(has 0": (
        "One side of @ is a single number here. Where did its axes go? np.max(z, 0) goes over "
        "axis 0; np.maximum(z, 0) compares number by number."
    ),
    r"matmul|not aligned|mat1 and mat2": (
        "@ and np.dot multiply matrices: the left one has as many columns as the right one has "
        "rows. * multiplies number by number."
    ),
    r"broadcast.*\(\d+,\d+,\d+|tensor a .*dimension [23]": (
        "Two arrays meet in this line whose shapes do not fit. With keepdims=True, a mean fits "
        "the array that it was taken from."
    ),
    r"could not be broadcast|could not broadcast|size of tensor a": (
        "Two arrays meet in this line whose shapes do not fit. Look at the .shape of each: a "
        "number per column is (C,), a number per row (N, 1)."
    ),
    r"cannot reshape": (
        "reshape keeps all numbers: the new lengths, multiplied, give as many as there are."
    ),
    r"^AxisError|axis \d+ is out of bounds|Dimension out of range": (
        "The array has fewer axes than that. Look at its .ndim."
    ),
    r"list assignment index": "The list has no such place yet; append adds one at its end.",
    r"(list|tuple) index out of range": (
        "There is no such place in the {0}. Its places are counted from 0; len says how many."
    ),
    r"out of bounds for axis|index out of range|too many indices": (
        "There is no such place in the array. Look at its .shape: the places of an axis are "
        "counted from 0."
    ),
    r"(?s)(?:truth value of an array|inhomogeneous).*\b(max|min)\(": (
        "{0} and np.{0} choose one of several. np.{0}imum compares number by number, as in "
        "np.{0}imum(z, 0)."
    ),
    r"inhomogeneous|must have the same shape|must match exactly": (
        "These arrays have different shapes, and make no table. Look at the .shape of each: should "
        "it be one number? If not, take them one after the other."
    ),
    r"return arrays must be": (
        "A function of one array was given two, with a comma between them. Is + meant?"
    ),
    r"as a data type": "Several axes are a tuple, in parentheses: axis=(0, 2, 3).",
    r"construct a dtype": "np.array takes one list: np.array([a, b]), with brackets.",
    r"values to unpack": (
        "Left of the = are not as many names as there are parts on its right. How many parts are "
        "there, in every input?"
    ),
    r"does not require grad": "A tensor has a gradient if it was made with requires_grad=True.",
    r"for scalar outputs": (
        "backward() alone is for one number; hand it the gradient that is given, as a tensor."
    ),
    r"truth value of an array": "An array is neither yes nor no. Which one number is meant?",
    r"not subscriptable|not iterable|has no len|unsized object": (
        "This is one number, without parts."
    ),
    r"unsupported operand.*'(list|tuple|str|dict|set)'": (
        "A {0} does not compute; np.array(...) makes an array of numbers."
    ),
    r"unexpected keyword argument|positional argument|required argument": (
        "The function that is called in this line takes other arguments."
    ),
    r"^RecursionError": "Your function calls itself, and so never ends.",
}


def advice(outcomes: Sequence[Outcome]) -> Reason:
    """What to do about the first error among outcomes, in words that may be none."""
    for outcome in outcomes:
        if isinstance(outcome, Raised):
            said = f"{outcome.words}\n{outcome.line}"
            found = ((re.search(part, said), words) for part, words in ADVICE.items())
            return "", next((text.format(*hit.groups()) for hit, text in found if hit), "")
    return "", ""


def names_of_the_notebook(function: Callable[..., Any], given: Inputs) -> Reason | None:
    """That a function reads numbers of the notebook, instead of its arguments."""
    names = numbers_of_the_notebook(function)
    if not names:
        return None
    return verdict.OF_THE_NOTEBOOK, (
        f"Your function uses {' and '.join(names)} of the notebook; the check gives other "
        f"arguments. Compute what you need from {', '.join(given)}."
    )


def numbers_of_the_notebook(function: Callable[..., Any]) -> list[str]:
    """The numbers, arrays and tensors of the notebook that a function reads by name."""
    if not hasattr(function, "__code__"):
        return []
    code, scope = function.__code__, function.__globals__
    read = {each.argval for each in dis.get_instructions(code) if each.opname == "LOAD_GLOBAL"}
    return sorted(
        name
        for name in read
        if isinstance(scope.get(name), (np.ndarray, np.number, float, int))
        or (hasattr(scope.get(name), "detach") and hasattr(scope[name], "shape"))
    )
