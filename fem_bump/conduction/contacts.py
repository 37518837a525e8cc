"""Contacts: interfaces across which the potential jumps, and the unknowns on their two sides.

An interface of contact resistivity rc (ohm m^2) adds, over the full revolution (weight 2 pi r),

    integral of [phi] [v] / rc,

[.] being the jump across it. Its nodes have one unknown per side; where it ends inside a conductor,
the sides are one again. No current crosses an insulated facet. Units: um, ohm, V, W.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from fem_bump.algebra.quadrature import facet_mass
from fem_bump.body.model import Model
from fem_bump.body.split_nodes import facet_unknowns
from fem_bump.errors import InputError, is_number
from fem_bump.interfaces.line import interface_facets
from fem_bump.materials.quantities import CONTACT_RESISTIVITY

OHM_UM2 = 1e12  # ohm m^2 to ohm um^2


def insulated(
    model: Model, given: Iterable[int], terminals: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Facets between two elements or of a terminal, each once; what they leave of terminals."""
    found, most = np.unique(np.asarray(list(given), np.int64)), model.mesh.facets.shape[1] - 1
    if len(found) and not 0 <= found[0] <= found[-1] <= most:
        raise InputError(
            f"insulated_facets must be numbers of the mesh's facets, 0 to {most}; given are "
            f"{found[0]} to {found[-1]}"
        )
    outer = found[model.mesh.f2t[1, found] < 0]
    if not np.isin(outer, np.concatenate(list(terminals.values()))).all():
        raise InputError(
            "insulated_facets must lie between two elements or on a terminal; other outer facets"
            " are so"
        )
    left = {name: facets[~np.isin(facets, found)] for name, facets in terminals.items()}
    for name in (name for name, facets in left.items() if len(facets) == 0):
        raise InputError(f"insulated_facets leave nothing of terminal '{name}'")
    return found, left


def resistive_facets(
    model: Model, resistivity: Mapping[str, float], conducting: np.ndarray
) -> dict[int, float]:
    """Facet number to contact resistivity, ohm um^2; perfect contacts left out.

    ``conducting`` is a mask over elements.
    """
    out: dict[int, float] = {}
    crossed = (model.mesh.f2t[1] >= 0) & conducting[model.mesh.f2t].all(axis=0)
    for name, value in resistivity.items():
        if not isinstance(name, str):
            raise InputError(
                f"contact_resistivity_ohm_m2 has the name {name!r}; write 'a/b' or 'a/b:leg'"
            )
        facets = interface_facets(model, name)
        check_resistivity(name, value)
        if not crossed[facets].any():
            raise InputError(
                f"contact_resistivity_ohm_m2 names '{name}' = {value:g}, which no current can "
                "cross: it needs a conductor that takes part on both sides"
            )
        if value > 0:
            out.update(dict.fromkeys(facets.tolist(), value * OHM_UM2))
    return out


def check_resistivity(name: str, value: Any) -> None:
    """Refuse a contact resistivity that is none, or that no matter has."""
    low, high = CONTACT_RESISTIVITY.physical
    where = f"contact resistivity of '{name}' = {value!r} must be"
    if not is_number(value) or not np.isfinite(value):
        raise InputError(f"{where} finite and >= 0, ohm m2")
    if not low <= value <= high:
        likely = CONTACT_RESISTIVITY.likely(float(value))
        raise InputError(
            f"{where} finite and >= 0, and at most {high:g} ohm m2" + (likely and f": {likely}")
        )


def crossed_contacts(
    resistive: Mapping[int, float], owner: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(m,) resistive facets with conductors on both sides, and conductance per area, S/um^2."""
    facets = np.array(
        [k for k in resistive if owner[0, k] >= 0 and owner[1, k] >= 0], dtype=np.int64
    )
    if resistive and len(facets) == 0:
        raise InputError(
            "a contact resistivity is given, but no current can cross that interface: it needs a "
            "conductor that takes part on both sides"
        )
    return facets, np.array([1 / resistive[k] for k in facets.tolist()])


def contact_matrices(
    model: Model,
    facets: np.ndarray,
    conductance: np.ndarray,
    owner: np.ndarray,
    unknown_of: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """(m, 6, 6) facet conductances and (m, 6) unknowns, both sides."""
    if len(facets) == 0:
        return np.zeros((0, 6, 6)), np.zeros((0, 6), dtype=np.int64)
    points = model.node_points_um[:, model.facet_nodes(facets)]
    mass = facet_mass(points) * conductance[:, None, None]
    matrices = np.block([[mass, -mass], [-mass, mass]])
    sides = [facet_unknowns(model, facets, owner[k, facets], unknown_of) for k in range(2)]
    return np.ascontiguousarray(matrices), np.vstack(sides).T.copy()


def contact_power(matrices: np.ndarray, phi: np.ndarray) -> float:
    """Dissipated power from facet conductances (m, 6, 6) and potentials (m, 6)."""
    return float(np.einsum("mi,mij,mj->", phi, matrices, phi))
