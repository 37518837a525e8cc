"""Axisymmetric elasticity: problems with known answers."""
