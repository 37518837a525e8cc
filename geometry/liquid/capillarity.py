"""Equilibrium of an axisymmetric liquid surface between pinned edges, and where it ends.

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
from typing import NamedTuple

import numpy as np

from geometry.compiled import kernel
from geometry.errors import DesignError

ORDER = 24
MAX_STEPS = 1000
MAX_TRIES = 1000  # a tenth of them is usual at a limit of stability


# ---------------------------------------------------------------------------------------------
# Shooting, in lengths over the larger pad radius

Shoot = Callable[[np.ndarray, float], "Shot | None"]

# rows of the state at the end of a curve
R, Z, PHI, VOLUME, Y1, I1, T1, Y2, I2, T2 = range(10)


class Shot(NamedTuple):
    """Newton's correction of the unknowns, how far the curve misses, whether it is sound, and the
    smaller of its angles with the pads."""

    step: np.ndarray
    miss: float
    sound: bool
    angle: float = math.inf


def shoot_cap(x: np.ndarray, volume: float, weight: float, hangs: bool) -> Shot | None:
    """Unknowns: log of the apex pressure, arc length. Targets: radius 1, ``volume``."""
    pressure, length = math.exp(x[0]), x[1]
    end, stable, ok = probe(0.0, 0.0, pressure, weight, length)
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
    return Shot(step, max(abs(miss_r), abs(miss_v) / volume), sound)


def _shoot_bridge(
    x: np.ndarray, lower: float, upper: float, standoff: float, volume: float, weight: float
) -> Shot | None:
    """Unknowns: slope and pressure at the lower edge, arc length."""
    end, stable, ok = probe(lower, x[0], x[1], weight, x[2])
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
    sound, angle = stable and _clear_of_pads(x[0], end[PHI]), min(math.pi - x[0], end[PHI])
    return Shot(step, miss, sound, angle)


def shoot_loaded(
    x: np.ndarray, lower: float, upper: float, volume: float, pull: float
) -> Shot | None:
    """Unknowns: slope at the lower edge, arc length; the pressure follows from the axial pull."""
    pressure = 2.0 * math.sin(x[0]) / lower - pull / (math.pi * lower**2)
    end, stable, ok = probe(lower, x[0], pressure, 0.0, x[1])
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
    angle, step = min(math.pi - x[0], end[PHI]), np.array([turn, along + t * turn])
    return Shot(step, max(abs(miss_r), abs(miss_v) / volume), sound, angle)


def _clear_of_pads(start: float, end: float) -> bool:
    """Whether the surface neither cuts into a pad's face nor curls round behind it."""
    tiny = 1e-12
    return -0.5 * math.pi <= start <= math.pi + tiny and -tiny <= end <= 1.5 * math.pi


def _newton(shoot: Shoot, x: np.ndarray, share: float) -> tuple[np.ndarray, float] | None:
    """Solution near ``x`` that is sound, and its angle with the pads, or None."""
    first = x
    previous = math.inf
    for _ in range(12):
        shot = shoot(x, share)
        if shot is None:
            return None
        size = float(np.abs(shot.step / (np.abs(x) + 1.0)).max())
        if shot.miss <= 1e-11 and (size <= 1e-13 or size >= 0.5 * previous):
            return (x, shot.angle) if shot.sound else None
        if size > min(0.5, previous) or (size < 1e-9 and not shot.sound):
            return None
        previous = size
        x = x + shot.step
        if x[-1] <= 0.0 or abs(x[-1] / first[-1] - 1.0) > 0.5 or abs(x[0] - first[0]) > 0.7:
            return None
    return None


def follow(
    shoot: Shoot, x: np.ndarray, careful: float = 0.02, finest: float = 1e-8
) -> tuple[np.ndarray, float]:
    """Follows a solution from share 0 to 1; returns the last sound one and its share.

    Near the pads steps are no longer than ``careful``: between equal pads about 0.805 radii apart
    the contact angle falls below zero and rises again as volume falls, and a long step would jump
    that gap."""
    share, ahead = 0.0, 1.0
    slope: np.ndarray | None = None
    start = shoot(x, 0.0)
    small = 0.1 if start is None else min(0.1, 0.5 * start.angle)
    for _ in range(MAX_TRIES):
        if share == 1.0:
            return x, share
        aim = min(1.0, share + ahead)
        found = _newton(shoot, x if slope is None else x + slope * (aim - share), aim)
        if found is None or (found[1] < small and aim - share > careful):
            ahead *= 0.5
            if ahead < finest:
                return x, share
            continue
        slope = (found[0] - x) / (aim - share)
        x, share, ahead = found[0], aim, 2.0 * ahead
    raise DesignError(
        "volume_um3, radii and standoff_um differ so much in size that a liquid surface could "
        "neither be found nor be ruled out; bring them closer together"
    )


@dataclass(frozen=True)
class Gap:
    """Two pinned edges, in lengths over the larger pad radius ``scale`` (um)."""

    lower: float
    upper: float
    standoff: float
    scale: float

    @property
    def centre(self) -> float:
        """Height of the centre of the sphere through both edges."""
        return 0.5 * (self.standoff + (self.upper**2 - self.lower**2) / self.standoff)

    @property
    def zone_volume(self) -> float:
        h = self.standoff
        return math.pi * h * (3.0 * (self.lower**2 + self.upper**2) + h * h) / 6.0

    def zone_angles(self) -> tuple[float, float]:
        """From the upper pole of that sphere to the lower and to the upper edge."""
        first = math.atan2(self.lower, -self.centre)
        return first, math.atan2(self.upper, self.standoff - self.centre)

    def zone_start(self) -> np.ndarray:
        """Slope, pressure and arc length of the zone of the sphere."""
        radius = math.hypot(self.lower, self.centre)
        first, last = self.zone_angles()
        turned = first - last
        if turned < 0.5 * math.pi:  # the chord tells small angles better than their difference
            chord = math.hypot(self.upper - self.lower, self.standoff)
            turned = 2.0 * math.asin(0.5 * chord / radius)
        return np.array([math.pi - first, 2.0 / radius, radius * turned])

    def reach(self, volume: float, weight: float) -> np.ndarray | None:
        """Slope, pressure and arc length of the stable surface, or None if it cannot be reached.

        From the sphere along a straight path, or volume before gravity, or gravity first: a stable
        target may lie behind an unstable stretch of any one of them."""
        paths: list[list[tuple[tuple[float, float], tuple[float, float]]]]
        sphere, goal = (self.zone_volume, 0.0), (volume, weight)
        paths = [[(sphere, goal)]]
        if abs(weight) > FAINT:
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
        self, x: np.ndarray, here: tuple[float, float], there: tuple[float, float]
    ) -> tuple[np.ndarray, float]:
        ratio = there[0] / here[0]

        def shoot(x: np.ndarray, share: float) -> Shot | None:
            volume = here[0] * ratio**share
            weight = here[1] + (there[1] - here[1]) * share
            return _shoot_bridge(x, self.lower, self.upper, self.standoff, volume, weight)

        stretch = max(abs(math.log(ratio)), 0.0 if here[1] == there[1] else 0.5)
        return follow(shoot, x, careful=0.02 / max(stretch, 1e-9))


# ---------------------------------------------------------------------------------------------
# Taylor series of (1) and (2)

FAINT = 1e-2  # gravity over tension below which the order of the two makes no other path
NO_STEPS, NO_SERIES = np.zeros(0), np.zeros((0, 4, ORDER + 1))


def probe(
    r: float, phi: float, pressure: float, weight: float, length: float
) -> tuple[np.ndarray, bool, bool]:
    """State at the end of a curve, whether it is stable, and whether it could be integrated."""
    end = np.empty(10)
    n, stable = _integrate(r, phi, pressure, weight, length, NO_STEPS, NO_SERIES, end)
    return end, stable, n > 0


def trace(
    r: float, phi: float, pressure: float, weight: float, length: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps, Taylor coefficients and final state of a curve that `probe` has found."""
    end = np.empty(10)
    n, _ = _integrate(r, phi, pressure, weight, length, NO_STEPS, NO_SERIES, end)
    steps, coefficients = np.zeros(n + 1), np.zeros((n, 4, ORDER + 1))
    _integrate(r, phi, pressure, weight, length, steps, coefficients, end)
    steps.flags.writeable = coefficients.flags.writeable = False
    return steps, coefficients, end


@kernel
def _product(a, b, k):
    """Coefficient k of the product of two series."""
    total = 0.0
    for j in range(k + 1):
        total += a[j] * b[k - j]
    return total


@kernel
def _quotient(numerator, r, q, k):
    """Coefficient k of numerator/r, whose lower ones are q; r has r[0] != 0."""
    total = numerator
    for j in range(1, k + 1):
        total -= r[j] * q[k - j]
    return total / r[0]


@kernel
def _value(a, h):
    total = a[-1]
    for j in range(a.shape[0] - 2, -1, -1):
        total = total * h + a[j]
    return total


@kernel
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
