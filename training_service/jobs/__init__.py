"""The work of the workers: the Dramatiq actors, the steps of a run, and the caretaker that finds lost work."""
