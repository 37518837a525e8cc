"""The two ways in which making a bump can fail."""

from __future__ import annotations


class DesignError(ValueError):
    """A user's mistake in a design: one sentence with field, value, allowed range and, where it
    helps, the process step that became impossible."""


class MeshingError(RuntimeError):
    """The mesh of a valid cross-section could not be made; in a sweep this is data, not a bug."""
