"""JupyterLab as the course starts it: nothing in front of a lesson, nothing lost at the end."""

import json
import sys
from pathlib import Path

import pytest
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).parent.parent


def config():
    return PyFileConfigLoader("jupyter_config.py", str(ROOT)).load_config()


def test_ctrl_c_asks_first():
    assert "answer_yes" not in config().ServerApp


def test_settings_are_those_of_the_course():
    folder = Path(config().LabApp.app_settings_dir)
    settings = json.loads((folder / "overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert settings["@jupyterlab/docmanager-extension:plugin"]["autosaveInterval"] <= 30


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep TCP")
@pytest.mark.parametrize(
    ("runtime_dir", "transport"),
    [("/home/student/.local/share/jupyter/runtime", "ipc"), ("/home/" + "students/" * 9, "tcp")],
)
def test_kernels_use_sockets_where_their_paths_fit(runtime_dir, transport, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", runtime_dir)
    assert config().KernelManager.get("transport", "tcp") == transport
    longest = f"{runtime_dir}/kernel-{'0' * 36}-ipc-5"
    assert transport == "tcp" or len(longest) <= 107
