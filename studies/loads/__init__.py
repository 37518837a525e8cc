"""The loads of a design, and where they come in."""
