"""In a page: what runs a lesson's cells, with as much of IPython as they ask for.

Each cell shows its last value, and what it prints, as Jupyter has it: a list of outputs. A lab is
one that the page can move; it is known here by its number.
"""

import ast
import builtins
import json
import linecache
import sys
import traceback
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO, TextIOBase
from types import ModuleType, SimpleNamespace
from typing import Any

from IPython.lib.pretty import (
    RepresentationPrinter,
    _deferred_type_pprinters,
    _singleton_pprinters,
    _type_pprinters,
)

LAB = "application/vnd.bnlib.lab+json"
WIDTH = 79


class PlainText:
    """IPython's formatter of that name."""

    def __init__(self) -> None:
        self.types, self.deferred = dict(_type_pprinters), dict(_deferred_type_pprinters)

    def for_type(self, kind: type, function: Callable) -> None:
        self.types[kind] = function

    def for_type_by_name(self, module: str, name: str, function: Callable) -> None:
        self.deferred[module, name] = function

    def __call__(self, value: Any) -> str:
        stream = StringIO()
        printer = RepresentationPrinter(
            stream,
            max_width=WIDTH,
            singleton_pprinters=dict(_singleton_pprinters),
            type_pprinters=self.types,
            deferred_pprinters=self.deferred,
        )
        printer.pretty(value)
        printer.flush()
        return stream.getvalue()


class Stream(TextIOBase):
    """What a cell prints, as outputs."""

    def __init__(self, name: str, show: Callable[[dict], None]) -> None:
        self.stream, self.show = name, show

    def write(self, text: str) -> int:
        if text:
            self.show({"output_type": "stream", "name": self.stream, "text": text})
        return len(text)


class Events:
    def __init__(self) -> None:
        self.after: list[Callable] = []

    def register(self, _: str, function: Callable) -> None:
        self.after.append(function)

    def unregister(self, _: str, function: Callable) -> None:
        self.after.remove(function)


class Shell:
    """Runs cells, and hands what they show to the page.

    Args:
        send: takes an output, as JSON.
    """

    def __init__(self, send: Callable[[str], None]) -> None:
        self.send = send
        self.module = ModuleType("__main__")
        self.user_ns = self.module.__dict__
        sys.modules["__main__"] = self.module
        self.ast_node_interactivity = "last_expr"
        self.display_formatter = SimpleNamespace(formatters={"text/plain": PlainText()})
        self.events = Events()
        self.execution_count = 0
        self.labs: list[Any] = []
        self.told: tuple[tuple[type[BaseException], ...], Callable] = ((), print)
        self.later: list[str] = []
        as_ipython(self)

    def set_custom_exc(self, kinds: tuple[type[BaseException], ...], function: Callable) -> None:
        self.told = kinds, function

    def show(self, output: dict) -> None:
        self.send(json.dumps(output))

    def display(self, data: dict, kind: str = "display_data") -> None:
        self.show({"output_type": kind, "data": data, "metadata": {}})

    def prepare(self, source: str) -> None:
        """Run a lesson's first cell, but for what needs a package that is still on its way."""
        for line in ast.parse(source).body:
            statement = ast.unparse(line)
            try:
                exec(statement, self.user_ns)
            except ModuleNotFoundError:
                self.later.append(statement)

    def prepare_rest(self) -> None:
        """Once all packages are there."""
        warnings.filterwarnings("ignore", "Unable to import Axes3D")  # which is not there
        while self.later:
            exec(self.later.pop(0), self.user_ns)

    def run(self, source: str, name: str = "a cell") -> None:
        """Run a cell, and show what becomes of it; name stands for it in tracebacks."""
        self.execution_count += 1
        place = f"<{name}, run {self.execution_count}>"
        linecache.cache[place] = len(source), None, source.splitlines(keepends=True), place
        with (
            redirect_stdout(Stream("stdout", self.show)),
            redirect_stderr(Stream("stderr", self.show)),
        ):
            try:
                value = self.value_of(source, place)
                if value is not None:
                    self.display(self.data_of(value), "execute_result")
            except self.told[0] as error:
                self.told[1](self, type(error), error, None)
            except BaseException as error:
                self.show(in_words(error))
            for function in [*self.events.after]:
                function(None)

    def filled(self, stub: str, typed: str) -> str:
        """A question's cell with what was typed in the place of the dots.

        What is no expression, or has names that mean nothing, is a text.
        """
        try:
            known = {**vars(builtins), **self.user_ns}
            tree = ast.parse(typed.strip(), mode="eval")
            if any(isinstance(each, ast.Name) and each.id not in known for each in ast.walk(tree)):
                typed = repr(typed)
        except (SyntaxError, ValueError):
            typed = repr(typed) if typed.strip() else "..."
        return stub.replace("...", typed, 1)

    def value_of(self, source: str, place: str) -> Any:
        """Run source; what its last line gives, or assigns, if IPython would show it."""
        tree = ast.parse(source, place)
        *_, last = tree.body or [None]
        if isinstance(last, ast.Expr):
            tree.body.pop()
            value = ast.Expression(last.value)
        elif isinstance(last, ast.Assign) and isinstance(last.targets[0], ast.Name):
            name = ast.Name(last.targets[0].id, ast.Load())
            value = ast.fix_missing_locations(ast.Expression(ast.copy_location(name, last)))
        else:
            last = None
        exec(compile(tree, place, "exec"), self.user_ns)
        is_shown = last is not None and not source.rstrip().endswith(";")
        if not is_shown or (
            isinstance(last, ast.Assign) and self.ast_node_interactivity != "last_expr_or_assign"
        ):
            return None
        return eval(compile(value, place, "eval"), self.user_ns)

    def data_of(self, value: Any) -> dict[str, Any]:
        """What a page can show of a value, by media type."""
        kind = type(value)  # torch's recorded values may take any name for one of theirs
        if hasattr(kind, "for_the_page"):
            self.labs.append(value)
            page = value.for_the_page() | {"number": len(self.labs) - 1}
            return {"text/plain": repr(value), LAB: page}
        if hasattr(kind, "_repr_mimebundle_"):
            return value._repr_mimebundle_()
        return {"text/plain": self.display_formatter.formatters["text/plain"](value)}

    def ask(self, number: int, asked: str) -> str:
        """What a lab answers to its page; both as JSON."""
        return json.dumps(self.labs[number].answer(json.loads(asked)))


def in_words(error: BaseException) -> dict[str, Any]:
    """An error as an output; of the way that led to it, the lines of cells alone."""
    if isinstance(error, KeyboardInterrupt):
        words = "It was stopped: it ran for too long. Is there a loop without end?"
        return {"output_type": "error", "ename": "Stopped", "evalue": words, "traceback": [words]}
    told = traceback.TracebackException.from_exception(error)
    told.stack = traceback.StackSummary.from_list(
        [frame for frame in told.stack if frame.filename.startswith("<")]
    )
    name = type(error).__name__
    lines = "".join(told.format()).splitlines()
    return {"output_type": "error", "ename": name, "evalue": str(error), "traceback": lines}


def as_ipython(shell: Shell) -> None:
    """Let whoever asks IPython for its shell have this one."""

    class Shown:
        """What display(display_id=True) gives."""

        def update(self, data: dict, raw: bool = True) -> None:
            shell.display(data, "update_display_data")

    def display(*values: Any, raw: bool = False, display_id: bool = False) -> Shown | None:
        for value in values:
            shell.display(value if raw else shell.data_of(value))
        return Shown() if display_id else None

    for name, contents in {
        "IPython.core": {},
        "IPython.core.getipython": {"get_ipython": lambda: shell},
        "IPython.display": {"display": display},
    }.items():
        module = ModuleType(name)
        vars(module).update(contents)
        sys.modules[name] = module
    import IPython

    IPython.display = sys.modules["IPython.display"]
    IPython.core = sys.modules["IPython.core"]
