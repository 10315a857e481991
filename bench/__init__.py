"""Measurements of the product; nothing of the product imports them."""
