"""Cracks and corners: problems with known answers."""
