"""Element kernels of conduction (current, heat, atoms) for all harmonics; weight 2 pi r.

The readable reference of the form is ``conduction.current_flow.reference_form``; tests hold the
two together to round-off. Elements as in :mod:`fem_bump.algebra.shape_functions`.
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.pattern import column_position, mirror, scatter
from fem_bump.algebra.shape_functions import element_map, shape_at
from groundwork.compiled import kernel


@kernel
def _conduction_element(
    x, nodes, e, geometry, functions, weights, first, conductivity, straight, around
):
    """Rows of s grad u . grad v and of s u v / r^2 of the functions from ``first`` on."""
    shape, dx, dy, _ = geometry
    value, slope_x, slope_y, numbers = functions
    count = len(numbers)
    straight[:] = 0.0
    around[:] = 0.0
    dr, dz = np.empty(count), np.empty(count)
    for q in range(len(weights)):
        r, _, det, g00, g01, g10, g11 = element_map(x, nodes, e, shape[q], dx[q], dy[q])
        w = 2 * np.pi * r * det * weights[q] * conductivity[e, q]
        over_square = w / r**2
        for i in range(count):
            dr[i] = g00 * slope_x[q, i] + g01 * slope_y[q, i]
            dz[i] = g10 * slope_x[q, i] + g11 * slope_y[q, i]
        for i in range(first, count):
            along_r, along_z, part = dr[i], dz[i], over_square * value[q, i]
            for j in range(i + 1):
                straight[i - first, j] += w * (along_r * dr[j] + along_z * dz[j])
                around[i - first, j] += part * value[q, j]
    mirror(straight, first)
    mirror(around, first)


@kernel
def conduction_rows(
    x, nodes, elements, geometry, functions, weights, first, conductivity, straight, around
):
    """Both parts of the conductance of elements, rows of their functions from ``first`` on.

    ``geometry`` maps the elements, ``functions`` (any number) are those of the potential, as
    :func:`~fem_bump.algebra.shape_functions.shape_table` returns them.
    """
    for m in range(len(elements)):
        _conduction_element(
            x, nodes, elements[m], geometry, functions, weights, first, conductivity,
            straight[m], around[m],
        )  # fmt: skip


@kernel
def assemble_conduction(
    x,
    nodes,
    elements,
    functions,
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
            x, nodes, elements[m], functions, functions, weights, 0, conductivity, straight, around
        )
        scatter(straight, source[m], prescribed[m], dofs[m], colptr, rows, data, load)


@kernel
def assemble_harmonic_conduction(
    x,
    nodes,
    elements,
    functions,
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
            x, nodes, elements[m], functions, functions, weights, 0, conductivity, straight, around
        )
        for i in range(6):
            for j in range(6):
                row, column = dofs[m, i], dofs[m, j]
                if row >= column >= 0:
                    p = column_position(rows, colptr[column], colptr[column + 1], row)
                    stiffness[p] += straight[i, j]
                    mass[p] += around[i, j]


@kernel
def conduction_nodal_fluxes(
    x, nodes, elements, local_phi, squares, functions, weights, conductivity, flux
):
    """Residual of a set of elements, A per node, added to ``flux``: the current that enters them.

    ``local_phi`` is (harmonics, all elements, 6): a node on a resistive interface has a potential
    per side; ``squares`` (harmonics,) holds n^2, ``flux`` is (nodes, harmonics).
    """
    straight, around = np.empty((6, 6)), np.empty((6, 6))
    for e in elements:
        _conduction_element(
            x, nodes, e, functions, functions, weights, 0, conductivity, straight, around
        )
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
        shape, dx, dy = shape_at(xi[m], eta[m])
        r, _, det, g00, g01, g10, g11 = element_map(x, nodes, e, shape, dx, dy)
        gr = gz = phi = 0.0
        for i in range(6):
            gr += (g00 * dx[i] + g01 * dy[i]) * local_phi[e, i]
            gz += (g10 * dx[i] + g11 * dy[i]) * local_phi[e, i]
            phi += shape[i] * local_phi[e, i]
        out[0, m] = gr
        out[1, m] = gz
        out[2, m] = phi / r if r * r > 1e-18 * det else gr
