"""Forecasts that are made once and handed out to all who ask for the same days of a version without overrides."""
