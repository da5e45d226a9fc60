"""The mistakes that people make with batch normalization: a name and a sentence for each.

A sentence says what was done, and then what should have been. Exercises and questions make
a mistake by editing their solution; the tests make it by editing bnlib.
"""

import re
from textwrap import wrap
from typing import NamedTuple


class Mistake(NamedTuple):
    """A wrong batch norm.

    Attributes:
        name: what it is called.
        lesson: the number of the lesson that teaches it.
        sentence: what was done, and what should have been.
    """

    name: str
    lesson: int
    sentence: str

    def in_words(self, lesson: int) -> str:
        """The mistake as a learner of a lesson reads it; later lessons are not spoken of."""
        taught_in = f" (lesson {self.lesson})" if self.lesson <= lesson else ""
        return f"“{self.name}”{taught_in}: {self.sentence}"

    def lines(self, width: int) -> list[str]:
        """The sentence, in lines of so many letters."""
        return in_lines(self.sentence, width)


def in_lines(text: str, width: int) -> list[str]:
    """A text in lines of so many letters, which break no name, and no formula at a sign."""
    whole = r"“[^”]*”| (\*\*|[-+*/=]) "
    glued = re.sub(whole, lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)
    return [
        line.replace("\N{NO-BREAK SPACE}", " ")
        for line in wrap(glued, width, break_long_words=False)
    ]


FORMULA = {
    "no eps": "eps was left out, or kept for constant channels alone, which would become 0 / 0; it "
    "belongs under the root of every channel: sqrt(var + eps).",
    "eps outside the root": "eps was added to the standard deviation; it belongs to the "
    "variance, under the root: sqrt(var + eps).",
    "eps added to the output": "eps was added after the division; it belongs under the root: "
    "sqrt(var + eps).",
    "eps not the one given": "another eps was used, typed in or the default of a call; use the "
    "eps that is given.",
    "unbiased variance": "the squares were divided by n - 1; batch normalization normalizes by "
    "the biased variance, divided by n.",
    "divided by the variance": "the root was left out, or used twice; divide once by the standard "
    "deviation, the root of the variance.",
    "squares added up, not averaged": "the sum of the squared distances was not divided; the "
    "biased variance divides it by n, the unbiased one by n - 1.",
    "values added up, not averaged": "the values were added up; the mean is their sum divided by "
    "n, how many there are.",
    "only one term divided": "without parentheses a division takes the term before it, and "
    "no other; the whole sum is divided by n.",
    "another number taken for n": "a sum was divided by another number than n; a column has as "
    "many values as the table has rows, len(x).",
    "distances not squared": "the distances from the mean were averaged as they are, or their "
    "sizes; the variance is the mean of their squares.",
    "values squared instead of distances": "the squares of the values were averaged; the variance "
    "is the mean of the squared distances from the mean.",
    "root taken twice": "the root was taken of a root; only one is taken, of var + eps.",
    "one mean for the whole array": "all channels were thrown together; each has a mean and a "
    "variance of its own.",
    "normalized per sample": "each sample was averaged by itself; batch normalization averages "
    "over the samples, channel by channel.",
    "not centered": "the mean was not subtracted; it is x - mean that is divided by the root.",
    "mean minus value": "the value was subtracted from the mean; it is x - mean that is divided by "
    "the root.",
    "only the mean divided": "only the mean was divided by the root; the whole difference is, "
    "which takes parentheses.",
    "scaled and shifted first": "x was scaled and shifted before it was normalized, which takes "
    "both away again; weight and bias come last.",
    "weight and bias forgotten": "x_hat was returned as it is; the weight still multiplies it, and "
    "the bias is added.",
    "scaled after the shift": "the weight multiplied the bias too; the bias is added last.",
    "weight forgotten": "x_hat was not multiplied by the weight; that comes before the bias is "
    "added.",
    "division in place of a root": "a ** 1 / b divides by b, as a power comes before a division; "
    "a root takes parentheses: a ** (1 / b).",
    "weight not multiplied": "the weight was added, or divided by; it multiplies.",
    "bias subtracted": "the bias was subtracted; it is added.",
    "bias forgotten": "the bias was not added; it comes last, after the weight.",
    "weight and bias exchanged": "x_hat was multiplied by the bias and shifted by the weight; "
    "the weight multiplies, the bias is added.",
    "factor kept": "the factor of the input came out again; the standard deviation grows with it, "
    "so that dividing takes it away.",
    "shift kept": "what was added to the input came out again; the mean grows by as much, so that "
    "subtracting takes it away.",
    "sign of a factor forgotten": "a negative factor was taken for a positive one; its size is "
    "forgotten, but its sign turns the outputs upside down.",
    "mean of the squares minus square of the mean": "in float32 this difference loses its "
    "digits; subtract the mean first, then square.",
    "never divided by the root": "the division was left out; the distances from the mean are "
    "divided by the root, sqrt(var + eps).",
    "scaled to the range": "each column was stretched from its smallest value to its largest; "
    "batch normalization divides by the standard deviation.",
}

MODES = {
    "batch statistics in test mode": "test mode normalized by the batch; it normalizes by the "
    "running statistics.",
    "running statistics in training mode": "training normalized by the running statistics; it "
    "normalizes by the batch's own.",
    "modes exchanged": "training did what test mode does, and test mode what training does; "
    "training uses the batch's statistics and moves the running ones; test mode uses the "
    "running ones and leaves them.",
    "normalized by the updated statistics": "training updated the running statistics and "
    "normalized by the result; it normalizes by the batch's own.",
    "running statistics updated in test mode": "test mode moved the running statistics toward the "
    "batch's; only training does.",
    "mode taken from whether gradients are on": "no_grad() was taken for test mode; the mode is "
    "set by train() and eval(), and by nothing else.",
    "running statistics never updated": "training left a running statistic as it was; it moves "
    "each a part of the way toward the batch's.",
    "mean not scaled when folding": "the running mean was subtracted after b had been scaled; "
    "it is subtracted from b first, and the difference is scaled like w.",
    "b not scaled when folding": "b was not scaled; batch norm scales all of x @ w + b, so the "
    "mean is subtracted from b, and the difference is scaled like w.",
    "b dropped when folding": "b was left out; the mean is subtracted from it, and the difference "
    "is scaled like w.",
    "mean dropped when folding": "the running mean was left out; it is subtracted from b, and the "
    "difference is scaled like w.",
    "w not scaled when folding": "the weight was kept as it was; x meets it first, so the "
    "factor of the batch norm goes into it too: 1 / root, and gamma where there is one.",
    "mean added instead of subtracted": "the running mean was added; batch norm subtracts it.",
    "multiplied by the root": "the root was used as a factor; batch norm divides by it.",
    "one statistic from elsewhere": "one of mean and variance was the batch's, the other the "
    "running one; training takes both of the batch, test mode both running ones.",
    "shares of old and new exchanged": "nine tenths were taken of the new; it is a tenth of the "
    "new and nine tenths of the old.",
    "added to the old value": "a share of the new was added to the whole of the old; it takes the "
    "place of that share: (1 - share) * old + share * new.",
    "old value dropped": "a share of the new was written down, and nothing of the old; the rest "
    "is kept of the old: (1 - share) * old + share * new.",
    "mean and variance exchanged": "the running mean and the running variance stand in each "
    "other's place.",
    "test mode thought to do nothing": "in test mode x came out as it is; test mode normalizes "
    "too, by the running statistics.",
    "mean subtracted from w when folding": "the running mean was subtracted from w; it is "
    "subtracted from x @ w + b, and so from b alone.",
    "running_var starts at 0": "the running variance of a new layer was 0; it is 1.",
}

MOMENTUM = {
    "the other momentum convention": "momentum weighed the old value, as in Keras; in torch it "
    "weighs the new one: (1 - momentum) * running + momentum * observed.",
    "biased variance into running_var": "the variance written down was divided by n; torch "
    "writes down the unbiased one, divided by n - 1.",
    "(n - 1) / n in place of n / (n - 1)": "the biased variance was made smaller, by "
    "(n - 1) / n; the unbiased one is larger, by n / (n - 1).",
    "made unbiased twice": "an unbiased variance was multiplied by n / (n - 1) once more; "
    "NumPy's ddof=1 has divided by n - 1 already.",
    "variance around a running mean": "the distances were taken from a running mean; a batch's "
    "variance is that around the batch's own mean.",
    "1 - momentum without parentheses": "1 - momentum * old takes the product from 1; it is the "
    "difference that multiplies: (1 - momentum) * old.",
    "running standard deviation": "the root of the variance was written down; running_var holds "
    "variances.",
    "momentum not the one given": "another momentum was used, such as the default, a tenth; use "
    "the momentum that is given.",
    "share kept taken for momentum": "the root is the share that is kept of the old, 1 - momentum; "
    "momentum is what is missing to 1.",
    "approximation for a small momentum": "ln (1 - momentum) is near -momentum for small ones "
    "only; what is exact has no logarithm, but a root.",
    "left taken for what is forgotten": "1 - left is what is forgotten of the start; it is left "
    "that (1 - momentum) ** batches comes down to.",
    "power in place of a root": "left was raised to a power; (1 - momentum) ** batches is the "
    "power, so that left takes a root.",
    "one batch counted of several": "the first batch was counted, and no other; each of them moves "
    "it by a share of the distance that is left.",
    "momentum forgotten": "the batch's statistic took the place of the running one; only a "
    "share of it is taken in, a tenth unless another momentum is given.",
    "momentum=None read as 0.1": "momentum=None was taken for the default, 0.1; it stands for "
    "the plain average of all batches.",
    "momentum=None read as equal shares": "with momentum=None each batch got the share 1 / the "
    "number of batches, so that the start is still there; the k-th batch gets 1 / k.",
    "momentum=None read as 0": "with momentum=None nothing was written down; it stands for the "
    "plain average of all batches.",
    "momentum=None weighted by samples": "with momentum=None each batch counted with the number of "
    "its samples; to torch each batch counts the same, however large.",
    "started anew with each batch": "the start, mean 0 and variance 1, stands inside of the loop, "
    "so that only the last batch is left; it belongs above the loop.",
    "returned after the first batch": "the first batch ended the loop; return stands after the "
    "loop, as far left as for.",
    "started from the first batch": "the first batch's statistics were the start; a new layer "
    "starts with mean 0 and variance 1.",
    "momentum=0 taken for None": "a momentum of 0 was taken for none at all; 0 keeps the running "
    "statistics as they are, and None is the plain average: ask for momentum is None.",
    "batches never counted": "with momentum=None only the last batch was left, as if none had been "
    "counted; the k-th batch gets the share 1 / k.",
    "start counted as a batch": "the start, mean 0 and variance 1, was counted as if it were a "
    "batch; in the plain average the first batch takes its place, with momentum 1.",
    "the start forgotten in equal parts": "every batch was to move by the same amount; it moves "
    "by a share of the distance that is left, so that (1 - momentum) ** batches of it is left.",
    "all batches pooled": "the mean and variance of all samples together were taken; torch "
    "averages the means and the variances of the batches.",
}

GRADIENTS = {
    "path of the value missing": "the straight path is missing: each x moves its own output, "
    "whatever mean and variance do.",
    "gradient of y left out": "the gradient of y was left out; it multiplies what each number "
    "does to its output.",
    "output in place of the gradient": "what was returned is the output, that of the forward pass; "
    "asked for is a gradient, which begins with grad_output.",
    "gradient of y handed on as it is": "the gradient of y came out as it came in; on its way back "
    "to x it passes the weight and the root.",
    "weight counted twice": "the weight multiplied twice; on its way back the gradient meets it "
    "once.",
    "one path scaled alone": "weight or root met one of the three paths alone; all are multiplied "
    "by the weight and divided by the root.",
    "2 of the square forgotten": "the path through the variance is half of what it should be; a "
    "square, differentiated, gives a 2.",
    "1 / 2 of the root forgotten": "the path through the variance is twice what it should be; a "
    "root, differentiated, gives a 1 / 2.",
    "mean treated as a constant": "the path through the mean is missing or came to 0: every x "
    "moves the mean, and with it all outputs.",
    "variance treated as a constant": "the path through the variance is missing or came to 0: "
    "every x moves the variance, and with it all outputs.",
    "mean and variance treated as constants": "only the path through the value is there; mean "
    "and variance depend on x too.",
    "weight forgotten in the gradient of x": "the gradient was not multiplied by the weight on "
    "its way back to x.",
    "root forgotten in the gradient of x": "the gradient was not divided by the root on its way "
    "back to x; all of it is divided by sqrt(var + eps).",
    "n / (n - 1) in the gradient of x": "the path through the variance has a factor n / (n - 1), "
    "that of the unbiased variance; torch normalizes by the biased one.",
    "sums instead of means in the gradient of x": "a path through mean or variance was summed over "
    "the batch; each sample moves a mean by 1 / n, so both are averaged.",
    "path added instead of subtracted": "a path was added to the gradient of x; those through "
    "mean and variance are subtracted.",
    "x_hat missing from the path through the variance": "the path through the variance was the "
    "same for every sample; each sample's share is x_hat times the mean.",
    "eps right in one place only": "eps is under two roots, one in x_hat and one that divides the "
    "gradient; one of them lacks it, has another, or has it outside.",
    "x_hat not normalized in the gradient of x": "values that were not normalized stood for x_hat "
    "in the path through the variance.",
    "gradient of the weight with x": "the gradient of y was multiplied by values that were not "
    "normalized; the weight multiplies x_hat, so it is x_hat.",
    "gradient of the weight without x_hat": "the gradient of y was summed as it is, which is the "
    "gradient of the bias; the weight multiplies x_hat, so each counts with its x_hat.",
    "each dy taken for 1": "every dy was taken for 1; each value counts with its own dy.",
    "averaged instead of summed": "the gradient of a parameter was averaged over the batch; each "
    "sample adds its part, so it is a sum.",
    "samples counted instead of summed": "each sample counted as 1; the gradient of the bias is "
    "the sum of the gradients of y.",
    "training gradient in test mode": "test mode was given the gradient of training, through the "
    "batch's own statistics; there the statistics are the running ones, and constants.",
    "three paths in test mode": "a path through mean or variance was taken in test mode too; there "
    "the statistics are constants.",
}

SHAPES = {
    "normalized per position": "each position, be it a pixel or a word, had a mean of its own; a "
    "channel shares one, over samples and positions.",
    "normalized per sample and channel": "each sample had means of its own, which is instance "
    "normalization; batch normalization averages over the samples too.",
    "normalized per sample and position": "each position of each sample got a scale of its own, "
    "as in layer normalization for text; here means go over samples and positions.",
    "means counted": "that is how many means there are, one for each channel; asked is how many "
    "numbers go into each of them.",
    "channels taken from the last axis": "the last axis was taken for the channels; they are on "
    "axis 1.",
    "reshaped without moving the channel axis": "the array was made a table as it was, which "
    "mixes the channels; move the channel axis first, to where the table has it.",
    "number of groups taken for their size": "GroupNorm is told the number of groups; each has "
    "num_channels / num_groups channels.",
    "samples averaged in group normalization": "all samples were averaged together, as in batch "
    "normalization; a group lies within one sample.",
    "one channel taken in group normalization": "the values of one channel were counted, as in "
    "instance normalization; a group has num_channels / num_groups channels.",
    "all channels taken in group normalization": "the values of all channels were counted, as in "
    "layer normalization; a group has only num_channels / num_groups of them.",
    "positions left out of a group": "the positions were left out; a group takes all positions of "
    "its channels.",
    "axes exchanged by reshape": "reshape was to exchange axes, but it leaves the order of the "
    "numbers as it is; np.swapaxes and np.moveaxis exchange axes.",
    "(N, L, C) taken for (N, C, L)": "axis 1 and axis 2 were exchanged: the statistics are those "
    "of the positions, not of the channels.",
    "divided by the number of samples alone": "a sum was divided by N; a channel has a value at "
    "each position of each sample, N * H * W in images and N * L in text.",
    "divided by the number of positions alone": "a sum was divided by the number of positions; a "
    "channel has them in each sample, N * H * W in images and N * L in text.",
    "variances of the samples averaged": "each sample's variance was taken by itself, and the mean "
    "of these; how far the samples' means lie apart counts too.",
    "one axis of positions left out": "one of the two axes of positions was left out; a channel "
    "shares one mean over samples, height and width.",
}

NETWORK = {
    "stepped up the gradient": "the gradient was added; training goes down it.",
    "gradients returned": "the gradients were returned, or the steps; asked for are the parameters "
    "after a step against the gradients.",
    "parameter left as it was": "one of the parameters came back unchanged; each takes a step "
    "against its own gradient.",
    "learning rate forgotten": "the whole gradient was subtracted; a step is lr times as long.",
    "gradient not taken through batch norm": "the gradient of y was handed to the linear layer; "
    "it first goes back through batch normalization, as in lesson 4.",
    "parameter changed before its gradient was used": "gamma was changed first, and the gradient "
    "of w computed with the new one; all gradients belong to the old parameters.",
    "batch norm left out": "the values were not normalized; batch norm stands between the product "
    "and ReLU.",
    "batch norm before the product": "what goes into the product was normalized; here batch norm "
    "stands between the product and ReLU.",
    "layers not chained": "each layer was given the first x; a layer is given what the one before "
    "it made.",
    "ReLU left out": "negative values went on; ReLU sets them to 0 after batch norm.",
    "another function than ReLU": "something else stood in the place of ReLU, which keeps what is "
    "positive, and sets the rest to 0.",
    "batch norm after ReLU": "ReLU came first; here batch norm stands between the product and "
    "ReLU.",
    "spread before ReLU": "the spread was taken between batch norm and ReLU; it is asked for after "
    "the whole layer, and ReLU is its last step.",
    "variance instead of standard deviation": "the variance was returned; the standard deviation "
    "is its root.",
    "root mean square instead of standard deviation": "the squares of the values were averaged; "
    "a standard deviation is the root of the mean squared distance from the mean.",
    "spreads of the channels averaged": "each channel's spread was taken by itself; asked for is "
    "the spread of all values, which counts how far apart the channels are too.",
    "unbiased standard deviation": "the squares were divided by n - 1; here the spread is x.std(), "
    "which divides by n (torch's std divides by n - 1).",
    "bias thought to vanish": "the output of training forgets a shift, but the running mean does "
    "not: the shifted mean is what it moves toward.",
    "scale counted once": "one of two effects was counted; the gradient is divided by the factor, "
    "and the weight multiplied by it, so it counts twice: factor squared.",
    "scale counted once, the wrong way round": "one of two effects was counted, and the wrong way "
    "round: the rate must grow, by factor squared.",
    "effects added instead of multiplied": "the two effects were added; the gradient is divided "
    "by the factor, and the weight multiplied by it, so the factors multiply: factor squared.",
    "scale not counted": "the scores do not change, but the steps do: the gradient is divided by "
    "the factor, and the weight multiplied by it.",
    "scale counted the wrong way round": "the learning rate was made smaller; the gradient has "
    "become smaller already, and the weight larger, so it must grow.",
    "depth without batch norm trusted": "six layers without batch norm were trusted; at this "
    "learning rate 63 steps are not enough for them, nor with smaller first weights.",
    "batches of two trusted": "batch norm was trusted with two images; it makes -1 and 1 of any "
    "two values, and that is too little to learn from.",
}

PRACTICE = {
    "frozen by requires_grad only": "requires_grad stops the optimizer, not the statistics: the "
    "batch still normalized, and the running ones moved; a frozen layer is in test mode.",
    "frozen layer in training mode": "the batch normalized, and the running mean moved; a frozen "
    "layer is in test mode, whatever mode the rest of the network is in.",
    "gamma left out when folding": "the weight of the batch norm was left out; gamma belongs to "
    "the factor of a channel, as the root does.",
    "bias left as it was": "the bias was kept; all that batch norm subtracts, scales and adds goes "
    "into it.",
    "beta forgotten when folding": "beta was not added; batch norm adds it last, and so it goes "
    "into the bias.",
    "beta scaled when folding": "beta was multiplied by the factor too; batch norm adds it last, "
    "after the scaling.",
    "gamma and beta exchanged": "beta multiplied and gamma was added; gamma multiplies, and beta "
    "is added.",
    "columns scaled instead of rows": "the factors multiplied the columns of the weight; torch "
    "keeps a channel in a row.",
    "batches counted instead of samples": "every batch weighed the same; each sample should, so "
    "a batch weighs as much as it has samples.",
    "distance between batches forgotten": "the variances of the batches were averaged; their "
    "means lie apart too, which adds (means - mean)² to each (without the square they cancel out).",
    "variances taken for unbiased ones": "the variances were read as divided by n - 1; a batch's "
    "is biased, so that count * variance is its sum of squares.",
    "unbiased before merging": "each batch's variance was made unbiased by itself; n / (n - 1) "
    "comes once, at the end, with the number of all samples.",
    "number of batches subtracted": "the sum of squares was divided by n minus the number of "
    "batches; all samples have one mean here, so the unbiased variance divides by n - 1.",
    "buffers left behind": "the running statistics were still a new layer's, 0 and 1; averaging "
    "or copying parameters does not bring them along.",
    "measured in training mode": "the batch was normalized by itself, which makes 0 and 1 of any "
    "batch and says nothing of the running statistics; measure in test mode.",
    "left in the units of the input": "the distances were not divided; in test mode a channel is "
    "divided by sqrt(running_var + eps), whatever units it comes in.",
    "old and new exchanged": "the running statistics were measured by the batch's; it is the "
    "batch that is measured, and test mode divides by the running ones.",
    "batch weighed by its size": "the batch weighed as much as it has samples; to the rule each "
    "batch is a tenth, of two samples or of 64.",
    "last batch thought to be dropped": "the last batch was left out; unless drop_last is on, it "
    "passes in training mode as any other.",
    "each sample taken for a batch": "each value moved the running mean by itself; a batch moves "
    "it once, by the mean of its values.",
}

ELSEWHERE = {
    "eps left behind": "the layer kept torch's default eps, 0.00001; eps is a setting that moves "
    "with the weights, and Keras's default is 0.001.",
    "momentum conventions exchanged": "momentum weighed the old where it should weigh the new, and "
    "the new where it should weigh the old.",
    "variances exchanged": "the biased variance was written down where the unbiased one is asked "
    "for, and the unbiased one where it is the biased.",
    "momentum and variance tied together": "one setting was read from the other; which share "
    "momentum weighs, and which variance is written down, are two settings of a library.",
    "torch's momentum for every library": "momentum was taken for the share of the new, as in "
    "torch; in a library where it weighs the old, the share of the new is 1 - momentum.",
    "Keras's momentum for every library": "momentum was taken for the share of the old, as in "
    "Keras; in a library where it weighs the new, it is the share of the new.",
    "Keras's variance for every library": "the biased variance was written down, as in Keras; "
    "this library writes down the unbiased one.",
    "torch's variance for every library": "the unbiased variance was written down, as in torch; "
    "this library writes down the biased one.",
}

MACHINES = {
    "average of variances": "the variances of the workers were averaged; how far their means are "
    "from the common mean counts too, squared, as the distances cancel.",
    "distance of the means forgotten": "only the spread within the workers came to count; how far "
    "their means are from the common mean does too, squared, as the distances cancel.",
    "counts exchanged": "each mean was weighted with the other worker's count; it counts as often "
    "as its own worker has values.",
    "spread within the workers forgotten": "only the distance of the means came to count; how far "
    "the values of a worker are from their own mean belongs to it too.",
    "average of means unweighted": "every worker's mean counted the same; each counts with the "
    "number of its values.",
    "distances of the means unweighted": "each mean's squared distance counted once; all the "
    "values behind a mean are that far away, so it counts as often as there are values.",
    "distances of the means not squared": "the distances of the means were added as they are; a "
    "variance is made of squared distances.",
    "eps left in the variance": "the variance was read from 1 / sqrt(var + eps) with eps still "
    "in it, so that eps counts twice; subtract it before the variances are merged.",
    "eps subtracted before squaring": "1 / inverse_std, the root of var + eps, met eps before it "
    "was squared; square it first, then subtract eps.",
    "eps subtracted before turning over": "eps was subtracted from inverse_std ** 2, which is one "
    "over var + eps; turn that over first, then subtract eps.",
    "eps added instead of subtracted": "eps was added once more; it stands beside var already, so "
    "it is subtracted.",
    "inverse not turned over": "inverse_std was squared as it is; it is one over the root, so it "
    "is turned over first.",
    "standard deviation instead of variance": "a standard deviation was returned; the variance is "
    "its square.",
    "variance in place of M2": "a variance was returned; M2 is the sum of the squared distances, "
    "not divided by anything.",
    "M2 taken for a variance": "M2 was multiplied by the number of values; it is the sum of the "
    "squared distances already.",
    "product of the counts not divided": "the squared distance of the two means was multiplied by "
    "n1 * n2; it counts so often, divided by the number of all values.",
    "gradient of x without the other workers": "each x moves the mean and the variance of all "
    "shards, and so the outputs on every worker; alone, a worker misses those paths.",
    "gradient of the weight without the other workers": "the gradient of the weight is made of "
    "x_hat, and x_hat of a shard alone is another one.",
    "running statistics thought to be shared": "the shards of both workers came to count; "
    "DistributedDataParallel averages gradients, and of running statistics only rank 0's stay.",
    "running statistics of another rank": "that is what rank 1 has; before each forward pass its "
    "running statistics are overwritten by rank 0's, and rank 0 saves its own.",
    "running statistics of a rank never overwritten": "that would be rank 1's, if nobody wrote to "
    "it; before each forward pass it gets rank 0's, and rank 0 saves its own.",
    "M2 averaged over workers": "the workers' M2 were averaged; they are sums of squares, "
    "so they add up.",
    "distance of one worker alone": "only one worker's distance from the common mean counts; was "
    "the other's mean overwritten by the common one before it was used?",
}

LESSONS = (
    FORMULA,
    MODES,
    MOMENTUM,
    GRADIENTS,
    SHAPES,
    NETWORK,
    PRACTICE,
    ELSEWHERE,
    MACHINES,
)
MISTAKES = {
    name: Mistake(name, lesson, sentence)
    for lesson, taught in enumerate(LESSONS, start=1)
    for name, sentence in taught.items()
}
