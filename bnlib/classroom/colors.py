"""What each color of the course's pictures means: the one place where they are chosen.

Blue, orange and green are as dark as they can be with ink written on them (4.5 : 1), and so they
are seen on white paper and on a dark page alike (3 : 1). Their hues are those of Okabe and Ito,
safe for color-blind readers, and no picture needs them to be understood.
"""

DATA = "#e6e6e6"  # what comes in: a fill, always with an edge of ink
BATCH = "#2e8fd0"  # what a batch says about itself, and what is normalized with it
RUNNING = "#dd6b00"  # what was written down
LEARNED = "#009e73"  # what is learned, and the gradients that it is learned by
INK, FAINT, PAPER = "#1a1a1a", "#767676", "#ffffff"
ON_COLOR = "#101010"  # what is written on data and on colors, in a dark page too

# In a live lab these follow the page's theme, by the variables of view.css.
THEMED = {
    "#000000": "var(--bnlib-ink, #1a1a1a)",  # matplotlib's own ink
    INK: "var(--bnlib-ink, #1a1a1a)",
    FAINT: "var(--bnlib-faint, #767676)",
    PAPER: "var(--bnlib-paper, #ffffff)",
    DATA: "var(--bnlib-data, #e6e6e6)",
}
