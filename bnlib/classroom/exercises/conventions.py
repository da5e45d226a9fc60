"""What holds for all tasks, for those who meet them without a lesson."""

CONVENTIONS = (
    "Layers are torch's, with its defaults: a new one has running mean 0, running variance 1, "
    "weight 1, bias 0 and momentum 0.1. Momentum None makes plain averages. eps is small enough "
    "to be left out, unless it is given. Rows are samples, and images are (N, C, H, W). dy is the "
    "gradient of the loss with respect to the output, dx the one with respect to the input."
)
