"""J.n on one side of an interface from the nodal residual there, of harmonics above 0.

Units: um, A, A/um^2, degrees.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from fem_bump.algebra.harmonics import FIRST_HARMONICS, Interval
from fem_bump.body.model import Model
from fem_bump.conduction.system import ConductionSystem
from fem_bump.conduction.unit_responses import UnitResponses
from fem_bump.errors import InputError
from fem_bump.interfaces.line import InterfaceLine
from fem_bump.interfaces.outline import LinePlace
from fem_bump.interfaces.recovery import Outline, Recovery

TAIL_TERMS = 4000

Side = tuple[Outline, LinePlace, np.ndarray, float]


def flux_outline(system: ConductionSystem, line: InterfaceLine, side: str) -> Side:
    """Outline of one side, the line's facets in it, that side's elements, sign of the residual.

    Raises
    ------
    InputError
        When that side takes no part in the conduction.
    """
    model, conducting = system.model, system.elements
    elements = system.elements_of(line.region(side))
    if len(elements) == 0 or not np.isin(line.beside(side), conducting).all():
        raise InputError(
            f"no current flows through the interface {line.a}/{line.b}: "
            f"'{line.region(side)}' takes no part in the conduction"
        )
    loaded = np.zeros(model.node_count, dtype=bool)
    loaded[system.terminal_nodes] = True
    # where the film changes, so does the density, by the ratio of the conductances
    films = np.zeros(model.mesh.nfacets, dtype=np.int64)
    films[system.contact_facets] = 1 + np.unique(system.contact_conductance, return_inverse=True)[1]
    outline, mine = line.outline(elements, loaded, conducting, films)
    return outline, mine, elements, 1.0 if side == "a" else -1.0


def recovery_around(model: Model, side: Side) -> tuple[Recovery, LinePlace, np.ndarray, float]:
    """From residuals of harmonics above 0 to densities on one side of an interface.

    And the line's facets in the outline, the elements at the outline, the residual's sign.
    """
    outline, mine, elements, sign = side
    near = np.zeros(model.node_count, dtype=bool)
    near[outline.nodes] = True
    elements = elements[near[model.nodes[:, elements]].any(axis=0)]
    return outline.recovery(zero_on_axis=True), mine, elements, sign


class ArcDensities:
    """J.n on one side of an interface, of as many harmonics above 0 as are asked for.

    What :class:`fem_bump.interfaces.flux.FluxInterface` is told about them.

    Parameters
    ----------
    side
        As :func:`flux_outline` has it.
    """

    def __init__(
        self,
        responses: UnitResponses,
        side: Side,
    ) -> None:
        self._responses, self._side = responses, side
        self._arcs = responses.arcs
        self._found = np.zeros((0, len(side[1].where), 3))

    @property
    def accuracy(self) -> float:
        return self._arcs.accuracy

    @property
    def repeats(self) -> int:
        return self._arcs.count

    @property
    def mirrored(self) -> bool:
        return True

    @property
    def first(self) -> int:
        return min(FIRST_HARMONICS, self._arcs.most)

    @property
    def most(self) -> int:
        return self._arcs.most

    @property
    def said(self) -> str:
        return self._arcs.said

    @property
    def resolved(self) -> int:
        return self._responses.resolved

    def numbers(self, count: int) -> np.ndarray:
        return self._arcs.numbers(count)

    def phases_deg(self, count: int) -> np.ndarray:
        return np.zeros(count + 1)

    def densities(self, count: int) -> np.ndarray:
        factor = self._arcs.source_factor(self.numbers(count))
        unit = self._unit(count)
        return factor[1:, None, None] * unit

    def _unit(self, count: int) -> np.ndarray:
        """(count, m, 3) per unit amplitude of the source."""
        if len(self._found) < count:
            recovery, mine, elements, sign = self._recovery
            # those that are solved cost little more, and are asked for sooner or later
            stop = max(count, self._responses.solved) + 1
            flux = self._responses.nodal_fluxes(elements, len(self._found) + 1, stop)
            new = mine.taken(recovery.density(sign * flux))
            self._found = np.concatenate([self._found, new])
        return self._found[:count]

    @cached_property
    def _recovery(self) -> tuple[Recovery, LinePlace, np.ndarray, float]:
        return recovery_around(self._responses.system.model, self._side)

    def tail(self, weights: np.ndarray, theta_deg: Interval, count: int) -> float:
        """Bound on what harmonics after so many add to a mean with these weights, (m, 3).

        The means of the unit responses decay; their envelope over the last third against the one
        before it gives the rate at which they go on. The factors of source and window are at most
        their envelopes.
        """
        if count == 0:
            return 0.0
        means = np.abs(np.tensordot(self._unit(count), weights, 2))
        third = max(len(means) // 3, 1)
        last, before = means[-third:].max(), means[-2 * third : -third].max(initial=0.0)
        rate = min((last / before) ** (1 / third), 1.0) if before > 0 else 1.0
        k = np.arange(1, TAIL_TERMS + 1)
        n = self._arcs.count * (len(means) + k)
        source = 2 * np.minimum(1.0, 1 / (n * np.radians(self._arcs.half_angle_deg)))
        half = np.radians(theta_deg[1] - theta_deg[0]) / 2
        around = np.minimum(1.0, 1 / (n * half)) if half > 0 else np.ones(len(n))
        return float(last * (source * around * rate**k).sum())
