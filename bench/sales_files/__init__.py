"""Measures how long the reading of big sales files takes, beside pandas alone."""
