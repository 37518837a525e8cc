"""Densities on the whole circle of an interface, as a record keeps them: amplitudes per harmonic.

A density at the angle theta is the sum of its amplitudes times cos(n theta - phase), without phases
cos(n theta); the circumferential shear goes with sin(n theta). Along the arc length they stand at
start, middle and end of each facet, as the curves do. With them stand the worst windows of the
headline averaging length.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from fem_bump.interfaces.flux import FluxInterface
from fem_bump.interfaces.traction import TractionInterface
from fem_bump.interfaces.traction_windows import TractionWindow
from geometry import Design
from studies.records.record import Circle, CircleWindow
from studies.solution.interfaces import A_PER_CM2, arc_deg

Pair = tuple[str, str]
DIGITS = 7


def circle(
    design: Design, tractions: dict[Pair, TractionInterface], fluxes: dict[Pair, FluxInterface]
) -> dict[str, Circle]:
    """Amplitudes and worst windows of every interface whose densities vary around the circle.

    Means of windows have the unit of their density: MPa, and A/cm2 for the current.
    """
    out: dict[str, Circle] = {}
    length, arc = design.metrics.headline_length_um, arc_deg(design)
    for (a, b), t in tractions.items():
        if t.varies_around:
            n, parts = t.parts
            names = ("peel_mpa", "shear_mpa", "shear_theta_mpa")
            found = t.worst_window(length, arc)
            out[f"{a}/{b}"] = Circle(
                {name: _rows(part) for name, part in zip(names, parts, strict=True)},
                {"peel": _extreme(found, "peel_max"), "shear": _extreme(found, "shear_max")},
                traction_harmonics=n.tolist(),
            )
    for (a, b), j in fluxes.items():
        if j.varies_around:
            said = out.get(f"{a}/{b}", Circle())
            sign = 1.0 if j.net_current_a >= 0 else -1.0
            most = j.worst_window(length, arc)
            mean = A_PER_CM2 * most.current_density_max_a_per_um2
            window = _window(most.start_um, most.length_um, most.theta_middle_deg, arc, mean)
            rows = _rows(sign * A_PER_CM2 * j.amplitudes)
            out[f"{a}/{b}"] = replace(
                said,
                amplitudes={**said.amplitudes, "jn_a_per_cm2": rows},
                windows={**said.windows, "current": window},
                flux_harmonics=j.harmonic_numbers.tolist(),
                flux_phases_deg=j.phases_deg.tolist() if j.phases_deg.any() else (),
            )
    return out


def _extreme(found: TractionWindow, name: str) -> CircleWindow:
    start, middle, mean = (
        getattr(found, f"{name}_{what}") for what in ("start_um", "theta_deg", "mpa")
    )
    return _window(start, found.length_um, middle, found.arc_deg, mean)


def _window(
    start_um: float, length_um: float, middle_deg: float, arc: float, mean: float
) -> CircleWindow:
    """Where along s and around a window lies, and its mean, to seven digits."""
    ends = _digits(middle_deg - arc / 2), _digits(middle_deg + arc / 2)
    return CircleWindow(_digits(start_um), _digits(length_um), ends, _digits(mean))


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
