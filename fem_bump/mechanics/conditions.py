"""What holds a body in one harmonic of the angle, and the numbers of its unknowns.

Displacements vanish on a boundary, are given there, or are equal along it. Without torsion harmonic
0 has the components r, z; any harmonic has r, t, z. Of three components a node on the axis has half
sum and half difference of u_r and u_t in their place: there the conditions of every harmonic,

    n = 0: u_r = u_t = 0,    n = 1: u_r + u_t = 0 and u_z = 0,    n >= 2: u = 0,

are zeros of single unknowns. Units: um, uN.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump.algebra.constraints import reduce_unknowns
from fem_bump.algebra.pattern import lower_pattern
from fem_bump.body.material_state import Scalar
from fem_bump.body.model import Model
from fem_bump.errors import InputError

ROUND_OFF = 1e-9  # share of the largest displacement that is none
ALL = "rtz"  # components that a boundary may be fixed in, whichever of them there are

Prescribed = Mapping[str, Mapping[str, Scalar]]


@dataclass(frozen=True)
class Conditions:
    """Which unknowns are free, known and tied; each node has one per component.

    Attributes
    ----------
    components
        "rz", of harmonic 0 without torsion, or "rtz".
    number
        (unknowns,) free number, -1 where it is known; tied ones share a number.
    free
        How many free ones there are.
    known
        (unknowns,) mask of those that are not free.
    given
        (unknowns,) mask of those that a boundary names as fixed or prescribed, before what the axis
        needs and without what ties hand on.
    ties
        Sets of unknowns that are equal to each other.
    pinned
        Unknowns that hold a rigid motion which nothing else does, and no load drives.
    """

    model: Model
    harmonic: int
    components: str
    number: np.ndarray
    free: int
    known: np.ndarray
    given: np.ndarray
    ties: list[np.ndarray]
    pinned: tuple[int, ...]

    @property
    def held(self) -> np.ndarray:
        """(unknowns,) mask of those on which a boundary may exert a force: known or tied."""
        held = self.known.copy()
        held[[i for group in self.ties for i in group]] = True
        return held

    @property
    def auto_pinned(self) -> tuple[float, float] | None:
        """Where (r, z, in the model's unit) a missing restraint was added first, or None."""
        if not self.pinned:
            return None
        r, z = self.model.node_points_um[:, self.pinned[0] // len(self.components)]
        return float(r / self.model.unit_um), float(z / self.model.unit_um)

    @cached_property
    def unknowns(self) -> np.ndarray:
        """(elements, 6 c) number among all of every local unknown."""
        return unknowns_of(self.model.nodes, len(self.components))

    @cached_property
    def dofs(self) -> np.ndarray:
        """(elements, 6 c) free number of every local unknown."""
        return self.number[self.unknowns]

    @cached_property
    def pattern(self) -> tuple[np.ndarray, np.ndarray]:
        """Column pointers and rows of the lower triangle of a matrix of the free unknowns."""
        return lower_pattern(self.dofs, self.free)

    def values(self, prescribed_um: Prescribed) -> np.ndarray:
        """(unknowns,) values of the known ones, um; 0 for others.

        Raises
        ------
        InputError
            For values that are not finite, that differ along a tie, or that move the axis.
        """
        model, axis = self.model, self.model.axis_nodes
        values = np.zeros((model.node_count, len(self.components)))
        for boundary, by_component in prescribed_um.items():
            nodes = model.boundary_nodes(boundary)
            points = model.node_points_um[:, nodes] / model.unit_um
            for name, value in by_component.items():
                column = self.components.index(name)
                values[nodes, column] = value(*points) if callable(value) else value
        if not np.isfinite(values).all():
            raise InputError("prescribed_um must be finite")
        self._check_axis(values, prescribed_um)
        named = self.given.reshape(values.shape).copy()
        if self.harmonic == 1:  # u_r = -u_t there: a given one gives the half difference
            values[axis, 1] = np.where(named[axis, 0], values[axis, 0], -values[axis, 1])
        values[np.ix_(axis, _zeros_on_axis(self.harmonic, self.components))] = 0.0
        _hold_axis(model, self.harmonic, self.components, named)
        flat, told = values.ravel(), named.ravel()
        for group in self.ties * len(self.ties):  # tied boundaries may share corners
            known = np.unique(flat[group][told[group]])
            if len(known) > 1:
                raise InputError(
                    "a tied boundary holds nodes with different prescribed displacements"
                )
            if len(known) == 1:
                told[group], flat[group] = True, known[0]
        return flat

    def _check_axis(self, values: np.ndarray, prescribed_um: Prescribed) -> None:
        """Refuse a displacement of the axis that would tear a hole or a kink."""
        axis, given = self.model.axis_nodes, self.given.reshape(values.shape)
        if self.harmonic == 1:
            both = (given[:, 0] & given[:, 1])[axis]
            wrong = {
                "rt": np.where(both, values[axis, 0] + values[axis, 1], 0.0),
                "z": values[axis, 2],
            }
        else:
            columns = _zeros_on_axis(self.harmonic, self.components)
            wrong = {self.components[c]: values[axis, c] for c in columns}
        for names, moved in wrong.items():
            scale = np.abs(values[:, [self.components.index(c) for c in names]]).max(initial=0.0)
            for node, by in zip(axis, moved, strict=True):
                if abs(by) > ROUND_OFF * scale:
                    boundary = next(
                        name
                        for name, given_there in prescribed_um.items()
                        if set(names) & set(given_there) and node in self.model.boundary_nodes(name)
                    )
                    what = " + ".join(f"u_{name}" for name in names)
                    raise InputError(
                        f"prescribed_um['{boundary}'] moves the axis by {what} = {by:g} um; at "
                        "r = 0 it must be 0, as f(r, z) can be"
                    )


def conditions(
    model: Model,
    fixed: Mapping[str, str] | None,
    tied: Mapping[str, str] | None,
    prescribed_um: Mapping[str, Mapping[str, object]] | None,
    *,
    harmonic: int = 0,
    components: str = "rz",
    load: np.ndarray | None = None,
    sprung: bool = False,
) -> Conditions:
    """Number the unknowns of a body that is held somehow.

    Parameters
    ----------
    fixed
        Boundary name to the components that vanish there.
    tied
        Boundary name to the components that are equal along it. In odd harmonics, by the parity of
        opposite faces of a periodic cell, u_z vanishes there instead.
    prescribed_um
        Boundary name to the components that are given there; by what comes later.
    load
        (nodes, c) forces on the body. What they do not drive and nothing holds is pinned.
    sprung
        Whether an elastic support holds the body.

    Raises
    ------
    InputError
        Unknown names, or a load on a body that is free to move.
    """
    known = np.zeros((model.node_count, len(components)), dtype=bool)
    for boundary, names in (fixed or {}).items():
        for name in _checked("fixed", boundary, names, ALL):
            if name in components:
                known[model.boundary_nodes(boundary), components.index(name)] = True
    for boundary, by_component in (prescribed_um or {}).items():
        for name in _checked("prescribed_um", boundary, by_component, components):
            known[model.boundary_nodes(boundary), components.index(name)] = True
    given = known.ravel().copy()
    ties = []
    for boundary, names in (tied or {}).items():
        if components == ALL and names != "r":
            raise InputError(
                f"tied['{boundary}'] = '{names}' must be 'r' for a load that is not axisymmetric"
            )
        for name in _checked("tied", boundary, names, components):
            nodes = model.boundary_nodes(boundary)
            if harmonic % 2:
                known[nodes, components.index("z")] = True
            else:
                ties.append(len(components) * nodes + components.index(name))
    _hold_axis(model, harmonic, components, known)
    for group in ties * len(ties):  # tied boundaries may share corners and so hand on what is known
        if known.ravel()[group].any():
            known.ravel()[group] = True
    pinned = () if sprung else _pinned(model, harmonic, known, load)
    number, free = reduce_unknowns(known.size, known.ravel(), ties)
    return Conditions(model, harmonic, components, number, free, known.ravel(), given, ties, pinned)


def unknowns_of(nodes: np.ndarray, width: int) -> np.ndarray:
    """(m, k width) unknowns of (k, m) nodes, each with ``width`` of them."""
    count, elements = nodes.shape
    return (width * nodes.T[:, :, None] + np.arange(width)).reshape(elements, count * width)


def turned(values: np.ndarray, axis_nodes: np.ndarray) -> np.ndarray:
    """Sum and difference of r and t on the axis: how loads and how unknowns transform.

    ``values`` is (3 nodes,) or (3 nodes, k).
    """
    out = values.copy()
    r, t = 3 * axis_nodes, 3 * axis_nodes + 1
    out[r], out[t] = values[r] + values[t], values[r] - values[t]
    return out


def _checked(argument: str, boundary: str, names: str | Mapping, allowed: str) -> list[str]:
    """Components that a boundary names, each one of ``allowed``."""
    if not names or any(len(name) != 1 or name not in allowed for name in names):
        text = names if isinstance(names, str) else ", ".join(map(str, names))
        raise InputError(
            f"{argument}['{boundary}'] = '{text}' must name components of "
            f"{', '.join(repr(c) for c in allowed)}"
        )
    return list(names)


def _zeros_on_axis(harmonic: int, components: str) -> np.ndarray:
    """Which unknowns of a node on the axis vanish: half sum (as r), half difference (as t), z."""
    zeros = {0: "rt", 1: "rz"}.get(harmonic, ALL)
    return np.array([c for c, name in enumerate(components) if name in zeros])


def _hold_axis(model: Model, harmonic: int, components: str, known: np.ndarray) -> None:
    axis = model.axis_nodes
    if harmonic == 1:
        known[axis, 1] |= known[axis, 0]
    known[np.ix_(axis, _zeros_on_axis(harmonic, components))] = True


# ---------------------------------------------------------------------- rigid motions


def _rigid_motions(model: Model, harmonic: int, width: int) -> list[np.ndarray]:
    """Rigid motions of a harmonic as (nodes, c) amplitudes, the size of the largest about 1."""
    r, z = model.node_points_um / float(np.ptp(model.node_points_um, axis=1).max())
    zero, one, height = np.zeros_like(r), np.ones_like(r), z - z.mean()
    if width == 2:
        return [np.array([zero, one]).T]
    if harmonic == 0:
        return [np.array([zero, zero, one]).T, np.array([zero, r, zero]).T]
    if harmonic == 1:
        return [np.array([one, -one, zero]).T, np.array([height, -height, -r]).T]
    return []


def _pinned(
    model: Model, harmonic: int, known: np.ndarray, load: np.ndarray | None
) -> tuple[int, ...]:
    """Hold rigid motions that nothing holds and no load drives; refuse those that a load drives.

    Enters what it pins in ``known`` (nodes, c): of the nodes that move most, that next to the axis,
    of those the lowest.
    """
    motions = _rigid_motions(model, harmonic, known.shape[1])
    if not motions:
        return ()
    unknowns = motions
    if known.shape[1] == 3:
        unknowns = [_halved_on_axis(model, motion) for motion in motions]
    order = np.lexsort(model.node_points_um[::-1])
    pinned: list[int] = []
    while True:
        rows = np.array([motion[known] for motion in unknowns])
        u, s, _ = np.linalg.svd(rows @ rows.T)
        loose = np.nonzero(s <= 1e-12 * max(float(s[0]), 1.0))[0]
        if not len(loose):
            return tuple(pinned)
        share = u[:, loose[0]]
        if load is not None:
            motion = np.tensordot(share, motions, 1)
            if abs(float((motion * load).sum())) > 1e-6 * float(np.abs(load).sum()):
                raise InputError(_driven(harmonic, motion))
        moved = np.where(known, 0.0, np.abs(np.tensordot(share, unknowns, 1)))[order]
        node, component = np.unravel_index(np.argmax(moved > 0.999999 * moved.max()), moved.shape)
        known[order[node], component] = True
        pinned.append(int(order[node] * known.shape[1] + component))


def _driven(harmonic: int, motion: np.ndarray) -> str:
    names = ALL if motion.shape[1] == 3 else "rz"
    free = [repr(name) for name, moved in zip(names, motion.T, strict=True) if moved.any()]
    return (
        f"a load of harmonic {harmonic} acts on a body that is free to move: no boundary is fixed "
        f"in {' or '.join(free)}"
    )


def _halved_on_axis(model: Model, motion: np.ndarray) -> np.ndarray:
    """A motion in unknowns, with half sum and half difference on the axis."""
    out, axis = turned(motion.ravel(), model.axis_nodes).reshape(-1, 3), model.axis_nodes
    out[axis, :2] /= 2
    return out
