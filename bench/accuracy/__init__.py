"""How good the forecasts are, beside what a restaurant could use instead."""
