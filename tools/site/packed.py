"""Python for the pages: what a lesson needs of it, compiled and packed into a few files.

A page reads them in this order: Python itself, the standard library, what checks need, what labs
need. Each is one file, compressed here, as not every server does it: a ZIP file of the standard
library, and of packages their files one after the other, after a line of JSON that says where
each ends. A page asks for each by a hash of its content, so that no browser gives it one that was
kept of an earlier page.
"""

import gzip
import json
import subprocess
from fnmatch import fnmatch
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from shutil import copy, which
from tempfile import TemporaryDirectory
from zipfile import ZipFile, ZipInfo

from parts import KEPT, PYODIDE, ROOT

HERE = Path(__file__).parent
SHELL = ("IPython/lib/pretty.py", "IPython/lib/__init__.py")
ARCHIVES = {
    "checks": ("numpy",),
    "labs": (
        "matplotlib", "pillow", "contourpy", "kiwisolver", "cycler", "pyparsing", "packaging",
        "python_dateutil", "six",
    ),
}  # fmt: skip
NOT_PACKED = [
    line
    for line in (HERE / "not_packed.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


def build(answers: dict, site: Path) -> dict[str, str]:
    """Write what pages wake up with into the site's folder; gives the hash of each file.

    Args:
        answers: torch's, for torch_in_browser.py.
        site: where the pages are.
    """
    for name in ("view.js", "view.css"):
        copy(ROOT / "bnlib" / "classroom" / "labs" / name, site)
    target = site / "python"
    target.mkdir()
    for name in ("pyodide.mjs", "pyodide.asm.mjs"):
        copy(KEPT / name, target)
    lock = json.dumps({"info": PYODIDE["abi"], "packages": {}})
    (target / "pyodide-lock.json").write_text(lock)
    write(target / "pyodide.asm.wasm.bin", (KEPT / "pyodide.asm.wasm").read_bytes())
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        unpack(KEPT / "python_stdlib.zip", folder / "library")
        for archive, packages in ARCHIVES.items():
            for package in packages:
                (wheel,) = KEPT.glob(f"{package}-[0-9]*.whl")
                unpack(wheel, folder / archive)
        (ipython,) = KEPT.glob("ipython-[0-9]*.whl")
        with ZipFile(ipython) as wheel:
            for name in SHELL:
                put(folder / "checks" / name, wheel.read(name))
        for path, content in ours(answers).items():
            put(folder / "checks" / path, content)
        subprocess.run(["node", HERE / "compile.mjs", KEPT, lock, folder], check=True)
        write(target / "library.bin", zipped(folder / "library"))
        for archive in ARCHIVES:
            write(target / f"{archive}.bin", joined(folder / archive))
    return {path.name: edition(path) for path in sorted(target.iterdir())}


def edition(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


def require_node() -> None:
    """Say at once if there is no node, which runs Pyodide here."""
    if which("node") is None:
        raise SystemExit("make site needs node: Pyodide compiles in it what pages run.")


def ours(answers: dict) -> dict[str, bytes]:
    """The course, the shell of the pages, and torch's answers, by path."""
    files = {
        f"bnlib/{path.relative_to(ROOT / 'bnlib')}": path.read_bytes()
        for path in sorted((ROOT / "bnlib").rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and "jupyter" not in path.parts
    }
    number = version("torch").partition("+")[0]
    about = f"Metadata-Version: 2.1\nName: recorded-torch\nVersion: {number}\n"
    return files | {
        "IPython/__init__.py": b"version_info = 9, 18\n",  # matplotlib asks for it
        "shell.py": (HERE / "shell.py").read_bytes(),
        "recorded_calls.py": (HERE / "recorded_calls.py").read_bytes(),
        "torch/__init__.py": (HERE / "torch_in_browser.py").read_bytes(),
        "torch/answers.json": json.dumps(answers, sort_keys=True).encode(),
        f"recorded_torch-{number}.dist-info/METADATA": about.encode(),
    }


def unpack(archive: Path, folder: Path) -> None:
    with ZipFile(archive) as file:
        for name in file.namelist():
            if not name.endswith("/") and not any(fnmatch(name, each) for each in NOT_PACKED):
                put(folder / name, file.read(name))


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def files_of(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def zipped(folder: Path) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for name, content in files_of(folder).items():
            archive.writestr(ZipInfo(name), content)
    return target.getvalue()


def joined(folder: Path) -> bytes:
    files = files_of(folder)
    sizes = json.dumps([[name, len(content)] for name, content in files.items()])
    return b"".join([sizes.encode(), b"\n", *files.values()])


def write(path: Path, content: bytes) -> None:
    """Compressed, and the same bytes whenever they are made of the same."""
    path.write_bytes(gzip.compress(content, 9, mtime=0))
