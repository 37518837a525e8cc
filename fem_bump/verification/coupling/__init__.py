"""A current and the heat that it sets free: problems with known answers."""
