"""Tests that need a package that is not here are skipped with a reason, and in CI fail."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("ci", "outcome", "exit_code"), [({}, "1 skipped", 5), ({"CI": "true"}, "1 error", 2)]
)
def test_a_package_that_is_missing(ci, outcome, exit_code, tmp_path):
    shutil.copy(Path(__file__).parents[1] / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text("import pytest\npytest.importorskip('no_such_package')\n")
    elsewhere = {name: value for name, value in os.environ.items() if name != "CI"}
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=elsewhere | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | ci,
        capture_output=True,
        text=True,
    )
    assert outcome in result.stdout.splitlines()[-1]
    assert "could not import 'no_such_package'" in result.stdout
    assert result.returncode == exit_code
