"""The two ways in which making a bump can fail."""

from __future__ import annotations


class DesignError(ValueError):
    """A user's mistake in a design: one sentence with field, value, allowed range and, where it
    helps, the process step that became impossible.

    Examples
    --------
    >>> from geometry import Design, DesignError
    >>> try:
    ...     Design(passivation={"opening_diameter_um": 90.0})
    ... except DesignError as error:
    ...     print(str(error).split(" (")[0])
    passivation.opening_diameter_um = 90 must be smaller than pad.diameter_um = 80
    """


class MeshingError(RuntimeError):
    """The mesh of a valid cross-section could not be made; in a sweep this is data, not a bug.

    Examples
    --------
    >>> from geometry import Design, MeshingError, build_cross_section, build_mesh
    >>> try:
    ...     mesh = build_mesh(build_cross_section(Design(mesh={"size_factor": 8.0})))
    ... except MeshingError as error:  # the sweep goes on without this case
    ...     print(error)
    """
