"""A void where the current comes in: what a slit leaves, what feeds it, where it ends."""

from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Model, current_flow, electromigration, materials, void_growth
from fem_bump.algebra.shape_functions import shape_functions
from fem_bump.migration.nucleation import Nucleation
from fem_bump.verification.grids import grid
from fem_bump.voids.local import leak_of
from fem_bump.voids.mouths import MouthFace, away_from_mouth
from fem_bump.voids.supply import supply

METALS = {"pad": "Al-0.5Cu", "ubm": "NiV", "bump": "SAC305"}
REGIONS = {"pad": (0, 20, 0, 1), "ubm": (0, 8, 1, 2), "bump": (0, 8, 2, 6)}
RIMS = {"rim": (20, 20, 0, 1), "lower": (20, 20, 0, 0.75), "top": (0, 8, 6, 6)}
GIVEN = {"over_um": 1.0, "thickness_um": 0.5, "region": "pad"}
E_C, K_J_PER_K, KELVIN = 1.602176634e-19, 1.380649e-23, 373.15


@pytest.fixture(scope="module")
def model():
    lines = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 19, 19.5, 20]
    mesh = grid(lines, [0, 0.25, 0.5, 0.75, 1, 2, 4, 6], REGIONS, interiors=RIMS)
    return Model(mesh, {region: materials[name] for region, name in METALS.items()})


@pytest.fixture(scope="module")
def rim(model):
    return partial(current_flow, model, -0.5, source="rim", sink="top")


@pytest.fixture(scope="module")
def trace(rim):
    return partial(rim, source_kind="flux", source_half_angle_deg=20.0, accuracy=0.01)


@pytest.fixture(scope="module")
def moved(model, trace):
    return electromigration(model, trace(), temperature_degc=100.0)


def test_a_terminal_is_what_is_not_insulated_of_it(model, rim):
    upper = np.setdiff1d(model.facets("rim"), model.facets("lower"))
    found = rim(insulated_facets=upper.tolist())
    assert_allclose(found.resistance_ohm, rim(source="lower").resistance_ohm, rtol=1e-12)
    with pytest.raises(InputError, match="leave nothing of terminal 'rim'"):
        rim(insulated_facets=model.facets("rim"))


def test_it_is_where_the_current_comes_in(model, rim):
    flow = rim()
    assert away_from_mouth(flow, Nucleation(0.0, (19.5, 1.0), "pad")) == 0.5
    assert away_from_mouth(flow, Nucleation(0.0, (20.0, 1.0), "bump")) == np.inf


def face_of(model, flow, shape):
    return MouthFace(shape, model, "rim", flow.arcs, Nucleation(0.0, (20.0, 1.0), "pad"), 0.5)


def test_both_shapes_cover_the_trace_s_width(model, trace):
    flow = trace()
    slit, sector = (face_of(model, flow, shape) for shape in ("slit", "sector"))
    whole = np.pi * 40.0 / 9.0  # 40 of 360 degrees, 1 um high
    for face in (slit, sector):
        assert_allclose(face.whole_um2, whole)
        assert_allclose(face.severed_um3, 0.5 * whole)
    quarter = slit.of_area(whole / 4)
    assert_allclose(model.points_um[1, model.mesh.facets[:, quarter.facets]].min(), 0.75)
    assert_allclose([each.area_um2 for each in slit.covers(9)], whole * np.array([0.25, 0.5, 0.75]))
    quarter = sector.of_area(whole / 4)
    assert quarter.conducting == {"source_kind": "flux", "source_half_angle_deg": 15.0}
    assert quarter.angles_deg == (15.0, 25.0)


def fed(moved, flow, cover):
    block = moved.body.blocks[0]
    leak = leak_of(block, moved.drive, flow, "pad", cover)
    start = np.zeros(block.count)
    return supply(block, moved.drive, {}, cover.facets, start, 1e-7, leak), leak


def test_it_grows_by_the_wind_at_first(model, trace, moved):
    flow = trace()
    found, _ = fed(moved, flow, face_of(model, flow, "slit").of_area(3.0))
    metal = materials["Al-0.5Cu"]
    data = metal.migration
    d = data.d0_m2_per_s * np.exp(-data.activation_ev * E_C / (K_J_PER_K * KELVIN))
    volts_m = 0.5 / metal.conductivity_s_per_m(25.0)  # rho I
    drift = d * abs(data.effective_charge) * E_C * volts_m / (K_J_PER_K * KELVIN) * 1e18
    soon = 1e-6 / found.solution.decays[0].rates_per_s.min()
    assert_allclose(found.volume_um3(soon) / soon, drift, rtol=1e-3)
    assert_allclose(found.through_face_um3(soon), found.volume_um3(soon), rtol=1e-3)


def test_it_settles_where_the_metal_is_pressed_by_what_the_potential_falls(model, trace, moved):
    flow = trace()
    cover = face_of(model, flow, "slit").of_area(3.0)
    found, leak = fed(moved, flow, cover)
    data = materials["Al-0.5Cu"].migration
    angles = np.linspace(-19.9, 19.9, 81)
    z = model.points_um[1, model.mesh.facets[:, cover.facets]]
    at = np.linspace(z.min(), z.max(), 5)
    points = np.array([np.full(5, 20.0), at])
    there = np.mean([flow.potential(points, "pad", theta_deg=each).mean() for each in angles])
    *places, volumes = model.quadrature_of(model.elements("pad"))
    even = flow.plane.harmonic.local_phi_v
    element, x, y = places
    phi = (even[element] * shape_functions(np.array([x, y]))[0]).sum(axis=1)
    falls = there * volumes.sum() - phi @ volumes
    settled = data.stress_per_volt_mpa * falls / data.modulus_mpa
    assert_allclose(found.settled_um3, settled, rtol=0.02)  # the sum of harmonics ends
    assert leak.behind_mpa < 0


def test_a_slit_lives_until_nothing_is_left_and_a_sector_less(moved, trace):
    given = {**GIVEN, "critical_mpa": 20.0, "thickness_um": 0.05}
    grown = void_growth(moved, trace, sizes=8, **given)
    slit, sector = grown.histories["slit"], grown.histories["sector"]
    assert slit.began.point_um[0] == 20.0
    assert_allclose(slit.volume_at(slit.life(0.2)), slit.face.severed_um3, rtol=1e-8)
    assert slit.covered(0.2) == 1.0
    assert sector.life(0.2) < slit.life(0.2) and sector.covered(0.2) < 0.6
    for each in (slit, sector):
        for stage in each.stages:
            took = stage.ends_s - stage.began_s
            volume = stage.supply.volume_um3(took)
            assert_allclose(stage.supply.through_face_um3(took), volume, rtol=1e-3)


def test_fed_all_around_it_settles_before_the_resistance_has_risen(model, rim):
    moved = electromigration(model, rim(), temperature_degc=100.0)
    grown = void_growth(moved, rim, critical_mpa=5.0, sizes=6, **GIVEN)
    assert list(grown.histories) == ["slit", "sector"]
    for each in grown.histories.values():
        assert each.life(0.2) is None and each.margin(0.2) > 1


def test_shapes_are_those_that_fit_the_place(moved, trace):
    given = {**GIVEN, "critical_mpa": 20.0, "sizes": 2, "rises": [0.02]}
    found = void_growth(moved, trace, idealizations=["lens", "sector"], **given)
    assert list(found.histories) == ["sector"]
