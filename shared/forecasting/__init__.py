"""The forecasters as they are served: NumPy and LightGBM only. How they are fitted is the training service's affair."""
