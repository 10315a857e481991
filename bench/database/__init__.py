"""How much memory reading a big database takes."""
