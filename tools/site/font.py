"""The font of formulas: of STIX Two Math, the characters that the pages use.

It has a table of how formulas are set (where exponents stand, of what parts roots are built). Its
license, the SIL Open Font License 1.1, is in the file, as in the whole font.
"""

import re
from html import unescape
from importlib.resources import files
from pathlib import Path
from unicodedata import normalize

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

# A browser sets a variable of one letter in these: Latin, Planck's h, Greek.
CODES = [*range(0x1D434, 0x1D468), 0x210E, *range(0x1D6E2, 0x1D71C)]
ITALICS = {normalize("NFKC", chr(code)): chr(code) for code in CODES}


def write(pages: list[str], target: Path) -> None:
    """Write the font for all formulas of some pages in HTML."""
    formulas = "".join(each for page in pages for each in re.findall("(?s)<math.*?</math>", page))
    used = {"√", *unescape(re.sub("<[^>]*>", "", formulas))}
    whole = files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf"
    font = TTFont(str(whole), recalcTimestamp=False)
    subsetter = Subsetter(Options(hinting=False, name_IDs=["*"]))
    subsetter.populate(text="".join(used | {ITALICS[each] for each in used & ITALICS.keys()}))
    subsetter.subset(font)
    font.flavor = "woff"
    font.save(target)
