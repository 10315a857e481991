"""Measures how long many small stores wait while a big store is trained."""
