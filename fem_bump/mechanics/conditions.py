"""What holds a body: displacements that vanish, that are given, that are equal along a boundary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fem_bump.algebra.constraints import reduce_unknowns
from fem_bump.body.material_state import Scalar
from fem_bump.body.model import Model
from fem_bump.errors import InputError

ROUND_OFF = 1e-9  # share of the largest displacement that is none
COMPONENT = {"r": 0, "z": 1}  # "t" has no place in an axisymmetric state

Prescribed = Mapping[str, Mapping[str, Scalar]]


@dataclass(frozen=True)
class Conditions:
    """Which unknowns (2 per node: r, z) are free, known and tied.

    Attributes
    ----------
    number
        Free number per unknown, -1 where it is known; tied ones share a number.
    free
        How many free ones there are.
    known
        Mask of those that are not free.
    given
        Mask of those that are known by themselves and not by a tie.
    ties
        Sets of unknowns that are equal to each other.
    auto_pinned
        Where (r, z, in the model's unit) a missing axial restraint was added, or None.
    """

    model: Model
    number: np.ndarray
    free: int
    known: np.ndarray
    given: np.ndarray
    ties: list[np.ndarray]
    auto_pinned: tuple[float, float] | None

    @property
    def held(self) -> np.ndarray:
        """Mask of unknowns on which a boundary may exert a force: fixed, prescribed or tied."""
        held = self.known.copy()
        held[[i for group in self.ties for i in group]] = True
        return held

    @property
    def dofs(self) -> np.ndarray:
        """(elements, 12) free number of every local unknown."""
        return self.number[self.unknowns]

    @property
    def unknowns(self) -> np.ndarray:
        """(elements, 12) number among all of every local unknown."""
        nodes = self.model.nodes.T
        out = np.empty((len(nodes), 12), dtype=np.int64)
        out[:, 0::2], out[:, 1::2] = 2 * nodes, 2 * nodes + 1
        return out

    def values(self, prescribed_um: Prescribed) -> np.ndarray:
        """Values of the known unknowns, um; 0 for others.

        Raises
        ------
        InputError
            For values that are not finite, that differ along a tie, or that move the axis.
        """
        model, values = self.model, np.zeros(len(self.known))
        for boundary, by_component in prescribed_um.items():
            for c in components("prescribed_um", boundary, "".join(by_component)):
                nodes = model.boundary_nodes(boundary)
                points = model.node_points_um[:, nodes] / model.unit_um
                given = by_component["rz"[c]]
                values[2 * nodes + c] = given(*points) if callable(given) else given
        if not np.isfinite(values).all():
            raise InputError("prescribed_um must be finite")
        _check_axis(model, values.reshape(-1, 2)[:, 0], prescribed_um)
        told = self.given.copy()
        for group in self.ties * len(self.ties):  # tied boundaries may share corners
            fixed_values = np.unique(values[group][told[group]])
            if len(fixed_values) > 1:
                raise InputError(
                    "a tied boundary holds nodes with different prescribed displacements"
                )
            if len(fixed_values) == 1:
                told[group], values[group] = True, fixed_values[0]
        return values


def conditions(
    model: Model,
    fixed: Mapping[str, str] | None,
    tied: Mapping[str, str] | None,
    prescribed_um: Mapping[str, Mapping[str, object]] | None,
    loaded: bool = False,
) -> Conditions:
    """Number the unknowns of a body that is held somehow.

    ``loaded`` says whether a force acts along the axis; without one, and without anything that
    holds the body along it, one node of the axis is pinned.

    Raises
    ------
    InputError
        Unknown names, an axial load without axial restraint.
    """
    count = 2 * model.node_count
    given = np.zeros(count, dtype=bool)
    given[2 * model.axis_nodes] = True
    for boundary, named in (fixed or {}).items():
        for c in components("fixed", boundary, named):
            given[2 * model.boundary_nodes(boundary) + c] = True
    for boundary, by_component in (prescribed_um or {}).items():
        for c in components("prescribed_um", boundary, "".join(by_component)):
            given[2 * model.boundary_nodes(boundary) + c] = True
    ties = [
        2 * model.boundary_nodes(boundary) + c
        for boundary, named in (tied or {}).items()
        for c in components("tied", boundary, named)
    ]
    known = given.copy()
    for group in ties * len(ties):
        if known[group].any():
            known[group] = True
    auto_pinned = None
    if not known[1::2].any():
        if loaded:
            raise InputError("a body force acts along the axis, but no boundary is fixed in 'z'")
        r, z = model.node_points_um
        node = int(np.lexsort((z, r))[0])
        known[2 * node + 1] = given[2 * node + 1] = True
        auto_pinned = (float(r[node] / model.unit_um), float(z[node] / model.unit_um))
    number, free = reduce_unknowns(count, known, ties)
    return Conditions(model, number, free, known, given, ties, auto_pinned)


def components(argument: str, boundary: str, named: str) -> list[int]:
    """Numbers of the components that a text names."""
    allowed = "rtz" if argument == "fixed" else "rz"
    bad = [c for c in named if c not in allowed]
    if bad or not named:
        raise InputError(
            f"{argument}['{boundary}'] = '{named}' must name components of "
            f"{', '.join(repr(c) for c in allowed)}"
        )
    return [COMPONENT[c] for c in named if c in COMPONENT]


def _check_axis(model: Model, radial: np.ndarray, prescribed_um: Prescribed) -> None:
    """Refuse a radial displacement of the axis, which would be a hole."""
    axis = model.axis_nodes
    moved = axis[np.abs(radial[axis]) > ROUND_OFF * np.abs(radial).max(initial=0.0)]
    if len(moved):
        name = next(
            name
            for name, given in prescribed_um.items()
            if "r" in given and np.isin(moved[0], model.boundary_nodes(name))
        )
        raise InputError(
            f"prescribed_um['{name}'] moves the axis by u_r = {radial[moved[0]]:g} um; at r = 0 "
            "it must be 0, as f(r, z) can be"
        )
