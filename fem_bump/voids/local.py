"""A void that covers a part of the angle: what its place adds to the stress at its face.

Where the current varies around the axis so does the stress. Settled, with a face that nothing
passes, its harmonics above 0 follow the potential's, and exceed the mean around the axis at the
void by

    E = (Z* e / Omega) times the sum over n >= 1 of the mean of phi_n cos(n theta - phase) there.

They answer the wind W that blows in through the face. Atoms that leave the face at the rate Q
lessen it, and with harmonics that are settled at every time, to E (1 - Q / W). The face is free
where that and the mean sigma_0 add up to nothing,

    Q = (W / E) (sigma_0 + E):

a leak of harmonic 0. At first the void grows by the wind, and it settles where all the metal is
pressed by what the potential falls from the void. Units: um, um^3, s, MPa.
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.harmonics import angle_means
from fem_bump.algebra.quadrature import facet_mass
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.migration.blocks import Block
from fem_bump.migration.solution import Drive, Leak, followed
from fem_bump.migration.system import element_matrices
from fem_bump.voids.faces import Cover


def leak_of(
    block: Block, drive: Drive, flow: CurrentFlow, region: str, cover: Cover
) -> Leak | None:
    """What a void's face lets pass; None where its stress is held as that around the axis.

    Parameters
    ----------
    drive, flow
        Harmonic 0 of what moves atoms, and the current around the void.
    region
        In which the void is.
    """
    if cover.angles_deg is None or not flow.varies_around:
        return None
    place, local = _seen(block, cover.facets)
    mass = facet_mass(block.model.node_points_um[:, block.model.facet_nodes(cover.facets)])
    weights, area = mass.sum(axis=2).T, float(mass.sum())
    excess = 0.0
    for term in list(flow.terms())[1:]:
        phi = term.local_phi_v[block.elements[place], local]
        cosine, _ = angle_means(np.array([term.number]), cover.angles_deg, term.phase_deg)
        excess += float(cosine[0]) * float((weights * phi).sum()) / area
    excess *= block.data(region).stress_per_volt_mpa
    mouth = np.zeros(block.count)
    mouth[block.on_facets(block.model.facets(flow.source))] = 1.0
    matrices = element_matrices(block, drive.node_degc)
    entering = np.einsum("eij,ei->ej", matrices.straight, mouth[block.unknowns])
    wind = float((entering * followed(block, drive, 0)).sum())
    if not (excess > 0 and wind > 0):
        return None
    element = np.zeros((len(block.elements), 6, 6))
    np.add.at(
        element,
        (place[:, None, None], local.T[:, :, None], local.T[:, None, :]),
        wind / excess / area * mass,
    )
    return Leak(element, -excess)


def _seen(block: Block, facets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(m,) places of the block's elements at facets, and (3, m) local numbers of the nodes."""
    number = np.full(block.model.mesh.nelements, -1)
    number[block.elements] = np.arange(len(block.elements))
    first, second = block.model.mesh.f2t[:, facets]
    place = np.where(number[first] >= 0, number[first], number[np.maximum(second, 0)])
    nodes = block.model.nodes[:, block.elements[place]]
    seen = [(nodes == each).argmax(axis=0) for each in block.model.facet_nodes(facets)]
    return place, np.array(seen)
