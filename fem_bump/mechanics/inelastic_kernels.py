"""Element kernels of bodies with laws, compiled: the law's update fused into the assembly.

Weight 2 pi r. Elements as in :mod:`fem_bump.algebra.shape_functions`; the seam of laws:
:mod:`fem_bump.laws.kind`. Strain order rr, zz, tt, rz (engineering).

Flow keeps the volume, and second-order triangles alone cannot: pressure and with it peel would
zigzag from node to node, the more the further a metal has flowed. So the elements of regions with
laws have a bubble, 27 x y (1 - x - y) of each component, and their dilatation is the line in x, y
that fits it best over the element, weight 2 pi r: M. Crouzeix and P.-A. Raviart, RAIRO 7, 33
(1973), in the form of projected strains, T. J. R. Hughes, Int. J. Numer. Meth. Eng. 15, 1413
(1980). That pair is stable and keeps the order of second-order triangles. A bubble concerns nothing
outside its element: it is solved for there, and eliminated from the tangent.
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.pattern import mirror, scatter
from fem_bump.algebra.shape_functions import element_map
from groundwork.compiled import kernel

SUBSTEPS = 64  # of one point, at most
DIFFERENCE = 1e-7  # strain by which the tangent of substeps is differenced
SETTLED = 1e-11  # force of a bubble over the largest of its element that is none
ENOUGH = 1e-7  # what is taken where round-off allows no better
ROUNDS = 25  # of Newton's iterations for a bubble


@kernel
def _substeps(update, constants, before, strain, dt, old, stress, tangent, new, count):
    """One point in ``count`` equal steps; whether the law found a solution in all."""
    state, start, end = old.copy(), before.copy(), before.copy()
    for k in range(count):
        share = (k + 1) / count
        for i in range(len(strain)):
            start[i] = end[i]
            end[i] = before[i] + share * (strain[i] - before[i])
        at = constants[0] + share * (constants[1] - constants[0])
        if update(at, start, end, dt / count, state, stress, tangent, new) != 0:
            return False
        state[:] = new
    return True


@kernel
def _cut_point(update, constants, before, strain, dt, old, stress, tangent, new):
    """A point whose law found no solution, in ever more substeps; their number, 0 for none.

    The tangent is differenced: that of the last substep alone is not that of all.
    """
    n = len(strain)
    count = 2
    while count <= SUBSTEPS:
        if _substeps(update, constants, before, strain, dt, old, stress, tangent, new, count):
            found, state, moved = np.empty((n, n)), new.copy(), strain.copy()
            high, low, unused = stress.copy(), stress.copy(), tangent.copy()
            fine = True
            for j in range(n):
                moved[j] = strain[j] + DIFFERENCE
                fine &= _substeps(
                    update, constants, before, moved, dt, old, high, unused, state, count
                )
                moved[j] = strain[j] - DIFFERENCE
                fine &= _substeps(
                    update, constants, before, moved, dt, old, low, unused, state, count
                )
                moved[j] = strain[j]
                for i in range(n):
                    found[i, j] = (high[i] - low[i]) / (2 * DIFFERENCE)
            if fine:
                tangent[:] = found
                return count
        count *= 2
    return 0


@kernel
def _strain_rows(x, nodes, e, functions, weights, points, rows, volumes):
    """Rows (q, 4, 14) that make strains of an element's displacements, and its volumes (q,)."""
    value, slope_x, slope_y, _ = functions
    count = len(weights)
    rows[:] = 0.0
    mass = np.zeros((3, 3))
    for q in range(count):
        r, _, det, g00, g01, g10, g11 = element_map(x, nodes, e, value[q], slope_x[q], slope_y[q])
        w = volumes[q] = 2 * np.pi * r * det * weights[q]
        for i in range(7):
            dr = g00 * slope_x[q, i] + g01 * slope_y[q, i]
            dz = g10 * slope_x[q, i] + g11 * slope_y[q, i]
            rows[q, 0, 2 * i] = dr
            rows[q, 2, 2 * i] = value[q, i] / r
            rows[q, 3, 2 * i] = dz
            rows[q, 1, 2 * i + 1] = dz
            rows[q, 3, 2 * i + 1] = dr
        line = (1.0, points[0, q], points[1, q])
        for a in range(3):
            for b in range(3):
                mass[a, b] += w * line[a] * line[b]
    inverse = np.linalg.inv(mass)
    for k in range(14):
        one = by_x = by_y = 0.0
        for q in range(count):
            part = volumes[q] * (rows[q, 0, k] + rows[q, 1, k] + rows[q, 2, k])
            one += part
            by_x += part * points[0, q]
            by_y += part * points[1, q]
        for q in range(count):
            fitted = 0.0
            line = (1.0, points[0, q], points[1, q])
            for a in range(3):
                fitted += line[a] * (
                    inverse[a, 0] * one + inverse[a, 1] * by_x + inverse[a, 2] * by_y
                )
            change = fitted - (rows[q, 0, k] + rows[q, 1, k] + rows[q, 2, k])
            for c in range(3):
                rows[q, c, k] += change / 3


@kernel
def _gather(u, bubble, nodes, e, local):
    """The 14 displacements of an element."""
    for i in range(6):
        local[2 * i] = u[nodes[i, e], 0]
        local[2 * i + 1] = u[nodes[i, e], 1]
    local[12], local[13] = bubble[0], bubble[1]


@kernel
def _strain(rows, local, eps, strain):
    """Mechanical strain of one point."""
    for c in range(4):
        strain[c] = -eps if c < 3 else 0.0
        for i in range(14):
            strain[c] += rows[c, i] * local[i]


@kernel
def assemble_inelastic(
    update, constants, x, nodes, elements, functions, weights, points, u_before, u, eps_before,
    eps, dt, old, new, bubble_before, bubble, dofs, prescribed, colptr, rows, data, load,
):  # fmt: skip
    """Tangent and out-of-balance load of the elements of one law, at the displacement ``u``.

    ``constants`` (2, k) at the start and the end of the step; ``eps`` are thermal strains, the same
    in all the elements. ``old``, ``new`` (listed elements, q, state). ``bubble`` (listed elements,
    2) is where its search starts, and what it finds. Adds the tangent to ``data``, symmetrized, and
    to ``load`` minus the internal force, less the tangent times ``prescribed`` (elements, 12), the
    change of known unknowns.

    Returns the first listed element that has no solution (-1 for none), the number of substeps that
    points were cut into, and the largest nodal force of an element.
    """
    count, size = len(weights), old.shape[2]
    matrix, vector, reduced = np.empty((14, 14)), np.empty(14), np.empty((12, 12))
    b, volumes = np.empty((count, 4, 14)), np.empty(count)
    before, strain, stress, tangent = np.empty(4), np.empty(4), np.empty(4), np.empty((4, 4))
    state, following, column = np.empty(size), np.empty(size), np.empty(4)
    start, end = np.empty(14), np.empty(14)
    cut, largest = 0, 0.0
    for m in range(len(elements)):
        e = elements[m]
        _strain_rows(x, nodes, e, functions, weights, points, b, volumes)
        _gather(u_before, bubble_before[m], nodes, e, start)
        last = np.inf
        for turn in range(ROUNDS + 1):
            _gather(u, bubble[m], nodes, e, end)
            matrix[:] = 0.0
            vector[:] = 0.0
            for q in range(count):
                _strain(b[q], start, eps_before, before)
                _strain(b[q], end, eps, strain)
                state[:] = old[m, q]
                if update(constants[1], before, strain, dt, state, stress, tangent, following) != 0:
                    pieces = _cut_point(
                        update, constants, before, strain, dt, state, stress, tangent, following
                    )
                    if pieces == 0:
                        return m, cut, largest
                    cut += pieces
                new[m, q] = following
                for i in range(4):
                    for j in range(i):
                        tangent[i, j] = tangent[j, i] = 0.5 * (tangent[i, j] + tangent[j, i])
                w = volumes[q]
                for i in range(14):
                    for c in range(4):
                        vector[i] -= w * b[q, c, i] * stress[c]
                        column[c] = 0.0
                        for k in range(4):
                            column[c] += w * tangent[c, k] * b[q, k, i]
                    for j in range(i + 1):
                        for c in range(4):
                            matrix[i, j] += column[c] * b[q, c, j]
            force = 0.0
            for i in range(12):
                force = max(force, abs(vector[i]))
            miss = max(abs(vector[12]), abs(vector[13]))
            k00, k10, k11 = matrix[12, 12], matrix[13, 12], matrix[13, 13]
            det = k00 * k11 - k10 * k10
            if miss <= SETTLED * force or (miss <= ENOUGH * force and miss > 0.5 * last):
                break
            if turn == ROUNDS or not det > 0.0:
                return m, cut, largest
            last = miss
            bubble[m, 0] += (k11 * vector[12] - k10 * vector[13]) / det
            bubble[m, 1] += (k00 * vector[13] - k10 * vector[12]) / det
        largest = max(largest, force)
        for i in range(12):
            first = (k11 * matrix[12, i] - k10 * matrix[13, i]) / det
            second = (k00 * matrix[13, i] - k10 * matrix[12, i]) / det
            for j in range(i + 1):
                reduced[i, j] = matrix[i, j] - first * matrix[12, j] - second * matrix[13, j]
        mirror(reduced, 0)
        scatter(reduced, vector[:12], prescribed[e], dofs[e], colptr, rows, data, load)
    return -1, cut, largest


@kernel
def flowing_stress(
    x, nodes, elements, functions, weights, points, u, bubble, bulk, shear, eps, state, out
):
    """Stress (listed elements, q, 4), MPa, at the quadrature points of elements with a law.

    ``state`` (listed elements, q, ...) starts with the inelastic strains.
    """
    count = len(weights)
    b, volumes = np.empty((count, 4, 14)), np.empty(count)
    strain, local = np.empty(4), np.empty(14)
    for m in range(len(elements)):
        e = elements[m]
        _strain_rows(x, nodes, e, functions, weights, points, b, volumes)
        _gather(u, bubble[m], nodes, e, local)
        for q in range(count):
            _strain(b[q], local, eps, strain)
            trace = 0.0
            for c in range(4):
                strain[c] -= state[m, q, c]
                if c < 3:
                    trace += strain[c]
            for c in range(3):
                out[m, q, c] = bulk * trace + 2 * shear * (strain[c] - trace / 3)
            out[m, q, 3] = shear * strain[3]


@kernel
def flowing_forces(x, nodes, elements, functions, weights, points, stress, force):
    """Nodal forces, uN over the full revolution, of stresses (listed elements, q, 4)."""
    count = len(weights)
    b, volumes = np.empty((count, 4, 14)), np.empty(count)
    for m in range(len(elements)):
        e = elements[m]
        _strain_rows(x, nodes, e, functions, weights, points, b, volumes)
        for q in range(count):
            for i in range(12):
                node, c = nodes[i // 2, e], i % 2
                for k in range(4):
                    force[node, c] += volumes[q] * b[q, k, i] * stress[m, q, k]
