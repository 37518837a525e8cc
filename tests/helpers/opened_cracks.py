"""Cracks for tests: points and curves that cost nothing, and a tip that moves by a facet."""

import numpy as np
import pytest

from fem_bump.fracture.contact import close_faces
from fem_bump.fracture.energy_release import energy_difference
from geometry import Design, build_mesh
from studies.cracks.curves import CrackGrowth, CrackPoint
from studies.cracks.growth import cracked_state

ERRORS = (
    "g_j_per_m2",
    "g_max_j_per_m2",
    "k_1_mpa_sqrt_um",
    "k_2_mpa_sqrt_um",
    "k_3_mpa_sqrt_um",
    "mode_mix_deg",
    "overlap_share",
)


def point(length, g=1.0, closed=False, error=0.01, mode_mix=0.0, contact=None):
    errors = dict.fromkeys(ERRORS, error * g) | {"mode_mix_deg": 3.0, "contact_um": 0.05}
    return CrackPoint(length, g, g, 0.0, 1.0, 0.0, 0.0, mode_mix, 0.1, 0.0, closed, errors, contact)


def growth(points, toughness=4.0, start=None, skipped=None, **design):
    crack = {"interface": "ubm/passivation", "toughness_j_per_m2": toughness}
    whole = Design(crack=crack, **design)
    return CrackGrowth(whole, 6.0, start, tuple(points), skipped or {}, {})


def with_tip_moved(mesh, step, tip):
    """The mesh with its crack boundary longer (1) or shorter (-1) by the facet nearest a point."""
    crack = mesh.boundaries["crack"]
    vertices, count = np.unique(mesh.facets[:, crack], return_counts=True)
    ends = vertices[count == 1]
    end = ends[np.hypot(*(mesh.p[:, ends].T - tip).T).argmin()]
    at_end = np.nonzero((mesh.facets == end).any(axis=0))[0]
    (last,) = np.intersect1d(at_end, crack)
    if step < 0:
        return mesh.with_boundaries({**mesh.boundaries, "crack": np.setdiff1d(crack, last)})
    outwards = mesh.p[:, mesh.facets[:, at_end].sum(axis=0) - end] - mesh.p[:, [end]]
    outwards /= np.hypot(*outwards)
    straight_on = -outwards[:, at_end == last][:, 0] @ outwards
    assert straight_on.max() == pytest.approx(1.0, abs=1e-9)
    longer = np.sort(np.append(crack, at_end[straight_on.argmax()]))
    return mesh.with_boundaries({**mesh.boundaries, "crack": longer})


def by_two_solutions(section, touching=False):
    """G between a crack that is a facet shorter and one that is a facet longer, on one mesh."""
    whole, tip = build_mesh(section), section.crack.tip_um
    states, areas = [], []
    for steps in (-1, 1):
        mesh = with_tip_moved(whole, steps, tip)
        state = cracked_state(section, mesh, keep_factors=touching)
        states.append(close_faces(state, near=tip) if touching else state)
        p = mesh.p[:, mesh.facets[:, mesh.boundaries["crack"]]]
        areas.append(np.pi * (p[0].sum(axis=0) * np.hypot(*(p[:, 1] - p[:, 0]))).sum())
    return energy_difference(*states, areas[1] - areas[0])
