"""Densities on an interface, and current fluxes with their means over windows.

For the interface (a, b) the unit normal n points from b into a (see
:mod:`fem_bump.interfaces.line`); J.n is positive from b into a. Units: A/um^2, um.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from fem_bump import printed
from fem_bump.errors import InputError, is_number
from fem_bump.interfaces import windows
from fem_bump.interfaces.line import InterfaceLine
from fem_bump.interfaces.windows import Trace


@dataclass(frozen=True, repr=False)
class Density:
    """A density on an interface, recovered from one side's nodal residual."""

    line: InterfaceLine
    side: str

    @property
    def _head(self) -> str:
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


NO_CURRENT = 1e-6  # net current over the integral of |J.n| that is none


@dataclass(frozen=True, repr=False)
class FluxWindow:
    """Largest window mean of J.n over one interface, its place, and whether it was clipped."""

    length_um: float
    current_density_max_a_per_um2: float
    start_um: float
    clipped: bool

    def __repr__(self) -> str:
        return printed.lines(
            f"FluxWindow of {self.length_um:.4g} um" + (", clipped" if self.clipped else ""),
            current_density=f"{self.current_density_max_a_per_um2:.4g} A/um2 from "
            f"s = {self.start_um:.4g} um",
        )


@dataclass(frozen=True, repr=False)
class FluxInterface(Density):
    """Normal current density along an interface, A/um^2, positive from b into a."""

    values: np.ndarray  # (m, 3) at start, end, midpoint

    def __repr__(self) -> str:
        return printed.lines(
            self._head,
            legs=printed.some(self.legs),
            current_density=printed.span(self.values, "A/um2"),
            net_current=f"{self.net_current_a:.4g} A",
        )

    @property
    def axisymmetric(self) -> FluxInterface:
        """Itself: the part that is the same all around."""
        return self

    @property
    def jn_a_per_um2(self) -> np.ndarray:
        """(3 m,) J.n at :attr:`points_um`."""
        return self.values[:, [0, 2, 1]].ravel()

    @property
    def net_current_a(self) -> float:
        """Current from b into a."""
        return 2 * np.pi * total(self.line.traces(self.values))

    @property
    def mean_magnitude_a_per_um2(self) -> float:
        """Area mean of |J.n|."""
        return windows.magnitude_mean(self.line.traces(self.values))

    def window(self, length_um: float, leg: str | None = None) -> FluxWindow:
        """Largest mean of J.n, in the direction of the net current, over windows of a length.

        Where there is no net current, the largest in either direction. That of a leg may be
        negative: then in all its windows current runs against that of the interface.
        """
        check_window(self.line, length_um, leg)
        if (length_um, leg) not in self._windows:
            self._windows[length_um, leg] = self._find_window(length_um, leg)
        return self._windows[length_um, leg]

    @cached_property
    def _windows(self) -> dict[tuple[float, str | None], FluxWindow]:
        return {}

    def _find_window(self, length_um: float, leg: str | None) -> FluxWindow:
        check_window(self.line, length_um, leg)
        traces, net = self.line.traces(self.values, leg), self.net_current_a
        signs: tuple[int, ...] = (1 if net > 0 else -1,)
        if abs(net) <= NO_CURRENT * self.mean_magnitude_a_per_um2 * self.contact_area_um2:
            # a dead end, where current goes in and out again: the sign of its sum is round-off
            signs = (1, -1)
        both = [(sign, windows.extreme_mean(traces, length_um, sign)) for sign in signs]
        largest, found = max(
            ((sign * extreme.value, extreme) for sign, extreme in both), key=lambda pair: pair[0]
        )
        return FluxWindow(found.length_um, largest, found.start_um, found.clipped)

    def crowding(self, reference_area_um2: float, length_um: float = 1.0) -> float:
        """Largest window mean over |net current| / reference area."""
        mean = abs(self.net_current_a) / reference_area_um2
        return self.window(length_um).current_density_max_a_per_um2 / mean


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
