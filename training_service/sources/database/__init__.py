"""Reads sales, weather, places and names of stores from a SQL database. `sales_database.py` has the public class."""
