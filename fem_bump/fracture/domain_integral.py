"""Energy release rate of a crack along an interface, by a domain integral.

Let the front of the crack, the circle r = r_t, advance by w(theta) in the direction m, and let
xi = w q m carry that into the body. The energy released per unit of the advance is

    r_t integral of G w dtheta
        = integral of s_ij u_i,k xi_k,j - W div xi - (dW/dx_k at fixed strain) xi_k   over the body
        - integral of ([W] xi.n - t.[du/dx_k] xi_k)   over interfaces that xi crosses
        - integral of t.[du/dx_k] xi_k   over the crack,

s the stress, W the elastic energy density, [] the value on n's side minus the other one: Eshelby's
energy-momentum tensor, F. Z. Li, C. F. Shih and A. Needleman, Eng. Fract. Mech. 21, 405 (1985). The
third term is the thermal one: W changes from point to point where temperature (thermal strain,
moduli) does. The interface on which the crack lies adds nothing, being parallel to xi; the crack
itself does where its faces touch, t the traction on side a and [] the value on a minus that on b:
what friction takes.

Harmonics 0 and n of the displacement give G(theta) = sum of a_k cos k theta with k = 0, n, 2n: the
energy of a sum is not the sum of energies. w = 1 gives a_0, w = cos k theta gives a_k.

Units: MPa, um; 1 MPa um = 1 J/m2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fem_bump.algebra.quadrature import unit_gauss
from fem_bump.body.material_state import MaterialState
from fem_bump.fracture.face_tractions import FaceTractions, work_on_growth
from fem_bump.fracture.tip_domain import (
    Amplitudes,
    Sample,
    TipDomain,
    at_angle,
    sample,
    shifted_properties,
    strain_energy_density,
)


def domain_integral(
    domain: TipDomain,
    fields: Sequence[Amplitudes],
    state: MaterialState,
    tractions: FaceTractions,
) -> np.ndarray:
    """(k,) coefficients of G(theta) = sum of a_k cos(k theta), J/m2."""
    tip = domain.tip
    fields = tuple(fields)
    found = sample(tip.model, state, fields, domain.element, domain.x, domain.y)
    eps = found.eps if any(field.thermal for field in fields) else np.zeros_like(found.eps)
    xi, xi_slope = domain.growth(found.points_um)
    shifted = shifted_properties(state, found, domain)
    crossings = _crossings(domain, fields, state)
    taken = work_on_growth(domain, fields, tractions)  # of harmonic 0, as all contact
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
    out[0] -= taken
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
