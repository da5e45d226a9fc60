"""One answer, from top to bottom: the task, the call, the comparison, the name of the mistake."""
