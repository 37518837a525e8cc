"""Where a domain integral about a crack tip is taken, and the fields it needs there.

The virtual growth of the crack is xi = q(r, z) m: m the direction of growth, q linear in each
element, 1 within half the domain's radius of the tip, 0 beyond it. Tensors are (3, 3, points) in
r, theta, z; of harmonic n the components with exactly one theta go with sin n0, all others with
cos n0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fem_bump.algebra.shape_functions import shape_functions, triangle_rule
from fem_bump.body.cracks import COLLINEAR, CrackTip
from fem_bump.body.material_state import MaterialState
from fem_bump.body.model import Model
from fem_bump.errors import AnalysisError, InputError

RULE_ORDER = 8  # the fields are singular next to the tip
INNER = 0.5  # radius of q = 1 over that of the domain
SMALLEST = 4.0  # radius of a domain over the length of the facet at the tip
SINES = np.array([[False, True, False], [True, False, True], [False, True, False]])


@dataclass(frozen=True)
class Amplitudes:
    """Displacement of one harmonic, (nodes, 3) r, theta, z in um, and whether it has eps_th."""

    harmonic: int
    u_um: np.ndarray
    thermal: bool


@dataclass(frozen=True)
class Sample:
    """Points of elements or facets: material, displacement gradient and stress per harmonic."""

    element: np.ndarray
    x: np.ndarray
    y: np.ndarray
    points_um: np.ndarray
    young: np.ndarray
    poisson: np.ndarray
    eps: np.ndarray
    gradient: dict[int, np.ndarray]
    stress: dict[int, np.ndarray]


def at_angle(parts: dict[int, np.ndarray], theta: float) -> np.ndarray:
    """(3, 3, points) tensor at an angle, radians; torsion (n = 0) is the same all around."""
    total = np.zeros(())
    for n, part in parts.items():
        turn = np.where(SINES, np.sin(n * theta) if n else 1.0, np.cos(n * theta))
        total = total + part * turn[:, :, None]
    return total


def strain_energy_density(
    gradient: np.ndarray, young: np.ndarray, poisson: np.ndarray, eps: np.ndarray
) -> np.ndarray:
    """Elastic energy per volume, MPa, of a displacement gradient and a thermal strain."""
    strain = elastic_strain(gradient, eps)
    lam, mu = lame(young, poisson)
    return lam / 2 * np.trace(strain) ** 2 + mu * (strain**2).sum(axis=(0, 1))


def elastic_strain(gradient: np.ndarray, eps: np.ndarray) -> np.ndarray:
    """Symmetric part of a displacement gradient without the thermal strain."""
    return (gradient + gradient.swapaxes(0, 1)) / 2 - np.eye(3)[:, :, None] * eps


def lame(young: np.ndarray, poisson: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lame's constants, MPa."""
    mu = young / (2 * (1 + poisson))
    return 2 * mu * poisson / (1 - 2 * poisson), mu


def sample(
    model: Model,
    state: MaterialState,
    fields: tuple[Amplitudes, ...],
    element: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
) -> Sample:
    """Evaluate the fields at reference points of elements."""
    shape, dx, dy = shape_functions(np.array([x, y]))
    nodes = model.nodes[:, element]
    corners = model.node_points_um[:, nodes]  # (2, 6, m)
    points = np.einsum("mi,cim->cm", shape, corners)
    a, b = (np.einsum("mi,cim->cm", slope, corners) for slope in (dx, dy))
    det = a[0] * b[1] - a[1] * b[0]
    along_r = (b[1][:, None] * dx - a[1][:, None] * dy) / det[:, None]
    along_z = (a[0][:, None] * dy - b[0][:, None] * dx) / det[:, None]
    young, poisson, eps = state.at(element, x, y)
    lam, mu = lame(young, poisson)
    gradients, stresses = {}, {}
    for field in fields:
        u = field.u_um[nodes]  # (6, m, 3)
        value = np.einsum("mi,imc->cm", shape, u) / points[0]
        grad = np.empty((3, 3, len(element)))
        grad[:, 0], grad[:, 2] = (np.einsum("mi,imc->cm", s, u) for s in (along_r, along_z))
        grad[:, 1] = around(field.harmonic, value)
        strain = elastic_strain(grad, eps if field.thermal else np.zeros_like(eps))
        gradients[field.harmonic] = grad
        stresses[field.harmonic] = 2 * mu * strain + lam * np.trace(strain) * np.eye(3)[:, :, None]
    return Sample(element, x, y, points, young, poisson, eps, gradients, stresses)


def around(harmonic: int, over_r: np.ndarray) -> np.ndarray:
    """(3, m) column theta of a displacement gradient from the displacement over r."""
    r, t, z = over_r
    return np.array([-harmonic * r - t, harmonic * t + r, -harmonic * z])


@dataclass(frozen=True)
class TipDomain:
    """Quadrature over the elements where q > 0.

    Attributes
    ----------
    radius_um
        Beyond which q vanishes.
    volume
        (m,) revolved volume of each point, um3.
    q, slope
        (m,) and (2, m) q and its derivatives along r and z.
    elements
        Those that it covers.
    vertex_q
        (vertices,) q.
    """

    tip: CrackTip
    radius_um: float
    element: np.ndarray
    x: np.ndarray
    y: np.ndarray
    volume: np.ndarray
    q: np.ndarray
    slope: np.ndarray
    elements: np.ndarray
    vertex_q: np.ndarray

    def growth(self, points_um: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """xi (3, m) and its gradient (3, 3, m) for growth that is the same all around."""
        m = np.array([self.tip.direction[0], 0.0, self.tip.direction[1]])
        gradient = np.zeros((3, 3, len(self.q)))
        gradient[:, [0, 2]] = m[:, None, None] * self.slope
        gradient[1, 1] = m[0] * self.q / points_um[0]
        return m[:, None] * self.q, gradient


def tip_domain(tip: CrackTip, radius_um: float) -> TipDomain:
    """The domain of a radius about a tip."""
    model = tip.model
    distance = np.hypot(*(model.points_um - tip.point_um[:, None]))
    q = np.clip((radius_um - distance) / ((1 - INNER) * radius_um), 0.0, 1.0)
    elements = np.nonzero((q[model.triangles] > 0).any(axis=0))[0]
    if model.curved_elements[elements].any():
        raise InputError(f"the crack tip's domain of {radius_um:g} um reaches a curved outline")
    rule, weights = triangle_rule(RULE_ORDER)
    element = np.repeat(elements, len(weights))
    x, y = np.tile(rule, len(elements))
    p = model.points_um[:, model.triangles[:, element]]
    corner = q[model.triangles[:, element]]
    a, b = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]
    det = a[0] * b[1] - a[1] * b[0]
    d, e = corner[1] - corner[0], corner[2] - corner[0]
    slope = np.array([b[1] * d - a[1] * e, a[0] * e - b[0] * d]) / det
    r = p[0, 0] + a[0] * x + b[0] * y
    volume = 2 * np.pi * r * np.abs(det) * np.tile(weights, len(elements))
    at = corner[0] + d * x + e * y
    return TipDomain(tip, radius_um, element, x, y, volume, at, slope, elements, q)


def free_radii_um(tip: CrackTip) -> tuple[float, float]:
    """How far domains about a tip may reach, um.

    Returns
    -------
    two_materials, inside
        Up to the next interface or corner that is not on the crack's own line: intensities need
        that; up to the next outline that is not parallel to the growth, the crack's other end and
        the axis: energy release needs that.
    """
    model, mesh = tip.model, tip.model.mesh
    first, second = mesh.f2t
    outer = second < 0
    region = model.region_index
    found = np.nonzero(outer | (region[first] != region[np.maximum(second, 0)]))[0]
    ends = model.points_um[:, mesh.facets[:, found]]  # (2, 2, m)
    x, y = tip.local(ends)
    scale = max(tip.length_um, float(np.abs(x).max()))
    on_line = (np.abs(y) < COLLINEAR * scale).all(axis=0)
    level = np.abs(y[1] - y[0]) < COLLINEAR * np.hypot(x[1] - x[0], y[1] - y[0])
    along = ends[:, 1] - ends[:, 0]
    to = tip.point_um[:, None] - ends[:, 0]
    part = np.clip((to * along).sum(axis=0) / (along**2).sum(axis=0), 0.0, 1.0)
    distance = np.hypot(*(to - part * along))
    straight = _straight_length_um(tip)
    blocking = outer[found] & ~level
    return (
        float(min(distance[~on_line].min(initial=np.inf), straight)),
        float(min(distance[blocking].min(initial=np.inf), straight)),
    )


def _straight_length_um(tip: CrackTip) -> float:
    """How far the crack runs straight back from its tip."""
    x, y = tip.local(tip.model.node_points_um[:, tip.faces[0, 1]])
    bent = np.nonzero(np.abs(y) > COLLINEAR * np.abs(x))[0]
    last = bent[0] - 1 if len(bent) else len(x) - 1
    return float(-x[last])


def default_radius_um(tip: CrackTip) -> float:
    """The widest domain that sees two materials only, with a margin.

    Raises
    ------
    AnalysisError
        When the mesh has too few elements in it.
    """
    radius = 0.9 * free_radii_um(tip)[0]
    facet = float(tip.distance_um[0, 1])
    if radius < SMALLEST * facet:
        raise AnalysisError(
            f"the mesh is too coarse at the crack tip: facets of {facet:g} um within {radius:g} um "
            f"of the next corner; at most a quarter of that is needed"
        )
    return radius


def shifted_properties(
    state: MaterialState, found: Sample, domain: TipDomain
) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] | None:
    """Step and properties a step ahead and behind along m; None where they are uniform."""
    elements = domain.elements
    if not any(np.ptp(v[elements], axis=1).any() for v in (state.young, state.poisson, state.eps)):
        return None
    model = domain.tip.model
    p = model.points_um[:, model.triangles[:, found.element]]
    a, b = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]
    det = a[0] * b[1] - a[1] * b[0]
    m = domain.tip.direction
    x = (b[1] * m[0] - b[0] * m[1]) / det
    y = (a[0] * m[1] - a[1] * m[0]) / det
    step = 1e-3 * np.sqrt(np.abs(det))
    return step, [
        state.at(found.element, found.x + s * step * x, found.y + s * step * y) for s in (1, -1)
    ]
