"""Densities on the whole circle of an interface, as a record keeps them: amplitudes per harmonic.

A density at the angle theta is the sum of its amplitudes times cos(n theta - phase), without phases
cos(n theta); the circumferential shear goes with sin(n theta). Along the arc length they stand at
start, middle and end of each facet, as the curves do. With them stand the worst windows of the
headline averaging length.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fem_bump.interfaces.flux import FluxInterface
from fem_bump.interfaces.traction import TractionInterface
from fem_bump.interfaces.traction_windows import TractionWindow
from geometry import Design
from studies.solution.interfaces import A_PER_CM2, arc_deg

Pair = tuple[str, str]
DIGITS = 7


def circle(
    design: Design, tractions: dict[Pair, TractionInterface], fluxes: dict[Pair, FluxInterface]
) -> dict[str, dict[str, Any]]:
    """Amplitudes and worst windows of every interface whose densities vary around the circle.

    Means of windows have the unit of their density: MPa, and A/cm2 for the current.
    """
    out: dict[str, dict[str, Any]] = {}
    length, arc = design.metrics.headline_length_um, arc_deg(design)
    for (a, b), t in tractions.items():
        if t.varies_around:
            n, parts = t.parts
            said = out.setdefault(f"{a}/{b}", {"windows": {}})
            said["traction_harmonics"] = n.tolist()
            for name, part in zip(("peel_mpa", "shear_mpa", "shear_theta_mpa"), parts, strict=True):
                said[name] = _rows(part)
            found = t.worst_window(length, arc)
            said["windows"]["peel"] = _extreme(found, "peel_max")
            said["windows"]["shear"] = _extreme(found, "shear_max")
    for (a, b), j in fluxes.items():
        if j.varies_around:
            said = out.setdefault(f"{a}/{b}", {"windows": {}})
            said["flux_harmonics"] = j.harmonic_numbers.tolist()
            if j.phases_deg.any():
                said["flux_phases_deg"] = j.phases_deg.tolist()
            sign = 1.0 if j.net_current_a >= 0 else -1.0
            said["jn_a_per_cm2"] = _rows(sign * A_PER_CM2 * j.amplitudes)
            most = j.worst_window(length, arc)
            mean = A_PER_CM2 * most.current_density_max_a_per_um2
            said["windows"]["current"] = _window(
                most.start_um, most.length_um, most.theta_middle_deg, arc, mean
            )
    return out


def _extreme(found: TractionWindow, name: str) -> dict[str, Any]:
    start, middle, mean = (
        getattr(found, f"{name}_{what}") for what in ("start_um", "theta_deg", "mpa")
    )
    return _window(start, found.length_um, middle, found.arc_deg, mean)


def _window(
    start_um: float, length_um: float, middle_deg: float, arc: float, mean: float
) -> dict[str, Any]:
    """Where along s and around a window lies, and its mean, to seven digits."""
    ends = [middle_deg - arc / 2, middle_deg + arc / 2]
    return {
        "start_um": _digits(start_um),
        "length_um": _digits(length_um),
        "theta_deg": [_digits(end) for end in ends],
        "mean": _digits(mean),
    }


def _rows(amplitudes: np.ndarray) -> list[list[float]]:
    """(k, m, 3) as one list per harmonic, in the order of the curves.

    All to one decimal place, a millionth of the largest: they are there to be summed.
    """
    ordered = amplitudes[:, :, [0, 2, 1]].reshape(len(amplitudes), -1)
    largest = float(np.abs(ordered).max(initial=0.0))
    places = DIGITS - 1 - math.floor(math.log10(largest)) if largest > 0 else 0
    whole = places <= 0  # then without ".0", which would be most of a short number
    return [[int(v) if whole else float(v) for v in np.round(row, places)] for row in ordered]


def _digits(value: float) -> float:
    return float(f"{value:.7g}")
