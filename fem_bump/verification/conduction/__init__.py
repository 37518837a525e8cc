"""Conduction of current: problems with known answers."""
