"""Tractions and J.n on interfaces from NGSolve, two ways; run by ``accuracy_peers.py``.

``one-sided``: the stress as a discontinuous linear function in the layer on one side of the
interface, times its normal; what the documentation's examples of stress evaluation come down to.
``consistent``: the nodal residual of that side, divided by the interface's mass matrix. NGSolve has
no call for it; someone who knows finite elements writes these forty lines.

One thread, CPU time. Timed: spaces, assembly, factorization, solution, resistance, and the values
on the interfaces. Not timed: import, mesh conversion, and one warm-up.
"""

import argparse
import json
import time

import numpy as np
from ngsolve import (
    H1,
    VOL,
    BilinearForm,
    CoefficientFunction,
    Discontinuous,
    ElementId,
    GridFunction,
    LinearForm,
    Mesh,
    ds,
    dx,
    grad,
    pi,
    x,
)
from ngsolve import __version__ as version
from peer_ngsolve import (
    BONUS,
    BOUNDARIES,
    conduction_system,
    density_field,
    elastic_system,
    resistance,
    solution,
    stress_field,
    to_mesh,
)

EDGE_BUBBLE = -0.125  # NGSolve's second-order edge function at the edge's middle


class Line:
    """Facets of one interface, the regions on its upper side, and the normal into them."""

    def __init__(self, data, name: str) -> None:
        self.name = name
        self.elements = data[f"{name}_elements"]
        self.nodes = data[f"{name}_nodes"]
        self.normal = data[f"{name}_normal"]
        self.side = "|".join(data[f"{name}_side"].tolist())


def one_sided(mesh: Mesh, field: CoefficientFunction, line: Line) -> np.ndarray:
    """(components, facets, 3) at start, end and middle of each facet, from the upper side."""
    side = mesh.Materials(line.side)
    space = Discontinuous(H1(mesh, order=1, definedon=side)) ** field.dim
    found = GridFunction(space)
    # rules of low order have points on the edges: r = 0 on the axis
    found.Set(field, definedon=side, bonus_intorder=2)
    values = np.empty((field.dim, len(line.elements), 3))
    parts = [part.vec.FV().NumPy() for part in found.components]
    for k, element in enumerate(line.elements.tolist()):
        where = ElementId(VOL, element)
        corner = [vertex.nr for vertex in mesh[where].vertices]
        dofs = space.components[0].GetDofNrs(where)
        ends = [dofs[corner.index(v)] for v in line.nodes[:2, k]]
        for c, part in enumerate(parts):
            values[c, k, :2] = part[ends]
    values[:, :, 2] = values[:, :, :2].mean(axis=2)
    return values


def projected(mesh: Mesh, residuals: list[np.ndarray], names: str) -> list[np.ndarray]:
    """Densities on boundaries, in second-order functions, from their integrals against them."""
    where = mesh.Boundaries(names)
    space = H1(mesh, order=2)
    u, v = space.TnT()
    mass = BilinearForm(space, symmetric=True)
    mass += 2 * pi * x * u * v * ds(definedon=where, bonus_intorder=1)
    mass.Assemble()
    inverse = mass.mat.Inverse(space.GetDofs(where), inverse="sparsecholesky")
    out = []
    for residual in residuals:
        density, given = GridFunction(space), mass.mat.CreateColVector()
        given.FV().NumPy()[:] = residual
        density.vec.data = inverse * given
        out.append(density.vec.FV().NumPy().copy())
    return out


def on_facets(mesh: Mesh, density: np.ndarray, line: Line) -> np.ndarray:
    """(facets, 3) a second-order function at start, end and middle of each facet."""
    space = H1(mesh, order=2)
    number = {tuple(sorted(v.nr for v in edge.vertices)): edge for edge in mesh.edges}
    out = np.empty(line.nodes.shape)
    out[:2] = density[line.nodes[:2]]
    for k, (start, end) in enumerate(line.nodes[:2].T.tolist()):
        (bubble,) = space.GetDofNrs(number[tuple(sorted((start, end)))])
        out[2, k] = (out[0, k] + out[1, k]) / 2 + EDGE_BUBBLE * density[bubble]
    return out.T


def residual(mesh: Mesh, integrand, side: str) -> np.ndarray:
    """Integral over one side of a form that is linear in the test function."""
    space = H1(mesh, order=2)
    found = LinearForm(space)
    found += integrand(space.TestFunction()).Compile() * dx(
        definedon=mesh.Materials(side), bonus_intorder=BONUS
    )
    found.Assemble()
    return found.vec.FV().NumPy().copy()


def consistent_tractions(mesh: Mesh, stress: CoefficientFunction, lines: list[Line]) -> dict:
    """One traction, continuous along all interfaces of the upper side with what lies below."""
    weight, side = 2 * pi * x, lines[0].side
    srr, szz, stt, srz = (stress[c] for c in range(4))
    radial = residual(
        mesh, lambda v: weight * (srr * grad(v)[0] + srz * grad(v)[1]) + 2 * pi * stt * v, side
    )
    axial = residual(mesh, lambda v: weight * (szz * grad(v)[1] + srz * grad(v)[0]), side)
    # the side's outer normal is the opposite of the line's
    found = projected(mesh, [-radial, -axial], "|".join(line.name for line in lines))
    return {line.name: np.array([on_facets(mesh, part, line) for part in found]) for line in lines}


def consistent_flux(mesh: Mesh, density: CoefficientFunction, line: Line) -> np.ndarray:
    into = residual(mesh, lambda v: -2 * pi * x * (density * grad(v)), line.side)
    (found,) = projected(mesh, [into], line.name)
    return on_facets(mesh, found, line)


def run(mesh: Mesh, data, traction_lines: list[Line], flux_lines: list[Line]) -> tuple[dict, dict]:
    """Both physics: CPU seconds per part, and values per way and interface."""
    clock = [time.process_time()]

    def lap() -> float:
        clock.append(time.process_time())
        return clock[-1] - clock[-2]

    seconds, values = {}, {}
    u = solution(*elastic_system(mesh, data))
    phi = solution(*conduction_system(mesh, data))
    stress, density = stress_field(mesh, data, u), density_field(mesh, data, phi)
    ohm = resistance(mesh, data, phi)
    seconds["both"] = lap()
    for line in traction_lines:
        srr, szz, _, srz = one_sided(mesh, stress, line)
        nr, nz = line.normal[:, :, None]
        values[f"one_sided_traction_{line.name}"] = np.array(
            [srr * nr + srz * nz, srz * nr + szz * nz]
        )
    for line in flux_lines:
        jr, jz = one_sided(mesh, density, line)
        nr, nz = line.normal[:, :, None]
        values[f"one_sided_flux_{line.name}"] = jr * nr + jz * nz
    seconds["one_sided"] = lap()
    for name, found in consistent_tractions(mesh, stress, traction_lines).items():
        values[f"consistent_traction_{name}"] = found
    for line in flux_lines:
        values[f"consistent_flux_{line.name}"] = consistent_flux(mesh, density, line)
    seconds["consistent"] = lap()
    return seconds, values | {"resistance_ohm": ohm}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problem", help="arrays written by accuracy_peers.py (.npz)")
    parser.add_argument("values", help="where to write the values (.npz)")
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    data = dict(np.load(arguments.problem))
    tractions = [Line(data, name) for name in data["traction_lines"].tolist()]
    fluxes = [Line(data, name) for name in data["flux_lines"].tolist()]
    named = {line.name: line.nodes for line in (*tractions, *fluxes)}
    mesh = to_mesh({**data, **named}, (*BOUNDARIES, *named))
    runs = [run(mesh, data, tractions, fluxes) for _ in range(arguments.repeats + 1)][1:]
    np.savez(arguments.values, **runs[0][1])
    seconds = {name: min(found[name] for found, _ in runs) for name in runs[0][0]}
    print(json.dumps({"version": version, "seconds": seconds}))


if __name__ == "__main__":
    main()
