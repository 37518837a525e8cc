"""Element matrices of cubic elements: six quadratic functions, then the four that are added.

Their rows for the added ones are B, against the quadratic ones, and C, among themselves
(:mod:`fem_bump.accuracy.cubic_complement`). Compiled. Quadrature and weight 2 pi r as the kernels
of the quadratic elements have them (:mod:`fem_bump.mechanics.axisymmetric_kernels` and so on).
"""

from __future__ import annotations

import numpy as np

from fem_bump.accuracy.cubic_complement import cubic_functions, orientation
from fem_bump.algebra.quadrature import facet_functions, facet_points
from fem_bump.algebra.shape_functions import element_map, shape_functions, triangle_rule
from fem_bump.body.model import Model
from fem_bump.compiled import kernel
from fem_bump.mechanics.harmonic_stress import Foundation

FUNCTIONS, QUADRATIC = 10, 6  # of an element, and of those the quadratic ones


def elastic_blocks(
    model: Model,
    elements: np.ndarray,
    young: np.ndarray,
    poisson: np.ndarray,
    eps: np.ndarray,
    first: int = QUADRATIC,
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of an element's stiffness from function ``first`` on, and their thermal load, uN, um.

    (:, 2 (10 - first), 20) and (:, 2 (10 - first)); ``young``, ``poisson``, ``eps`` are (all
    elements, q).
    """
    rows = 2 * (FUNCTIONS - first)
    out, load = np.zeros((len(elements), rows, 2 * FUNCTIONS)), np.zeros((len(elements), rows))
    geometry = _of_elements(model, elements)
    _elastic(*geometry, first, young, poisson, eps, out, load)  # type: ignore[call-arg]
    return out, load


@kernel
def _elastic(
    x, nodes, elements, shape, dx, dy, every, every_x, every_y, weights, first, young, poisson,
    eps, out, load
):  # fmt: skip
    dr, dz, h = np.empty(10), np.empty(10), np.empty(10)
    for n in range(len(elements)):
        e = elements[n]
        for q in range(len(weights)):
            r, _, det, g00, g01, g10, g11 = element_map(x, nodes, e, shape[q], dx[q], dy[q])
            w = 2 * np.pi * r * det * weights[q]
            nu = poisson[e, q]
            lam = young[e, q] * nu / ((1 + nu) * (1 - 2 * nu))
            mu = young[e, q] / (2 * (1 + nu))
            stress = (3 * lam + 2 * mu) * eps[e, q]
            for i in range(10):
                dr[i] = g00 * every_x[q, i] + g01 * every_y[q, i]
                dz[i] = g10 * every_x[q, i] + g11 * every_y[q, i]
                h[i] = every[q, i] / r
            for i in range(first, 10):
                k = 2 * (i - first)
                load[n, k] += w * stress * (dr[i] + h[i])
                load[n, k + 1] += w * stress * dz[i]
                for j in range(10):
                    out[n, k, 2 * j] += w * (
                        (lam + 2 * mu) * (dr[i] * dr[j] + h[i] * h[j])
                        + lam * (dr[i] * h[j] + h[i] * dr[j])
                        + mu * dz[i] * dz[j]
                    )
                    out[n, k, 2 * j + 1] += w * (lam * (dr[i] + h[i]) * dz[j] + mu * dz[i] * dr[j])
                    out[n, k + 1, 2 * j] += w * (lam * dz[i] * (dr[j] + h[j]) + mu * dr[i] * dz[j])
                    out[n, k + 1, 2 * j + 1] += w * (
                        (lam + 2 * mu) * dz[i] * dz[j] + mu * dr[i] * dr[j]
                    )


def harmonic_blocks(
    model: Model,
    elements: np.ndarray,
    harmonic: int,
    young: np.ndarray,
    poisson: np.ndarray,
    first: int = QUADRATIC,
) -> np.ndarray:
    """(:, 3 (10 - first), 30) rows of the stiffness of one elastic harmonic, r, t, z."""
    out = np.zeros((len(elements), 3 * (FUNCTIONS - first), 3 * FUNCTIONS))
    geometry = _of_elements(model, elements)
    _harmonic(*geometry, first, float(harmonic), young, poisson, out)  # type: ignore[call-arg]
    return out


@kernel
def _harmonic(
    x, nodes, elements, shape, dx, dy, every, every_x, every_y, weights, first, n, young, poisson,
    out
):  # fmt: skip
    rows, stress = np.zeros((6, 30)), np.zeros((6, 30))
    for m in range(len(elements)):
        e = elements[m]
        for q in range(len(weights)):
            r, _, det, g00, g01, g10, g11 = element_map(x, nodes, e, shape[q], dx[q], dy[q])
            w = 2 * np.pi * r * det * weights[q]
            nu = poisson[e, q]
            lam = w * young[e, q] * nu / ((1 + nu) * (1 - 2 * nu))
            mu = w * young[e, q] / (2 * (1 + nu))
            for i in range(10):
                dr = g00 * every_x[q, i] + g01 * every_y[q, i]
                dz = g10 * every_x[q, i] + g11 * every_y[q, i]
                h = every[q, i] / r
                k = 3 * i
                rows[0, k], rows[1, k + 2] = dr, dz
                rows[2, k], rows[2, k + 1] = h, n * h
                rows[3, k], rows[3, k + 2] = dz, dr
                rows[4, k], rows[4, k + 1] = -n * h, dr - h
                rows[5, k + 1], rows[5, k + 2] = dz, -n * h
            for k in range(30):
                trace = lam * (rows[0, k] + rows[1, k] + rows[2, k])
                for c in range(3):
                    stress[c, k] = trace + 2 * mu * rows[c, k]
                    stress[c + 3, k] = mu * rows[c + 3, k]
            for i in range(30 - 3 * first):
                for c in range(6):
                    value = stress[c, 3 * first + i]
                    if value == 0.0:
                        continue
                    for j in range(30):
                        out[m, i, j] += value * rows[c, j]


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
    _conduction(*_of_elements(model, elements), first, conductivity, out)  # type: ignore[call-arg]
    return out


@kernel
def _conduction(
    x, nodes, elements, shape, dx, dy, every, every_x, every_y, weights, first, conductivity, out
):
    dr, dz, h = np.empty(10), np.empty(10), np.empty(10)
    for m in range(len(elements)):
        e = elements[m]
        for q in range(len(weights)):
            r, _, det, g00, g01, g10, g11 = element_map(x, nodes, e, shape[q], dx[q], dy[q])
            w = 2 * np.pi * r * det * weights[q] * conductivity[e, q]
            for i in range(10):
                dr[i] = g00 * every_x[q, i] + g01 * every_y[q, i]
                dz[i] = g10 * every_x[q, i] + g11 * every_y[q, i]
                h[i] = every[q, i] / r
            for i in range(first, 10):
                for j in range(10):
                    out[0, m, i - first, j] += w * (dr[i] * dr[j] + dz[i] * dz[j])
                    out[1, m, i - first, j] += w * h[i] * h[j]


def _of_elements(model: Model, elements: np.ndarray) -> tuple[np.ndarray, ...]:
    """What every kernel takes: geometry, shape functions of the map and of all ten, weights."""
    rule, weights = triangle_rule()
    quadratic, cubic = shape_functions(rule), cubic_functions(rule)
    every = (np.hstack(pair) for pair in zip(quadratic, cubic, strict=True))
    return (model.node_points_um, model.nodes, elements, *quadratic, *every, weights)
