"""Limit states whose probability of failure is known, exactly or by quadrature.

``known()`` gives them by name: g, the inputs, the probability. N is standard normal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from studies.reliability.standard_space import openturns

R2 = np.sqrt(2)


@dataclass(frozen=True)
class Known:
    """A limit state, its inputs and the probability that g < 0."""

    g: Any
    inputs: Any
    probability: float


def normals(d):
    """d independent standard normals."""
    return openturns().Normal(d)


def four_branches(x):
    a, b = x.T
    bent = 3 + 0.1 * (a - b) ** 2
    sides = [bent - (a + b) / R2, bent + (a + b) / R2, a - b + 7 / R2, b - a + 7 / R2]
    return np.min(sides, axis=0)


def known():
    """The nine."""
    ot = openturns()
    strength = ot.LogNormalMuSigma(300, 30).getDistribution()
    return {
        "R - S": Known(
            lambda x: x[:, 0] - x[:, 1],
            ot.JointDistribution([ot.Normal(4, 1), ot.Normal(2, 1)]),
            0.0786496035,
        ),
        "four branches": Known(four_branches, normals(2), 0.0022227951),
        "parabola": Known(
            lambda x: 5 - x[:, 1] - 0.5 * (x[:, 0] - 0.1) ** 2, normals(2), 3.016312e-3
        ),
        "RP22": Known(
            lambda x: 2.5 - x.sum(axis=1) / R2 + 0.1 * (x[:, 0] - x[:, 1]) ** 2,
            normals(2),
            0.0042073055,
        ),
        "RP31": Known(lambda x: 2 - x[:, 1] + 256 * x[:, 0] ** 4, normals(2), 0.0032266812),
        "RP75": Known(lambda x: 3 - x[:, 0] * x[:, 1], normals(2), 0.0098192987),
        "RP89": Known(
            lambda x: np.minimum(8 - x[:, 0] ** 2 - x[:, 1], 6 - x[:, 0] / 5 - x[:, 1]),
            normals(2),
            0.0054712805,
        ),
        "RP107": Known(lambda x: 5 * np.sqrt(10) - x.sum(axis=1), normals(10), 2.8665157e-7),
        "axial beam": Known(
            lambda x: x[:, 0] - x[:, 1] / (100 * np.pi),
            ot.JointDistribution([strength, ot.Normal(75000, 5000)]),
            0.0291981946,
        ),
    }
