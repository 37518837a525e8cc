"""A void that has begun: the face it covers, the atoms that leave it, the resistance, the life."""
