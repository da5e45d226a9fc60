"""What a lesson needs around the formulas: how values are shown, and how they are checked."""

import logging

from bnlib.classroom.agreement import agree
from bnlib.classroom.display import start_lesson

__all__ = ["agree", "start_lesson"]

# What matplotlib, in labs, says of a home that it cannot write to, and of the fonts that it
# looks for when it first runs, is not for a lesson's first cell.
logging.getLogger("matplotlib").setLevel(logging.ERROR)
