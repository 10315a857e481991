"""Measures the speed of calls and of trainings."""
