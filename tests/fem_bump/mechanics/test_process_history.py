"""Processes: what comes, what goes, what fills its place, and what no process can be."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import (
    Cycle,
    InputError,
    Material,
    ProcessStage,
    materials,
    process_history,
    stress_history,
    thermal_cycles,
    thermal_stress,
)
from fem_bump.laws import J2
from fem_bump.verification.grids import grid

BOXES = {
    "wafer": (0, 10, 0, 2),
    "pad": (4, 10, 2, 3),
    "etched": (0, 4, 2, 3),
    "ubm": (0, 4, 2, 4),
}
HELD = {"fixed": {"bottom": "z"}, "tied": {"right": "r"}}
OF = {
    "wafer": Material("Si", 130e3, 0.28, 2.6e-6),
    "pad": Material("Al", 70e3, 0.345, 23e-6),
    "etched": Material("Al", 70e3, 0.345, 23e-6),
    "ubm": Material("Cu", 120e3, 0.34, 17e-6),
}


@pytest.fixture(scope="module")
def mesh():
    """A recess in a pad on a wafer, and what fills it: two regions in its place."""
    whole = grid(
        np.linspace(0, 10, 6), [0, 1, 2, 3, 4], {**BOXES, "etched": (0, 4, 2, 3)}
    )  # cells above the pad, in no region, are removed
    middle = whole.p[:, whole.t].mean(axis=1)
    inside = [
        np.nonzero((r0 < middle[0]) & (middle[0] < r1) & (z0 < middle[1]) & (middle[1] < z1))[0]
        for r0, r1, z0, z1 in BOXES.values()
    ]
    return whole.with_subdomains(dict(zip(BOXES, inside, strict=True)))


def recipe(hot=300.0, **last):
    return [
        ProcessStage("wafer", hot, adds=["wafer"]),
        ProcessStage("pad", hot, adds=["pad", "etched"]),
        ProcessStage("etch", last.pop("etch_degc", hot), removes=["etched"]),
        ProcessStage("ubm", hot, adds=["ubm"]),
        ProcessStage("cooled", 25.0, **last),
    ]


def test_what_fills_a_recess_made_at_one_temperature_cools_as_if_it_had_always_been_there(mesh):
    made = process_history(mesh, OF, recipe(), **HELD)
    at_once = thermal_stress(made.model, -275.0, 300.0, **HELD)
    points = [[1.0, 3.0, 7.0], [3.5, 1.5, 2.5]]
    assert set(made.model.regions) == {"wafer", "pad", "ubm"}
    scale = np.abs(at_once.stress(points)).max()
    assert_allclose(made.final.stress(points), at_once.stress(points), atol=1e-12 * scale)
    assert_allclose(
        made.final.interface("ubm", "pad").peel_mpa,
        at_once.interface("ubm", "pad").peel_mpa,
        atol=1e-10 * scale,
    )


def test_what_an_etch_leaves_is_in_balance_and_how_hot_it_was_leaves_nothing_in_an_elastic_body(
    mesh,
):
    cold = process_history(mesh, OF, recipe(etch_degc=25.0), **HELD)
    for stage in ("etch", "cooled"):
        state = cold.after(stage)
        force = state.parts[0].nodal_forces(np.arange(state.model.mesh.nelements))
        free = ~state.parts[0].held
        assert np.abs(force[free]).max() < 1e-9 * np.abs(force).max()
    assert cold.after("etch").stress([[3.9], [1.9]])[0, 0] != pytest.approx(
        cold.after("pad").stress([[3.9], [1.9]])[0, 0], abs=1.0
    )
    hot, point = process_history(mesh, OF, recipe(), **HELD), [[1.0], [3.5]]
    assert_allclose(cold.final.stress(point), hot.final.stress(point), atol=1e-9)


def test_service_goes_on_from_what_the_process_left(mesh):
    yields = {**OF, "pad": Material("Al", 70e3, 0.345, 23e-6, law=J2(100.0, kinematic_mpa=2e3))}
    made = process_history(mesh, yields, recipe(hold_s=5.0), tolerance=0.01, **HELD)
    start = float(made.lives[-1].times_s[-1])
    served = stress_history(
        made.model, [start, start + 60.0], [25.0, 100.0], tolerance=0.01,
        initial=made.checkpoint(), **HELD,
    )  # fmt: skip
    point = [[7.0], [2.5]]
    assert_allclose(served.at(start).stress(point), made.final.stress(point), rtol=1e-12)
    assert made.final.mean_inelastic_strain("pad") > 1e-4
    longer = process_history(
        mesh, yields, [*recipe(hold_s=5.0), ProcessStage("warm", 100.0)], tolerance=0.01, **HELD
    )
    assert_allclose(
        served.at(start + 60.0).stress(point), longer.final.stress(point), rtol=1e-2, atol=0.1
    )


def test_what_goes_on_from_a_process_has_its_stress_free_temperatures_and_no_others(mesh):
    made = process_history(mesh, OF, recipe(), **HELD)
    start, point = float(made.lives[-1].times_s[-1]), [[1.0], [3.5]]
    on = {"initial": made.checkpoint(), **HELD}
    cycle = Cycle(0.0, 100.0, 60.0, 60.0, 60.0, 60.0)
    for free in (None, made.stress_free_degc):
        rested = stress_history(made.model, [start, start + 1.0], [25.0, 25.0], free, **on)
        cycled = thermal_cycles(made.model, cycle, 1, free, **on)
        for state in (rested.at(start + 1.0), cycled.end):
            assert_allclose(state.stress(point), made.final.stress(point), rtol=1e-9, atol=1e-9)
    for other in (25.0, {**made.stress_free_degc, "ubm": 25.0}):
        with pytest.raises(InputError, match=r"stress_free_degc of region '\w+' = 25 must be"):
            stress_history(made.model, [start, start + 1.0], [25.0, 25.0], other, **on)
        with pytest.raises(InputError, match="as on the way to initial; leave it out"):
            thermal_cycles(made.model, cycle, 1, other, **on)


def test_cycles_go_on_from_what_the_process_left_and_keep_what_is_theirs(mesh, tmp_path):
    yields = {**OF, "pad": Material("Al", 70e3, 0.345, 23e-6, law=J2(100.0, kinematic_mpa=2e3))}
    made = process_history(mesh, yields, recipe(), tolerance=0.05, **HELD)
    given = {"stress_free_degc": made.stress_free_degc, "tolerance": 0.05, **HELD}
    left, start = made.checkpoint(), made.begins_s[-1]
    served = stress_history(made.model, [start, start + 60.0], [25.0, 100.0], initial=left, **given)
    cycle = Cycle(25.0, 100.0, 60.0, 60.0, 10.0, 10.0)
    found = thermal_cycles(made.model, cycle, 1, initial=left, folder=tmp_path, **given)
    point = [[7.0, 2.0], [2.5, 3.5]]
    begun, hot = (state.stress(point) for state in found.states[:2])
    assert_allclose(begun, made.final.stress(point), rtol=1e-12, atol=1e-9)
    assert_allclose(hot, served.at(start + 60.0).stress(point), rtol=1e-12, atol=1e-9)
    born_whole = replace(left, instant=replace(left.instant, births={}))
    thermal_cycles(made.model, cycle, 1, initial=born_whole, folder=tmp_path, **given)
    assert len(list(tmp_path.iterdir())) == 2, "not gone on with: its films were born otherwise"


def test_metal_that_was_worked_yields_at_what_it_has_hardened_to():
    """Isotropic hardening by p after the total strain 0.2: Y + H p = 3 G (0.2 - p)."""
    hardening, limit = 500.0, 100.0
    film = Material("Al", 70e3, 0.345, 23e-6, law=J2(limit, isotropic_mpa=hardening))
    rigid = Material("rigid", 1e12, 0.2, 0.0, idealized=True)
    body = grid(
        np.linspace(0, 10, 3), [0.0, 2.0, 3.0], {"wafer": (0, 10, 0, 2), "film": (0, 10, 2, 3)}
    )

    def cooled(**works):
        stages = [
            ProcessStage("wafer", 300.0, adds=["wafer"]),
            ProcessStage("film", 300.0, adds=["film"]),
            ProcessStage("probed", 300.0, works=works),
            ProcessStage("cooled", 25.0),
        ]
        made = process_history(body, {"wafer": rigid, "film": film}, stages, tolerance=1e-3, **HELD)
        assert np.abs(made.after("probed").stress([[5.0], [2.5]])).max() < 1e-6
        return made.final.stress([[5.0], [2.5]])[0, 0]

    shear, plane = 70e3 / 2 / 1.345, 70e3 / (1 - 0.345)
    before = (0.2 - limit / (3 * shear)) / (1 + hardening / (3 * shear))
    for worked, start in ((0.2, before), (0.0, 0.0)):
        strain = 23e-6 * 275.0 - (limit + hardening * start) / plane
        flowed = strain / (1 + 2 * hardening / plane)
        found = cooled(film=lambda r, z, worked=worked: np.full(r.shape, worked))
        assert_allclose(found, limit + hardening * (start + 2 * flowed), rtol=1e-6)


@pytest.mark.parametrize(
    ("stages", "refused"),
    {
        "none": ([], "at least one stage"),
        "twice": ([ProcessStage("a", 25.0, ["wafer"]), ProcessStage("a", 25.0)], "the name 'a'"),
        "unknown": ([ProcessStage("a", 25.0, ["waffle"])], "unknown region 'waffle'"),
        "not there": ([ProcessStage("a", 25.0, ["wafer"], ["pad"])], "not there then"),
        "never": ([ProcessStage("a", 25.0, ["wafer"])], "no stage adds region 'pad'"),
        "molten": (
            [ProcessStage("a", 25.0, ["wafer"]), ProcessStage("b", 700.0, ["pad"])],
            "Al cannot be deposited at 700 degC, it melts at 660.3 degC",
        ),
        "melts again": (
            [ProcessStage("a", 25.0, ["wafer", "pad"]), ProcessStage("hot", 700.0)],
            r"stage 'hot': region 'pad' \(Al\) is there at 700 degC and melts at 660.3 degC",
        ),
        "melts on its way out": (
            [ProcessStage("a", 25.0, ["wafer", "pad"]), ProcessStage("hot", 700.0, [], ["pad"])],
            "stage 'hot': region 'pad'",
        ),
        "at once": (
            [ProcessStage("a", 25.0, ["wafer", "pad", "etched", "ubm"])],
            "'etched' and 'ubm' are in one place at once",
        ),
        "nothing left": (
            [ProcessStage("a", 25.0, ["wafer"]), ProcessStage("b", 25.0, (), ["wafer"])],
            "leaves nothing",
        ),
        "works": (
            [ProcessStage("a", 25.0, ["wafer"], works={"pad": lambda r, z: 0.1 + 0 * r})],
            "works region 'pad', which is not there then",
        ),
        "again": (
            [ProcessStage("a", 25.0, ["wafer"]), ProcessStage("b", 25.0, ["wafer"])],
            "adds region 'wafer' again",
        ),
    }.values(),
)
def test_stages_that_no_process_can_have_are_refused(mesh, stages, refused):
    with pytest.raises(InputError, match=refused):
        process_history(mesh, {**OF, "pad": materials["Al"]}, stages, **HELD)


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"degc": -300.0}, "above -273.15"),
        ({"degc": float("nan")}, "above -273.15"),
        ({"ramp_s": 0.0}, "ramp_s = 0.0 must be a number above 0"),
        ({"hold_s": -1.0}, "hold_s = -1.0"),
        ({"adds": "film"}, "adds = 'film' must be a list"),
        ({"intrinsic_mpa": {"film": 10.0}}, "does not add"),
        ({"adds": ["film"], "intrinsic_mpa": {"film": float("inf")}}, "finite number"),
    ],
)
def test_a_stage_says_what_is_wrong_with_it(given, refused):
    with pytest.raises(InputError, match=f"stage 's'.*{refused}"):
        ProcessStage("s", **{"degc": 25.0, **given})


def test_what_is_asked_of_a_process_and_is_not_there(mesh):
    made = process_history(mesh, OF, recipe(), **HELD)
    with pytest.raises(InputError, match="no stage 'reflow'; allowed are wafer"):
        made.after("reflow")
    with pytest.raises(InputError, match="boundary 'underside' is unknown"):
        process_history(mesh, OF, recipe(), fixed={"underside": "z"})
    assert "ubm (300 degC)" in repr(made)
