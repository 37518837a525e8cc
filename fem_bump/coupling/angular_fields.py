"""Harmonics of a field and of what a coefficient that varies around the axis makes of it.

Of sum over h of f_h cos(n_h theta) the gradient is taken at quadrature points and at angles,
multiplied there, and projected back: what the test function v cos(n_h theta) sees of a flux F is

    integral of [F_r dv/dr + F_z dv/dz - F_t n v / r],    weight 2 pi r,

F_r, F_z being amplitudes of cosines and F_t of sines, over the mean of cos^2 for n > 0, as the
equations of single harmonics have it. All numbers are multiples of one, N: angles run over half
a period of cos(N theta), at midpoints, so that products of the harmonics are integrated exactly.
Units: um.
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.shape_functions import shape_functions, triangle_rule
from fem_bump.body.model import Model

OVER = 1.5  # angles per harmonic: a product of two aliases into none of the others


class Around:
    """Harmonics 0, N, 2N, ... of the angle, and angles to multiply at.

    Parameters
    ----------
    numbers
        (h,) n.
    """

    def __init__(self, numbers: np.ndarray) -> None:
        self.numbers = np.asarray(numbers, dtype=float)
        count = int(np.ceil(OVER * len(numbers))) + 2
        self.period = float(numbers[1]) if len(numbers) > 1 else 1.0
        self.angles = (np.arange(count) + 0.5) * np.pi / count / self.period
        phase = np.multiply.outer(self.angles, self.numbers)
        self.cosines, self.sines = np.cos(phase), np.sin(phase)
        self._over_mean = np.where(self.numbers == 0, 1.0, 2.0) / count

    def at_angles(self, amplitudes: np.ndarray) -> np.ndarray:
        """(..., angles) of (..., h) amplitudes of cosines."""
        return np.asarray(amplitudes @ self.cosines.T)

    def projected(self, values: np.ndarray, sines: bool = False) -> np.ndarray:
        """(..., h) amplitudes of (..., angles)."""
        return np.asarray(values @ (self.sines if sines else self.cosines) * self._over_mean)


class Bulk:
    """Gradients on elements at the quadrature points, and their transpose."""

    def __init__(self, model: Model, elements: np.ndarray) -> None:
        rule, _ = triangle_rule()
        self.value, dx, dy = shape_functions(rule)
        p = model.node_points_um[:, model.nodes[:, elements].T]  # (2, m, 6)
        a, b = p @ dx.T, p @ dy.T  # (2, m, q) columns of the Jacobian
        det = a[0] * b[1] - a[1] * b[0]
        self._dr = (b[1][..., None] * dx - a[1][..., None] * dy) / det[..., None]
        self._dz = (a[0][..., None] * dy - b[0][..., None] * dx) / det[..., None]
        self._over_r = 1 / model.quadrature[0][0][elements]
        self._volume = model.quadrature[1][elements]

    def gradient(self, local: np.ndarray, around: Around) -> np.ndarray:
        """(3, m, q, angles) r, theta, z of (m, 6, h) amplitudes."""
        over_r = (self.value @ local) * self._over_r[..., None]
        return np.array(
            [
                around.at_angles(self._dr @ local),
                -(over_r * around.numbers) @ around.sines.T,
                around.at_angles(self._dz @ local),
            ]
        )

    def values(self, local: np.ndarray, around: Around) -> np.ndarray:
        """(m, q, angles) of (m, 6, h) amplitudes."""
        return around.at_angles(self.value @ local)

    def divergence(self, flux: np.ndarray, around: Around) -> np.ndarray:
        """(m, 6, h) what test functions see of a flux (3, m, q, angles) r, theta, z."""
        weight = self._volume[..., None]
        r, z = (around.projected(flux[k]) * weight for k in (0, 2))
        t = around.projected(flux[1], sines=True) * weight * self._over_r[..., None]
        back = np.swapaxes(self._dr, 1, 2) @ r + np.swapaxes(self._dz, 1, 2) @ z
        return np.asarray(back - self.value.T @ (t * around.numbers))

    def load(self, density: np.ndarray, around: Around) -> np.ndarray:
        """(m, 6, h) what test functions see of a density (m, q, angles)."""
        return np.asarray(self.value.T @ (around.projected(density) * self._volume[..., None]))
