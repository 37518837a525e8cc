"""How numbers, names and levels are written for people."""
