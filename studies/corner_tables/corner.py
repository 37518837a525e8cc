"""A corner of a design as data: wedges, singular exponents, intensities, and its JSON."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from typing import Any

from fem_bump.corners.modes import Exponent


@dataclass(frozen=True)
class Wedge:
    """One region at a corner."""

    region: str
    material: str
    from_deg: float
    angle_deg: float


@dataclass(frozen=True)
class Singularity:
    """One exponent below 1, for stress or for current density, with the intensities of its modes.

    Attributes
    ----------
    regions
        Wedges of the corner that it belongs to: all, or the conductors that hang together.
    intensities, errors
        Per mode, MPa um^(1 - lambda) or A um^(-1 - lambda); empty before solving, or where ``note``
        says why there is none.
    mode_mix_deg
        Of the traction in the reference direction, per mode of the stress.
    """

    physics: str
    regions: tuple[str, ...]
    exponent: Exponent
    intensities: tuple[complex, ...] = ()
    errors: tuple[float, ...] = ()
    mode_mix_deg: tuple[float, ...] = ()
    note: str = ""

    @property
    def unit(self) -> str:
        lam = self.exponent.value.real
        if self.physics == "stress":
            return f"MPa um^{1 - lam:.3g}"
        return f"A um^-{1 + lam:.3g}"


@dataclass(frozen=True)
class DesignCorner:
    """A corner of a design.

    Attributes
    ----------
    name
        Its regions, the upper one first, and its place.
    point_um
        r, z.
    faces
        What holds at the first and the last face; None where wedges fill the circle.
    reference_deg
        Direction of the interface on which stress modes are normalized; None: the bisector.
    singularities
        By physics, then by exponent; empty where both fields stay bounded.
    """

    name: str
    point_um: tuple[float, float]
    wedges: tuple[Wedge, ...]
    faces: tuple[str, str] | None
    reference_deg: float | None
    singularities: tuple[Singularity, ...]
    conductors: tuple[tuple[str, ...], ...] = ()
    note: str = ""

    def record(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "name": self.name,
            "r_um": self.point_um[0],
            "z_um": self.point_um[1],
            "wedges": [vars(wedge) for wedge in self.wedges],
            "faces": None if self.faces is None else list(self.faces),
            "reference_deg": self.reference_deg,
            "note": self.note,
            "singularities": [_record(one) for one in self.singularities],
        }


def _record(one: Singularity) -> dict[str, Any]:
    lam = one.exponent.value
    modes = [
        {
            "intensity": abs(k) if lam.imag else k.real,
            "phase_deg": math.degrees(cmath.phase(k)) if lam.imag else None,
            "error": error,
        }
        for k, error in zip(one.intensities, one.errors, strict=True)
    ]
    for mode, mix in zip(modes, one.mode_mix_deg, strict=False):
        mode["mode_mix_deg"] = mix
    return {
        "physics": one.physics,
        "regions": list(one.regions),
        "exponent": lam.real,
        "exponent_imaginary": lam.imag,
        "multiplicity": one.exponent.multiplicity,
        "unit": one.unit,
        "modes": modes,
        "note": one.note,
    }
