"""Lesson 6: does it help, and why?"""

from claims import Claim, definitions

LESSON = definitions(
    "06_does_it_help", "digits", "help-define", "fair-define", "shift-define", "without-define"
)
RAW, CENTERED = LESSON["raw"], LESSON["centered"]
WITHOUT_WITH = (("without", False), ("with", True))


def networks(seed, **settings):
    """Percent right without and with batch normalization."""
    percent_right = LESSON["percent_right"]
    return {
        "without": percent_right(False, seed=seed, **settings),
        "with": percent_right(True, seed=seed, **settings),
    }


def at_their_best(seed, **settings):
    """The same, each at the learning rate that suits it best of five, and the difference."""
    found = [networks(seed, lr=lr, **settings) for lr in (0.03, 0.1, 0.3, 1.0, 3.0)]
    best = {name: max(each[name] for each in found) for name in ("without", "with")}
    return best | {"more with": best["with"] - best["without"]}


def inside(seed, **settings):
    """The spread in the last of six layers, at the start and after 63 steps."""
    spreads = LESSON["spreads_in_training"]
    return {
        f"{name}, {when}": spreads(batch_norm, seed=seed, **settings)[step][-1]
        for name, batch_norm in WITHOUT_WITH
        for when, step in (("first", 0), ("last", 63))
    }


def shift(seed, **settings):
    """The shift and the percent right, without, with, and with noise after batch normalization."""
    plain, noisy = LESSON["plain"], LESSON["noisy"]
    found = {
        "without": plain(False, seed=seed, **settings),
        "with": plain(True, seed=seed, **settings),
        "with noise": noisy(seed=seed, **settings),
    }
    return {
        f"{name}, {what}": each[what]
        for name, each in found.items()
        for what in ("shift", "percent right")
    }


def promises(seed, **settings):
    """How many of 42 gradients are wrong a given length ahead."""
    broken = LESSON["broken_promises"]
    return {"without": broken(False, seed, **settings), "with": broken(True, seed, **settings)}


def decay(seed, lr, decay):
    """Percent right without weight decay and with it."""
    trained = LESSON["trained"]
    return {"without": trained(lr, seed)[1], "with": trained(lr, seed, decay)[1]}


def grown(seed, lr):
    """The size of the second layer's weights after 630 steps."""
    return {"size": round(LESSON["trained"](lr, seed)[0], 1)}


def blocks(seed, **settings):
    """Percent right of four kinds of 20 residual blocks."""
    percent_right = LESSON["percent_right_residual"]
    return {kind: percent_right(kind, seed=seed, **settings) for kind in LESSON["kinds"]}


def ten_blocks(seed):
    """How the variance grows over ten residual blocks."""
    without, with_it = (LESSON["variances"](each, seed) for each in (False, True))
    return {
        "factor without": round((without[-1] / without[0]) ** 0.1, 1),
        "added with": round((with_it[-1] - with_it[0]) / 10, 2),
    }


def fifty_layers(seed):
    """How alike two images have become after 50 layers, and how the gradient has grown."""
    found = {name: LESSON["after_fifty_layers"](each, seed) for name, each in WITHOUT_WITH}
    return {
        f"{name}, {what}": value for name, each in found.items() for what, value in each.items()
    }


def which_learns(seed, lr):
    """Percent right of the four networks of the question."""
    percent_right = LESSON["percent_right"]
    return {
        "plain": percent_right(False, lr, seed),
        "pairs": percent_right(True, lr, seed, batch_size=2),
        "batch norm": percent_right(True, lr, seed),
        "half the weights": percent_right(False, lr, seed, scale=0.5),
    }


def in_batches(batch_size, lr=0.03):
    """Two hidden layers and 700 steps."""
    return {"batch_size": batch_size, "lr": lr, "hidden": 2, "steps": 700}


def over(rates, kinds_of_images, **settings):
    """Settings for each rate and each kind of images."""
    images = {"raw": RAW, "centered": CENTERED}
    return {
        f"{lr:g}, {kind}": {"lr": lr, "images": images[kind], **settings}
        for lr in rates
        for kind in kinds_of_images
    }


CLAIMS = [
    Claim(
        "rate 0.1",
        "Over ten seeds, {without} percent are right without, and {with} with it",
        run=networks,
        settings={"few steps": {"lr": 0.1}},
        holds=lambda without, with_it: with_it > without + 10,
    ),
    Claim(
        "larger rates",
        "At 0.3, {without at 0.3} percent are right without and {with at 0.3} with; at 1, "
        "{without at 1} and {with at 1}",
        run=networks,
        settings={"0.3": {"lr": 0.3}, "1": {"lr": 1.0}},
        holds=lambda without, with_it: without < 50 and with_it > 85,
    ),
    Claim(
        "slow",
        "Over ten seeds, {without} percent are right without at 0.1, and {with} with",
        run=networks,
        settings={"many steps": {"lr": 0.1, "steps": 630}},
        holds=lambda without, with_it: without > 60 and with_it > 90,
    ),
    Claim(
        "ruined",
        "At 1 it is {without} against {with}",
        run=networks,
        settings={"many steps": {"lr": 1.0, "steps": 630}, "3": {"lr": 3.0, "steps": 210}},
        holds=lambda without, with_it: without < 20 and with_it > 90,
    ),
    Claim(
        "in between",
        "at 0.3, {without} percent without, and {with} with",
        run=networks,
        settings={"many steps": {"lr": 0.3, "steps": 630}},
        holds=lambda without, with_it: with_it > 90,
    ),
    Claim(
        "inside without",
        "Over ten seeds, the last layer starts at {without, first at 1} and ends at "
        "{without, last at 1}",
        run=inside,
        settings={"1": {"lr": 1.0}},
        holds=lambda start, end, with_start, with_end: not end >= start,
    ),
    Claim(
        "inside with",
        "Over ten seeds, the last one starts at {with, first at 1} and ends at {with, last at 1}",
        run=inside,
        settings={"1": {"lr": 1.0}, "0.1": {"lr": 0.1}, "0.3": {"lr": 0.3}},
        holds=lambda start, end, with_start, with_end: 0.5 < with_start < 1 and 0.5 < with_end < 1,
    ),
    Claim(
        "half the weights",
        "half the size is slow, with some seeds very slow ({without at few steps} percent after 63 "
        "steps, {without at many steps} after 630)",
        run=networks,
        settings={
            "few steps": {"lr": 0.1, "scale": 0.5},
            "many steps": {"lr": 0.1, "scale": 0.5, "steps": 630},
        },
        holds=lambda without, with_it: with_it > 90 and with_it > without,
    ),
    Claim(
        "twice the weights",
        "twice the size is ruined ({without at *}, both times)",
        run=networks,
        settings={
            "few steps": {"lr": 0.1, "scale": 2.0},
            "many steps": {"lr": 0.1, "scale": 2.0, "steps": 630},
        },
        holds=lambda without, with_it: without < 20 and with_it > 60,
    ),
    Claim(
        "best, few steps",
        "Over ten seeds, each network at its own best rate, it is {without} without and {with} "
        "with, after 63 steps",
        run=at_their_best,
        settings={"few steps": {}},
        holds=lambda without, with_it, more: more > 15,
    ),
    Claim(
        "best, many steps",
        "after 630 steps it is {without} and {with}, a difference of {more with}",
        run=at_their_best,
        settings={"many steps": {"steps": 630}},
        holds=lambda without, with_it, more: abs(more) <= 5,
    ),
    Claim(
        "too large for both",
        "at a rate of 10, 630 steps with batch normalization end at {with} percent",
        run=networks,
        settings={"10": {"lr": 10.0, "steps": 630}},
        holds=lambda without, with_it: max(without, with_it) < 40,
    ),
    Claim(
        "centered",
        "Over ten seeds, without and with, it is {without at 0.1} and {with at 0.1} percent at "
        "0.1, {without at 0.3} and {with at 0.3} at 0.3, and {without at 1} and {with at 1} at 1",
        run=networks,
        settings={
            "0.1": {"lr": 0.1, "images": CENTERED},
            "0.3": {"lr": 0.3, "images": CENTERED},
            "1": {"lr": 1.0, "images": CENTERED},
        },
        holds=lambda without, with_it: with_it > 80,
    ),
    Claim(
        "two layers",
        "Over ten seeds, it is {without} and {with}",
        run=networks,
        settings={
            "centered": {"lr": 0.3, "hidden": 2, "steps": 630, "images": CENTERED},
            "raw": {"lr": 0.3, "hidden": 2, "steps": 630},
            "one layer": {"lr": 0.3, "hidden": 1, "steps": 630},
            "three layers": {"lr": 0.1, "hidden": 3, "steps": 630},
        },
        holds=lambda without, with_it: abs(with_it - without) <= 2,
    ),
    Claim(
        "batches of 2",
        "In pairs it loses with all ten seeds: it stays below 70 percent, against "
        "{without at pairs} without it",
        run=networks,
        settings={
            "pairs": in_batches(2),
            "pairs, rate 0.01": in_batches(2, lr=0.01),
            "pairs, rate 0.1": in_batches(2, lr=0.1),
        },
        holds=lambda without, with_it: with_it < min(70, without),
    ),
    Claim(
        "batches of 3",
        "With three images it is above 75 percent, against {without}",
        run=networks,
        settings={"threes": in_batches(3)},
        holds=lambda without, with_it: 75 < with_it < without + 5,
    ),
    Claim(
        "batches of 4",
        "With four there is little between them, {with at 4} against {without at 4}",
        run=networks,
        settings={"4": in_batches(4), "4, rate 0.1": in_batches(4, lr=0.1)},
        holds=lambda without, with_it: abs(without - with_it) < 10,
    ),
    Claim(
        "batches of 8 and more",
        "with eight it is {with at 8} against {without at 8}",
        run=networks,
        settings={
            "8": in_batches(8),
            "16": in_batches(16),
            "8, rate 0.01": in_batches(8, lr=0.01),
            "8, rate 0.1": in_batches(8, lr=0.1),
            "8, rate 0.3": in_batches(8, lr=0.3),
        },
        holds=lambda without, with_it: with_it >= without - 3,
    ),
    Claim(
        "which_learns",
        "Over ten seeds and after 63 steps, (1) is at {plain} percent, (2) below 20, (3) at "
        "{batch norm} and (4) at {half the weights}",
        run=which_learns,
        settings={"0.3": {"lr": 0.3}, "0.5": {"lr": 0.5}, "1": {"lr": 1.0}},
        holds=lambda plain, pairs, batch_norm, half: (
            pairs < 20 and max(plain, half) < 80 < batch_norm
        ),
    ),
    Claim(
        "narrow and wide",
        "At a rate of 0.3 and a width of 16 it is {without at 16} percent without and {with at 16} "
        "with, and at a width of 128, {without at 128} and {with at 128}",
        run=networks,
        settings={
            "16": {"lr": 0.3, "width": 16},
            "128": {"lr": 0.3, "width": 128},
            "16, rate 1": {"lr": 1.0, "width": 16},
            "128, rate 1": {"lr": 1.0, "width": 128},
        },
        holds=lambda without, with_it: with_it > without,
    ),
    Claim(
        "one layer at 1",
        "with one hidden layer, after 63 steps, it is {without} percent without and {with} with",
        run=networks,
        settings={"few steps": {"lr": 1.0, "hidden": 1}},
        holds=lambda without, with_it: 50 < without < with_it,
    ),
    Claim(
        "two layers at 1",
        "with two and after 630 steps, {without} and {with}",
        run=networks,
        settings={"many steps": {"lr": 1.0, "hidden": 2, "steps": 630}},
        holds=lambda without, with_it: without < with_it - 5,
    ),
    Claim(
        "the shift",
        "Over ten seeds the shift is {without, shift} without and {with, shift} with",
        run=shift,
        settings=over([0.3], ["raw"]),
        holds=lambda without, without_right, with_it, *_: without > 0.5 and with_it < 0.02,
    ),
    Claim(
        "noise costs",
        "With noise it is {with noise, percent right at 0.1, raw} percent at 0.1 on raw images, "
        "against {without, percent right at 0.1, raw} without batch normalization; "
        "{with noise, percent right at 0.1, centered} on centered ones, against "
        "{without, percent right at 0.1, centered}; and at 0.3 on centered ones "
        "{with noise, percent right at 0.3, centered}, against "
        "{without, percent right at 0.3, centered}",
        run=shift,
        settings=over([0.1, 0.3, 1.0], ["raw", "centered"]),
        holds=lambda s, without, t, with_it, u, noise: u > 0.5 and noise < with_it - 5,
    ),
    Claim(
        "noise learns",
        "On raw images at 1, the networks with noise have a shift of {with noise, shift at 1, raw} "
        "and get {with noise, percent right at 1, raw} percent right, those without batch "
        "normalization {without, percent right at 1, raw}",
        run=shift,
        settings=over([1.0, 0.3], ["raw"]),
        holds=lambda s, without, t, with_it, u, noise: u > 0.5 and noise > without + 15,
    ),
    Claim(
        "noise, many steps",
        "after 630 steps they are at {with noise, percent right at 0.1, raw} percent at 0.1, and "
        "at {with noise, percent right at 1, raw} at 1",
        run=shift,
        settings=over([0.1, 0.3, 1.0], ["raw", "centered"], steps=630),
        holds=lambda s, without, t, with_it, u, noise: u > 0.4 and noise > 85,
    ),
    Claim(
        "promises",
        "Over ten seeds the loss rises in {without at 0.1, raw} of the 42 steps without it on raw "
        "images, in {without at 0.1, centered} on centered ones, and in {with at 0.1, raw} with it",
        run=promises,
        settings=over([0.1], ["raw", "centered"]) | over([0.03, 0.3], ["raw"]),
        holds=lambda without, with_it: with_it < without,
    ),
    Claim(
        "shorter promises",
        "At half that length it rises in {without at 0.1, raw}, in {without at 0.1, centered} and "
        "again in {with at 0.1, raw}",
        run=promises,
        settings=over([0.03, 0.1, 0.3], ["raw", "centered"], length=0.25),
        holds=lambda without, with_it: with_it <= without,
    ),
    Claim(
        "grown",
        "Over ten seeds, the size ends at {size at 0.3} after steps at a rate of 0.3, at "
        "{size at 1} after steps at 1, and at {size at 3} after steps at 3",
        run=grown,
        settings={"0.3": {"lr": 0.3}, "1": {"lr": 1.0}, "3": {"lr": 3.0}},
        holds=lambda size: 7.7 < size < 16,
    ),
    Claim(
        "decay too slow",
        "Over ten seeds, {without} percent become {with}",
        run=decay,
        settings={"0.003": {"lr": 0.003, "decay": 1.0}},
        holds=lambda without, with_it: with_it > without + 10,
    ),
    Claim(
        "decay too fast",
        "at 0.3 with a weight decay of 0.3, each of ten seeds loses 5 or more of its {without} "
        "percent",
        run=decay,
        settings={"0.3": {"lr": 0.3, "decay": 0.3}},
        holds=lambda without, with_it: with_it <= without - 5,
    ),
    Claim(
        "ten blocks",
        "Over ten seeds, the variance is multiplied by {factor without} a block on average "
        "without, and {added with} is added with",
        run=ten_blocks,
        settings={"raw": {}},
        holds=lambda factor, added: factor > 1.5 and added < 1,
    ),
    Claim(
        "residual, small steps",
        "at a rate of 0.1 and over ten seeds, {batch norm at 0.1, centered} percent with batch "
        "normalization, {1/√20 at 0.1, centered} with 1/√20, and "
        "{learned from 0 at 0.1, centered} with a factor that is learned",
        run=blocks,
        settings=over([0.1], ["centered", "raw"]),
        holds=lambda plain, batch_norm, fixed, learned: (
            plain < 20 < 80 < min(batch_norm, fixed, learned)
        ),
    ),
    Claim(
        "residual, larger steps",
        "over ten seeds, {1/√20 at 0.4, centered} percent with 1/√20, "
        "{learned from 0 at 0.4, centered} with a factor that is learned, and "
        "{batch norm at 0.4, centered} with batch normalization; at 0.8 it is "
        "{1/√20 at 0.8, centered} with 1/√20, {learned from 0 at 0.8, centered} with a learned "
        "one, and {batch norm at 0.8, centered} with batch normalization",
        run=blocks,
        settings=over([0.4, 0.8], ["centered"]),
        holds=lambda plain, batch_norm, fixed, learned: batch_norm > 85,
    ),
    Claim(
        "residual, raw",
        "{batch norm at 0.4, raw} percent at 0.4 with batch normalization, and "
        "{batch norm at 0.8, raw} at 0.8",
        run=blocks,
        settings=over([0.4, 0.8], ["raw"]),
        holds=lambda plain, batch_norm, fixed, learned: max(plain, fixed, learned) < 20,
    ),
    Claim(
        "fifty layers",
        "Over ten seeds, the gradient of the first layer is {with, first gradient / fiftieth} "
        "times as large as that of the fiftieth with batch normalization, and "
        "{without, first gradient / fiftieth} times without; the cosine is {with, cosine} with, "
        "and {without, cosine} without",
        run=fifty_layers,
        settings={"raw": {}},
        holds=lambda cosine, ratio, cosine_with, ratio_with: (
            cosine > 0.9 and 0.1 < ratio < 10 and cosine_with < 0.5 and 5000 < ratio_with < 40000
        ),
    ),
    Claim(
        "twenty layers, few steps",
        "above 30 percent after 63 steps, where it is {without} without it",
        run=networks,
        settings={"few steps": {"lr": 0.1, "hidden": 20}},
        holds=lambda without, with_it: without < 30 < with_it,
    ),
    Claim(
        "twenty layers, many steps",
        "above 90 after 630, where it is {without}",
        run=networks,
        settings={"many steps": {"lr": 0.1, "hidden": 20, "steps": 630}},
        holds=lambda without, with_it: without < 90 < with_it,
    ),
    Claim(
        "fifty layers, trained",
        "even after 630 steps it is below 40 percent, and {without at many steps} without",
        run=networks,
        settings={
            "few steps": {"lr": 0.1, "hidden": 50},
            "many steps": {"lr": 0.1, "hidden": 50, "steps": 630},
        },
        holds=lambda without, with_it: max(without, with_it) < 40,
    ),
]
