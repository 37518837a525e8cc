"""Manufactured solution of axisymmetric conduction.

phi = g(r) cos kz with g = p0 + p2 r^2 + pl ln r needs the source -s (g'' + g'/r - k^2 g) cos kz =
-s (4 p2 - k^2 g) cos kz, s in S/um; ``pl`` vanishes for the body that reaches the axis. The
potential is prescribed on the whole boundary. Roache, J. Fluids Eng. 124 (2002) 4 (method).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fem_bump.algebra.shape_functions import shape_functions, triangle_rule
from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.materials import Material
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, manufactured_rows

NAME = "manufactured solution, conduction"
SOURCE = "second-order elements: 3 in L2, 2 in energy"
CONDUCTIVITY = 5e6  # S/m, that is 5 S/um


@dataclass(frozen=True)
class Field:
    """Coefficients of the potential, V; lengths in um."""

    p0: float = 0.3
    p2: float = 0.5
    pl: float = 0.0
    k: float = 2.0

    def _g(self, r):
        g, dg = self.p0 + self.p2 * r**2, 2 * self.p2 * r
        return (g + self.pl * np.log(r), dg + self.pl / r) if self.pl else (g, dg)

    def potential(self, r, z):
        """V."""
        return self._g(r)[0] * np.cos(self.k * z)

    def current_density(self, r, z):
        """(J_r, J_z), A/um^2."""
        g, dg = self._g(r)
        slope = np.array([dg * np.cos(self.k * z), -self.k * g * np.sin(self.k * z)])
        return -CONDUCTIVITY * 1e-6 * slope

    def source(self, r, z):
        """Current injected per volume, A/um^3."""
        g, _ = self._g(r)
        return -CONDUCTIVITY * 1e-6 * (4 * self.p2 - self.k**2 * g) * np.cos(self.k * z)


BODIES = {"on the axis": (Field(), 0.0, 1.0), "hollow": (Field(pl=0.4), 0.4, 1.4)}


def solve(field: Field, r0: float, r1: float, cells: int) -> CurrentFlow:
    """The field's problem on cells x cells quadrilaterals, each cut in two."""
    mesh = grid(np.linspace(r0, r1, cells + 1), np.linspace(0.1, 1.1, cells + 1))
    model = Model(mesh, {"body": Material("conductor", 1e5, 0.3, 1e-5, CONDUCTIVITY)})
    sides = ("right", "bottom", "top") if r0 == 0 else ("left", "right", "bottom", "top")
    return current_flow(
        model,
        1.0,
        source="bottom",
        sink="top",
        source_kind="flux",
        current_source=field.source,
        potential_v=dict.fromkeys(sides, field.potential),
    )


def errors(field: Field, found: CurrentFlow) -> tuple[float, float]:
    """Relative error of the potential in L2 and of the current density in the energy norm."""
    model = found.model
    rule, weights = triangle_rule(8)
    (r, z), volume = model.integration(rule, weights)
    shape, _, _ = shape_functions(rule)
    true = field.potential(r, z)
    wrong = found.local_potential_v() @ shape.T - true
    l2 = np.sqrt((wrong**2 * volume).sum() / (true**2 * volume).sum())
    n, q = volume.shape
    j = found.current_density_at(
        np.repeat(np.arange(n), q), np.tile(rule[0], n), np.tile(rule[1], n)
    ).reshape(2, n, q)
    exact = field.current_density(r, z)
    energy = np.sqrt(((j - exact) ** 2 * volume).sum() / (exact**2 * volume).sum())
    return float(l2), float(energy)


def rows(cells: int = 16) -> list[Row]:
    """Observed orders on both bodies."""
    sizes = (cells // 2, cells)
    out: list[Row] = []
    for body, (field, r0, r1) in BODIES.items():
        found = [errors(field, solve(field, r0, r1, n)) for n in sizes]
        out += manufactured_rows(
            NAME, body, ("potential", "current density"), found, [1 / n for n in sizes], SOURCE
        )
    return out
