"""Where two regions meet: the line, densities recovered on it, and their means over windows."""
