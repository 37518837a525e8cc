"""Element kernels of axisymmetric thermo-elasticity, compiled; weight 2 pi r.

The readable reference of the form is ``thermal_stress.reference_forms``; tests hold the two
together to round-off. Elements as in :mod:`fem_bump.algebra.shape_functions`.
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.pattern import mirror, scatter
from fem_bump.algebra.shape_functions import element_map, shape_at
from groundwork.compiled import kernel


@kernel
def _elastic_element(
    x, nodes, e, geometry, functions, weights, first, young, poisson, eps, matrix, vector
):
    """Rows of the stiffness, and of the thermal load, of the functions from ``first`` on."""
    shape, dx, dy, _ = geometry
    value, slope_x, slope_y, numbers = functions
    count = len(numbers)
    matrix[:] = 0.0
    vector[:] = 0.0
    dr, dz, h = np.empty(count), np.empty(count), np.empty(count)
    for q in range(len(weights)):
        r, _, det, g00, g01, g10, g11 = element_map(x, nodes, e, shape[q], dx[q], dy[q])
        w = 2 * np.pi * r * det * weights[q]
        nu = poisson[e, q]
        lam = young[e, q] * nu / ((1 + nu) * (1 - 2 * nu))
        mu = young[e, q] / (2 * (1 + nu))
        stress = (3 * lam + 2 * mu) * eps[e, q]
        for i in range(count):
            dr[i] = g00 * slope_x[q, i] + g01 * slope_y[q, i]
            dz[i] = g10 * slope_x[q, i] + g11 * slope_y[q, i]
            h[i] = value[q, i] / r
        for i in range(first, count):
            k = 2 * (i - first)
            vector[k] += w * stress * (dr[i] + h[i])
            vector[k + 1] += w * stress * dz[i]
            for j in range(i + 1):
                matrix[k, 2 * j] += w * (
                    (lam + 2 * mu) * (dr[i] * dr[j] + h[i] * h[j])
                    + lam * (dr[i] * h[j] + h[i] * dr[j])
                    + mu * dz[i] * dz[j]
                )
                matrix[k, 2 * j + 1] += w * (lam * (dr[i] + h[i]) * dz[j] + mu * dz[i] * dr[j])
                matrix[k + 1, 2 * j] += w * (lam * dz[i] * (dr[j] + h[j]) + mu * dr[i] * dz[j])
                matrix[k + 1, 2 * j + 1] += w * (
                    (lam + 2 * mu) * dz[i] * dz[j] + mu * dr[i] * dr[j]
                )
    mirror(matrix, 2 * first)


@kernel
def assemble_elastic(
    x,
    nodes,
    functions,
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
        _elastic_element(
            x, nodes, e, functions, functions, weights, 0, young, poisson, eps, matrix, vector
        )
        scatter(matrix, vector, prescribed[e], dofs[e], colptr, rows, data, load)


@kernel
def elastic_rows(
    x, nodes, elements, geometry, functions, weights, first, young, poisson, eps, matrices, loads
):
    """Rows of the stiffness and thermal load of elements, of their functions from ``first`` on.

    ``geometry`` maps the elements, ``functions`` (any number) are those of the displacement, as
    :func:`~fem_bump.algebra.shape_functions.shape_table` returns them.
    """
    for m in range(len(elements)):
        _elastic_element(
            x, nodes, elements[m], geometry, functions, weights, first, young, poisson, eps,
            matrices[m], loads[m],
        )  # fmt: skip


@kernel
def elastic_nodal_forces(x, nodes, elements, u, functions, weights, young, poisson, eps, force):
    """Internal nodal force of a set of elements, uN over the full revolution, added to ``force``.

    ``force`` is (nodes, 2); by equilibrium it equals the tractions that the rest of the body and
    the loads exert on these elements, tested with the shape functions.
    """
    matrix, vector = np.empty((12, 12)), np.empty(12)
    for e in elements:
        _elastic_element(
            x, nodes, e, functions, functions, weights, 0, young, poisson, eps, matrix, vector
        )
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
        shape, dx, dy = shape_at(xi[m], eta[m])
        r, _, det, g00, g01, g10, g11 = element_map(x, nodes, e, shape, dx, dy)
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
