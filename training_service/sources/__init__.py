"""Reads sales from a database or from files, past weather, and the place of a restaurant."""
