"""The questions out of the notebooks: for learning platforms, and on exam sheets."""

from importlib.util import find_spec

if not all(map(find_spec, ("text2qti", "markdown"))):
    raise ModuleNotFoundError("it needs text2qti: python -m pip install text2qti")
