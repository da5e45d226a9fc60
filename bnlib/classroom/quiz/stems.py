"""The questions as they are asked where no lesson stands around them.

In a lesson a question leans on its section: "By which number does step 3 divide?" On a sheet it
has to say what is normalized, and by which layer. Of a question that is not here, the lesson's
own words stand alone.
"""

STEMS = {
    "divisor": "Batch normalization of a column that holds {low:g}, {low:g}, {high:g}, {high:g}: "
    "by which number does it divide the distances from the mean?",
    "upper_value": "Batch normalization (no weight, no bias) of a column that holds {low:g} and "
    "{high:g}, with eps = {eps:g}: what does {high:g} become?",
    "moved_value": "The column 0, 1, 8 is multiplied by {factor:g}, and {shift:g} is added. Then "
    "batch normalization (no weight, no bias) is applied. What becomes of the number that was "
    "{value:g}?",
    "first_output": "A new batch normalization layer is in training mode, and its first batch is "
    "{a:g}, {b:g} and {c:g}. What does it give for {c:g}?",
    "early_output": "A new batch normalization layer (torch, momentum 0.1) sees the batch {low:g}, "
    "{high:g} once in training mode. What does it make of {low:g} in test mode?",
    "mean_under_no_grad": "A batch normalization layer (torch, momentum 0.1) is in training mode, "
    "and its running mean is {running:g}. Under torch.no_grad() it is given a batch whose mean is "
    "{mean:g}. What is its running mean then?",
    "written_variance": "A new batch normalization layer of torch, with momentum {momentum:g}, "
    "sees the batch {low:g}, {high:g} in training mode. What is its running variance then?",
    "torch_momentum": "A batch normalization layer in Keras has momentum {keras:g}. What momentum "
    "does one in torch need to do the same?",
    "same_batch_in_test": "A new batch normalization layer of torch, with momentum 1, sees the "
    "batch {a:g}, {b:g}, {c:g} in training mode, and then once more in test mode. What does test "
    "mode give for {c:g}?",
    "bias_gradient": "Three samples pass one channel of a batch normalization layer. The gradient "
    "of the loss with respect to their outputs, dy, is {first:g}, {second:g} and {third:g}. What "
    "is the gradient of the bias?",
    "weight_gradient": "A batch normalization layer in training mode is given two values of a "
    "channel, {low:g} and {high:g}. The gradient of the loss with respect to their outputs, dy, is "
    "{dy_low:g} and {dy_high:g}. eps is left out. What is the gradient of the weight?",
    "pair_gradient": "A batch normalization layer in training mode is given only two values of a "
    "channel, {low:g} and {high:g}. The gradient of the loss with respect to their outputs, dy, is "
    "{dy_low:g} and {dy_high:g}. The weight is 1, and eps is left out. What is dx, the gradient "
    "with respect to the input, of the first value?",
    "dx_in_test": "A batch normalization layer is in test mode, with running mean 3, running "
    "variance {running_var:g}, weight {weight:g} and eps = 1. Two samples, 1 and 5, have dy, the "
    "gradient of the loss with respect to the output, {first:g} and {second:g}. What is dx, the "
    "gradient with respect to the input, of the first?",
    "first_pixel": "Two images of {channels} channels, {height} by {width}, hold the numbers from "
    "0 on, in order: an array of shape (2, {channels}, {height}, {width}). Batch normalization in "
    "training mode (a new layer, eps left out) is applied. What does the first number, 0, become?",
    "values_per_mean": "A batch of {samples} images has {channels} channels, each {height} pixels "
    "high and {width} wide. How many numbers go into each mean of batch normalization?",
    "text_mean": "The numbers from 0 on, in order, are an array of shape ({samples}, {words}, "
    "{channels}), and this is text as (N, L, C): samples, words, channels. What is the mean that "
    "batch normalization computes for the first channel?",
    "moved_mean": "A layer computes x @ w + b, and batch normalization follows, in training mode "
    "and with torch's momentum of 0.1. Someone adds {shift:g} to each b and lets {batches} batches "
    "pass. How much larger is the running mean than it would be otherwise?",
    "matching_rate": "The weights w before a batch normalization are multiplied by {factor:g}; the "
    "network's outputs stay as they are. By what must the learning rate of w (plain gradient "
    "descent) be multiplied, so that training goes on as before?",
    "last_batch_mean": "The running mean of a batch normalization layer (torch, momentum 0.1) is "
    "{old:g}, after many batches of 64. The last batch of the epoch holds only two values, {one:g} "
    "and {other:g}. What is the running mean in the validation that follows?",
    "drifted_mean": "A batch normalization layer (torch, momentum 0.1) has the running mean "
    "{old:g}. All its parameters get requires_grad = False, and then {batches} batches with mean "
    "{new:g} pass in training mode. What is the running mean now?",
    "after_recalibration": "The weights of a network are averages of a student's; the running "
    "statistics of its batch normalization are a new layer's, with weight 1 and bias 0. They are "
    "taken again, with momentum=None, from one batch: {low:g} and {high:g} in one channel. What "
    "does the layer then make of {high:g} in test mode?",
    "variance_in_onnx": "A new batch normalization layer (running variance 1) of ONNX, where "
    "momentum is the share of the old and the biased variance is written down, has momentum "
    "{momentum:g} and sees the batch {low:g}, {high:g} in training mode. What is its running "
    "variance then?",
    "merged_variance": "Batch normalization is synchronized over two workers. One has {a:g}, "
    "{b:g}, the other {c:g}, {d:g} in a channel. By which variance, the biased one of all four "
    "values, do both normalize?",
    "right_without_syncing": "Two workers train with batch normalization. Each normalizes its "
    "shard alone, and their gradients are added up. Given the same dy, the gradient of the loss "
    "with respect to the output, one of three gradients is in every case what one machine with all "
    "samples would compute. Type {x:g} for the gradient of x, {weight:g} for that of the weight, "
    "{bias:g} for that of the bias.",
    "saved_mean": "Two workers train with DistributedDataParallel, as it is in torch, and batch "
    "normalization that is not synchronized; momentum is 0.1, and the running mean starts at 0. "
    "The two shards of rank 0 have the means {a:g}, then {b:g}; those of rank 1 {c:g}, then "
    "{d:g}. Which running mean does rank 0 save?",
}
