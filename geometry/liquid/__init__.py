"""Molten solder: equilibrium shapes of given volume."""
