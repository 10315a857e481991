"""Compares the fit of Prophet in the process with the fit of the package."""
