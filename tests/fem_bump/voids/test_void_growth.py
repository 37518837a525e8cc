"""A void by its parts: what it covers, mass, both shapes, a lens, what stops it, refusals."""

from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import (
    InputError,
    Model,
    current_flow,
    electromigration,
    electrothermal,
    materials,
    void_growth,
)
from fem_bump.errors import TooMuchCurrentError
from fem_bump.interfaces.line import trace_interface
from fem_bump.migration.nucleation import Nucleation
from fem_bump.verification.grids import grid
from fem_bump.voids.faces import cuts_off, void_face

METALS = {"pad": "Al-0.5Cu", "ubm": "NiV", "bump": "SAC305"}
REGIONS = {"pad": (0, 10, 0, 1), "ubm": (0, 10, 1, 2), "bump": (0, 10, 2, 6)}
GIVEN = {"critical_mpa": 5.0, "over_um": 1.0, "thickness_um": 0.2}
THIN_UM = 0.02  # a void of many sizes before it settles


@pytest.fixture(scope="module")
def model():
    lines = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9.5, 10]
    mesh = grid(lines, [0, 0.5, 1, 2, 3, 4, 6], REGIONS, interiors={"rim": (10, 10, 0, 1)})
    return Model(mesh, {region: materials[name] for region, name in METALS.items()})


@pytest.fixture(scope="module")
def flow(model):
    return partial(current_flow, model, -0.5, source="rim", sink="top")


@pytest.fixture(scope="module")
def moved(model, flow):
    return electromigration(model, flow(), temperature_degc=100.0)


@pytest.fixture(scope="module")
def grown(moved, flow):
    return void_growth(moved, flow, reservoirs={"top": 0.0}, **GIVEN)


def test_it_begins_where_and_when_the_stress_does(grown, moved):
    began = moved.nucleation(5.0, 1.0)
    for each in grown.histories.values():
        assert each.began == began
        assert each.times_s[0] == began.time_s
        assert each.volume_um3[0] == 0.0
        assert_allclose(each.resistance_ohm[0], each.initial_ohm)


def test_volume_and_resistance_rise(grown):
    for each in grown.histories.values():
        assert (np.diff(each.volume_um3) > 0).all()
        assert (np.diff(each.resistance_ohm) >= 0).all()
        ohm = [size.resistance_ohm for size in each.sizes]
        assert ohm[-1] > 1.2 * ohm[0]


def test_what_leaves_the_face_is_what_the_void_has(grown):
    for each in grown.histories.values():
        assert len(each.stages) > 2
        for stage in each.stages[1:]:
            took = stage.ends_s - stage.began_s
            volume = stage.supply.volume_um3(took)
            assert_allclose(stage.supply.through_face_um3(took), volume, rtol=1e-4)


def test_stages_add_up_to_the_sizes(grown):
    for each in grown.histories.values():
        passed = 0.0
        for stage in each.stages:
            assert_allclose(stage.volume_um3, passed, rtol=1e-8)
            passed += stage.supply.volume_um3(stage.ends_s - stage.began_s)
        assert_allclose(passed, each.sizes[-1].volume_um3, rtol=1e-8)


def test_a_rise_is_reached_at_its_life(grown):
    for each in grown.histories.values():
        for rise in (0.1, 0.2):
            volume = each.volume_at(each.life(rise))
            assert_allclose(volume, each.volume_of(rise), rtol=1e-8)
        assert each.life(0.1) < each.life(0.2)
        assert each.margin(0.2) == 0.0  # the top takes what arrives


def test_sizes_resolve_the_time(moved, flow, grown):
    coarse = void_growth(moved, flow, reservoirs={"top": 0.0}, sizes=12, **GIVEN)
    for name, each in grown.histories.items():
        assert_allclose(coarse.histories[name].life(0.2), each.life(0.2), rtol=0.1)


def test_a_ring_closes_from_the_edge_and_a_disc_spreads_from_the_axis(model, grown):
    radius = model.points_um[0]
    for name, nearest in (("ring", 10.0), ("disc", 0.0)):
        cover = grown.histories[name].face.of_area(1.0)
        assert len(cover.facets) == 1
        assert nearest in radius[model.mesh.facets[:, cover.facets]]


def test_blocked_it_settles_at_what_the_solder_holds_more(moved, flow):
    grown = void_growth(moved, flow, **{**GIVEN, "thickness_um": THIN_UM})
    for each in grown.histories.values():
        assert each.life(0.2) is None and len(each.stages) > 1
        assert_allclose(each.margin(0.2), each.volume_of(0.2) / each.settled_um3, rtol=1e-6)
        last = each.stages[-1].supply
        content = last.solution.content @ last.solution.steady_mpa[0]
        assert_allclose(each.settled_um3, -content, rtol=2e-3)  # without stress at first


def test_a_lens_is_a_ring_where_it_covers_all_around(model):
    began = Nucleation(0.0, (0.0, 2.0), "bump")
    path = np.arange(model.mesh.nelements)
    face = void_face(model, path, began, 1.0, "lens", 0.2)
    film = face.of_area(np.pi * 4.0**2).conducting["off_centre_films"][0]
    assert_allclose(film.radius_um, 4.0, rtol=0.15)  # to a facet's width


def test_a_lens_has_all_sizes_and_some_between(model):
    began = Nucleation(0.0, (9.0, 2.0), "bump")
    face = void_face(model, np.arange(model.mesh.nelements), began, 1.0, "lens", 0.2)
    covers = face.covers(24)
    assert len(covers) == 24
    middle = face.between(*covers[-2:])
    assert_allclose(middle.area_um2, (covers[-2].area_um2 + covers[-1].area_um2) / 2)


@pytest.mark.slow
def test_a_lens_off_the_axis_costs_more_than_a_ring_of_its_area(model):
    conduct = partial(
        current_flow, model, -0.5, source="rim", sink="top", source_kind="flux",
        source_half_angle_deg=20.0, accuracy=0.05, contact_resistivity_ohm_m2={"bump/ubm": 1e-14},
    )  # fmt: skip
    moved = electromigration(model, conduct(), temperature_degc=100.0)
    grown = void_growth(
        moved, conduct, region="bump", sizes=9, rises=[0.05], reservoirs={"top": 0.0}, **GIVEN
    )
    lens, ring = (grown.histories[name] for name in ("lens", "ring"))
    assert lens.began.theta_deg == 0.0
    assert lens.covered(0.05) < ring.covered(0.05)


def test_with_its_heat_it_is_as_hot_as_its_current_makes_it(model):
    conduct = partial(
        electrothermal, model, -0.5, source="rim", sink="top", held_degc={"bottom": 100.0}
    )
    moved = electromigration(model, conduct())
    grown = void_growth(
        moved, conduct, idealizations=["ring"], sizes=8, reservoirs={"top": 0.0}, **GIVEN
    ).histories["ring"]
    assert grown.life(0.2) > grown.began.time_s
    assert not grown.runaway


def test_a_current_that_what_is_left_cannot_bear_ends_it(model, moved, flow):
    def limited(**void):
        found = flow(**void)
        if len(void.get("insulated_facets", ())) > 4:
            raise TooMuchCurrentError("0.5 A is more than this body bears")
        return found

    grown = void_growth(
        moved, limited, idealizations=["disc"], reservoirs={"top": 0.0}, **GIVEN
    ).histories["disc"]
    assert grown.runaway == "0.5 A is more than this body bears"
    assert grown.life(0.2) == grown.stages[-1].ends_s
    assert "more than this body bears" in repr(grown)


def test_the_end_lies_near_the_first_size_without_a_state(moved, flow, model):
    most = 0.6  # of the facets
    facets = len(void_face(
        model, np.arange(model.mesh.nelements), moved.nucleation(5.0, 1.0), 1.0, "ring", 0.2
    ).line.facets)  # fmt: skip

    def limited(**void):
        if len(void.get("insulated_facets", ())) > most * facets:
            raise TooMuchCurrentError("more than this body bears")
        return flow(**void)

    grown = void_growth(
        moved, limited, idealizations=["disc"], sizes=3, rises=[5.0], reservoirs={"top": 0.0},
        **GIVEN,
    ).histories["disc"]  # fmt: skip
    assert len(grown.face.of_area(grown.sizes[-1].area_um2).facets) == int(most * facets)


def test_other_refusals_are_no_end(moved, flow):
    def refused(**void):
        if void:
            raise InputError("the solver is unknown")
        return flow()

    with pytest.raises(InputError, match="the solver is unknown"):
        void_growth(moved, refused, **GIVEN)
    with pytest.raises(InputError, match="needs a contact resistivity above 0"):
        void_growth(moved, flow, idealizations=["lens"], **GIVEN)


def test_a_rise_beyond_the_largest_size_is_reached_when_all_is_covered(moved, flow):
    grown = void_growth(moved, flow, reservoirs={"top": 0.0}, rises=[50.0], **GIVEN)
    for each in grown.histories.values():
        assert each.sizes[-1].resistance_ohm < 51.0 * each.initial_ohm
        assert each.covered(50.0) == 1.0 and each.margin(50.0) == 0.0
        before = each.volume_at(each.life(50.0)) - each.sizes[-1].volume_um3
        assert 0 < before < 0.25 * each.sizes[-1].volume_um3
        assert_allclose(each.volume_at(each.life(50.0)), each.face.severed_um3, rtol=1e-8)


def test_a_current_with_another_way_is_not_cut_off(model):
    path, line = np.arange(model.mesh.nelements), trace_interface(model, "ubm", "bump")
    assert cuts_off(model, path, line.facets, "rim", "top")
    assert not cuts_off(model, path, line.facets[1:], "rim", "top")


def test_without_nucleation_there_is_none(moved, flow):
    assert void_growth(moved, flow, **{**GIVEN, "critical_mpa": 1e4}) is None


def test_a_void_that_meets_no_conductor_is_refused(moved, flow, model):
    with pytest.raises(InputError, match="meets no conductor"):
        void_growth(moved, flow, interface="pad/ubm", **GIVEN)
    away = Nucleation(0.0, (5.0, 4.0), "bump")
    path = np.arange(model.mesh.nelements)
    with pytest.raises(InputError, match="2 um from bump/ubm, and meets no conductor"):
        void_face(model, path, away, 1.0, "ring", 0.2)
    alone = model.elements("bump")
    with pytest.raises(InputError, match="none borders on it"):
        void_face(model, alone, away, 5.0, "ring", 0.2)


def test_bad_input_is_one_sentence(moved, flow, model):
    with pytest.raises(InputError, match="'ball' must be one of ring, disc, lens, slit, sector"):
        void_growth(moved, flow, idealizations=["ball"], **GIVEN)
    with pytest.raises(InputError, match="thickness_um = 0 must be a positive number"):
        void_growth(moved, flow, **{**GIVEN, "thickness_um": 0})
    for sizes in (0, 0.5, "many"):
        with pytest.raises(InputError, match=r"sizes = .* must be a positive integer"):
            void_growth(moved, flow, sizes=sizes, **GIVEN)
    for rises in ([], [-0.2], [0.1, 0.0]):
        with pytest.raises(InputError, match="at least one number, each positive"):
            void_growth(moved, flow, rises=rises, **GIVEN)
    with pytest.raises(InputError, match="outer facets are so"):
        flow(insulated_facets=model.facets("bottom"))
    with pytest.raises(InputError, match="must be numbers of the mesh's facets"):
        flow(insulated_facets=[10**6])
    with pytest.raises(InputError, match="not connected"):
        flow(insulated_facets=void_face(
            model, np.arange(model.mesh.nelements), Nucleation(0.0, (10.0, 2.0), "bump"), 1.0,
            "ring", 0.2,
        ).line.facets)  # fmt: skip


def test_it_draws_itself(grown):
    assert len(grown.plot().axes) == 2
    assert len(grown.histories["ring"].plot().axes) == 2
