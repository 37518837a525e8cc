"""Fused element kernels: the weak forms of this package, compiled.

Second-order triangles in the half-plane (r, z), weight 2 pi r, mapped by their own shape functions:
a facet on a curved outline has its midpoint on the curve. Nodes of an element: its three vertices,
then the midpoints of the facets (0,1), (1,2), (0,2), which is scikit-fem's order for
``ElementTriP2``. The readable reference of every form stands next to its solver
(``thermal_stress.reference_forms``, ``conduction.reference_form``); tests hold the two together to
round-off. All loops run over one element at a time and write straight into the lower triangle of
a compressed-column matrix; nothing of the size (elements x 12 x 12) is ever stored.
"""

from __future__ import annotations

import numpy as np
from skfem.quadrature import get_quadrature
from skfem.refdom import RefTri

from fem_bump.compiled import kernel

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


@kernel
def _shape_at(x, y):
    """Shape functions and reference gradients at one point."""
    w = 1.0 - x - y
    shape = (w * (2 * w - 1), x * (2 * x - 1), y * (2 * y - 1), 4 * w * x, 4 * x * y, 4 * w * y)
    dx = (1 - 4 * w, 4 * x - 1, 0.0, 4 * (w - x), 4 * y, -4 * y)
    dy = (1 - 4 * w, 0.0, 4 * y - 1, -4 * x, 4 * x, 4 * (w - y))
    return shape, dx, dy


@kernel
def _map(x, nodes, e, shape, dx, dy):
    """Second-order map of element e: r, z, |det| and the Jacobian's inverse transpose."""
    r = z = a = b = c = d = 0.0
    for i in range(6):
        node = nodes[i, e]
        ri, zi = x[0, node], x[1, node]
        r += shape[i] * ri
        z += shape[i] * zi
        a += dx[i] * ri
        b += dy[i] * ri
        c += dx[i] * zi
        d += dy[i] * zi
    det = a * d - b * c
    return r, z, abs(det), d / det, -c / det, -b / det, a / det


@kernel
def quadrature_map(x, nodes, shape, dx, dy, weights, points, volumes):
    """Positions (2, elements, q) and revolved volumes (elements, q) of quadrature points."""
    for e in range(nodes.shape[1]):
        for q in range(len(weights)):
            r, z, det, _, _, _, _ = _map(x, nodes, e, shape[q], dx[q], dy[q])
            points[0, e, q] = r
            points[1, e, q] = z
            volumes[e, q] = 2 * np.pi * r * det * weights[q]


@kernel
def _column_position(rows, start, stop, row):
    while start < stop:
        middle = (start + stop) // 2
        if rows[middle] < row:
            start = middle + 1
        else:
            stop = middle
    return start


@kernel
def _insertion_sort(values):
    # columns are short and nearly sorted: measured at half the time of the general sort
    for m in range(1, len(values)):
        value, k = values[m], m
        while k > 0 and values[k - 1] > value:
            values[k] = values[k - 1]
            k -= 1
        values[k] = value


@kernel
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


@kernel
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


@kernel
def _elastic_element(x, nodes, e, shape, dx, dy, weights, young, poisson, eps, matrix, vector):
    matrix[:] = 0.0
    vector[:] = 0.0
    dr, dz, h = np.empty(6), np.empty(6), np.empty(6)
    for q in range(len(weights)):
        r, _, det, g00, g01, g10, g11 = _map(x, nodes, e, shape[q], dx[q], dy[q])
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


@kernel
def assemble_elastic(
    x,
    nodes,
    shape,
    dx,
    dy,
    weights,
    young,
    poisson,
    eps,
    dofs,
    prescribed,
    colptr,
    rows,
    data,
    load,
):
    """Stiffness and thermal load of axisymmetric thermo-elasticity.

    ``young``, ``poisson``, ``eps`` are (elements, q): MPa, -, thermal strain. ``prescribed`` is
    (elements, 12), the value of each local unknown that is not free.
    """
    matrix, vector = np.empty((12, 12)), np.empty(12)
    for e in range(nodes.shape[1]):
        _elastic_element(x, nodes, e, shape, dx, dy, weights, young, poisson, eps, matrix, vector)
        scatter(matrix, vector, prescribed[e], dofs[e], colptr, rows, data, load)


@kernel
def elastic_nodal_forces(x, nodes, elements, u, shape, dx, dy, weights, young, poisson, eps, force):
    """Internal nodal force of a set of elements, uN over the full revolution, added to ``force``.

    ``force`` is (nodes, 2); by equilibrium it equals the tractions that the rest of the body and
    the loads exert on these elements, tested with the shape functions.
    """
    matrix, vector = np.empty((12, 12)), np.empty(12)
    for e in elements:
        _elastic_element(x, nodes, e, shape, dx, dy, weights, young, poisson, eps, matrix, vector)
        for i in range(12):
            value = -vector[i]
            for j in range(12):
                value += matrix[i, j] * u[nodes[j // 2, e], j % 2]
            force[nodes[i // 2, e], i % 2] += value


@kernel
def elastic_stress(x, nodes, elements, xi, eta, u, young, poisson, eps, out):
    """Stress rr, zz, tt, rz, MPa, at one reference point (xi, eta) of each listed element.

    ``young``, ``poisson``, ``eps`` are per point. On the axis u_r / r is du_r/dr.
    """
    for m in range(len(elements)):
        e = elements[m]
        shape, dx, dy = _shape_at(xi[m], eta[m])
        r, _, det, g00, g01, g10, g11 = _map(x, nodes, e, shape, dx, dy)
        err = ezz = grz = ur = 0.0
        for i in range(6):
            node = nodes[i, e]
            dr = g00 * dx[i] + g01 * dy[i]
            dz = g10 * dx[i] + g11 * dy[i]
            err += dr * u[node, 0]
            ezz += dz * u[node, 1]
            grz += dz * u[node, 0] + dr * u[node, 1]
            ur += shape[i] * u[node, 0]
        ett = ur / r if r * r > 1e-18 * det else err
        nu = poisson[m]
        lam = young[m] * nu / ((1 + nu) * (1 - 2 * nu))
        mu = young[m] / (2 * (1 + nu))
        trace = lam * (err + ezz + ett) - (3 * lam + 2 * mu) * eps[m]
        out[0, m] = trace + 2 * mu * err
        out[1, m] = trace + 2 * mu * ezz
        out[2, m] = trace + 2 * mu * ett
        out[3, m] = mu * grz


@kernel
def _conduction_element(x, nodes, e, shape, dx, dy, weights, conductivity, straight, around):
    """Matrices of s grad u . grad v and of s u v / r^2, one element."""
    straight[:] = 0.0
    around[:] = 0.0
    dr, dz = np.empty(6), np.empty(6)
    for q in range(len(weights)):
        r, _, det, g00, g01, g10, g11 = _map(x, nodes, e, shape[q], dx[q], dy[q])
        w = 2 * np.pi * r * det * weights[q] * conductivity[e, q]
        over_square = w / r**2
        for i in range(6):
            dr[i] = g00 * dx[q, i] + g01 * dy[q, i]
            dz[i] = g10 * dx[q, i] + g11 * dy[q, i]
        for i in range(6):
            for j in range(i + 1):
                straight[i, j] += w * (dr[i] * dr[j] + dz[i] * dz[j])
                around[i, j] += over_square * shape[q, i] * shape[q, j]
    for i in range(6):
        for j in range(i):
            straight[j, i] = straight[i, j]
            around[j, i] = around[i, j]


@kernel
def assemble_conduction(
    x,
    nodes,
    elements,
    shape,
    dx,
    dy,
    weights,
    conductivity,
    source,
    dofs,
    prescribed,
    colptr,
    rows,
    data,
    load,
):
    """Conductance matrix over the listed elements; ``source`` is (elements, 6), A per unknown.

    ``conductivity`` is (all elements, q), S/um; ``dofs``, ``prescribed``, ``source`` follow the
    list.
    """
    straight, around = np.empty((6, 6)), np.empty((6, 6))
    for m in range(len(elements)):
        _conduction_element(
            x, nodes, elements[m], shape, dx, dy, weights, conductivity, straight, around
        )
        scatter(straight, source[m], prescribed[m], dofs[m], colptr, rows, data, load)


@kernel
def assemble_harmonic_conduction(
    x,
    nodes,
    elements,
    shape,
    dx,
    dy,
    weights,
    conductivity,
    dofs,
    colptr,
    rows,
    stiffness,
    mass,
):
    """Both parts of a harmonic's conductance, as :func:`assemble_conduction`, nothing prescribed.

    ``stiffness`` takes s grad u . grad v, ``mass`` s u v / r^2: harmonic n is the first plus n^2
    times the second.
    """
    straight, around = np.empty((6, 6)), np.empty((6, 6))
    for m in range(len(elements)):
        _conduction_element(
            x, nodes, elements[m], shape, dx, dy, weights, conductivity, straight, around
        )
        for i in range(6):
            for j in range(6):
                row, column = dofs[m, i], dofs[m, j]
                if row >= column >= 0:
                    p = _column_position(rows, colptr[column], colptr[column + 1], row)
                    stiffness[p] += straight[i, j]
                    mass[p] += around[i, j]


@kernel
def assemble_small(matrices, dofs, prescribed, colptr, rows, data, load):
    """Add ready-made element matrices (m, k, k), such as facet terms."""
    zero = np.zeros(matrices.shape[1])
    for m in range(matrices.shape[0]):
        scatter(matrices[m], zero, prescribed[m], dofs[m], colptr, rows, data, load)


@kernel
def conduction_nodal_fluxes(
    x, nodes, elements, local_phi, squares, shape, dx, dy, weights, conductivity, flux
):
    """Residual of a set of elements, A per node, added to ``flux``: the current that enters them.

    ``local_phi`` is (harmonics, all elements, 6): a node on a resistive interface has a potential
    per side; ``squares`` (harmonics,) holds n^2, ``flux`` is (nodes, harmonics).
    """
    straight, around = np.empty((6, 6)), np.empty((6, 6))
    for e in elements:
        _conduction_element(x, nodes, e, shape, dx, dy, weights, conductivity, straight, around)
        for h in range(len(squares)):
            for i in range(6):
                value = 0.0
                for j in range(6):
                    value += (straight[i, j] + squares[h] * around[i, j]) * local_phi[h, e, j]
                flux[nodes[i, e], h] += value


@kernel
def potential_gradient(x, nodes, elements, xi, eta, local_phi, out):
    """Gradient (r, z) of the potential and potential / r at a reference point of each element.

    On the axis the last is its limit, the radial derivative, for a potential that vanishes there.
    """
    for m in range(len(elements)):
        e = elements[m]
        shape, dx, dy = _shape_at(xi[m], eta[m])
        r, _, det, g00, g01, g10, g11 = _map(x, nodes, e, shape, dx, dy)
        gr = gz = phi = 0.0
        for i in range(6):
            gr += (g00 * dx[i] + g01 * dy[i]) * local_phi[e, i]
            gz += (g10 * dx[i] + g11 * dy[i]) * local_phi[e, i]
            phi += shape[i] * local_phi[e, i]
        out[0, m] = gr
        out[1, m] = gz
        out[2, m] = phi / r if r * r > 1e-18 * det else gr


@kernel
def symmetric_products(colptr, rows, first, second, x, at_first, at_second):
    """Products of two symmetric matrices, lower triangles on one pattern, with one vector.

    Rows of a column are sorted, the diagonal is there.
    """
    at_first[:] = 0.0
    at_second[:] = 0.0
    for column in range(len(colptr) - 1):
        here, p = x[column], colptr[column]
        a, b = first[p] * here, second[p] * here
        for p in range(colptr[column] + 1, colptr[column + 1]):
            row = rows[p]
            at_first[row] += first[p] * here
            at_second[row] += second[p] * here
            a += first[p] * x[row]
            b += second[p] * x[row]
        at_first[column] += a
        at_second[column] += b
