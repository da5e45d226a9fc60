"""Objects that stand for torch's, and pass on what is done with them.

Each knows its key, a digest of how it was made: of the operation and of what went into it, other
objects by their keys and numbers by their values. So the same steps lead to the same key, and
other numbers to another one. Where an operation changes an object, as a batch in training changes
a layer, its key changes too. What shares memory with others has the key that follows from theirs
as they are now.

record_torch.py asks torch itself, and notes for each key what came out. In a browser, where there
is no torch, Playback looks the key up. It computes nothing.
"""

import builtins
import inspect
import types
from functools import cache, partialmethod
from hashlib import sha256

import numpy as np

SENTENCE = "torch itself does not run in a browser, and its answer to this was not recorded"
ARITHMETIC = ["add", "sub", "mul", "truediv", "pow", "matmul"]
COMPARISONS = ["lt", "le", "gt", "ge", "eq", "ne"]
LEAVES_TORCH = {"array", "bool", "float", "int", "iter", "len", "numpy", "item", "tolist"}
CHANGES_TENSORS = {"setattr", "setitem", "backward", "batch_norm", "instance_norm"}
WITHOUT_STATE = {"module", "function", "method", "builtin_function_or_method", "type", "dtype"}
SIGNIFICANT_BITS = {2: 8, 4: 20, 8: 40}  # by the bytes of a float; the rest varies by processor


class NotRecordedError(Exception):
    """A number of torch's was asked for that nobody has recorded."""

    def __init__(self, sentence=SENTENCE):
        super().__init__(f"{sentence}.")


class Recorded:
    """An object of torch's; everything that is done with it goes to calls."""

    __array_ufunc__ = None  # array * recorded is for recorded to answer
    __hash__ = object.__hash__

    def __init__(self, calls, made_by, key=None):
        """made_by: the operation and its arguments; key is None where it follows from them."""
        self.__dict__.update(_calls=calls, _made_by=made_by, _key=key, _known=True)

    def __getattr__(self, name):
        if name.startswith("_") and name != "__version__":
            raise AttributeError(name)
        return self._calls.perform("getattr", self, name)

    def __setattr__(self, name, value):
        self._calls.perform("setattr", self, name, value)

    def __call__(self, *args, **kwargs):
        return self._calls.perform("call", self, args, kwargs)

    def __getitem__(self, index):
        return self._calls.perform("getitem", self, index)

    def __setitem__(self, index, value):
        self._calls.perform("setitem", self, index, value)

    def __iter__(self):
        return iter(self._calls.perform("iter", self))

    def __array__(self, dtype=None, copy=None):
        return np.array(self._calls.perform("array", self), dtype)

    def __enter__(self):
        self._calls.contexts.append(self)
        return self._calls.perform("enter", self)

    def __exit__(self, *_):
        self._calls.perform("exit", self)
        self._calls.contexts.remove(self)

    def __mro_entries__(self, bases):
        return (object,)

    def _operation(self, *others, name):
        return self._calls.perform(name, self, *others)

    def _reflected(self, other, *, name):
        return self._calls.perform(name, other, self)


for _name in (*ARITHMETIC, *COMPARISONS, "neg", "bool", "float", "int", "len", "str", "repr"):
    setattr(Recorded, f"__{_name}__", partialmethod(Recorded._operation, name=_name))
for _name in ARITHMETIC:
    setattr(Recorded, f"__r{_name}__", partialmethod(Recorded._reflected, name=_name))


@cache
def recorded_class(full_name):
    """A class that says of itself that it is torch's of that name."""
    module, _, name = full_name.rpartition(".")
    return type(name, (Recorded,), {"__module__": module})


def key_of(recorded):
    """The key of an object as it is now, or None where it cannot be known."""
    if not recorded._known:
        return None
    return recorded._key or digest(*recorded._made_by)


def digest(*values):
    """A key for values, or None if one of them has none."""
    try:
        return sha256(_as_bytes(values)).hexdigest()[:16]
    except _NoKeyError:
        return None


class _NoKeyError(Exception):
    pass


def _as_bytes(value):
    match value:
        case Recorded():
            key = key_of(value)
            if key is None:
                raise _NoKeyError
            return key.encode()
        case list() | tuple():
            return b"(%s)" % b",".join(map(_as_bytes, value))
        case dict():
            return b"{%s}" % _as_bytes(list(value.items()))
        case slice():
            return b"slice" + _as_bytes([value.start, value.stop, value.step])
        case float() | np.ndarray() | np.generic():
            array = np.asarray(value)
            return f"{array.dtype}{array.shape}".encode() + _rounded(array).tobytes()
        case types.FunctionType():
            return inspect.getsource(value).encode()
        case None | bool() | int() | str() | types.EllipsisType():
            return repr(value).encode()
    raise _NoKeyError


def _rounded(array):
    if array.dtype.kind == "O":
        raise _NoKeyError
    if array.dtype.kind != "f":
        return array
    bits = SIGNIFICANT_BITS[array.itemsize]
    mantissa, exponent = np.frexp(array.astype(np.float64))
    return np.ldexp(np.rint(np.ldexp(mantissa, bits)), exponent - bits) + 0.0


def reached(values):
    """The recorded objects among values, and those that they were made of, each once."""
    found, ahead = {}, [values]
    while ahead:
        value = ahead.pop()
        if isinstance(value, Recorded):
            if id(value) in found:
                continue
            found[id(value)] = value
            value = value._made_by
        if isinstance(value, list | tuple):
            ahead.extend(value)
        elif isinstance(value, dict):
            ahead.extend(value.values())
    return list(found.values())


class Calls:
    """What is done with recorded objects: the same bookkeeping, whoever has the answer."""

    def __init__(self):
        self.contexts = []
        self.torch = recorded_class("builtins.module")(self, ("import", "torch"), "torch")

    def perform(self, operation, *args):
        within = reached([self.contexts, args])
        key = digest(operation, args, self.contexts, len(within))
        outcome = self.outcome(key, operation, args, within)
        if outcome is None:
            return self.unknown(operation, args, within)
        for number in outcome.get("changed", ()):
            within[number].__dict__["_key"] = digest(within[number], key)
        if "error" in outcome:
            kind, message = outcome["error"]
            raise getattr(builtins, kind)(message)
        shares = outcome.get("shares", False)
        return self.decoded(outcome["value"], (operation, args), key, shares, within, [0])

    def decoded(self, node, made_by, key, shares, within, count):
        """A value from its JSON form; a node that is an object has one entry, its kind."""
        if not isinstance(node, dict):
            return node
        ((kind, content),) = node.items()
        again = [made_by, key, shares, within, count]
        match kind:
            case "same":
                return within[content]
            case "array":
                return np.array(content["values"], content["dtype"])
            case "dict":
                return {name: self.decoded(each, *again) for name, each in content}
            case "list" | "tuple":
                items = [self.decoded(each, *again) for each in content]
                return items if kind == "list" else tuple(items)
        made_by = (*made_by, count[0])
        own = None if shares else digest(key, count[0])
        count[0] += 1
        return recorded_class(content)(self, made_by, own)


class Playback(Calls):
    """Gives the recorded answers, from a table by key."""

    def __init__(self, table):
        super().__init__()
        self.table = table

    def outcome(self, key, *_):
        return self.table.get(key)

    def unknown(self, operation, args, within):
        """What was not recorded stays unknown, with all that it may have changed."""
        name = _called(args[0]) if operation == "call" else operation
        for each in within:
            if _may_change(name, operation, type(each)):
                each.__dict__["_known"] = False
        if operation in ("str", "repr"):
            return f"({SENTENCE})"
        if name in LEAVES_TORCH:
            raise NotRecordedError
        if operation in ("setattr", "setitem", "enter", "exit"):
            return None
        result = recorded_class("torch.Tensor")(self, (operation, args))
        result.__dict__["_known"] = False
        return result


def _called(function):
    """The name by which a function was got."""
    operation, (*_, name), *_ = function._made_by
    return name if operation == "getattr" else ""


def _may_change(name, operation, kind):
    if operation not in ("call", "setattr", "setitem") or kind.__name__ in WITHOUT_STATE:
        return False
    if kind.__name__ in ("Tensor", "Parameter"):
        return name in CHANGES_TENSORS or name.endswith("_")
    return True
