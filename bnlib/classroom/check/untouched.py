"""NumPy as it was when the course began; an answer that assigns to it changes it for all.

np.sqrt = np.sqrt(x.var(axis=0) + eps)    meant as a name of the learner's own
"""

import math
from types import ModuleType

import numpy as np

MODULES: dict[str, ModuleType] = {"np": np, "np.linalg": np.linalg, "math": math}
AS_IT_WAS = {name: dict(vars(module)) for name, module in MODULES.items()}


def put_back() -> list[str]:
    """Undo what was assigned to names of NumPy, and say to which, e.g. ["np.sqrt"]."""
    found = []
    for prefix, module in MODULES.items():
        now = vars(module)
        for name, value in AS_IT_WAS[prefix].items():
            if now.get(name) is not value:
                now[name] = value
                found.append(f"{prefix}.{name}")
    return found
