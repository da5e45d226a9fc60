// node compile.mjs PYODIDE LOCK FOLDER: every .py in FOLDER/ARCHIVE, compiled by the Python that pages run.
// The .pyc takes the place of the .py; but checks read the source of bnlib, and so that is kept.
// All but bnlib loses its docstrings, which nobody reads there; NumPy's multiarray.py hands them to C,
// which takes nothing else.

import { pathToFileURL } from "node:url";

const [pyodide, lockFileContents, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
const python = await loadPyodide({ lockFileContents });
python.FS.mkdirTree("/packed");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/packed");
python.runPython(`
from importlib.util import cache_from_source
from pathlib import Path
from py_compile import PycInvalidationMode, compile

SITE = Path("/lib/python3.14/site-packages")
for path in sorted(Path("/packed").rglob("*.py")):
    archive, package, *_ = path.relative_to("/packed").parts
    is_ours = package == "bnlib"
    compile(
        str(path),
        cache_from_source(str(path)) if is_ours else f"{path}c",
        str(SITE / path.relative_to(Path("/packed", archive))),
        doraise=True,
        optimize=0 if is_ours or path.name == "multiarray.py" else 2,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not is_ours:
        path.unlink()
`);
