"""Reads sales files and the weather file beside them."""
