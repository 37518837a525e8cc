"""The line along which two regions meet: its facets, their order and direction, its legs.

For the interface (a, b) the unit normal n points from b into a. The arc length s starts at the end
nearest the axis (else the lowest). Corners cut an interface into legs; named boundaries ``a/b:leg``
or ``b/a:leg`` of the mesh give them their names, otherwise they are ``leg_0``, ``leg_1`` and so on,
cut where the tangent turns by more than 30 degrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump.body.model import Model
from fem_bump.errors import InputError
from fem_bump.interfaces.outline import KINK_DEG, LinePlace, outline_of
from fem_bump.interfaces.recovery import Outline
from fem_bump.interfaces.windows import Trace, cubic_mean_weights


@dataclass(frozen=True)
class InterfaceLine:
    """The facets between two regions or groups, ordered and oriented along +s.

    Attributes
    ----------
    facets
        (m,) facet numbers in order.
    nodes
        (3, m) second-order nodes: start, end, midpoint.
    chain
        (m,) number of the unbroken chain a facet belongs to. A chain ends where the interface does,
        where more than two of its facets meet, and where the regions change sides.
    leg
        (m,) index into ``leg_names``.
    normal
        (2, m) unit normals, from b into a.
    """

    model: Model
    a: str
    b: str
    facets: np.ndarray
    nodes: np.ndarray
    chain: np.ndarray
    leg: np.ndarray
    leg_names: tuple[str, ...]
    normal: np.ndarray

    def __repr__(self) -> str:
        legs, length = ", ".join(self.leg_names), float(self.length_um.sum())
        return (
            f"InterfaceLine({self.a}/{self.b}: {legs}; {len(self.facets)} facets, {length:.4g} um)"
        )

    @cached_property
    def length_um(self) -> np.ndarray:
        p = self.model.node_points_um
        return np.hypot(*(p[:, self.nodes[1]] - p[:, self.nodes[0]]))

    @cached_property
    def start_um(self) -> np.ndarray:
        """Arc length at the start of each facet."""
        return np.concatenate([[0.0], np.cumsum(self.length_um)[:-1]])

    @cached_property
    def tangent(self) -> np.ndarray:
        p = self.model.node_points_um
        return (p[:, self.nodes[1]] - p[:, self.nodes[0]]) / self.length_um

    @cached_property
    def facet_areas_um2(self) -> np.ndarray:
        """(m,) revolved areas."""
        r = self.model.node_points_um[0]
        return np.pi * (r[self.nodes[0]] + r[self.nodes[1]]) * self.length_um

    @cached_property
    def facets_at_ends(self) -> np.ndarray:
        """(2, m) how many facets of the line meet at each one's start and end."""
        ends = self.nodes[:2]
        return np.bincount(ends.ravel())[ends]

    @property
    def area_um2(self) -> float:
        return float(self.facet_areas_um2.sum())

    @cached_property
    def piece(self) -> np.ndarray:
        """(m,) number of the unbroken piece of one leg that a facet belongs to.

        Two walls of a film that steps down twice are one leg and two pieces.
        """
        cut = (np.diff(self.chain) != 0) | (np.diff(self.leg) != 0)
        return np.concatenate([[0], np.cumsum(cut)])

    def traces(self, values: np.ndarray, leg: str | None = None) -> list[Trace]:
        """Unbroken runs of a density (m, 3) given at start, end, midpoint of each facet.

        Or of one that is cubic on facets, (m, 4), the last for x (1 - x) (1 - 2 x); of several that
        have axes before these. Chains of the whole interface, or the pieces of one leg.
        """
        ordered = values[..., [0, 2, 1, 3][: values.shape[-1]]]
        return [
            Trace(s, radius, ordered[..., run, :], closed)
            for run, s, radius, closed in self._chains(leg)
        ]

    def _chains(self, leg: str | None) -> list[tuple[slice, np.ndarray, np.ndarray, bool]]:
        """Facets of each trace, arc length and r at their ends, and whether it is closed."""
        if leg in self._chains_of:
            return self._chains_of[leg]
        r, found = self.model.node_points_um[0], []
        for k in _runs(self.chain if leg is None else self.piece):
            if leg is not None and self.leg_names[self.leg[k[0]]] != leg:
                continue
            s = np.append(self.start_um[k], self.start_um[k[-1]] + self.length_um[k[-1]])
            radius = np.append(r[self.nodes[0, k]], r[self.nodes[1, k[-1]]])
            closed = bool(self.nodes[1, k[-1]] == self.nodes[0, k[0]])
            found.append((slice(int(k[0]), int(k[-1]) + 1), s, radius, closed))
        self._chains_of[leg] = found
        return found

    @cached_property
    def _chains_of(self) -> dict[str | None, list[tuple[slice, np.ndarray, np.ndarray, bool]]]:
        return {}

    def window_weights(self, start_um: float, length_um: float) -> np.ndarray:
        """(m, 4) weights in a window's mean of a density at each facet's start, end, midpoint.

        And of a cubic part x (1 - x) (1 - 2 x), x running from 0 to 1 along the facet.
        """
        key = start_um, length_um
        if key not in self._weights:
            r = self.model.node_points_um[0]
            stop = start_um + length_um
            intervals = [(start_um, stop)]
            for first, last in self._closed_um:
                if first <= start_um < last < stop and length_um <= last - first:
                    intervals = [(start_um, last), (first, first + stop - last)]
            self._weights[key] = cubic_mean_weights(
                self.start_um, self.length_um, r[self.nodes[0]], r[self.nodes[1]], intervals
            )
            self._weights[key].setflags(write=False)
        return self._weights[key]

    @cached_property
    def _weights(self) -> dict[tuple[float, float], np.ndarray]:
        return {}

    @cached_property
    def _closed_um(self) -> list[tuple[float, float]]:
        """Arc lengths at the start and the end of every chain that closes on itself."""
        end = self.start_um + self.length_um
        return [
            (float(self.start_um[k[0]]), float(end[k[-1]]))
            for k in _runs(self.chain)
            if self.nodes[0, k[0]] == self.nodes[1, k[-1]]
        ]

    def region(self, side: str) -> str:
        """Name of the region or group on side ``"a"`` or ``"b"``."""
        if side not in ("a", "b"):
            raise InputError(f"side = '{side}' must be 'a' or 'b'")
        return self.a if side == "a" else self.b

    def beside(self, side: str) -> np.ndarray:
        """(m,) the element of one side at each facet."""
        if side not in self._beside:
            on_side = self.model.mask(self.model.elements(self.region(side)))
            first, second = self.model.mesh.f2t[:, self.facets]
            self._beside[side] = np.where(on_side[first], first, second)
        return self._beside[side]

    @cached_property
    def _beside(self) -> dict[str, np.ndarray]:
        return {}

    def outline(
        self,
        elements: np.ndarray,
        loaded: np.ndarray,
        domain: np.ndarray | None = None,
        kinds: np.ndarray | None = None,
    ) -> tuple[Outline, LinePlace]:
        """Outline of one side as :func:`outline_of` has it, and where the line stands in it."""
        outline, found = outline_of(self.model, elements, loaded, domain, kinds)
        where = np.searchsorted(found, self.facets)
        return outline, LinePlace(where, outline.nodes[0, where] != self.nodes[0])


def trace_interface(model: Model, a: str, b: str) -> InterfaceLine:
    """Order, orient and name the facets between two regions or groups.

    Raises
    ------
    InputError
        When the names are unknown, overlap, share no facet, or share a curved one.
    """
    in_a, in_b = (model.mask(model.elements(name)) for name in (a, b))
    if (in_a & in_b).any():
        raise InputError(f"'{a}' and '{b}' overlap; an interface needs two separate regions")
    first, second = model.mesh.f2t
    inner = second >= 0
    found = np.nonzero(inner & ((in_a[first] & in_b[second]) | (in_b[first] & in_a[second])))[0]
    if len(found) == 0:
        raise InputError(f"'{a}' and '{b}' share no interface")
    if model.curved_facets[found].any():
        raise InputError(f"the interface {a}/{b} is curved; tractions need a straight-sided one")
    chains = _ordered_chains(model, found)
    facets = np.concatenate([chain for chain, _ in chains])
    nodes = model.facet_nodes(facets)
    flip = np.concatenate([flips for _, flips in chains])
    nodes[:2, flip] = nodes[1::-1, flip]
    chain = np.concatenate([np.full(len(c), k) for k, (c, _) in enumerate(chains)])

    p = model.node_points_um
    along = p[:, nodes[1]] - p[:, nodes[0]]
    normal = np.array([-along[1], along[0]]) / np.hypot(*along)
    upper = np.where(in_a[first[facets]], first[facets], second[facets])
    into_a = p[:, model.triangles[:, upper]].mean(axis=1) - p[:, nodes[2]]
    side = np.sign((normal * into_a).sum(axis=0))
    normal *= side
    chain = np.concatenate([[0], np.cumsum((np.diff(chain) != 0) | (np.diff(side) != 0))])
    leg, names = _name_legs(model, a, b, facets, nodes, chain)
    return InterfaceLine(model, a, b, facets, nodes, chain, leg, names, normal)


def interface_facets(model: Model, name: str) -> np.ndarray:
    """Facets of an interface "a/b", or of its leg "a/b:leg"."""
    pair, _, leg = name.partition(":")
    a, slash, b = pair.partition("/")
    if not slash:
        raise InputError(f"'{name}' is no interface; write 'a/b' or 'a/b:leg'")
    line = trace_interface(model, a, b)
    if leg and leg not in line.leg_names:
        raise InputError(f"unknown leg '{leg}' of {pair}; known are {', '.join(line.leg_names)}")
    return line.facets[[not leg or line.leg_names[k] == leg for k in line.leg]]


def _ordered_chains(model: Model, facets: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Chains of facets in walking order, each with flags where a facet runs backwards.

    A chain ends where it does not go on, or where more than one way does.
    """
    ends = model.mesh.facets[:, facets]
    at: dict[int, list[int]] = {}
    for k, (i, j) in enumerate(ends.T.tolist()):
        at.setdefault(i, []).append(k)
        at.setdefault(j, []).append(k)
    r, z = model.points_um
    left = set(range(len(facets)))
    chains = []

    def key(vertex: int) -> tuple[float, float]:
        return (float(r[vertex]), float(z[vertex]))

    def walk(start: int) -> None:
        order: list[int] = []
        flips: list[bool] = []
        here = start
        while True:
            ahead = [k for k in at[here] if k in left]
            if not ahead or (order and len(at[here]) > 2):
                break
            k = min(ahead)
            left.discard(k)
            order.append(k)
            flips.append(int(ends[0, k]) != here)
            here = int(ends[0, k] if flips[-1] else ends[1, k])
        chains.append((facets[order], np.array(flips, dtype=bool), key(start)))

    for vertex in sorted((v for v, found in at.items() if len(found) != 2), key=key):
        while any(k in left for k in at[vertex]):
            walk(vertex)
    for vertex in sorted({int(v) for k in left for v in ends[:, k]}, key=key):
        if any(k in left for k in at[vertex]):  # what is left closes on itself
            walk(vertex)
    chains.sort(key=lambda item: item[2])
    return [(found, flips) for found, flips, _ in chains]


def _runs(numbers: np.ndarray) -> list[np.ndarray]:
    """Places of equal numbers that follow each other."""
    return np.split(np.arange(len(numbers)), np.nonzero(np.diff(numbers))[0] + 1)


def _turn(model: Model, nodes: np.ndarray) -> np.ndarray:
    """Angle, degrees, between each facet of a walk and the next."""
    p = model.node_points_um
    along = p[:, nodes[1]] - p[:, nodes[0]]
    u, v = along[:, :-1], along[:, 1:]
    return np.degrees(np.abs(np.arctan2(u[0] * v[1] - u[1] * v[0], (u * v).sum(axis=0))))


def _name_legs(
    model: Model, a: str, b: str, facets: np.ndarray, nodes: np.ndarray, chain: np.ndarray
) -> tuple[np.ndarray, tuple[str, ...]]:
    named = np.full(len(facets), -1)
    # which side is called a is the business of whoever asks, not of the mesh
    known = [n for n in model.boundaries if n.startswith((f"{a}/{b}:", f"{b}/{a}:"))]
    for k, name in enumerate(known):
        _check_leg(model, name, facets)
        named[np.isin(facets, model.boundaries[name])] = k
    cut = np.diff(chain) != 0
    if known:
        cut |= np.diff(named) != 0
    else:
        cut |= _turn(model, nodes) > KINK_DEG
    leg = np.concatenate([[0], np.cumsum(cut)])
    first = np.unique(leg, return_index=True)[1]
    if not known:
        return leg, tuple(f"leg_{k}" for k in range(len(first)))
    labels = [known[named[k]].partition(":")[2] if named[k] >= 0 else "" for k in first]
    unique: list[str] = []
    number = np.empty(len(first), dtype=int)
    for k, label in enumerate(labels):
        label = label or f"leg_{k}"
        if label not in unique:
            unique.append(label)
        number[k] = unique.index(label)
    return number[leg], tuple(unique)


def _check_leg(model: Model, name: str, facets: np.ndarray) -> None:
    """Refuse a leg with facets that are not on the interface that it names."""
    found = model.boundaries[name]
    off = found[~np.isin(found, facets)]
    if len(off):
        r, z = model.node_points_um[:, model.mesh.nvertices + off[0]] / model.unit_um
        raise InputError(
            f"boundary '{name}' of the mesh names a leg of the interface of its two regions, but "
            f"{len(off)} of its {len(found)} facets are not on it, the first at (r, z) = "
            f"({r:g}, {z:g}) {model.length_unit}"
        )
