"""A study file, and the cases that it asks for."""
