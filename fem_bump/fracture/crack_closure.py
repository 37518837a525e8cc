"""Energy release rate of a crack by virtual crack closure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fem_bump.body.cracks import CrackTip
from fem_bump.fracture.cosines import Cosines
from fem_bump.fracture.face_tractions import face_forces
from fem_bump.fracture.tip_domain import Amplitudes
from fem_bump.mechanics.amplitudes import whole
from fem_bump.mechanics.harmonic_stress import HarmonicStress


def virtual_closure(
    tip: CrackTip, parts: Sequence[HarmonicStress], fields: Sequence[Amplitudes]
) -> Cosines | None:
    """G from the forces at the tip and ahead of it and the opening behind it.

    Nodal forces of the facet ahead close the opening of the facet behind: the tip's force the far
    node's, the midpoint's force the midpoint's. E. F. Rybicki and M. F. Kanninen, Eng. Fract. Mech.
    9, 931 (1977); second-order elements: I. S. Raju, Eng. Fract. Mech. 28, 251 (1987). The opening
    is scaled with the root of the distance if the two facets differ in length. Where faces touch,
    friction stays when the facet has opened: forces ahead count by what they exceed those behind.
    ``parts`` are the solved harmonics of ``fields``. None where no facet continues the crack.
    """
    if tip.ahead is None:
        return None
    model = tip.model
    p = model.node_points_um
    start, far, middle = tip.ahead
    length = float(np.hypot(*(p[:, far] - p[:, start])))
    behind = float(tip.distance_um[0, 1])
    touching = np.nonzero(np.isin(model.nodes, [start, middle]).any(axis=0))[0]
    centre = model.points_um[:, model.triangles[:, touching]].mean(axis=1)
    side_a = touching[tip.local(centre)[1] > 0]
    area = np.pi * (p[0, start] + p[0, far]) * length
    forces, jumps = {}, {}
    for part, field in zip(parts, fields, strict=True):
        force = whole(part.nodal_forces(side_a)[[start, middle]])
        force = force - face_forces(tip, (part,), tip.faces[0, [1, 2], 0])
        a, b = tip.faces[:, [1, 2], 0]
        jump = field.u_um[a] - field.u_um[b]
        forces[field.harmonic], jumps[field.harmonic] = force, jump
    # the forces on side a pull it back to side b, against the opening
    scale = -np.sqrt(length / behind) / (2 * area)
    highest = 2 * max(forces)
    count = 2 * highest + 2
    out = np.zeros(highest + 1)
    for theta in 2 * np.pi * np.arange(count) / count:
        force, jump = (
            sum(
                part
                * np.array([np.cos(n * theta), np.sin(n * theta) if n else 1.0, np.cos(n * theta)])
                for n, part in parts_of.items()
            )
            for parts_of in (forces, jumps)
        )
        work = float((force * jump).sum()) * scale
        for k in range(highest + 1):
            out[k] += (2.0 if k else 1.0) / count * work * np.cos(k * theta)
    return Cosines(out)
