"""Thermal cycles: over and over the same temperatures, what each adds, and when it stays."""
