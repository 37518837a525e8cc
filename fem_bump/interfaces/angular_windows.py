"""Windows on the whole circle of an interface: an arc length along s times an interval of theta.

A density on an interface is a sum of amplitudes along the arc length s times cos(n theta), for the
circumferential traction sin(n theta). The mean over a window (weight r ds dtheta) is the window
mean along s of the densities, each multiplied by the mean of its cosine or sine over the interval.
The densities: :mod:`fem_bump.interfaces.flux`, :mod:`fem_bump.interfaces.traction`.
Units: um, degrees.
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.harmonics import Interval
from fem_bump.errors import InputError, is_number
from fem_bump.interfaces import windows
from fem_bump.interfaces.line import InterfaceLine

WHOLE_CIRCLE: Interval = (0.0, 360.0)
ANGLES = 91  # trial positions of an angular window on half the circle
HALF_CIRCLE = (np.arange(36) + 0.5) * 5.0  # degrees; the other half mirrors it


def check_angles(theta_deg: Interval) -> None:
    """Refuse what is no interval, an empty one, or one longer than the circle."""
    pair = isinstance(theta_deg, tuple | list | np.ndarray) and len(theta_deg) == 2
    if pair and all(is_number(end) and np.isfinite(end) for end in theta_deg):
        if 0 < theta_deg[1] - theta_deg[0] <= 360 * (1 + 1e-12):
            return
    raise InputError(
        f"theta_deg = {theta_deg!r} must be an interval (lower end, upper end) of more than 0 and "
        "at most 360 degrees; one angle alone is what at(theta_deg) is for"
    )


def check_arc(arc_deg: float) -> None:
    """Refuse a width in angle that is none."""
    if not (is_number(arc_deg) and 0 < arc_deg <= 360 * (1 + 1e-12)):
        raise InputError(f"arc_deg = {arc_deg!r} must be a number above 0 and at most 360")


def weights_of(line: InterfaceLine, start: float, stop: float) -> np.ndarray:
    """(m, 3) weights of the mean over an arc length of a line."""
    return line.window_weights(start, stop - start)[:, :3]


def trial_means(
    line: InterfaceLine, length_um: float, leg: str | None, densities: np.ndarray
) -> np.ndarray:
    """(k, windows) means of (k, m, 3) densities over trial windows of a length."""
    traces = line.traces(densities, leg)
    return windows.TrialWindows.of(traces, length_um).means(traces)
