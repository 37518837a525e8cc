"""Stress and nodal forces of the displacement amplitudes of one harmonic.

Amplitudes (nodes, 2) are r, z of harmonic 0 without torsion, (nodes, 3) are r, t, z of any
harmonic; each has kernels of its own. Free strains, those that cause no stress, are isotropic for
the first, engineering components rr, zz, tt, rz, rt, tz for the second. Units: um, MPa, uN.
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.shape_functions import shape_functions, shape_table, triangle_rule
from fem_bump.body.model import Model
from fem_bump.mechanics.axisymmetric_kernels import elastic_nodal_forces, elastic_stress
from fem_bump.mechanics.harmonic_kernels import harmonic_nodal_forces, harmonic_stress

Place = tuple[np.ndarray, np.ndarray, np.ndarray]  # element, x, y
Moduli = tuple[np.ndarray, np.ndarray]  # E in MPa, nu


def stress_of(
    model: Model, harmonic: int, u_um: np.ndarray, place: Place, moduli: Moduli, free: np.ndarray
) -> np.ndarray:
    """(4, N) stress rr, zz, tt, rz, or (6, N) with rt, tz, at reference points of elements.

    ``moduli`` are (N,) each, ``free`` (N,) or (6, N).
    """
    element, x, y = place
    where = model.node_points_um, model.nodes, element
    if u_um.shape[1] == 2:
        out = np.empty((4, len(element)))
        elastic_stress(*where, x, y, u_um, *moduli, free, out)
    else:
        out = np.empty((6, len(element)))
        harmonic_stress(*where, float(harmonic), x, y, u_um, *moduli, free, out)
    return out


def forces_of(
    model: Model,
    harmonic: int,
    u_um: np.ndarray,
    elements: np.ndarray,
    moduli: Moduli,
    free: np.ndarray,
) -> np.ndarray:
    """Forces, uN, that some elements' stresses take, shaped as the amplitudes; weight 2 pi r.

    ``moduli`` are (all elements, q) each, ``free`` (all elements, q) or (6, all elements, q).
    """
    rule, weights = triangle_rule()
    force = np.zeros((model.node_count, u_um.shape[1]))
    where = model.node_points_um, model.nodes, elements
    table = shape_table(shape_functions(rule))
    if u_um.shape[1] == 2:
        elastic_nodal_forces(*where, u_um, table, weights, *moduli, free, force)
    else:
        harmonic_nodal_forces(*where, float(harmonic), u_um, table, weights, *moduli, free, force)
    return force


def whole(values: np.ndarray) -> np.ndarray:
    """(..., 3) components r, t, z of (..., 2) r, z; itself where it has three."""
    if values.shape[-1] == 3:
        return values
    out = np.zeros((*values.shape[:-1], 3))
    out[..., [0, 2]] = values
    return out
