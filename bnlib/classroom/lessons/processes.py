"""The same work on several processes of this computer, with torch.distributed between them."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from multiprocessing.connection import Connection, wait
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from bnlib.synchronized import AllGather

Work = Callable[[int, AllGather], Any]  # of its rank, counted from 0, and the exchange
GRACE = 1  # second; so that a worker that waits for another one can still say so


def on_processes(work: Work, count: int, timeout: float = 30) -> list[Any]:
    """What work(rank, all_gather) returns on each of count processes, by rank.

    They are forks of this process, so work may be defined in a notebook; torch.distributed's
    default group (gloo) stands ready in them, and all_gather is what bnlib.synchronized asks
    for. Whatever happens, they have ended when this call ends. If torch has a GPU, or Vulkan, or
    Apple's MPS, work can use autograd only where this process has not.

    Raises:
        RuntimeError: a process failed, ended, or took longer than timeout, in seconds; it says
            of each such rank what it said. Or this system cannot fork, as Windows cannot.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        raise RuntimeError(
            "on_processes forks this process, which Windows cannot do. Skip this cell: the "
            "lesson, as it was stored, shows what it gives on Linux and macOS."
        )
    context = multiprocessing.get_context("fork")
    deadline = monotonic() + timeout + GRACE
    outcomes: list[tuple[bool, Any]] = [(False, f"had not ended after {timeout} seconds")] * count
    with TemporaryDirectory() as folder:
        receivers, processes = [], []
        try:
            for rank in range(count):
                receiver, sender = context.Pipe(duplex=False)
                arguments = (work, rank, count, Path(folder) / "store", timeout, sender)
                process = context.Process(target=_run_process, args=arguments, daemon=True)
                process.start()
                sender.close()
                processes.append(process)
                receivers.append(receiver)
            for rank, receiver in enumerate(receivers):
                if receiver.poll(max(0, deadline - monotonic())):
                    outcomes[rank] = _received(receiver)
        finally:
            for process in processes:
                process.kill()
                process.join()
    return _results(outcomes)


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
        dist.all_gather_object(parts, values)
        return parts

    def with_group(rank: int, all_gather: AllGather) -> Any:
        dist.init_process_group(
            "gloo", store.as_uri(), timedelta(seconds=timeout), world_size=count, rank=rank
        )
        dist.barrier()  # nobody begins, or fails, before all are connected
        return work(rank, all_gather)

    outcome = _outcome(with_group, rank, all_gather)
    try:
        sender.send(outcome)
    except Exception as error:
        sender.send((False, f"its result cannot be sent: {error}"))
    os._exit(0)


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def _received(receiver: Connection) -> Any:
    try:
        return receiver.recv()
    except EOFError:
        return False, "its process ended"


def _outcome(work: Work, rank: int, all_gather: AllGather) -> tuple[bool, Any]:
    """Whether work came to its end, and what it returned, or else what it said."""
    try:
        return True, work(rank, all_gather)
    except BaseException as error:  # also SystemExit: the other workers must hear of it
        return False, f"{type(error).__name__}: {error}"


def _results(outcomes: list[tuple[bool, Any]]) -> list[Any]:
    failures = [f"rank {rank}: {said}" for rank, (ended, said) in enumerate(outcomes) if not ended]
    if failures:
        raise RuntimeError("\n".join(["not every worker finished.", *failures]))
    return [result for _, result in outcomes]
