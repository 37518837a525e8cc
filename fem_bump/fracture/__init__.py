"""Cracks along interfaces: energy release rate, intensities, mode mix."""
