"""Forecasts that were recorded, which today's code must still give."""
