"""Energy release rate and stress intensities of a crack along an interface.

Let the front of the crack, the circle r = r_t, advance by w(theta) in the direction m, and let
xi = w q m carry that into the body. The energy released per unit of the advance is

    r_t integral of G w dtheta
        = integral of s_ij u_i,k xi_k,j - W div xi - (dW/dx_k at fixed strain) xi_k   over the body
        - integral of ([W] xi.n - t.[du/dx_k] xi_k)   over interfaces that xi crosses,

s the stress, W the elastic energy density, [] the value on n's side minus the other one: Eshelby's
energy-momentum tensor, F. Z. Li, C. F. Shih and A. Needleman, Eng. Fract. Mech. 21, 405 (1985). The
third term is the thermal one: W changes from point to point where temperature (thermal strain,
moduli) does. The interface on which the crack lies adds nothing, being parallel to xi.

Harmonics 0 and n of the displacement give G(theta) = sum of a_k cos k theta with k = 0, n, 2n: the
energy of a sum is not the sum of energies. w = 1 gives a_0, w = cos k theta gives a_k.

Intensities come from the same identity for the sum of the solution and the plane field of a unit
intensity (``interface_tip``), the interaction integral. That field is no axisymmetric state; what
it lacks stands in three further terms: its hoop strains, its missing equilibrium, and the thermal
strain's gradient (P. Nahta and B. Moran, Int. J. Solids Struct. 30, 2027 (1993)):

    - integral of s : d_xi(e' - sym grad u') - tr s' d_xi eps_th - div s' . d_xi u,

primed quantities those of the plane field. K_I, K_II go with cos n theta, K_III with sin n theta.

Units: MPa, um; 1 MPa um = 1 J/m2; K in MPa sqrt(um) at the reference length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump.algebra.quadrature import unit_gauss
from fem_bump.body.cracks import CrackTip, crack_tip
from fem_bump.body.material_state import MaterialState
from fem_bump.errors import InputError
from fem_bump.fracture.interface_tip import TipMaterials, unit_field
from fem_bump.fracture.tip_domain import (
    Amplitudes,
    Sample,
    TipDomain,
    around,
    at_angle,
    default_radius_um,
    free_radii_um,
    sample,
    strain_energy_density,
    tip_domain,
)
from fem_bump.mechanics.angular_stress import AngularStress
from fem_bump.mechanics.axisymmetric_stress import ThermalStress
from fem_bump.mechanics.harmonic_stress import HarmonicStress

Stress = ThermalStress | AngularStress | HarmonicStress
REFERENCE_LENGTH_UM = 0.1
ROUND_OFF = 1e-6  # of the largest relative displacement: a smaller overlap is none
OVERLAP_SHARE = 0.01  # of the crack's length; a shorter overlap is the oscillation at the tip


@dataclass(frozen=True)
class Cosines:
    """A quantity that varies around the front as sum of value[k] cos(k theta)."""

    value: np.ndarray

    def at(self, theta_deg: float | np.ndarray) -> np.ndarray:
        """Its value at angles, degrees."""
        k = np.arange(len(self.value))
        return np.cos(np.radians(np.asarray(theta_deg))[..., None] * k) @ self.value

    @property
    def mean(self) -> float:
        """Around the front."""
        return float(self.value[0])

    @cached_property
    def largest(self) -> tuple[float, float]:
        """Largest value and its angle, degrees in [0, 180]."""
        theta = np.linspace(0.0, 180.0, 181)
        k = int(self.at(theta).argmax())
        fine = np.linspace(theta[max(k - 1, 0)], theta[min(k + 1, 180)], 201)
        values = self.at(fine)
        return float(values.max()), float(fine[values.argmax()])


@dataclass(frozen=True)
class Opening:
    """How far the faces of the crack have come apart.

    Attributes
    ----------
    distance_um
        (m,) from the tip.
    normal_um
        (m,) of harmonic 0, positive for an open crack.
    normal_amplitude_um
        (m,) of harmonic 1, which goes with cos theta; zero without one.
    largest_um
        Largest displacement of one face against the other, sliding included.
    """

    distance_um: np.ndarray
    normal_um: np.ndarray
    normal_amplitude_um: np.ndarray
    largest_um: float

    def least_um(self, theta_deg: float | None = None) -> np.ndarray:
        """(m,) opening at an angle of a load that goes with cos theta, or the least all around."""
        if theta_deg is None:
            return self.normal_um - np.abs(self.normal_amplitude_um)
        return self.normal_um + self.normal_amplitude_um * np.cos(np.radians(theta_deg))

    def overlap_share(self, theta_deg: float | None = None) -> float:
        """Share of the crack's length along which faces overlap at an angle, or anywhere.

        The material cannot do that: there the crack is closed and the energy release is not that
        of the body.
        """
        overlaps = self.least_um(theta_deg) < -ROUND_OFF * self.largest_um
        piece = np.diff(np.concatenate([[0.0], self.distance_um]))
        return float(piece[overlaps].sum() / piece.sum())

    def closed(self, theta_deg: float | None = None) -> bool:
        """Whether faces overlap beyond what the oscillation at the tip explains."""
        return self.overlap_share(theta_deg) > OVERLAP_SHARE


@dataclass(frozen=True)
class EnergyRelease:
    """Energy release rate and intensities at one tip.

    Attributes
    ----------
    g_j_per_m2
        By the domain integral, around the front.
    g_closure_j_per_m2
        By virtual crack closure; None where no facet continues the crack.
    domain_spread
        Largest difference between two domains, over the largest G.
    intensity
        Harmonic to (3,) K_I, K_II, K_III, MPa sqrt(um), at the reference length; of harmonics
        above 0 the first two go with the cosine, the last with the sine. K_III is positive where
        side a moves along +theta.
    """

    tip: CrackTip
    materials: TipMaterials
    domain_um: float
    reference_length_um: float
    g_j_per_m2: Cosines
    g_closure_j_per_m2: Cosines | None
    domain_spread: float
    intensity: dict[int, np.ndarray]
    opening: Opening

    def intensity_at(self, theta_deg: float = 0.0) -> np.ndarray:
        """(3,) K_I, K_II, K_III at one angle."""
        theta = np.radians(theta_deg)
        total = np.zeros(3)
        for n, k in self.intensity.items():
            around_front = round(float(np.sin(n * theta)), 14) if n else 1.0  # 0 at 180 deg
            total += k * np.array([np.cos(n * theta)] * 2 + [around_front])
        return total

    def g_of_intensity(self, theta_deg: float = 0.0) -> float:
        """G, J/m2, of the intensities at one angle."""
        return self.materials.energy_release(*self.intensity_at(theta_deg))

    def mode_mix_deg(self, theta_deg: float = 0.0) -> float:
        """psi = arg(K l^(i eps)), degrees, l the reference length: 0 opens, +/-90 slides."""
        k = self.intensity_at(theta_deg)
        return float(np.degrees(np.arctan2(k[1], k[0])))

    def contact_zone_um(self, theta_deg: float = 0.0) -> float:
        """Where the oscillation of the singular field first closes the faces, from the tip.

        J. R. Rice, J. Appl. Mech. 55, 98 (1988). Zero without a mismatch, infinite where the faces
        are closed at the reference length already.
        """
        eps = self.materials.oscillation
        phase = np.radians(self.mode_mix_deg(theta_deg)) - np.arctan(2 * eps)
        if np.cos(phase) <= 0:
            return float("inf")
        if eps == 0.0:
            return 0.0
        turn = (-np.sign(eps) * np.pi / 2 - phase) / eps
        return float(self.reference_length_um * np.exp(turn))


def energy_release(
    stress: Stress,
    near: tuple[float, float] | None = None,
    domain_um: float | None = None,
    reference_length_um: float = REFERENCE_LENGTH_UM,
) -> EnergyRelease:
    """Energy release rate, intensities and opening of the crack of a solved body.

    Parameters
    ----------
    stress
        Solved on a mesh of :func:`~fem_bump.body.cracks.open_crack`; axisymmetric, one harmonic, or
        an axisymmetric state with a lateral shift. The faces of the crack carry no traction.
    near
        Point (r, z), in the model's unit, near the tip that is meant, if the crack has two.
    domain_um
        Radius of the domain; by default the widest that sees no third material. A wider one is
        allowed for G: the terms of the interfaces it crosses are added.
    reference_length_um
        At which the intensities of an oscillatory tip are given.

    Raises
    ------
    InputError
        No crack, several tips, a domain that reaches a free outline, an eigenstrain.
    AnalysisError
        A mesh too coarse at the tip.
    """
    if not (np.isfinite(reference_length_um) and reference_length_um > 0):
        raise InputError(f"reference_length_um = {reference_length_um} must be positive")
    tip = crack_tip(stress.model, near)
    fields, state = _fields(stress)
    two_materials, inside = free_radii_um(tip)
    narrow = default_radius_um(tip)
    radius = narrow if domain_um is None else domain_um
    if not 0 < radius < inside:
        raise InputError(
            f"domain_um = {radius:g} must be positive and less than {inside:g} um, where the next "
            "outline or the crack's other end lies"
        )
    domains = [tip_domain(tip, radius), tip_domain(tip, radius / 2)]
    first, second = (_domain_integral(domain, fields, state) for domain in domains)
    materials = _tip_materials(tip, state)
    inner = domains[0] if radius <= two_materials else tip_domain(tip, narrow)
    intensity = {
        field.harmonic: _intensities(inner, field, state, materials, reference_length_um)
        for field in fields
    }
    largest = float(np.abs(first).sum())
    return EnergyRelease(
        tip,
        materials,
        radius,
        reference_length_um,
        Cosines(first),
        _virtual_closure(tip, stress, fields),
        float(np.abs(first - second).sum() / largest) if largest else 0.0,
        intensity,
        _opening(tip, fields),
    )


def energy_difference(
    shorter: Stress, longer: Stress, area_um2: float, loaded_by: str = "displacement"
) -> float:
    """Mean G, J/m2, between two lengths of a crack, from the energies of two solutions.

    Parameters
    ----------
    area_um2
        By which the crack's area differs, over the full revolution.
    loaded_by
        ``"displacement"`` (and temperature): the elastic energy falls. ``"traction"``: it rises by
        as much as the potential energy falls.
    """
    if loaded_by not in ("displacement", "traction"):
        raise InputError(f"loaded_by = '{loaded_by}' must be 'displacement' or 'traction'")
    fall = shorter.strain_energy - longer.strain_energy
    return float((fall if loaded_by == "displacement" else -fall) / area_um2)


# ---------------------------------------------------------------------------- fields


def _fields(stress: Stress) -> tuple[tuple[Amplitudes, ...], MaterialState]:
    """The harmonics of a solution as displacement amplitudes r, theta, z."""
    if isinstance(stress, AngularStress):
        (plane,), state = _fields(stress.axisymmetric)
        (shear,), _ = _fields(stress.shear)
        return (plane, shear), state
    if isinstance(stress, HarmonicStress):
        if stress.eigenstrain is not None:
            raise InputError("the energy release of a state with an eigenstrain is not available")
        return (Amplitudes(stress.harmonic, stress.u_um, False),), stress.state
    whole = np.zeros((stress.model.node_count, 3))
    whole[:, [0, 2]] = stress.u_um
    return (Amplitudes(0, whole, True),), stress.state


def _tip_materials(tip: CrackTip, state: MaterialState) -> TipMaterials:
    """Moduli next to the tip on both sides."""
    mesh, nv = tip.model.mesh, tip.model.mesh.nvertices
    element = np.array([mesh.f2t[0, face[2, 0] - nv] for face in tip.faces])
    middle = np.full(2, 1 / 3)
    young, poisson, _ = state.at(element, middle, middle)
    a, b = range(2)
    return TipMaterials((float(young[a]), float(young[b])), (float(poisson[a]), float(poisson[b])))


def _shifted_properties(
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


# ---------------------------------------------------------------------------- domain integral


def _domain_integral(
    domain: TipDomain, fields: Sequence[Amplitudes], state: MaterialState
) -> np.ndarray:
    """(k,) coefficients of G(theta) = sum of a_k cos(k theta), J/m2."""
    tip = domain.tip
    fields = tuple(fields)
    found = sample(tip.model, state, fields, domain.element, domain.x, domain.y)
    eps = found.eps if any(field.thermal for field in fields) else np.zeros_like(found.eps)
    xi, xi_slope = domain.growth(found.points_um)
    shifted = _shifted_properties(state, found, domain)
    crossings = _crossings(domain, fields, state)
    highest = 2 * max(field.harmonic for field in fields)
    count = 2 * highest + 2  # equally spaced angles integrate the product with w exactly
    out = np.zeros(highest + 1)
    for theta in 2 * np.pi * np.arange(count) / count:
        gradient, stress = at_angle(found.gradient, theta), at_angle(found.stress, theta)
        energy = strain_energy_density(gradient, found.young, found.poisson, eps)
        # T_kj = s_ij u_i,k, contracted with the gradient of xi
        pull = np.einsum("ijp,ikp->kjp", stress, gradient)
        uniform = (pull * xi_slope).sum(axis=(0, 1)) - energy * np.trace(xi_slope)
        if shifted is not None:
            step, sides = shifted
            ahead, behind = (
                strain_energy_density(gradient, young, poisson, e if eps.any() else eps)
                for young, poisson, e in sides
            )
            uniform = uniform - (ahead - behind) / (2 * step) * domain.q
        # w' enters through xi_k,theta = w' q m_k / r
        twisted = (pull[:, 1] * xi).sum(axis=0) / found.points_um[0]
        straight, turning = float(uniform @ domain.volume), float(twisted @ domain.volume)
        straight -= sum(crossing.at(theta) for crossing in crossings)
        for k in range(highest + 1):
            w, slope = np.cos(k * theta), -k * np.sin(k * theta)
            share = (2.0 if k else 1.0) / count
            out[k] += share * (w * straight + slope * turning)
    return out / (2 * np.pi * tip.radius_um)


@dataclass(frozen=True)
class _Crossing:
    """Gauss points of interfaces that the growth crosses, seen from both sides."""

    sides: tuple[Sample, Sample]
    thermal: bool
    normal: np.ndarray
    xi: np.ndarray
    weight: np.ndarray

    def at(self, theta: float) -> float:
        """[W] xi.n - t.[grad u] xi, integrated over the revolved facets."""
        energy, slope, traction = [], [], []
        for side in self.sides:
            gradient, stress = at_angle(side.gradient, theta), at_angle(side.stress, theta)
            eps = side.eps if self.thermal else np.zeros_like(side.eps)
            energy.append(strain_energy_density(gradient, side.young, side.poisson, eps))
            slope.append(np.einsum("ikp,kp->ip", gradient, self.xi))
            traction.append(np.einsum("ijp,jp->ip", stress, self.normal))
        jump = (energy[0] - energy[1]) * (self.xi * self.normal).sum(axis=0)
        mean = (traction[0] + traction[1]) / 2
        jump -= (mean * (slope[0] - slope[1])).sum(axis=0)
        return float(jump @ self.weight)


def _crossings(
    domain: TipDomain, fields: tuple[Amplitudes, ...], state: MaterialState
) -> list[_Crossing]:
    """Interfaces inside the domain that are not parallel to the growth."""
    tip, model = domain.tip, domain.tip.model
    mesh = model.mesh
    first, second = mesh.f2t
    region = model.region_index
    moved = (domain.vertex_q[mesh.facets] > 0).any(axis=0)
    facets = np.nonzero(moved & (second >= 0) & (region[first] != region[second]))[0]
    ends = model.points_um[:, mesh.facets[:, facets]]
    along = ends[:, 1] - ends[:, 0]
    length = np.hypot(*along)
    normal = np.array([-along[1], along[0]]) / length
    crossing = np.abs(normal.T @ tip.direction) > 1e-9
    if not crossing.any():
        return []
    facets, ends, normal, length = (v[..., crossing] for v in (facets, ends, normal, length))
    x, w = unit_gauss(4)
    points = ends[:, 0, :, None] * (1 - x) + ends[:, 1, :, None] * x  # (2, m, q)
    q = domain.vertex_q[mesh.facets[:, facets]]
    at = q[0][:, None] * (1 - x) + q[1][:, None] * x
    flat = points.reshape(2, -1)
    pair = [np.repeat(side[facets], len(w)) for side in (first, second)]
    centre = model.points_um[:, model.triangles[:, first[facets]]].mean(axis=1)
    normal = normal * np.sign((normal * (centre - ends.mean(axis=1))).sum(axis=0))
    m = np.array([tip.direction[0], 0.0, tip.direction[1]])
    whole = np.zeros((3, flat.shape[1]))
    whole[[0, 2]] = np.repeat(normal, len(w), axis=1)
    sides = tuple(
        sample(model, state, fields, e, *model.reference_coordinates(e, flat)) for e in pair
    )
    weight = 2 * np.pi * flat[0] * (length[:, None] * w).ravel()
    assert len(sides) == 2
    thermal = any(field.thermal for field in fields)
    return [_Crossing(sides, thermal, whole, m[:, None] * at.ravel(), weight)]


# ---------------------------------------------------------------------------- interaction


def _intensities(
    domain: TipDomain,
    field: Amplitudes,
    state: MaterialState,
    materials: TipMaterials,
    reference_um: float,
) -> np.ndarray:
    """(3,) K_I, K_II at the reference length and K_III of one harmonic."""
    tip, n = domain.tip, field.harmonic
    found = sample(tip.model, state, (field,), domain.element, domain.x, domain.y)
    gradient, stress = found.gradient[n], found.stress[n]
    xi, xi_slope = domain.growth(found.points_um)
    r = found.points_um[0]
    x, y = tip.local(found.points_um)
    middle = tip.model.points_um[:, tip.model.triangles[:, domain.element]].mean(axis=1)
    in_a = tip.local(middle)[1] > 0
    shifted = _shifted_properties(state, found, domain) if field.thermal else None
    moved = np.einsum("ikp,kp->ip", gradient, xi)  # d_xi u
    axes = np.zeros((3, 3))  # rows: the local axes x, y, 3 in r, theta, z
    axes[:2, [0, 2]], axes[2, 1] = tip.turn(), 1.0
    out = np.zeros(3)
    for mode in (1, 2, 3):
        local = unit_field(mode, materials, x, y, in_a)
        u = axes.T @ local.displacement
        s = np.einsum("ai,bj,abp->ijp", axes, axes, local.stress)
        slope = np.zeros_like(gradient)  # without the column theta
        slope[:, [0, 2]] = np.einsum("ai,abp,bj->ijp", axes, local.gradient, tip.turn())
        whole = slope.copy()
        whole[:, 1] = around(n, u / r)
        strain = (slope + slope.swapaxes(0, 1)) / 2  # what the plane stress belongs to
        value = (
            np.einsum("ijp,ikp,kjp->p", stress, whole, xi_slope)
            + np.einsum("ijp,ikp,kjp->p", s, gradient, xi_slope)
            - (stress * strain).sum(axis=(0, 1)) * np.trace(xi_slope)
        )
        # hoop and twist of the plane field, differentiated along xi
        rate = np.einsum("ikp,kp->ip", slope, xi) / r - u * xi[0] / r**2
        lacking = np.zeros_like(gradient)
        lacking[:, 1] = -around(n, rate)
        value -= (stress * lacking).sum(axis=(0, 1))
        value += (_divergence(n, s, r) * moved).sum(axis=0)
        if shifted is not None:
            step, (ahead, behind) = shifted
            value += np.trace(s) * (ahead[2] - behind[2]) / (2 * step) * domain.q
        out[mode - 1] = float(value @ domain.volume) / (2 * np.pi * tip.radius_um)
    c = np.cosh(np.pi * materials.oscillation) ** 2
    out[:2] *= materials.plane_modulus_mpa * c / 2
    out[2] *= materials.out_of_plane_modulus_mpa
    k = complex(out[0], out[1]) * reference_um ** (1j * materials.oscillation)
    return np.array([k.real, k.imag, out[2]])


def _divergence(n: int, s: np.ndarray, r: np.ndarray) -> np.ndarray:
    """(3, m) divergence of a stress that is in equilibrium in its plane."""
    return (
        np.array([
            s[0, 0] - s[1, 1] + n * s[0, 1],
            2 * s[0, 1] - n * s[1, 1],
            s[0, 2] + n * s[1, 2],
        ])
        / r
    )  # fmt: skip


# ---------------------------------------------------------------------------- crack closure


def _virtual_closure(tip: CrackTip, stress: Stress, fields: Sequence[Amplitudes]) -> Cosines | None:
    """G from the forces at the tip and ahead of it and the opening behind it.

    Nodal forces of the facet ahead close the opening of the facet behind: the tip's force the far
    node's, the midpoint's force the midpoint's. E. F. Rybicki and M. F. Kanninen, Eng. Fract. Mech.
    9, 931 (1977); second-order elements: I. S. Raju, Eng. Fract. Mech. 28, 251 (1987). The opening
    is scaled with the root of the distance if the two facets differ in length.
    """
    if tip.ahead is None:
        return None
    model = tip.model
    p = model.node_points_um
    start, far, middle = tip.ahead
    length = float(np.hypot(*(p[:, far] - p[:, start])))
    behind = float(tip.distance_um[0, 1])
    touching = np.nonzero(np.isin(model.nodes, [start, middle]).any(axis=0))[0]
    centre = model.points_um[:, model.triangles[:, touching]].mean(axis=1)
    side_a = touching[tip.local(centre)[1] > 0]
    area = np.pi * (p[0, start] + p[0, far]) * length
    parts = (stress.axisymmetric, stress.shear) if isinstance(stress, AngularStress) else (stress,)
    forces, jumps = {}, {}
    for part, field in zip(parts, fields, strict=True):
        force = part.nodal_forces(side_a)[[start, middle]]
        if force.shape[1] == 2:
            force = np.array([force[:, 0], np.zeros(2), force[:, 1]]).T
        a, b = tip.faces[:, [1, 2], 0]
        jump = field.u_um[a] - field.u_um[b]
        forces[field.harmonic], jumps[field.harmonic] = force, jump
    # the forces on side a pull it back to side b, against the opening
    scale = -np.sqrt(length / behind) / (2 * area)
    highest = 2 * max(forces)
    count = 2 * highest + 2
    out = np.zeros(highest + 1)
    for theta in 2 * np.pi * np.arange(count) / count:
        force, jump = (
            sum(
                part
                * np.array([np.cos(n * theta), np.sin(n * theta) if n else 1.0, np.cos(n * theta)])
                for n, part in parts_of.items()
            )
            for parts_of in (forces, jumps)
        )
        work = float((force * jump).sum()) * scale
        for k in range(highest + 1):
            out[k] += (2.0 if k else 1.0) / count * work * np.cos(k * theta)
    return Cosines(out)


def _opening(tip: CrackTip, fields: Sequence[Amplitudes]) -> Opening:
    """Normal opening along the crack; on a kinked one along the normal of each facet."""
    p = tip.model.node_points_um
    along = p[:, tip.faces[0, 0]] - p[:, tip.faces[0, 1]]
    along = along / np.hypot(*along)
    turned = np.array([-along[1], along[0]])
    handed = np.sign(tip.normal @ np.array([-tip.direction[1], tip.direction[0]]))
    normal = (turned * handed).T  # (m, 2)
    steady = np.zeros(2 * normal.shape[0])
    varying = np.zeros_like(steady)
    largest = 0.0
    for field in fields:
        a, b = (face[[2, 1]].T for face in tip.faces)  # midpoint, far end
        jump = field.u_um[a] - field.u_um[b]
        largest += float(np.abs(jump).max())
        opening = np.einsum("mkc,mc->mk", jump[..., [0, 2]], normal).ravel()
        if field.harmonic == 0:
            steady = opening
        else:
            varying = opening
    return Opening(tip.distance_um.ravel(), steady, varying, largest)
