"""A load added by one module outside the packages is everywhere a load is.

Plan: import the module, and look for its table in the design file, refusals and notes; solve, and
hold the numbers against superposition and the balance of forces; look for it in keys of cases and
in the report's statement; take it out again, and nothing is left.
"""

import re

import pytest
from fabricated_run import run_folder
from numpy.testing import assert_allclose

from fem_bump.errors import InputError
from geometry import Design, DesignError, build_cross_section
from geometry.design.parameters import parameter_exists
from studies.case.part import add, withdraw
from studies.corner_tables.table import notes as corner_notes
from studies.cracks.curves import CrackGrowth
from studies.loads.load import load, mark_of, varying
from studies.loads.marks import Arrow, Disc, LoadMark
from studies.loads.statement import Share
from studies.loads.states import thermal_state
from studies.loads.templates import Given
from studies.metrics.places import interface_names
from studies.report.rules import model_statement as modelled
from studies.report.section import Report
from studies.report.words import model_statement as say
from studies.results.results import Results
from studies.solution.solved import Solved
from studies.solving.evaluate import case_key, evaluate
from studies.wording.labels import factor_title
from tests.example_plugin import press as module

COARSE = {"size_factor": 4.0}
PUSHED = LoadMark("pushed", (Arrow("push"), Disc(25.0, 180.0, 8.0)), "a push")
COLD = {"stress_free_degc": 25.0, "temperature_degc": 25.0}
# collected before any test runs: until a test asks for the load, designs have none
withdraw(module.press)


@pytest.fixture
def press():
    yield add(module.press)
    withdraw(module.press)


def pressed(depth_um, **thermal):
    return Design(load={"press": {"depth_um": depth_um}, "thermal": thermal}, mesh=COARSE)


def test_a_design_file_has_its_table(press, tmp_path):
    path = tmp_path / "d.toml"
    path.write_text("[load.press]\ndepth_um = 0.2\n")
    design = Design.from_toml(path)
    assert design.load.press.depth_um == 0.2 and design.load.shear is None
    assert Design(**design.to_dict()) == design
    assert design.replace(**{"load.press.depth_um": 0.3}).load.press.depth_um == 0.3
    assert parameter_exists("load.press.depth_um")
    assert factor_title("load.press.depth_um") == "depth of the press (µm)"
    assert "press" not in Design().to_dict()["load"], "what a design does not use it does not say"


def test_its_numbers_are_noted(press):
    (note,) = pressed(50.0).notes()
    assert "check the unit of load.press.depth_um = 50" in note and "50 nm would be 0.05 um" in note


@pytest.mark.parametrize(
    ("data", "match"),
    [
        ({"depth_um": -1.0}, r"load\.press\.depth_um = -1 must be a number from 0 to 100"),
        ({"depth_um": 150.0}, r"must be a number from 0 to 100: 150 nm would be 0\.15 um"),
        ({"deep_um": 1.0}, r"unknown key 'load\.press\.deep_um'; did you mean depth_um\?"),
    ],
)
def test_its_values_are_refused_in_a_sentence(press, data, match):
    with pytest.raises(DesignError, match=match):
        Design(load={"press": data})


def test_its_rules_hold(press):
    with pytest.raises(DesignError, match=r"presses a bump.s own top"):
        Design(load={"press": {}}, assembly={}, bump={"shape": "reflowed"})


def test_the_pressed_bump_answers_in_proportion_and_its_forces_balance(press):
    once, twice = (evaluate(pressed(depth, **COLD)) for depth in (0.1, 0.2))
    for name in ("peel_mean_ubm_pad_mpa", "peel_mean_ubm_passivation_mpa"):
        assert once["metrics"][name] < 0, "it presses"
        assert_allclose(twice["metrics"][name], 2 * once["metrics"][name], rtol=1e-9)
        assert 0 < once["errors"][name] < 0.1 * abs(once["metrics"][name])
    assert once["design"]["load"]["press"] == {"depth_um": 0.1}
    assert once["solver"]["force_balance"] < 1e-9


@pytest.mark.slow
def test_press_and_cool_down_add_up(press):
    name = "peel_mean_ubm_pad_mpa"
    cold, once, twice = (
        evaluate(design)["metrics"][name]
        for design in (pressed(0.1, **COLD), pressed(0.1), pressed(0.2))
    )
    assert_allclose(twice - once, cold, rtol=1e-7)


def test_the_force_under_the_ubm_is_the_one_of_the_die(press):
    section = build_cross_section(pressed(0.1, **COLD))
    stress = Solved(section, 4.0, when_asked=True).stress
    model = stress.model
    forces = stress.part(0).nodal_forces(model.elements("bump"))[:, 1]
    die = forces[model.boundary_nodes("bump_top")].sum()
    below = sum(
        stress.interface("bump_and_ubm", b).net_force_un for _, b in interface_names(section)
    )
    assert die < 0
    assert_allclose(below, die, rtol=1e-9)


def test_its_source_decides_whether_a_case_is_solved(press, tmp_path, monkeypatch):
    design, plain = pressed(0.1), Design(mesh=COARSE)
    keys = case_key(design), case_key(plain)
    assert case_key(pressed(0.2)) != keys[0]
    other = tmp_path / "other.py"
    other.write_text("CHANGED = True\n")
    monkeypatch.setattr(module, "__file__", str(other))
    assert case_key(design) != keys[0]
    assert case_key(plain) == keys[1], "a design without the load has nothing of it"


def test_the_report_states_it(press, tmp_path):
    part = '[[part]]\nname = "one"\n[part.factors]\nload.press.depth_um = {}\n'
    both = Results.read(run_folder(tmp_path / "both", part.format("[0.1, 0.2]"))[0])
    found = modelled.state(both).loads
    kinds = [load.kind for load in found]
    assert kinds == [
        "thermal",
        "history",
        "process",
        "cycling",
        "shear",
        "press",
        "current",
        "heat",
        "migration",
    ]
    assert found[5].found == Given(Share(2, 2), {"depth_um": (0.1, 0.2)})
    line = say.state(modelled.state(both))
    assert line.startswith("wafer state after reflow, pressed from above, elastic, annular feed")
    assert "not the die's own give" in line
    text = say.loads(modelled.acting(both))
    assert "A die presses the bump's top down by 0.1 or 0.2 µm. The bump is" in text
    assert text.endswith("The study varies depth of the press.")
    left = dict(say.left_out(modelled.state(both)))
    assert left["The die"] == "It is rigid and without friction."
    other = '[[part]]\nname = "two"\n[part.factors]\npad_etch.depth_ratio = [0.0]\n'
    some = Results.read(run_folder(tmp_path / "some", part.format("[0.1]") + other)[0])
    assert modelled.state(some).loads[5].found.share == (1, 2)
    line = say.state(modelled.state(some))
    assert line.endswith("; a press in 1 of 2 designs only") and "pressed" not in line
    none = Results.read(run_folder(tmp_path / "none", other)[0])
    assert "press" not in say.state(modelled.state(none)) + say.loads(modelled.acting(none))
    assert "The die" not in dict(say.left_out(modelled.state(none)))


def test_the_report_has_its_section(press, tmp_path):
    part = '[[part]]\nname = "one"\n[part.factors]\nload.press.depth_um = [0.1, 0.2]\n'
    report = Report(Results.read(run_folder(tmp_path / "some", part)[0]))
    (found,) = report.loads
    assert found.title == "The press: how deep"
    assert found.sentences == ["The deepest press moves the bump's top by 0.2 µm."]
    assert not report.angular and report.window_text == ""
    other = '[[part]]\nname = "two"\n[part.factors]\npad_etch.depth_ratio = [0.0]\n'
    assert Report(Results.read(run_folder(tmp_path / "none", other)[0])).loads == []


def test_what_two_loads_say_of_one_thing_is_refused(press):
    section = build_cross_section(pressed(0.1))
    model = Solved(section, 4.0, when_asked=True).model

    @load("lift", acts_on="thermal_stress", schema=module.Press, always=True)
    def lift(section, model):
        return {"prescribed_um": {"bump_top": {"z": 1.0}}}

    try:
        lifted = build_cross_section(pressed(0.1))
        said = "load.press and load.lift both set z of bump_top of prescribed_um; leave out one"
        with pytest.raises(InputError, match=re.escape(said)):
            thermal_state(lifted, model)
    finally:
        withdraw(lift)
    assert thermal_state(section, model)


def test_one_that_is_not_the_same_all_around_is_said_and_measured_around_the_axis():
    @load(
        "push", acts_on="thermal_stress", schema=module.Press, mark=lambda d: PUSHED,
        angular=lambda d: d.load.push is not None, varying=lambda d: "the push",
    )  # fmt: skip
    def push(section, model):
        shift = {"chip_bottom": 0.0, "bump_top": section.design.load.push.depth_um}
        return {"lateral_shift_um": shift}

    try:
        design = Design(load={"push": {"depth_um": 0.01}}, mesh=COARSE)
        assert varying(design) == varying(design, "thermal_stress") == (push,)
        assert varying(Design()) == () and varying(design, "current_flow") == ()
        assert mark_of(design, "thermal_stress") is PUSHED
        assert mark_of(design, "current_flow") is mark_of(Design(), "thermal_stress") is None
        (note,) = corner_notes(design)
        assert note == "stress: intensities of the axisymmetric cool-down, without the push"
        assert not CrackGrowth(design, 1.0, None, (), {}, {}).axisymmetric
        found = evaluate(design)["metrics"]
    finally:
        withdraw(push)
    assert {"peel_max_theta_ubm_pad_L1_deg", "mode_mix_ubm_pad_L1_deg"} <= found.keys()
    # of the board's shear is what only the board's shear does
    assert not any("by_shear" in name or name.startswith("lateral_") for name in found)


def test_without_it_nothing_is_left(press):
    withdraw(press)
    try:
        with pytest.raises(DesignError, match=r"unknown key 'load\.press'; did you mean process"):
            Design(load={"press": {}})
        assert not parameter_exists("load.press.depth_um")
        assert set(Design().load.model_dump()) == {"thermal", "current", "shear"}
    finally:
        add(press)


def test_a_name_is_taken_once(press):
    with pytest.raises(ValueError, match=r"designs have another key 'load\.press'"):
        load("press", acts_on="thermal_stress", schema=module.Press)(lambda *_: {})
    assert Design(load={"press": {}}).load.press.depth_um == 0.1
