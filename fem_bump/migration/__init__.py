"""Atoms on the move: stress that a current, heat and stress itself drive; steady and over time."""
