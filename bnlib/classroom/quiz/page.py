"""A page to read and to print, written as Markdown and as HTML beside it."""

from html import escape
from pathlib import Path

import markdown

# Black on white, no smaller than a book on paper; a question is not torn apart by a page's end.
PAGE = """\
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #000; background: #fff;
  font: 1rem/1.5 "Source Serif 4", Georgia, "Liberation Serif", serif; }}
h1 {{ font-size: 1.5rem; }}
h2 {{ font-size: 1.2rem; margin: 2rem 0 0.5rem; }}
h1, h2, h3 {{ line-height: 1.2; break-after: avoid; }}
li, tr, pre {{ break-inside: avoid; }}
ol > li {{ margin: 1.2rem 0; }}
ol > li > ul {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr));
  list-style: none; margin: 0.4rem 0 0; padding: 0; }}
blockquote {{ margin: 1rem 0; padding: 0.1rem 0.8rem; border: 1px solid #777; }}
img {{ display: block; max-width: 100%; }}
code, pre {{ font: 0.9em/1.4 "Source Code Pro", Consolas, "Liberation Mono", monospace; }}
pre {{ white-space: pre-wrap; padding: 0.5rem 0.8rem; border-left: 3px solid #999; }}
table {{ border-collapse: collapse; margin: 1rem 0; font-size: 0.95em; }}
th, td {{ border: 1px solid #777; padding: 0.25rem 0.6rem; text-align: left;
  vertical-align: top; }}
@page {{ margin: 18mm 16mm; }}
@media print {{ body {{ font-size: 11pt; max-width: none; margin: 0; padding: 0; }} }}
{style}</style>
{body}
</html>
"""


def write_page(folder: Path, name: str, text: str, style: str = "") -> None:
    """Write Markdown that begins with a title into folder as name.md, and as name.html, styled."""
    title = text.partition("\n")[0].removeprefix("# ")
    body = markdown.markdown(text, extensions=["tables", "fenced_code"], output_format="html")
    page = PAGE.format(title=escape(title), body=body, style=style)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / f"{name}.html").write_text(page, encoding="utf-8")


def plain(text: str) -> str:
    """Text that Markdown shows as it is, whatever signs are in it."""
    marked = (f"\\{char}" if char in "\\`*[]#" else char for char in text)
    return escape("".join(marked), quote=False)
