"""Reflow: a given volume of molten solder takes its axisymmetric equilibrium shape.

The surface of a liquid at rest obeys the law of Young and Laplace, 2 H = dp/gamma, with a pressure
that falls with height. Its generating curve, run with the liquid on its left (upwards on a bridge),
has arc length s and tangent angle phi above the +r direction:

    r' = cos phi    z' = sin phi    phi' = P - B z - sin(phi)/r                                (1)

with P = dp/gamma where z = 0 and B = rho g/gamma (positive if gravity points to -z). Without
gravity these are Delaunay's surfaces; on them r sin(phi) - P r^2/2, the axial pull over 2 pi gamma,
is constant. The sphere (pull 0) has closed forms and is used as such. Everything else is integrated
by Taylor series of order 24 of (1), built by recursion (Jorba & Zou): a step is a polynomial that
is exact to rounding, so the series *are* the curve, and no interpolation follows.

Both edges are pinned: metal that solder has wetted does not dewet. A surface is accepted only if it
is a minimum of energy against all displacements eta(s) cos(m theta) along its normal that keep the
edges and the volume. Jacobi's equation of the second variation is

    (r eta')'/r + (k1^2 + k2^2 + B cos phi - m^2/r^2) eta = -mu                                (2)

with principal curvatures k1, k2, and mu = 0 for m >= 1. Stable means: no conjugate point between
the ends or at the far one, that is

    m = 0: D = y1 I2 - y2 I1 has no zero; y1: eta = 0, eta' = 1 at the start and mu = 0;
           y2: eta = eta' = 0 and mu = 1 (from an apex: the regular solutions with eta = 1 and 0);
           I = integral of y r ds. D = 0 at the end is also where volume has a fold or a fork;
    m = 1: w with w = 0, w' = 1 at the start has no further zero. Larger m are then stable too.

Equal radii without gravity have known limits that follow from translations, which solve (2): thin
bridges break where the tangent at the edges is parallel to the axis, one period of an unduloid (the
cylinder: stand-off 2 pi R), or before that at the least volume; full ones turn sideways (m = 1)
where the surface becomes tangent to the pads. A short thin one cuts into its pads first.

Sources: C. Delaunay, J. Math. Pures Appl. 6 (1841) 309; R. D. Gillette and D. C. Dyson, Chem. Eng.
J. 2 (1971) 44; D. H. Michael and P. G. Williams, Proc. R. Soc. A 351 (1976) 117; M. J. Russo and
P. H. Steen, J. Colloid Interface Sci. 113 (1986) 154; A. D. Myshkis et al., Low-Gravity Fluid
Mechanics (Springer, 1987); L. A. Slobozhanin and J. M. Perales, Phys. Fluids A 5 (1993) 1305;
A. Jorba and M. Zou, Exp. Math. 14 (2005) 99.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numba import njit
from scipy.optimize import brentq

from geometry.errors import DesignError

STANDARD_GRAVITY_M_PER_S2 = 9.80665
GRAVITY_MATTERS = 1e-4  # strength from which gravity="auto" counts it
LARGEST_BOND = {"cap": 1e4, "bridge": 1e2}  # beyond: not verified, and shooting loses its digits

ORDER = 24
MAX_STEPS = 1000
MAX_TRIES = 1000  # a tenth of them is usual at a limit of stability

Gravity = Literal["auto", "always", "never"]
Direction = Literal["down", "up"]


# ---------------------------------------------------------------------------------------------
# The curve


class _Curve(Protocol):
    """A plane curve by arc length s: position, unit tangent and its turning rate."""

    def point(self, s: np.ndarray) -> np.ndarray: ...

    def tangent(self, s: np.ndarray) -> np.ndarray: ...

    def turning(self, s: np.ndarray) -> np.ndarray: ...

    def samples(self) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class _Arc:
    """Circle around the axis, between two angles from its upper pole, the second one smaller."""

    radius: float
    pole: float  # its height; the centre of a flat arc is too far away to be accurate
    first: float
    last: float
    length: float

    def _angle(self, s: np.ndarray) -> np.ndarray:
        # counted from the nearer end, so that neither loses digits
        from_start = self.first - s / self.radius
        from_end = self.last + (self.length - s) / self.radius
        return np.where(s < 0.5 * self.length, from_start, from_end)

    def point(self, s: np.ndarray) -> np.ndarray:
        a = self._angle(s)
        height = self.pole - 2.0 * self.radius * np.sin(0.5 * a) ** 2
        return np.stack([self.radius * np.sin(a), height])

    def tangent(self, s: np.ndarray) -> np.ndarray:
        a = self._angle(s)
        return np.stack([-np.cos(a), np.sin(a)])

    def turning(self, s: np.ndarray) -> np.ndarray:
        return np.full(s.shape, 1.0 / self.radius)

    def samples(self) -> np.ndarray:
        return np.linspace(0.0, self.length, 129)


@dataclass(frozen=True, eq=False)
class _Series:
    """Taylor polynomials of r, z, cos phi and sin phi, step by step, in units of ``scale``."""

    steps: np.ndarray  # (n + 1,) arc length where each step starts, and the end
    coefficients: np.ndarray  # (n, 4, ORDER + 1)
    scale: float
    base_z: float
    from_apex: bool  # integrated downwards from an apex, in a frame with z pointing down

    def _evaluate(self, s: np.ndarray, rows: tuple[int, int]) -> np.ndarray:
        x = np.asarray(s, dtype=float) / self.scale
        if self.from_apex:
            x = self.steps[-1] - x
        k = np.clip(np.searchsorted(self.steps, x, side="right") - 1, 0, len(self.steps) - 2)
        h = x - self.steps[k]
        chosen = self.coefficients[k][:, rows, :]
        out = chosen[:, :, ORDER].T
        for order in range(ORDER - 1, -1, -1):
            out = out * h + chosen[:, :, order].T
        return out

    def _derivative(self, s: np.ndarray, rows: tuple[int, int]) -> np.ndarray:
        weighted = self.coefficients[:, :, 1:] * np.arange(1, ORDER + 1)
        padded = np.concatenate([weighted, np.zeros((*weighted.shape[:2], 1))], axis=2)
        return _Series(self.steps, padded, self.scale, 0.0, self.from_apex)._evaluate(s, rows)

    def point(self, s: np.ndarray) -> np.ndarray:
        r, z = self._evaluate(s, (0, 1))
        if self.from_apex:
            bottom = np.polynomial.polynomial.polyval(
                self.steps[-1] - self.steps[-2], self.coefficients[-1, 1]
            )
            z = bottom - z
        return np.stack([r * self.scale, self.base_z + z * self.scale])

    def tangent(self, s: np.ndarray) -> np.ndarray:
        c, sn = self._evaluate(s, (2, 3))
        return np.stack([-c if self.from_apex else c, sn])

    def turning(self, s: np.ndarray) -> np.ndarray:
        # from derivatives of r and z alone, so that residuals of the law of Laplace mean something
        dr, dz = self._derivative(s, (0, 1))
        dc, ds = self._derivative(s, (2, 3))
        return (dr * ds - dz * dc) / self.scale

    def samples(self) -> np.ndarray:
        pieces = max(6, -(-96 // (len(self.steps) - 1)))
        inner = self.steps[:-1, None] + np.diff(self.steps)[:, None] * np.arange(pieces) / pieces
        s = np.append(inner.ravel(), self.steps[-1])
        return (self.steps[-1] - s[::-1] if self.from_apex else s) * self.scale


@dataclass(frozen=True, eq=False)
class Meridian:
    """Generating curve of a liquid surface, from its lower edge to its upper edge or apex.

    Attributes
    ----------
    kind
        ``sphere``, ``cylinder``, ``catenoid``, ``unduloid``, ``nodoid``, or ``young-laplace``
        (under gravity).
    length_um
        Arc length.
    volume_um3
        Integral of pi r^2 dz along the curve: the volume between it and the axis, over its range
        of z, a stretch that runs back down counted negative.
    start_um, end_um
        The curve's ends (r, z), exact.
    pressure_per_um
        Capillary pressure over surface tension where the curve starts: twice the mean curvature.
    gravity_per_um2
        B = rho g/gamma of equation (1), signed; 0 where gravity was left out.
    bond_number
        rho g a^2/gamma, a the (larger) pad radius, whether or not gravity was left out; None
        where the liquid's properties are not given.
    """

    kind: str
    length_um: float
    volume_um3: float
    start_um: tuple[float, float]
    end_um: tuple[float, float]
    pressure_per_um: float
    gravity_per_um2: float
    bond_number: float | None
    curve: _Curve

    def at(self, t: np.ndarray | float) -> np.ndarray:
        """Points (2, N) at t in [0, 1], which is proportional to arc length."""
        t = self._parameter(t)
        out = self.curve.point(t * self.length_um)
        out[:, t == 0.0] = np.array(self.start_um)[:, None]
        out[:, t == 1.0] = np.array(self.end_um)[:, None]
        return out

    def tangent(self, t: np.ndarray | float) -> np.ndarray:
        """Unit tangents (2, N) towards the curve's end; the liquid lies to their left."""
        return self.curve.tangent(self._parameter(t) * self.length_um)

    def curvatures_per_um(self, t: np.ndarray | float) -> np.ndarray:
        """Principal curvatures (2, N), in the section and around the axis; a sphere's are > 0."""
        t = self._parameter(t)
        turning = self.curve.turning(t * self.length_um)
        r, sine = self.at(t)[0], self.tangent(t)[1]
        around = np.where(r > 0.0, sine / np.where(r > 0.0, r, 1.0), turning)
        return np.stack([turning, around])

    def project(self, points: np.ndarray) -> np.ndarray:
        """Parameter t of the point on the curve that is closest to each of ``points`` (2, N).

        The nearest of some hundred samples brackets the foot of the perpendicular, which Newton's
        method, kept inside that bracket, then finds to rounding.
        """
        points = np.asarray(points, dtype=float).reshape(2, -1)
        samples = self.curve.samples()
        r, z = self.curve.point(samples)
        nearest = np.empty(points.shape[1], dtype=int)
        for block in range(0, points.shape[1], 4096):
            part = points[:, block : block + 4096]
            distance = (part[0, :, None] - r) ** 2 + (part[1, :, None] - z) ** 2
            nearest[block : block + 4096] = distance.argmin(axis=1)
        low = samples[np.maximum(nearest - 1, 0)]
        high = samples[np.minimum(nearest + 1, len(samples) - 1)]
        s = samples[nearest]
        for _ in range(60):
            away, along = self.curve.point(s) - points, self.curve.tangent(s)
            slope = (away * along).sum(axis=0)
            low, high = np.where(slope < 0.0, s, low), np.where(slope > 0.0, s, high)
            across = away[1] * along[0] - away[0] * along[1]
            change = 1.0 + self.curve.turning(s) * across
            step = -slope / np.where(change > 0.0, change, 1.0)
            new = s + step
            outside = (new < low) | (new > high) | (change <= 0.0)
            new = np.where(outside, 0.5 * (low + high), new)
            moved = np.abs(new - s).max(initial=0.0)
            s = new
            if moved <= 1e-13 * self.length_um:
                break
        return np.clip(s / self.length_um, 0.0, 1.0)

    @property
    def contact_angles_deg(self) -> tuple[float, float | None]:
        """Angle inside the liquid at the lower edge, and at the upper one (None: an apex)."""
        (c0, c1), (s0, s1) = self.tangent(np.array([0.0, 1.0]))
        lower = math.degrees(math.atan2(s0, -c0))
        upper = math.degrees(math.atan2(s1, c1))
        lower, upper = (a if a > -90.0 else a + 360.0 for a in (lower, upper))
        return lower, (None if self.end_um[0] == 0.0 else upper)

    @property
    def axial_pull_um(self) -> float:
        """Force that draws the lower pad upwards, over the surface tension; the same on the upper
        pad downwards where there is no gravity."""
        r = self.start_um[0]
        return 2.0 * math.pi * r * float(self.tangent(0.0)[1, 0]) - (
            math.pi * r**2 * self.pressure_per_um
        )

    @cached_property
    def max_radius_um(self) -> float:
        return self._extreme(0, largest=True)

    @cached_property
    def min_radius_um(self) -> float:
        return self._extreme(0, largest=False)

    @cached_property
    def z_range_um(self) -> tuple[float, float]:
        """Lowest and highest point; beyond the ends where the liquid hangs over a pad's edge."""
        return self._extreme(1, largest=False), self._extreme(1, largest=True)

    def _extreme(self, row: int, largest: bool) -> float:
        s = self.curve.samples()
        slope = self.curve.tangent(s)[row]
        values = [self.start_um[row], self.end_um[row]]
        for k in np.flatnonzero(slope[:-1] * slope[1:] < 0.0):
            found = brentq(
                lambda x: float(self.curve.tangent(np.array([x]))[row, 0]), s[k], s[k + 1]
            )
            values.append(float(self.curve.point(np.array([found]))[row, 0]))
        return max(values) if largest else min(values)

    @staticmethod
    def _parameter(t: np.ndarray | float) -> np.ndarray:
        t = np.atleast_1d(np.asarray(t, dtype=float))
        if not np.all((t >= 0.0) & (t <= 1.0)):
            raise ValueError("t must lie in [0, 1]")
        return t


# ---------------------------------------------------------------------------------------------
# What is asked for


def free_cap(
    volume_um3: float,
    base_radius_um: float,
    base_z_um: float = 0.0,
    *,
    surface_tension_n_per_m: float | None = None,
    density_kg_per_m3: float | None = None,
    gravity: Gravity = "auto",
    gravity_direction: Direction = "down",
) -> Meridian:
    """Drop on a round pad, pinned at its edge, from the edge up to the apex.

    Without gravity a truncated sphere: with base radius a, its height h solves
    pi h (3 a^2 + h^2)/6 = V, hence h = 2 a sinh(asinh(3 V/(pi a^3))/3) for any V > 0. With gravity
    (1) is integrated from the apex; its curvature there and the arc length are found from a and V
    by Newton's method, followed from the sphere as gravity grows.

    Parameters
    ----------
    volume_um3
        Liquid above the plane of the base; what fills a cavity below it is not included.
    base_radius_um, base_z_um
        The pinned edge.
    surface_tension_n_per_m, density_kg_per_m3
        Of the molten solder; without them the Bond number is unknown and gravity is left out.
    gravity
        ``auto`` leaves gravity out where Bo (R/a)^4 <= 1e-4, with the sphere's largest radius R:
        measured, no point of the shape then moves by more than 2e-5 R (see docs/reflow.md).
    gravity_direction
        ``down``: towards the pad (wafer face up); ``up``: away from it, the drop hangs.

    Raises
    ------
    DesignError
        The drop would hang over its base (angle at the edge beyond 180 degrees), or fall off.
    """
    volume = _positive("volume_um3", volume_um3)
    a = _positive("base_radius_um", base_radius_um)
    base_z = _finite("base_z_um", base_z_um)
    weight = _weight(surface_tension_n_per_m, density_kg_per_m3, gravity, gravity_direction)
    sphere = _spherical_cap(volume, a, base_z, None if weight is None else abs(weight) * a**2)
    if weight is None or sphere.bond_number is None:
        return sphere
    strength = sphere.bond_number * (sphere.max_radius_um / a) ** 4
    if gravity == "never" or (gravity == "auto" and strength <= GRAVITY_MATTERS):
        return sphere
    _check_bond(sphere.bond_number, "cap")

    target, signed = volume / a**3, weight * a**2
    start = np.array([math.log(sphere.pressure_per_um * a), sphere.length_um / a])

    def shoot(x: np.ndarray, load: float) -> _Shot | None:
        return _shoot_cap(x, target, -signed * load**2, hangs=signed < 0.0)

    x, reached = _follow(shoot, start)
    if reached < 1.0:
        sinks = "hang over the edge of its base" if weight > 0.0 else "fall off its base"
        raise DesignError(
            f"volume_um3 = {volume:g} on a base of radius {a:g} um: under gravity the drop would "
            f"{sinks}; at this volume and radius the Bond number must stay below "
            f"{sphere.bond_number * reached**2:.4g} and is {sphere.bond_number:.4g} (step: reflow)"
        )
    pressure, length = math.exp(x[0]), float(x[1])
    steps, coefficients, end = _trace(0.0, 0.0, pressure, -signed, length)
    curve = _Series(steps, coefficients, a, base_z, from_apex=True)
    return Meridian(
        kind="young-laplace",
        length_um=length * a,
        volume_um3=float(end[VOLUME]) * a**3,
        start_um=(a, base_z),
        end_um=(0.0, base_z + float(end[Z]) * a),
        pressure_per_um=(pressure + signed * float(end[Z])) / a,
        gravity_per_um2=weight,
        bond_number=sphere.bond_number,
        curve=curve,
    )


def bridge(
    volume_um3: float,
    lower_radius_um: float,
    upper_radius_um: float,
    standoff_um: float,
    base_z_um: float = 0.0,
    *,
    surface_tension_n_per_m: float | None = None,
    density_kg_per_m3: float | None = None,
    gravity: Gravity = "auto",
    gravity_direction: Direction = "down",
) -> Meridian:
    """Liquid between two coaxial pads, pinned at both edges, from the lower to the upper one.

    Slope, pressure and arc length are found from the upper radius, the stand-off and the volume
    by Newton's method, followed from the zone of a sphere through both edges, which exists for any
    radii and stand-off, is stable, and pulls at neither pad.

    Parameters
    ----------
    volume_um3
        Liquid between the planes of the two pads' faces.
    lower_radius_um, upper_radius_um, standoff_um, base_z_um
        The pinned edges: at ``base_z_um``, and ``standoff_um`` above it.
    surface_tension_n_per_m, density_kg_per_m3, gravity, gravity_direction
        As for `free_cap`; ``down`` is towards the lower pad. ``auto`` leaves gravity out where
        rho g M^2/gamma <= 1e-4, M the largest of the radii of pads and sphere and the stand-off:
        measured, no point then moves by more than 1e-5 M, but for volumes within 1 % of a limit.

    Raises
    ------
    DesignError
        There is no stable surface: the liquid would break at a neck, cut into a pad or swell
        sideways. The criterion is the module's; `bridge_volume_range_um3` tells the limits.
    """
    volume = _positive("volume_um3", volume_um3)
    gap = _Gap.checked(lower_radius_um, upper_radius_um, standoff_um)
    base_z = _finite("base_z_um", base_z_um)
    weight = _weight(surface_tension_n_per_m, density_kg_per_m3, gravity, gravity_direction)
    bond = None if weight is None else abs(weight) * gap.scale**2
    signed = gap.gravity(weight, gravity)
    zone_volume = gap.zone_volume * gap.scale**3
    if signed == 0.0 and abs(volume / zone_volume - 1.0) <= 1e-14:
        return gap.zone(base_z, bond)

    target = volume / gap.scale**3
    x = gap.reach(target, signed)
    if x is None:
        raise DesignError(_no_bridge(volume, gap, signed))
    steps, coefficients, end = _trace(gap.lower, x[0], x[1], signed, x[2])
    return Meridian(
        kind=_kind(gap, x) if signed == 0.0 else "young-laplace",
        length_um=float(x[2]) * gap.scale,
        volume_um3=float(end[VOLUME]) * gap.scale**3,
        start_um=(gap.lower * gap.scale, base_z),
        end_um=(gap.upper * gap.scale, base_z + gap.standoff * gap.scale),
        pressure_per_um=float(x[1]) / gap.scale,
        gravity_per_um2=signed / gap.scale**2,
        bond_number=bond,
        curve=_Series(steps, coefficients, gap.scale, base_z, from_apex=False),
    )


def bridge_volume_range_um3(
    lower_radius_um: float,
    upper_radius_um: float,
    standoff_um: float,
    *,
    surface_tension_n_per_m: float | None = None,
    density_kg_per_m3: float | None = None,
    gravity: Gravity = "auto",
    gravity_direction: Direction = "down",
) -> tuple[float, float]:
    """Least and largest volume of a stable `bridge`, to about 1e-6 relative."""
    gap = _Gap.checked(lower_radius_um, upper_radius_um, standoff_um)
    weight = _weight(surface_tension_n_per_m, density_kg_per_m3, gravity, gravity_direction)
    found = gap.volume_range(gap.gravity(weight, gravity))
    if found is None:
        raise DesignError(_too_heavy(gap))
    return found[0] * gap.scale**3, found[1] * gap.scale**3


def equilibrium_standoff_um(
    volume_um3: float,
    lower_radius_um: float,
    upper_radius_um: float,
    load_un: float = 0.0,
    *,
    surface_tension_n_per_m: float | None = None,
) -> float:
    """Stand-off at which the joint carries ``load_un`` (uN, positive: pads pressed together).

    The pull on a pad is 2 pi r gamma sin(phi) - pi r^2 dp; the stand-off is where it equals minus
    the load. Unloaded joints are zones of spheres: L^3 + 3 (r1^2 + r2^2) L = 6 V/pi. The liquid's
    own weight is left out.

    Raises
    ------
    DesignError
        No joint of this volume carries the load.
    """
    volume = _positive("volume_um3", volume_um3)
    r1 = _positive("lower_radius_um", lower_radius_um)
    r2 = _positive("upper_radius_um", upper_radius_um)
    load = _finite("load_un", load_un)
    free = _cap_height(volume, math.hypot(r1, r2))
    if load == 0.0:
        return free
    if surface_tension_n_per_m is None:
        raise DesignError("surface_tension_n_per_m must be given where load_un is (step: reflow)")
    tension = _positive("surface_tension_n_per_m", surface_tension_n_per_m)  # N/m = uN/um
    gap = _Gap.checked(r1, r2, free)
    target = volume / gap.scale**3
    pull = -load / (tension * gap.scale)

    def shoot(x: np.ndarray, share: float) -> _Shot | None:
        return _shoot_loaded(x, gap.lower, gap.upper, target, pull * share)

    start = gap.zone_start()
    x, reached = _follow(shoot, start[[0, 2]])
    if reached < 1.0:
        raise DesignError(
            f"load_un = {load:g}: a joint of {volume:g} um^3 between pads of radius {r1:g} and "
            f"{r2:g} um carries at most {load * reached:.4g} uN in this sense (step: reflow)"
        )
    pressure = 2.0 * math.sin(x[0]) / gap.lower - pull / (math.pi * gap.lower**2)
    return float(_probe(gap.lower, x[0], pressure, 0.0, x[1])[0][Z]) * gap.scale


def paste_metal_volume_um3(printed_volume_um3: float, metal_volume_fraction: float) -> float:
    """Metal that a printed paste leaves behind when its flux is gone; about half for most."""
    printed = _positive("printed_volume_um3", printed_volume_um3)
    fraction = _positive("metal_volume_fraction", metal_volume_fraction)
    if fraction > 1.0:
        raise DesignError(
            f"metal_volume_fraction = {fraction:g} must be above 0 and at most 1 "
            "(step: screen_print)"
        )
    return printed * fraction


# ---------------------------------------------------------------------------------------------
# Checks of input


def _finite(name: str, value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise DesignError(f"{name} = {value!r} must be a number (step: reflow)")
    if not math.isfinite(value):
        raise DesignError(f"{name} = {value!r} must be finite (step: reflow)")
    return float(value)


def _positive(name: str, value: float) -> float:
    if _finite(name, value) <= 0.0:
        raise DesignError(f"{name} = {value:g} must be above 0 (step: reflow)")
    return float(value)


def _weight(
    tension: float | None, density: float | None, gravity: str, direction: str
) -> float | None:
    """B = rho g/gamma, 1/um^2, positive if gravity points to -z; None if properties are missing."""
    for name, value, allowed in (
        ("gravity", gravity, ("auto", "always", "never")),
        ("gravity_direction", direction, ("down", "up")),
    ):
        if value not in allowed:
            raise DesignError(
                f"{name} = {value!r} must be one of {', '.join(allowed)} (step: reflow)"
            )
    if tension is None and density is None and gravity != "always":
        return None
    for name, given in (("surface_tension_n_per_m", tension), ("density_kg_per_m3", density)):
        if given is None:
            raise DesignError(f"{name} must be given for gravity to count (step: reflow)")
    gamma = _positive("surface_tension_n_per_m", tension)  # type: ignore[arg-type]
    rho = _positive("density_kg_per_m3", density)  # type: ignore[arg-type]
    sign = 1.0 if direction == "down" else -1.0
    return sign * 1e-12 * rho * STANDARD_GRAVITY_M_PER_S2 / gamma


def _check_bond(bond: float, shape: str) -> None:
    if bond > LARGEST_BOND[shape]:
        raise DesignError(
            f"Bond number {bond:.4g} of the {shape}: at most {LARGEST_BOND[shape]:g} is supported; "
            "the pad's radius is too large for this liquid (step: reflow)"
        )


# ---------------------------------------------------------------------------------------------
# Spheres


def _cap_height(volume: float, radius: float) -> float:
    """Root h > 0 of pi h (3 radius^2 + h^2)/6 = volume."""
    return 2.0 * radius * math.sinh(math.asinh(3.0 * volume / (math.pi * radius**3)) / 3.0)


def _spherical_cap(volume: float, a: float, base_z: float, bond: float | None) -> Meridian:
    h = _cap_height(volume, a)
    radius = 0.5 * (a * (a / h) + h)
    opening = 2.0 * math.atan2(h, a)  # angle between axis and edge, seen from the centre
    return Meridian(
        kind="sphere",
        length_um=radius * opening,
        volume_um3=math.pi * h * (3.0 * a * a + h * h) / 6.0,
        start_um=(a, base_z),
        end_um=(0.0, base_z + h),
        pressure_per_um=2.0 / radius,
        gravity_per_um2=0.0,
        bond_number=bond,
        curve=_Arc(radius, base_z + h, opening, 0.0, radius * opening),
    )


# ---------------------------------------------------------------------------------------------
# Shooting, in lengths over the larger pad radius

# rows of the state at the end of a curve
R, Z, PHI, VOLUME, Y1, I1, T1, Y2, I2, T2 = range(10)


class _Shot(NamedTuple):
    """Newton's correction of the unknowns, how far the curve misses, and whether it is sound."""

    step: np.ndarray
    miss: float
    sound: bool


def _shoot_cap(x: np.ndarray, volume: float, weight: float, hangs: bool) -> _Shot | None:
    """Unknowns: log of the apex pressure, arc length. Targets: radius 1, ``volume``."""
    pressure, length = math.exp(x[0]), x[1]
    end, stable, ok = _probe(0.0, 0.0, pressure, weight, length)
    if not ok:
        return None
    c, s = math.cos(end[PHI]), math.sin(end[PHI])
    miss_r, miss_v = 1.0 - end[R], volume - end[VOLUME]
    # columns: pressure, and the foot's move along the tangent
    area = math.pi * end[R] ** 2
    a11, a12 = end[Y2] * s, c
    a21, a22 = 2.0 * math.pi * end[I2] - area * c * end[Y2], area * s
    det = a11 * a22 - a12 * a21
    if det == 0.0:
        return None
    dp = (miss_r * a22 - a12 * miss_v) / det
    along = (a11 * miss_v - a21 * miss_r) / det
    step = np.array([dp / pressure, along + end[T2] * dp])
    # a drop that sits on its base is stable for any angle below 180 degrees
    sound = 0.0 < end[PHI] <= math.pi and (not hangs or stable)
    return _Shot(step, max(abs(miss_r), abs(miss_v) / volume), sound)


def _shoot_bridge(
    x: np.ndarray, lower: float, upper: float, standoff: float, volume: float, weight: float
) -> _Shot | None:
    """Unknowns: slope and pressure at the lower edge, arc length."""
    end, stable, ok = _probe(lower, x[0], x[1], weight, x[2])
    if not ok:
        return None
    c, s = math.cos(end[PHI]), math.sin(end[PHI])
    miss_r, miss_z, miss_v = upper - end[R], standoff - end[Z], volume - end[VOLUME]
    normal, along = miss_r * s - miss_z * c, miss_r * c + miss_z * s
    swept = (miss_v - math.pi * end[R] ** 2 * miss_z) / (2.0 * math.pi)
    det = end[Y2] * end[I1] - end[Y1] * end[I2]
    if det == 0.0:
        return None
    turn = (normal * end[I2] - end[Y2] * swept) / det
    dp = (-end[Y1] * swept + end[I1] * normal) / det
    step = np.array([turn, dp, along - end[T1] * turn + end[T2] * dp])
    miss = max(abs(miss_r), abs(miss_z) / standoff, abs(miss_v) / volume)
    return _Shot(step, miss, stable and _clear_of_pads(x[0], end[PHI]))


def _shoot_loaded(
    x: np.ndarray, lower: float, upper: float, volume: float, pull: float
) -> _Shot | None:
    """Unknowns: slope at the lower edge, arc length; the pressure follows from the axial pull."""
    pressure = 2.0 * math.sin(x[0]) / lower - pull / (math.pi * lower**2)
    end, stable, ok = _probe(lower, x[0], pressure, 0.0, x[1])
    if not ok:
        return None
    c, s = math.cos(end[PHI]), math.sin(end[PHI])
    rate = 2.0 * math.cos(x[0]) / lower  # of the pressure with the slope
    y, i, t = (rate * end[two] - end[one] for two, one in ((Y2, Y1), (I2, I1), (T2, T1)))
    miss_r, miss_v = upper - end[R], volume - end[VOLUME]
    area = math.pi * end[R] ** 2
    a11, a12, a21, a22 = s * y, c, 2.0 * math.pi * i - area * c * y, area * s
    det = a11 * a22 - a12 * a21
    # negative on the unloaded sphere; it vanishes where the load has its extreme
    if det == 0.0:
        return None
    turn = (miss_r * a22 - a12 * miss_v) / det
    along = (a11 * miss_v - a21 * miss_r) / det
    sound = stable and _clear_of_pads(x[0], end[PHI]) and det < 0.0
    return _Shot(np.array([turn, along + t * turn]), max(abs(miss_r), abs(miss_v) / volume), sound)


def _clear_of_pads(start: float, end: float) -> bool:
    """Whether the surface neither cuts into a pad's face nor curls round behind it."""
    tiny = 1e-12
    return -0.5 * math.pi <= start <= math.pi + tiny and -tiny <= end <= 1.5 * math.pi


def _newton(
    shoot: Callable[[np.ndarray, float], _Shot | None], x: np.ndarray, share: float
) -> np.ndarray | None:
    """Solution near ``x`` that is sound, or None."""
    first = x
    previous = math.inf
    for _ in range(12):
        shot = shoot(x, share)
        if shot is None:
            return None
        size = float(np.abs(shot.step / (np.abs(x) + 1.0)).max())
        if shot.miss <= 1e-11 and (size <= 1e-13 or size >= 0.5 * previous):
            return x if shot.sound else None
        if size > min(0.5, previous) or (size < 1e-9 and not shot.sound):
            return None
        previous = size
        x = x + shot.step
        if x[-1] <= 0.0 or abs(x[-1] / first[-1] - 1.0) > 0.5 or abs(x[0] - first[0]) > 0.7:
            return None
    return None


def _follow(
    shoot: Callable[[np.ndarray, float], _Shot | None], x: np.ndarray, finest: float = 1e-8
) -> tuple[np.ndarray, float]:
    """Follows a solution from share 0 to 1; returns the last sound one and its share."""
    share, ahead = 0.0, 1.0
    slope: np.ndarray | None = None
    for _ in range(MAX_TRIES):
        if share == 1.0:
            return x, share
        aim = min(1.0, share + ahead)
        guess = x if slope is None else x + slope * (aim - share)
        found = _newton(shoot, guess, aim)
        if found is None:
            ahead *= 0.5
            if ahead < finest:
                return x, share
            continue
        slope = (found - x) / (aim - share)
        x, share, ahead = found, aim, 2.0 * ahead
    raise RuntimeError("a liquid surface could neither be found nor be shown not to exist")


@dataclass(frozen=True)
class _Gap:
    """Two pinned edges, in lengths over the larger pad radius ``scale`` (um)."""

    lower: float
    upper: float
    standoff: float
    scale: float

    @classmethod
    def checked(cls, lower: float, upper: float, standoff: float) -> _Gap:
        r1 = _positive("lower_radius_um", lower)
        r2 = _positive("upper_radius_um", upper)
        height = _positive("standoff_um", standoff)
        scale = max(r1, r2)
        return cls(r1 / scale, r2 / scale, height / scale, scale)

    @property
    def centre(self) -> float:
        """Height of the centre of the sphere through both edges."""
        return 0.5 * (self.standoff + (self.upper**2 - self.lower**2) / self.standoff)

    @property
    def zone_volume(self) -> float:
        h = self.standoff
        return math.pi * h * (3.0 * (self.lower**2 + self.upper**2) + h * h) / 6.0

    def _zone_angles(self) -> tuple[float, float]:
        """From the upper pole of that sphere to the lower and to the upper edge."""
        first = math.atan2(self.lower, -self.centre)
        return first, math.atan2(self.upper, self.standoff - self.centre)

    def zone_start(self) -> np.ndarray:
        """Slope, pressure and arc length of the zone of the sphere."""
        radius = math.hypot(self.lower, self.centre)
        first, last = self._zone_angles()
        turned = first - last
        if turned < 0.5 * math.pi:  # the chord tells small angles better than their difference
            chord = math.hypot(self.upper - self.lower, self.standoff)
            turned = 2.0 * math.asin(0.5 * chord / radius)
        return np.array([math.pi - first, 2.0 / radius, radius * turned])

    def zone(self, base_z: float, bond: float | None) -> Meridian:
        _, pressure, length = self.zone_start()
        radius, a = 2.0 / pressure, self.scale
        # of centre + radius without cancellation
        pole = radius + self.centre if self.centre > 0.0 else self.lower**2 / (radius - self.centre)
        return Meridian(
            kind="sphere",
            length_um=length * a,
            volume_um3=self.zone_volume * a**3,
            start_um=(self.lower * a, base_z),
            end_um=(self.upper * a, base_z + self.standoff * a),
            pressure_per_um=pressure / a,
            gravity_per_um2=0.0,
            bond_number=bond,
            curve=_Arc(radius * a, base_z + pole * a, *self._zone_angles(), length * a),
        )

    def gravity(self, weight: float | None, mode: str) -> float:
        """Weight in equation (1), or 0 where it is to be left out."""
        if weight is None or mode == "never":
            return 0.0
        radius = math.hypot(self.lower, self.centre) if 0 < self.centre < self.standoff else 1.0
        strength = abs(weight) * (self.scale * max(1.0, radius, self.standoff)) ** 2
        if mode == "auto" and strength <= GRAVITY_MATTERS:
            return 0.0
        _check_bond(strength, "bridge")
        return weight * self.scale**2

    def reach(self, volume: float, weight: float) -> np.ndarray | None:
        """Slope, pressure and arc length of the stable surface, or None if it cannot be reached.

        From the sphere along a straight path, or volume before gravity, or gravity first: a stable
        target may lie behind an unstable stretch of any one of them."""
        paths: list[list[tuple[tuple[float, float], tuple[float, float]]]]
        sphere, goal = (self.zone_volume, 0.0), (volume, weight)
        paths = [[(sphere, goal)]]
        if weight != 0.0:
            paths += [[(sphere, by), (by, goal)] for by in ((volume, 0.0), (sphere[0], weight))]
        for path in paths:
            x, reached = self.zone_start(), 1.0
            for here, there in path:
                x, reached = self._go(x, here, there)
                if reached < 1.0:
                    break
            if reached == 1.0:
                return x
        return None

    def volume_range(self, weight: float) -> tuple[float, float] | None:
        """Limits around a volume that is stable: the sphere's; under gravity less may be, too."""
        for share in (1.0, 0.6, 0.35):
            volume = share * self.zone_volume
            start = self.zone_start() if weight == 0.0 else self.reach(volume, weight)
            if start is not None:
                here = (volume, weight)
                _, thin = self._go(start, here, (volume * 1e-9, weight))
                _, full = self._go(start, here, (volume * 1e6, weight))
                return volume * 1e-9**thin, volume * 1e6**full
        return None

    def _go(
        self,
        x: np.ndarray,
        here: tuple[float, float],
        there: tuple[float, float],
    ) -> tuple[np.ndarray, float]:
        ratio = there[0] / here[0]

        def shoot(x: np.ndarray, share: float) -> _Shot | None:
            volume = here[0] * ratio**share
            weight = here[1] + (there[1] - here[1]) * share
            return _shoot_bridge(x, self.lower, self.upper, self.standoff, volume, weight)

        return _follow(shoot, x)


def _kind(gap: _Gap, x: np.ndarray) -> str:
    """Delaunay's family, from pressure and axial pull."""
    slope, pressure, _ = x
    pull = gap.lower * math.sin(slope) - 0.5 * pressure * gap.lower**2
    if abs(pull) <= 1e-9:
        return "sphere"
    if abs(pressure) <= 1e-9:
        return "catenoid"
    # radii of neck and bulge are the roots of P r^2/2 - r + pull
    if pull * pressure > 0.0 and abs(1.0 - 2.0 * pull * pressure) <= 1e-12:
        return "cylinder"
    return "unduloid" if pull * pressure > 0.0 else "nodoid"


def _too_heavy(gap: _Gap) -> str:
    a = gap.scale
    return (
        f"standoff_um = {gap.standoff * a:g}: under gravity no stable liquid bridge was found "
        f"between pads of radius {gap.lower * a:g} and {gap.upper * a:g} um; reduce radii or "
        "stand-off (step: reflow)"
    )


def _no_bridge(volume: float, gap: _Gap, weight: float) -> str:
    a = gap.scale
    limits = gap.volume_range(weight)
    if limits is None:
        return _too_heavy(gap)
    low, high = limits[0] * a**3, limits[1] * a**3
    thin = volume < math.sqrt(low * high)
    fate = "break, or cut into a pad" if thin else "swell sideways over a pad's edge"
    return (
        f"volume_um3 = {volume:g}: liquid between pads of radius {gap.lower * a:g} and "
        f"{gap.upper * a:g} um at standoff_um = {gap.standoff * a:g} would {fate}; stable from "
        f"{low:.6g} to {high:.6g} um^3 (step: reflow)"
    )


# ---------------------------------------------------------------------------------------------
# Taylor series of (1) and (2)

NO_STEPS, NO_SERIES = np.zeros(0), np.zeros((0, 4, ORDER + 1))


def _probe(
    r: float, phi: float, pressure: float, weight: float, length: float
) -> tuple[np.ndarray, bool, bool]:
    """State at the end of a curve, whether it is stable, and whether it could be integrated."""
    end = np.empty(10)
    n, stable = _integrate(r, phi, pressure, weight, length, NO_STEPS, NO_SERIES, end)
    return end, stable, n > 0


def _trace(
    r: float, phi: float, pressure: float, weight: float, length: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps, Taylor coefficients and final state of a curve that `_probe` has found."""
    end = np.empty(10)
    n, _ = _integrate(r, phi, pressure, weight, length, NO_STEPS, NO_SERIES, end)
    steps, coefficients = np.zeros(n + 1), np.zeros((n, 4, ORDER + 1))
    _integrate(r, phi, pressure, weight, length, steps, coefficients, end)
    steps.flags.writeable = coefficients.flags.writeable = False
    return steps, coefficients, end


@njit(cache=True)
def _product(a, b, k):
    """Coefficient k of the product of two series."""
    total = 0.0
    for j in range(k + 1):
        total += a[j] * b[k - j]
    return total


@njit(cache=True)
def _quotient(numerator, r, q, k):
    """Coefficient k of numerator/r, whose lower ones are q; r has r[0] != 0."""
    total = numerator
    for j in range(1, k + 1):
        total -= r[j] * q[k - j]
    return total / r[0]


@njit(cache=True)
def _value(a, h):
    total = a[-1]
    for j in range(a.shape[0] - 2, -1, -1):
        total = total * h + a[j]
    return total


@njit(cache=True)
def _integrate(r0, phi0, pressure, weight, length, steps, coefficients, end):
    """Integrates (1) and (2) from radius r0, or from an apex if r0 = 0, over an arc length.

    Fills ``steps``, ``coefficients`` and the state at the ``end``; returns the number of steps (0:
    the axis was met, or too many) and whether the curve is free of conjugate points.
    Tangential moves T = integral of phi' y ds complete the sensitivities of points to parameters.
    """
    K = ORDER
    r, z, phi, c, s, u, q = np.zeros((7, K + 1))
    r2, vol, big, rq = np.zeros((4, K + 1))
    y, f, v = np.zeros((3, K + 1)), np.zeros((3, K + 1)), np.zeros((3, K + 1))
    area, turn = np.zeros((2, K + 1)), np.zeros((2, K + 1))
    g, inverse = np.zeros((2, K + 1))

    apex = r0 == 0.0
    r[0], z[0], phi[0] = r0, 0.0, phi0
    y[0, 0] = 1.0 if apex else 0.0
    f[0, 0] = 0.0 if apex else r0
    f[2, 0] = 0.0 if apex else r0
    done, n, stable = 0.0, 0, True

    while done < length:
        if n == MAX_STEPS:
            return 0, False
        c[0], s[0] = math.cos(phi[0]), math.sin(phi[0])
        at_apex = apex and n == 0
        if at_apex:
            c[0], s[0] = 1.0, 0.0
        for k in range(K):
            r[k + 1], z[k + 1] = c[k] / (k + 1), s[k] / (k + 1)
            force = -weight * z[k]
            if k == 0:
                force += pressure
            if at_apex:
                # u = s/r is 0/0: its coefficient k and that of phi' hang together through s
                lower_s, lower_u = 0.0, 0.0
                for j in range(1, k + 1):
                    lower_s += c[j] * q[k - j]
                    lower_u += r[j + 1] * u[k - j]
                q[k] = (force - lower_s / (k + 1) + lower_u) * (k + 1) / (k + 2)
                u[k] = force - q[k]
            else:
                u[k] = _quotient(s[k], r, u, k)
                q[k] = force - u[k]
            phi[k + 1] = q[k] / (k + 1)
            s[k + 1] = _product(c, q, k) / (k + 1)
            c[k + 1] = -_product(s, q, k) / (k + 1)
            r2[k] = _product(r, r, k)
            vol[k + 1] = math.pi * _product(r2, s, k) / (k + 1)
            big[k] = _product(q, q, k) + _product(u, u, k) + weight * c[k]
            rq[k] = _product(r, big, k)
            for m in range(3):
                if m == 2 and apex:
                    continue  # there the solution is sin phi: a shift to the side
                source = -_product(rq, y[m], k)
                if m == 1:
                    source -= r[k]
                if m == 2:
                    g[k] = _quotient(y[2, k], r, g, k)
                    source += g[k]
                f[m, k + 1] = source / (k + 1)
                if at_apex:
                    total = f[m, k + 1]
                    for j in range(1, k + 1):
                        total -= r[j + 1] * v[m, k - j]
                    v[m, k] = total
                else:
                    v[m, k] = _quotient(f[m, k], r, v[m], k)
                y[m, k + 1] = v[m, k] / (k + 1)
                if m < 2:
                    area[m, k + 1] = _product(r, y[m], k) / (k + 1)
                    turn[m, k + 1] = _product(q, y[m], k) / (k + 1)

        # the last terms of cos phi, sin phi and 1/r tell the radius of convergence; the rate that
        # of the exponentials in eta
        last = max(abs(c[K]), abs(s[K]), 1e-300)
        before = max(abs(c[K - 1]), abs(s[K - 1]), 1e-300)
        if at_apex:
            h = 0.75 / math.sqrt(abs(big[0]) + 1e-30)
        else:
            for k in range(K + 1):
                inverse[k] = _quotient(1.0 if k == 0 else 0.0, r, inverse, k)
            last = max(last, abs(inverse[K] * r[0]))
            before = max(before, abs(inverse[K - 1] * r[0]))
            h = 2.0 / math.sqrt(abs(big[0]) + 1.0 / r[0] ** 2)
        h = min(h, (1e-17 / last) ** (1.0 / K), (1e-17 / before) ** (1.0 / (K - 1)))
        if not h > 1e-9 * length:
            return 0, False
        if done + 1.0001 * h >= length:
            h = length - done
            done = length
        else:
            done += h
        n += 1
        if n < steps.shape[0]:
            steps[n] = done
            for k in range(K + 1):
                coefficients[n - 1, 0, k], coefficients[n - 1, 1, k] = r[k], z[k]
                coefficients[n - 1, 2, k], coefficients[n - 1, 3, k] = c[k], s[k]

        for piece in range(1, 9):
            x = h * piece / 8.0
            conjugate = _value(y[0], x) * _value(area[1], x) - _value(y[1], x) * _value(area[0], x)
            side = _value(s, x) if apex else _value(y[2], x)
            if conjugate <= 0.0 or side <= 0.0:
                stable = False
        r[0], z[0], phi[0], vol[0] = _value(r, h), _value(z, h), _value(phi, h), _value(vol, h)
        for m in range(3):
            y[m, 0], f[m, 0] = _value(y[m], h), _value(f[m], h)
        for m in range(2):
            area[m, 0], turn[m, 0] = _value(area[m], h), _value(turn[m], h)
        if not r[0] > 1e-9:
            return 0, False

    end[0], end[1], end[2], end[3] = r[0], z[0], phi[0], vol[0]
    for m in range(2):
        end[4 + 3 * m], end[5 + 3 * m], end[6 + 3 * m] = y[m, 0], area[m, 0], turn[m, 0]
    return n, stable
