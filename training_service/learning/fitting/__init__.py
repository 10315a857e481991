"""Fits the forecasters; what comes out is served by `shared.forecasting` alone."""
