"""The model registry: artifacts, the manifest of each version, and the storage that holds both."""
