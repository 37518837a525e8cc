"""Energy release rate and stress intensities of a crack along an interface.

Harmonics 0 and n of the displacement give G(theta) = sum of a_k cos k theta with k = 0, n, 2n.
By :mod:`fem_bump.fracture.domain_integral`, :mod:`fem_bump.fracture.crack_closure` beside it, and
:mod:`fem_bump.fracture.interaction_integral` for the intensities. The faces are free or, in a state
of :func:`~fem_bump.fracture.contact.close_faces`, touch: then G is what reaches the tip, without
what friction takes on the faces, and where they touch at the tip K_I = 0.

Units: MPa, um; 1 MPa um = 1 J/m2; K in MPa sqrt(um) at the reference length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fem_bump.body.cracks import CrackTip, crack_tip
from fem_bump.body.material_state import MaterialState
from fem_bump.errors import InputError
from fem_bump.fracture.cosines import Cosines
from fem_bump.fracture.crack_closure import virtual_closure
from fem_bump.fracture.crack_opening import Opening, crack_opening
from fem_bump.fracture.domain_integral import domain_integral
from fem_bump.fracture.face_tractions import face_tractions
from fem_bump.fracture.interaction_integral import stress_intensities
from fem_bump.fracture.interface_tip import TipMaterials
from fem_bump.fracture.tip_domain import Amplitudes, default_radius_um, free_radii_um, tip_domain
from fem_bump.mechanics.amplitudes import whole
from fem_bump.mechanics.harmonic_stress import HarmonicStress
from fem_bump.mechanics.state import ThermalStress

Stress = ThermalStress | HarmonicStress  # a sum of harmonics, or one of its own load
REFERENCE_LENGTH_UM = 0.1


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
    opening
        Of the faces, and where they touch.
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
        an axisymmetric state with a lateral shift. Its faces are free, or touch.
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
    fields = tuple(_amplitudes(part) for part in stress.parts)
    state = stress.state
    two_materials, inside = free_radii_um(tip)
    narrow = default_radius_um(tip)
    radius = narrow if domain_um is None else domain_um
    if not 0 < radius < inside:
        raise InputError(
            f"domain_um = {radius:g} must be positive and less than {inside:g} um, where the next "
            "outline or the crack's other end lies"
        )
    tractions = face_tractions(tip, stress.parts)
    opening = crack_opening(tip, fields, tractions)
    domains = [tip_domain(tip, radius), tip_domain(tip, radius / 2)]
    first, second = (domain_integral(domain, fields, state, tractions) for domain in domains)
    materials = _tip_materials(tip, state)
    inner = domains[0] if radius <= two_materials else tip_domain(tip, narrow)
    intensity = {
        field.harmonic: stress_intensities(
            inner, field, state, materials, reference_length_um, tractions, opening.tip_closed
        )
        for field in fields
    }
    largest = float(np.abs(first).sum())
    return EnergyRelease(
        tip,
        materials,
        radius,
        reference_length_um,
        Cosines(first),
        virtual_closure(tip, stress.parts, fields),
        float(np.abs(first - second).sum() / largest) if largest else 0.0,
        intensity,
        opening,
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


def _amplitudes(part: HarmonicStress) -> Amplitudes:
    """A harmonic of a solution as displacement amplitudes r, theta, z."""
    if part.eigenstrain is not None:
        raise InputError("the energy release of a state with an eigenstrain is not available")
    return Amplitudes(part.harmonic, whole(part.u_um), part.is_thermal)


def _tip_materials(tip: CrackTip, state: MaterialState) -> TipMaterials:
    """Moduli next to the tip on both sides."""
    mesh, nv = tip.model.mesh, tip.model.mesh.nvertices
    element = np.array([mesh.f2t[0, face[2, 0] - nv] for face in tip.faces])
    middle = np.full(2, 1 / 3)
    young, poisson, _ = state.at(element, middle, middle)
    a, b = range(2)
    return TipMaterials((float(young[a]), float(young[b])), (float(poisson[a]), float(poisson[b])))
