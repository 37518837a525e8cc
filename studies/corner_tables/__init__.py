"""Tables of the corners of a design."""
