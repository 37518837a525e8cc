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


def to_mesh(data) -> Mesh:
    out = NetgenMesh(dim=2)
    points = data["points"][:, : int(data["vertices"])]
    ids = [out.Add(MeshPoint(Pnt(r, z, 0.0))) for r, z in points.T]
    names = data["region_names"].tolist()
    for k, name in enumerate(names):
        out.Add(FaceDescriptor(surfnr=k + 1, domin=k + 1, domout=0, bc=k + 1))
        out.SetMaterial(k + 1, name)
    for triangle, region in zip(data["nodes"][:3].T.tolist(), data["region"].tolist(), strict=True):
        out.Add(Element2D(region + 1, [ids[v] for v in triangle]))
    for k, name in enumerate(BOUNDARIES):
        for start, end in data[name][:2].T.tolist():
            out.Add(Element1D([ids[start], ids[end]], index=k + 1))
        out.SetBCName(k, name)
    return Mesh(out)


def by_region(mesh: Mesh, data, row: int):
    names, values = data["region_names"].tolist(), data["properties"][row].tolist()
    return mesh.MaterialCF(dict(zip(names, values, strict=True)))


def elasticity(mesh: Mesh, data) -> dict:
    start = time.perf_counter()
    young, poisson, eps = (by_region(mesh, data, row) for row in range(3))
    lam = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
    mu = young / (2 * (1 + poisson))
    radial = PlateauFESpace(H1(mesh, order=2, dirichlet="axis"), [mesh.Boundaries("cell_side")])
    space = radial * H1(mesh, order=2, dirichlet="chip_bottom")
    (ur, uz), (vr, vz) = space.TnT()

    def strain(r, z):
        return grad(r)[0], grad(z)[1], r / x, grad(r)[1] + grad(z)[0]

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
    assembled = time.perf_counter()
    u = GridFunction(space)
    inverse = form.mat.Inverse(space.FreeDofs(), inverse="sparsecholesky")
    u.vec.data = inverse * load.vec
    solved = time.perf_counter()
    r, z = u.components
    err, ezz, ett, grz = strain(r, z)
    trace = lam * (err + ezz + ett) - (3 * lam + 2 * mu) * eps
    stress = CoefficientFunction(
        (trace + 2 * mu * err, trace + 2 * mu * ezz, trace + 2 * mu * ett, mu * grz)
    ).Compile()
    elastic = CoefficientFunction((err - eps, ezz - eps, ett - eps, grz))
    energy = Integrate((weight / 2 * InnerProduct(stress, elastic)).Compile(), mesh, order=5)
    GridFunction(L2(mesh, order=1, dim=4)).Interpolate(stress)
    done = time.perf_counter()
    # the space is numbered vertices first, so the first bump-top vertex is found by its number
    top = data["bump_top"]
    vertex = int(top[:2].ravel()[data["points"][0, top[:2].ravel()].argmin()])
    return {
        "unknowns": space.ndof,
        "assembly_s": assembled - start,
        "solve_s": solved - assembled,
        "post_s": done - solved,
        "total_s": done - start,
        "strain_energy_pj": energy,
        "bump_top_um": z.vec[vertex],
    }


def conduction(mesh: Mesh, data) -> dict:
    start = time.perf_counter()
    names = data["region_names"][data["properties"][3] > 0].tolist()
    domain = mesh.Materials("|".join(names))
    conductivity = by_region(mesh, data, 3)
    rim = mesh.Boundaries("pad_rim")
    space = PlateauFESpace(H1(mesh, order=2, definedon=domain, dirichlet="bump_top"), [rim])
    u, v = space.TnT()
    form = BilinearForm(space, symmetric=True)
    form += (2 * pi * x * conductivity * grad(u) * grad(v)).Compile() * dx(definedon=domain)
    form.Assemble()
    current = float(data["current_a"])
    load = LinearForm(space)  # all test functions but the plateau's vanish there
    load += current / Integrate(CoefficientFunction(1), rim) * v * ds(definedon=rim)
    load.Assemble()
    assembled = time.perf_counter()
    phi = GridFunction(space)
    inverse = form.mat.Inverse(space.FreeDofs(), inverse="sparsecholesky")
    phi.vec.data = inverse * load.vec
    solved = time.perf_counter()
    density = (-conductivity * grad(phi)).Compile()
    GridFunction(L2(mesh, order=1, dim=2, definedon=domain)).Interpolate(density, definedon=domain)
    power = Integrate(
        (2 * pi * x * conductivity * grad(phi) * grad(phi)).Compile(),
        mesh,
        definedon=domain,
        order=5,
    )
    done = time.perf_counter()
    return {
        "assembly_s": assembled - start,
        "solve_s": solved - assembled,
        "post_s": done - solved,
        "total_s": done - start,
        "resistance_ohm": power / current**2,
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
