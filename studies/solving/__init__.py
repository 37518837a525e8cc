"""A design to its record: meshes, errors, and the key by which it counts as solved."""
