"""NumPy and Python as they were when the course began; what an answer assigns to them is undone.

np.sqrt = np.sqrt(x.var(axis=0) + eps)    meant as a name of the learner's own
"""

import builtins
import math
from types import BuiltinFunctionType

import numpy as np

AS_IT_WAS = {
    "np": (np, dict(vars(np))),
    "np.linalg": (np.linalg, dict(vars(np.linalg))),
    "math": (math, dict(vars(math))),
    "builtins": (
        builtins,  # without input and the like, which Jupyter replaces itself
        {n: v for n, v in vars(builtins).items() if isinstance(v, (type, BuiltinFunctionType))},
    ),
}


def put_back() -> list[str]:
    """Undo what was assigned to names of NumPy and Python, and say to which, e.g. ["np.sqrt"]."""
    found = []
    for prefix, (module, before) in AS_IT_WAS.items():
        now = vars(module)
        for name in before:
            if now.get(name) is not before[name]:
                now[name] = before[name]
                found.append(f"{prefix}.{name}")
    return found
