"""What becomes of voids after they have begun."""
