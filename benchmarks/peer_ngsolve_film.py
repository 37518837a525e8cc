"""A post on a pad with a film off the centre, in 3-D, by NGSolve; run by a test of peers.

Half of it, 0 <= theta <= pi, symmetric about y = 0. The given file holds lengths in um,
conductivities in S/um, contact resistivities in ohm um^2, and no word of this project. The pad's
potential and the post's are two functions; across the contact their jump over the resistivity is
the current density. Solids are cut along the film's edge, so that no element lies across it.
"""

import argparse
import json
import math

import numpy as np
from netgen.occ import Axes, Axis, Box, Cylinder, Glue, OCCGeometry, Pnt, Z, gp_Dir, gp_Pnt
from ngsolve import (
    BND,
    H1,
    BilinearForm,
    CoefficientFunction,
    GridFunction,
    Integrate,
    LinearForm,
    Mesh,
    TaskManager,
    ds,
    dx,
    grad,
)

POINTS = 24
NEAR = 1e-3  # um above and below the contact


def solids(told):
    """Pad, cut around the film and where the arc ends, and post."""
    pad, post, film = told["pad"], told["post"], told["film"]
    reach = 2 * pad["radius_um"]
    half = Box(Pnt(-reach, 0, -reach), Pnt(reach, reach, reach))
    axis = Axes(Pnt(0, 0, 0), Z)
    whole = Cylinder(axis, r=pad["radius_um"], h=pad["height_um"]) * half
    turn = math.radians(film["azimuth_deg"])
    at = Pnt(film["offset_um"] * math.cos(turn), film["offset_um"] * math.sin(turn), 0)
    under = Cylinder(Axes(at, Z), r=film["radius_um"], h=pad["height_um"]) * half
    # in front of the arc: a thin wedge of the pad's edge
    p = math.radians(told["half_angle_deg"])
    wedge = half.Rotate(Axis(gp_Pnt(0, 0, 0), gp_Dir(0, 0, 1)), math.degrees(p) - 180)
    ring = whole - Cylinder(axis, r=0.9 * pad["radius_um"], h=pad["height_um"])
    front, scar = ring * wedge, whole * under
    rest = whole - front - scar
    top = Cylinder(Axes(Pnt(0, 0, pad["height_um"]), Z), r=post["radius_um"], h=post["height_um"])
    top = top * half
    for name, solid in (("pad", front), ("pad", scar), ("pad", rest), ("post", top)):
        solid.mat(name)
    scar.maxh = front.maxh = told["size_um"]
    rest.maxh = 1.5 * told["size_um"]
    shape = Glue([front, scar, rest, top])
    level, lid = pad["height_um"], pad["height_um"] + post["height_um"]
    for face in shape.faces:
        c, r = face.center, [math.hypot(v.p.x, v.p.y) for v in face.vertices]
        flat = max(v.p.z for v in face.vertices) - min(v.p.z for v in face.vertices) < 1e-6
        theta = [math.atan2(v.p.y, v.p.x) for v in face.vertices]
        if flat and abs(c.z - lid) < 1e-6:
            face.name = "lid"
        elif flat and abs(c.z - level) < 1e-6:
            near = max(math.hypot(v.p.x - at.x, v.p.y - at.y) for v in face.vertices)
            inside = near < film["radius_um"] + 1e-6
            face.name = "scar" if inside else "beside"
            if max(r) > post["radius_um"] + 1e-6:
                face.name = "free"
        elif min(r) > pad["radius_um"] - 1e-6 and not flat and max(theta) < p + 1e-6:
            face.name = "arc"
        else:
            face.name = "free"
    return OCCGeometry(shape)


def window_mean(told, mesh, pad, post) -> float:
    """Mean density over a part of a ring beside the film, by Gauss points in r and theta."""
    point, weight = np.polynomial.legendre.leggauss(POINTS)
    low, high = told["window"]["r_um"]
    first, last = np.radians(told["window"]["theta_deg"])
    total = area = 0.0
    for s, w in zip(point, weight, strict=True):
        r = (low + high + (high - low) * s) / 2
        for t, v in zip(point, weight, strict=True):
            theta = (first + last + (last - first) * t) / 2
            jump = 0.0
            for side, potential in ((-1, pad), (1, post)):
                level = told["pad"]["height_um"] + side * NEAR
                jump -= side * potential(mesh(r * math.cos(theta), r * math.sin(theta), level))
            total += w * v * r * jump / told["beside_ohm_um2"]
            area += w * v * r
    return total / area


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problem")
    parser.add_argument("--order", type=int, default=2)
    parser.add_argument("--size-um", type=float, default=1.5)
    chosen = parser.parse_args()
    with open(chosen.problem, encoding="utf-8") as file:
        told = json.load(file)
    told["size_um"] = chosen.size_um
    mesh = Mesh(solids(told).GenerateMesh(maxh=6.0, grading=0.5))
    mesh.Curve(3)
    below = H1(mesh, order=chosen.order, definedon="pad")
    above = H1(mesh, order=chosen.order, definedon="post", dirichlet="lid")
    space = below * above
    (u, w), (v, q) = space.TnT()
    film = told["film"]["resistivity_ohm_um2"]
    conductance = mesh.BoundaryCF(
        {"scar": 1 / film, "beside": 1 / told["beside_ohm_um2"]}, default=0
    )
    contact = mesh.Boundaries("scar|beside")
    form = BilinearForm(space, symmetric=True)
    form += told["pad"]["conductivity"] * grad(u) * grad(v) * dx(definedon="pad")
    form += told["post"]["conductivity"] * grad(w) * grad(q) * dx(definedon="post")
    form += conductance * (u - w) * (v - q) * ds(definedon=contact)
    arc = mesh.Boundaries("arc")
    one = CoefficientFunction(1.0)
    area = Integrate(one, mesh, VOL_or_BND=BND, definedon=arc)
    load = LinearForm(space)
    load += 0.5 * told["current_a"] / area * v * ds(definedon=arc)
    with TaskManager():
        form.Assemble()
        load.Assemble()
        found = GridFunction(space)
        inverse = form.mat.Inverse(space.FreeDofs(), inverse="sparsecholesky")
        found.vec.data = inverse * load.vec
        pad, post = found.components
        density = conductance * (pad - post)

        def over(value, where):
            return Integrate(value, mesh, VOL_or_BND=BND, definedon=where, order=6)

        out = {
            "resistance_ohm": over(pad, arc) / area / told["current_a"],
            "film_a": 2 * over(density, mesh.Boundaries("scar")),
            "net_a": 2 * over(density, contact),
            "density_a_per_um2": window_mean(told, mesh, pad, post),
        }
    print(json.dumps({**out, "elements": mesh.ne, "unknowns": space.ndof}))


if __name__ == "__main__":
    main()
