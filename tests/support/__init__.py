"""Parts that several tests are built of."""
