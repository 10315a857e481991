"""Keeps the state of runs in Redis, and the planned work of runs in folders that all workers see."""
