"""The state of runs: what is kept of a run in Redis, and the folder in which its work is prepared."""
