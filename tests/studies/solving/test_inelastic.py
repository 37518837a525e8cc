"""Cases whose metals yield and creep: what they ask of a design, their numbers, their errors.

Plan: one coarse design solved over a history, and the same elastic. A yield limit that nothing
reaches must give the elastic tractions back as far as elements that flow differ from others; a real
one must relieve them, and both meshes and tolerances must show in the bars. What a history cannot
have is refused in a sentence.
"""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError
from fem_bump.mechanics.lateral_shift import HARMONICS, MOST_HARMONICS
from geometry import Design, DesignError, build_cross_section
from geometry.meshing.triangles import Graded
from studies.case.checks import check_design
from studies.case.input_notes import input_notes
from studies.cli.commands import main
from studies.loads.load import arguments
from studies.loads.shipped.shear import (
    followed,
    lateral_displacement_at,
    lateral_displacement_um,
)
from studies.loads.statements.history import STATEMENT
from studies.loads.statements.shear import STATEMENT as SHEARED
from studies.metrics.catalogue import catalogue
from studies.metrics.measure import values
from studies.metrics.names import Place
from studies.metrics.rough import LEAST, LEAST_SMOOTH, Beside, rough_error, twin_error
from studies.records.record import MeshStep
from studies.solution.solved import NotLinear, Solved, View
from studies.solving.answer import answer, errors, judged
from studies.solving.evaluate import case_key, evaluate

YIELDS = {"kind": "J2", "yield_mpa": 150.0, "kinematic_mpa": 2000.0}
CREEPS = {"kind": "Norton", "a_per_s": 1e-13, "exponent": 3.0}
MATERIALS = {
    "al": {"based_on": "Al-0.5Cu", "law": YIELDS},
    "hard": {"based_on": "Al-0.5Cu", "law": {**YIELDS, "yield_mpa": 9e4}},
    "slow": {"based_on": "Al-0.5Cu", "law": [YIELDS, CREEPS]},
}
LAWLESS = {"young_mpa": 70e3, "poisson": 0.3, "cte_per_k": 20e-6, "conductivity_s_per_m": 1e7}


def design(pad="al", history=None, **keys):
    return Design(
        pad={"material": pad},
        load={"inelastic": True, "history": {"tolerance": 0.2, **(history or {})}},
        materials=MATERIALS,
        mesh={"size_factor": 8.0},
    ).replace(**keys)


def elastic(one):
    return one.replace(**{"load.inelastic": False})


@pytest.fixture(scope="module")
def record():
    return evaluate(design())


def test_metrics_of_the_history_stand_beside_those_of_the_interfaces(record):
    metrics, bars = record["metrics"], record["errors"]
    assert not any(name.startswith("yielded") for name in metrics)
    assert 0.0 < metrics["inelastic_strain_mean_pad"] < metrics["inelastic_strain_upper_pad"]
    assert 0.9 < metrics["flowed_volume_fraction_pad"] <= 1.0 + 1e-12
    strain = metrics["inelastic_strain_mean_pad"]
    work = metrics["inelastic_work_density_pad_mj_per_m3"]
    assert 150.0 * strain < work < (150.0 + 2000.0 * strain) * strain * 1.05
    assert all(bars[name] is not None for name, value in metrics.items() if value is not None)
    assert "inelastic_strain_mean_pad" in record["headline"]
    assert record["solver"]["history"]["end_s"] == pytest.approx(192 / 2 + 3600)
    json.dumps(record, allow_nan=False)


def test_the_elastic_case_of_the_same_materials_is_the_elastic_one():
    one = elastic(design(pad="al"))
    plain = one.replace(**{"pad.material": "Al-0.5Cu"})
    found, expected = evaluate(one), evaluate(plain)
    for name, value in expected["metrics"].items():
        if value is not None:
            assert_allclose(found["metrics"][name], value, rtol=1e-12, err_msg=name)
    assert any("without load.inelastic" in note for note in found["flags"]["notes"])
    assert not any("without load.inelastic" in note for note in expected["flags"]["notes"])


def test_yield_relieves_the_wall_and_a_limit_that_nothing_reaches_does_not(record):
    hard, el = evaluate(design("hard")), evaluate(elastic(design()))
    name = "peel_max_ubm_pad_sidewall_L1_mpa"
    before, never, now = (each["metrics"][name] for each in (el, hard, record))
    assert hard["metrics"]["inelastic_strain_mean_pad"] == 0.0
    assert abs(never - before) < 0.05 * before  # other elements, the same body
    assert now < 0.8 * before


def test_time_matters_to_what_creeps():
    strain = [
        Solved(check_design(one)(), 10.0, when_asked=True).stress.mean_inelastic_strain("pad")
        for one in (design("slow", {"rest_s": 1.0}), design("slow"))
    ]
    assert 0.0 < strain[0] < 0.98 * strain[1]


def test_bars_count_meshes_sides_and_tolerances():
    metric = catalogue()["inelastic_strain_mean"]
    at = Place(region="pad")

    class View:
        def __init__(self, value):
            self.stress = type("S", (), {"mean_inelastic_strain": lambda _, region: value})()

    beside = Beside(View(1.0), View(1.2), View(1.05))
    assert_allclose(rough_error(metric, at, 1.0, beside, None), 0.2 + 0.05 + LEAST)
    assert_allclose(rough_error(metric, at, 1.0, Beside(View(1.0), View(1.2)), 0.1), 0.3)
    # elements of half as large again show half of what those of twice the size do
    nearer = Beside(View(1.0), View(1.2), View(1.05), coarser=1.5)
    assert_allclose(rough_error(metric, at, 1.0, nearer, None), 0.4 + 0.05 + LEAST)
    assert_allclose(twin_error(metric, at, 1.0, nearer, None), 0.4 + 0.05 + LEAST_SMOOTH)


@pytest.mark.slow
def test_the_mesh_is_the_elastic_one_and_the_accuracy_is_judged_by_the_history():
    section = check_design(design(**{"mesh.accuracy": 0.4}))()
    found = answer(section)
    by_elastic = answer(check_design(elastic(design(**{"mesh.accuracy": 0.4})))())
    assert np.array_equal(found.fine.mesh.p, by_elastic.fine.mesh.p)
    assert found.before.unknowns < 0.6 * found.fine.unknowns
    assert found.looser.unknowns == found.fine.unknowns
    with pytest.raises(NotLinear):
        _ = found.fine.stress_estimators
    view = found.fine.seen_from("a")
    said = values(view)
    bars = errors(view, found, said, {})
    wide = dict.fromkeys(bars, 1e9)
    assert judged(found, said, wide).flags == {"accuracy_missed": True}
    assert judged(found, said, dict.fromkeys(bars, 0.0)).notes == ()
    (note,) = judged(found, said, wide).notes
    assert "is adapted to an accuracy" in note
    elastic_missed = replace(found, notes=("in the elastic state it was not reached",))
    assert judged(elastic_missed, said, wide).notes == elastic_missed.notes


def test_an_elastic_state_that_missed_the_accuracy_is_noted(monkeypatch):
    step = MeshStep(900, 300, 0.5, "peel")
    adapted = SimpleNamespace(
        solved=SimpleNamespace(size=Graded(8.0)), reached=False, steps=(step,), wall_s={}
    )
    mesh = SimpleNamespace(nelements=75)
    monkeypatch.setattr("studies.solving.adaptive.adapt", lambda *_: adapted)
    solved = SimpleNamespace(mesh=mesh, twin=lambda looser: None)
    monkeypatch.setattr("studies.solving.answer.Solved", lambda *_, **__: solved)
    (note,) = answer(check_design(design(**{"mesh.accuracy": 0.02}))()).notes
    assert note.startswith("in the elastic state the accuracy of 0.02 was not reached")


def test_a_law_decides_the_key():
    other = {**MATERIALS, "al": {"based_on": "Al-0.5Cu", "law": {"kind": "J2", "yield_mpa": 99.0}}}
    one = design()
    keys = {
        case_key(one),
        case_key(elastic(one)),
        case_key(one.replace(materials=other)),
        case_key(one.replace(**{"load.history.rest_s": 60.0})),
    }
    assert len(keys) == 4


# ------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    "load, said",
    [
        ({"inelastic": 1}, "load.inelastic = 1 must be true or false"),
        ({"history": {}}, "give load.inelastic = true"),
        ({"inelastic": True, "history": {"kind": "cycles"}}, "needs [load.cycling]"),
        (
            {"inelastic": True, "history": {"cooling_k_per_s": 0.0}},
            "must be a number from 1e-09",
        ),
        ({"inelastic": True, "history": {"rest_s": 1e-4}}, "must be 0 or at least 0.001"),
        ({"inelastic": True, "history": {"cooling_k_per_min": 60.0}}, "cooling_k_per_min"),
        (
            {
                "inelastic": True,
                "history": {"rest_s": 0.0},
                "thermal": {"stress_free_degc": 100.0, "temperature_degc": 100.0},
            },
            "creep takes time",
        ),
        (
            {
                "inelastic": True,
                "shear": {"displacement_um": 0.1, "counter_stiffness_mpa_per_um": 100.0},
            },
            "load.shear.counter_stiffness_mpa_per_um = 100 and load.inelastic = true cannot be",
        ),
    ],
    ids=["number", "elastic", "kind", "rate", "rest", "unit", "no-time", "shear"],
)
def test_what_a_history_cannot_be(load, said):
    with pytest.raises(DesignError) as caught:
        Design(load=load)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_design_in_which_nothing_flows(capsys):
    idle = {region.material: LAWLESS for region in design().regions}
    with pytest.raises(InputError, match="has a law; give one under"):
        check_design(design().replace(materials=idle))
    with pytest.raises(SystemExit) as ended:
        main(["solve", "default", "--set", "load.history.rest_s=1.0"])
    assert ended.value.code == 2
    assert "give load.inelastic = true" in capsys.readouterr().err


SIDEWAYS = {"displacement_um": 1.0, "counter_face": "rigid"}


def sheared(inelastic=True, **more):
    return {"inelastic": inelastic, "shear": {**SIDEWAYS, **more}}


@pytest.mark.parametrize(
    ("load", "said"),
    [
        (sheared(False, harmonics=6), "load.shear.harmonics = 6 is of a body that yields and"),
        (sheared(False, angles=6), "load.shear.angles = 6 is of a body that yields and creeps"),
        (sheared(angles=4), "angles = 4 must be from 5 to 128: fewer do not tell 4 harmonics"),
        (sheared(harmonics=6, angles=6), "angles = 6 must be from 7 to 128"),
        (sheared(harmonics=MOST_HARMONICS + 1), "harmonics = 33 must be a whole number from 1 to"),
        (sheared(harmonics=2.5), "load.shear.harmonics = 2.5 must be a whole number"),
    ],
    ids=["elastic", "elastic angles", "few", "few of more", "many", "no count"],
)
def test_harmonics_that_cannot_be_followed(load, said):
    with pytest.raises(DesignError, match=re.escape(said)) as caught:
        Design(load=load)
    assert "\n" not in str(caught.value)


def test_harmonics_and_angles_are_chosen_or_those_of_the_physics():
    plain, chosen = (Design(load=sheared(**more)) for more in ({}, {"harmonics": 6, "angles": 9}))
    assert (followed(plain), followed(chosen)) == ((HARMONICS, 2 * HARMONICS), (6, 9))
    given = []
    for each in (plain, chosen):
        solved = Solved(build_cross_section(each), 20.0, when_asked=True)
        given.append(arguments("stress_history", solved.section, solved.model))
    assert not {"harmonics", "angles"} & set(given[0])
    assert (given[1]["harmonics"], given[1]["angles"]) == (6, 9)
    elastic = chosen.replace(**{"load.inelastic": False})
    assert elastic == plain.replace(**{"load.inelastic": False})
    said = SHEARED.sentences(SHEARED.find([plain, chosen], [d.load.shear for d in (plain, chosen)]))
    assert said[0].endswith(
        " What flows is followed in harmonics 0 to 4 around the axis, at 8 angles in 180° or "
        "harmonics 0 to 6 around the axis, at 9 angles in 180°."
    )
    assert "harmonics" not in SHEARED.sentences(SHEARED.find([elastic], [elastic.load.shear]))[0]


@pytest.mark.slow
def test_the_board_shears_what_flows_as_the_temperature_falls():
    history = {"tolerance": 0.2, "rest_s": 60.0}
    found = Design(load={**sheared(), "history": history})
    assert lateral_displacement_at(found, 217.0) == 0.0
    assert lateral_displacement_at(found, 121.0) == pytest.approx(0.5)
    assert lateral_displacement_at(found, 25.0) == lateral_displacement_um(found) == 1.0
    solved = Solved(check_design(found)(), 20.0, when_asked=True)
    stress, inelastic = solved.stress, solved.stress.inelastic
    assert [part.harmonic for part in stress.parts] == [0, 1, 2, 3, 4]
    assert stress.displacement([[5.0], [solved.section.design.joint_height_um]]).shape == (3, 1)
    assert stress.reaction_un("bump_top") > 1e3
    assert_allclose(stress.reaction_un("chip_bottom"), -stress.reaction_un("bump_top"), rtol=1e-4)
    rows = inelastic.row[solved.model.regions["bump"]]
    assert_allclose(inelastic.samples[rows].mean(axis=2), inelastic.equivalent[rows], rtol=1e-12)
    assert np.ptp(inelastic.samples[rows], axis=2).max() > 1e-3
    upper = catalogue()["inelastic_strain_upper"].value(View(solved, "a"), Place(region="bump"))
    assert stress.mean_inelastic_strain("bump") < upper < inelastic.samples[rows].max()
    assert catalogue()["lateral_stiffness"].value(View(solved, "a"), Place()) is None
    fewer = found.replace(**{"load.shear.harmonics": 2, "load.shear.angles": 3})
    other = Solved(check_design(fewer)(), 20.0, when_asked=True).stress
    assert [part.harmonic for part in other.parts] == [0, 1, 2]
    assert other.inelastic.samples.shape[2] == 3
    assert_allclose(other.reaction_un("bump_top"), stress.reaction_un("bump_top"), rtol=1e-2)


def test_elastic_designs_say_nothing_of_it():
    assert not {"inelastic", "history"} & set(Design().to_dict()["load"])
    again = elastic(design())
    assert again.load.history is None and Design(**again.to_dict()) == again
    assert design().load.history.cooling_k_per_s == 2.0
    assert not input_notes(design())


def test_tables_of_what_flows_must_cover_the_way():
    table = {**MATERIALS["al"], "young_mpa": [[20.0, 70e3], [100.0, 68e3]]}
    one = design().replace(materials={**MATERIALS, "al": table})
    (note,) = input_notes(one)
    assert "young_mpa of material 'al' does not cover the load" in note and "217 degC" in note
    assert not any("young_mpa" in note for note in input_notes(elastic(one)))
    assert not input_notes(Design(load={"inelastic": True}))


@pytest.mark.parametrize(
    "thermal, rests, said",
    [
        ({}, [60.0], "cooled at 2 K/s, then at rest for 60 s."),
        ({}, [0.0], "cooled at 2 K/s, without rest."),
        ({}, [0.0, 60.0], "cooled at 2 K/s, without rest or then at rest for 60 s."),
        ({"temperature_degc": 300.0}, [60.0], "heated at 2 K/s, then at rest for 60 s."),
        ({"temperature_degc": 217.0}, [60.0], "creep: at rest for 60 s."),
    ],
    ids=["cooled", "no-rest", "some-rest", "heated", "rest-only"],
)
def test_words_of_a_history(thermal, rests, said):
    designs = [
        Design(load={"inelastic": True, "history": {"rest_s": rest}, "thermal": thermal})
        for rest in rests
    ]
    found = STATEMENT.find(designs, [one.load.history for one in designs])
    (sentence,) = STATEMENT.sentences(found)
    assert sentence.endswith(said)


def test_cracks_and_corners_are_of_elastic_bodies(capsys, tmp_path):
    file = tmp_path / "flows.toml"
    file.write_text(
        '[pad]\nmaterial = "al"\n[load]\ninelastic = true\n[mesh]\nsize_factor = 6.0\n'
        '[materials.al]\nbased_on = "Al-0.5Cu"\nlaw = { kind = "J2", yield_mpa = 150.0 }\n'
    )
    for more in ([], ["--exponents-only"]):
        with pytest.raises(SystemExit) as ended:
            main(["corners", str(file), *more])
        assert ended.value.code == 2
        assert "is of elastic bodies" in capsys.readouterr().err
