"""What several exercises are tried on."""

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
)
# Edits that fit wherever a solution takes the statistics of a table's columns.
WRONG_STATISTICS = (
    ("unbiased variance", "x.var(axis=0)", "x.var(axis=0, ddof=1)"),
    ("squares added up, not averaged", "x.var(axis=0)", "(len(x) * x.var(axis=0))"),
    ("one mean for the whole array", "axis=0", ""),
    ("normalized per sample", "axis=0", "axis=1, keepdims=True"),
)
