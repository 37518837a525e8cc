"""Tractions on an interface and their means over windows; what all densities there share.

For the interface (a, b) the unit normal n points from b into a, the tangent s along the arc length
(see :mod:`fem_bump.interfaces.line`). Peel = n . sigma . n, tension positive; shear = s . sigma .
n, positive along +s. Units: MPa, um. Current: :mod:`fem_bump.interfaces.flux`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump import printed
from fem_bump.errors import InputError, is_number
from fem_bump.interfaces import windows
from fem_bump.interfaces.line import InterfaceLine
from fem_bump.interfaces.windows import Trace


@dataclass(frozen=True, repr=False)
class Density:
    """A density along an interface, from one side's nodal residual."""

    line: InterfaceLine
    side: str

    @property
    def head(self) -> str:
        """What it says of itself first."""
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


@dataclass(frozen=True, repr=False)
class TractionWindow:
    """Extreme window means of one interface; ``shear_max`` is the largest absolute mean."""

    length_um: float
    peel_max_mpa: float
    peel_min_mpa: float
    shear_max_mpa: float
    peel_max_start_um: float
    peel_min_start_um: float
    shear_max_start_um: float
    clipped: bool

    def __repr__(self) -> str:
        return printed.lines(
            f"TractionWindow of {self.length_um:.4g} um" + (", clipped" if self.clipped else ""),
            peel=f"{self.peel_max_mpa:.4g} MPa from s = {self.peel_max_start_um:.4g} um, "
            f"{self.peel_min_mpa:.4g} MPa from s = {self.peel_min_start_um:.4g} um",
            shear=f"{self.shear_max_mpa:.4g} MPa from s = {self.shear_max_start_um:.4g} um",
        )


@dataclass(frozen=True, repr=False)
class TractionInterface(Density):
    """Tractions along an interface, MPa; see the module docstring for signs."""

    values: np.ndarray  # (2, m, 3): r and z traction at start, end, midpoint

    def __repr__(self) -> str:
        return printed.lines(
            self.head,
            legs=printed.some(self.legs),
            peel=printed.span(self._peel, "MPa"),
            shear=printed.span(self._shear, "MPa"),
        )

    @property
    def axisymmetric(self) -> TractionInterface:
        """Itself: the part that is the same all around."""
        return self

    def _along(self, direction: np.ndarray) -> np.ndarray:
        return (self.values * direction[:, :, None]).sum(axis=0)

    @cached_property
    def _peel(self) -> np.ndarray:
        return self._along(self.line.normal)

    @cached_property
    def _shear(self) -> np.ndarray:
        return self._along(self.line.tangent)

    @property
    def peel_mpa(self) -> np.ndarray:
        """(3 m,) n . sigma . n at :attr:`points_um`."""
        return self._peel[:, [0, 2, 1]].ravel()

    @property
    def shear_mpa(self) -> np.ndarray:
        """(3 m,) s . sigma . n at :attr:`points_um`."""
        return self._shear[:, [0, 2, 1]].ravel()

    def window(self, length_um: float, leg: str | None = None) -> TractionWindow:
        """Extreme means over windows of arc length ``length_um``, of all legs or of one."""
        check_window(self.line, length_um, leg)
        if (length_um, leg) not in self._windows:
            self._windows[length_um, leg] = self._find_window(length_um, leg)
        return self._windows[length_um, leg]

    @cached_property
    def _windows(self) -> dict[tuple[float, str | None], TractionWindow]:
        return {}

    def _find_window(self, length_um: float, leg: str | None) -> TractionWindow:
        check_window(self.line, length_um, leg)
        peel, shear = self.line.traces(self._peel, leg), self.line.traces(self._shear, leg)
        highest = windows.extreme_mean(peel, length_um, 1)
        lowest = windows.extreme_mean(peel, length_um, -1)
        forward = windows.extreme_mean(shear, length_um, 1)
        backward = windows.extreme_mean(shear, length_um, -1)
        largest = forward if forward.value >= -backward.value else backward
        return TractionWindow(
            highest.length_um,
            highest.value,
            lowest.value,
            abs(largest.value),
            highest.start_um,
            lowest.start_um,
            largest.start_um,
            highest.clipped,
        )

    @property
    def mean_peel_mpa(self) -> float:
        return 2 * np.pi * total(self.line.traces(self._peel)) / self.contact_area_um2

    @property
    def mean_shear_mpa(self) -> float:
        return 2 * np.pi * total(self.line.traces(self._shear)) / self.contact_area_um2

    @property
    def mean_magnitude_mpa(self) -> float:
        """Area mean of the absolute traction: the scale of errors and balances."""
        size = np.hypot(self._peel, self._shear)
        return windows.magnitude_mean(self.line.traces(size))

    @property
    def tensile_fraction(self) -> float:
        """Share of the contact area with peel above 1 MPa."""
        return windows.share_above(self.line.traces(self._peel), 1.0)

    @property
    def net_force_un(self) -> float:
        """Axial force, uN, that side a exerts on side b, up positive; radial ones cancel."""
        return 2 * np.pi * total(self.line.traces(self.values[1]))


def check_window(line: InterfaceLine, length_um: float, leg: str | None) -> None:
    """Refuse a window without length, or on a leg that is not there."""
    if not (is_number(length_um) and np.isfinite(length_um) and length_um > 0):
        raise InputError(f"length_um = {length_um!r} must be a number above 0, and finite")
    if leg is not None and leg not in line.leg_names:
        raise InputError(
            f"unknown leg '{leg}' of {line.a}/{line.b}; known are {', '.join(line.leg_names)}"
        )


def total(traces: list[Trace]) -> float:
    """Integral over all traces, weight r ds."""
    return sum(trace.integral() for trace in traces)
