"""The command `suschef`: trains, watches and forecasts from a terminal or a script."""
