"""Answers to the exercises, right and wrong: a module for each of both and each lesson.

A right answer is named exercise__style, a wrong one exercise__what_is_wrong. NAMES says which
mistakes a check names; a wrong answer that is not in it gets none.
"""

from importlib import import_module
from pkgutil import iter_modules


def _all(kind):
    modules = (each.name for each in iter_modules(__path__) if each.name.startswith(kind))
    return [import_module(f"{__name__}.{name}") for name in modules]


def _answers(modules):
    return {
        name: answer
        for module in modules
        for name, answer in vars(module).items()
        if "__" in name.strip("_") and callable(answer)
    }


RIGHT, WRONG = _answers(_all("right")), _answers(_all("wrong"))
NAMES = {
    name: names for module in _all("wrong") for name, names in vars(module).get("NAMES", {}).items()
}
