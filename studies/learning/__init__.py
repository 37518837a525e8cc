"""Designs added to a run where they tell most of what it asks."""
