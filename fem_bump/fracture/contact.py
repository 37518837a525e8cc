"""The faces of a crack in contact: they touch and do not overlap, and slide with friction.

Nodes of the two faces lie on each other, so contact is between pairs of them. With the jump of
displacement from side b to side a, its normal part g_n along n (from b into a) and its part g_t
along the crack, and the force f of b on a,

    g_n >= 0,  f_n >= 0,  g_n f_n = 0,   |f_t| <= mu f_n,  f_t = -mu f_n sign(g_t) where it slides.

The rest of the body is linear: with the stiffness's factors g = g_0 + C f, g_0 of the body whose
faces are free, and C by as many back-substitutions as there are unknown forces (static
condensation); what remains is :mod:`fem_bump.algebra.complementarity`. A pair where the crack turns
has the normals of both pieces and no friction; where it only bends, their mean.

Next to a tip the discrete stress oscillates by a share of K / sqrt(h), h the size of an element,
and friction that followed these pressures would change K_II by a share that no finer mesh lessens.
So friction on the facets at a tip takes the pressure of the next one. (Measured on the penny-shaped
crack of the verification, mu = 0.3: without this K_II is off by 3.7 % on every mesh; with it by
0.4 %, and less on finer ones.) Where faces between two materials part next to the tip, as they do
where the singular stress pulls them apart, contact may not settle with that pressure; there
friction goes with each pair's own.

The load comes in one step, monotonically: nothing has slid back. Sliding is small against the
facets. Units: um, uN.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from fem_bump.algebra.complementarity import Touching, touching_forces
from fem_bump.algebra.constraints import FreeUnknowns
from fem_bump.body.cracks import CrackTip, crack_tip
from fem_bump.errors import AnalysisError, InputError, is_number
from fem_bump.fracture.crack_opening import AT_TIP
from fem_bump.mechanics.state import ThermalStress

BEND = np.cos(np.radians(30.0))  # a crack that turns by more has a corner there
AT_A_TIME = 64  # back-substitutions


@dataclass(frozen=True)
class FacePairs:
    """Pairs of nodes that may touch, (m,) and (m, 2) each; where the crack turns one has two.

    Attributes
    ----------
    a, b
        Nodes.
    normal, along
        Unit vectors from b into a, and along the crack towards the tip.
    rough
        Whether friction acts.
    area_um2
        Of the shape functions of a pair, revolved: its force under a unit pressure.
    presses
        The pair whose pressure its friction goes with, its own but next to a tip.
    """

    a: np.ndarray
    b: np.ndarray
    normal: np.ndarray
    along: np.ndarray
    rough: np.ndarray
    area_um2: np.ndarray
    presses: np.ndarray

    def jumps(self, nodes: int) -> sp.csr_matrix:
        """(2 m, 2 nodes) matrix from displacements to g_n of all pairs, then g_t."""
        m = len(self.a)
        row = np.arange(2 * m)[:, None]
        unit = np.vstack([self.normal, self.along])
        columns = [2 * np.tile(side, 2)[:, None] + np.arange(2) for side in (self.a, self.b)]
        values = np.hstack([unit, -unit])
        where = np.broadcast_to(row, values.shape).ravel(), np.hstack(columns).ravel()
        return sp.csr_matrix((values.ravel(), where), shape=(2 * m, 2 * nodes))

    @property
    def pressing(self) -> sp.csr_matrix:
        """(m, m) from normal forces to those that friction is a share of."""
        row, m = np.arange(len(self.a)), len(self.a)
        values, other = np.ones(m), row != self.presses
        values[other] = self.area_um2[other] / self.area_um2[self.presses[other]]
        return sp.csr_matrix((values, (row, self.presses)), shape=(m, m))


def face_pairs(tip: CrackTip) -> FacePairs:
    """The pairs of a crack; its tips, where the faces are one, are none."""
    found = list(_pairs(tip))
    a, b, normal, along, rough = (np.array(column) for column in zip(*found, strict=True))
    area = np.zeros(tip.model.node_count)
    p = tip.model.node_points_um[:, tip.faces[0]]
    band = 2 * np.pi * np.hypot(*(p[:, 0] - p[:, 1])) / 6
    for nodes, share in zip(tip.faces[0], (p[0, 0], p[0, 1], 4 * p[0, 2]), strict=True):
        np.add.at(area, nodes, band * share)
    return FacePairs(a, b, normal, along, rough, area[a], _presses(tip, a))


def _presses(tip: CrackTip, a: np.ndarray) -> np.ndarray:
    """Of each pair, the one whose pressure it takes."""
    faces = tip.faces
    out = np.arange(len(a))
    walks = [faces[0]]
    if faces[0, 1, -1] == faces[1, 1, -1]:  # the other end is a tip as well
        walks.append(faces[0, :, ::-1][[1, 0, 2]])
    for _, far, middle in walks:
        if len(middle) > 2 * AT_TIP:
            next_one = int(np.nonzero(a == middle[AT_TIP])[0][0])
            out[np.isin(a, [*far[:AT_TIP], *middle[:AT_TIP]])] = next_one
    return out


def _pairs(tip: CrackTip) -> Iterator[tuple[int, int, np.ndarray, np.ndarray, bool]]:
    along, normal = tip.facet_axes
    last = len(along) - 1
    for k, (a, b) in enumerate(tip.faces.transpose(2, 0, 1)):
        yield a[2], b[2], normal[k], along[k], True
        if a[1] == b[1]:
            continue
        if k == last:
            yield a[1], b[1], normal[k], along[k], True
        elif along[k] @ along[k + 1] < BEND:
            for j in (k, k + 1):
                yield a[1], b[1], normal[j], along[j], False
        else:
            mean = along[k] + along[k + 1], normal[k] + normal[k + 1]
            direction, across = (v / np.hypot(*v) for v in mean)
            yield a[1], b[1], across, direction, True


def _forces(pairs: FacePairs, compliance: np.ndarray, gap: np.ndarray, friction: float) -> Touching:
    """Forces of the pairs, with the pressures that friction goes with."""
    try:
        return touching_forces(compliance, gap, pairs.rough, friction, pairs.pressing)
    except AnalysisError:  # pairs at the tip part and meet in turn
        own = sp.eye(len(pairs.a), format="csr")
        return touching_forces(compliance, gap, pairs.rough, friction, own)


def close_faces(
    stress: ThermalStress, friction: float = 0.0, near: tuple[float, float] | None = None
) -> ThermalStress:
    """The state of a cracked body whose faces touch instead of overlapping.

    Parameters
    ----------
    stress
        The body with free faces, axisymmetric and elastic, solved with ``keep_factors``.
    friction
        Coulomb's coefficient.
    near
        As for :func:`~fem_bump.fracture.energy_release.energy_release`.

    Raises
    ------
    InputError
        No crack, a coefficient that is none, a state that varies around the axis, has flowed or
        has not kept its factors.
    AnalysisError
        When contact does not settle.
    """
    if not (is_number(friction) and np.isfinite(friction) and friction >= 0):
        raise InputError(f"friction = {friction!r} must be a number of at least 0")
    if stress.varies_around:
        raise InputError(
            "contact of a crack's faces under a load that varies around the axis is not available: "
            "where they touch couples the harmonics"
        )
    (part,) = stress.parts
    if part.inelastic is not None:
        raise InputError("contact of a crack's faces in a body that has flowed is not available")
    if not isinstance(part.factors, FreeUnknowns):
        raise InputError("contact of a crack's faces needs a state with keep_factors=True")
    pairs = face_pairs(crack_tip(stress.model, near))
    number, factor = part.factors.number, part.factors.factor
    jumps = pairs.jumps(stress.model.node_count)
    free = number >= 0
    gather = sp.csr_matrix(
        (np.ones(int(free.sum())), (np.nonzero(free)[0], number[free])),
        shape=(len(number), int(number.max()) + 1),
    )
    onto = (jumps @ gather).tocsr()  # from free unknowns to jumps
    compliance = np.hstack([
        onto @ factor.solve(onto[start : start + AT_A_TIME].toarray().T)
        for start in range(0, onto.shape[0], AT_A_TIME)
    ])  # fmt: skip
    found = _forces(pairs, compliance, jumps @ part.u_um.ravel(), friction)
    moved = factor.solve(onto.T @ np.concatenate([found.normal, found.tangential]))
    u_um = part.u_um + (gather @ moved).reshape(-1, 2)
    held = part.held.copy()
    touching = found.normal > 0
    held[np.concatenate([pairs.a[touching], pairs.b[touching]])] = True
    return ThermalStress((replace(part, u_um=u_um, held=held),), stress.auto_pinned)
