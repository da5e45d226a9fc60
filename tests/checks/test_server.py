"""A Jupyter server beside the installed course has its extension, and so has one in place."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
START_AND_SAVE = """
import asyncio, copy, sys
from jupyter_server.serverapp import ServerApp

OTHERS = {
    "kernelspec": {"name": "ir", "display_name": "R"},
    "language_info": {"name": "R", "version": "4.4.1", "file_extension": ".r"},
    "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
}
server = ServerApp()
server.initialize(sys.argv[1:], new_httpserver=False)
data = {"image/png": "AAAA", "application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
output = {"output_type": "display_data", "data": data, "metadata": {}}
cell = {"cell_type": "code", "source": "", "metadata": {}, "execution_count": 1}
cell["outputs"] = [output]
for name, about in (("saved", {"bnlib": {"course": "batch normalization"}}), ("other", OTHERS)):
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": about, "cells": [cell]}
    model = {"type": "notebook", "content": notebook}
    asyncio.run(server.contents_manager.save(copy.deepcopy(model), f"{name}.ipynb"))
connection = server.web_app.settings["kernel_websocket_connection_class"]
import bnlib
print(bnlib.__file__)
print(connection.__module__)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with what the wheel installs."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in ("bnlib", "tools"):
        shutil.copytree(ROOT / name, source / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    pip += ["--no-build-isolation", "--ignore-installed", "--prefix", str(folder / "prefix")]
    subprocess.run([*pip, str(source)], check=True)
    return folder / "prefix"


def started(folder, *arguments, **variables):
    """Start a server that finds only what it is told of, save a notebook; where bnlib is from."""
    found = {"JUPYTER_CONFIG_DIR": str(folder / "none")} | variables
    command = [sys.executable, "-c", START_AND_SAVE, *arguments]
    result = subprocess.run(
        command, cwd=folder, env=os.environ | found, capture_output=True, text=True, check=True
    )
    module, connection = result.stdout.splitlines()
    (output,) = json.loads((folder / "saved.ipynb").read_text())["cells"][0]["outputs"]
    return Path(module), connection, output["data"].keys(), (folder / "other.ipynb").read_bytes()


@pytest.fixture(scope="module")
def of_somebody_else(tmp_path_factory):
    """Another notebook, as a server saves it that knows nothing of the course."""
    _, connection, saved, other = started(tmp_path_factory.mktemp("alone"))
    assert connection.startswith("jupyter_server.")
    assert len(saved) == 2
    return other


def test_an_installed_course(installed, of_somebody_else, tmp_path):
    (packages,) = installed.glob("**/site-packages")
    module, connection, saved, other = started(
        tmp_path, PYTHONPATH=str(packages), JUPYTER_CONFIG_PATH=str(installed / "etc" / "jupyter")
    )
    assert module.is_relative_to(installed)
    assert connection == "bnlib.classroom.jupyter.server"
    assert saved == {"image/png"}
    assert other == of_somebody_else


def test_a_course_in_place(of_somebody_else, tmp_path):
    module, connection, saved, other = started(tmp_path, f"--config={ROOT / 'jupyter_config.py'}")
    assert module.is_relative_to(ROOT)
    assert connection == "bnlib.classroom.jupyter.server"
    assert saved == {"image/png"}
    assert other == of_somebody_else
