"""Learns from a store's history: backtests the forecasters, selects the champions and measures their errors."""
