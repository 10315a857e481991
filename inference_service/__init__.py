"""Serves forecasts from the registry's live models."""
