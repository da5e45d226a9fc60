"""Lessons under nbval, in a kernel of ours: python tests/in_kernel.py torch_replay LESSONS"""

import os
import sys
from pathlib import Path

import pytest

FOLDERS = {"torch_replay": "torch_replay", "wrong_bn": "mistakes"}


def main(kernel, *arguments):
    os.environ["JUPYTER_PATH"] = str(Path(__file__).parent / FOLDERS[kernel])
    # --nbval-current-env, one of our defaults, would win over the kernel's name, silently.
    defaults = ["-o", "addopts=--nbval -q", "-p", "no:cacheprovider"]
    return pytest.main([*defaults, "--nbval-kernel-name", kernel, *arguments])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
