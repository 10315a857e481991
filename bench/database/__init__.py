"""Measures how much memory the reading of a big database takes."""
