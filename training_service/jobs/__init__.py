"""The work of the workers: Dramatiq actors, the steps of a run, and the caretaker that finds lost work."""
