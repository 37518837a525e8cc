"""Element matrices between the functions that cubic elements add and all ten, compiled.

Per element B (4 c, 6 c) couples them to the quadratic ones, C (4 c, 4 c) is among themselves, c the
number of components; see :mod:`fem_bump.cubic_complement`. Quadrature and weight 2 pi r are those
of the quadratic elements (:mod:`fem_bump.kernels`, :mod:`fem_bump.harmonic_kernels`).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fem_bump import kernels
from fem_bump.cubic_complement import cubic_functions, orientation
from fem_bump.harmonic_elasticity import Foundation
from fem_bump.model import Model
from fem_bump.quadrature import facet_functions, facet_points


def elastic_blocks(
    model: Model, young: np.ndarray, poisson: np.ndarray, eps: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per element B (8, 12), thermal load (8,), C (8, 8) of thermo-elasticity, uN and um."""
    rule, weights = kernels.triangle_rule()
    quadratic, cubic = kernels.shape_functions(rule), cubic_functions(rule)
    n = model.mesh.nelements
    coupling, load, matrices = np.zeros((n, 8, 12)), np.zeros((n, 8)), np.zeros((n, 8, 8))
    _elastic(
        model.node_points_um,
        model.nodes,
        *quadratic,
        *(np.hstack(pair) for pair in zip(quadratic, cubic, strict=True)),  # type: ignore[call-arg]
        weights,
        young,
        poisson,
        eps,
        coupling,
        load,
        matrices,
    )
    return coupling, load, matrices


@njit(cache=True)
def _elastic(
    x, nodes, shape, dx, dy, every, every_x, every_y, weights, young, poisson, eps, b, f, c
):
    dr, dz, h = np.empty(10), np.empty(10), np.empty(10)
    for e in range(nodes.shape[1]):
        for q in range(len(weights)):
            r, _, det, g00, g01, g10, g11 = kernels._map(x, nodes, e, shape[q], dx[q], dy[q])
            w = 2 * np.pi * r * det * weights[q]
            nu = poisson[e, q]
            lam = young[e, q] * nu / ((1 + nu) * (1 - 2 * nu))
            mu = young[e, q] / (2 * (1 + nu))
            stress = (3 * lam + 2 * mu) * eps[e, q]
            for i in range(10):
                dr[i] = g00 * every_x[q, i] + g01 * every_y[q, i]
                dz[i] = g10 * every_x[q, i] + g11 * every_y[q, i]
                h[i] = every[q, i] / r
            for k in range(4):
                i = 6 + k
                f[e, 2 * k] += w * stress * (dr[i] + h[i])
                f[e, 2 * k + 1] += w * stress * dz[i]
                for j in range(10):
                    rr = w * (
                        (lam + 2 * mu) * (dr[i] * dr[j] + h[i] * h[j])
                        + lam * (dr[i] * h[j] + h[i] * dr[j])
                        + mu * dz[i] * dz[j]
                    )
                    rz = w * (lam * (dr[i] + h[i]) * dz[j] + mu * dz[i] * dr[j])
                    zr = w * (lam * dz[i] * (dr[j] + h[j]) + mu * dr[i] * dz[j])
                    zz = w * ((lam + 2 * mu) * dz[i] * dz[j] + mu * dr[i] * dr[j])
                    if j < 6:
                        b[e, 2 * k, 2 * j] += rr
                        b[e, 2 * k, 2 * j + 1] += rz
                        b[e, 2 * k + 1, 2 * j] += zr
                        b[e, 2 * k + 1, 2 * j + 1] += zz
                    else:
                        m = j - 6
                        c[e, 2 * k, 2 * m] += rr
                        c[e, 2 * k, 2 * m + 1] += rz
                        c[e, 2 * k + 1, 2 * m] += zr
                        c[e, 2 * k + 1, 2 * m + 1] += zz


def harmonic_blocks(
    model: Model, harmonic: int, young: np.ndarray, poisson: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Per element B (12, 18) and C (12, 12) of one elastic harmonic, components r, t, z."""
    rule, weights = kernels.triangle_rule()
    quadratic, cubic = kernels.shape_functions(rule), cubic_functions(rule)
    n = model.mesh.nelements
    coupling, matrices = np.zeros((n, 12, 18)), np.zeros((n, 12, 12))
    _harmonic(
        model.node_points_um,
        model.nodes,
        float(harmonic),
        *quadratic,
        *(np.hstack(pair) for pair in zip(quadratic, cubic, strict=True)),  # type: ignore[call-arg]
        weights,
        young,
        poisson,
        coupling,
        matrices,
    )
    return coupling, matrices


@njit(cache=True)
def _harmonic(x, nodes, n, shape, dx, dy, every, every_x, every_y, weights, young, poisson, b, c):
    rows, stress = np.zeros((6, 30)), np.zeros((6, 30))
    for e in range(nodes.shape[1]):
        for q in range(len(weights)):
            r, _, det, g00, g01, g10, g11 = kernels._map(x, nodes, e, shape[q], dx[q], dy[q])
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
                for m in range(3):
                    stress[m, k] = trace + 2 * mu * rows[m, k]
                    stress[m + 3, k] = mu * rows[m + 3, k]
            for i in range(12):
                for m in range(6):
                    value = stress[m, 18 + i]
                    if value == 0.0:
                        continue
                    for j in range(18):
                        b[e, i, j] += value * rows[m, j]
                    for j in range(12):
                        c[e, i, j] += value * rows[m, 18 + j]


def foundation_blocks(
    model: Model,
    boundary: str,
    support: Foundation,
    coupling: np.ndarray,
    load: np.ndarray,
    matrices: np.ndarray,
) -> None:
    """Add an elastic support of a boundary to B (elements, 12, 18), load and C of a harmonic."""
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
        matrices[elements, row, row] += (weight * own * own).sum(axis=1)
        load[elements, row] += support.target_um[c] * (weight * own).sum(axis=1)
        for shape, place in zip(quadratic, places, strict=True):
            coupling[elements, row, 3 * place + c] += (weight * own * shape).sum(axis=1)


def conduction_blocks(
    model: Model, elements: np.ndarray, conductivity: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Per element B (2, :, 4, 6) and C (2, :, 4, 4) of conduction, S.

    The first of the two parts holds s grad u . grad v, the second s u v / r^2: those of harmonic n
    are the first plus n^2 times the second. ``conductivity`` is (all elements, q), S/um.
    """
    rule, weights = kernels.triangle_rule()
    quadratic, cubic = kernels.shape_functions(rule), cubic_functions(rule)
    n = len(elements)
    coupling, matrices = np.zeros((2, n, 4, 6)), np.zeros((2, n, 4, 4))
    _conduction(
        model.node_points_um,
        model.nodes,
        elements,
        *quadratic,
        *(np.hstack(pair) for pair in zip(quadratic, cubic, strict=True)),  # type: ignore[call-arg]
        weights,
        conductivity,
        coupling,
        matrices,
    )
    return coupling, matrices


@njit(cache=True)
def _conduction(
    x, nodes, elements, shape, dx, dy, every, every_x, every_y, weights, conductivity, b, c
):
    dr, dz, h = np.empty(10), np.empty(10), np.empty(10)
    for m in range(len(elements)):
        e = elements[m]
        for q in range(len(weights)):
            r, _, det, g00, g01, g10, g11 = kernels._map(x, nodes, e, shape[q], dx[q], dy[q])
            w = 2 * np.pi * r * det * weights[q] * conductivity[e, q]
            for i in range(10):
                dr[i] = g00 * every_x[q, i] + g01 * every_y[q, i]
                dz[i] = g10 * every_x[q, i] + g11 * every_y[q, i]
                h[i] = every[q, i] / r
            for k in range(4):
                for j in range(10):
                    plane = w * (dr[6 + k] * dr[j] + dz[6 + k] * dz[j])
                    around = w * h[6 + k] * h[j]
                    if j < 6:
                        b[0, m, k, j] += plane
                        b[1, m, k, j] += around
                    else:
                        c[0, m, k, j - 6] += plane
                        c[1, m, k, j - 6] += around
