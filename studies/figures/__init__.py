"""Figures: one file per kind, one style."""
