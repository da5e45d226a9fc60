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
from time import monotonic
from types import CodeType, FrameType
from typing import Any

from bnlib import functional
from bnlib.classroom.mistakes import Mistake, named, with_each
from bnlib.classroom.zoo import ZOO

NO_MISTAKE = Mistake("no mistake", "", 0, (), "")
PATIENCE = 5  # seconds that a learner waits for a name


def suspicion(caller: FrameType, is_shown: Callable[[Any], bool]) -> str:
    """A sentence on the mistakes that fit; empty where none does.

    Args:
        caller: the frame of the call, in which the arguments are computed again.
        is_shown: whether a value is the wrong one that the call was given.
    """
    end = monotonic() + PATIENCE
    for code in _arguments(caller):
        again = partial(_is_shown_again, is_shown, code, caller.f_globals | caller.f_locals)
        fitting = []
        with _bnlib_for_torch():
            for mistake, fits in with_each((NO_MISTAKE, *ZOO), again):
                if fits:
                    fitting.append(mistake)
                if monotonic() > end:
                    return ""
        if fitting and NO_MISTAKE not in fitting:
            return named(fitting)
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
                if isinstance(argument, ast.Starred):
                    return
                yield compile(ast.Expression(argument), "argument", "eval")


def _is_shown_again(is_shown: Callable[[Any], bool], code: CodeType, scope: dict[str, Any]) -> bool:
    """Whether an expression gives what was shown, computed without touching what it uses."""
    copies = {name: _copy(scope[name]) for name in code.co_names if name in scope}
    return is_shown(eval(code, scope | copies))


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
