"""Steady conduction of current, from a whole boundary or through arcs of it."""
