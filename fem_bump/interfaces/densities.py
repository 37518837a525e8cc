"""What all densities on an interface share.

For the interface (a, b) the unit normal n points from b into a, the tangent s along the arc length
(see :mod:`fem_bump.interfaces.line`). Tractions: :mod:`fem_bump.interfaces.traction`, current:
:mod:`fem_bump.interfaces.flux`. Units: um.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from fem_bump.errors import InputError, is_number
from fem_bump.interfaces.line import InterfaceLine
from fem_bump.interfaces.windows import Trace


@dataclass(frozen=True, repr=False)
class Density:
    """A density on an interface, recovered from one side's nodal residual."""

    line: InterfaceLine
    side: str

    @property
    def head(self) -> str:
        name = type(self).__name__
        return (
            f"{name} {self.line.a}/{self.line.b}, side {self.side}: {len(self.line.facets)} facets"
        )

    @property
    def legs(self) -> tuple[str, ...]:
        """Leg names in the order of s."""
        return self.line.leg_names

    @property
    def arc_length_um(self) -> np.ndarray:
        """(3 m,) arc length at start, middle, end of each facet; ends of facets stand twice."""
        start, length = self.line.start_um, self.line.length_um
        return np.array([start, start + length / 2, start + length]).T.ravel()

    @property
    def points_um(self) -> np.ndarray:
        """(2, 3 m) coordinates r, z."""
        return self.line.model.node_points_um[:, self.line.nodes[[0, 2, 1]].T.ravel()]

    @property
    def normals(self) -> np.ndarray:
        """(2, 3 m) unit normals, from b into a."""
        return np.repeat(self.line.normal, 3, axis=1)

    @property
    def leg_of_point(self) -> np.ndarray:
        """(3 m,) index into ``legs``."""
        return np.repeat(self.line.leg, 3)

    @property
    def contact_area_um2(self) -> float:
        """Revolved area of the interface."""
        return self.line.area_um2


def check_window(line: InterfaceLine, length_um: float, leg: str | None) -> None:
    """Refuse a window without length, or on a leg that is not there."""
    if not (is_number(length_um) and np.isfinite(length_um) and length_um > 0):
        raise InputError(f"length_um = {length_um!r} must be a number above 0, and finite")
    if leg is not None and leg not in line.leg_names:
        raise InputError(
            f"unknown leg '{leg}' of {line.a}/{line.b}; known are {', '.join(line.leg_names)}"
        )


def leg_and_interval(leg: Any, theta_deg: Any) -> tuple[Any, Any]:
    """Leg and interval of a call that may still give them in the earlier order, interval first."""
    if isinstance(leg, str | None) or np.size(leg) != 2:
        return leg, theta_deg
    warnings.warn("give the interval by its name, theta_deg=...", DeprecationWarning, stacklevel=3)
    return (theta_deg if isinstance(theta_deg, str) else None), leg


def total(traces: list[Trace]) -> float:
    """Integral of a density * r ds over all traces."""
    return sum(trace.integral() for trace in traces)
