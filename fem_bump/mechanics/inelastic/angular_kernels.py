"""Element kernels of bodies with laws whose state varies around the axis, compiled.

Displacement is a sum over harmonics n = 0, 1, ... of (u_r cos n0, u_t sin n0, u_z cos n0), strains
of each as in :mod:`fem_bump.mechanics.harmonic_kernels`. A law is nonlinear, so that its state is
kept at angles 0_k, and what is out of balance is the mean over them,

    force of harmonic n = integral of B_n' mean over k of (sigma(0_k) f_n(0_k)),

f_n = cos n0 for rr, zz, tt, rz and sin n0 for rt, tz; weight 2 pi r. Its derivative couples all
harmonics, is symmetric where the law's tangent is, and is never stored: it is multiplied at angles.
An elastic body has one half of the amplitude's force there for n > 0, the mean of f_n squared.

Bubble and linear dilatation, in every harmonic, as in :mod:`fem_bump.mechanics.inelastic.kernels`:
flow keeps the volume in all of them. The unknowns of a harmonic are r, t, z of the nodes and then
of the bubbles; nodes on the axis have half sum and half difference of r and t in their place.
Strain order rr, zz, tt, rz, rt, tz (engineering).
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.pattern import scatter
from fem_bump.algebra.shape_functions import element_map
from fem_bump.mechanics.inelastic.kernels import cut_point
from groundwork.compiled import kernel


@kernel
def element_shapes(x, nodes, elements, functions, weights, points, shapes, volumes, fits):
    """What makes strains of displacements in elements that flow.

    ``shapes`` (m, q, 3, 7): slopes in r and z, and value over r, of the six functions and the
    bubble. ``volumes`` (m, q). ``fits`` (m, q, q): from a dilatation at the quadrature points to
    the line that fits it best there.
    """
    value, slope_x, slope_y, _ = functions
    count = len(weights)
    for m in range(len(elements)):
        mass, lines = np.zeros((3, 3)), np.empty((count, 3))
        for q in range(count):
            r, _, det, g00, g01, g10, g11 = element_map(
                x, nodes, elements[m], value[q], slope_x[q], slope_y[q]
            )
            w = volumes[m, q] = 2 * np.pi * r * det * weights[q]
            for i in range(7):
                shapes[m, q, 0, i] = g00 * slope_x[q, i] + g01 * slope_y[q, i]
                shapes[m, q, 1, i] = g10 * slope_x[q, i] + g11 * slope_y[q, i]
                shapes[m, q, 2, i] = value[q, i] / r
            lines[q, 0], lines[q, 1], lines[q, 2] = 1.0, points[0, q], points[1, q]
            for a in range(3):
                for b in range(3):
                    mass[a, b] += w * lines[q, a] * lines[q, b]
        inverse = np.linalg.inv(mass)
        for q in range(count):
            for p in range(count):
                fitted = 0.0
                for a in range(3):
                    for b in range(3):
                        fitted += lines[q, a] * inverse[a, b] * lines[p, b]
                fits[m, q, p] = fitted * volumes[m, p]


@kernel
def _gather(u, nodes, e, bubble, on_axis, local):
    """Displacements r, t, z (3, 7) of an element's nodes and its bubble."""
    for i in range(6):
        p = 3 * nodes[i, e]
        if on_axis[i]:
            local[0, i], local[1, i] = u[p] + u[p + 1], u[p] - u[p + 1]
        else:
            local[0, i], local[1, i] = u[p], u[p + 1]
        local[2, i] = u[p + 2]
    for c in range(3):
        local[c, 6] = u[bubble + c]


@kernel
def _spread(local, nodes, e, bubble, on_axis, force):
    """The transpose of :func:`_gather`, added to ``force``."""
    for i in range(6):
        p = 3 * nodes[i, e]
        if on_axis[i]:
            force[p] += local[0, i] + local[1, i]
            force[p + 1] += local[0, i] - local[1, i]
        else:
            force[p] += local[0, i]
            force[p + 1] += local[1, i]
        force[p + 2] += local[2, i]
    for c in range(3):
        force[bubble + c] += local[c, 6]


@kernel
def _strains(shape, fit, n, local, room, out):
    """Strain amplitudes (q, 6) of harmonic n in one element; ``room`` is (q,)."""
    for q in range(len(shape)):
        rr = zz = tt = rz = rt = tz = 0.0
        for i in range(7):
            dr, dz, h = shape[q, 0, i], shape[q, 1, i], shape[q, 2, i]
            r, t, z = local[0, i], local[1, i], local[2, i]
            rr += dr * r
            zz += dz * z
            tt += h * (r + n * t)
            rz += dz * r + dr * z
            rt += dr * t - h * (t + n * r)
            tz += dz * t - n * h * z
        out[q, 0], out[q, 1], out[q, 2], out[q, 3], out[q, 4], out[q, 5] = rr, zz, tt, rz, rt, tz
        room[q] = rr + zz + tt
    for q in range(len(shape)):
        change = -room[q]
        for p in range(len(shape)):
            change += fit[q, p] * room[p]
        for c in range(3):
            out[q, c] += change / 3


@kernel
def _forces(shape, fit, n, stress, room, out):
    """The transpose of :func:`_strains`; ``stress`` (q, 6) times volumes, used up."""
    for q in range(len(shape)):
        room[q] = (stress[q, 0] + stress[q, 1] + stress[q, 2]) / 3
    out[:] = 0.0
    for q in range(len(shape)):
        change = -room[q]
        for p in range(len(shape)):
            change += fit[p, q] * room[p]
        rr, zz, tt = stress[q, 0] + change, stress[q, 1] + change, stress[q, 2] + change
        rz, rt, tz = stress[q, 3], stress[q, 4], stress[q, 5]
        for i in range(7):
            dr, dz, h = shape[q, 0, i], shape[q, 1, i], shape[q, 2, i]
            out[0, i] += dr * rr + h * (tt - n * rt) + dz * rz
            out[1, i] += n * h * tt + (dr - h) * rt + dz * tz
            out[2, i] += dz * zz + dr * rz - n * h * tz


@kernel
def _amplitudes(u, nodes, e, bubble, on_axis, shape, fit, local, room, out):
    """Strain amplitudes (harmonics, q, 6) of one element."""
    for n in range(len(u)):
        _gather(u[n], nodes, e, bubble, on_axis, local)
        _strains(shape, fit, float(n), local, room, out[n])


@kernel
def _at_angle(amplitudes, q, cosine, sine, k, eps, strain):
    """Mechanical strain of a point at one angle."""
    for c in range(6):
        strain[c] = -eps if c < 3 else 0.0
    for n in range(len(amplitudes)):
        for c in range(4):
            strain[c] += cosine[n, k] * amplitudes[n, q, c]
        for c in range(4, 6):
            strain[c] += sine[n, k] * amplitudes[n, q, c]


@kernel
def angular_forces(
    update, constants, body, nodes, elements, first, u_before, u, eps_before, eps, dt, cosine, sine,
    symmetric, old, new, tangents, force,
):  # fmt: skip
    """Forces of the elements of one law at the displacement ``u``, and the tangents there.

    ``body`` is what :func:`element_shapes` gives with (m, 6) marks of nodes on the axis; ``first``
    the unknown with which the bubbles of these elements start. ``u_before``, ``u`` (harmonics,
    unknowns). ``constants``, ``eps_before``, ``eps`` as in
    :func:`~fem_bump.mechanics.inelastic.kernels.assemble_inelastic`. ``cosine``, ``sine``
    (harmonics, angles). ``old``, ``new`` (m, q, angles, state). Fills ``tangents``
    (m, q, 6, 6, angles), averaged with their mirror images where ``symmetric``; adds to ``force``
    (harmonics, unknowns).

    Returns the first listed element that has no solution (-1 for none), and the largest force of
    an element.
    """
    shapes, volumes, fits, on_axis = body
    harmonics, angles = cosine.shape
    count, size = volumes.shape[1], old.shape[3]
    local, room = np.empty((3, 7)), np.empty(count)
    start, end = np.empty((harmonics, count, 6)), np.empty((harmonics, count, 6))
    sums = np.empty((harmonics, count, 6))
    before, strain, stress, tangent = np.empty(6), np.empty(6), np.empty(6), np.empty((6, 6))
    state, following, both = np.empty(size), np.empty(size), np.empty((2, constants.shape[2]))
    largest = 0.0
    for m in range(len(elements)):
        where = nodes, elements[m], first + 3 * m, on_axis[m]
        _amplitudes(u_before, *where, shapes[m], fits[m], local, room, start)
        _amplitudes(u, *where, shapes[m], fits[m], local, room, end)
        sums[:] = 0.0
        for q in range(count):
            place = m * count + q if constants.shape[1] > 1 else 0
            at, w = constants[1, place], volumes[m, q] / angles
            for k in range(angles):
                _at_angle(start, q, cosine, sine, k, eps_before[place], before)
                _at_angle(end, q, cosine, sine, k, eps[place], strain)
                state[:] = old[m, q, k]
                if update(at, before, strain, dt, state, stress, tangent, following) != 0:
                    both[0], both[1] = constants[0, place], at
                    if not cut_point(
                        update, both, before, strain, dt, state, stress, tangent, following
                    ):
                        return m, largest
                new[m, q, k] = following
                for c in range(6):
                    for d in range(6):
                        value = tangent[c, d]
                        tangents[m, q, c, d, k] = (
                            0.5 * (value + tangent[d, c]) if symmetric else value
                        )
                for n in range(harmonics):
                    for c in range(4):
                        sums[n, q, c] += w * cosine[n, k] * stress[c]
                    for c in range(4, 6):
                        sums[n, q, c] += w * sine[n, k] * stress[c]
        for n in range(harmonics):
            _forces(shapes[m], fits[m], float(n), sums[n], room, local)
            largest = max(largest, np.abs(local[:, :6]).max())
            _spread(local, *where, force[n])
    return -1, largest


@kernel
def angular_products(body, nodes, elements, first, u, cosine, sine, tangents, force):
    """Add the tangents of :func:`angular_forces` times a displacement to ``force``."""
    shapes, volumes, fits, on_axis = body
    harmonics, angles = cosine.shape
    count = volumes.shape[1]
    local, room = np.empty((3, 7)), np.empty(count)
    amplitudes, sums = np.empty((harmonics, count, 6)), np.empty((harmonics, count, 6))
    strain, stress = np.empty((6, angles)), np.empty(angles)
    for m in range(len(elements)):
        where = nodes, elements[m], first + 3 * m, on_axis[m]
        _amplitudes(u, *where, shapes[m], fits[m], local, room, amplitudes)
        sums[:] = 0.0
        for q in range(count):
            strain[:] = 0.0
            for n in range(harmonics):
                for c in range(6):
                    part, phase = amplitudes[n, q, c], cosine if c < 4 else sine
                    for k in range(angles):
                        strain[c, k] += part * phase[n, k]
            w = volumes[m, q] / angles
            for c in range(6):
                stress[:] = 0.0
                for d in range(6):
                    for k in range(angles):
                        stress[k] += tangents[m, q, c, d, k] * strain[d, k]
                phase = cosine if c < 4 else sine
                for n in range(harmonics):
                    part = 0.0
                    for k in range(angles):
                        part += phase[n, k] * stress[k]
                    sums[n, q, c] = w * part
        for n in range(harmonics):
            _forces(shapes[m], fits[m], float(n), sums[n], room, local)
            _spread(local, *where, force[n])


@kernel
def _rows(shape, fit, n, on_axis, rows):
    """Strains (q, 6, 21) of each unknown of an element, in the unknowns of the axis."""
    rows[:] = 0.0
    count = len(shape)
    for i in range(7):
        r, t, z = 3 * i, 3 * i + 1, 3 * i + 2
        for q in range(count):
            dr, dz, h = shape[q, 0, i], shape[q, 1, i], shape[q, 2, i]
            rows[q, 0, r] = dr
            rows[q, 1, z] = dz
            rows[q, 2, r] = h
            rows[q, 2, t] = n * h
            rows[q, 3, r] = dz
            rows[q, 3, z] = dr
            rows[q, 4, r] = -n * h
            rows[q, 4, t] = dr - h
            rows[q, 5, t] = dz
            rows[q, 5, z] = -n * h
    change = np.empty(count)
    for j in range(21):
        for q in range(count):
            change[q] = -(rows[q, 0, j] + rows[q, 1, j] + rows[q, 2, j])
            for p in range(count):
                change[q] += fit[q, p] * (rows[p, 0, j] + rows[p, 1, j] + rows[p, 2, j])
        for q in range(count):
            for c in range(3):
                rows[q, c, j] += change[q] / 3
    for i in range(6):
        if on_axis[i]:
            for q in range(count):
                for c in range(6):
                    first, second = rows[q, c, 3 * i], rows[q, c, 3 * i + 1]
                    rows[q, c, 3 * i], rows[q, c, 3 * i + 1] = first + second, first - second


@kernel
def add_own_block(body, elements, n, cosine, sine, tangents, dofs, colptr, rows, data):
    """Add the tangent of harmonic n with itself, of the elements of one law, to a matrix.

    ``cosine``, ``sine`` (angles,) are those of n; ``dofs`` (m, 21) free numbers of the unknowns.
    """
    shapes, volumes, fits, on_axis = body
    count, angles = volumes.shape[1], len(cosine)
    of, own, half = np.empty((count, 6, 21)), np.empty((6, 6)), np.empty((6, 21))
    matrix, vector, zero = np.empty((21, 21)), np.zeros(21), np.zeros(21)
    load = np.zeros(len(colptr) - 1)  # there is none, and ``scatter`` adds none
    for m in range(len(elements)):
        _rows(shapes[m], fits[m], n, on_axis[m], of)
        matrix[:] = 0.0
        for q in range(count):
            w = volumes[m, q] / angles
            for c in range(6):
                one = cosine if c < 4 else sine
                for d in range(6):
                    other = cosine if d < 4 else sine
                    part = 0.0
                    for k in range(angles):
                        part += one[k] * other[k] * tangents[m, q, c, d, k]
                    own[c, d] = w * part
            for c in range(6):
                for j in range(21):
                    part = 0.0
                    for d in range(6):
                        part += own[c, d] * of[q, d, j]
                    half[c, j] = part
            for i in range(21):
                for c in range(6):
                    part = of[q, c, i]
                    if part != 0.0:
                        for j in range(21):
                            matrix[i, j] += part * half[c, j]
        scatter(matrix, vector, zero, dofs[m], colptr, rows, data, load)


@kernel
def angular_stress(
    body, nodes, elements, first, u, cosine, sine, moduli, eps, state, out
):  # fmt: skip
    """Stress (m, q, angles, 6), MPa, of elements with a law; arguments as in
    :func:`angular_forces`, ``moduli`` (P, 2) bulk and shear."""
    shapes, volumes, fits, on_axis = body
    harmonics, angles = cosine.shape
    count = volumes.shape[1]
    local, room, strain = np.empty((3, 7)), np.empty(count), np.empty(6)
    amplitudes = np.empty((harmonics, count, 6))
    for m in range(len(elements)):
        where = nodes, elements[m], first + 3 * m, on_axis[m]
        _amplitudes(u, *where, shapes[m], fits[m], local, room, amplitudes)
        for q in range(count):
            place = m * count + q if len(eps) > 1 else 0
            bulk, shear = moduli[place, 0], moduli[place, 1]
            for k in range(angles):
                _at_angle(amplitudes, q, cosine, sine, k, eps[place], strain)
                trace = 0.0
                for c in range(6):
                    strain[c] -= state[m, q, k, c]
                    if c < 3:
                        trace += strain[c]
                for c in range(3):
                    out[m, q, k, c] = bulk * trace + 2 * shear * (strain[c] - trace / 3)
                for c in range(3, 6):
                    out[m, q, k, c] = shear * strain[c]


@kernel
def harmonic_forces(body, nodes, elements, n, stress, force):
    """Nodal forces r, t, z, uN over the revolution, of stress amplitudes (m, q, 6) of harmonic n.

    Added to ``force`` (nodes, 3).
    """
    shapes, volumes, fits, _ = body
    count = volumes.shape[1]
    local, room, weighted = np.empty((3, 7)), np.empty(count), np.empty((count, 6))
    for m in range(len(elements)):
        for q in range(count):
            for c in range(6):
                weighted[q, c] = volumes[m, q] * stress[m, q, c]
        _forces(shapes[m], fits[m], n, weighted, room, local)
        for i in range(6):
            for c in range(3):
                force[nodes[i, elements[m]], c] += local[c, i]
