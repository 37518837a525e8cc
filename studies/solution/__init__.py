"""A design solved on one mesh."""
