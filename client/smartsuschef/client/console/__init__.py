"""The `suschef` command: train, watch and forecast from a terminal or a script."""
