"""Boundaries that hold a value: two that meet cannot hold different ones."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from fem_bump.errors import InputError


def refuse_touching(
    argument: str, held: Mapping[str, float], places: Mapping[str, np.ndarray], what: str, unit: str
) -> None:
    """Refuse two values at one place.

    Parameters
    ----------
    argument, what, unit
        Of the sentence: ``held_degc``, a temperature, degC.
    held
        Boundary name to its value.
    places
        Boundary name to the nodes, or unknowns, that it holds.

    Raises
    ------
    InputError
        For boundaries that share a place and hold different values.
    """
    for a, b in combinations(held, 2):
        if held[a] != held[b] and len(np.intersect1d(places[a], places[b])):
            raise InputError(
                f"{argument} gives {held[a]:g} {unit} to '{a}' and {held[b]:g} {unit} to '{b}', "
                f"which touch: one {what} for both, or a gap between them, is needed"
            )
