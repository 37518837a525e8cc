"""Findings in words: the one place where the report's sentences are written."""
