"""Learns from the history of a store: backtests the forecasters, chooses the champions and measures their errors."""
