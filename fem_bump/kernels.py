"""Fused element kernels: the weak forms of this package, compiled.

Second-order triangles in the half-plane (r, z), weight 2 pi r. Nodes of an element: its three
vertices, then the midpoints of the facets (0,1), (1,2), (0,2), which is scikit-fem's order for
``ElementTriP2``. The readable reference of every form stands next to its solver
(``thermal_stress.reference_forms``, ``conduction.reference_form``); tests hold the two together to
round-off. All loops run over one element at a time and write straight into the lower triangle of
a compressed-column matrix; nothing of the size (elements x 12 x 12) is ever stored.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from skfem.quadrature import get_quadrature
from skfem.refdom import RefTri

QUADRATURE_ORDER = 5  # 7 points, all inside the element, so that 1/r is never taken on the axis


def triangle_rule(order: int = QUADRATURE_ORDER) -> tuple[np.ndarray, np.ndarray]:
    """Points (2, q) and weights (q,) on the unit triangle, exact up to ``order``."""
    return get_quadrature(RefTri, order)


def shape_functions(points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P2 shape functions and their reference gradients at (2, q) points: three (q, 6) arrays."""
    x, y = np.asarray(points, dtype=float)
    w = 1.0 - x - y
    zero = np.zeros_like(x)
    n = [w * (2 * w - 1), x * (2 * x - 1), y * (2 * y - 1), 4 * w * x, 4 * x * y, 4 * w * y]
    dx = [1 - 4 * w, 4 * x - 1, zero, 4 * (w - x), 4 * y, -4 * y]
    dy = [1 - 4 * w, zero, 4 * y - 1, -4 * x, 4 * x, 4 * (w - y)]
    return np.array(n).T.copy(), np.array(dx).T.copy(), np.array(dy).T.copy()


@njit(cache=True)
def _frame(p, t, e):
    """Jacobian of element e: corner, edge vectors, |det| and the inverse transpose."""
    i, j, k = t[0, e], t[1, e], t[2, e]
    r0, z0 = p[0, i], p[1, i]
    a, b = p[0, j] - r0, p[0, k] - r0
    c, d = p[1, j] - z0, p[1, k] - z0
    det = a * d - b * c
    return r0, z0, a, b, c, d, abs(det), d / det, -c / det, -b / det, a / det


@njit(cache=True)
def _column_position(rows, start, stop, row):
    while start < stop:
        middle = (start + stop) // 2
        if rows[middle] < row:
            start = middle + 1
        else:
            stop = middle
    return start


@njit(cache=True)
def _insertion_sort(values):
    # columns are short and nearly sorted: measured at half the time of the general sort
    for m in range(1, len(values)):
        value, k = values[m], m
        while k > 0 and values[k - 1] > value:
            values[k] = values[k - 1]
            k -= 1
        values[k] = value


@njit(cache=True)
def lower_pattern(dofs, n):
    """Column pointers and sorted row indices of the lower triangle.

    ``dofs`` is (elements, k): reduced unknown of every local one, -1 where it is prescribed.
    Several local unknowns may share a reduced one (tied boundaries).
    """
    elements, local = dofs.shape
    first = np.zeros(n + 1, np.int64)
    for e in range(elements):
        for k in range(local):
            if dofs[e, k] >= 0:
                first[dofs[e, k] + 1] += 1
    for i in range(n):
        first[i + 1] += first[i]
    fill = first[:-1].copy()
    elements_of = np.empty(first[n], np.int64)
    for e in range(elements):
        for k in range(local):
            i = dofs[e, k]
            if i >= 0:
                elements_of[fill[i]] = e
                fill[i] += 1
    colptr = np.zeros(n + 1, np.int64)
    rows = np.empty(elements * local * (local + 1) // 2, np.int64)  # as if nothing were shared
    seen = np.full(n, -1, np.int64)
    stop = 0
    for column in range(n):
        start = stop
        for m in range(first[column], first[column + 1]):
            e = elements_of[m]
            for k in range(local):
                row = dofs[e, k]
                if row >= column and seen[row] != column:
                    seen[row] = column
                    rows[stop] = row
                    stop += 1
        if stop - start < 100:
            _insertion_sort(rows[start:stop])
        else:
            rows[start:stop].sort()  # the unknown of a tied boundary
        colptr[column + 1] = stop
    return colptr, rows[:stop].copy()


@njit(cache=True)
def scatter(matrix, vector, prescribed, dofs, colptr, rows, data, load):
    """Add one element's matrix and load vector to the reduced system."""
    k = matrix.shape[0]
    for i in range(k):
        row = dofs[i]
        if row < 0:
            continue
        value = vector[i]
        for j in range(k):
            column = dofs[j]
            if column < 0:
                value -= matrix[i, j] * prescribed[j]
            elif row >= column:
                data[_column_position(rows, colptr[column], colptr[column + 1], row)] += matrix[
                    i, j
                ]
        load[row] += value


@njit(cache=True)
def _elastic_element(p, t, e, shape, dx, dy, weights, young, poisson, eps, matrix, vector):
    r0, _, a, b, _, _, det, g00, g01, g10, g11 = _frame(p, t, e)
    matrix[:] = 0.0
    vector[:] = 0.0
    dr, dz, h = np.empty(6), np.empty(6), np.empty(6)
    for q in range(len(weights)):
        r = r0
        # r from the P1 map: the geometry is straight-sided
        xq = shape[q, 1] + 0.5 * (shape[q, 3] + shape[q, 4])
        yq = shape[q, 2] + 0.5 * (shape[q, 4] + shape[q, 5])
        r += a * xq + b * yq
        w = 2 * np.pi * r * det * weights[q]
        nu = poisson[e, q]
        lam = young[e, q] * nu / ((1 + nu) * (1 - 2 * nu))
        mu = young[e, q] / (2 * (1 + nu))
        stress = (3 * lam + 2 * mu) * eps[e, q]
        for i in range(6):
            dr[i] = g00 * dx[q, i] + g01 * dy[q, i]
            dz[i] = g10 * dx[q, i] + g11 * dy[q, i]
            h[i] = shape[q, i] / r
        for i in range(6):
            vector[2 * i] += w * stress * (dr[i] + h[i])
            vector[2 * i + 1] += w * stress * dz[i]
            for j in range(6):
                matrix[2 * i, 2 * j] += w * (
                    (lam + 2 * mu) * (dr[i] * dr[j] + h[i] * h[j])
                    + lam * (dr[i] * h[j] + h[i] * dr[j])
                    + mu * dz[i] * dz[j]
                )
                c = w * (lam * (dr[i] + h[i]) * dz[j] + mu * dz[i] * dr[j])
                matrix[2 * i, 2 * j + 1] += c
                matrix[2 * j + 1, 2 * i] += c
                matrix[2 * i + 1, 2 * j + 1] += w * (
                    (lam + 2 * mu) * dz[i] * dz[j] + mu * dr[i] * dr[j]
                )


@njit(cache=True)
def assemble_elastic(
    p, t, shape, dx, dy, weights, young, poisson, eps, dofs, prescribed, colptr, rows, data, load
):
    """Stiffness and thermal load of axisymmetric thermo-elasticity.

    ``young``, ``poisson``, ``eps`` are (elements, q): MPa, -, thermal strain. ``prescribed`` is
    (elements, 12), the value of each local unknown that is not free.
    """
    matrix, vector = np.empty((12, 12)), np.empty(12)
    for e in range(t.shape[1]):
        _elastic_element(p, t, e, shape, dx, dy, weights, young, poisson, eps, matrix, vector)
        scatter(matrix, vector, prescribed[e], dofs[e], colptr, rows, data, load)


@njit(cache=True)
def elastic_nodal_forces(
    p, t, elements, nodes, u, shape, dx, dy, weights, young, poisson, eps, force
):
    """Internal nodal force of a set of elements, uN over the full revolution, added to ``force``.

    ``force`` is (nodes, 2); by equilibrium it equals the tractions that the rest of the body and
    the loads exert on these elements, tested with the shape functions.
    """
    matrix, vector = np.empty((12, 12)), np.empty(12)
    for e in elements:
        _elastic_element(p, t, e, shape, dx, dy, weights, young, poisson, eps, matrix, vector)
        for i in range(12):
            value = -vector[i]
            for j in range(12):
                value += matrix[i, j] * u[nodes[j // 2, e], j % 2]
            force[nodes[i // 2, e], i % 2] += value


@njit(cache=True)
def elastic_stress(p, t, elements, x, y, nodes, u, young, poisson, eps, out):
    """Stress rr, zz, tt, rz, MPa, at one reference point (x, y) of each listed element.

    ``young``, ``poisson``, ``eps`` are per point. On the axis u_r / r is du_r/dr.
    """
    for m in range(len(elements)):
        e = elements[m]
        r0, _, a, b, _, _, _, g00, g01, g10, g11 = _frame(p, t, e)
        xq, yq = x[m], y[m]
        w = 1.0 - xq - yq
        shape = (
            w * (2 * w - 1), xq * (2 * xq - 1), yq * (2 * yq - 1), 4 * w * xq, 4 * xq * yq,
            4 * w * yq,
        )
        dx = (1 - 4 * w, 4 * xq - 1, 0.0, 4 * (w - xq), 4 * yq, -4 * yq)
        dy = (1 - 4 * w, 0.0, 4 * yq - 1, -4 * xq, 4 * xq, 4 * (w - yq))
        r = r0 + a * xq + b * yq
        err = ezz = grz = ur = 0.0
        for i in range(6):
            node = nodes[i, e]
            dr = g00 * dx[i] + g01 * dy[i]
            dz = g10 * dx[i] + g11 * dy[i]
            err += dr * u[node, 0]
            ezz += dz * u[node, 1]
            grz += dz * u[node, 0] + dr * u[node, 1]
            ur += shape[i] * u[node, 0]
        ett = ur / r if r > 1e-9 * (abs(a) + abs(b)) else err
        nu = poisson[m]
        lam = young[m] * nu / ((1 + nu) * (1 - 2 * nu))
        mu = young[m] / (2 * (1 + nu))
        trace = lam * (err + ezz + ett) - (3 * lam + 2 * mu) * eps[m]
        out[0, m] = trace + 2 * mu * err
        out[1, m] = trace + 2 * mu * ezz
        out[2, m] = trace + 2 * mu * ett
        out[3, m] = mu * grz


@njit(cache=True)
def _conduction_element(p, t, e, shape, dx, dy, weights, conductivity, matrix):
    r0, _, a, b, _, _, det, g00, g01, g10, g11 = _frame(p, t, e)
    matrix[:] = 0.0
    dr, dz = np.empty(6), np.empty(6)
    for q in range(len(weights)):
        xq = shape[q, 1] + 0.5 * (shape[q, 3] + shape[q, 4])
        yq = shape[q, 2] + 0.5 * (shape[q, 4] + shape[q, 5])
        w = 2 * np.pi * (r0 + a * xq + b * yq) * det * weights[q] * conductivity[e, q]
        for i in range(6):
            dr[i] = g00 * dx[q, i] + g01 * dy[q, i]
            dz[i] = g10 * dx[q, i] + g11 * dy[q, i]
        for i in range(6):
            for j in range(6):
                matrix[i, j] += w * (dr[i] * dr[j] + dz[i] * dz[j])


@njit(cache=True)
def assemble_conduction(
    p, t, elements, shape, dx, dy, weights, conductivity, source, dofs, prescribed,
    colptr, rows, data, load,
):
    """Conductance matrix over the listed elements; ``source`` is (elements, 6), A per unknown.

    ``conductivity`` is (all elements, q); ``dofs``, ``prescribed``, ``source`` follow the list.
    """
    matrix = np.empty((6, 6))
    for m in range(len(elements)):
        _conduction_element(
            p, t, elements[m], shape, dx, dy, weights, conductivity, matrix
        )
        scatter(matrix, source[m], prescribed[m], dofs[m], colptr, rows, data, load)


@njit(cache=True)
def assemble_small(matrices, dofs, prescribed, colptr, rows, data, load):
    """Add ready-made element matrices (m, k, k), such as facet terms."""
    zero = np.zeros(matrices.shape[1])
    for m in range(matrices.shape[0]):
        scatter(matrices[m], zero, prescribed[m], dofs[m], colptr, rows, data, load)


@njit(cache=True)
def conduction_nodal_fluxes(
    p, t, elements, local_phi, nodes, shape, dx, dy, weights, conductivity, flux
):
    """Residual of a set of elements, A per node, added to ``flux``: the current that enters them.

    ``local_phi`` is (all elements, 6): a node on a resistive interface has a potential per side.
    """
    matrix = np.empty((6, 6))
    for e in elements:
        _conduction_element(p, t, e, shape, dx, dy, weights, conductivity, matrix)
        for i in range(6):
            value = 0.0
            for j in range(6):
                value += matrix[i, j] * local_phi[e, j]
            flux[nodes[i, e]] += value


@njit(cache=True)
def potential_gradient(p, t, elements, x, y, local_phi, out):
    """Gradient (r, z) of the potential at one reference point of each listed element."""
    for m in range(len(elements)):
        e = elements[m]
        _, _, _, _, _, _, _, g00, g01, g10, g11 = _frame(p, t, e)
        xq, yq = x[m], y[m]
        w = 1.0 - xq - yq
        dx = (1 - 4 * w, 4 * xq - 1, 0.0, 4 * (w - xq), 4 * yq, -4 * yq)
        dy = (1 - 4 * w, 0.0, 4 * yq - 1, -4 * xq, 4 * xq, 4 * (w - yq))
        gr = gz = 0.0
        for i in range(6):
            gr += (g00 * dx[i] + g01 * dy[i]) * local_phi[e, i]
            gz += (g10 * dx[i] + g11 * dy[i]) * local_phi[e, i]
        out[0, m] = gr
        out[1, m] = gz
