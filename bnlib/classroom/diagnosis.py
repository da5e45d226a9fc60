"""Which mistake of the zoo would give what agree() was shown.

The two arguments of the call are computed again, with bnlib making each mistake, and with
bnlib in the place of torch's batch norm.
"""

import ast
import linecache
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import partial
from types import CodeType, FrameType
from typing import Any

from bnlib import functional
from bnlib.classroom.mistakes import Mistake, with_each
from bnlib.classroom.zoo import ZOO

AS_IT_IS = ("def batch_statistics(", "class _BatchNorm")
NO_MISTAKE = Mistake("no mistake", "", 0, tuple(zip(AS_IT_IS, AS_IT_IS, strict=True)), "")


def suspicion(caller: FrameType, is_shown: Callable[[Any], bool]) -> str:
    """A sentence on the mistakes that fit; empty where none does.

    Args:
        caller: the frame of the call, in which the arguments are computed again.
        is_shown: whether a value is the wrong one that the call was given.
    """
    for code in _arguments(caller):
        again = partial(_again, code, caller.f_globals | caller.f_locals)
        with _bnlib_for_torch():
            values = list(with_each((NO_MISTAKE, *ZOO), again))
        fitting = [mistake for mistake, value in values if is_shown(value)]
        if fitting and NO_MISTAKE not in fitting:
            return "".join(f"\nThat is what this mistake gives: {mistake}" for mistake in fitting)
    return ""


def _arguments(caller: FrameType) -> Iterator[CodeType]:
    """The code of the first two arguments of the call that caller is in."""
    position = list(caller.f_code.co_positions())[caller.f_lasti // 2]
    source = "".join(linecache.getlines(caller.f_code.co_filename))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and position == (
            node.lineno, node.end_lineno, node.col_offset, node.end_col_offset
        ):  # fmt: skip
            for argument in node.args[:2]:
                yield compile(ast.Expression(argument), "argument", "eval")


def _again(code: CodeType, scope: dict[str, Any]) -> Any:
    """The value of an expression, computed without touching what it uses."""
    return eval(code, scope | {name: _copy(scope[name]) for name in code.co_names if name in scope})


def _copy(value: Any) -> Any:
    try:
        return deepcopy(value)
    except (TypeError, RuntimeError):  # Python modules, and tensors inside of a computation
        return value


@contextmanager
def _bnlib_for_torch() -> Iterator[None]:
    """bnlib's batch norm in the place of torch's."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return

    def array(value: Any) -> Any:
        return value.detach().numpy() if isinstance(value, torch.Tensor) else value

    def batch_norm(*args: Any, **kwargs: Any) -> Any:
        named = {name: array(value) for name, value in kwargs.items()}
        return torch.from_numpy(functional.batch_norm(*map(array, args), **named))

    torchs = torch.nn.functional.batch_norm
    torch.nn.functional.batch_norm = batch_norm
    try:
        yield
    finally:
        torch.nn.functional.batch_norm = torchs
