"""The forecasters as they are served: NumPy and LightGBM only. The training service fits the forecasters."""
