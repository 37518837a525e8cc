"""Stress intensities of a crack along an interface, by the interaction integral.

They come from the identity of :mod:`fem_bump.fracture.domain_integral` for the sum of the solution
and the plane field of a unit intensity (:mod:`fem_bump.fracture.interface_tip`). That field is no
axisymmetric state; what it lacks stands in three further terms: its hoop strains, its missing
equilibrium, and the thermal strain's gradient (P. Nahta and B. Moran, Int. J. Solids Struct. 30,
2027 (1993)):

    - integral of s : d_xi(e' - sym grad u') - tr s' d_xi eps_th - div s' . d_xi u,

primed quantities those of the plane field. K_I, K_II go with cos n theta, K_III with sin n theta.
At a tip whose faces touch the plane field is that of a closed tip, which has a K_II only.

Units: MPa, um; K in MPa sqrt(um) at the reference length.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from fem_bump.body.cracks import CrackTip
from fem_bump.body.material_state import MaterialState
from fem_bump.fracture.face_tractions import FaceTractions, interaction_on_growth
from fem_bump.fracture.interface_tip import TipMaterials, unit_field
from fem_bump.fracture.tip_domain import Amplitudes, TipDomain, around, sample, shifted_properties


def stress_intensities(
    domain: TipDomain,
    field: Amplitudes,
    state: MaterialState,
    materials: TipMaterials,
    reference_um: float,
    tractions: FaceTractions,
    closed: bool,
) -> np.ndarray:
    """(3,) K_I, K_II at the reference length and K_III of one harmonic.

    ``closed`` says that the faces touch at the tip: K_I is 0 then, and K_II depends on no length.
    """
    tip, n = domain.tip, field.harmonic
    found = sample(tip.model, state, (field,), domain.element, domain.x, domain.y)
    gradient, stress = found.gradient[n], found.stress[n]
    xi, xi_slope = domain.growth(found.points_um)
    r = found.points_um[0]
    x, y = tip.local(found.points_um)
    middle = tip.model.points_um[:, tip.model.triangles[:, domain.element]].mean(axis=1)
    in_a = tip.local(middle)[1] > 0
    shifted = shifted_properties(state, found, domain) if field.thermal else None
    moved = np.einsum("ikp,kp->ip", gradient, xi)  # d_xi u
    axes = np.zeros((3, 3))  # rows: the local axes x, y, 3 in r, theta, z
    axes[:2, [0, 2]], axes[2, 1] = tip.turn(), 1.0
    out = np.zeros(3)
    for mode in (2, 3) if closed else (1, 2, 3):
        local = unit_field(mode, materials, x, y, in_a, closed)
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
        total = float(value @ domain.volume)
        if n == 0 and mode < 3:
            on_faces = partial(_on_faces, mode, materials, tip, closed)
            total -= interaction_on_growth(domain, (field,), tractions, on_faces)
        out[mode - 1] = total / (2 * np.pi * tip.radius_um)
    c = np.cosh(np.pi * materials.oscillation) ** 2
    out[:2] *= materials.plane_modulus_mpa * c / 2
    out[2] *= materials.out_of_plane_modulus_mpa
    if closed:
        return out
    k = complex(out[0], out[1]) * reference_um ** (1j * materials.oscillation)
    return np.array([k.real, k.imag, out[2]])


def _on_faces(
    mode: int, materials: TipMaterials, tip: CrackTip, closed: bool, distance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(2, ...) r, z of a plane field on the crack: slope of the jump, traction on side a."""
    behind, flat = -distance.ravel(), np.zeros(distance.size)
    a, b = (unit_field(mode, materials, behind, flat, flat == side, closed) for side in (0.0, 1.0))
    slope, traction = (a.gradient - b.gradient)[:2, 0], -a.stress[:2, 1]
    return tuple((tip.turn().T @ v).reshape(2, *distance.shape) for v in (slope, traction))


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
