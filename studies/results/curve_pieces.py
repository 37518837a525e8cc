"""Where the recorded curve of an interface is unbroken.

A curve has three points per facet: start, midpoint, end. Its arc length runs through all of the
interface, but the interface may lie in several chains, and a leg in several pieces: two walls of a
film that steps down twice are one leg. Nothing may be drawn, averaged or interpolated across a gap.
"""

from __future__ import annotations

import numpy as np

from studies.records.record import Curve


def chains(curve: Curve) -> list[Curve]:
    """The curve of every unbroken chain, in the order of s."""
    points = np.arange(len(curve.leg))
    return [curve.at(some.tolist()) for some in np.split(points, _cuts(_facet_breaks(curve)))]


def piece_names(curve: Curve) -> tuple[str, ...]:
    """Name of the piece that each point belongs to: its leg's, with a number from the second on."""
    legs = list(curve.leg)
    changes = np.array([a != b for a, b in zip(legs[3::3], legs[:-3:3], strict=True)], dtype=bool)
    names: list[str] = []
    seen = dict.fromkeys(legs, 0)
    for points in np.split(np.arange(len(legs)), _cuts(_facet_breaks(curve) | changes)):
        leg = legs[points[0]]
        seen[leg] += 1
        names += [leg if seen[leg] == 1 else f"{leg} {seen[leg]}"] * len(points)
    return tuple(names)


def longest_chain_um(curve: Curve) -> float:
    """Arc length of the longest unbroken chain: a window that is longer is clipped."""
    return max(c.arc_length_um[-1] - c.arc_length_um[0] for c in chains(curve))


def _facet_breaks(curve: Curve) -> np.ndarray:
    """(facets - 1,) whether a facet does not start where the one before it ends.

    Points of one vertex are the same to the last digit; a curve without z is one chain.
    """
    if not len(curve.z_um) or len(curve.leg) % 3:
        return np.zeros(max((len(curve.leg) - 1) // 3, 0), dtype=bool)
    r, z = np.asarray(curve.r_um, float), np.asarray(curve.z_um, float)
    return (r[2:-1:3] != r[3::3]) | (z[2:-1:3] != z[3::3])


def _cuts(breaks: np.ndarray) -> np.ndarray:
    """Points at which a chain begins, the first one's left out."""
    return 3 * (np.nonzero(breaks)[0] + 1)
