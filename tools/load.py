"""make load: a class of 25 runs the lessons at the same time, each in a kernel of its own."""

import asyncio
import itertools
import statistics
import sys
import time
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

STUDENTS = 25
LESSONS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
MIB = 2**20


async def student(lesson):
    """Run a lesson from top to bottom; gives the error, if there is one."""
    notebook = nbformat.read(lesson, as_version=4)
    resources = {"metadata": {"path": lesson.parent}}
    client = NotebookClient(notebook, resources=resources, timeout=600, startup_timeout=600)
    try:
        await client.async_execute()
    except (CellExecutionError, RuntimeError, TimeoutError) as error:
        return error
    return None


async def watch(peaks):
    """Note the most memory that each kernel has for itself and with what it shares."""
    while True:
        for kernel in psutil.Process().children():
            try:
                memory = kernel.memory_full_info()
            except psutil.NoSuchProcess:
                continue
            own, resident = peaks.get(kernel.pid, (0, 0))
            peaks[kernel.pid] = (max(own, memory.uss), max(resident, memory.rss))
        await asyncio.sleep(0.5)


async def main():
    peaks = {}
    watching = asyncio.create_task(watch(peaks))
    start = time.perf_counter()
    lessons = itertools.islice(itertools.cycle(LESSONS), STUDENTS)
    errors = [error for error in await asyncio.gather(*map(student, lessons)) if error]
    took = time.perf_counter() - start
    watching.cancel()
    own, resident = ([peak[i] / MIB for peak in peaks.values()] for i in (0, 1))
    print(f"{STUDENTS} kernels at once: {len(errors)} failed; all were done after {took:.0f} s")
    print(f"peak per kernel, its own memory: median {statistics.median(own):.0f} MiB, ", end="")
    print(f"most {max(own):.0f} MiB; with shared libraries: {max(resident):.0f} MiB")
    for error in errors:
        print(error)
    return len(errors)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
