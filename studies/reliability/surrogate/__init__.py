"""Surrogates: what a few values say of a function everywhere, and how well they say it."""
