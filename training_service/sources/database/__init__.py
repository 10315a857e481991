"""Reads sales, weather and places from a SQL database."""
