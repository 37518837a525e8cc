"""A design file: its keys, what must hold between them, and what refuses it."""
