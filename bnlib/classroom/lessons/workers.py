"""The same work for several workers at once: threads of this process, or processes of their own.

While workers run, an interrupt (Ctrl-C, or the square in a notebook) is only noted. The caller
looks for it between two looks at the workers, ends them, and raises KeyboardInterrupt then. So it
may come at any moment and any number of times: nothing is left half started or half ended.
"""

import multiprocessing
import os
import signal
import sysconfig
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection, wait
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, NamedTuple

import numpy as np

from bnlib.synchronized import AllGather

Work = Callable[[int, AllGather], Any]  # of its rank, counted from 0, and the exchange
LOOK = 0.05  # seconds from one look at the workers to the next, where none ends before
GRACE = 1  # second; once one worker has failed, or time is up, the others can still say so
ENDED = object()  # what a worker that has ended leaves for the others
LIBRARIES = (str(Path(__file__).parents[2]), *map(sysconfig.get_path, ("stdlib", "purelib")))


class Failure(NamedTuple):
    """When a worker failed, which one, and what it said; they sort by time."""

    when: float
    rank: int
    said: str


def on_threads(work: Work, count: int) -> list[Any]:
    """What work(rank, all_gather) returns on each of count threads, by rank.

    all_gather is what bnlib.synchronized asks for. Nobody can end a thread from outside: after an
    error or an interrupt, one that is computing goes on until its next exchange, or its end.

    Raises:
        BaseException: whatever the first worker that failed has raised.
        ValueError: count is not a whole number from 1 on.
    """
    _require_workers(count)
    with _interrupts_noted() as noted:
        results, errors = _run_threads(work, count, noted)
        if errors:
            raise errors[0]
        return results


def on_processes(work: Work, count: int, timeout: float = 30) -> list[Any]:
    """What work(rank, all_gather) returns on each of count processes, by rank.

    They are forks of this process, so work may be defined in a notebook; torch.distributed's
    default group (gloo) stands ready in them, and all_gather is what bnlib.synchronized asks
    for. Whatever happens, they have ended when this call ends. If torch has a GPU, or Vulkan, or
    Apple's MPS, work can use autograd only where this process has not.

    Raises:
        RuntimeError: a process failed, ended, or took longer than timeout, in seconds; it says
            of each such rank what it said, and in which line, the first one first. Or this system
            cannot fork, as Windows cannot.
        ValueError: count is not a whole number from 1 on.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        raise RuntimeError(
            "on_processes forks this process, which Windows cannot do. Skip this cell: the "
            "lesson, as it was stored, shows what it gives on Linux and macOS."
        )
    _require_workers(count)
    with _interrupts_noted() as noted, TemporaryDirectory() as folder:
        results, failures = _run_processes(work, count, timeout, Path(folder) / "store", noted)
        if failures:
            said = [f"rank {failure.rank}: {failure.said}" for failure in sorted(failures)]
            raise RuntimeError("\n".join(["not every worker finished.", *said]))
        return results


def _require_workers(count: Any) -> None:
    if not isinstance(count, (int, np.integer)) or isinstance(count, bool) or count < 1:
        raise ValueError(f"count is {count!r}; expected the number of workers, 1 or more, e.g. 2.")


@contextmanager
def _interrupts_noted() -> Iterator[list[int]]:
    """Interrupts go into the list that this gives, and become KeyboardInterrupt at its end."""
    noted: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not (in_main_thread and callable(before)):  # none reach this thread, or all are ignored
        yield noted
        return
    signal.signal(signal.SIGINT, lambda number, _: noted.append(number))
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
        if noted:
            raise KeyboardInterrupt


def _run_threads(
    work: Work, count: int, noted: Sequence[int]
) -> tuple[list[Any], list[BaseException]]:
    """Results by rank, and errors in the order of time; it returns early where one is noted."""
    boxes: list[list[SimpleQueue[Any]]] = [  # boxes[to][sender]
        [SimpleQueue() for _ in range(count)] for _ in range(count)
    ]
    results: list[Any] = [None] * count
    errors: list[BaseException] = []

    def one(rank: int) -> None:
        def all_gather(values: Any) -> Sequence[Any]:
            for box in boxes:
                box[rank].put(values)
            return [_taken(box, sender) for sender, box in enumerate(boxes[rank])]

        try:
            results[rank] = work(rank, all_gather)
        except BaseException as error:  # also SystemExit: the others must hear of it
            errors.append(error)
        for box in boxes:
            box[rank].put(ENDED)

    threads = [threading.Thread(target=one, args=(rank,), daemon=True) for rank in range(count)]
    for thread in threads:
        thread.start()
    deadline = np.inf
    while alive := [thread for thread in threads if thread.is_alive()]:
        alive[0].join(LOOK)
        if (noted or errors) and deadline == np.inf:
            deadline = monotonic() + GRACE
            for box in (box for boxes_of_one in boxes for box in boxes_of_one):
                box.put(ENDED)  # whoever waits for an exchange waits no longer
        if monotonic() > deadline:
            break
    return results, errors


def _taken(box: "SimpleQueue[Any]", sender: int) -> Any:
    values = box.get()
    if values is ENDED:
        raise RuntimeError(
            f"rank {sender} has ended, and does not come to this exchange; every worker has to "
            "come to each of them."
        )
    return values


def _run_processes(
    work: Work, count: int, timeout: float, store: Path, noted: Sequence[int]
) -> tuple[list[Any], list[Failure]]:
    """Results by rank, and failures; it returns early where an interrupt is noted."""
    context = multiprocessing.get_context("fork")
    results: list[Any] = [None] * count
    failures = []
    processes = []
    ranks: dict[Connection, int] = {}  # of those that have said nothing yet
    started = monotonic()
    try:
        for rank in range(count):
            if noted:
                return results, []
            receiver, sender = context.Pipe(duplex=False)
            arguments = (work, rank, count, store, timeout, sender)
            process = context.Process(target=_run_process, args=arguments, daemon=True)
            process.start()
            processes.append(process)
            sender.close()
            ranks[receiver] = rank
        deadline = started + timeout + GRACE
        while ranks and not noted and monotonic() < deadline:
            for ready in wait(list(ranks), LOOK):
                assert isinstance(ready, Connection)
                rank = ranks.pop(ready)
                outcome = _received(ready, rank)
                if isinstance(outcome, Failure):
                    failures.append(outcome)
                    deadline = min(deadline, monotonic() + GRACE)
                else:
                    (results[rank],) = outcome
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.join()
    silent = f"had not ended after {monotonic() - started:.0f} seconds, and was stopped"
    return results, failures + [Failure(np.inf, rank, silent) for rank in ranks.values()]


def _run_process(
    work: Work, rank: int, count: int, store: Path, timeout: float, sender: Connection
) -> None:
    """The whole life of one process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's to answer
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    import torch
    from torch import distributed as dist

    torch.set_num_threads(1)  # a fork has none of the threads that torch believes it has

    def all_gather(values: Any) -> Sequence[Any]:
        parts = [None] * count
        try:
            dist.all_gather_object(parts, values)
        except RuntimeError as error:  # gloo's own words are of sockets
            raise RuntimeError(
                "another worker has ended, or did not come to this exchange in time; every worker "
                "has to come to each of them."
            ) from error
        return parts

    try:
        dist.init_process_group(
            "gloo", store.as_uri(), timedelta(seconds=timeout), world_size=count, rank=rank
        )
        dist.barrier()  # nobody begins, or fails, before all are connected
        outcome: Any = (work(rank, all_gather),)
    except BaseException as error:  # also SystemExit: the other workers must hear of it
        outcome = Failure(monotonic(), rank, _said(error))
    try:
        sender.send(outcome)
    except Exception as error:
        sender.send(Failure(monotonic(), rank, f"its result cannot be sent: {error}"))
    os._exit(0)


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def _received(receiver: Connection, rank: int) -> Any:
    """A Failure, or a tuple of the result alone."""
    try:
        return receiver.recv()
    except EOFError:
        return Failure(-np.inf, rank, "its process ended")  # it is why the others failed


def _said(error: BaseException) -> str:
    """Kind and message of an error, and the last line that it came through outside libraries."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith(LIBRARIES)]
    where = f"\n    line {own[-1].lineno} of {own[-1].name}: {own[-1].line}" if own else ""
    return f"{type(error).__name__}: {error}{where}"
