"""Life models."""
