"""Makes a version: what is to be trained, what the sales look like, and whether the version may go live."""
