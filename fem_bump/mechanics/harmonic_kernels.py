"""Element kernels of elasticity for one harmonic of the angle, compiled.

Displacement (u_r cos n0, u_t sin n0, u_z cos n0), strains

    e_rr = dr u_r            e_zz = dz u_z               e_tt = (u_r + n u_t) / r
    g_rz = dz u_r + dr u_z   g_rt = dr u_t - (u_t + n u_r) / r     g_tz = dz u_t - n u_z / r,

weight 2 pi r for every n, so that recovered densities are amplitudes; n = 0 holds the axisymmetric
state and torsion side by side. E. L. Wilson, AIAA J. 3(12), 2269 (1965). Stress order: rr, zz, tt,
rz, rt, tz. The readable reference of the form is ``harmonic_elasticity.reference_form``.

A node on the axis has the unknowns (u_r + u_t) / 2 and (u_r - u_t) / 2 in place of u_r and u_t:
there the conditions of every harmonic are zeros of single unknowns (:func:`to_axis_unknowns`).
Elements as in :mod:`fem_bump.algebra.shape_functions`.
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.pattern import mirror, scatter
from fem_bump.algebra.shape_functions import element_map, shape_at
from groundwork.compiled import kernel


@kernel
def _strain_rows(n, dr, dz, h, rows):
    """Strain rr, zz, tt, rz, rt, tz of each unit unknown: (6 strains, 3 functions)."""
    for i in range(len(h)):
        r, t, z = 3 * i, 3 * i + 1, 3 * i + 2
        rows[0, r] = dr[i]
        rows[1, z] = dz[i]
        rows[2, r] = h[i]
        rows[2, t] = n * h[i]
        rows[3, r] = dz[i]
        rows[3, z] = dr[i]
        rows[4, r] = -n * h[i]
        rows[4, t] = dr[i] - h[i]
        rows[5, t] = dz[i]
        rows[5, z] = -n * h[i]


@kernel
def _harmonic_element(
    x, nodes, e, n, geometry, functions, weights, first, young, poisson, eps, matrix, vector
):
    """Rows of stiffness and eigenstrain load from function ``first`` on; ``eps``: see below."""
    shape, dx, dy, _ = geometry
    value, slope_x, slope_y, _ = functions
    count = value.shape[1]  # measured: with a count known to the compiler 10 % slower
    matrix[:] = 0.0
    vector[:] = 0.0
    dr, dz, h = np.empty(count), np.empty(count), np.empty(count)
    rows, stress = np.zeros((6, 3 * count)), np.empty((6, 3 * count))
    for q in range(len(weights)):
        r, _, det, g00, g01, g10, g11 = element_map(x, nodes, e, shape[q], dx[q], dy[q])
        w = 2 * np.pi * r * det * weights[q]
        nu = poisson[e, q]
        lam = w * young[e, q] * nu / ((1 + nu) * (1 - 2 * nu))
        mu = w * young[e, q] / (2 * (1 + nu))
        for i in range(count):
            dr[i] = g00 * slope_x[q, i] + g01 * slope_y[q, i]
            dz[i] = g10 * slope_x[q, i] + g11 * slope_y[q, i]
            h[i] = value[q, i] / r
        _strain_rows(n, dr, dz, h, rows)
        for k in range(3 * first, 3 * count):
            trace = lam * (rows[0, k] + rows[1, k] + rows[2, k])
            for c in range(3):
                stress[c, k] = trace + 2 * mu * rows[c, k]
                stress[c + 3, k] = mu * rows[c + 3, k]
        for i in range(3 * first, 3 * count):
            for c in range(6):
                part = stress[c, i]
                if part == 0.0:
                    continue
                vector[i - 3 * first] += part * eps[c, e, q]
                for j in range(i + 1):
                    matrix[i - 3 * first, j] += part * rows[c, j]
    mirror(matrix, 3 * first)


@kernel
def to_axis_unknowns(x, nodes, e, matrix, vector):
    """Change an element's unknowns at nodes on the axis to half sum and half difference."""
    for i in range(6):
        if x[0, nodes[i, e]] != 0.0:
            continue
        r, t = 3 * i, 3 * i + 1
        for k in range(18):
            first, second = matrix[k, r], matrix[k, t]
            matrix[k, r], matrix[k, t] = first + second, first - second
        for k in range(18):
            first, second = matrix[r, k], matrix[t, k]
            matrix[r, k], matrix[t, k] = first + second, first - second
        vector[r], vector[t] = vector[r] + vector[t], vector[r] - vector[t]


@kernel
def assemble_harmonic(
    x,
    nodes,
    n,
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
    """Stiffness and eigenstrain load of harmonic n.

    ``young``, ``poisson`` are (elements, q), ``eps`` (6, elements, q); ``dofs`` and ``prescribed``
    (elements, 18), in the unknowns of :func:`to_axis_unknowns`.
    """
    matrix, vector = np.empty((18, 18)), np.empty(18)
    for e in range(nodes.shape[1]):
        _harmonic_element(
            x, nodes, e, n, functions, functions, weights, 0, young, poisson, eps, matrix, vector
        )
        to_axis_unknowns(x, nodes, e, matrix, vector)
        scatter(matrix, vector, prescribed[e], dofs[e], colptr, rows, data, load)


@kernel
def harmonic_rows(
    x, nodes, elements, geometry, functions, weights, first, n, young, poisson, eps, matrices, loads
):
    """As :func:`fem_bump.mechanics.axisymmetric_kernels.elastic_rows`, of harmonic n: r, t, z."""
    for m in range(len(elements)):
        _harmonic_element(
            x, nodes, elements[m], n, geometry, functions, weights, first, young, poisson, eps,
            matrices[m], loads[m],
        )  # fmt: skip


@kernel
def harmonic_nodal_forces(x, nodes, elements, n, u, functions, weights, young, poisson, eps, force):
    """Internal nodal force r, t, z of a set of elements, uN (weight 2 pi r), added to ``force``."""
    matrix, vector = np.empty((18, 18)), np.empty(18)
    for e in elements:
        _harmonic_element(
            x, nodes, e, n, functions, functions, weights, 0, young, poisson, eps, matrix, vector
        )
        for i in range(18):
            value = -vector[i]
            for j in range(18):
                value += matrix[i, j] * u[nodes[j // 3, e], j % 3]
            force[nodes[i // 3, e], i % 3] += value


@kernel
def harmonic_stress(x, nodes, elements, n, xi, eta, u, young, poisson, eps, out):
    """Stress amplitudes rr, zz, tt, rz, rt, tz, MPa, at one reference point of each element.

    ``young``, ``poisson`` are per point, ``eps`` (6, points). On the axis a quotient by r is the
    radial derivative of its numerator, which vanishes there.
    """
    strain = np.empty(6)
    for m in range(len(elements)):
        e = elements[m]
        shape, dx, dy = shape_at(xi[m], eta[m])
        r, _, det, g00, g01, g10, g11 = element_map(x, nodes, e, shape, dx, dy)
        value, along_r, along_z = np.zeros(3), np.zeros(3), np.zeros(3)
        for i in range(6):
            a, b = g00 * dx[i] + g01 * dy[i], g10 * dx[i] + g11 * dy[i]
            for c in range(3):
                part = u[nodes[i, e], c]
                value[c] += shape[i] * part
                along_r[c] += a * part
                along_z[c] += b * part
        over_r = value / r if r * r > 1e-18 * det else along_r
        strain[0] = along_r[0]
        strain[1] = along_z[2]
        strain[2] = over_r[0] + n * over_r[1]
        strain[3] = along_z[0] + along_r[2]
        strain[4] = along_r[1] - (over_r[1] + n * over_r[0])
        strain[5] = along_z[1] - n * over_r[2]
        nu = poisson[m]
        lam = young[m] * nu / ((1 + nu) * (1 - 2 * nu))
        mu = young[m] / (2 * (1 + nu))
        trace = 0.0
        for c in range(6):
            strain[c] -= eps[c, m]
            if c < 3:
                trace += lam * strain[c]
        for c in range(3):
            out[c, m] = trace + 2 * mu * strain[c]
            out[c + 3, m] = mu * strain[c + 3]
