"""Densities on the whole circle of an interface, as a record keeps them: amplitudes per harmonic.

A density at the angle theta is the sum of its amplitudes times cos(n theta); the circumferential
shear goes with sin(n theta). Along the arc length they stand at start, middle and end of each
facet, as the curves do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fem_bump.angular_interface import AngularFluxInterface, AngularTractionInterface
from studies.metrics import A_PER_CM2, AnyFlux, AnyTraction

Pair = tuple[str, str]
SINE = ("shear_theta_mpa",)  # what goes with the sine


def circle(
    tractions: dict[Pair, AnyTraction], fluxes: dict[Pair, AnyFlux]
) -> dict[str, dict[str, Any]]:
    """Amplitudes of every interface whose densities vary around the circle."""
    out: dict[str, dict[str, Any]] = {}
    for (a, b), t in tractions.items():
        if isinstance(t, AngularTractionInterface):
            n, parts = t.parts
            said = out.setdefault(f"{a}/{b}", {})
            said["traction_harmonics"] = n.tolist()
            for name, part in zip(("peel_mpa", "shear_mpa", "shear_theta_mpa"), parts, strict=True):
                said[name] = _rows(part)
    for (a, b), j in fluxes.items():
        if isinstance(j, AngularFluxInterface):
            said = out.setdefault(f"{a}/{b}", {})
            said["flux_harmonics"] = j.harmonic_numbers.tolist()
            sign = 1.0 if j.net_current_a >= 0 else -1.0
            said["jn_a_per_cm2"] = _rows(sign * A_PER_CM2 * j.amplitudes)
    return out


def around(said: dict[str, Any], column: str, theta_deg: np.ndarray) -> np.ndarray:
    """(points, angles) values of a recorded density at angles."""
    n = np.array(said["flux_harmonics" if column == "jn_a_per_cm2" else "traction_harmonics"])
    phase = np.outer(n, np.radians(theta_deg))
    return np.array(said[column]).T @ (np.sin(phase) if column in SINE else np.cos(phase))


def _rows(amplitudes: np.ndarray) -> list[list[float]]:
    """(k, m, 3) as one list per harmonic, in the order of the curves, to seven digits."""
    ordered = amplitudes[:, :, [0, 2, 1]].reshape(len(amplitudes), -1)
    return [[float(f"{value:.7g}") for value in row] for row in ordered]
