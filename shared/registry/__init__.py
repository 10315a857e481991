"""The model registry: stored artifacts, the manifest of each version, and the storage that holds them."""
