"""What thermal cycles do, in words."""
