"""One case: what must hold between a design and its materials, and what is noted of it."""
