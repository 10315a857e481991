"""Plans the training of a version, reports on its sales, makes its manifest and decides whether it may go live."""
