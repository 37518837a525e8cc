"""Harmonics of the angle: problems with known answers."""
