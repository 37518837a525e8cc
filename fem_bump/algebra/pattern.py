"""Symmetric sparse matrices by their lower triangles: pattern, assembly, products; compiled.

Of a matrix that is not symmetric, but has a symmetric pattern, what stands above the diagonal has
an array of its own, at the places of the mirror images.

Loops run over one element at a time and write straight into a compressed-column matrix; nothing of
the size (elements x 12 x 12) is ever stored.
"""

from __future__ import annotations

import numpy as np

from groundwork.compiled import kernel


@kernel
def column_position(rows, start, stop, row):
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
                data[column_position(rows, colptr[column], colptr[column + 1], row)] += matrix[i, j]
        load[row] += value


@kernel
def entries(dofs, colptr, rows):
    """Places (elements, k, k) in ``data`` to which an element adds, -1 for those it does not."""
    elements, local = dofs.shape
    out = np.full((elements, local, local), -1, np.int32)
    for e in range(elements):
        for i in range(local):
            row = dofs[e, i]
            for j in range(local):
                column = dofs[e, j]
                if row >= column >= 0:
                    out[e, i, j] = column_position(rows, colptr[column], colptr[column + 1], row)
    return out


@kernel
def scatter_to(entries, matrix, vector, prescribed, dofs, data, load):
    """As :func:`scatter`, with the places of an element's entries found before, for many times."""
    k = matrix.shape[0]
    for i in range(k):
        row = dofs[i]
        if row < 0:
            continue
        value = vector[i]
        for j in range(k):
            at = entries[i, j]
            if at >= 0:
                data[at] += matrix[i, j]
            elif dofs[j] < 0:
                value -= matrix[i, j] * prescribed[j]
        load[row] += value


@kernel
def scatter_upper(entries, matrix, upper):
    """Add what a matrix has above the diagonal, each at the place of its mirror image."""
    k = matrix.shape[0]
    for i in range(k):
        for j in range(k):
            if entries[i, j] >= 0:
                upper[entries[i, j]] += matrix[j, i]


@kernel
def mirror(matrix, first):
    """Fill rows from ``first`` on of a symmetric matrix above its diagonal."""
    for i in range(matrix.shape[0]):
        for j in range(first + i + 1, matrix.shape[1]):
            matrix[i, j] = matrix[j - first, first + i]


@kernel
def assemble_small(matrices, dofs, prescribed, colptr, rows, data, load):
    """Add ready-made element matrices (m, k, k), such as facet terms."""
    zero = np.zeros(matrices.shape[1])
    for m in range(matrices.shape[0]):
        scatter(matrices[m], zero, prescribed[m], dofs[m], colptr, rows, data, load)


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
