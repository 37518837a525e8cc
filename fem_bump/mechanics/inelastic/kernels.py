"""Element kernels of bodies with laws, compiled: the law's update fused into the assembly.

Weight 2 pi r. Elements as in :mod:`fem_bump.algebra.shape_functions`; the seam of laws:
:mod:`fem_bump.laws.kind`. Strain order rr, zz, tt, rz (engineering).

Flow keeps the volume, and second-order triangles alone cannot: pressure and with it peel would
zigzag from node to node, the more the further a metal has flowed. So the elements of regions with
laws have a bubble, 27 x y (1 - x - y) of each component, and their dilatation is the line in x, y
that fits it best over the element, weight 2 pi r: M. Crouzeix and P.-A. Raviart, RAIRO 7, 33
(1973), in the form of projected strains, T. J. R. Hughes, Int. J. Numer. Meth. Eng. 15, 1413
(1980). That pair is stable and keeps the order of second-order triangles. A bubble concerns nothing
outside its element: it is eliminated there, and follows the others from one iteration to the next.
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.pattern import mirror, scatter_to, scatter_upper
from fem_bump.algebra.shape_functions import element_map
from groundwork.compiled import kernel

SUBSTEPS = 64  # of one point, at most
DIFFERENCE = 1e-7  # strain by which the tangent of substeps is differenced


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
def cut_point(update, constants, before, strain, dt, old, stress, tangent, new):
    """A point whose law found no solution, in ever more substeps; whether that helps.

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
                return True
        count *= 2
    return False


@kernel
def strain_rows(x, nodes, elements, functions, weights, points, all_rows, all_volumes):
    """What makes strains of the displacements of elements: rows (m, q, 4, 14), volumes (m, q).

    An element's 14 displacements are those of its nodes, r and z in turn, and of its bubble.
    """
    value, slope_x, slope_y, _ = functions
    count = len(weights)
    for m in range(len(elements)):
        e, rows, volumes = elements[m], all_rows[m], all_volumes[m]
        rows[:] = 0.0
        mass = np.zeros((3, 3))
        for q in range(count):
            r, _, det, g00, g01, g10, g11 = element_map(
                x, nodes, e, value[q], slope_x[q], slope_y[q]
            )
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
def _gather(u, nodes, e, local):
    """The nodal displacements of an element."""
    for i in range(6):
        local[2 * i] = u[nodes[i, e], 0]
        local[2 * i + 1] = u[nodes[i, e], 1]


@kernel
def _strain(rows, local, eps, strain):
    """Mechanical strain of one point."""
    rr = zz = tt = -eps
    rz = 0.0
    for i in range(14):
        rr += rows[0, i] * local[i]
        zz += rows[1, i] * local[i]
        tt += rows[2, i] * local[i]
        rz += rows[3, i] * local[i]
    strain[0], strain[1], strain[2], strain[3] = rr, zz, tt, rz


@kernel
def _add_point(rows, w, stress, tangent, half, matrix, vector):
    """Add a quadrature point to the matrix and to minus the force of its element.

    ``half`` (4, 14) is room for w C B. Innermost loops have a count that the compiler knows, and
    run along rows: it takes four numbers at a time.
    """
    for c in range(4):
        c0, c1, c2, c3 = w * tangent[c, 0], w * tangent[c, 1], w * tangent[c, 2], w * tangent[c, 3]
        s = w * stress[c]
        for j in range(14):
            half[c, j] = c0 * rows[0, j] + c1 * rows[1, j] + c2 * rows[2, j] + c3 * rows[3, j]
            vector[j] -= s * rows[c, j]
    for i in range(14):
        r0, r1, r2, r3 = rows[0, i], rows[1, i], rows[2, i], rows[3, i]
        for j in range(14):
            matrix[i, j] += r0 * half[0, j] + r1 * half[1, j] + r2 * half[2, j] + r3 * half[3, j]


@kernel
def assemble_inelastic(
    update, constants, b, volumes, nodes, elements, u_before, bubble_before, u, eps_before, eps,
    dt, old, new, local, follow, dofs, prescribed, entries, data, upper, load,
):  # fmt: skip
    """Tangent and out-of-balance load of the elements of one law, at the displacement ``u``.

    ``constants`` (2, P, k) at the start and the end of the step and thermal strains
    ``eps_before``, ``eps`` (P,) are of every quadrature point, element by element, or with P = 1 of
    all; ``b``, ``volumes`` of :func:`strain_rows`. ``old``, ``new``
    (listed elements, q, state). ``local`` (listed elements, 14): displacements at the last call;
    ``follow`` (listed elements, 2, 13): how its bubble follows the others from there, and its own
    correction. Both are renewed. ``entries`` (listed elements, 12, 12) of
    :func:`~fem_bump.algebra.pattern.entries`. Adds the tangent to ``data``, symmetrized where
    ``upper`` has no room for what it has above the diagonal, and to ``load`` minus the internal
    force, less the tangent times ``prescribed`` (elements, 12), the change of known unknowns.

    Returns the first listed element that has no solution (-1 for none), the largest nodal force of
    an element, and the largest force of a bubble, which is out of balance.
    """
    count, size = volumes.shape[1], old.shape[2]
    matrix, vector = np.empty((14, 14)), np.empty(14)
    reduced, force = np.empty((12, 12)), np.empty(12)
    before, strain, stress, tangent = np.empty(4), np.empty(4), np.empty(4), np.empty((4, 4))
    state, following, half = np.empty(size), np.empty(size), np.empty((4, 14))
    start, end, inverse = np.empty(14), np.empty(14), np.empty((2, 2))
    both = np.empty((2, constants.shape[2]))
    symmetric = len(upper) == 0
    largest = left = 0.0
    for m in range(len(elements)):
        e = elements[m]
        _gather(u_before, nodes, e, start)
        start[12], start[13] = bubble_before[m, 0], bubble_before[m, 1]
        _gather(u, nodes, e, end)
        for k in range(2):
            moved = local[m, 12 + k] + follow[m, k, 12]
            for i in range(12):
                moved += follow[m, k, i] * (end[i] - local[m, i])
            end[12 + k] = moved
        local[m] = end
        matrix[:] = 0.0
        vector[:] = 0.0
        for q in range(count):
            place = m * count + q if constants.shape[1] > 1 else 0
            at = constants[1, place]
            _strain(b[m, q], start, eps_before[place], before)
            _strain(b[m, q], end, eps[place], strain)
            state[:] = old[m, q]
            if update(at, before, strain, dt, state, stress, tangent, following) != 0:
                both[0], both[1] = constants[0, place], at
                if not cut_point(
                    update, both, before, strain, dt, state, stress, tangent, following
                ):
                    return m, largest, left
            new[m, q] = following
            if symmetric:
                for i in range(4):
                    for j in range(i):
                        tangent[i, j] = tangent[j, i] = 0.5 * (tangent[i, j] + tangent[j, i])
            _add_point(b[m, q], volumes[m, q], stress, tangent, half, matrix, vector)
        k00, k01, k10, k11 = matrix[12, 12], matrix[12, 13], matrix[13, 12], matrix[13, 13]
        det = k00 * k11 - k01 * k10
        if not det > 0.0:
            return m, largest, left
        inverse[0, 0], inverse[1, 1] = k11 / det, k00 / det
        inverse[0, 1], inverse[1, 0] = -k01 / det, -k10 / det
        for k in range(2):
            for i in range(12):
                follow[m, k, i] = -(inverse[k, 0] * matrix[12, i] + inverse[k, 1] * matrix[13, i])
            follow[m, k, 12] = inverse[k, 0] * vector[12] + inverse[k, 1] * vector[13]
        for i in range(12):
            largest = max(largest, abs(vector[i]))
            force[i] = vector[i]
            for k in range(2):
                force[i] -= matrix[i, 12 + k] * follow[m, k, 12]
            for j in range(i + 1 if symmetric else 12):
                reduced[i, j] = matrix[i, j]
                for k in range(2):
                    reduced[i, j] += matrix[i, 12 + k] * follow[m, k, j]
        left = max(left, abs(vector[12]), abs(vector[13]))
        if symmetric:
            mirror(reduced, 0)
        else:
            scatter_upper(entries[m], reduced, upper)
        scatter_to(entries[m], reduced, force, prescribed[e], dofs[e], data, load)
    return -1, largest, left


@kernel
def flowing_stress(b, nodes, elements, u, bubble, moduli, eps, state, out):
    """Stress (listed elements, q, 4), MPa, at the quadrature points of elements with a law.

    ``state`` (listed elements, q, ...) starts with the inelastic strains; ``moduli`` (P, 2), bulk
    and shear, and ``eps`` (P,) as in :func:`assemble_inelastic`.
    """
    strain, local = np.empty(4), np.empty(14)
    for m in range(len(elements)):
        _gather(u, nodes, elements[m], local)
        local[12], local[13] = bubble[m, 0], bubble[m, 1]
        for q in range(b.shape[1]):
            place = m * b.shape[1] + q if len(eps) > 1 else 0
            bulk, shear = moduli[place, 0], moduli[place, 1]
            _strain(b[m, q], local, eps[place], strain)
            trace = 0.0
            for c in range(4):
                strain[c] -= state[m, q, c]
                if c < 3:
                    trace += strain[c]
            for c in range(3):
                out[m, q, c] = bulk * trace + 2 * shear * (strain[c] - trace / 3)
            out[m, q, 3] = shear * strain[3]


@kernel
def flowing_forces(b, volumes, nodes, elements, stress, force):
    """Nodal forces, uN over the full revolution, of stresses (listed elements, q, 4)."""
    for m in range(len(elements)):
        e = elements[m]
        for q in range(b.shape[1]):
            for i in range(12):
                node, c = nodes[i // 2, e], i % 2
                for k in range(4):
                    force[node, c] += volumes[m, q] * b[m, q, k, i] * stress[m, q, k]
