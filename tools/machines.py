"""make machines: the stored outputs come out under other instruction sets and thread counts.

torch's and NumPy's code for simpler processors is run on this one.
"""

import os
import subprocess
import sys
from pathlib import Path

from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

LESSONS = Path(__file__).parent.parent / "notebooks"
NUMPYS = " ".join(feature for feature in __cpu_dispatch__ if __cpu_features__[feature])
SETTINGS = [
    {"ATEN_CPU_CAPABILITY": "default", "OMP_NUM_THREADS": "1"},
    {"ATEN_CPU_CAPABILITY": "avx2", "OMP_NUM_THREADS": "2"},
    {"ATEN_CPU_CAPABILITY": "avx512", "OMP_NUM_THREADS": "1"},
    {"NPY_DISABLE_CPU_FEATURES": NUMPYS, "OPENBLAS_CORETYPE": "Prescott"},
]


def main():
    for setting in SETTINGS:
        command = [sys.executable, "-m", "pytest", LESSONS]
        print(*(f"{name}={value!r}" for name, value in setting.items()), flush=True)
        if subprocess.run(command, env=os.environ | setting).returncode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
