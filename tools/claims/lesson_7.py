"""Lesson 7: what goes wrong in practice."""

from itertools import islice

import numpy as np

from bnlib.classroom.lessons.network import Linear, ReLU, Sequential, accuracy, fit, sgd_step
from claims import Claim, definitions

LESSON = definitions(
    "07_in_practice", "network", "eval", "lagging-network", "one-kind-data", "other", "other-mend"
)
TRAIN, TEST = LESSON["train"], LESSON["test"]


def trained(seed, **settings):
    return LESSON["trained"](seed, **settings)


def company(seed):
    """Percent right in test mode, and in training mode in three kinds of batches."""
    in_batches = {
        "by 32": LESSON["as_they_come"].reshape(-1, 32),
        "by 2": LESSON["as_they_come"].reshape(-1, 2),
        "by 32, sorted": LESSON["by_digit"].reshape(-1, 32),
    }
    right = LESSON["right_in_batches"]
    return {"test mode": accuracy(trained(seed), TEST)} | {
        name: right(trained(seed).train(), TEST, batches) for name, batches in in_batches.items()
    }


def half_mixed(seed):
    """In training mode, mixed by 64, and by 128 where half of the images stay sorted by digit."""
    random = np.random.default_rng(seed)
    order = LESSON["by_digit"].copy()
    places = random.permutation(len(order))[: len(order) // 2]
    order[places] = order[random.permutation(places)]
    right = LESSON["right_in_batches"]
    return {
        "test mode": accuracy(trained(seed), TEST),
        "mixed, by 64": right(trained(seed).train(), TEST, LESSON["by_64"]),
        "half mixed, by 128": right(trained(seed).train(), TEST, order.reshape(-1, 128)),
    }


def lagging(seed, **settings):
    """Percent right of a network with this momentum, by mode, and measured again."""
    network = LESSON["with_momentum"](seed, **settings)
    return diagnosed(network, TEST, LESSON["by_64"], TRAIN.images)


def of_one_source(seed):
    """The same of a network each of whose batches was of one of two sources."""
    data = LESSON["both_train"]
    network = LESSON["trained_on"](data, LESSON["of_one_source"](seed), seed)
    return diagnosed(network, LESSON["both_test"], LESSON["even_then_odd"], data.images)


def of_both_sources(seed):
    """The same, with the same images in mixed batches."""
    data = LESSON["both_train"]
    network = LESSON["trained_on"](data, LESSON["shuffled_batches"](1400, 64, seed), seed)
    return diagnosed(network, LESSON["both_test"], LESSON["by_64"], data.images)


def calmer_at_the_end(seed):
    """What measuring that network again gives, in points, once small steps have followed."""
    data, batches = LESSON["both_train"], LESSON["shuffled_batches"](1400, 64, seed)
    network = LESSON["trained_on"](data, batches, seed)
    for batch in islice(batches, 21):
        sgd_step(network, data.images[batch], data.labels[batch], lr=0.03)
    found = diagnosed(network, LESSON["both_test"], LESSON["by_64"], data.images)
    return {"points": found["measured again"] - found["test mode"]}


def diagnosed(network, *data):
    return {name: found[0] for name, found in LESSON["diagnosis"]([network], *data).items()}


def last_batch_of_two(seed):
    """How much farther off the running mean is."""
    off = LESSON["typical_error"]
    return {"times as far": two_digits(off(1026, seed) / off(1024, seed))}


def one_pair(seed):
    """Percent right after the worst of 20 pairs."""
    after = LESSON["after_one_pair"]
    return {
        "without a step": after(trained(seed), lr=0),
        "with a step": after(trained(seed), lr=0.3),
        "in test mode": after(trained(seed), lr=0.3, training=False),
    }


def pair_measured_again(seed):
    """Percent right after each of 20 pairs, the lowest: as it is, and measured again."""
    found, network = {}, trained(seed)
    for mode, training in (("test", False), ("training", True)):
        right, again = [], []
        for first in range(0, 40, 2):
            learner, pair = LESSON["copied"](network).train(training), slice(first, first + 2)
            sgd_step(learner, TRAIN.images[pair], TRAIN.labels[pair], lr=0.3)
            right.append(accuracy(learner.eval(), TEST))
            again.append(accuracy(LESSON["measured_again"](learner, TRAIN.images), TEST))
        found |= {f"{mode} mode": min(right), f"{mode} mode, again": min(again)}
    return found


def gradients(seed):
    """The longest gradients of pairs and of batches of 64, and how much longer a usual one is."""
    lengths = LESSON["gradient_lengths"]
    many = lengths(trained(seed).train(), size=64, count=10)
    pairs = lengths(trained(seed).train(), size=2, count=20)
    in_test_mode = lengths(trained(seed), size=2, count=20)
    return {
        "longest of 64": two_digits(many["largest"]),
        "longest of 2": two_digits(pairs["largest"]),
        "usual, times as long": two_digits(pairs["median"] / many["median"]),
        "longest of 2, in test mode": two_digits(in_test_mode["largest"]),
    }


def pairs_at_the_end(seed):
    """Percent right after ten rounds of 1346 images, with the batch of two and without it."""
    found = {}
    for name, count in (("with the pairs", 1346), ("without", 1344)):
        network, random = LESSON["classifier"]([64, 32, 32, 10], seed=seed), seeded(seed)
        for _ in range(10):
            order = random.permutation(1346)[:count]
            for first in range(0, count, 64):
                batch = order[first : first + 64]
                sgd_step(network, TRAIN.images[batch], TRAIN.labels[batch], lr=0.3)
        found[name] = accuracy(network.eval(), TEST)
    return found


def broken(seed):
    """Percent right after one infinite pixel, by mode."""
    network = LESSON["after_a_broken_batch"](seed)
    return {
        "test mode": accuracy(network.eval(), TEST),
        "training mode": LESSON["right_in_batches"](network.train(), TEST, LESSON["by_64"]),
    }


def small_batches(seed, lr):
    """Percent right after 4032 images."""
    return {
        f"by {size}": accuracy(trained(seed, lr=lr, steps=4032 // size, batch_size=size), TEST)
        for size in (64, 4)
    }


def pairs(seed, lr):
    """Percent right after as many pairs."""
    return {"right": accuracy(trained(seed, lr=lr, steps=2016, batch_size=2), TEST)}


def then_pairs(seed):
    """Percent right after one round of batches of 64, and after 700 pairs."""
    after = LESSON["then_pairs"]
    return {
        "before": accuracy(trained(seed, steps=21), TEST),
        "frozen": after(seed, frozen=True),
        "training mode": after(seed, frozen=False),
    }


def layer_norm(seed):
    """Percent right of a network with layer normalization, after 2016 pairs."""
    random, norm = seeded(seed), LESSON["LayerNorm"]
    hidden = [each for fan_in in (64, 32) for each in (Linear(fan_in, 32, random), norm(), ReLU())]
    network = Sequential(*hidden, Linear(32, 10, random))
    fit(network, TRAIN, lr=0.1, steps=2016, batch_size=2, seed=seed)
    return {"right": accuracy(network, TEST)}


def drift(seed):
    """Percent right after gray images have passed, and no step."""
    after = LESSON["after_other_images"]
    return {
        "before": accuracy(trained(seed), TEST),
        "training mode": after(trained(seed).train()),
        "test mode": after(trained(seed).eval()),
    }


def fine_tuned(seed):
    """Percent right on gray images and on old ones, after the last layer has learned."""
    return by_mode(LESSON["fine_tuned"], seed)


def fine_tuned_whole(seed):
    """The same, after all layers have learned, in small steps."""

    def tuned(seed, frozen):
        network, gray = trained(seed).train(), LESSON["grayer"]
        for layer in LESSON["batch_norms"](network):
            layer.train(not frozen)
        fit(network, TRAIN._replace(images=gray(TRAIN.images)), lr=0.01, seed=seed)
        new = TEST._replace(images=gray(TEST.images))
        return {"new": accuracy(network.eval(), new), "old": accuracy(network, TEST)}

    return by_mode(tuned, seed)


def by_mode(tuned, seed):
    found = {"frozen": tuned(seed, frozen=True), "training": tuned(seed, frozen=False)}
    return {f"{what}, {mode}": found[mode][what] for what in ("new", "old") for mode in found}


def averaged(seed):
    """Percent right of a network, and of its averaged weights with four kinds of statistics."""
    student, average = LESSON["student_and_teacher"](seed)
    found = {"student": accuracy(student, TEST), "those of a new layer": accuracy(average, TEST)}
    copied = LESSON["with_the_statistics_of"](student, average)
    found["copied"] = accuracy(copied, TEST)
    return found | {
        "measured again": accuracy(LESSON["measured_again"](average, TRAIN.images), TEST)
    }


def other_data(seed):
    """Percent right on gray images, before and after the statistics are taken from a hundred."""
    rest = LESSON["rest"]
    return {
        "as trained": accuracy(trained(seed), rest),
        "adapted": accuracy(LESSON["adapted"](trained(seed)), rest),
    }


def order(seed):
    """Percent right with batch normalization before and after ReLU."""
    right = LESSON["percent_right"]
    return {"before": right(seed, relu_first=False), "after": right(seed, relu_first=True)}


def seeded(seed):
    return np.random.default_rng(seed)


def two_digits(value):
    return float(f"{value:.2g}")


CLAIMS = [
    Claim(
        "company",
        "Over ten seeds, {by 32} percent are right in mixed batches of 32, {by 2} in pairs, and "
        "{by 32, sorted} in sorted batches",
        run=company,
        settings={"63 steps": {}},
        holds=lambda test, mixed, pairs, by_digit: mixed >= test - 5 and max(pairs, by_digit) < 50,
    ),
    Claim(
        "the lab: half mixed",
        "Over ten seeds, it is {mixed, by 64} percent for 64 mixed ones, and {half mixed, by 128} "
        "for 128 that are half mixed",
        run=half_mixed,
        settings={"63 steps": {}},
        holds=lambda test, mixed, half: mixed >= test - 3 and half < mixed,
    ),
    Claim(
        "a momentum that is too small",
        "With ten seeds: {test mode} in test mode, {training mode} in training mode, "
        "{measured again} measured again",
        run=lagging,
        settings={"0.01": {"momentum": 0.01}},
        holds=lambda test, training, again: test < training - 8 and again > training - 4,
    ),
    Claim(
        "a momentum of a tenth",
        "test mode gives {test mode at 21 steps} percent, and training mode "
        "{training mode at 21 steps}",
        run=lagging,
        settings={"21 steps": {"momentum": 0.1}},
        holds=lambda test, training, again: test >= training - 3,
    ),
    Claim(
        "few steps",
        "after ten steps, where 35% of the start is left, test mode is hardly behind: {test mode} "
        "percent, against {training mode}",
        run=lagging,
        settings={"10 steps": {"momentum": 0.1, "steps": 10}},
        holds=lambda test, training, again: test < training + 5,
    ),
    Claim(
        "batches of one source",
        "Ten seeds: {training mode} in training mode, {test mode} in test mode, {measured again} "
        "measured again",
        run=of_one_source,
        settings={"two sources": {}},
        holds=lambda test, training, again: max(test, again) < training - 4,
    ),
    Claim(
        "batches of both sources",
        "With ten seeds: {test mode} in test mode, {training mode} in training mode, and "
        "{measured again} measured again",
        run=of_both_sources,
        settings={"two sources": {}},
        holds=lambda test, training, again: again >= training - 3,
    ),
    Claim(
        "both sources in each batch, calmer at the end",
        "after 21 more at a rate of 0.03, measuring again gives {points} points",
        run=calmer_at_the_end,
        settings={"two sources": {}},
        holds=lambda points: points <= 3,
    ),
    Claim(
        "a last batch of two",
        "With ten other draws it is {times as far} times as far",
        run=last_batch_of_two,
        settings={"1026": {}},
        holds=lambda times: times > 2,
    ),
    Claim(
        "one pair",
        "Ten seeds: the worst of 20 pairs leaves {without a step} without a step, {with a step} "
        "with one, and {in test mode} with one in test mode",
        run=one_pair,
        settings={"0.3": {}},
        holds=lambda without, *with_step: without > 90 and max(with_step) < 50,
    ),
    Claim(
        "gradients of pairs",
        "Ten seeds: a usual pair's is {usual, times as long} times as long. The longest: "
        "{longest of 2} for pairs, {longest of 2, in test mode} in test mode, "
        "{longest of 64} for 64",
        run=gradients,
        settings={"20 pairs": {}},
        holds=lambda many, pairs, usual, in_test_mode: (
            pairs > max(20 * many, 3 * in_test_mode) and usual > 3
        ),
    ),
    Claim(
        "one pair, measured again",
        "A step in test mode moves whole channels, and the running statistics stay behind: "
        "measured again, the worst of 20 gets {test mode, again} percent right; the worst in "
        "training mode, {training mode, again}",
        run=pair_measured_again,
        settings={"0.3": {}},
        holds=lambda test, test_again, training, training_again: (
            test_again - test > 60
            and training_again - training < test_again - test
            and training_again < test_again
        ),
    ),
    Claim(
        "pairs at the end of each round",
        "ten seeds got {with the pairs} percent right, and without those batches {without}",
        run=pairs_at_the_end,
        settings={"ten rounds": {}},
        holds=lambda with_pairs, without: with_pairs < without,
    ),
    Claim(
        "one broken batch",
        "with ten seeds, {test mode} percent are right in test mode, and {training mode} in "
        "training mode",
        run=broken,
        settings={"42 steps": {}},
        holds=lambda test, training: test < 12 and training > 90,
    ),
    Claim(
        "batches of four",
        "Four are enough for this network: over ten seeds it is {by 4 at 0.1} percent at 0.1",
        run=small_batches,
        settings={f"{lr:g}": {"lr": lr} for lr in (0.1, 0.03)},
        holds=lambda many, four: four > 80,
    ),
    Claim(
        "batches of two",
        "at rates of 0.1, 0.03, 0.01 and 0.003, pairs stay below 70 percent for each of ten seeds",
        run=pairs,
        settings={f"{lr:g}": {"lr": lr} for lr in (0.1, 0.03, 0.01, 0.003)},
        holds=lambda right: right < 70,
    ),
    Claim(
        "pairs, frozen",
        "With ten seeds, {before} percent before become {frozen}",
        run=then_pairs,
        settings={"700 pairs": {}},
        holds=lambda before, frozen, training: training < 70 and frozen > before - 8,
    ),
    Claim(
        "pairs, layer normalization",
        "With ten seeds, it is {right} percent",
        run=layer_norm,
        settings={"0.1": {}},
        holds=lambda right: right > 80,
    ),
    Claim(
        "drift",
        "With ten seeds, {before} percent become {training mode} in training mode, and stay what "
        "they were in test mode",
        run=drift,
        settings={"gray": {}},
        holds=lambda before, training, test: training < before - 5 and test == before,
    ),
    Claim(
        "fine-tuned",
        "In training mode it is better on the new ({new, training} percent, against {new, frozen}; "
        "ten seeds), as the batch takes the gray away and the statistics follow. On the old it is "
        "far worse ({old, training} percent, against {old, frozen})",
        run=fine_tuned,
        settings={"last layer": {}},
        holds=lambda new_frozen, new, old_frozen, old: new > new_frozen and old < old_frozen - 5,
    ),
    Claim(
        "fine-tuned as a whole",
        "Trained as a whole, at 0.01, it comes out the same way round: in training mode and "
        "frozen, {new, training} and {new, frozen} on the new, {old, training} and {old, frozen} "
        "on the old",
        run=fine_tuned_whole,
        settings={"all layers": {}},
        holds=lambda new_frozen, new, old_frozen, old: new >= new_frozen and old < old_frozen,
    ),
    Claim(
        "averaged weights",
        "With ten seeds, {those of a new layer} percent with the statistics of a new layer, "
        "{copied} with copied ones, and {measured again} measured again",
        run=averaged,
        settings={"210 steps": {}},
        holds=lambda student, new, *others: new < student - 15 and min(others) >= student - 2,
    ),
    Claim(
        "other data",
        "With ten seeds, {as trained} percent become {adapted}",
        run=other_data,
        settings={"gray": {}},
        holds=lambda trained, adapted: trained < 80 and adapted > 88,
    ),
    Claim(
        "before or after ReLU",
        "With ten seeds, it is {before} percent before, and {after} after",
        run=order,
        settings={"210 steps": {}},
        holds=lambda before, after: abs(before - after) <= 3,
    ),
]
