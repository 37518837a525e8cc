"""What a window's mean does not know of a smooth curve that the section holds as chords.

On chords a traction is the curve's on the average over a chord, but gathers at the kinks between
them: from the middle of one chord to that of the next its integral rises in a step where the
curve's rises evenly. A window that ends between two middles takes too much or too little of a step,
and an extreme is looked for where it takes most. With F the integral of the traction and F* its
even rise between the middles around an end, the mean is uncertain by

    SHARE (|F - F*| at the window's start + |F - F*| at its end) / area of the window.

SHARE was set on sections with four times the chords of 14 marks: with it the bars contain the
difference in 95 % of the windows that end on a curve.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fem_bump.interfaces.line import InterfaceLine
from geometry.section.cross_section import SMOOTH_DEG
from geometry.section.names import SCAR

SHARE = 0.75
STRAIGHT_DEG = 0.01  # facets of one chord turn by less
Running = Callable[[np.ndarray], np.ndarray]


def chord_error(
    line: InterfaceLine,
    cells: np.ndarray,
    density: np.ndarray,
    start_um: float,
    length_um: float,
    leg: str | None,
) -> float | None:
    """Uncertainty of the mean of a density over a window; None on a line without curves.

    Parameters
    ----------
    cells
        What :func:`around_kinks` finds on the line.
    density
        (m, 3) at each facet's start, end and midpoint.
    start_um, length_um
        Of the window, arc length.
    leg
        On which it lies, if on one alone.
    """
    if not len(cells):
        return None
    if not any(_within(end, cells).any() for end in (start_um, start_um + length_um)):
        return 0.0
    ones = line.traces(np.ones_like(density), leg)
    for trace, unit in zip(line.traces(density, leg), ones, strict=True):
        if not trace.s[0] - 1e-9 <= start_um < trace.s[-1]:
            continue
        here = cells[(trace.s[0] <= cells[:, 0]) & (cells[:, 1] <= trace.s[-1])]
        force, area = trace.cumulative(), unit.cumulative()
        ends = np.clip([start_um, start_um + length_um], trace.s[0], trace.s[-1])
        missed = sum(_missed(end, here, force, area) for end in ends)
        return SHARE * missed / float(np.diff(area(ends))[0])
    return 0.0


def around_kinks(line: InterfaceLine) -> np.ndarray:
    """(k, 2) arc lengths of the middles of the chords before and after each kink of a curve."""
    u, v = line.tangent[:, :-1], line.tangent[:, 1:]
    turn = np.degrees(np.abs(np.arctan2(u[0] * v[1] - u[1] * v[0], (u * v).sum(axis=0))))
    scarred = np.array([name == SCAR for name in line.leg_names])[line.leg]
    broken = np.diff(line.piece) != 0
    bends = broken | (turn > STRAIGHT_DEG)
    smooth = (~broken & scarred[1:] & (turn < SMOOTH_DEG))[bends]
    at = np.concatenate([[0.0], line.start_um[1:][bends], [line.start_um[-1] + line.length_um[-1]]])
    before, after = np.diff(at)[:-1][smooth], np.diff(at)[1:][smooth]
    # a flat beside a curve goes on for long: no further than on the curve's side
    low, high = np.minimum(before, 2 * after) / 2, np.minimum(after, 2 * before) / 2
    kinks = at[1:-1][smooth]
    return np.column_stack([kinks - low, kinks + high])


def _within(at: float, cells: np.ndarray) -> np.ndarray:
    return (cells[:, 0] < at) & (at < cells[:, 1])


def _missed(at: float, cells: np.ndarray, force: Running, area: Running) -> float:
    """|F - F*| at an arc length."""
    for low, high in cells[_within(at, cells)]:
        places = np.array([low, at, high])
        (f0, f, f1), (a0, a, a1) = force(places), area(places)
        return abs(float(f0 + (f1 - f0) * (a - a0) / (a1 - a0) - f))
    return 0.0
