"""Thermo-elasticity: axisymmetric, and as harmonics of the angle."""
