"""make machines: the stored outputs come out under other instruction sets and thread counts,
and without a network.

torch's and NumPy's code for simpler processors is run on this one; make test runs what it has.
"""

import sys

from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
from run_tests import side_by_side, tests

NUMPYS = " ".join(feature for feature in __cpu_dispatch__ if __cpu_features__[feature])
SETTINGS = [
    {
        "ATEN_CPU_CAPABILITY": "default",
        "NPY_DISABLE_CPU_FEATURES": NUMPYS,
        "OPENBLAS_CORETYPE": "Prescott",
        "OMP_NUM_THREADS": "1",
    },
    {"ATEN_CPU_CAPABILITY": "avx2", "OMP_NUM_THREADS": "2"},
]

PARTS = {
    " ".join(setting): ["env", *setting, *tests("notebooks")]
    for setting in ([f"{name}={value}" for name, value in each.items()] for each in SETTINGS)
}

if __name__ == "__main__":
    sys.exit(side_by_side(PARTS))
