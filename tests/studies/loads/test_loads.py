"""Loads that are not axisymmetric, from the design to the record: trace, vias, shear."""

import json
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from typer.testing import CliRunner

from fem_bump import materials
from geometry import Design, DesignError
from studies.cli.commands import app, main
from studies.loads.shipped.current import series_resistance_ohm
from studies.loads.shipped.shear import lateral_displacement_um
from studies.records.record import Circle
from studies.results.circles import around
from studies.solving.evaluate import case_key, evaluate

J_PAD = "current_density_max_ubm_pad_L1_a_per_cm2"
PEEL = "peel_max_ubm_pad_L1_mpa"
RIGID = {"counter_face": "rigid"}


def coarse(**data):
    return Design(mesh={"size_factor": 2.0}, **data)


@pytest.fixture(scope="module")
def rim():
    return evaluate(coarse())


@pytest.fixture(scope="module")
def trace():
    return evaluate(coarse(pad={"feed": "trace"}))


@pytest.fixture(scope="module")
def sheared():
    return evaluate(coarse(load={"shear": {"dnp_um": 200.0, **RIGID}}))


# ------------------------------------------------------------------ trace and vias


def test_a_trace_crowds_the_current_and_leaves_the_stress(rim, trace):
    for name, value in trace["metrics"].items():
        if name in rim["metrics"] and name.endswith("_mpa"):
            assert value == rim["metrics"][name]
    ratio = trace["metrics"][J_PAD] / rim["metrics"][J_PAD]
    assert 5.5 < ratio < 6.5
    assert_allclose(trace["metrics"]["crowding_in_plane_ubm_pad_L1"], ratio, rtol=2e-3)
    assert trace["metrics"]["current_density_max_theta_ubm_pad_L1_deg"] == 0
    opposite = trace["metrics"]["current_density_opposite_ubm_pad_L1_a_per_cm2"]
    assert opposite < 0.01 * trace["metrics"][J_PAD]
    assert trace["metrics"]["resistance_mohm"] > 3 * rim["metrics"]["resistance_mohm"]


def test_record_of_a_trace_is_complete(trace):
    again = json.loads(json.dumps(trace, allow_nan=False))
    assert set(again["metrics"]) == set(again["errors"])
    assert all(again["errors"][name] is not None for name in again["headline"])
    assert 0 < again["tails"][J_PAD] <= 1e-3 * again["metrics"][J_PAD] <= again["metrics"][J_PAD]
    assert again["solver"]["current_balance"] < 1e-9
    assert again["solver"]["conduction_harmonics"]["relative_residual"] < 1e-9
    assert again["solver"]["conduction_harmonics"]["harmonics"] == again["metrics"]["harmonics"]


def test_amplitudes_of_the_record_give_the_curve(trace):
    curve, said = trace["curves"]["ubm/pad"], Circle.from_json(trace["circle"]["ubm/pad"])
    found = around(said, "jn_a_per_cm2", np.array([0.0, 40.0, 180.0]))
    expected = np.array(curve["jn_a_per_cm2"])
    assert_allclose(found[:, 0], expected, rtol=0, atol=1e-5 * np.abs(expected).max())
    assert np.abs(found[:, 2]).max() < 0.02 * np.abs(found[:, 0]).max()
    assert expected.max() > -expected.min()  # positive along the net current


def test_electrons_the_other_way_change_no_size(trace):
    back = evaluate(coarse(pad={"feed": "trace"}, load={"current": {"electron_flow": "into-pad"}}))
    for name in (J_PAD, "resistance_mohm", "pad_lateral_density_L1_a_per_cm2"):
        assert_allclose(back["metrics"][name], trace["metrics"][name], rtol=1e-9)


@pytest.mark.slow
def test_a_trace_adds_its_own_resistance():
    long = coarse(
        pad={"feed": "trace"},
        trace={"width_um": 20.0, "length_um": 100.0, "thickness_um": 0.5, "material": "Cu"},
    )
    sheet = 1e6 / float(materials["Cu"].at("conductivity_s_per_m", 25.0)) / 0.5
    assert_allclose(series_resistance_ohm(long), sheet * 100 / 20, rtol=1e-12)
    metrics = evaluate(long)["metrics"]
    assert_allclose(metrics["resistance_series_mohm"], sheet * 5e3, rtol=1e-12)
    without = evaluate(long.replace(**{"trace.length_um": 0.0}))["metrics"]
    assert_allclose(metrics["resistance_mohm"] - without["resistance_mohm"], sheet * 5e3, rtol=1e-9)
    assert_allclose(metrics["power_mw"] - without["power_mw"], 0.09 * sheet * 5e3, rtol=1e-9)
    assert metrics[J_PAD] == without[J_PAD]


@pytest.mark.slow
def test_a_narrower_trace_crowds_more(trace):
    narrow = evaluate(coarse(pad={"feed": "trace"}, trace={"width_um": 10.0}))
    wide = evaluate(coarse(pad={"feed": "trace"}, trace={"width_um": 40.0}))
    found = [r["metrics"][J_PAD] for r in (wide, trace, narrow)]
    assert found == sorted(found)


@pytest.mark.slow
def test_many_vias_come_close_to_the_ring():
    """N round vias under the rim against the annular feed of the same place and metal."""

    def largest(count, diameter):
        via = {"kind": "discrete", "count": count, "diameter_um": diameter}
        return evaluate(coarse(pad={"feed": "via"}, via=via))["metrics"]

    few, many = largest(4, 8.0), largest(40, 4.0)
    name = "crowding_in_plane_ubm_pad_L1"
    assert few[name] > 1.15
    assert_allclose(many[name], 1.0, atol=1e-4)
    via = {"kind": "discrete", "count": 40, "diameter_um": 4.0}
    series = series_resistance_ohm(coarse(pad={"feed": "via"}, via=via))
    rho = 1e6 / float(materials["Cu"].at("conductivity_s_per_m", 25.0))
    assert_allclose(series, rho * 1.0 / (40 * math.pi * 4), rtol=1e-12)


# ------------------------------------------------------------------ shear


def test_displacement_is_mismatch_times_distance():
    design = coarse(load={"shear": {"dnp_um": 1000.0, "mismatch_share": 0.5, **RIGID}})
    board, chip = (materials[name].thermal_strain(25.0, 217.0) for name in ("BT", "Si"))
    assert_allclose(lateral_displacement_um(design), 500.0 * (board - chip), rtol=1e-12)
    assert lateral_displacement_um(design) < 0  # the board shrinks more than the chip
    given = design.replace(**{"load.shear.displacement_um": 0.4})
    assert lateral_displacement_um(given) == 0.4
    assert lateral_displacement_um(coarse()) == 0.0


def test_shear_adds_to_the_cool_down(rim, sheared):
    metrics = sheared["metrics"]
    assert_allclose(metrics["peel_max_by_cooldown_ubm_pad_L1_mpa"], rim["metrics"][PEEL], rtol=1e-9)
    alone = metrics["peel_max_by_shear_ubm_pad_L1_mpa"]
    assert alone > 0
    assert metrics[PEEL] <= alone + rim["metrics"][PEEL] + 1e-9
    assert metrics[PEEL] > max(alone, rim["metrics"][PEEL])
    assert 0 <= metrics["mode_mix_ubm_pad_L1_deg"] <= 180
    assert metrics["peel_mean_ubm_pad_mpa"] == pytest.approx(
        rim["metrics"]["peel_mean_ubm_pad_mpa"]
    )
    assert sheared["solver"]["lateral_force_balance"] < 1e-9
    assert sheared["solver"]["force_balance"] < 1e-9


def test_shear_alone_grows_with_the_distance(sheared):
    far = evaluate(coarse(load={"shear": {"dnp_um": 400.0, **RIGID}}))["metrics"]
    near = sheared["metrics"]
    for name in (
        "peel_max_by_shear_ubm_pad_L1_mpa",
        "shear_max_by_shear_ubm_pad_L1_mpa",
        "lateral_force_mn",
        "lateral_moment_mn_um",
        "lateral_displacement_um",
    ):
        assert_allclose(far[name], 2 * near[name], rtol=1e-9)
    assert_allclose(
        far["lateral_stiffness_mn_per_um"], near["lateral_stiffness_mn_per_um"], rtol=1e-9
    )


def test_at_the_neutral_point_nothing_shears(rim):
    still = evaluate(coarse(load={"shear": {"dnp_um": 0.0, **RIGID}}))["metrics"]
    for name in (PEEL, "peel_min_ubm_pad_L1_mpa", "shear_max_ubm_pad_L1_mpa"):
        assert_allclose(still[name], rim["metrics"][name], rtol=1e-9)
    for film in ("passivation", "dielectric"):
        name = f"principal_max_{film}_L1_mpa"
        assert_allclose(still[name], rim["metrics"][name], rtol=1e-9)
    assert still["lateral_force_mn"] == 0
    assert still["lateral_stiffness_mn_per_um"] is None


def test_a_compliant_face_takes_part_of_the_shift(sheared):
    soft = evaluate(
        coarse(
            load={
                "shear": {
                    "dnp_um": 200.0,
                    "counter_face": "compliant",
                    "counter_stiffness_mpa_per_um": 100.0,
                }
            }
        )
    )["metrics"]
    assert 0 < -soft["lateral_force_mn"] < -sheared["metrics"]["lateral_force_mn"]
    assert (
        soft["peel_max_by_shear_ubm_pad_L1_mpa"]
        < sheared["metrics"]["peel_max_by_shear_ubm_pad_L1_mpa"]
    )


@pytest.mark.slow
def test_a_joint_is_sheared_between_chip_and_board():
    joint = coarse(bump={"shape": "reflowed"}, assembly={}, load={"shear": {"dnp_um": 500.0}})
    record = evaluate(joint)
    assert record["metrics"]["peel_max_by_shear_ubm_pad_L1_mpa"] > 0
    assert record["metrics"]["lateral_force_mn"] < 0
    assert "lateral_force_balance" not in record["solver"]  # the underfill carries its share
    bare = evaluate(joint.replace(**{"assembly.underfill": False}))
    assert bare["solver"]["lateral_force_balance"] < 1e-9


def test_the_key_follows_materials_that_no_region_is_made_of():
    shear = {"dnp_um": 100.0, "board_material": "mine", **RIGID}
    design = coarse(load={"shear": shear}, materials={
        "mine": {"young_mpa": 1e4, "poisson": 0.3, "cte_per_k": 1.5e-5},
    })  # fmt: skip
    other = design.replace(**{"materials": {
        "mine": {"young_mpa": 1e4, "poisson": 0.3, "cte_per_k": 1.6e-5},
    }})  # fmt: skip
    assert case_key(design) != case_key(other)


# ------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    "values, message",
    [
        (["pad.feed=trace", "trace.width_um=90"], "trace.width_um = 90"),
        (["pad.feed=via", "via.kind=discrete", "via.count=60"], "overlap"),
        (["load.shear.dnp_um=-1"], "load.shear.dnp_um"),
        (
            ["load.shear.dnp_um=10", "load.shear.counter_face=compliant"],
            "counter_stiffness_mpa_per_um",
        ),
        (["pad.feed=trace", "trace.material=SiO2", "trace.length_um=10"], "SiO2"),
        (["ubm.layers.gold.thickness_um=1.0"], "names no layer"),
    ],
)
def test_bad_loads_are_one_sentence_and_status_two(values, message, capsys):
    arguments = ["solve", "default"] + [part for v in values for part in ("--set", v)]
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


def test_a_layer_is_a_parameter_by_its_name():
    design = coarse().replace(**{"ubm.layers.cu.thickness_um": 3.0})
    assert [layer.thickness_um for layer in design.ubm.layers] == [0.1, 0.3, 3.0]
    with pytest.raises(DesignError, match="there: ti, niv, cu"):
        coarse().replace(**{"ubm.layers.au.thickness_um": 3.0})


@pytest.mark.slow
@pytest.mark.parametrize(
    "study, cases", [("recess-trace", 36), ("recess-shear", 40), ("liang-2006", 79)]
)
def test_shipped_studies_are_valid(study, cases, tmp_path):
    shown = CliRunner().invoke(app, ["run", study, "--dry-run", "--out", str(tmp_path / "out")])
    assert shown.exit_code == 0
    assert f"{cases} cases, {cases} valid" in shown.output


@pytest.mark.slow
def test_mode_mix_of_two_meshes_agrees_within_its_bars():
    """The window of the largest peel moves with the mesh, and the mix of modes with its place."""
    joint = Design(
        bump={"shape": "reflowed"},
        assembly={"standoff_um": 60.0},
        load={"shear": {"displacement_um": 0.1}},
    )
    coarse, fine = (evaluate(joint.replace(**{"mesh.size_factor": f})) for f in (4.0, 2.0))
    names = [name for name in fine["metrics"] if name.startswith("mode_mix")]
    assert len(names) >= 6
    for name in names:
        apart = abs(coarse["metrics"][name] - fine["metrics"][name])
        assert apart <= coarse["errors"][name] + fine["errors"][name], name
        assert 0 < fine["errors"][name] < 5.0
