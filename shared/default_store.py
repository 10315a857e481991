"""The store that is meant where none is named."""

DEFAULT_STORE = "default"
