"""What a wrong answer without a name has in common with the right one.

A pattern is said where it holds for every number that is wrong, on every input, and nowhere else.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from bnlib.classroom.check import verdict
from bnlib.classroom.check.compare import (
    CLOSE,
    Inputs,
    Mode,
    Outcome,
    Returned,
    all_returned,
    is_near,
    same,
    same_everywhere,
)

Reason = tuple[str, str]  # one of verdict.OUTCOMES or nothing, and a sentence
Pair = tuple[np.ndarray, np.ndarray, int]  # mine, what it should be, and values per channel
ROUNDED = "All of it is close. Is something rounded on the way? Keep all digits."
FEWEST = 3  # so many numbers at least: two fit too many patterns

WORDS = {
    verdict.SIGN: "All numbers are right but for their sign.",
    verdict.N_TIMES: "All numbers are n times too large; n is how many values are averaged.",
    verdict.NTH: "All numbers are n times too small; n is how many values are averaged.",
    verdict.BESSEL: "All numbers are n / (n - 1) times what they should be.",
    verdict.INVERSE_BESSEL: "All numbers are (n - 1) / n times what they should be.",
    verdict.FACTOR: "All numbers are {:.4g} times what they should be.",
    verdict.OFFSETS: "Each channel is off by an amount of its own, the same for all its samples.",
    verdict.FIRST_SAMPLE: "Only the first sample is right.",
}
SCALED: dict[str, Callable[[int], float]] = {
    verdict.SIGN: lambda n: -1.0,
    verdict.N_TIMES: lambda n: n,
    verdict.NTH: lambda n: 1 / n,
    verdict.BESSEL: lambda n: n / (n - 1) if n > 1 else np.nan,
    verdict.INVERSE_BESSEL: lambda n: (n - 1) / n,
}


def pattern(
    inputs: Sequence[Inputs],
    outcomes: Sequence[Outcome],
    right: Sequence[Returned],
    mode: Mode = lambda given: "",
) -> Reason | None:
    """The first pattern that holds, if there is one.

    Args:
        inputs: what the function was tried on.
        outcomes: what came out, for each input.
        right: what should have.
        mode: says in words which mode an input asks for.
    """
    returned = all_returned(outcomes)
    if returned is None:
        return None
    if same_everywhere(returned, right, CLOSE):
        return "", ROUNDED
    return _of_numbers(inputs, returned, right) or _of_modes(inputs, returned, right, mode)


def _of_modes(
    inputs: Sequence[Inputs],
    outcomes: Sequence[Returned],
    right: Sequence[Returned],
    mode: Mode,
) -> Reason | None:
    """All is right in one mode, and nothing in another."""
    goes_well: dict[str, set[bool]] = {}
    for given, mine, expected in zip(inputs, outcomes, right, strict=True):
        goes_well.setdefault(mode(given), set()).add(same(mine, expected))
    good, bad = ([m for m in goes_well if goes_well[m] == {well}] for well in (True, False))
    if len(good) == len(bad) == 1 and len(goes_well) == 2:
        return verdict.IN_ONE_MODE, f"All is right {good[0]}; what goes wrong is {bad[0]}."
    return None


def _of_numbers(
    inputs: Sequence[Inputs], outcomes: Sequence[Returned], right: Sequence[Returned]
) -> Reason | None:
    """What holds for every number that is wrong."""
    pairs = list(_wrong_parts(inputs, outcomes, right))
    if sum(np.count_nonzero(expected) for _, expected, _ in pairs) < FEWEST:
        return None
    if not all(np.isfinite(array).all() for *arrays, _ in pairs for array in arrays):
        return None
    for kind, factor in SCALED.items():
        if all(is_near(mine, expected * factor(n)).all() for mine, expected, n in pairs):
            return kind, WORDS[kind]
    products = sum(float((mine * expected).sum()) for mine, expected, _ in pairs)
    common = products / sum(float(np.square(expected).sum()) for _, expected, _ in pairs)
    if common and all(is_near(mine, expected * common).all() for mine, expected, _ in pairs):
        return verdict.FACTOR, WORDS[verdict.FACTOR].format(common)
    tables = [pair for pair in pairs if pair[1].ndim > 1 and len(pair[1]) > 1]
    if len(tables) == len(pairs):
        for kind, holds in ((verdict.OFFSETS, _is_shifted), (verdict.FIRST_SAMPLE, _first_alone)):
            if all(holds(mine, expected) for mine, expected, _ in tables):
                return kind, WORDS[kind]
    return None


def _wrong_parts(
    inputs: Sequence[Inputs],
    outcomes: Sequence[Returned],
    right: Sequence[Returned],
) -> Iterator[Pair]:
    """For each input, those of the results that are wrong on some input."""
    for part in range(len(right[0])):
        mine, expected = ([each[part] for each in several] for several in (outcomes, right))
        if any(a.shape != b.shape for a, b in zip(mine, expected, strict=True)):
            yield np.array(np.nan), np.ones(FEWEST), 1  # no pattern of numbers
        elif not all(is_near(a, b).all() for a, b in zip(mine, expected, strict=True)):
            for given, a, b in zip(inputs, mine, expected, strict=True):
                x = given.get("x")
                n = x.size // x.shape[1] if isinstance(x, np.ndarray) and x.ndim > 1 else 1
                yield a.astype(np.float64), b.astype(np.float64), n


def _is_shifted(mine: np.ndarray, expected: np.ndarray) -> bool:
    shift = (mine - expected)[:1]
    return bool(is_near(mine, expected + shift).all() and not is_near(mine, expected).all())


def _first_alone(mine: np.ndarray, expected: np.ndarray) -> bool:
    near = is_near(mine, expected)
    return bool(near[0].all() and not near[1:].any(axis=tuple(range(1, near.ndim))).any())
