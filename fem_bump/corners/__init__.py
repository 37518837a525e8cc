"""Corners where materials meet: exponents, angular functions, intensities."""
