"""Tractions on an interface, as a sum of harmonics of the angle around the axis.

For the interface (a, b) the unit normal n points from b into a, the tangent s along the arc length
(see :mod:`fem_bump.interfaces.line`). Peel = n . sigma . n, tension positive; shear = s . sigma .
n, positive along +s; the circumferential shear is positive along +theta. Windows as in
:mod:`fem_bump.interfaces.traction_windows`. Units: MPa, um, uN, degrees.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, TypeVar

import numpy as np

from fem_bump.algebra.harmonics import Interval, MetricHarmonics, phases
from fem_bump.interfaces import windows
from fem_bump.interfaces.angular_windows import ANGLES, HALF_CIRCLE, check_angles, check_arc
from fem_bump.interfaces.densities import Density, check_window, leg_and_interval, total
from fem_bump.interfaces.traction_windows import WHOLE_CIRCLE, TractionWindow, WindowSearch
from groundwork import printed
from groundwork.pictures import Pictured

T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class TractionInterface(Pictured, Density):
    """Tractions on an interface and around the axis.

    Attributes
    ----------
    amplitudes
        Harmonic to (3, m, 3): traction r, theta, z at start, end, midpoint of each facet, MPa.
    """

    amplitudes: Mapping[int, np.ndarray]
    drawn_as: ClassVar[str] = "traction"

    def __repr__(self) -> str:
        n, parts = self.parts
        each = zip(n.tolist(), *parts, strict=True)
        if not self.varies_around:
            peel, shear, _ = parts[:, 0]
            told = {"peel": printed.span(peel, "MPa"), "shear": printed.span(shear, "MPa")}
        else:
            told = {
                f"harmonic {k}": f"peel {printed.span(p, 'MPa')}, shear {printed.span(s, 'MPa')}, "
                f"around {printed.span(t, 'MPa')}"
                for k, p, s, t in each
            }
        return printed.lines(self.head, legs=printed.some(self.legs), **told)

    # ------------------------------------------------------------------ harmonics

    @property
    def varies_around(self) -> bool:
        """Whether they are not the same all around the axis."""
        return any(self.amplitudes)

    @cached_property
    def parts(self) -> tuple[np.ndarray, np.ndarray]:
        """Harmonics (k,), and amplitudes of peel, shear along s and around: (3, k, m, 3), MPa."""
        line = self.line
        peel, shear, around = [], [], []
        for values in self.amplitudes.values():
            plane = values[[0, 2]]
            peel.append((plane * line.normal[:, :, None]).sum(axis=0))
            shear.append((plane * line.tangent[:, :, None]).sum(axis=0))
            around.append(values[1])
        return np.array(list(self.amplitudes)), np.array([peel, shear, around])

    @property
    def axisymmetric(self) -> TractionInterface:
        """The tractions of harmonic 0 alone: their means are those over the whole circle."""
        return self.only(0) if self.varies_around else self

    def only(self, *harmonics: int) -> TractionInterface:
        """The tractions of some harmonics alone; of one that is not there, none."""

        def make() -> TractionInterface:
            nothing = np.zeros((3, len(self.line.facets), 3))
            kept = {n: self.amplitudes.get(n, nothing) for n in harmonics}
            return TractionInterface(self.line, self.side, kept)

        return self._once(harmonics, make)

    def at(self, theta_deg: float) -> TractionInterface:
        """Tractions at one angle, as of a state that has them all around."""
        cosine, sine = phases(np.array(list(self.amplitudes)), np.radians(theta_deg))
        values = np.array(list(self.amplitudes.values()))
        here = np.array(
            [np.tensordot(f, values[:, c], 1) for c, f in enumerate((cosine, sine, cosine))]
        )
        return TractionInterface(self.line, self.side, {0: here})

    # ------------------------------------------------------------------ along the interface

    def _part(self, which: int) -> np.ndarray:
        """(m, 3) peel, shear along s or around at theta = 0."""
        n, parts = self.parts
        return np.tensordot(phases(n, 0.0)[which == 2], parts[which], 1)

    @property
    def peel_mpa(self) -> np.ndarray:
        """(3 m,) n . sigma . n at :attr:`points_um`; at theta = 0, as both shears."""
        return _in_order(self._part(0))

    @property
    def shear_mpa(self) -> np.ndarray:
        """(3 m,) s . sigma . n at :attr:`points_um`."""
        return _in_order(self._part(1))

    @property
    def shear_theta_mpa(self) -> np.ndarray:
        """(3 m,) theta . sigma . n at :attr:`points_um`."""
        return _in_order(self._part(2))

    # ------------------------------------------------------------------ over the whole circle

    @property
    def mean_peel_mpa(self) -> float:
        """Area mean of the peel, over the whole circle."""
        return self._mean(0)

    @property
    def mean_shear_mpa(self) -> float:
        """Area mean of the shear along s, over the whole circle."""
        return self._mean(1)

    def _mean(self, which: int) -> float:
        density = self.axisymmetric.parts[1][which, 0]
        return 2 * np.pi * total(self.line.traces(density)) / self.contact_area_um2

    @cached_property
    def mean_magnitude_mpa(self) -> float:
        """Area mean of the absolute traction in the section: the scale of errors and balances.

        Where tractions vary around the axis, from angles around the circle.
        """
        if self.varies_around:
            return float(np.mean([self.at(angle).mean_magnitude_mpa for angle in HALF_CIRCLE]))
        size = np.hypot(self._part(0), self._part(1))
        return windows.magnitude_mean(self.line.traces(size))

    @property
    def tensile_fraction(self) -> float:
        """Share of the contact area with peel above 1 MPa.

        Where tractions vary around the axis, from angles around the circle.
        """
        if self.varies_around:
            return float(np.mean([self.at(angle).tensile_fraction for angle in HALF_CIRCLE]))
        return windows.share_above(self.line.traces(self._part(0)), 1.0)

    @property
    def net_force_un(self) -> float:
        """Axial force, uN, that side a exerts on side b, up positive; radial ones cancel."""
        return 2 * np.pi * total(self.line.traces(self.axisymmetric.amplitudes[0][2]))

    @property
    def lateral_force_un(self) -> float:
        """Force in x, uN, that side a exerts on side b; harmonic 1 has the only one."""
        if 1 not in self.amplitudes:
            return 0.0
        radial, around, _ = self.amplitudes[1]
        return 2 * np.pi * total(self.line.traces((radial - around) / 2))

    # ------------------------------------------------------------------ windows

    def window(
        self, length_um: float, leg: str | None = None, theta_deg: Interval = WHOLE_CIRCLE
    ) -> TractionWindow:
        """Extreme means over windows of arc length ``length_um``, of all legs or of one.

        And of an interval of theta.
        """
        leg, theta_deg = leg_and_interval(leg, theta_deg)
        check_window(self.line, length_um, leg)
        check_angles(theta_deg)
        low, high = map(float, theta_deg)

        def find() -> TractionWindow:
            return self._search.extremes(length_um, high - low, leg, np.array([(low + high) / 2]))

        return self._once(("in", length_um, leg, low, high), find)

    def worst_window(
        self, length_um: float, arc_deg: float, leg: str | None = None
    ) -> TractionWindow:
        """Each extreme at the angle where it is largest, for windows of one width in angle."""
        check_window(self.line, length_um, leg)
        check_arc(arc_deg)

        def find() -> TractionWindow:
            trials = np.linspace(0.0, 180.0, ANGLES)
            return self._search.extremes(length_um, arc_deg, leg, trials)

        return self._once(("worst", length_um, arc_deg, leg), find)

    def harmonics(self, window: TractionWindow) -> dict[str, MetricHarmonics]:
        """What each harmonic adds to the largest and the least peel of a window, MPa.

        And to the largest shear, along its direction. The load has no others, so there is no tail.
        """
        return self._search.shares(window)

    @cached_property
    def _search(self) -> WindowSearch:
        return WindowSearch(self.line, *self.parts)

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    @cached_property
    def _kept(self) -> dict[Hashable, Any]:
        return {}


def _in_order(values: np.ndarray) -> np.ndarray:
    """(3 m,) at start, middle, end of each facet from (m, 3) at start, end, midpoint."""
    return values[:, [0, 2, 1]].ravel()
