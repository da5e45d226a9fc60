"""The live lessons: JupyterLite with Pyodide, all of it files of one folder."""

import json
import os
import re
import subprocess
import sys
import tomllib
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from shutil import copy, copytree
from subprocess import PIPE, STDOUT
from tempfile import TemporaryDirectory
from zipfile import ZipFile, ZipInfo

import nbformat
from links import lead_home
from packaging.metadata import Metadata
from packaging.utils import canonicalize_name, parse_wheel_filename
from parts import KEPT, PYODIDE, ROOT

HERE = Path(__file__).parent
EXTENSIONS = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
FRONT_ENDS = ["@jupyter-widgets/jupyterlab-manager", "anywidget"]
KERNEL = "@jupyterlite/pyodide-kernel-extension"
# "46 years ago", as no file here has a date, and icons that only show that a kernel is busy
NOT_OF_USE = [
    "@jupyter-notebook/notebook-extension:checkpoints",
    "@jupyter-notebook/notebook-extension:tab-icon",
    "@jupyterlab/application-extension:faviconbusy",
]
# What the kernel would otherwise install one by one while it starts.
AT_START = ["micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython"]
EMSCRIPTEN = {"sys_platform": "emscripten", "python_version": "3.14", "extra": ""}


def build(lessons: dict[str, nbformat.NotebookNode], answers: dict, target: Path) -> None:
    """Write the folder.

    Args:
        lessons: by the names that they have in the file browser.
        answers: torch's, for torch_in_browser.py.
    """
    with TemporaryDirectory() as temporary:
        lite = Path(temporary)
        pyodide(answers, lite / "static" / "pyodide")
        for name, lesson in lessons.items():
            path = lite / "files" / "notebooks" / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(lesson, path, split_lines=False)  # JupyterLite puts commas between lines
        settings(lite)
        for name in (*FRONT_ENDS, KERNEL):
            copytree(EXTENSIONS / name, lite / "extensions" / name)
        copytree(ROOT / "tools" / "labextensions", lite / "extensions", dirs_exist_ok=True)
        command = [sys.executable, "-m", "jupyterlite_core", "build", f"--lite-dir={lite}"]
        command += [f"--output-dir={target}", "--contents=files", "--no-sourcemaps"]
        command += ["--apps=notebooks", "--apps=repl", "--apps=tree"]
        command += ["--ignore-sys-prefix"]
        command += [f"--FederatedExtensionAddon.extra_labextensions_path={lite / 'extensions'}"]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "315532800"}  # no build says when it was
        done = subprocess.run(
            command, cwd=lite, env=environment, stdout=PIPE, stderr=STDOUT, text=True
        )
        if done.returncode:
            raise RuntimeError(f"JupyterLite was not built:\n{done.stdout}")
    copy(HERE / "page" / "favicon.svg", target)
    lead_home(target, list(lessons))


def settings(lite: Path) -> None:
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": AT_START},
    }
    configuration = {
        "appName": "Batch normalization",
        "appUrl": "./tree",
        "disabledExtensions": NOT_OF_USE,
        "exposeAppInBrowser": True,
        "faviconUrl": "./favicon.svg",
        "litePluginSettings": {f"{KERNEL}:kernel": kernel},
    }
    (lite / "jupyter-lite.json").write_text(
        json.dumps({"jupyter-lite-schema-version": 0, "jupyter-config-data": configuration})
    )
    copy(ROOT / "tools" / "jupyterlab_settings" / "overrides.json", lite)


def pyodide(answers: dict, folder: Path) -> None:
    """Pyodide, every package of the live lessons, and the list by which it finds them."""
    folder.mkdir(parents=True)
    for part in KEPT.iterdir():
        copy(part, folder)
    for name in ("ipykernel", "piplite", "pyodide_kernel"):
        (wheel,) = (EXTENSIONS / KERNEL / "static" / "pypi").glob(f"{name}-*.whl")
        copy(wheel, folder)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needs = ["numpy", "matplotlib", "ipywidgets", "anywidget"]
    source = ROOT / "bnlib"
    files = {
        f"bnlib/{path.relative_to(source)}": path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    write_wheel(folder, "bnlib", project["version"], needs, files)
    files = {
        "recorded_calls.py": (HERE / "recorded_calls.py").read_bytes(),
        "torch/__init__.py": (HERE / "torch_in_browser.py").read_bytes(),
        "torch/answers.json": json.dumps(answers, sort_keys=True).encode(),
    }
    write_wheel(folder, "recorded-torch", version("torch").partition("+")[0], ["bnlib"], files)
    wheels = sorted(folder.glob("*.whl"))
    entries = dict(map(lock_entry, wheels))
    for entry in entries.values():
        entry["depends"] = [name for name in entry["depends"] if name in entries]
    lock = {"info": PYODIDE["abi"], "packages": entries}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock, sort_keys=True))


def write_wheel(folder: Path, name: str, number: str, needs: list[str], files: dict) -> None:
    """A wheel that is the same, byte for byte, whenever it is made of the same files."""
    base = f"{name.replace('-', '_')}-{number}"
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n"
    about += "".join(f"Requires-Dist: {each}\n" for each in needs)
    files = {**files, f"{base}.dist-info/METADATA": about.encode()}
    with ZipFile(folder / f"{base}-py3-none-any.whl", "w") as archive:
        for path, content in files.items():
            archive.writestr(ZipInfo(path), content, compress_type=8)


def lock_entry(wheel: Path) -> tuple[str, dict]:
    """A package's name, and what Pyodide has to know of it."""
    name, number, *_ = parse_wheel_filename(wheel.name)
    with ZipFile(wheel) as archive:
        paths = archive.namelist()
        (about,) = (path for path in paths if re.fullmatch(r"[^/]+\.dist-info/METADATA", path))
        needs = Metadata.from_email(archive.read(about), validate=False).requires_dist or []
    tops = {path.split("/")[0].split(".")[0] for path in paths if path.endswith((".py", ".so"))}
    return name, {
        "name": name,
        "version": str(number),
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(tops),
        "depends": [
            canonicalize_name(each.name)
            for each in needs
            if each.marker is None or each.marker.evaluate(EMSCRIPTEN)
        ],
        "unvendored_tests": False,
    }
