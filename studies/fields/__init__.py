"""Fields in files and as bodies in space."""
