"""What tests of solder's shapes share: random sizes, and what every meniscus must satisfy."""

import math

import numpy as np
from hypothesis import strategies as st

from geometry.liquid.liquid_input import STANDARD_GRAVITY_M_PER_S2

T = np.linspace(0.0, 1.0, 301)
SOLDER = {"surface_tension_n_per_m": 0.5, "density_kg_per_m3": 7400.0}


def heavy(bond: float, radius_um: float) -> dict:
    """Properties of a liquid that has this Bond number on a pad of this radius."""
    density = 1e4
    tension = density * STANDARD_GRAVITY_M_PER_S2 * (1e-6 * radius_um) ** 2 / bond
    return {
        "surface_tension_n_per_m": tension,
        "density_kg_per_m3": density,
        "gravity": "always",
    }


def exponent(low: float, high: float):
    return st.floats(low, high).map(lambda x: 10.0**x)


def laplace_residual(m, size_um: float) -> float:
    """Largest violation of 2 H = P - B z, over the curvature 1/size."""
    z = m.at(T)[1] - m.start_um[1]
    twice_mean = m.curvatures_per_um(T).sum(axis=0)
    return size_um * np.abs(twice_mean - m.pressure_per_um + m.gravity_per_um2 * z).max()


def quadrature_volume(m) -> float:
    """Integral of pi r^2 dz by Gauss-Legendre panels, from points and tangents alone."""
    x, w = np.polynomial.legendre.leggauss(12)
    edges = np.linspace(0.0, 1.0, 41)
    t = (edges[:-1, None] + np.diff(edges)[:, None] * (x + 1) / 2).ravel()
    weights = (np.diff(edges)[:, None] * w / 2).ravel()
    return m.length_um * math.pi * float(weights @ (m.at(t)[0] ** 2 * m.tangent(t)[1]))
