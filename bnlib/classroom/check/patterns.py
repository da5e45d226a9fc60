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
    in_words,
    is_near,
    same,
    same_everywhere,
)

Reason = tuple[str, str]  # one of verdict.OUTCOMES or nothing, and a sentence
Pair = tuple[np.ndarray, np.ndarray, float]  # mine, what it should be, and values per channel
ROUNDED = "Is something rounded on the way? Keep all digits."
NAN = "nan or inf comes out: of a division by 0, or of the root or logarithm of a negative number."
SHORT_INPUT = 60  # letters
MOST_DECIMALS = 6
EXACT = 1e-7  # of the largest value: what float32 keeps
FEWEST = 3  # so many numbers at least: two fit too many patterns
# What the parts along an axis are called, for arrays of two, three and four axes.
PARTS = {2: {1: "column", 0: "row"}, 3: {2: "channel", 0: "sample"}, 4: {1: "channel", 0: "sample"}}

WORDS = {
    verdict.SIGN: "All numbers are right but for their sign.",
    verdict.N_TIMES: "All numbers are n times too large; n is how many values are averaged.",
    verdict.NTH: "All numbers are n times too small; n is how many values are averaged.",
    verdict.BESSEL: "All numbers are n / (n - 1) times what they should be.",
    verdict.INVERSE_BESSEL: "All numbers are (n - 1) / n times what they should be.",
    verdict.FACTOR: "All numbers are {:.4g} times what they should be.",
    verdict.OFFSETS: "Each {} is off by an amount of its own: look at what is added or subtracted.",
    verdict.FACTORS: "Each {} is right but for a factor of its own: look at what it is divided or "
    "multiplied by.",
    verdict.FIRST_ALONE: "Only the first {} is right.",
    verdict.ALL_BUT_LAST: "All is right but the last {}.",
    verdict.LINES: "Each {} is off by a factor and an amount of its own: look at what is added or "
    "subtracted, and at what it is divided or multiplied by.",
    verdict.ORDER: "All numbers are there, but in another order.",
}
RESHAPED = " Did reshape have to move an axis, or was one not moved back?"
SCALED: dict[str, Callable[[float], float]] = {
    verdict.SIGN: lambda n: -1.0,
    verdict.N_TIMES: lambda n: n,
    verdict.NTH: lambda n: 1 / n,
    verdict.BESSEL: lambda n: n / (n - 1) if n > 1 else np.nan,
    verdict.INVERSE_BESSEL: lambda n: (n - 1) / n if n > 1 else np.nan,
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
    if same_everywhere(returned, right, CLOSE) or any(
        _is_rounded(returned, right, decimals) for decimals in range(MOST_DECIMALS + 1)
    ):
        return "", ROUNDED
    of_numbers = _of_numbers(inputs, returned, right)
    kind = of_numbers[0] if of_numbers else ""
    found = _of_results(returned, right, of_numbers)
    if kind == verdict.ORDER:
        return found
    return (
        _of_inputs(inputs, returned, right)
        or (found if kind not in ("", verdict.LINES) else None)
        or _of_modes(inputs, returned, right, mode)  # it says more than that lines are there
        or found
    )


def _is_rounded(returned: Sequence[Returned], right: Sequence[Returned], decimals: int) -> bool:
    """Whether it is all rounded; what is one number everywhere, such as 0, may be anything."""
    rounded = [tuple(np.round(array, decimals) for array in each) for each in right]
    several = [np.concatenate([*map(np.ravel, part)]) for part in zip(*rounded, strict=True)]
    return same_everywhere(returned, rounded, EXACT) and all(np.ptp(part) > 0 for part in several)


def _of_inputs(
    inputs: Sequence[Inputs], outcomes: Sequence[Returned], right: Sequence[Returned]
) -> Reason | None:
    """The first input came out right, and no other."""
    well = list(map(same, outcomes, right))
    if not well[0] or any(well[1:]):
        return None
    first = in_words(inputs[0])
    given = f"{first} came" if len(first) <= SHORT_INPUT else "The first input came"
    arrays = any(isinstance(value, np.ndarray) for value in inputs[0].values())
    such_as = ", such as more rows or columns" if arrays else ""
    return verdict.FIRST_INPUT, (
        f"{given} out right, and no other. Is a number typed in? Or what do the others have that "
        f"it has not{such_as}?"
    )


def _of_results(
    outcomes: Sequence[Returned], right: Sequence[Returned], found: Reason | None
) -> Reason | None:
    """What was found, with the one of two results that it is of, if the other is right."""
    if len(right[0]) != 2:
        return found
    goes_well = [
        all(same((mine[part],), (one[part],)) for mine, one in zip(outcomes, right, strict=True))
        for part in (0, 1)
    ]
    if not any(goes_well):
        return found
    good, bad = ("first", "second") if goes_well[0] else ("second", "first")
    words = f"Your {good} result is right for every input"
    if found is None:
        return verdict.ONE_RESULT, f"{words}; what goes wrong is in the {bad}."
    return found[0], f"{words}; in the {bad}, {found[1][0].lower()}{found[1][1:]}"


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
    if not all(np.isfinite(mine).all() for mine, *_ in pairs):
        return verdict.NAN, NAN
    if any(mine.shape != expected.shape for mine, expected, _ in pairs):
        return None
    for kind, factor in SCALED.items():
        if all(is_near(mine, expected * factor(n)).all() for mine, expected, n in pairs):
            return kind, WORDS[kind]
    products = sum(float((mine * expected).sum()) for mine, expected, _ in pairs)
    common = products / sum(float(np.square(expected).sum()) for _, expected, _ in pairs)
    if common and all(is_near(mine, expected * common).all() for mine, expected, _ in pairs):
        return verdict.FACTOR, WORDS[verdict.FACTOR].format(common)
    dimensions = {expected.ndim for _, expected, _ in pairs}
    axes = PARTS.get(max(dimensions), {}) if len(dimensions) == 1 else {}
    for kind, (fitted, holds) in OF_PARTS.items():
        for axis, part in axes.items():
            tables = [(_parts(a, axis), _parts(b, axis)) for a, b, _ in pairs]
            enough = sum(_numbers_left(a, b, fitted) for a, b in tables) >= FEWEST and (
                fitted or max(len(b) for _, b in tables) > 2
            )
            if enough and all(holds(*table) for table in tables):
                return kind, WORDS[kind].format(part)
    wrong = [(a, b) for a, b, _ in pairs if not is_near(a, b).all()]
    several = [(np.sort(a, axis=None), np.sort(b, axis=None)) for a, b in wrong]
    enough = any(len(np.unique(b)) >= FEWEST for _, b in several)
    if enough and all(is_near(a, b).all() for a, b in several):
        return verdict.ORDER, WORDS[verdict.ORDER] + (RESHAPED if max(dimensions) > 2 else "")
    return None


def _wrong_parts(
    inputs: Sequence[Inputs],
    outcomes: Sequence[Returned],
    right: Sequence[Returned],
) -> Iterator[Pair]:
    """For each input, those of the results that are wrong on some input."""
    for part in range(len(right[0])):
        mine, expected = ([each[part] for each in several] for several in (outcomes, right))
        if not all(same((a,), (b,)) for a, b in zip(mine, expected, strict=True)):
            for given, a, b in zip(inputs, mine, expected, strict=True):
                x = given.get("x")
                n = x.size / x.shape[1] if isinstance(x, np.ndarray) and x.ndim > 1 else 1
                yield a.astype(np.float64), b.astype(np.float64), n


def _parts(array: np.ndarray, axis: int) -> np.ndarray:
    """A row for each part along an axis."""
    return np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1)


def _numbers_left(mine: np.ndarray, expected: np.ndarray, fitted: int) -> int:
    """How many numbers could refute what has so many numbers of its own in each wrong part."""
    different = [len(np.unique(part)) for part in expected[~_near(mine, expected)]]
    return sum(max(count - fitted, 0) for count in different)


def _is_shifted(mine: np.ndarray, expected: np.ndarray) -> bool:
    shift = (mine - expected).mean(axis=1, keepdims=True)
    return bool(_near(mine - shift, expected).all())


def _is_scaled(mine: np.ndarray, expected: np.ndarray) -> bool:
    squares = np.square(expected).sum(axis=1, keepdims=True)
    some = squares > 1e-18 * squares.max()  # what is less is 0 but for rounding
    products = (mine * expected).sum(axis=1, keepdims=True)
    factor = np.divide(products, squares, where=some, out=np.ones_like(products))
    return bool(factor.all()) and bool(_near(mine / factor, expected).all())


def _is_on_lines(mine: np.ndarray, expected: np.ndarray) -> bool:
    centered = [each - each.mean(axis=1, keepdims=True) for each in (mine, expected)]
    return _is_scaled(*centered)


def _first_alone(mine: np.ndarray, expected: np.ndarray) -> bool:
    return bool(_near(mine, expected)[0]) and bool(_wrong(mine, expected)[1:].all())


def _all_but_last(mine: np.ndarray, expected: np.ndarray) -> bool:
    return bool(_near(mine, expected)[:-1].all()) and bool(_wrong(mine, expected)[-1])


def _wrong(mine: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Which of the parts have no right number, but for zeros, which may be there before."""
    return np.asarray((~is_near(mine.T, expected.T).T | (expected == 0)).all(axis=1))


def _near(mine: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Which of the parts are right."""
    return np.asarray(is_near(mine.T, expected.T).all(axis=0))


# How many numbers of its own each part has, and whether a table of parts follows the pattern.
OF_PARTS = {
    verdict.OFFSETS: (1, _is_shifted),
    verdict.FACTORS: (1, _is_scaled),
    verdict.FIRST_ALONE: (0, _first_alone),
    verdict.ALL_BUT_LAST: (0, _all_but_last),
    verdict.LINES: (2, _is_on_lines),
}
