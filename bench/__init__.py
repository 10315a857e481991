"""Benchmarks of the product; the product does not import them."""

import logging

# Prophet logs on import that the library for its plots is missing. The benchmarks draw no plots with it.
logging.getLogger("prophet.plot").setLevel(logging.CRITICAL)
