"""A current and the temperature that it causes in NGSolve, on the arrays in the given file.

Second-order triangles on the same mesh; rho and k linear in the temperature, taken where NGSolve
integrates. Potential and temperature in turn, each by sparse Cholesky, until neither changes. Run
by ``tests/verification/test_peer_heat.py``.
"""

import json
import sys

import numpy as np
from ngsolve import (
    H1,
    BilinearForm,
    CoefficientFunction,
    GridFunction,
    Integrate,
    LinearForm,
    PlateauFESpace,
    ds,
    dx,
    grad,
    pi,
    x,
)
from peer_ngsolve import solution, to_mesh

BOUNDARIES = ("axis", "chip_bottom", "pad_rim", "bump_top")
BONUS = 3
MOST, SETTLED = 60, 1e-11


def solved(form: BilinearForm, load: LinearForm) -> GridFunction:
    form.Assemble()
    load.Assemble()
    return solution(form, load)


def main() -> None:
    data = np.load(sys.argv[1], allow_pickle=False)
    mesh = to_mesh(data, BOUNDARIES)
    names = data["region_names"].tolist()
    rho, growth, k, slope = (
        mesh.MaterialCF(dict(zip(names, row, strict=True))) for row in data["properties"].tolist()
    )
    carries = data["region_names"][data["properties"][0] > 0].tolist()
    domain = mesh.Materials("|".join(carries))
    rim, current = mesh.Boundaries("pad_rim"), float(data["current_a"])
    of_phi = PlateauFESpace(H1(mesh, order=2, definedon=domain, dirichlet="bump_top"), [rim])
    of_heat = H1(mesh, order=2, dirichlet="chip_bottom")
    measure, inner = dx(bonus_intorder=BONUS), dx(definedon=domain, bonus_intorder=BONUS)
    rise, before = GridFunction(of_heat), np.inf
    area = Integrate(CoefficientFunction(1), rim)
    for _ in range(MOST):
        s = 1 / (rho * (1 + growth * rise))
        u, v = of_phi.TnT()
        form, load = BilinearForm(of_phi, symmetric=True), LinearForm(of_phi)
        form += (2 * pi * x * s * grad(u) * grad(v)) * inner
        load += current / area * v * ds(definedon=rim)
        phi = solved(form, load)
        heat = s * grad(phi) * grad(phi)
        u, v = of_heat.TnT()
        form, load = BilinearForm(of_heat, symmetric=True), LinearForm(of_heat)
        form += (2 * pi * x * k * (1 + slope * rise) * grad(u) * grad(v)) * measure
        load += (2 * pi * x * heat * v) * inner
        rise = solved(form, load)
        power = Integrate(2 * pi * x * heat, mesh, definedon=domain, order=7)
        if abs(power / before - 1) < SETTLED:
            break
        before = power
    print(
        json.dumps(
            {
                "resistance_ohm": power / current**2,
                "power_w": power,
                "watched_k": [rise.vec[node] for node in data["watched"].tolist()],
            }
        )
    )


if __name__ == "__main__":
    main()
