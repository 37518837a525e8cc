"""Constriction resistance of a spot on the end of a flux tube.

A cylinder of radius b and conductivity s takes the current through a spot of radius a = e b. Far
away the current is uniform; what the spot adds to the resistance is psi(e) / (4 s a). Holm,
Electric Contacts; Negus, Yovanovich and Beck, J. Heat Transfer 111 (1989) 804. With J1(d_n) = 0,
x_n = d_n e, and a current density over the spot whose transform is q_n = q(x_n), q(0) = 1,

    psi = (4 e / pi) sum over n of q_n^2 / (d_n J0(d_n)^2).

Uniform flux has q = 2 J1(x) / x. The equipotential spot is the density that dissipates
least (Thomson's principle); it is sought as a sum of (1 - t^2)^(m - 1/2), m = 0, 1, 2, ..., whose
transforms are Gamma(m + 3/2) (2/x)^(m + 1/2) J_(m+1/2)(x) up to a factor (Sonine); m = 0 holds the
singularity at the spot's edge. Three densities give six digits; the often quoted polynomial
1 - 1.40978 e + 0.34406 e^3 + 0.0435 e^5 + 0.02271 e^7 agrees to 2e-4.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gamma, j0, jv

from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.materials import Material
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import Row, compared, observed_order

NAME = "flux tube constriction"
SOURCE = {
    "equipotential": "Fourier-Bessel series with Thomson's principle",
    "flux": "Fourier-Bessel series",
}
CONDUCTIVITY, TUBE, LENGTH = 1e6, 1.0, 3.0  # 1 S/um; the far end is within 1e-9 of uniform


def bessel_roots(count: int) -> np.ndarray:
    """The first positive roots of J1: McMahon's estimate and Newton steps."""
    beta = (np.arange(1, count + 1) + 0.25) * np.pi
    x = beta - 3 / (8 * beta)
    for _ in range(3):
        x -= jv(1, x) / (j0(x) - jv(1, x) / x)
    return x


def exact(e: float, kind: str, terms: int = 4000, densities: int = 4) -> float:
    """psi of an ``"equipotential"`` or a ``"flux"`` spot."""
    d = bessel_roots(terms)
    x = d * e
    if kind == "flux":
        q = [2 * jv(1, x) / x]
    else:
        q = [gamma(m + 1) * 2**m * jv(m, x) / x**m for m in np.arange(densities) + 0.5]
    work = np.einsum("in,jn,n->ij", q, q, 1 / (d * j0(d) ** 2))
    if kind == "equipotential":
        # the terms left out: sin(x)^2 has mean 1/2 and J0(d)^2 tends to 2 / (pi d)
        work[0, 0] += 1 / (4 * np.pi * e**2 * (terms + 0.75))
    least = 1 / np.linalg.solve(work, np.ones(len(work))).sum()
    return float(4 * e / np.pi * least)


def solve(e: float, kind: str, smallest: float, ratio: float) -> CurrentFlow:
    """The tube on a grid refined geometrically towards the spot's edge down to ``smallest``."""
    r = np.concatenate(
        [graded(0.0, e, smallest, ratio, "stop"), graded(e, TUBE, smallest, ratio, "start")[1:]]
    )
    z = graded(0.0, LENGTH, smallest, ratio, "start")
    mesh = grid(r, z, interiors={"spot": (0, e, 0, 0)})
    model = Model(mesh, {"body": Material("tube", 1e5, 0.3, 1e-5, CONDUCTIVITY)})
    return current_flow(model, 1.0, source="spot", sink="top", source_kind=kind)


def psi(found: CurrentFlow, e: float) -> float:
    """Constriction parameter from the total resistance."""
    s = CONDUCTIVITY * 1e-6
    return 4 * s * e * (found.resistance_ohm - LENGTH / (s * np.pi * TUBE**2))


def rows(smallest: float = 1e-5, ratio: float = 1.3) -> list[Row]:
    """psi of both kinds of spot; the order in the smallest size, which is 1 at the singularity."""
    out = []
    for kind in SOURCE:
        for e in (0.2, 0.5, 0.8):
            out.append(
                compared(
                    NAME,
                    f"psi, {kind} spot, e = {e:g}",
                    "1",
                    psi(solve(e, kind, smallest, ratio), e),
                    exact(e, kind),
                    1e-4,
                    SOURCE[kind],
                )
            )
    sizes = (4e-2, 1e-2)
    wrong = [
        psi(solve(0.5, "equipotential", size, 1.1), 0.5) - exact(0.5, "equipotential")
        for size in sizes
    ]
    out.append(
        observed_order(
            NAME,
            "order in the size at the spot's edge",
            wrong,
            sizes,
            1.0,
            0.1,
            "inverse square root at the edge",
        )
    )
    return out
