"""The formats in which point-of-sale systems (tills) export their sales, one file for each."""
