"""What a link to a live page may ask for: a lesson or a lab of this site, and no code of its own.

JupyterLite's console runs the code that its address holds, in the site's name: whoever sends such a
link could read what a student has stored, and send it away. Here it takes the name of a lab.
"""

import json
import re
from pathlib import Path

from bnlib.classroom import labs

CODE_OF_ADDRESS = re.compile(r'(\w+)\.getAll\("code"\)')
HEARTBEAT = "/api/service-worker-heartbeat"

NAMED_LAB = """
const LABS = {labs};
globalThis.codeOfLab = (asked) => {{
  const lab = asked.get("lab");
  return LABS.includes(lab) ? [`from bnlib.classroom.labs import ${{lab}}\\n${{lab}}()`] : [];
}};
"""

# What a student has saved of an earlier edition opens; where nothing is, the newest one does.
NEWEST = """
(async () => {{
  const newest = {newest};
  const path = new URLSearchParams(location.search).get("path") ?? "";
  const [, stem] = path.match(/^notebooks\\/(\\w+)-[0-9a-f]{{6}}[.]ipynb$/) ?? [];
  if (!Object.hasOwn(newest, stem) || path === newest[stem] || !indexedDB.databases) return;
  const read = (request) => new Promise((found, failed) => {{
    request.onsuccess = () => found(request.result);
    request.onerror = failed;
  }});
  for (const {{ name }} of await indexedDB.databases()) {{
    const base = await read(indexedDB.open(name));
    const isKept = base.objectStoreNames.contains("files") &&
      (await read(base.transaction("files").objectStore("files").count(path)));
    base.close();
    if (isKept) return;
  }}
  location.replace(`?path=${{newest[stem]}}`);
}})();
"""


def lead_home(target: Path, lessons: list[str]) -> None:
    """Change what JupyterLite has built, so that links lead only to what the site has.

    Args:
        target: the folder of the live lessons.
        lessons: the names of the newest editions.

    Raises:
        ValueError: JupyterLite is another one than this was written for.
    """
    newest = {name.rpartition("-")[0]: f"notebooks/{name}.ipynb" for name in lessons}
    for app, script in (
        ("repl", NAMED_LAB.format(labs=json.dumps(labs.__all__))),
        ("notebooks", NEWEST.format(newest=json.dumps(newest))),
    ):
        page = target / app / "index.html"
        scripts = (
            f'<script>{script}</script>\n<script type="module" src="../../loading.js"></script>'
        )
        page.write_text(replaced(page.read_text(), "<head>", f"<head>\n{scripts}"))
    changed = set()
    for path in sorted(target.rglob("*.js")):
        before = path.read_text(encoding="utf-8")
        after = CODE_OF_ADDRESS.sub(r"globalThis.codeOfLab(\1)", before)
        # It was asked for at the origin's root, which may be anybody's.
        after = after.replace(f'fetch("{HEARTBEAT}")', f'fetch("..{HEARTBEAT}")')
        after = re.sub(
            rf'"{HEARTBEAT}"===(\w+)\.pathname', rf'\1.pathname.endsWith("{HEARTBEAT}")', after
        )
        if after != before:
            path.write_text(after, encoding="utf-8")
        for what in ("codeOfLab(", f'fetch("..{HEARTBEAT}")', f'endsWith("{HEARTBEAT}")'):
            changed |= {what} if what in after else set()
    if len(changed) < 3:
        raise ValueError(f"In this JupyterLite only {changed} could be changed.")


def replaced(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"{old} is there {text.count(old)} times.")
    return text.replace(old, new)
