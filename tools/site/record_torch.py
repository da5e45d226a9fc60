"""Run the lessons with torch, and write down what it answers: for a browser, that has no torch."""

import builtins
import json
import operator
import sys
import types
from collections.abc import Mapping
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from recorded_calls import ARITHMETIC, COMPARISONS, Calls, NotRecordedError, Recorded
from torch_in_browser import without_processes

OPERATIONS = {name: getattr(operator, name) for name in (*ARITHMETIC, *COMPARISONS, "neg")} | {
    "array": np.asarray,
    "bool": bool,
    "call": lambda function, args, kwargs: function(*args, **kwargs),
    "enter": lambda context: context.__enter__(),
    "exit": lambda context: context.__exit__(None, None, None),
    "float": float,
    "getattr": getattr,
    "getitem": operator.getitem,
    "int": int,
    "iter": list,
    "len": len,
    "repr": repr,
    "setattr": setattr,
    "setitem": operator.setitem,
    "str": str,
}


class Recording(Calls):
    """Asks torch, and keeps the answers in a table by key."""

    def __init__(self):
        super().__init__()
        import torch

        self.real = torch
        self.table = {}
        self.torch.__dict__["_real"] = torch
        self.made = []

    def outcome(self, key, operation, args, within):
        if key is None:
            raise TypeError(f"{operation} got what has no key: {args}")
        reals = [each._real for each in within]
        before = [self.contents(real) for real in reals]
        found = {}
        try:
            result = OPERATIONS[operation](*self.unwrapped(args))
            self.made = []
            found["value"] = self.encoded(result, reals)
        except Exception as error:
            bases = (base.__name__ for base in type(error).__mro__)
            self.made = []
            found["error"] = [next(n for n in bases if hasattr(builtins, n)), str(error)]
        changed = [
            number
            for number, (each, real) in enumerate(zip(within, reals, strict=True))
            if each._key and self.contents(real) != before[number]
        ]
        if changed:
            found["changed"] = changed
        memory = set().union(*map(self.memory, self.made))
        if operation == "getattr" or memory & self.memory_of_all([args, reals]):
            found["shares"] = True
        if self.table.setdefault(key, found) != found:
            raise RuntimeError(f"the same {operation} gave {self.table[key]}, now {found}: {args}")
        return found

    def decoded(self, node, made_by, key, shares, within, count):
        made = self.made
        number = count[0]
        value = super().decoded(node, made_by, key, shares, within, count)
        if isinstance(value, Recorded) and "same" not in node:
            value.__dict__["_real"] = made[number]
        return value

    def unwrapped(self, value):
        match value:
            case Recorded():
                return value._real
            case list() | tuple():
                return type(value)(map(self.unwrapped, value))
            case dict():
                return {name: self.unwrapped(each) for name, each in value.items()}
            case types.FunctionType():
                return lambda *args: self.unwrapped(value(*map(self.argument, args)))
        return value

    def argument(self, real):
        """What torch gives to a function of ours."""
        name = f"{type(real).__module__}.{type(real).__qualname__}"
        value = super().decoded({"thing": name}, ("argument", ()), "argument", False, [], [0])
        value.__dict__["_real"] = real
        return value

    def encoded(self, value, reals):
        for number, real in enumerate(reals):
            if value is real:
                return {"same": number}
        if value is None or type(value) in (bool, int, float, str):
            return value
        if isinstance(value, np.ndarray):
            return {"array": {"values": value.tolist(), "dtype": value.dtype.name}}
        if isinstance(value, tuple):
            return {"tuple": [self.encoded(each, reals) for each in value]}
        if isinstance(value, Mapping):
            return {"dict": [[name, self.encoded(each, reals)] for name, each in value.items()]}
        if isinstance(value, list | types.GeneratorType):
            return {"list": [self.encoded(each, reals) for each in value]}
        self.made.append(value)
        return {"thing": f"{type(value).__module__}.{type(value).__qualname__}"}

    def contents(self, real):
        """What an operation may change of an object."""
        match real:
            case self.real.Tensor():
                values = real.detach().double().numpy().tobytes()
                grad = real.grad if real.is_leaf else None
                return values, real.requires_grad, None if grad is None else self.contents(grad)
            case self.real.nn.Module():
                tensors = [*real.parameters(), *real.buffers()]
                modes = [module.training for module in real.modules()]
                settings = {name: each for name, each in vars(real).items() if name[0] != "_"}
                return [*map(self.contents, tensors)], modes, repr(settings)
            case self.real.optim.Optimizer():
                return repr(real.state_dict())
        return None

    def memory(self, value):
        """Where the numbers of a value lie."""
        match value:
            case self.real.Tensor():
                return {value.untyped_storage().data_ptr()} - {0}
            case self.real.nn.Module():
                return self.memory_of_all([*value.parameters(), *value.buffers()])
            case np.ndarray():
                return {value.ctypes.data}
            case list() | tuple():
                return self.memory_of_all(value)
            case dict():
                return self.memory_of_all(list(value.values()))
        return set()

    def memory_of_all(self, values):
        return set().union(*map(self.memory, values))


def start():
    """In a lesson's kernel: give what the lesson imports as torch to a recording."""
    recording = Recording()
    ordinary = builtins.__import__

    def recording_import(name, globals=None, locals=None, fromlist=(), level=0):
        if name.partition(".")[0] != "torch" or (globals or {}).get("__name__") != "__main__":
            return ordinary(name, globals, locals, fromlist, level)
        found = recording.torch
        for part in name.split(".")[1:] if fromlist else ():
            found = getattr(found, part)
        return found

    builtins.__import__ = recording_import
    without_processes()
    return recording


def record(lesson: Path, target: Path) -> nbformat.NotebookNode:
    """Run a lesson, write the answers of torch to target, and give the lesson as it ran."""
    notebook = nbformat.read(lesson, as_version=4)
    here = str(Path(__file__).parent)
    first = f"import sys; sys.path.insert(0, {here!r})\nimport record_torch\n"
    first += "recording_of_torch = record_torch.start()"
    last = f"record_torch.save(recording_of_torch, {str(target)!r})"
    cells = [nbformat.v4.new_code_cell(source) for source in (first, last)]
    notebook.cells = [cells[0], *notebook.cells, cells[1]]
    NotebookClient(
        notebook,
        resources={"metadata": {"path": lesson.parent}},
        coalesce_streams=True,
        allow_error_names=[NotRecordedError.__name__],
        extra_arguments=["--log-level=ERROR"],
    ).execute()
    notebook.cells = notebook.cells[1:-1]
    return notebook


def save(recording, target):
    Path(target).write_text(json.dumps(recording.table))


if __name__ == "__main__":
    record(Path(sys.argv[1]), Path(sys.argv[2]))
