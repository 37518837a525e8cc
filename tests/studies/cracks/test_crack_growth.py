"""Growth of a design's crack: curves, verdicts, the command, and no crack left closed silently."""

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from numpy.testing import assert_allclose
from opened_cracks import ERRORS, by_two_solutions, growth, point

from fem_bump import AnalysisError, InputError, Model
from fem_bump.body.cracks import open_crack
from fem_bump.fracture.energy_release import energy_release
from geometry import Design, DesignError, build_cross_section, build_mesh
from studies.cli import commands as cli
from studies.corner_tables.table import corner_table, notes
from studies.cracks import growth as growth_of_one
from studies.cracks.curves import FaceContact
from studies.cracks.figure import growth_figure
from studies.cracks.growth import cracked_state, measure_crack, solve_crack
from studies.cracks.lengths import plan_cracks, variants_of
from studies.cracks.runs import solve_plans
from studies.loads import states as loads
from studies.solution.solved import region_materials
from studies.solving.evaluate import evaluate

PASSIVATION = {"interface": "ubm/passivation", "start": "outer", "length_um": 1.0}


@pytest.fixture(scope="module")
def solved():
    return solve_crack(build_cross_section(Design(crack=PASSIVATION)))


def test_ways_agree_on_the_default_design(solved):
    g = solved.g_j_per_m2.mean
    assert 1 < g < 20
    assert_allclose(solved.g_closure_j_per_m2.mean, g, rtol=5e-3)
    assert_allclose(solved.g_of_intensity(), g, rtol=5e-3)
    assert solved.domain_spread < 1e-3 and not solved.opening.closed()


@pytest.mark.parametrize(
    ("interface", "start", "variant"),
    [
        # each start in one variant, each variant in its turn; the others are slow
        pytest.param(interface, start, variant, marks=() if (i + k) % 3 == j else pytest.mark.slow)
        for i, interface in enumerate(("ubm/pad", "ubm/passivation", "pad/dielectric"))
        for k, start in enumerate(("inner", "outer"))
        for j, variant in enumerate(("no-recess", "partial-depth", "full-depth"))
    ],
)
def test_four_ways_agree_on_every_interface(interface, start, variant):
    crack = {"interface": interface, "start": start, "length_um": 0.7}
    section = build_cross_section(Design(variant=variant, crack=crack))
    whole, tip = build_mesh(section), section.crack.tip_um
    found = energy_release(cracked_state(section, whole), near=tip)
    g = found.g_j_per_m2.mean
    assert_allclose(found.g_closure_j_per_m2.mean, g, rtol=0.01)
    assert_allclose(found.g_of_intensity(), g, rtol=0.01)
    assert_allclose(by_two_solutions(section), g, rtol=0.01)


@pytest.mark.slow
@pytest.mark.parametrize(
    "crack", [PASSIVATION, {"interface": "ubm/pad", "start": "outer", "length_um": 0.3}]
)
def test_a_finer_mesh_changes_less_than_the_errors(crack):
    design = Design(crack=crack)
    found = measure_crack(build_cross_section(design))
    finer = solve_crack(build_cross_section(design), 0.5)
    g, k = finer.g_j_per_m2.mean, finer.intensity_at()
    assert abs(g - found.g_max_j_per_m2) < found.g_error_j_per_m2 < 0.02 * g
    assert found.errors["g_j_per_m2"] == found.g_error_j_per_m2
    size = np.hypot(k[0], k[1])
    for name, value in (("k_1", k[0]), ("k_2", k[1])):
        error = found.errors[f"{name}_mpa_sqrt_um"]
        assert abs(value - getattr(found, f"{name}_mpa_sqrt_um")) < error < 0.02 * size
    assert abs(finer.mode_mix_deg() - found.mode_mix_deg) < found.errors["mode_mix_deg"] < 1.0
    assert found.errors["k_3_mpa_sqrt_um"] == found.k_3_mpa_sqrt_um == 0.0


def test_current_goes_around_an_open_crack():
    section = build_cross_section(Design(crack={"interface": "ubm/pad", "length_um": 0.4}))
    whole = build_mesh(section)
    resistances = []
    for mesh in (whole, open_crack(whole, section.members("ubm"))):
        model = Model(mesh, region_materials(section), section.groups)
        resistances.append(loads.current_state(section, model).resistance_ohm)
    assert 1.001 < resistances[1] / resistances[0] < 2


def test_shear_makes_one_side_of_the_front_worse():
    shear = {"counter_face": "rigid"}
    found, other = (
        measure_crack(
            build_cross_section(
                Design(crack=PASSIVATION, load={"shear": {**shear, "displacement_um": shift_um}})
            )
        )
        for shift_um in (0.02, -0.02)
    )
    assert found.g_max_j_per_m2 > found.g_j_per_m2 * 1.001
    assert_allclose(other.g_max_j_per_m2, found.g_max_j_per_m2, rtol=1e-6)
    assert_allclose(abs(other.theta_deg - found.theta_deg), 180.0, atol=1e-6)


def test_a_curve_has_the_lengths_asked_for_and_no_other():
    plans, _ = plan_cracks([Design(variant="full-depth")], [0.2])
    (found,) = solve_plans(plans)
    assert [p.length_um for p in found.points] == [0.2] and not found.skipped
    assert_allclose(found.interface_length_um, 1.0, rtol=1e-9)
    with pytest.raises(DesignError, match=r"lengths_um: crack.length_um = 5 must be less than the"):
        plan_cracks([Design(variant="full-depth")], [0.2, 5.0])


def test_a_length_that_fails_is_a_reason_and_no_lost_curve(monkeypatch):
    def fail(section):
        if section.design.crack.length_um > 0.5:
            raise AnalysisError("the mesh is too coarse")
        return point(section.design.crack.length_um)

    monkeypatch.setattr(growth_of_one, "measure_crack", fail)
    plans, _ = plan_cracks(variants_of(Design()), [0.2, 0.7, 2.0])
    curves = solve_plans(plans)
    for curve in curves:
        assert [p.length_um for p in curve.points] == [0.2]
        assert curve.failed[0.7] == "the mesh is too coarse"
    assert list(curves[2].skipped) == [2.0] and 2.0 in curves[1].failed
    assert curves[0].record()["failed"] == {
        "0.7": "the mesh is too coarse",
        "2": "the mesh is too coarse",
    }


@pytest.mark.slow
def test_processes_find_what_one_process_finds():
    plans, _ = plan_cracks([Design(variant="full-depth")], [0.2, 0.3, 0.4, 0.5, 0.6])
    plans = [dataclasses.replace(plans[0], section=coarse(plans[0].section))]
    alone, together = (solve_plans(plans, jobs) for jobs in (1, 2))
    assert alone[0].points == together[0].points and len(alone[0].points) == 5


def coarse(section):
    mesh = section.design.mesh.model_copy(update={"size_factor": 3.0})
    return dataclasses.replace(section, design=section.design.model_copy(update={"mesh": mesh}))


def test_figure_shows_errors_of_both_panels():
    curves = [
        growth([point(0.1, 1.0), point(0.3, 2.0, closed=True)], variant="no-recess"),
        growth([point(0.1, 3.0, mode_mix=-40.0)]),
        growth([], variant="full-depth"),
    ]
    figure = growth_figure(curves)
    left, right = figure.axes
    assert "crosses: the faces overlap" in figure.get_supxlabel()
    assert "J/m²" in left.get_ylabel() and "µm" in left.get_xlabel() and "µm" in right.get_xlabel()
    assert "µm (deg)" in right.get_ylabel() and " um" not in right.get_ylabel()
    shown = {line.get_label() for line in left.lines} & {c.design.variant for c in curves}
    assert shown == {"no-recess", "partial-depth"}
    for ax, half in ((left, 0.01), (right, 3.0)):
        bars = [c.get_segments() for c in ax.collections if isinstance(c, LineCollection)]
        first = bars[0][0]
        assert_allclose((first[1, 1] - first[0, 1]) / 2, half, rtol=1e-9)
    growth_figure([growth([])])  # all failed: an empty figure, no traceback


def call(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        cli.main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return stop.value.code or 0, captured.out, captured.err


def test_command_prints_json_and_draws(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    options = ["--set", "crack.toughness_j_per_m2=0.1", "--variant", "full-depth"]
    status, out, _ = call(
        capsys, "crack", "default", "--json", "--lengths", "0.2,0.6", "--set",
        "crack.length_um=0.3", "--figure", "new/g.svg", *options,
    )  # fmt: skip
    assert status == 0
    (curve,) = json.loads(out)["curves"]
    # a length that the user gave the crack is one more
    assert [p["length_um"] for p in curve["points"]] == [0.2, 0.3, 0.6]
    for p in curve["points"]:
        assert set(p["errors"]) == set(ERRORS) and p["errors"]["k_1_mpa_sqrt_um"] > 0
        assert 0 < p["g_error_j_per_m2"] == p["errors"]["g_max_j_per_m2"] < 0.02
        assert p["against_toughness"] == "above"
    assert curve["verdict"] == (
        "grows from every length computed, no arrest among them: at 0.3 and 0.6 um G is above the "
        "toughness"
    )
    assert (tmp_path / "new/g.svg").read_text(encoding="utf-8").startswith("<?xml")


@pytest.fixture
def fabricated(tmp_path, monkeypatch):
    """The command on points that cost nothing."""
    monkeypatch.chdir(tmp_path)

    def measure(section):
        crack = section.design.crack
        shear = section.design.load.shear
        found = point(crack.length_um, 2.0, mode_mix=20.0)
        return dataclasses.replace(found, theta_deg=180.0) if shear else found

    monkeypatch.setattr(growth_of_one, "measure_crack", measure)


def test_command_prints_a_table_with_errors_and_refused_rows(fabricated, tmp_path, capsys):
    toughness = ["--set", "crack.toughness_j_per_m2=1.99"]
    status, out, _ = call(capsys, "crack", "default", "--lengths", "0.3,2", "--jobs", 1, *toughness)
    assert status == 0
    assert "at, deg" not in out and "K_III" not in out  # nothing varies around
    rows = [re.split("  +", line) for line in out.splitlines() if "depth  " in line]
    header = re.split("  +", out.splitlines()[1])
    row = dict(zip(header, rows[0], strict=True))
    assert row["G max, J/m2"] == "2.000 +/- 0.020" and row["mode mix, deg"] == "20.0 +/- 3.0"
    assert row["K_I, MPa sqrt(um)"] == "1.000 +/- 0.020" and row["status"] == "solved"
    assert row["G against 1.99"] == "within error"
    refused = [r for r in rows if r[-1].startswith("invalid: crack.length_um = 2 must be less")]
    assert [r[:2] for r in refused] == [["full-depth", "2"]]
    assert "full-depth: at 0.3 um the toughness lies within the error of G" in out
    assert (tmp_path / "default-crack-ubm-pad-outer.png").stat().st_size > 1000


def test_command_says_how_the_faces_lie(fabricated, monkeypatch, capsys):
    def measure(section):
        crack = section.design.crack
        contact = FaceContact(crack.friction, 0.25, True, crack.length_um > 0.3)
        return point(crack.length_um, 2.0, closed=True, contact=contact)

    monkeypatch.setattr(growth_of_one, "measure_crack", measure)
    options = ["--lengths", "0.2,0.4", "--friction", "0.4", "--variant", "no-recess"]
    status, out, _ = call(capsys, "crack", "default", *options)
    assert status == 0
    header, *rows = [re.split("  +", line) for line in out.splitlines() if "  " in line]
    shown = [dict(zip(header, row, strict=True)) for row in rows if row[0] == "no-recess"]
    assert [row["faces"] for row in shown] == ["slide", "held"]
    assert shown[0]["contact, um"] == "0.250 +/- 0.050"
    assert "note: touching faces slide with a friction of 0.4" in out
    status, out, _ = call(capsys, "crack", "default", "--json", *options)
    said = json.loads(out)
    assert said["design"]["crack"]["friction"] == said["curves"][0]["friction"] == 0.4
    assert said["curves"][0]["points"][0]["contact"] == {
        "friction": 0.4, "contact_um": 0.25, "at_tip": True, "held": False,
    }  # fmt: skip
    assert any("slides" in note for note in said["notes"])


def test_shear_has_its_angle_in_the_table(fabricated, capsys):
    face = ("--set", "load.shear.counter_face=rigid")
    shear = ["--set", "load.shear.displacement_um=0.02", *face, "--variant", "full-depth"]
    status, out, _ = call(capsys, "crack", "default", "--lengths", "0.3", *shear)
    assert status == 0
    for name in ("G mean, J/m2", "at, deg", "K_III", "180"):
        assert name in out
    assert out.splitlines()[-1] == "default-crack-ubm-pad-outer-full-depth.png"


@pytest.mark.slow
def test_every_interface_has_a_figure_of_its_own(fabricated, tmp_path, capsys):
    place = ["--set", "crack.interface=ubm/passivation", "--set", "crack.start=inner"]
    assert call(capsys, "crack", "--claim", 12, "--lengths", "0.3")[0] == 0
    assert call(capsys, "crack", "default", "--lengths", "0.3", *place)[0] == 0
    mark = ["--start", "scar", "--set", "probe.depth_ratio=0.4"]
    assert call(capsys, "crack", "default", "--lengths", "0.3", *mark)[0] == 0
    assert {p.name for p in tmp_path.iterdir()} == {
        "default-crack-dielectric-scar.png",
        "claim-12-crack-ubm-pad-outer.png",
        "default-crack-ubm-passivation-inner.png",
    }


def test_a_failed_length_is_status_1(fabricated, monkeypatch, capsys):
    def fail(section):
        raise AnalysisError("the mesh is too coarse")

    monkeypatch.setattr(growth_of_one, "measure_crack", fail)
    status, out, _ = call(capsys, "crack", "default", "--variant", "full-depth", "--lengths", "0.3")
    assert status == 1 and "failed: the mesh is too coarse" in out


TOO_LONG = (
    r"= 500 must be less than 30\.5 um: the interface ubm/pad .*30 um in no-recess.*1 um in full"
)
ALONE = r"= 50 must be less than the 1 um of the interface ubm/pad .* in the variant full-depth"
FIGURE = "must lie in a folder that exists, or in a new one"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--lengths", "0.1,much"], "--lengths '0.1,much' must be numbers above 0"),
        (["--lengths", "0"], "--lengths '0' must be numbers above 0"),
        (["--start", "scar"], r"'scar' goes down from the mark of a probe, and this design has no"),
        (["--start", "middle"], r"crack.start = 'middle' must be"),
        (
            ["--start", "scar", "--set", "probe.depth_ratio=0.4", "--lengths", "1.5"],
            r"= 1.5 must be less than 1 um: the dielectric under the mark's edge measures 1 um in",
        ),
        (["--friction", "-0.1"], r"crack.friction = -0.1 must be"),
        (["--friction", "3"], r"crack.friction = 3 must be a number from 0 to 2"),
        (["--set", "crack.friction=nan"], r"crack.friction = nan must be"),
        (["--figure", "crack.pdf"], "--figure 'crack.pdf' must end in .png or .svg"),
        (["--figure", "no/such/crack.png"], FIGURE),
        (["--figure", "/no-such-folder/crack.png"], FIGURE),
        (["--set", "crack.length_um=500"], f"^fem-bump: crack.length_um {TOO_LONG}"),
        (["--lengths", "500"], f"--lengths: crack.length_um {TOO_LONG}"),
        (["--lengths", "0.5,50", "--variant", "full-depth"], f"--lengths: crack.length_um {ALONE}"),
        (
            ["--set", "crack.length_um=99.0", "--lengths", "0.3"],
            "crack.length_um = 99 must be less",
        ),
        (["--lengths", "0.003"], "puts the tip 0.003 um from"),
        (
            ["--set", "crack.interface=ubm/bump"],
            "'ubm/bump' must be 'ubm/pad', 'ubm/passivation' or",
        ),
        (
            ["--set", "pad_etch.mask=polyimide", "--set", "crack.interface=ubm/passivation"],
            "crack.interface = 'ubm/passivation' does not exist in the variant no-recess",
        ),
    ],
)
def test_bad_input_is_one_sentence_and_solves_nothing(arguments, sentence, capsys, monkeypatch):
    monkeypatch.setattr(growth_of_one, "solve_crack", None)
    status, out, err = call(capsys, "crack", "default", *arguments)
    assert status == 2 and out == ""
    assert re.search(sentence, err) and err.count("\n") == 1, err
    assert not Path("/no-such-folder").exists()


def test_bad_input_does_not_wait_for_the_solvers():
    code = (
        "import sys\nfrom studies.cli.commands import main\n"
        "from studies.cracks.lengths import plan_cracks, variants_of\nfrom geometry import Design\n"
        "plan_cracks(variants_of(Design()))\nprint(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    # of the physics its materials alone, which loads say that they need
    assert not {"fem_bump.body.model", "skfem", "numba", "gmsh", "matplotlib"} & set(loaded)


def test_what_has_no_use_for_a_crack_solves_the_whole_bump():
    design = Design(variant="full-depth", crack={"length_um": 0.3}, mesh={"size_factor": 4.0})
    record = evaluate(design)
    assert any("the bump is whole" in note for note in record["flags"]["notes"])
    assert record["design"]["crack"]["length_um"] == 0.3
    whole = evaluate(design.replace(crack=None))
    assert record["metrics"] == whole["metrics"] and whole["flags"]["notes"] == []
    assert "the bump is whole" in notes(design)[0] and corner_table(design, False)
    for use in (evaluate, corner_table):
        with pytest.raises(DesignError, match="= 300 must be less than the 1 um"):
            use(design.replace(**{"crack.length_um": 300.0}))


def test_a_crack_is_never_left_closed_silently():
    section = build_cross_section(Design(crack=PASSIVATION))
    model = Model(build_mesh(section), region_materials(section), section.groups)
    with pytest.raises(InputError, match="has a \\[crack\\], which this analysis would leave"):
        loads.thermal_state(section, model)
    with pytest.raises(InputError, match="no \\[crack\\]"):
        solve_crack(build_cross_section(Design()))


def test_energy_release_needs_no_design(solved):
    # what the study does is the public pipeline, nothing more
    section = build_cross_section(Design(crack=PASSIVATION))
    mesh = open_crack(build_mesh(section), section.members("ubm"))
    model = Model(mesh, region_materials(section), section.groups)
    again = energy_release(loads.thermal_state(section, model), near=section.crack.tip_um)
    assert_allclose(again.g_j_per_m2.mean, solved.g_j_per_m2.mean, rtol=1e-12)
