"""Growth of a design's crack: curves, verdicts, the command, and no crack left closed silently."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Model
from fem_bump.cracks import move_tip, open_crack
from fem_bump.energy_release import energy_difference, energy_release
from geometry import Design, DesignError, build_cross_section, build_mesh
from studies import cli, loads
from studies.crack_growth import (
    CrackGrowth,
    CrackPoint,
    compare_variants,
    crack_growth,
    crack_point,
    cracked_state,
    growth_figure,
    solve_crack,
    variants_of,
)
from studies.solved import region_materials

PASSIVATION = {"interface": "ubm/passivation", "start": "outer", "length_um": 1.0}


def point(length, g, closed=False):
    return CrackPoint(length, g, g, 0.0, 0.01 * g, 1.0, 0.0, 0.0, 0.0, 0.1, 0.0, closed)


def growth(points, toughness=4.0, length=1.0, skipped=None):
    crack = {**PASSIVATION, "length_um": length, "toughness_j_per_m2": toughness}
    return CrackGrowth(Design(crack=crack), 6.0, tuple(points), skipped or {})


@pytest.mark.parametrize(
    ("points", "verdict"),
    [
        ([point(0.5, 9.0), point(1.0, 3.9), point(2.0, 9.0)], "does not grow from 1 um"),
        ([point(1.0, 8.0), point(4.0, 2.0)], "grows and arrests at 2 um"),
        ([point(1.0, 4.0), point(2.0, 5.0)], "runs: .* up to 2 um"),
        ([point(1.0, 5.0), point(2.0, 5.0, True), point(3.0, 1.0)], "grows; beyond 1 um its faces"),
        ([point(1.0, 5.0, True), point(2.0, 5.0)], "closed at 1 um"),
        ([point(2.0, 5.0)], "no crack of 1 um: not among"),
    ],
)
def test_verdict(points, verdict):
    import re

    assert re.match(verdict, growth(points).verdict)


def test_no_verdict_without_a_toughness():
    assert growth([point(1.0, 5.0)], toughness=None).verdict == "no toughness given"


@pytest.fixture(scope="module")
def solved():
    return solve_crack(build_cross_section(Design(crack=PASSIVATION)))


def test_ways_agree_on_the_default_design(solved):
    g = solved.g_j_per_m2.mean
    assert 1 < g < 20
    assert_allclose(solved.g_closure_j_per_m2.mean, g, rtol=5e-3)
    assert_allclose(solved.g_of_intensity(), g, rtol=5e-3)
    assert solved.domain_spread < 1e-3 and not solved.opening.closed()


@pytest.mark.parametrize("variant", ["no-recess", "partial-depth", "full-depth"])
@pytest.mark.parametrize(
    ("interface", "start"),
    [
        (interface, start)
        for interface in ("ubm/pad", "ubm/passivation", "pad/dielectric")
        for start in ("inner", "outer")
    ],
)
def test_four_ways_agree_on_every_interface(variant, interface, start):
    crack = {"interface": interface, "start": start, "length_um": 0.7}
    section = build_cross_section(Design(variant=variant, crack=crack))
    whole, tip = build_mesh(section), section.crack.tip_um
    found = energy_release(cracked_state(section, whole), near=tip)
    g = found.g_j_per_m2.mean
    assert_allclose(found.g_closure_j_per_m2.mean, g, rtol=0.01)
    assert_allclose(found.g_of_intensity(), g, rtol=0.01)
    # the energies of two solutions on the same mesh, a facet shorter and a facet longer
    states, areas = [], []
    for steps in (-1, 1):
        mesh = move_tip(whole, steps, tip)
        states.append(cracked_state(section, mesh))
        p = mesh.p[:, mesh.facets[:, mesh.boundaries["crack"]]]
        areas.append(np.pi * (p[0].sum(axis=0) * np.hypot(*(p[:, 1] - p[:, 0]))).sum())
    assert_allclose(energy_difference(*states, areas[1] - areas[0]), g, rtol=0.01)


@pytest.mark.parametrize(
    "crack", [PASSIVATION, {"interface": "ubm/passivation", "start": "inner", "length_um": 0.7}]
)
def test_a_finer_mesh_changes_less_than_the_error(crack):
    design = Design(crack=crack)
    found = crack_point(design)
    finer = solve_crack(build_cross_section(design), 0.5).g_j_per_m2.mean
    assert abs(finer - found.g_max_j_per_m2) < found.g_error_j_per_m2 < 0.02 * finer


def test_current_goes_around_an_open_crack():
    section = build_cross_section(Design(crack={"interface": "ubm/pad", "length_um": 0.4}))
    whole = build_mesh(section)
    resistances = []
    for mesh in (whole, open_crack(whole, section.members("ubm"))):
        model = Model(mesh, region_materials(section), section.groups)
        resistances.append(loads.current_state(section, model).resistance_ohm)
    assert 1.001 < resistances[1] / resistances[0] < 2


def test_shear_makes_one_side_of_the_front_worse():
    shear = {"displacement_um": 0.02, "counter_face": "rigid"}
    found = crack_point(Design(crack=PASSIVATION, load={"shear": shear}))
    assert found.g_max_j_per_m2 > found.g_j_per_m2 * 1.001
    other = crack_point(
        Design(crack=PASSIVATION, load={"shear": {**shear, "displacement_um": -0.02}})
    )
    assert_allclose(other.g_max_j_per_m2, found.g_max_j_per_m2, rtol=1e-6)
    assert_allclose(abs(other.theta_deg - found.theta_deg), 180.0, atol=1e-6)


def test_lengths_that_do_not_fit_are_skipped_and_said():
    design = Design(variant="full-depth", crack={"length_um": 0.5})
    found = crack_growth(design, [0.2, 5.0])
    assert [p.length_um for p in found.points] == [0.2, 0.5]
    assert "less than the 1 um" in found.skipped[5.0]
    assert_allclose(found.interface_length_um, 1.0, rtol=1e-9)
    with pytest.raises(DesignError, match="less than"):
        crack_growth(design.replace(**{"crack.length_um": 4.0}), [5.0])


def test_variants_share_everything_but_the_depth():
    designs = variants_of(Design(**{"pad_etch": {"depth_ratio": 0.3, "undercut_um": 0.5}}))
    assert [d.depth_ratio for d in designs] == [0.0, 0.3, 1.0]
    assert [d.pad_etch.undercut_um for d in designs] == [0.0, 0.5, 0.5]
    cracked = [d.replace(**{"crack.length_um": 0.3}) for d in variants_of(Design())]
    curves, absent = compare_variants(cracked, [0.2])
    assert [c.design.variant for c in curves] == ["no-recess", "partial-depth", "full-depth"]
    assert not absent
    figure = growth_figure(curves)
    left, right = figure.axes
    assert "J/m²" in left.get_ylabel() and "um" in left.get_xlabel()
    assert "deg" in right.get_ylabel()
    shown = {line.get_label() for line in left.lines} & {c.design.variant for c in curves}
    assert len(shown) == 3


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
        "crack.length_um=0.3", "--figure", "g.svg", *options,
    )  # fmt: skip
    assert status == 0
    (curve,) = json.loads(out)["curves"]
    lengths = [p["length_um"] for p in curve["points"]]
    assert lengths == [0.2, 0.3, 0.6]
    g = np.array([p["g_max_j_per_m2"] for p in curve["points"]])
    error = np.array([p["g_error_j_per_m2"] for p in curve["points"]])
    assert (g > 0).all() and (error < 0.02 * g).all()
    assert curve["verdict"].startswith("runs")
    assert (tmp_path / "g.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_command_prints_a_table(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    status, out, _ = call(
        capsys, "crack", "default", "--lengths", "0.3", "--set", "crack.length_um=0.3"
    )
    assert status == 0
    for name in ("no-recess", "partial-depth", "full-depth", "G max, J/m2", "mode mix, deg"):
        assert name in out
    assert (tmp_path / "default-crack.png").stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--lengths", "0.1,much"], "--lengths '0.1,much' must be numbers above 0"),
        (["--lengths", "0"], "--lengths '0' must be numbers above 0"),
        (["--figure", "crack.pdf"], "--figure 'crack.pdf' must end in .png or .svg"),
        (["--set", "crack.length_um=99.0", "--lengths", "98"], "must be less than"),
        (["--set", "crack.interface='ubm/bump'"], "crack.interface = 'ubm/bump'"),
    ],
)
def test_bad_input_is_one_sentence(arguments, sentence, capsys):
    status, out, err = call(capsys, "crack", "default", *arguments)
    assert status == 2 and out == ""
    assert sentence in err and err.count("\n") == 1


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
