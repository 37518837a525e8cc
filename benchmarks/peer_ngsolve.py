"""Both physics in NGSolve, timed inside its own process; run by ``versus_peers.py``.

Second-order triangles and sparse Cholesky, on the arrays in the given file. Boundaries that share
one unknown (the periodic side, the equipotential source) are plateau spaces. Timed per repetition:
spaces, assembly, factorization, solution, strain energy and the stress and current density fields
as discontinuous linear functions. Not timed: import, mesh conversion, and one warm-up.
"""

import argparse
import json
import statistics
import time

import numpy as np
from netgen.meshing import Element1D, Element2D, FaceDescriptor, MeshPoint, Pnt
from netgen.meshing import Mesh as NetgenMesh
from ngsolve import (
    H1,
    L2,
    BilinearForm,
    CoefficientFunction,
    GridFunction,
    InnerProduct,
    Integrate,
    LinearForm,
    Mesh,
    PlateauFESpace,
    SetNumThreads,
    TaskManager,
    ds,
    dx,
    grad,
    pi,
    x,
)
from ngsolve import __version__ as version

BOUNDARIES = ("axis", "chip_bottom", "cell_side", "pad_rim", "bump_top")
BONUS = 3  # quadrature order above NGSolve's default, so that u_r / r is integrated as ours


def to_mesh(data, boundaries=BOUNDARIES) -> Mesh:
    out = NetgenMesh(dim=2)
    points = data["points"][:, : int(data["vertices"])]
    ids = [out.Add(MeshPoint(Pnt(r, z, 0.0))) for r, z in points.T]
    names = data["region_names"].tolist()
    for k, name in enumerate(names):
        out.Add(FaceDescriptor(surfnr=k + 1, domin=k + 1, domout=0, bc=k + 1))
        out.SetMaterial(k + 1, name)
    for triangle, region in zip(data["nodes"][:3].T.tolist(), data["region"].tolist(), strict=True):
        out.Add(Element2D(region + 1, [ids[v] for v in triangle]))
    for k, name in enumerate(boundaries):
        for start, end in data[name][:2].T.tolist():
            out.Add(Element1D([ids[start], ids[end]], index=k + 1))
        out.SetBCName(k, name)
    return Mesh(out)


def by_region(mesh: Mesh, data, row: int):
    names, values = data["region_names"].tolist(), data["properties"][row].tolist()
    return mesh.MaterialCF(dict(zip(names, values, strict=True)))


def strain(r, z):
    """rr, zz, tt and twice rz of the displacement (r, z)."""
    return grad(r)[0], grad(z)[1], r / x, grad(r)[1] + grad(z)[0]


def lame(mesh: Mesh, data):
    """Lame's constants and the free thermal strain."""
    young, poisson, eps = (by_region(mesh, data, row) for row in range(3))
    lam = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
    return lam, young / (2 * (1 + poisson)), eps


def elastic_system(mesh: Mesh, data):
    """Assembled form and load of the cool-down."""
    lam, mu, eps = lame(mesh, data)
    radial = PlateauFESpace(H1(mesh, order=2, dirichlet="axis"), [mesh.Boundaries("cell_side")])
    space = radial * H1(mesh, order=2, dirichlet="chip_bottom")
    (ur, uz), (vr, vz) = space.TnT()
    (err, ezz, ett, grz), (frr, fzz, ftt, frz) = strain(ur, uz), strain(vr, vz)
    weight = 2 * pi * x
    measure = dx(bonus_intorder=BONUS)
    form = BilinearForm(space, symmetric=True)
    form += (
        weight
        * (
            lam * (err + ezz + ett) * (frr + fzz + ftt)
            + mu * (2 * (err * frr + ezz * fzz + ett * ftt) + grz * frz)
        )
    ).Compile() * measure
    load = LinearForm(space)
    load += (weight * (3 * lam + 2 * mu) * eps * (frr + fzz + ftt)).Compile() * measure
    form.Assemble()
    load.Assemble()
    return form, load


def stress_field(mesh: Mesh, data, u: GridFunction) -> CoefficientFunction:
    """rr, zz, tt, rz, MPa."""
    lam, mu, eps = lame(mesh, data)
    err, ezz, ett, grz = strain(*u.components)
    trace = lam * (err + ezz + ett) - (3 * lam + 2 * mu) * eps
    return CoefficientFunction(
        (trace + 2 * mu * err, trace + 2 * mu * ezz, trace + 2 * mu * ett, mu * grz)
    ).Compile()


def solution(form: BilinearForm, load: LinearForm) -> GridFunction:
    found = GridFunction(form.space)
    inverse = form.mat.Inverse(form.space.FreeDofs(), inverse="sparsecholesky")
    found.vec.data = inverse * load.vec
    return found


def elasticity(mesh: Mesh, data) -> dict:
    start = time.perf_counter()
    form, load = elastic_system(mesh, data)
    assembled = time.perf_counter()
    u = solution(form, load)
    solved = time.perf_counter()
    _, _, eps = lame(mesh, data)
    err, ezz, ett, grz = strain(*u.components)
    stress = stress_field(mesh, data, u)
    elastic = CoefficientFunction((err - eps, ezz - eps, ett - eps, grz))
    energy = Integrate((pi * x * InnerProduct(stress, elastic)).Compile(), mesh, order=5)
    GridFunction(L2(mesh, order=1, dim=4)).Interpolate(stress)
    done = time.perf_counter()
    # the space is numbered vertices first, so the first bump-top vertex is found by its number
    top = data["bump_top"]
    vertex = int(top[:2].ravel()[data["points"][0, top[:2].ravel()].argmin()])
    return {
        "unknowns": form.space.ndof,
        "assembly_s": assembled - start,
        "solve_s": solved - assembled,
        "post_s": done - solved,
        "total_s": done - start,
        "strain_energy_pj": energy,
        "bump_top_um": u.components[1].vec[vertex],
    }


def conductors(mesh: Mesh, data):
    return mesh.Materials("|".join(data["region_names"][data["properties"][3] > 0].tolist()))


def conduction_system(mesh: Mesh, data):
    """Assembled form and load of the current."""
    domain, rim = conductors(mesh, data), mesh.Boundaries("pad_rim")
    space = PlateauFESpace(H1(mesh, order=2, definedon=domain, dirichlet="bump_top"), [rim])
    u, v = space.TnT()
    form = BilinearForm(space, symmetric=True)
    conductivity = by_region(mesh, data, 3)
    form += (2 * pi * x * conductivity * grad(u) * grad(v)).Compile() * dx(definedon=domain)
    form.Assemble()
    load = LinearForm(space)  # all test functions but the plateau's vanish there
    density = float(data["current_a"]) / Integrate(CoefficientFunction(1), rim)
    load += density * v * ds(definedon=rim)
    load.Assemble()
    return form, load


def density_field(mesh: Mesh, data, phi: GridFunction) -> CoefficientFunction:
    """Current density, A/um^2."""
    return (-by_region(mesh, data, 3) * grad(phi)).Compile()


def resistance(mesh: Mesh, data, phi: GridFunction) -> float:
    power = Integrate(
        (2 * pi * x * by_region(mesh, data, 3) * grad(phi) * grad(phi)).Compile(),
        mesh,
        definedon=conductors(mesh, data),
        order=5,
    )
    return power / float(data["current_a"]) ** 2


def conduction(mesh: Mesh, data) -> dict:
    start = time.perf_counter()
    form, load = conduction_system(mesh, data)
    assembled = time.perf_counter()
    phi = solution(form, load)
    solved = time.perf_counter()
    density, domain = density_field(mesh, data, phi), conductors(mesh, data)
    GridFunction(L2(mesh, order=1, dim=2, definedon=domain)).Interpolate(density, definedon=domain)
    ohm = resistance(mesh, data, phi)
    done = time.perf_counter()
    return {
        "assembly_s": assembled - start,
        "solve_s": solved - assembled,
        "post_s": done - solved,
        "total_s": done - start,
        "resistance_ohm": ohm,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problem", help="arrays written by versus_peers.py (.npz)")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    data = dict(np.load(arguments.problem))
    mesh = to_mesh(data)
    SetNumThreads(arguments.threads)
    runs = []
    with TaskManager():
        for _ in range(arguments.repeats + 1):
            both = {"elasticity": elasticity(mesh, data), "conduction": conduction(mesh, data)}
            runs.append(both)
    runs = runs[1:]
    out = {"version": version, "threads": arguments.threads}
    for physics in ("elasticity", "conduction"):
        out[physics] = {
            key: statistics.median(run[physics][key] for run in runs) for key in runs[0][physics]
        }
    totals = [run["elasticity"]["total_s"] + run["conduction"]["total_s"] for run in runs]
    out["total_s"], out["best_s"] = statistics.median(totals), min(totals)
    print(json.dumps(out))


if __name__ == "__main__":
    main()
