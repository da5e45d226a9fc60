"""What single lessons need: a network and its data, other libraries, several processes."""
