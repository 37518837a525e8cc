"""Element matrices of cubic elements: six quadratic functions, then the four that are added.

Their rows for the added ones are B, against the quadratic ones, and C, among themselves
(:mod:`fem_bump.accuracy.cubic_complement`). The kernels are those of the quadratic elements, with
ten functions instead of six.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fem_bump.accuracy.cubic_complement import cubic_functions, orientation
from fem_bump.algebra.conduction_kernels import conduction_rows
from fem_bump.algebra.quadrature import facet_functions, facet_points
from fem_bump.algebra.shape_functions import shape_functions, shape_table, triangle_rule
from fem_bump.body.model import Model
from fem_bump.mechanics.axisymmetric_kernels import elastic_rows
from fem_bump.mechanics.harmonic_kernels import harmonic_rows
from fem_bump.mechanics.harmonic_stress import Foundation

FUNCTIONS, QUADRATIC = 10, 6  # of an element, and of those the quadratic ones


def elastic_blocks(
    model: Model,
    elements: np.ndarray,
    components: int,
    harmonic: int,
    moduli: tuple[np.ndarray, np.ndarray],
    free: np.ndarray,
    first: int = QUADRATIC,
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of an element's stiffness from function ``first`` on, and their load, uN, um.

    (:, c (10 - first), 10 c) and (:, c (10 - first)) of one harmonic, c its ``components``; moduli
    and free strain as :mod:`fem_bump.mechanics.amplitudes` has them.
    """
    rows = components * (FUNCTIONS - first)
    out = np.zeros((len(elements), rows, components * FUNCTIONS))
    load, where = np.zeros((len(elements), rows)), _of_elements(model, elements)
    if components == 2:
        elastic_rows(*where, first, *moduli, free, out, load)
    else:
        harmonic_rows(*where, first, float(harmonic), *moduli, free, out, load)
    return out, load


def foundation_blocks(
    model: Model,
    boundary: str,
    support: Foundation,
    blocks: np.ndarray,
    load: np.ndarray,
) -> None:
    """Add an elastic support of a boundary to blocks (elements, 12, 30) and load of a harmonic."""
    facets = model.facets(boundary)
    elements = model.mesh.f2t[0, facets]
    local = (model.mesh.t2f[:, elements] == facets).argmax(axis=0)
    _, weight = facet_points(model.node_points_um[:, model.facet_nodes(facets)])
    weight = support.stiffness_mpa_per_um * weight
    # facets run from the lower vertex up, as the oriented function does
    lower_first = np.where(model.mesh.facets[0, facets] < model.mesh.facets[1, facets], 1.0, -1.0)
    sign = orientation(model)[elements, local] * lower_first
    *quadratic, bubble = facet_functions()[0]
    own = sign[:, None] * bubble
    ends = [
        (model.triangles[:, elements] == model.mesh.facets[k, facets]).argmax(axis=0)
        for k in (0, 1)
    ]
    places = (ends[0], ends[1], 3 + local)
    for c in range(3):
        row = 3 * local + c
        column = 3 * QUADRATIC + row
        blocks[elements, row, column] += (weight * own * own).sum(axis=1)
        load[elements, row] += support.target_um[c] * (weight * own).sum(axis=1)
        for shape, place in zip(quadratic, places, strict=True):
            blocks[elements, row, 3 * place + c] += (weight * own * shape).sum(axis=1)


def conduction_blocks(
    model: Model, elements: np.ndarray, conductivity: np.ndarray, first: int = QUADRATIC
) -> np.ndarray:
    """(2, :, 10 - first, 10) rows of an element's conductance, S.

    The first of the two parts holds s grad u . grad v, the second s u v / r^2: those of harmonic n
    are the first plus n^2 times the second. ``conductivity`` is (all elements, q), S/um.
    """
    out = np.zeros((2, len(elements), FUNCTIONS - first, FUNCTIONS))
    conduction_rows(*_of_elements(model, elements), first, conductivity, *out)
    return out


def _of_elements(model: Model, elements: np.ndarray) -> tuple[Any, ...]:
    """What every kernel takes: geometry, shape functions of the map and of all ten, weights."""
    rule, weights = triangle_rule()
    quadratic = shape_functions(rule)
    every = shape_table(quadratic, cubic_functions(rule))
    return model.node_points_um, model.nodes, elements, shape_table(quadratic), every, weights
