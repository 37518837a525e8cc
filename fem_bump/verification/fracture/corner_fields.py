"""Corner intensities against exact fields: manufactured modes, a crack, an electrode's edge.

Manufactured: a disc of wedges around a corner so far from the axis (R = 10^6 radii) that plane
strain is exact carries on its rim the displacement (potential) of one mode with K = 1. K must come
back, and zeros for the other modes.

What the axisymmetric body adds, by problems whose answer lives on the axis of symmetry:

- penny-shaped crack, radius a, tension s: K_I = 2 s sqrt(a / pi), hence the traction ahead of it is
  s sqrt(2 a) / pi / sqrt(distance). In a cylinder of radius and half height 20 a, pulled by its
  ends; the finite size adds the order of (a / b)^3 = 1e-4.
- round equipotential spot, radius a, on a conductor: J = I / (2 pi a sqrt(a^2 - r^2)), hence
  I / (2 pi a sqrt(2 a)) / sqrt(distance) at its edge; with the same finite size.
- a body that expands freely has no intensity, whatever its corners, although every term of the
  domain integral is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from skfem import MeshTri

from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.corners.current_intensity import current_intensities
from fem_bump.corners.intensity import Intensity
from fem_bump.corners.modes import ConductionCorner, Corner, ElasticCorner, Mode
from fem_bump.corners.stress_intensity import stress_intensities
from fem_bump.corners.wedges import ConductingWedge, ElasticWedge
from fem_bump.materials.material import Material
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import Row, compared, vanishing

IMPOSED = "corner mode imposed on a disc"
PENNY = "penny-shaped crack"
SPOT = "edge of an equipotential spot"
EXPANSION = "free expansion, corner intensity"
FAR = 1e6  # um from the axis, for a disc of 1 um
START_DEG = 20.0  # of the first face: no wedge lies along r or z
INSULATED = ("insulated", "insulated")

SIN, AL, PI = (150e3, 0.25), (70e3, 0.34), (3.5e3, 0.35)
# name: (wedges as angle and material, faces, which singular exponent)
ELASTIC: dict[str, tuple[list[tuple[float, tuple[float, float]]], tuple[str, str] | None, int]] = {
    "270 deg notch, opening": ([(270.0, AL)], ("free", "free"), 0),
    "270 deg notch, sliding": ([(270.0, AL)], ("free", "free"), 1),
    "SiN film edge on Al": ([(90.0, SIN), (180.0, AL)], ("free", "free"), 0),
    "SiN film edge on PI, complex": ([(90.0, SIN), (180.0, PI)], ("free", "free"), 0),
    "SiN in PI, bonded all round": ([(90.0, SIN), (270.0, PI)], None, 0),
}
CONDUCTING: dict[str, tuple[list[tuple[float, float]], tuple[str, str] | None]] = {
    "insulated 270 deg": ([(270.0, 3e7)], INSULATED),
    "Al 180 deg and solder 90 deg": ([(180.0, 3.1e7), (90.0, 6.8e6)], INSULATED),
    "solder in Cu, all round": ([(90.0, 6.8e6), (270.0, 5.3e7)], None),
}


def elastic_corner(name: str) -> ElasticCorner:
    parts, faces, _ = ELASTIC[name]
    return ElasticCorner([ElasticWedge(a, *material) for a, material in parts], faces, START_DEG)


def conduction_corner(name: str) -> ConductionCorner:
    parts, faces = CONDUCTING[name]
    return ConductionCorner([ConductingWedge(a, s) for a, s in parts], faces, START_DEG)


def disc(corner: Corner, cells: int) -> MeshTri:
    """Rings of triangles around the corner, radius 1, ``cells`` per right angle, named wedges."""
    angles = [0.0]
    for wedge in corner.wedges:
        steps = max(2, round(cells * wedge.angle_deg / 90))
        angles.extend(angles[-1] + wedge.angle_deg * np.arange(1, steps + 1) / steps)
    closed = corner.faces is None
    theta = np.radians(START_DEG + np.array(angles[:-1] if closed else angles))
    ratio = np.exp(np.pi / (2 * cells))  # rings as wide as the cells
    rho = ratio ** -np.arange(int(np.log(3e3) / np.log(ratio)) + 1.0)[::-1]
    n, rings = len(theta), len(rho)
    points = np.array([np.outer(rho, np.cos(theta)).ravel(), np.outer(rho, np.sin(theta)).ravel()])
    p = np.hstack([np.zeros((2, 1)), points]) + np.array([[FAR], [0.0]])
    j = np.arange(n if closed else n - 1)
    k = (j + 1) % n
    triangles = [np.array([0 * j, 1 + j, 1 + k])]
    for ring in range(rings - 1):
        a, b = 1 + ring * n, 1 + (ring + 1) * n
        triangles += [np.array([a + j, b + j, b + k]), np.array([a + j, b + k, a + k])]
    mesh = MeshTri(p, np.hstack(triangles))
    middle = np.tile((np.array(angles[:-1]) + np.array(angles[1:])) / 2, 2 * rings - 1)
    owner = np.searchsorted(np.degrees(corner.limits), middle) - 1
    rim = (mesh.facets >= 1 + (rings - 1) * n).all(axis=0) & (mesh.f2t[1] < 0)
    names = {f"wedge_{i}": np.nonzero(owner == i)[0] for i in range(len(corner.wedges))}
    return mesh.with_boundaries({"rim": np.nonzero(rim)[0]}).with_subdomains(names)


def polar(corner: Corner, r: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, ...]:
    """Distance from the corner, angle from the first face, direction."""
    direction = np.arctan2(z, r - FAR)
    theta = np.mod(direction - np.radians(START_DEG), 2 * np.pi)
    # a point on the first face may fall short of it by rounding
    theta = np.where(theta > (corner.limits[-1] + 2 * np.pi) / 2 + 1e-9, 0.0, theta)
    return np.hypot(r - FAR, z), np.minimum(theta, corner.limits[-1]), direction


def solve_elastic(name: str, cells: int) -> ThermalStress:
    """The disc with the displacement of one mode, K = 1, on its rim."""
    corner, (_, _, which) = elastic_corner(name), ELASTIC[name]
    mode = _listed(corner)[which]

    def moved(component: int) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        def at(r: np.ndarray, z: np.ndarray) -> np.ndarray:
            distance, theta, direction = polar(corner, r, z)
            u_r, u_t = (mode.elastic(theta)[0] * distance.astype(complex) ** mode.value).real
            c, s = np.cos(direction), np.sin(direction)
            return (c * u_r - s * u_t, s * u_r + c * u_t)[component]

        return at

    materials = {
        f"wedge_{i}": Material(f"wedge {i}", wedge.young_mpa, wedge.poisson, 0.0)
        for i, wedge in enumerate(corner.wedges)
    }
    return thermal_stress(
        Model(disc(corner, cells), materials),
        prescribed_um={"rim": {"r": moved(0), "z": moved(1)}},
    )


def solve_conduction(name: str, cells: int) -> CurrentFlow:
    """The disc with the potential of the first mode, K = 1, on its rim."""
    corner = conduction_corner(name)
    mode = _listed(corner)[0]

    def potential(r: np.ndarray, z: np.ndarray) -> np.ndarray:
        distance, theta, _ = polar(corner, r, z)
        return (mode.conduction(theta)[0] * distance**mode.value).real

    materials = {
        f"wedge_{i}": Material(
            f"wedge {i}", 1e5, 0.3, 0.0, conductivity_s_per_m=wedge.conductivity_s_per_m
        )
        for i, wedge in enumerate(corner.wedges)
    }
    return current_flow(
        Model(disc(corner, cells), materials),
        0.0,
        source="rim",
        sink="rim",
        source_kind="flux",
        sink_kind="flux",
        potential_v={"rim": potential},
    )


def cylinder(smallest: float, growth: float) -> Model:
    """Upper half of a cylinder, radius and half height 20, cut at radius 1 of its mid plane."""
    inner = graded(0.0, 1.0, smallest, growth, "stop")
    r = np.concatenate([inner, graded(1.0, 20.0, smallest, growth, "start")[1:]])
    z = graded(0.0, 20.0, smallest, growth, "start")
    mesh = grid(r, z, interiors={"spot": (0, 1, 0, 0), "ligament": (1, 20, 0, 0)})
    return Model(mesh, {"body": Material("body", 70e3, 0.3, 2e-5, conductivity_s_per_m=1e7)})


def penny(model: Model) -> tuple[Intensity, float]:
    """Intensity of the crack's edge and its exact value."""
    stress = thermal_stress(model, fixed={"ligament": "z"}, prescribed_um={"top": {"z": 0.02}})
    force = stress.part(0).nodal_forces(np.arange(model.mesh.nelements))
    tension = force[model.boundary_nodes("top"), 1].sum() / (np.pi * 400.0)
    (found,) = stress_intensities(stress, (1.0, 0.0), reference_deg=0.0)
    return found, float(tension * np.sqrt(2) / np.pi)


def spot(model: Model) -> tuple[Intensity, float]:
    """Intensity of the spot's edge and its exact value, for 1 A down into the spot."""
    current = current_flow(model, 1.0, source="top", sink="spot")
    ((found,),) = current_intensities(current, (1.0, 0.0))
    return found, float(-1 / (2 * np.pi * np.sqrt(2)))


def expansion() -> tuple[tuple[Intensity, ...], float]:
    """Intensities of a notch in a freely expanding body, and the stress of one held fast."""
    side = np.linspace(5.0, 9.0, 21)
    mesh = grid(side, np.linspace(0.0, 4.0, 21), {"a": (5, 7, 0, 4), "b": (7, 9, 0, 2)})
    material = Material("body", 70e3, 0.3, 2e-5)
    stress = thermal_stress(Model(mesh, {"a": material, "b": material}), delta_t=100.0)
    return stress_intensities(stress, (7.0, 2.0)), 70e3 * 2e-5 * 100.0


def rows(cells: int = 5) -> list[Row]:
    """K of imposed modes, zeros of the others, agreement of two domains; crack, spot, expansion."""
    out = []
    solved: list[tuple[str, Sequence[Intensity], int]] = [
        (name, stress_intensities(solve_elastic(name, cells), (FAR, 0.0)), ELASTIC[name][2])
        for name in ELASTIC
    ]
    solved += [
        (name, current_intensities(solve_conduction(name, cells), (FAR, 0.0))[0], 0)
        for name in CONDUCTING
    ]
    for name, found, which in solved:
        mine, others = found[which], [abs(i.value) for i in found if i is not found[which]]
        error = abs(mine.value - 1)
        source = "the mode's own K"
        out.append(Row(IMPOSED, f"K, {name}", "1", mine.value.real, 1.0, error, 1e-3, source))
        if others:
            what = f"largest K of other modes, {name}"
            out.append(vanishing(IMPOSED, what, "1", max(others), 1.0, 1e-3, source))
        what = f"two domains, {name}"
        out.append(vanishing(IMPOSED, what, "1", mine.scatter, 1.0, 1e-3, "independent of radius"))
    model = cylinder(1e-3, 1.4)
    for problem, (edge, true), unit, source in (
        (PENNY, penny(model), "MPa um^0.5", "K_I = 2 s sqrt(a / pi)"),
        (SPOT, spot(model), "A um^-1.5", "I / (2 pi a sqrt(a^2 - r^2))"),
    ):
        out.append(compared(problem, "K", unit, edge.value.real, true, 1e-3, source))
        source = "independent of radius"
        out.append(vanishing(problem, "two domains", unit, edge.scatter, true, 1e-3, source))
    found, scale = expansion()
    for one in found:
        what = f"K, exponent {one.exponent.value.real:.4f}"
        size = abs(one.value)
        source = "no stress"
        out.append(vanishing(EXPANSION, what, "MPa um^(1-l)", size, scale, 1e-5, source))
    return out


def _listed(corner: Corner) -> list[Mode]:
    """Modes in the order in which intensities come."""
    return [e.modes[0] for e in corner.exponents() if e.singular and e.value.imag >= 0]
