"""Lesson 5: images and text, each channel by itself."""

import numpy as np

from bnlib.classroom.check.exercise import exercise
from bnlib.classroom.check.question import question
from bnlib.classroom.exercises.data import NOT_DIVIDED, WRONG_EPS

LESSON = 5

draw = np.random.default_rng(5)
# So narrow that eps matters, over whichever axes a variance goes.
IMAGES = 0.003 * draw.normal(size=(4, 3, 2, 5)) * [1.0, 2.0, 1.0, 3.0, 1.0]
TEXT = 0.003 * draw.normal(size=(3, 4, 4)) * [0.5, 2.0, 3.0, 4.0]
IMAGES[:, 1] = TEXT[..., 1] = 1 / 128  # a constant channel, in float32 too
# Edits that fit wherever a solution says over which axes of images, or of text, a mean goes.
AXES_OF_IMAGES = (
    ("normalized per position", "axes = (0, 2, 3)", "axes = (0,)"),
    ("normalized per sample and channel", "axes = (0, 2, 3)", "axes = (2, 3)"),
    ("normalized per sample and position", "axes = (0, 2, 3)", "axes = (1,)"),
    ("normalized per sample", "axes = (0, 2, 3)", "axes = (1, 2, 3)"),
    ("channels taken from the last axis", "axes = (0, 2, 3)", "axes = (0, 1, 2)"),
    ("one mean for the whole array", "axes = (0, 2, 3)", "axes = (0, 1, 2, 3)"),
)
AXES_OF_TEXT = (
    ("(N, L, C) taken for (N, C, L)", "axes = (0, 1)", "axes = (0, 2)"),
    ("normalized per position", "axes = (0, 1)", "axes = (0,)"),
    ("normalized per sample and channel", "axes = (0, 1)", "axes = (1,)"),
    ("normalized per sample and position", "axes = (0, 1)", "axes = (2,)"),
    ("normalized per sample", "axes = (0, 1)", "axes = (1, 2)"),
    ("one mean for the whole array", "axes = (0, 1)", "axes = (0, 1, 2)"),
)
RESHAPED = (
    "axes = (0, 2, 3)",
    "axes, shape, x = 0, x.shape, x.reshape(-1, x.shape[1])",
    "return (x - mean) / np.sqrt(var + eps)",
    "return ((x - mean) / np.sqrt(var + eps)).reshape(shape)",
)
RESHAPED_TO_ROWS = (
    "axes = (0, 2, 3)",
    "axes, shape, x = 1, x.shape, x.reshape(x.shape[1], -1)",
    *RESHAPED[2:],
)
MEAN, VAR = "x.mean(axis=axes, keepdims=True)", "x.var(axis=axes, keepdims=True)"
WRONG_VARIANCE = (
    ("divided by the number of samples alone", VAR,
     "np.square(x - mean).sum(axis=axes, keepdims=True) / len(x)"),
    ("squares added up, not averaged", VAR, "np.square(x - mean).sum(axis=axes, keepdims=True)"),
    ("values squared instead of distances", VAR, "np.square(x).mean(axis=axes, keepdims=True)"),
)  # fmt: skip
TABLE_NOT_MOVED_BACK = (
    "axes = (0, 2, 3)",
    "axes, shape, x = 0, x.shape, np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])",
    *RESHAPED[2:],
)
ROWS_NOT_MOVED_BACK = (
    "axes = (0, 2, 3)",
    "axes, shape, x = 1, x.shape, np.moveaxis(x, 1, 0).reshape(x.shape[1], -1)",
    *RESHAPED[2:],
)
EXCHANGED_BACK_BY_RESHAPE = (
    "axes = (0, 1)",
    "axes, shape, x = (0, 2), x.shape, np.swapaxes(x, 1, 2)",
    *RESHAPED[2:],
)
EXCHANGED_BY_RESHAPE = (
    "axes = (0, 1)",
    "axes, shape, x = (0, 2), x.shape, x.reshape(x.shape[0], x.shape[2], x.shape[1])",
    *RESHAPED[2:],
)


@exercise(
    inputs=[
        {"x": np.square(np.arange(12.0)).reshape(2, 2, 1, 3), "eps": 500.0},
        {"x": IMAGES, "eps": 1e-4},
        {"x": np.square(np.arange(32.0)).reshape(2, 4, 2, 2), "eps": 500.0},
    ],
    mistakes=[
        *AXES_OF_IMAGES,
        ("reshaped without moving the channel axis", *RESHAPED),
        ("reshaped without moving the channel axis", *RESHAPED_TO_ROWS),
        ("axes exchanged by reshape", *TABLE_NOT_MOVED_BACK),
        ("axes exchanged by reshape", *ROWS_NOT_MOVED_BACK),
        ("unbiased variance", "x.var(axis=axes", "x.var(ddof=1, axis=axes"),
        *WRONG_EPS,
        *NOT_DIVIDED,
        (
            "divided by the number of samples alone",
            "x.mean(axis=axes, keepdims=True)",
            "x.sum(axis=axes, keepdims=True) / len(x)",
            "x.var(axis=axes, keepdims=True)",
            "np.square(x - mean).sum(axis=axes, keepdims=True) / len(x)",
        ),
        *WRONG_VARIANCE,
        (
            "divided by the number of positions alone",
            VAR,
            "np.square(x - mean).sum(axis=axes, keepdims=True) / (x.shape[2] * x.shape[3])",
        ),
        (
            "variances of the samples averaged",
            VAR,
            "x.var(axis=(2, 3), keepdims=True).mean(axis=0, keepdims=True)",
        ),
        ("one axis of positions left out", "axes = (0, 2, 3)", "axes = (0, 2)"),
        ("one axis of positions left out", "axes = (0, 2, 3)", "axes = (0, 3)"),
    ],
    hard_part="The hard part was which axes belong together: all but the channels.",
    hints=[
        "One mean and one variance for each channel. Over which axes?",
        "axis=(0, 2, 3), and keepdims=True so that the result still fits x.",
        "Or as a table: move the channels to the end, reshape to (-1, C), normalize; then reshape, "
        "and move the channels back.",
    ],
)
def normalize_images(x, eps):
    """Normalize images, (N, C, H, W), as batch normalization does in training."""
    axes = (0, 2, 3)
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


@exercise(
    inputs=[
        {"x": np.square(np.arange(12.0)).reshape(2, 3, 2), "eps": 500.0},
        {"x": TEXT, "eps": 1e-4},
        {"x": np.square(np.arange(12.0)).reshape(2, 2, 3), "eps": 500.0},
    ],
    mistakes=[
        *AXES_OF_TEXT,
        ("axes exchanged by reshape", *EXCHANGED_BY_RESHAPE),
        ("axes exchanged by reshape", *EXCHANGED_BACK_BY_RESHAPE),
        ("unbiased variance", "x.var(axis=axes", "x.var(ddof=1, axis=axes"),
        *WRONG_EPS,
        *NOT_DIVIDED,
        *WRONG_VARIANCE,
        (
            "divided by the number of samples alone",
            MEAN,
            "x.sum(axis=axes, keepdims=True) / len(x)",
            VAR,
            "np.square(x - mean).sum(axis=axes, keepdims=True) / len(x)",
        ),
        (
            "divided by the number of positions alone",
            MEAN,
            "x.sum(axis=axes, keepdims=True) / x.shape[1]",
            VAR,
            "np.square(x - mean).sum(axis=axes, keepdims=True) / x.shape[1]",
        ),
        (
            "divided by the number of positions alone",
            VAR,
            "np.square(x - mean).sum(axis=axes, keepdims=True) / x.shape[1]",
        ),
        (
            "variances of the samples averaged",
            VAR,
            "x.var(axis=1, keepdims=True).mean(axis=0, keepdims=True)",
        ),
    ],
    hard_part="The hard part was that the channels are the last axis here, not axis 1.",
    hints=[
        "The channels are the last axis. What belongs together is on axes 0 and 1.",
        "Either average over axes (0, 1), or move the channels to axis 1 and back.",
    ],
)
def normalize_text(x, eps):
    """Normalize text, (N, L, C) with the channels last, each channel by itself."""
    axes = (0, 1)
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


@question(
    ask="Two images of {channels} channels, {height} by {width}, hold the numbers from 0 on, in "
    "order. They are normalized, with eps left out. What does the first number, 0, become?",
    draw={"channels": (4, 5, 6, 9, 10), "height": (1,), "width": (3, 4, 5)},
    exam={"channels": (3, 7, 8), "height": (1,), "width": (6, 7, 8)},
    mistakes=[
        *AXES_OF_IMAGES,
        ("unbiased variance", "x.var(axis=axes", "x.var(ddof=1, axis=axes"),
        ("divided by the variance", "np.sqrt(var)", "var"),
        ("mean minus value", "(x - mean)", "(mean - x)"),
    ],
    why="The first channel of both images shares one mean and one variance; subtract the mean "
    "from 0, and divide by the root of the variance.",
    hints=[
        "Which numbers are in the first channel, of both images?",
        "Their mean, and the mean of their squared distances from it.",
    ],
)
def first_pixel(channels=4, height=1, width=3):
    """What becomes of the first pixel of two images that are counted through."""
    x = np.arange(2.0 * channels * height * width).reshape(2, channels, height, width)
    axes = (0, 2, 3)
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    return ((x - mean) / np.sqrt(var))[0, 0, 0, 0]


@question(
    ask="A batch of {samples} images has {channels} channels, each {height} pixels high and "
    "{width} wide. How many numbers go into each mean?",
    draw={
        "samples": (8, 16, 32),
        "channels": (3, 6, 10),
        "height": (2, 4, 7),
        "width": (5, 8, 9),
    },
    exam={"samples": (12, 24, 40), "channels": (4, 5, 12), "height": (3, 6), "width": (7, 10, 12)},
    mistakes=[
        ("means counted", "return np.prod([shape[axis] for axis in axes])", "return channels"),
        *(each for each in AXES_OF_IMAGES if each[0] != "normalized per sample and position"),
    ],
    why="A mean goes over all samples and all positions: {samples} · {height} · {width}.",
    hints=["Each channel has one mean. Which of the four axes does it go over?"],
)
def values_per_mean(samples=8, channels=3, height=4, width=5):
    """How many numbers share a mean."""
    shape = (samples, channels, height, width)
    axes = (0, 2, 3)
    return np.prod([shape[axis] for axis in axes])


@question(
    ask="The numbers from 0 on, in order, are an array of shape ({samples}, {words}, {channels}), "
    "and this is text as (N, L, C). What is the mean of its first channel?",
    draw={"samples": (2, 3, 4), "words": (2, 3, 5), "channels": (3, 4, 6)},
    exam={"samples": (5, 6), "words": (4, 6), "channels": (5, 7, 8)},
    mistakes=[
        *AXES_OF_TEXT,
    ],
    why="The first channel is the first number of each word: 0, {channels}, and so on.",
    hints=[
        "Write the numbers down, word by word, {channels} to a word.",
        "The first channel has the first number of every word, in all samples.",
    ],
)
def text_mean(samples=2, words=2, channels=3):
    """The mean of the first channel of text that keeps its channels last."""
    x = np.arange(1.0 * samples * words * channels).reshape(samples, words, channels)
    axes = (0, 1)
    return x.mean(axis=axes, keepdims=True)[0, 0, 0]


@question(
    ask="GroupNorm({groups}, {channels}), {groups} groups for {channels} channels, is given 8 "
    "images of {height} by {height} pixels. How many numbers share a mean?",
    draw={"groups": (2, 4, 6), "channels": (12, 24, 48), "height": (3, 5, 7)},
    exam={"groups": (3, 5), "channels": (30, 45, 60), "height": (4, 6, 8)},
    mistakes=[
        ("number of groups taken for their size", "channels // groups", "groups"),
        ("samples averaged in group normalization", "height * height", "8 * height * height"),
        ("one channel taken in group normalization", "channels // groups * ", ""),
        ("all channels taken in group normalization", "channels // groups", "channels"),
        ("positions left out of a group", " * height * height", ""),
    ],
    why="Each group has {channels} / {groups} channels, and all their positions, of one sample.",
    hints=[
        "How many channels does a group have?",
        "A group lies within one sample, and takes all positions of its channels.",
    ],
)
def values_per_group(groups=4, channels=12, height=5):
    """How many numbers share a mean in group normalization."""
    return channels // groups * height * height
