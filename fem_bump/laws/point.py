"""Parts of the update of a point, compiled: deviators, their products, tangents.

Stress-like components are normal ones (the first three), then shears, which count twice in a
product. <a, b> = 3/2 a : b, so that the length of a deviator is its von Mises stress.
"""

from __future__ import annotations

import math

from groundwork.compiled import kernel


@kernel
def product(a, b):
    """<a, b> = 3/2 a : b of two deviators."""
    total = 0.0
    for i in range(len(a)):
        total += (1.5 if i < 3 else 3.0) * a[i] * b[i]
    return total


@kernel
def trial_deviator(constants, strain, old, deviator):
    """Deviator of the stress if nothing flows in the step, and the mean stress, MPa."""
    n = len(strain)
    trace = 0.0
    for i in range(3):
        trace += strain[i] - old[i]
    for i in range(n):
        elastic = strain[i] - old[i]
        deviator[i] = constants[1] * (2 * (elastic - trace / 3) if i < 3 else elastic)
    return constants[0] * trace


@kernel
def elastic_tangent(constants, share, tangent):
    """K 1 x 1 + share 2 mu P: elastic for a share of 1."""
    bulk, shear = constants[0], constants[1] * share
    n = tangent.shape[0]
    tangent[:] = 0.0
    for i in range(n):
        if i < 3:
            for j in range(3):
                tangent[i, j] = bulk - 2 * shear / 3
            tangent[i, i] += 2 * shear
        else:
            tangent[i, i] = shear


@kernel
def radial_update(constants, mean, trial, length, q, slope, old, stress, tangent, new):
    """Stress, state and tangent where the trial stress shrinks from ``length`` to ``q``, MPa.

    ``slope`` is dq / d length. Stress and inelastic strain keep the direction of the trial stress.
    """
    n = len(trial)
    share = q / length
    elastic_tangent(constants, share, tangent)
    rank = (slope - share) * 3 * constants[1] / (length * length)
    for i in range(n):
        stress[i] = share * trial[i] + (mean if i < 3 else 0.0)
        for j in range(n):
            tangent[i, j] += rank * trial[i] * trial[j]
    size = (length - q) / (3 * constants[1])
    for i in range(n):
        new[i] = old[i] + size * (1.5 if i < 3 else 3.0) * trial[i] / length
    new[n] = old[n] + size
    new[n + 1] = old[n + 1] + q * size


@kernel
def asinh_of(x):
    """Inverse hyperbolic sine."""
    return math.log(x + math.sqrt(x * x + 1.0)) if x > 1e-4 else x - x * x * x / 6
