"""What several exercises share: what they are tried on, and what they know of it."""

import numpy as np

from bnlib.functional import batch_norm

# Five samples of three columns. The last has a variance of about 1e-5, so that eps matters.
UNEVEN = [
    [0.0, 10.0, 0.003],
    [1.0, 30.0, 0.0035],
    [5.0, 20.0, 0.008],
    [2.0, 70.0, -0.001],
    [3.0, 15.0, 0.001],
]
UNEVEN_GRADIENT = [
    [1.0, 2.0, -1.0],
    [0.5, -1.0, 2.0],
    [2.0, 0.0, 3.0],
    [-1.0, 4.0, 0.3],
    [1.5, -2.0, 0.5],
]

# Edits that fit wherever a solution normalizes by np.sqrt(var + eps).
WRONG_EPS = (
    ("no eps", "var + eps", "var"),
    ("no eps", "var + eps", "np.where(var == 0, 1, var)"),
    ("eps outside the root", "np.sqrt(var + eps)", "(np.sqrt(var) + eps)"),
    ("eps added to the output", "np.sqrt(var + eps)", "np.sqrt(var) + eps"),
    ("eps not the one given", "var + eps", "var + 1e-5"),
    ("divided by the variance", "np.sqrt(var + eps)", "(var + eps)"),
    ("not centered", "(x - mean)", "x"),
    ("mean minus value", "(x - mean)", "(mean - x)"),
    ("division in place of a root", "np.sqrt(var + eps)", "((var + eps) ** 1 / 2)"),
    ("division in place of a root", "np.sqrt(var + eps)", "(var + eps) ** 1 / 2"),
    ("root taken twice", "np.sqrt(var + eps)", "np.sqrt(np.sqrt(var + eps))"),
    ("root taken twice", "np.sqrt(var + eps)", "np.sqrt(np.sqrt(var) + eps)"),
)
# Edits that fit where a solution returns what it normalized.
NOT_DIVIDED = (
    ("never divided by the root", " / np.sqrt(var + eps)", ""),
    ("multiplied by the root", "/ np.sqrt(var + eps)", "* np.sqrt(var + eps)"),
)
# Edits that fit wherever a solution takes the statistics of a table's columns.
WRONG_STATISTICS = (
    ("unbiased variance", "x.var(axis=0)", "x.var(axis=0, ddof=1)"),
    ("squares added up, not averaged", "x.var(axis=0)", "(len(x) * x.var(axis=0))"),
    ("values squared instead of distances", "x.var(axis=0)", "np.square(x).mean(axis=0)"),
    ("distances not squared", "x.var(axis=0)", "np.abs(x - x.mean(axis=0)).mean(axis=0)"),
    ("distances not squared", "x.var(axis=0)", "0 * x.mean(axis=0)"),  # they cancel out
    (
        "values added up, not averaged",
        "x.mean(axis=0)",
        "x.sum(axis=0)",
        "x.var(axis=0)",
        "np.square(x - x.sum(axis=0)).mean(axis=0)",
    ),
    *(
        (
            "another number taken for n",
            "x.mean(axis=0)",
            f"{mean}",
            "x.var(axis=0)",
            f"np.square(x - {mean}).sum(axis=0) / {n}",
        )
        for n in ("x.shape[1]", "x.size", "3")
        for mean in ("x.mean(axis=0)", f"(x.sum(axis=0) / {n})")
    ),
    ("one mean for the whole array", "axis=0", ""),
    ("normalized per sample", "axis=0", "axis=1, keepdims=True"),
    ("normalized per sample", "axis=0", "axis=1"),  # mostly an error
)

MOMENTUM_0 = (
    lambda given: given | {"momentum": 0.0},
    "Other inputs came out right before. Here momentum is 0, and 0 is a number, not False or None.",
)


def one_sample(**in_test_mode):
    """A single sample, in test mode: beside the inputs it would hide mistakes from their names."""
    return (
        lambda given: given | {"x": given["x"][:1]} | in_test_mode,
        "Other inputs came out right before. Here one sample comes alone, in test mode, which asks "
        "nothing of the batch.",
    )


def by_training(given):
    """The mode that an input asks for, in words."""
    return "in training mode" if given["training"] else "in test mode"


def updated_by_torch(given):
    """The running statistics as torch's layer leaves them; its momentum is a tenth."""
    names = [name for name in ("running_mean", "running_var") if name in given]
    state = {name: given[name].copy() for name in names}
    if given.get("training") or given.get("frozen") is False:
        mean = state["running_mean"]
        batch_norm(given["x"], mean, state.get("running_var", np.ones_like(mean)), training=True)
    return state
