"""What a check said, read from its words: a saved notebook keeps nothing else of it.

The words may come from a file that anyone wrote. What is given back is made of the words of
this course, of names in its catalogue, and of numbers.
"""

import builtins
import re

from bnlib.classroom.check.mistakes import MISTAKES

SOLVED, TRIED, UNANSWERED = "solved", "tried", "unanswered"
STARTS = {
    "Right. ": SOLVED,
    "Right, on ": SOLVED,
    "No prediction yet: ": UNANSWERED,
    "Not attempted yet: ": UNANSWERED,
    "Not yet: ": TRIED,
    "Not ": TRIED,
    "Nearly: ": TRIED,
    "Give the function itself: ": TRIED,
    "Write a point, not a comma: ": TRIED,
}
NOT_A_NUMBER = " is not a number such as 12.5."

EXPLAINED = re.compile(
    r"^(?:Not \S+\. )?(?:This mistake gives the same(?:, [\w =]+)*: |Two mistakes together give)",
    re.MULTILINE,
)
NAMED = re.compile(r"“([^“”\n]{1,99})”")

RAISED = re.compile(r"Not yet: your function raised (\w+)")
PREDICTED = re.compile(r"Not (-?[0-9.e+-]{1,24})\. ")
COMPARED = re.compile(
    r"(?:(?:you get|array|it should be|the|first|second|third|of your results is|an|of shape"
    r"|it should have|at|nan|inf|True|False)\b|(?<=[0-9])e|[0-9 .,;()\[\]+-])+"
)
LONGEST = 200  # characters of numbers that are repeated
OTHERS = {
    "Not yet: your function cannot be called": "the function takes other parameters",
    "Not yet: your function changes": "the function changes an argument",
    "Not yet: your function prints": "the function prints, and returns nothing",
    "Not yet: your function returns nothing": "the function returns nothing for some inputs",
    "Not yet: your function returns a tuple": "the function returns a tuple of one",
    "Not yet: your function returns": "the function returns something else than numbers",
    "Not yet: your function should return": "the number of results is another",
    "Not yet: it was still running": "the function was stopped",
    "Nearly: ": "nearly: close, but not to two decimals",
    "Give the function itself": "check was not given the function",
    "Write a point": "a comma in the place of the point",
}


def state(text: str) -> str:
    """SOLVED, TRIED or UNANSWERED; empty if these are not the words of a check."""
    for start, said in STARTS.items():
        if text.startswith(start):
            return said
    return TRIED if text.endswith(NOT_A_NUMBER) else ""


def mistakes(text: str) -> list[str]:
    """The known mistakes that a verdict names, one or two."""
    explained = EXPLAINED.search(text)
    if explained is None or RAISED.match(text):  # an error's message is the learner's
        return []
    return [name for name in NAMED.findall(text, explained.start()) if name in MISTAKES][:2]


def outcome(text: str) -> str:
    """In a few words, and numbers, what came out of an answer that is not right."""
    raised, predicted = RAISED.match(text), PREDICTED.match(text)
    if raised:
        return error(raised[1])
    if predicted:
        return predicted[1]
    lines = text.split("\n", 2)
    if len(lines) > 1:
        compared = lines[1].partition(" (Your numbers")[0]
        if len(compared) <= LONGEST and COMPARED.fullmatch(compared):
            return compared.rstrip(".")
        if lines[1].startswith("your two results are right"):
            return "two results in the other order"
    if text.endswith(NOT_A_NUMBER):
        return "not a number"
    return next((words for start, words in OTHERS.items() if text.startswith(start)), "other")


def error(name: str) -> str:
    """An error by its name, if it is one of Python's own."""
    kind = getattr(builtins, name, None)
    known = isinstance(kind, type) and issubclass(kind, BaseException)
    return name if known else "an error"
