"""python tools/hashes.py: the files that CI installs, by their hashes.

torch is pinned by version only: its CPU build has another name, and so another hash, on each index.
"""

import json
import subprocess
import sys
from pathlib import Path

command = "pip install --dry-run --ignore-installed --quiet --report - -c constraints.txt"
arguments = [*command.split(), "-e", ".[course,test,elsewhere,site,browser,mutants]", "setuptools"]
report = subprocess.run([sys.executable, "-m", *arguments], stdout=subprocess.PIPE, check=True)
lines = []
for each in json.loads(report.stdout)["install"]:
    name, version = each["metadata"]["name"], each["metadata"]["version"]
    if name not in ("bnlib", "torch"):
        sha256 = each["download_info"]["archive_info"]["hashes"]["sha256"]
        lines.append(f"{name}=={version} --hash=sha256:{sha256}\n")
(Path(__file__).parent.parent / ".ci" / "hashes.txt").write_text(
    "".join(sorted(lines, key=str.casefold))
)
