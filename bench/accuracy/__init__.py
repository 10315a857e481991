"""Measures the accuracy of our forecasts beside that of other forecasters."""
