"""Liquid surfaces in equilibrium: the curve of one, and whether it is stable.

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

import numpy as np

from groundwork.compiled import kernel

ORDER = 24
MAX_STEPS = 1000

# rows of the state at the end of a curve
R, Z, PHI, VOLUME, Y1, I1, T1, Y2, I2, T2 = range(10)

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
