"""Measurements of the product; nothing of the product imports them."""

import logging

# With its import Prophet reports that it has no library for pictures: no news for who reads figures.
logging.getLogger("prophet.plot").setLevel(logging.CRITICAL)
