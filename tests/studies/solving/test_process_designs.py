"""Designs whose stress is what their process leaves."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import ProcessStage, process_history, thermal_stress
from geometry import Design, DesignError, build_cross_section, build_mesh
from geometry.section.lived import lived
from studies.case.checks import check_design
from studies.case.input_notes import temperatures_used
from studies.loads.shipped.process import apart_of, stages_of
from studies.loads.statements.process import STATEMENT
from studies.solution.solved import Solved, region_materials
from studies.solving.evaluate import evaluate

PROCESS = {"load.history": {"kind": "process"}, "mesh.size_factor": 8.0}
VARIANTS = ("no-recess", "partial-depth", "full-depth")


def design(variant="partial-depth", **given):
    return Design(variant=variant).replace(**{**PROCESS, **given})


def stages(**given):
    made = design(**given)
    return stages_of(lived(build_cross_section(made), apart_of(made)))


def solved(variant="partial-depth", **given):
    made = design(variant, **given)
    return Solved(build_cross_section(made), made.mesh.size_factor, when_asked=True)


@pytest.mark.parametrize("variant", VARIANTS)
def test_deposited_without_stress_where_solder_freezes_it_is_the_cool_down(variant):
    films = [name for name in Design(variant=variant).region_names if name != "chip"]
    found = solved(variant, **{
        "load.process.deposition_degc_by_region": dict.fromkeys(films, 217.0),
        "load.process.intrinsic_mpa_by_region": dict.fromkeys(films, 0.0),
    })  # fmt: skip
    at_once = thermal_stress(
        found.model, -192.0, 217.0, fixed={"chip_bottom": "z"}, tied={"cell_side": "r"}
    )
    mine, other = (each.interface("ubm", "pad") for each in (found.stress, at_once))
    scale = np.abs(other.peel_mpa).max()
    assert_allclose(mine.peel_mpa, other.peel_mpa, atol=1e-8 * scale)
    assert_allclose(found.stress.strain_energy, at_once.strain_energy, rtol=1e-9)


def test_the_recipe_says_in_which_order_and_how_hot():
    found = stages()
    assert [(stage.name, stage.degc) for stage in found] == [
        ("dielectric on chip", 300.0),
        ("pad on dielectric", 250.0),
        ("passivation deposited", 350.0),
        ("pad etched, passivation as mask", 25.0),
        ("UBM sputtered: ubm_ti", 100.0),
        ("UBM sputtered: ubm_niv", 100.0),
        ("UBM sputtered: ubm_cu", 100.0),
        ("reflow", 245.0),
        ("solder freezes", 217.0),
        ("cooled", 25.0),
    ]
    assert dict(found[2].intrinsic_mpa) == {"passivation": -150.0}
    joint = stages(**{"assembly": {}, "bump.shape": "reflowed"})
    assert [stage.name for stage in joint[-3:]] == ["solder freezes", "underfill cured", "cooled"]
    assert joint[-2].degc == 150.0 and "substrate" in joint[-3].adds


def test_films_of_one_step_come_one_after_the_other_however_hot():
    """The nickel relaxes against the titanium; the copper lies on what has relaxed."""
    degc = {"ubm_ti": 150.0, "ubm_niv": 60.0, "ubm_cu": 150.0}
    made = design(**{"load.process.deposition_degc_by_region": degc})
    section = lived(build_cross_section(made), apart_of(made))
    mesh = section.with_pieces(build_mesh(section, made.mesh.size_factor))
    etched = "pad, taken away by: pad etched, passivation as mask"
    by_hand = [
        ProcessStage("1", 300.0, adds=["chip", "dielectric"], intrinsic_mpa={"dielectric": -100.0}),
        ProcessStage("2", 250.0, adds=["pad", etched]),
        ProcessStage("3", 350.0, adds=["passivation"], intrinsic_mpa={"passivation": -150.0}),
        ProcessStage("4", 25.0, removes=[etched]),
        ProcessStage("5", 150.0, adds=["ubm_ti"]),
        ProcessStage("6", 60.0, adds=["ubm_niv"], intrinsic_mpa={"ubm_niv": 200.0}),
        ProcessStage("7", 150.0, adds=["ubm_cu"]),
        ProcessStage("8", 217.0, adds=["bump"]),
        ProcessStage("9", 25.0),
    ]
    materials = region_materials(section)
    other = process_history(
        mesh, {**materials, etched: materials["pad"]}, by_hand,
        fixed={"chip_bottom": "z"}, tied={"cell_side": "r"}, groups=section.groups,
    ).final  # fmt: skip
    found = solved(**{"load.process.deposition_degc_by_region": degc}).stress
    mine, wanted = (each.interface("ubm", "pad") for each in (found, other))
    scale = np.abs(wanted.peel_mpa).max()
    assert_allclose(mine.peel_mpa, wanted.peel_mpa, atol=1e-8 * scale)
    assert_allclose(found.strain_energy, other.strain_energy, rtol=1e-9)


def test_a_solder_of_ones_own_freezes_under_any_name_and_copper_is_plated():
    own = {"mine": {"based_on": "SAC305", "solidus_degc": 190.0}}
    joint = {"materials": own, "bump.material": "mine", "bump.shape": "reflowed", "assembly": {}}
    freezes = next(stage for stage in stages(**joint) if stage.name == "solder freezes")
    assert freezes.degc == 190.0 and freezes.adds[0] == "bump"
    plated = stages(**{"bump.material": "Cu"})
    assert [(stage.name, stage.degc) for stage in plated if "bump" in stage.adds] == [
        ("bump electroplated", 100.0)
    ]
    assert plated[-2].removes  # sputtered metal beside the bump; nothing is reflowed


def test_materials_are_taken_up_to_the_hottest_step_that_they_are_there_for():
    used = temperatures_used(design(**{"assembly": {}, "bump.shape": "reflowed"}))
    high = {name: used[name]["young_mpa"][1] for name in ("Al-0.5Cu", "NiV", "SAC305")}
    assert high == {"Al-0.5Cu": 350.0, "NiV": 245.0, "SAC305": 217.0}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"bump.material": "Cu"}, "at 25 °C."),
        ({}, "at 25 °C, solder freezes after the films, without stress."),
        ({"bump.shape": "reflowed", "assembly": {}},
         "films, without stress, an underfill cures last, without stress."),
    ],
    ids=["copper", "solder", "joint"],
)  # fmt: skip
def test_a_report_says_what_comes_after_the_films_where_there_is_any(given, said):
    made = design(**given)
    found = STATEMENT.find([made, Design()], [made.load.process, None])
    (sentence,) = STATEMENT.sentences(found)
    assert sentence.replace("\u202f", " ").endswith(said)


def test_what_is_stated_in_the_design_takes_the_place_of_the_librarys():
    own = {"cold": {"based_on": "SiN", "deposition_degc": 200.0, "intrinsic_mpa": 50.0}}
    found = stages(**{
        "materials": own, "passivation.material": "cold",
        "load.process.intrinsic_mpa_by_region": {"ubm_ti": -400.0},
    })  # fmt: skip
    assert (found[2].degc, dict(found[2].intrinsic_mpa)) == (200.0, {"passivation": 50.0})
    assert dict(found[4].intrinsic_mpa) == {"ubm_ti": -400.0}


def test_it_needs_no_laws_and_gives_way_to_a_cool_down():
    flowing = design(**{"load.inelastic": True})
    assert flowing.replace(**{"load.inelastic": False}).load.history.kind == "process"
    cooled = flowing.replace(**{"load.history.kind": "cooldown"})
    assert cooled.load.process is None and cooled.load.inelastic
    assert design(**{"load.inelastic": False}).load.process.reflow_peak_degc == 245.0


def test_a_probe_works_the_metal_under_its_mark_before_the_ubm_comes():
    marked = {"probe": {}, "load.inelastic": True}
    found = stages(**marked)
    names = [stage.name for stage in found]
    assert names.index("pad probed") == names.index("passivation deposited") + 1
    (probed,) = (stage for stage in found if stage.works)
    assert set(probed.works) == {"pad", "pad, taken away by: pad etched, passivation as mask"}
    strain = probed.works["pad"](np.array([2.0, 2.0, 20.0]), np.array([0.55, 0.1, 0.9]))
    assert strain.tolist() == [0.3, 0.0, 0.0]
    assert not any(s.works for s in stages(**marked, **{"probe.worked_depth_um": 0.0}))
    # also where the etch takes all of the mark away
    assert any(s.works for s in stages(variant="full-depth", **marked))


@pytest.mark.slow
def test_metals_that_flow_on_the_way_shed_what_elastic_ones_would_carry():
    elastic, flowing = solved(), solved(**{"load.inelastic": True})
    assert flowing.stress.mean_inelastic_strain("pad") > 1e-3
    place = [[20.0], [0.25]]
    stress = [abs(each.stress.stress(place, "pad")[0, 0]) for each in (flowing, elastic)]
    assert 1.0 < stress[0] < stress[1]
    assert len(flowing.history_steps) > 10


@pytest.mark.slow
def test_an_etch_into_worked_metal_lets_go_of_it_bit_by_bit():
    """At once it has no solution by Newton's method."""
    found = solved(**{"probe": {}, "load.inelastic": True})
    etched = found.process.after("pad etched, passivation as mask")
    force = etched.parts[0].nodal_forces(np.arange(etched.model.mesh.nelements))
    free = ~etched.parts[0].held
    assert np.abs(force[free]).max() < 1e-7 * np.abs(force).max()


def test_an_elastic_process_is_measured_with_bars():
    result = evaluate(design(**{"mesh.size_factor": 10.0}))
    name = "peel_max_ubm_pad_L1_mpa"
    assert np.isfinite(result["metrics"][name]) and result["errors"][name] > 0
    assert "inelastic" not in result["flags"]


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"load.process.deposition_degc_by_region": {"pad": 700.0}},
         r"by_region.pad = 700 must be at most 650, where Al-0.5Cu of region 'pad' melts \("),
        ({"load.process.deposition_degc_by_region": {"padd": 300.0}}, "unknown region 'padd'"),
        ({"load.process.deposition_degc_by_region": {"pad": -300.0}}, "from -273.15"),
        ({"load.process.intrinsic_mpa_by_region": {"chip": 1.0}}, "names 'chip'"),
        ({"load.process.reflow_peak_degc": 150.0}, "at least 217, where SAC305 freezes"),
        ({"load.thermal.stress_free_by_region_degc": {"pad": 300.0}}, "without a process"),
        ({"load.history.kind": "cooldown", "load.process": {}}, 'kind = "process"'),
        ({"bump.material": "Cu", "bump.shape": "reflowed", "assembly": {}},
         r"bump.material = 'Cu' is no solder, it melts at 1084.6 degC"),
    ],
    ids=["molten", "unknown", "below zero", "chip", "peak", "by region", "kind", "copper joint"],
)  # fmt: skip
def test_a_process_that_cannot_be_is_refused_in_one_sentence(given, refused):
    with pytest.raises((DesignError, ValueError), match=refused):
        check_design(design(**given))
