"""Marks of a wafer test: positions and depths from a table, and a verdict for each."""
