"""The ten functions of an element at sample points: of fields there, and of goals that weigh them.

Fields have components that depend on r and z, and enter numbers in three ways: by their derivatives
along r and z, and divided by r.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fem_bump.accuracy.cubic_complement import cubic_at
from fem_bump.algebra.shape_functions import element_map, shape_at
from fem_bump.body.model import Model
from fem_bump.interfaces.averages import Sample
from groundwork.compiled import kernel

FUNCTIONS = 10


@dataclass(frozen=True)
class SampleFunctions:
    """What an element's functions are at sample points.

    Attributes
    ----------
    ways
        (3, N, 10) derivatives along r and z, and values over r, 1/um.
    elements, row
        Elements with points (n,), and which of them each point belongs to, (N,).
    """

    ways: np.ndarray
    elements: np.ndarray
    row: np.ndarray

    @classmethod
    def at(cls, model: Model, sample: Sample) -> SampleFunctions:
        ways = np.empty((3, len(sample.element), FUNCTIONS))
        place = sample.element, np.ascontiguousarray(sample.x), np.ascontiguousarray(sample.y)
        _functions(model.node_points_um, model.nodes, *place, ways)
        return cls(ways, *np.unique(sample.element, return_inverse=True))

    def of_field(self, quadratic: np.ndarray, cubic: np.ndarray) -> np.ndarray:
        """(3, components, N) d/dr, d/dz and 1/r of a field.

        From its values (all elements, 6 c) on quadratic and (all elements, 4 c) on cubic functions.
        """
        own = np.hstack([quadratic[self.elements], cubic[self.elements]])
        own = own.reshape(len(own), FUNCTIONS, -1)
        out = np.zeros((3, own.shape[2], len(self.row)))
        _fields(self.ways, self.row, own, out)
        return out

    def weighed(self, weights: np.ndarray) -> np.ndarray:
        """(n, 10 c) sum over points of weights (3, c, N) times d/dr, d/dz and 1/r of functions."""
        out = np.zeros((len(self.elements), FUNCTIONS, weights.shape[1]))
        _weighed(self.ways, self.row, np.ascontiguousarray(weights), out)
        return out.reshape(len(out), -1)


@kernel
def _functions(points, nodes, element, x, y, ways):
    for k in range(len(element)):
        shape, sx, sy = shape_at(x[k], y[k])
        cubic, cx, cy = cubic_at(x[k], y[k])
        r, _, _, rx, ry, zx, zy = element_map(points, nodes, element[k], shape, sx, sy)
        for i in range(6):
            ways[0, k, i] = rx * sx[i] + ry * sy[i]
            ways[1, k, i] = zx * sx[i] + zy * sy[i]
            ways[2, k, i] = shape[i] / r
        for i in range(4):
            ways[0, k, 6 + i] = rx * cx[i] + ry * cy[i]
            ways[1, k, 6 + i] = zx * cx[i] + zy * cy[i]
            ways[2, k, 6 + i] = cubic[i] / r


@kernel
def _fields(ways, row, own, out):
    for w in range(3):
        for k in range(len(row)):
            for i in range(ways.shape[2]):
                for c in range(own.shape[2]):
                    out[w, c, k] += ways[w, k, i] * own[row[k], i, c]


@kernel
def _weighed(ways, row, weights, out):
    for w in range(3):
        for k in range(len(row)):
            for i in range(ways.shape[2]):
                for c in range(out.shape[2]):
                    out[row[k], i, c] += ways[w, k, i] * weights[w, c, k]
