"""JupyterLab as the course starts it: jupyter lab --config=jupyter_config.py"""

import sys
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

c = get_config()  # noqa: F821 (Jupyter provides it)
c.ServerApp.allow_root = True
# An installed course has these in etc and share; one that is installed in place has not.
c.ServerApp.jpserver_extensions = {"bnlib.classroom.jupyter.server": True}
c.LabServerApp.extra_labextensions_path = [str(Path(__file__).parent / "tools" / "labextensions")]
c.LabApp.default_url = "/lab/tree/notebooks/01_formula.ipynb"
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
# overrides.json: no question about news over the first lesson, and notebooks saved every 20 s
c.LabApp.app_settings_dir = str(Path(__file__).parent / "tools" / "jupyterlab_settings")
# Sockets that only this user reaches, instead of ports that everyone on the machine does. Their
# paths, as "…/kernel-<36 characters>-ipc-1", may have 107 characters.
if sys.platform == "linux" and len(jupyter_runtime_dir()) < 50:
    c.KernelManager.transport = "ipc"
