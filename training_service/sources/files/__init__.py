"""Reads sales files, and the weather file beside a sales file. `reading.py` has the public function."""
