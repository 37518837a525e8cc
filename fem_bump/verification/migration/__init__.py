"""Atoms on the move: problems with known stress, over time and in the end."""
