"""What the report says of loads that are not axisymmetric, against numbers that are known."""

import math
from dataclasses import replace

import pytest
from fabricated_run import run_folder
from few_figures import written

from fem_bump import materials
from geometry import Design
from studies.loads.phrases import amounts
from studies.loads.statements import shear as shear_says
from studies.loads.statements.current import Electrons, Entrance, FeedKind
from studies.loads.statements.shear import Absent
from studies.metrics.families import families
from studies.report.page import write_report
from studies.report.rules import feed as feeding
from studies.report.rules import model_statement as modelled
from studies.report.rules import shear as shearing
from studies.report.rules.compared import findings
from studies.report.rules.loads import BACK, FRONT, Side, side_of
from studies.report.rules.mechanism import leg_shares, life
from studies.report.section import Report
from studies.report.tables import comparison, evidence, material_tables
from studies.report.words import feed as feed_words
from studies.report.words import mechanism as mechanism_words
from studies.report.words import model_statement as say_modelled
from studies.report.words import shear as shear_words
from studies.report.words.verdicts import explained
from studies.results.ranking import Verdict, rank
from studies.results.results import Results
from studies.wording.labels import Measured, factor_text, factor_title

DEPTHS = "pad_etch.depth_ratio = [0.0, 0.5, 1.0]"
FEW = 'metrics = ["peel_max_ubm_pad", "current_density_max_bump_ubm_L1_a_per_cm2"]\n'
SHEAR = f"""
[base.load.shear]
dnp_um = 1000.0
counter_face = "rigid"
[[part]]
name = "dnp"
[part.factors]
{DEPTHS}
"load.shear.dnp_um" = [0.0, 1000.0, 5000.0]
"""
TRACE = f"""
[base.pad]
feed = "trace"
[base.trace]
width_um = 20.0
[[part]]
name = "width"
[part.factors]
{DEPTHS}
"trace.width_um" = [10.0, 20.0, 40.0]
[[part]]
name = "ubm"
[part.factors]
{DEPTHS}
"ubm.layers.cu.thickness_um" = [0.5, 2.0]
"""


def results_of(folder, text):
    return Results.read(run_folder(folder / "run", FEW + text)[0])


@pytest.fixture(scope="module")
def shear(tmp_path_factory):
    return results_of(tmp_path_factory.mktemp("shear"), SHEAR)


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    return results_of(tmp_path_factory.mktemp("trace"), TRACE)


def found_of(results, kind):
    """What a load finds in the designs."""
    return next(load.found for load in modelled.stated(results.designs) if load.kind == kind)


def left_out(results):
    """What the model leaves out, by title."""
    return dict(say_modelled.left_out(modelled.state(results)))


def section(results):
    (found,) = Report(results).loads
    return found


def said(results):
    return " ".join(section(results).sentences)


# --------------------------------------------------------------------------------- shear


def test_each_load_has_its_own_winner_with_its_lead_and_error(shear):
    peel = {lead.load: lead for lead in shearing.shear(shear).leads["peel_max"]}
    found = {load: (x.ranking.winner, x.second, x.ahead) for load, x in peel.items()}
    assert found == {
        "by_cooldown": ("no recess", "partial depth 0.5", (150.0, 1.0)),
        "by_shear": ("full depth", "partial depth 0.5", (50.0, 1.0)),
        "": ("no recess", "partial depth 0.5", (100.0, 1.0)),
    }
    assert (
        "Peel at UBM/pad (distance to the neutral point 1000 µm) by the cool-down alone: no recess "
        "is lowest by 150.0 ± 1.0 MPa, partial depth 0.5 next; by the shear alone: full depth is "
        "lowest by 50.0 ± 1.0 MPa, partial depth 0.5 next; by both together: no recess is lowest "
        "by 100.0 ± 1.0 MPa, partial depth 0.5 next."
    ) in said(shear)


def test_the_table_by_load_ranks_what_all_designs_have(shear):
    rows = {(x.kind, x.pair, x.load): x.finding for x in shearing.shear(shear).table}
    assert set(rows) == {(k, "ubm/pad", x) for k in shearing.KINDS for x in shearing.LOADS}
    found = rows["peel_max", "ubm/pad", "by_shear"]
    assert found.ranking.winner == "full depth" and found.length_um == 1.0
    table = {title: (cells, word) for title, cells, word in section(shear).table.rows}
    cells, word = table["Peel at UBM/pad by the shear alone (MPa)"]
    assert word == "full depth" and [wins for _, wins in cells] == [False, False, True]


def test_what_could_go_either_way_is_undecided(shear):
    # the fabricated shear stress by the board is 0.1 for every depth, its error 0.5
    (alone,) = (x for x in shearing.shear(shear).leads["shear_max"] if x.load == "by_shear")
    assert alone.ranking.call == (Verdict.UNDECIDED, ()) and alone.ahead is None


def test_the_distance_at_which_the_winner_changes(shear):
    (found,) = shearing.along_dnp(shear)
    assert [call.who for call in found.calls] == [("no recess",), ("no recess",), ("full depth",)]
    assert found.gap is None  # at the far end it has less
    assert (
        "from “no recess” to “full depth” at distance to the neutral point between 1000 and"
        in shear_words.along(shear, found)
    )


def test_a_lead_that_shrinks_is_said(tmp_path):
    text = SHEAR.replace("[0.0, 1000.0, 5000.0]", "[0.0, 1000.0, 2000.0]")
    results = results_of(tmp_path, text)
    (found,) = shearing.along_dnp(results)
    assert found.gap == shearing.Gap("full depth", Measured(300.0, 1.0), Measured(100.0, 1.0))
    sentence = shear_words.along(results, found)
    assert "lowest at every step of distance to the neutral point 0 to 2000 µm: no recess" in (
        sentence
    )
    assert "shrinks from 300.0 ± 1.0 to 100.0 ± 1.0 MPa" in sentence


def test_sides_are_found_with_their_cases(shear):
    sides = shearing.shear(shear).sides["peel_max"].sides
    at = {side: {row["load.shear.dnp_um"] for row in rows} for side, rows in sides.items()}
    assert at == {FRONT: {1000.0}, BACK: {5000.0}}
    assert [side_of(theta) for theta in (-170.0, 90.4, 3.0)] == [BACK, Side(90), FRONT]
    assert "on the side that faces the neutral point (θ = 180°) at distance" in said(shear)
    assert shear_words.side_text(Side(90)).startswith("at θ = 90°")
    assert feed_words.side_text(vias=False)(BACK) == "opposite the trace (θ = 180°)"
    assert feed_words.side_text(vias=True)(FRONT) == "in front of the vias"


def test_the_recess_turns_the_mix_towards_peel(shear):
    mix = shearing.shear(shear).mode_mix
    assert mix.turn == -1 and mix.degrees["no recess"].value == 60.0
    assert "a recess turns it towards peel" in said(shear)


def test_the_elastic_limit_is_where_the_mean_shear_yields_the_solder(shear):
    bump = shear.base.bump.material
    bears = float(materials[bump].at("yield_mpa", 25.0)) / math.sqrt(3.0)
    found = shearing.limits(shear, shearing.sheared(shear))
    assert {round(x.row["load.shear.dnp_um"]) for x in found} == {1000, 5000}
    for x in found:
        assert x.is_exceeded
        assert x.dnp_um == pytest.approx(bears / 0.1, rel=1e-12)  # 0.1 MPa per um, made up
    text = shear_words.elastic_limit(shear, found)[0]
    assert f"{bump} yields in shear at {bears:.1f} MPa" in text
    assert "It is exceeded in all 6 cases with shear" in text
    assert "would creep and limit the force" in text


def test_what_yields_and_creeps_has_its_limit_in_it(shear):
    rows = shearing.sheared(shear)
    flowing = [{**row, "flag_inelastic": True} for row in rows]
    assert len(shearing.limits(shear, rows)) == 6 and shearing.limits(shear, flowing) == []
    found = shearing.limits(shear, [*flowing[:5], *rows[5:]])
    assert "It is exceeded in the one case with shear" in shear_words.elastic_limit(shear, found)[0]


def test_what_flows_has_no_state_of_one_load_alone(shear, monkeypatch):
    elastic = shearing.shear(shear)
    assert elastic.table and elastic.leads and elastic.wins
    monkeypatch.setattr(shearing, "flows", lambda row: True)
    found = shearing.shear(shear)
    assert not found.table and not found.leads and not found.wins and not found.limits
    assert found.along == elastic.along and found.sides == elastic.sides
    said_of_it = shear_words.section(shear)
    assert said_of_it.title == "Shear by the board" and said_of_it.table is None
    assert "alone" not in " ".join(said_of_it.sentences)


def test_of_several_parts_steps_of_distance_say_which(shear):
    (steps,) = shearing.shear(shear).along
    alone, one_of = (shear_words.along(shear, steps, some) for some in (False, True))
    assert "part dnp: " in one_of and one_of.replace(", part dnp", "", 1) == alone


def test_what_flows_has_a_force_and_no_stiffness(shear):
    entries = shearing.shear(shear).entries
    elastic = shearing._stiffness(entries)
    assert set(elastic.mn_per_um) == set(elastic.force_mn) and elastic.force_mn
    without = [
        replace(entry, row={**entry.row, "lateral_stiffness_mn_per_um": None}) for entry in entries
    ]
    found = shearing._stiffness(without)
    assert found.force_mn == elastic.force_mn and not found.mn_per_um
    text = shear_words._stiffness(found)
    assert text.startswith("Lateral force on the joint, in the end: no recess ")
    assert "stiffness" not in text and text.count(" mN") == len(entries)


def test_amounts_have_no_exponents():
    assert amounts([1000.0, 0.0, 0.5], "µm") == "0, 0.5 or 1000 µm"
    assert amounts([12345.0], "µm") == "12300 µm"


def test_no_warning_where_the_joint_stays_elastic(tmp_path):
    text = SHEAR.replace("[0.0, 1000.0, 5000.0]", "[0.0, 10.0, 20.0]").replace("1000.0", "10.0")
    results = results_of(tmp_path, text)
    found = shearing.limits(results, shearing.sheared(results))
    assert not any(x.is_exceeded for x in found)
    assert "exceeded" not in shear_words.elastic_limit(results, found)[0]


def test_a_base_without_shear_is_compared_where_shear_begins(tmp_path):
    text = SHEAR.replace("dnp_um = 1000.0", "dnp_um = 0.0")
    assert "(distance to the neutral point 1000 µm) by the cool-down alone" in said(
        results_of(tmp_path, text)
    )


# ---------------------------------------------------------------------------------- trace


def test_crowding_and_what_the_recess_costs_under_it(trace):
    found = feeding.feed(trace)
    crowding = {label: v.value for label, v in found.crowding["ubm_pad"].items()}
    assert crowding == pytest.approx(
        {"no recess": 3.0, "partial depth 0.5": 2.85, "full depth": 2.7}
    )
    assert {side: len(rows) for side, rows in found.places["ubm_pad"].sides.items()} == {FRONT: 15}
    cost = next(x for x in found.recess_costs if (x.pair, x.label) == ("ubm_pad", "full depth"))
    # 4 x evenly fed, and the trace crowds 0.9 times as much at full depth
    assert (cost.here.value, cost.even.value) == pytest.approx((3.6, 4.0)) and cost.sign == -1
    at = {x.pair: x for x in found.table}
    assert at["ubm_pad"].largest.ranking.winner == "no recess"
    assert at["ubm_pad"].even["full depth"].value == pytest.approx(40.0 * 4 / 0.75)  # kA/cm²
    assert found.opposite["ubm_pad"]["no recess"].value == pytest.approx(0.01)
    text = said(trace)
    assert "largest in front of the trace (θ = 0°) in all 15 cases" in text
    assert "full depth × 3.600 ± 0.008, against × 4.000 ± 0.016 with an even feed (less with" in (
        text
    )


def test_how_crowding_follows_the_trace(trace):
    # the copper spreads the current at bump/UBM, which in these numbers leaves its ratio as it is
    (found,) = feeding.feed(trace).follows
    assert (found.path, found.series) == ("trace.width_um", 3)
    assert found.direction == {"ubm_pad": -1, "bump_ubm": -1}
    assert [end.value for end in found.ends["ubm_pad"]] == pytest.approx([6.0, 1.5])
    assert "with trace width 10 to 40 µm, in each of 3 series: at UBM/pad it falls" in said(trace)


def test_what_makes_good_the_recess(trace):
    costs = {(x.family.stem, x.label): x for x in feeding.feed(trace).costs}
    bump = costs["current_density_max_bump_ubm", "full depth"]
    assert bump.is_deepest and bump.times.value == pytest.approx(1.35)
    copper = "ubm.layers.cu.thickness_um"
    assert [(x.path, x.level, x.makes_good) for x in bump.remedies] == [
        ("trace.width_um", 40.0, True), (copper, 2.0, True),
    ]  # fmt: skip
    pad = costs["current_density_max_ubm_pad", "full depth"]
    # the copper changes nothing there, so it is not named
    assert [(x.path, x.outcome) for x in pad.remedies] == [("trace.width_um", 1)]
    assert (
        "What full depth costs in current density at bump/UBM (× 1.350 ± 0.003) is made good by "
        "trace width 40 µm (× 0.6750 ± 0.0014) or by UBM copper thickness 2 µm"
    ) in said(trace)
    assert any(
        "current density at UBM/pad by nothing that varies here; current density at bump/UBM by "
        "trace width 40 µm or by UBM copper thickness 2 µm" in sentence
        for sentence in section(trace).summary
    )


def test_a_remedy_has_to_hold_at_every_length():
    family = families(["x_L1_mpa", "x_L2_mpa"])["x"]
    reference = {"x_L1_mpa": 1.0, "x_L2_mpa": 1.0, "error_x_L1_mpa": 0.1, "error_x_L2_mpa": 0.1}
    for (one, two), sign in {
        (2.0, 2.0): 1, (0.5, 0.5): -1, (0.5, 1.1): 0, (0.5, 2.0): None, (1.1, 2.0): None,
    }.items():  # fmt: skip
        row = {**reference, "x_L1_mpa": one, "x_L2_mpa": two}
        assert feeding._compared(family, row, reference) == sign


def test_a_tie_names_the_winner_at_each_length():
    values = {x: {"a": Measured(1.0, 0.1), "b": Measured(b, 0.1)} for x, b in ((1.0, 2), (2.0, 0))}
    assert explained(rank(values)) == ("depends on the averaging length (a at 1 µm, b at 2 µm)")


# ------------------------------------------------------------- what stands around them


@pytest.mark.parametrize("which", ["shear", "trace"])
def test_leg_shares_are_of_the_whole_circle_not_of_one_side(which, request, tmp_path):
    entry = request.getfixturevalue(which).compared[1]
    plain = Results.read(
        run_folder(tmp_path / "plain", f'[[part]]\nname = "p"\n[part.factors]\n{DEPTHS}')[0]
    ).compared[1]
    assert leg_shares(entry) == leg_shares(plain)


def test_the_state_line_names_what_is_modelled(shear, trace):
    sheared, traced = modelled.state(shear), modelled.state(trace)
    first = ["thermal", "history", "shear", "current"]
    assert [load.kind for load in sheared.loads if load.kind in first] == first
    assert sheared.assembled == (False,) and found_of(shear, "shear").share == (9, 9)
    assert found_of(shear, "shear").absent == (Absent.THERMAL_CYCLING, Absent.CREEP)
    assert found_of(trace, "shear").absent == (Absent.SERVICE_SHEAR,)
    assert found_of(trace, "current").traces.share == (12, 12)
    assert found_of(trace, "current").feeds == ((FeedKind.TRACE, 0),)
    assert say_modelled.state(sheared) == (
        "wafer state after reflow, sheared by the board, elastic, annular feed: not thermal "
        "cycling, not creep, not side-trace crowding"
    )
    assert say_modelled.state(traced) == (
        "wafer state after reflow, elastic, feed by a trace on one side: not service shear"
    )


def test_what_the_model_leaves_out_follows_the_loads(shear, trace):
    assert found_of(shear, "shear").still == (0, 9)
    assert found_of(shear, "shear").board.whole_mismatch
    assert found_of(shear, "current").evenly == (Entrance.PAD_RIM,)
    assert found_of(shear, "current").untraced == (9, 9)
    assert found_of(trace, "current").untraced == (0, 12)
    assert found_of(trace, "shear").still_on_wafer
    said = left_out(shear)
    assert "Service shear" not in said and "The trace itself" not in said
    assert said["Side-trace crowding"].startswith("Current enters evenly around the pad's rim.")
    assert said["What limits the shear"].endswith("load.shear.mismatch_share, which is 1 here.")
    said = left_out(trace)
    assert "Side-trace crowding" not in said and "The trace itself" in said
    assert said["Service shear"].startswith("There is no substrate")


def test_loads_are_found_and_said(shear, trace):
    traces, board = found_of(trace, "current").traces, found_of(shear, "shear").board
    assert set(traces.widths_um) == {10.0, 20.0, 40.0}
    assert traces.thicknesses_um == (None,) and not any(traces.lengths_um)
    assert found_of(trace, "current").electrons == (
        Electrons("into-bump", (Entrance.PAD_RIM,), ("bump_top",)),
    )
    assert found_of(trace, "shear").board is None
    assert found_of(shear, "current").traces.share == (0, 9)
    assert board.is_inwards and set(board.mismatch_shares) == {1.0}
    assert set(board.dnp_um) == {0.0, 1000.0, 5000.0}
    traced, sheared = modelled.acting(trace), modelled.acting(shear)
    assert sheared.varied == ("load.shear.dnp_um",)
    text = say_modelled.loads(traced)
    assert "A trace 10, 20 or 40 µm wide and as thick as the pad" in text
    assert "electrons into the pad's rim and out of the bump's top" in text
    text = say_modelled.loads(sheared)
    assert "towards the neutral point (the free mismatch, none of it taken" in text


@pytest.mark.slow
def test_a_study_of_mixed_designs_says_how_many(tmp_path):
    text = """
[[part]]
name = "mixed"
[[part.case]]
[[part.case]]
"load.shear" = { dnp_um = 100.0, mismatch_share = 0.2, counter_face = "rigid" }
[[part.case]]
"pad.feed" = "trace"
trace = { width_um = 10.0, length_um = 50.0 }
"""
    results = results_of(tmp_path, text)
    found = modelled.state(results)
    assert found_of(results, "shear").share == (1, 3)
    assert found_of(results, "current").traces.share == (1, 3)
    assert say_modelled.state(found) == (
        "wafer state after reflow, elastic, annular feed or feed by a trace on one side: not "
        "service shear, not thermal cycling, not creep; shear by the board in 1 of 3 designs only; "
        "a side trace in 1 of 3 designs only"
    )
    said = left_out(results)
    for title, share in (("Service shear", 2), ("Side-trace crowding", 2)):
        assert said[title].startswith(f"In {share} of 3 designs: ")
    assert said["What limits the shear"].startswith("In 1 of 3 designs: ")
    assert "mismatch_share" not in said["What limits the shear"], "a share of it is taken"
    text = say_modelled.loads(modelled.acting(results))
    assert "20 % of the free mismatch" in text
    assert "50 µm of it (Al-0.5Cu) count as a resistance in series" in text
    write_report(results.folder)


def test_the_cathode_decides_which_end_the_ratio_is_about(tmp_path):
    text = TRACE.replace("[[part]]", '[base.load.current]\nelectron_flow = "into-pad"\n[[part]]', 1)
    results = results_of(tmp_path, text)
    found = life(results.compared)
    assert found.electron_flow == "into-pad"
    assert "the board's end, not at bump/UBM" in mechanism_words.life(found)[-1]
    (electrons,) = found_of(results, "current").electrons
    assert electrons.flow == "into-pad"
    text = say_modelled.loads(modelled.acting(results))
    assert "electrons into the bump's top and out of the pad's rim" in text


@pytest.mark.parametrize(
    ("keys", "face", "said"),
    [
        (
            {"bump": {"shape": "reflowed"}, "assembly": {}, "load": {"shear": {"dnp_um": 50.0}}},
            ("assembly", None),
            "its substrate's back",
        ),
        (
            {"load": {"shear": {"dnp_um": 50.0, "counter_face": "rigid"}}},
            ("rigid", None),
            "a rigid face",
        ),
        (
            {"load": {"shear": {"dnp_um": 50.0, "counter_stiffness_mpa_per_um": 5.0}}},
            ("compliant", 5.0),
            "an elastic foundation of 5 MPa/µm",
        ),
    ],
    ids=["assembly", "rigid", "compliant"],
)
def test_what_moves_the_far_end_is_found_and_said(keys, face, said):
    design = Design(**keys)
    found = shear_says.find([design], [design.load.shear]).board
    assert found.faces == (face,) and found.dnp_um == (50.0,)
    assert shear_says.sentence(found).endswith(f"through {said}.")


def test_tables_describe_the_load(shear, trace):
    rows = {title: cells for title, _, _, cells in comparison(shear, findings(shear))}
    assert rows["Lateral force over the UBM's area"][0].text == "100.0 ± 0.5"
    rows = {title: cells for title, _, _, cells in comparison(trace, findings(trace))}
    cells = rows["Crowding in plane at UBM/pad, against an even feed"]
    assert not any(cell.wins for cell in cells)  # nobody is ranked by it
    assert dict(evidence(trace))["Harmonics of the current above 0"] == "21"
    assert "BT" in [name for name, *_ in material_tables(shear)]  # the board shears, unmeshed


def test_names_of_the_new_columns_and_factors():
    found = families([
        "lateral_stiffness_mn_per_um", "lateral_moment_mn_um", "lateral_force_mn",
        "mode_mix_ubm_pad_L1_deg", "lateral_displacement_um", "crowding_in_plane_ubm_pad_L1",
    ])  # fmt: skip
    units = {stem: family.unit for stem, family in found.items()}
    assert units == {
        "lateral_stiffness": "mN/µm", "lateral_moment": "mN µm", "lateral_force": "mN",
        "mode_mix_ubm_pad": "°", "lateral_displacement": "µm", "crowding_in_plane_ubm_pad": "",
    }  # fmt: skip
    assert factor_title("trace.width_um") == "trace width (µm)"
    assert factor_title("load.shear.dnp_um") == "distance to the neutral point (µm)"
    assert factor_title("ubm.layers.cu.thickness_um") == "UBM copper thickness (µm)"
    assert factor_text("ubm.enhanced.ni.thickness_um", 3.0) == "plated UBM nickel thickness 3 µm"


@pytest.mark.slow
@pytest.mark.parametrize("which", ["shear", "trace"])
def test_the_page_holds_the_section(which, request):
    results = request.getfixturevalue(which)
    page = written(results.folder)
    assert f"<h3>{section(results).title}</h3>" in page and "Metric by metric" in page
    assert "10 µm around it, at the place on the circle where it is worst" in page


def test_a_study_without_such_loads_has_no_section(tmp_path):
    text = f'[[part]]\nname = "p"\n[part.factors]\n{DEPTHS}'
    assert Report(results_of(tmp_path, text)).loads == []
