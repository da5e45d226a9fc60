"""Interrupts at random moments of on_threads and on_processes: python tests/interrupts.py 200

A second number is the seed.

Each round starts 1 to 8 workers, which exchange something until they are ended or, in half of the
rounds, for a moment, and presses one to five times. It prints how many rounds went wrong, and how.
"""

import logging
import os
import signal
import sys
import threading
import time
from collections import Counter
from itertools import accumulate
from random import Random

import psutil
import torch  # noqa: F401 (once, and not in each worker)

from bnlib.classroom.lessons.workers import on_processes, on_threads

ALLOWED = 2  # seconds from the first press to the end of the call
LOCKS = [logging._lock, threading._active_limbo_lock]


def working(seconds):
    """Exchanges, for so long; workers stop after the same one."""

    def work(rank, all_gather):
        started = time.monotonic()
        while not any(all_gather(time.monotonic() - started > seconds)):
            logging.getLogger(__name__).debug("rank %s", rank)  # it takes logging's lock
            time.sleep(0.01)

    return work


def wrong_after_presses(run, count, seconds, pauses):
    """What went wrong in one round, in words, and the time from the first press to the end."""
    pressed, answered, noise, armed = [], [], [], [True]

    def press():
        for pause in pauses:
            time.sleep(pause)
            pressed.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

    def answer(*_):
        """As Python's own does, but once only, and only in the call or right before or after it."""
        answered.append("by the handler")
        if armed:
            armed.clear()
            raise KeyboardInterrupt

    handler = signal.signal(signal.SIGINT, answer)
    before, others = set(threading.enumerate()), psutil.Process().children()
    hook, sys.unraisablehook = sys.unraisablehook, noise.append
    presser = threading.Thread(target=press)
    try:
        try:
            presser.start()
            run(working(seconds), count)
        except KeyboardInterrupt:
            answered.append("by the call")
        armed.clear()
    except KeyboardInterrupt:
        pass
    ended = time.monotonic()
    left = [each for each in psutil.Process().children() if each not in others]
    presser.join()
    signal.signal(signal.SIGINT, handler)
    sys.unraisablehook = hook
    threads = set(threading.enumerate()) - before - {presser}
    found = {
        "swallowed": not answered or noise,
        "late": ended - pressed[0] > ALLOWED,
        "a process left": left,
        "a thread left": threads,
        "a lock held": any(is_held(lock) for lock in LOCKS),
    }
    return [what for what, wrong in found.items() if wrong], ended - pressed[0]


def is_held(lock):
    """Whether another thread waits for it in vain."""
    got = []

    def take():
        with lock:
            got.append(True)

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    thread.join(0.5)
    return not got


def rounds(number, seed):
    """How often each thing went wrong, and the longest time to an end, in seconds."""
    random = Random(seed)
    wrong, longest = Counter(), 0.0
    for _ in range(number):
        run, count = random.choice([on_threads, on_processes]), random.randint(1, 8)
        seconds = random.choice([1e9, random.uniform(0, 0.3)])
        first = random.uniform(0, 0.1 if run is on_threads else 0.3 + 0.05 * count)
        pauses = [first, *(random.uniform(0, 0.05) for _ in range(random.randint(0, 4)))]
        found, took = wrong_after_presses(run, count, seconds, pauses)
        if found:
            print(run.__name__, count, round(seconds, 2), list(accumulate(pauses)), found, took)
        wrong.update(found)
        longest = max(longest, took)
    return wrong, longest


if __name__ == "__main__":
    number, seed = (*map(int, sys.argv[1:]), 0)[:2]
    wrong, longest = rounds(number, seed)
    print(f"{number} rounds, ended within {longest:.2f} s; wrong: {dict(wrong)}")
    sys.exit(bool(wrong))
