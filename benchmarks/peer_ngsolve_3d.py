"""Side trace and lateral shear of one bump as 3-D problems in NGSolve; run by ``side_trace.py``.

Half a bump, 0 <= theta <= pi, symmetric about y = 0. The given file holds the section as polygons
in (r, z), um, with constants of the regions, and no word of this project. The meshes are those of
``ngsolve_meshes_3d.py``.

Conduction (``--task trace``): uniform normal flux of 1 A in total (half of it in the half model)
through the arc of the pad's rim, top of the bump at 0 V. Shear (``--task shear``): lower end
clamped, top of the bump moved by u_x with u_y = u_z = 0, u_y = 0 on the plane of symmetry, u_z = 0
on the outer side; asked for are the force in x and the mean axial traction over the window.
Normal flux and traction on the interface are taken the most accurate way that costs next to
nothing: the nodal residual of the lower side, divided by the interface's mass matrix (consistent
boundary flux), integrated over the window. Timed: mesh, then spaces, assembly, solution, flux and
window. Not timed: import.
"""

import argparse
import json
import math
import time
from contextlib import contextmanager

from ngsolve import (
    BND,
    H1,
    BilinearForm,
    CoefficientFunction,
    FacetFESpace,
    Grad,
    GridFunction,
    Id,
    IfPos,
    InnerProduct,
    Integrate,
    LinearForm,
    Mesh,
    Preconditioner,
    SetNumThreads,
    Sym,
    TaskManager,
    Trace,
    VectorH1,
    atan2,
    ds,
    dx,
    grad,
    specialcf,
    sqrt,
    x,
    y,
    z,
)
from ngsolve import __version__ as version
from ngsolve.krylovspace import CGSolver
from ngsolve_meshes_3d import FACES, NEAR, bend, hexes, tets

RAMP = 0.25  # half width of the ramp at the window's edges over the window's length and half angle


class Phases:
    """Wall time per named phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str):
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def solve(form: BilinearForm, load, u: GridFunction, solver: str, pre) -> None:
    """Condensed system: direct, or conjugate gradients; u holds the given values."""
    space = u.space
    residual, start = load.vec.CreateVector(), u.vec.CreateVector()
    start.data = u.vec
    residual.data = load.vec + form.harmonic_extension_trans * load.vec
    residual.data -= form.mat * start
    if solver == "bddc":
        inverse = CGSolver(form.mat, pre.mat, tol=1e-7, maxiter=1000)
    else:
        inverse = form.mat.Inverse(space.FreeDofs(coupling=True), inverse=solver)
    u.vec.data += inverse * residual
    u.vec.data += form.harmonic_extension * u.vec
    u.vec.data += form.inner_solve * load.vec


def through_window(problem, mesh: Mesh, tested, ramp, residual, density, lower) -> float:
    """Integral over the window of a flux or traction from the lower side, um^2 times its unit.

    ``residual`` are the nodal loads of the lower side, ``density`` its field times the normal. A
    test function that rises from 0 to 1 across the window's edges takes the flux from the residual,
    which is far more accurate than the field; the field only corrects for what the ramp counts
    otherwise than the window, a small term because the ramp is odd about the edge. ``tested`` is
    the function with the residual's unknowns, ``ramp`` that component of it which is tested.
    """
    window = problem["window"]

    def step(t):
        t = IfPos(t, IfPos(1 - t, t, 1), 0)
        return t * t * (3 - 2 * t)

    edge, half = window["r_um"][0], window["half_angle_rad"]
    across, around = RAMP * window["length_um"], RAMP * half
    radius, angle = sqrt(x * x + y * y), IfPos(x * x + y * y - 1e-12, atan2(y, x + 1e-30), 0)
    rises = step((radius - edge) / (2 * across) + 0.5) * step((half - angle) / (2 * around) + 0.5)
    upper = window["z_um"][1]
    if problem["sidewall"]["z_um"][1] - upper > NEAR:  # else the interface ends with the window
        rises = rises * step((upper - z) / (2 * across) + 0.5)
    names = "|".join(name for name in FACES if name.startswith(("floor", "sidewall")))
    ramp.Set(rises, definedon=mesh.Boundaries(names))
    faces = FacetFESpace(mesh, order=0)
    interface, inside = GridFunction(faces), GridFunction(faces)
    interface.Set(1, definedon=mesh.Boundaries(names))
    inside.Set(1, definedon=mesh.Boundaries("floor_window|sidewall_window"))
    rest = Integrate(
        (inside - interface * ramp) * density * dx(definedon=lower, element_boundary=True), mesh
    )
    return InnerProduct(residual, tested.vec) + rest


def trace(problem, mesh: Mesh, chosen) -> dict:
    phase = Phases()
    with phase("assembly"):
        conductivity = mesh.MaterialCF(problem["conductivity_s_per_um"])
        space = H1(mesh, order=chosen.order, dirichlet="top")
        u, v = space.TnT()
        form = BilinearForm(space, symmetric=True, condense=True)
        form += conductivity * grad(u) * grad(v) * dx
        pre = Preconditioner(form, "bddc") if chosen.solver == "bddc" else None
        source = mesh.Boundaries("source")
        area = Integrate(CoefficientFunction(1.0), mesh, VOL_or_BND=BND, definedon=source)
        load = LinearForm(space)
        load += 0.5 / area * v * ds(definedon=source)
        load.Assemble()
        form.Assemble()
    with phase("solution"):
        potential = GridFunction(space)
        solve(form, load, potential, chosen.solver, pre)
    with phase("flux and window"):
        resistance = Integrate(potential, mesh, VOL_or_BND=BND, definedon=source) / area
        balance = LinearForm(space)
        lower = mesh.Materials(problem["lower"])
        balance += conductivity * grad(potential) * grad(v) * dx(definedon=lower)
        balance.Assemble()
        balance.vec.data -= load.vec
        density = conductivity * grad(potential) * specialcf.normal(3)
        ramp = GridFunction(space)
        through = -through_window(problem, mesh, ramp, ramp, balance.vec, density, lower)
        window = mesh.Boundaries("floor_window|sidewall_window")
        window_area = Integrate(CoefficientFunction(1.0), mesh, VOL_or_BND=BND, definedon=window)
    return {
        "seconds": phase.seconds,
        "unknowns": int(space.ndof),
        "coupling_unknowns": int(sum(space.FreeDofs(coupling=True))),
        "resistance_ohm": resistance,
        "window_area_um2": window_area,
        "crowding": through / window_area * math.pi * problem["opening_radius_um"] ** 2,
    }


def shear(problem, mesh: Mesh, chosen) -> dict:
    phase = Phases()
    held = "clamped|top"
    with phase("assembly"):
        young, poisson = (mesh.MaterialCF(problem[name]) for name in ("young_mpa", "poisson"))
        mu = young / (2 * (1 + poisson))
        lam = 2 * mu * poisson / (1 - 2 * poisson)

        def stress(u):
            return 2 * mu * Sym(Grad(u)) + lam * Trace(Grad(u)) * Id(3)

        space = VectorH1(
            mesh,
            order=chosen.order,
            dirichletx=held,
            dirichlety=held + "|symmetry",
            dirichletz=held + "|side",
        )
        u, v = space.TnT()
        form = BilinearForm(space, symmetric=True, condense=True)
        form += InnerProduct(stress(u), Sym(Grad(v))) * dx
        load = LinearForm(space)
        load.Assemble()
        form.Assemble()
    with phase("solution"):
        moved = GridFunction(space)
        moved.components[0].Set(problem["shift_um"], definedon=mesh.Boundaries("top"))
        solve(form, load, moved, chosen.solver, None)
    with phase("flux and window"):
        balance = LinearForm(space)
        balance += InnerProduct(stress(moved), Grad(v)) * dx
        balance.Assemble()
        top = GridFunction(space)
        top.components[0].Set(1, definedon=mesh.Boundaries("top"))
        reaction = 2 * InnerProduct(balance.vec, top.vec)
        below = LinearForm(space)
        lower = mesh.Materials(problem["lower"])
        below += InnerProduct(stress(moved), Grad(v)) * dx(definedon=lower)
        below.Assemble()
        density = (stress(moved) * specialcf.normal(3))[2]
        ramp = GridFunction(space)
        force = through_window(problem, mesh, ramp, ramp.components[2], below.vec, density, lower)
        window = mesh.Boundaries("floor_window|sidewall_window")
        window_area = Integrate(CoefficientFunction(1.0), mesh, VOL_or_BND=BND, definedon=window)
    return {
        "seconds": phase.seconds,
        "unknowns": int(space.ndof),
        "coupling_unknowns": int(sum(space.FreeDofs(coupling=True))),
        "reaction_un": reaction,
        "window_area_um2": window_area,
        "axial_mpa": force / window_area,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problem", help="JSON written by side_trace.py")
    parser.add_argument("--task", choices=("trace", "shear"), default="trace")
    parser.add_argument("--mesh", choices=("tets", "hexes"), default="hexes")
    parser.add_argument("--order", type=int, default=2)
    parser.add_argument("--corner-um", type=float, default=0.05, help="size at interface corners")
    parser.add_argument("--film-um", type=float, default=0.2)
    parser.add_argument("--growth", type=float, default=0.7)
    parser.add_argument("--far-um", type=float, default=20.0)
    parser.add_argument("--behind-um", type=float, default=1.0)
    parser.add_argument("--film-corner-um", type=float, default=0.2)
    parser.add_argument("--theta-deg", type=float, default=4.0)
    parser.add_argument("--theta-growth", type=float, default=0.5)
    parser.add_argument("--theta-max-deg", type=float, default=30.0)
    parser.add_argument("--top-um", type=float, default=4.0, help="at the moved face, in shear")
    parser.add_argument("--solver", choices=("sparsecholesky", "bddc"), default="sparsecholesky")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.task == "shear" and (chosen.mesh, chosen.solver) != ("hexes", "sparsecholesky"):
        parser.error("shear is there for hexes with sparsecholesky only")
    with open(chosen.problem, encoding="utf-8") as file:
        problem = json.load(file)
    regions = list(problem["conductivity_s_per_um" if chosen.task == "trace" else "young_mpa"])
    SetNumThreads(chosen.threads)
    out = {"version": version}
    with TaskManager():
        for _ in range(chosen.repeats):
            start = time.perf_counter()
            if chosen.mesh == "hexes":
                made, layer = hexes(problem, regions, chosen)
                mesh = Mesh(made)
                bent = bend(mesh, layer)
                mesh.SetDeformation(bent)
            else:
                mesh = Mesh(tets(problem, regions, chosen))
                mesh.Curve(chosen.order)
            meshed = time.perf_counter() - start
            found = {"trace": trace, "shear": shear}[chosen.task](problem, mesh, chosen)
            found["elements"] = mesh.ne
            found["mesh_s"] = meshed
            found["total_s"] = time.perf_counter() - start
            out = {**out, **found} if out.get("total_s", math.inf) > found["total_s"] else out
    print(json.dumps(out))


if __name__ == "__main__":
    main()
