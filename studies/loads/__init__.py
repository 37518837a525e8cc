"""The loads of a design, one module each: what they say, what they do, where they come in."""
