"""Where a flow turns into heat: in the bulk, and in contacts; the mean around the axis.

Harmonics phi_n cos(n theta - phase) are orthogonal around the axis, so that the mean is a sum,

    q(r, z) = s [ |grad phi_0|^2 + 1/2 sum over n of (|grad phi_n|^2 + n^2 phi_n^2 / r^2) ],

and likewise [phi_n]^2 / rc per area of a contact. A film off the centre couples the harmonics of
the jump; what it adds is known per facet and lies evenly on it. Units: um, S/m, V, W.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from fem_bump.algebra.conduction_kernels import potential_gradient
from fem_bump.algebra.quadrature import facet_functions, facet_points
from fem_bump.conduction.film_harmonics import FilmHarmonics
from fem_bump.conduction.harmonic import Harmonic
from fem_bump.conduction.system import PER_UM, ConductionSystem


@dataclass(frozen=True)
class Dissipation:
    """The heat of a flow.

    Attributes
    ----------
    bulk_w_per_um3
        (all elements, q) at the quadrature points.
    contact_w
        (m, 3) in contacts, at the nodes of their facets (the system's ``contact_facets``).
    """

    bulk_w_per_um3: np.ndarray
    contact_w: np.ndarray

    @classmethod
    def of(
        cls, system: ConductionSystem, terms: Iterable[Harmonic], films: FilmHarmonics | None
    ) -> Dissipation:
        """Summed over harmonics, and with what films off the centre add."""
        model = system.model
        element, x, y, _ = model.quadrature_of(system.elements)
        out, square = np.empty((3, len(element))), np.zeros(len(element))
        squared_jump = np.zeros((len(system.contact_facets), facet_functions()[0].shape[1]))
        for term in terms:
            local = term.local_phi_v
            potential_gradient(model.node_points_um, model.nodes, element, x, y, local, out)
            out[2] *= term.number
            square += term.mean_square * (out**2).sum(axis=0)
            squared_jump += term.mean_square * _jump(system, term) ** 2
        bulk = np.zeros(system.conductivity.shape)
        s = system.conductivity[system.elements] * PER_UM
        bulk[system.elements] = s * square.reshape(s.shape)
        weights, shape = _contacts(system)
        contact = (weights * system.contact_conductance[:, None] * squared_jump) @ shape.T
        if films is not None:
            area = weights[films.change.places] @ shape.T
            share = area / area.sum(axis=1, keepdims=True)
            np.add.at(contact, films.change.places, films.heat_by_place_w[:, None] * share)
        return cls(bulk, contact)

    def region_w(self, system: ConductionSystem) -> dict[str, float]:
        """Heat per region that conducts."""
        heat = self.bulk_w_per_um3 * system.model.quadrature[1]
        takes_part = system.model.mask(system.elements)
        return {
            name: float(heat[found].sum())
            for name, found in system.model.regions.items()
            if takes_part[found].any()
        }


def _jump(system: ConductionSystem, term: Harmonic) -> np.ndarray:
    """(m, q) jump of a potential across contacts, at the Gauss points of their facets."""
    own = system.gathered(term.local_phi_v)[system.contact_unknowns]
    return np.asarray((own[:, :3] - own[:, 3:]) @ facet_functions()[0][:3])


def _contacts(system: ConductionSystem) -> tuple[np.ndarray, np.ndarray]:
    """(m, q) weights 2 pi r ds of contact facets, (3, q) functions."""
    nodes = system.model.facet_nodes(system.contact_facets)
    _, weights = facet_points(system.model.node_points_um[:, nodes])
    return weights, facet_functions()[0][:3]
