"""What a report says of designs that were solved elastic and again with metals that yield.

The made-up numbers: after yield and creep peel at UBM/pad turns over, the shallow etch has the most
and the unetched pad gains; shear halves everywhere; principal stress falls, but not at one opening.
"""

from dataclasses import replace

import fabricated_run
import pytest
from fabricated_run import run_folder
from few_figures import written

from studies.figures import field_plots, heat_maps, level_figures
from studies.figures.layout import layout
from studies.report.first_page import first_page
from studies.report.rules.groups import winners
from studies.report.rules.nonlinear.yielding import Moves, _moves, yielding
from studies.report.section import Report
from studies.report.sections.yielding import build as yielded_section
from studies.report.words import model_statement as say_modelled
from studies.report.words.nonlinear import yielding as say
from studies.results.methods import sharing_parts
from studies.results.results import Results
from studies.results.twins import Twins, compared_twins, flows, state_of, twins

YIELDING = """
[[part]]
name = "yielding"
[part.set]
"load.inelastic" = true
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
"""
BOTH = """
[base.load]
inelastic = true
[[part]]
name = "both"
[part.factors]
"load.inelastic" = [false, true]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
opening_ratio = [0.6, 0.75]
"""
OPENINGS = """
[base.load]
inelastic = true
[[part]]
name = "both"
[part.factors]
"load.inelastic" = [false, true]
opening_ratio = [0.6, 0.75]
"""
RATES = """
[[part]]
name = "elastic"
[part.factors]
opening_ratio = [0.6, 0.75]
[[part]]
name = "rates"
[part.set]
"load.inelastic" = true
[part.factors]
"load.history.cooling_k_per_s" = [1.0, 2.0]
opening_ratio = [0.6, 0.75]
"""
plain_values, plain_result = fabricated_run.values, fabricated_run.result


def values(design):
    out = plain_values(design)
    if not design.load.inelastic:
        return out
    for length in fabricated_run.LENGTHS:
        out[f"peel_max_ubm_pad_L{length:g}_mpa"] = 40.0 - 30.0 * design.depth_ratio
        out[f"shear_max_ubm_pad_L{length:g}_mpa"] *= 0.5
        high = 1.2 if design.opening_ratio < 0.7 else 0.8
        out[f"principal_max_passivation_L{length:g}_mpa"] *= high
    out["inelastic_strain_mean_pad"] = 0.005
    return {name: value for name, value in out.items() if not name.startswith("yielded")}


def result(design, errors=0.5):
    found = plain_result(design, errors)
    if design.load.inelastic:
        found["flags"]["inelastic"] = True
    return found


@pytest.fixture(scope="module", autouse=True)
def numbers_of_both():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fabricated_run, "values", values)
        patch.setattr(fabricated_run, "result", result)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return run_folder(tmp_path_factory.mktemp("yields") / "run", fabricated_run.GRID + YIELDING)[0]


@pytest.fixture(scope="module")
def results(folder):
    return Results.read(folder)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return Results.read(run_folder(tmp_path_factory.mktemp("both") / "run", BOTH)[0])


def changes(results):
    found = yielding(results)
    return {change.family.stem: change for change in found.changes}


def test_twins_are_equal_but_for_the_history(results, both):
    found = twins(results)
    assert len(found) == 3 and all(flows(p.flowed) and not flows(p.elastic) for p in found)
    assert [p.elastic["part"] for p in found] == ["growing"] * 3
    assert len(twins(both)) == 6
    elastic, flowed = compared_twins(results)
    assert [e.label for e in elastic] == [e.label for e in flowed] == [
        "no recess", "partial depth 0.5", "full depth",
    ]  # fmt: skip
    # the base of this study yields, and the designs side by side with it
    assert all(flows(entry.row) for entry in both.compared)
    assert state_of(both.solved) == "elastic, or after yield and creep"


def test_a_design_stands_beside_others_once(tmp_path):
    found = Results.read(run_folder(tmp_path / "run", OPENINGS)[0])
    assert len(found.compared) == 4
    elastic, flowed = compared_twins(found)
    assert [e.label for e in elastic] == ["opening ratio 0.6", "opening ratio 0.75"]
    assert not any(flows(e.row) for e in elastic) and all(flows(e.row) for e in flowed)
    assert yielded_section(Report(found))["headings"].texts == [
        e.label for e in found.compared if not flows(e.row)
    ]


def test_every_history_of_a_design_counts(tmp_path):
    found = Results.read(run_folder(tmp_path / "run", RATES)[0])
    pairs = twins(found)
    assert len(pairs) == 4 and len({pair.flowed["key"] for pair in pairs}) == 4
    assert len({pair.elastic["key"] for pair in pairs}) == 2


def test_what_is_not_solved_has_no_state(both):
    row = next(row for row in both.solved if flows(row))
    assert state_of([row, {"status": "pending"}]) == "after yield and creep"


def test_no_ratio_is_taken_to_what_is_within_its_error_of_nothing(results):
    family = results.families["peel_max_ubm_pad"]
    (column, *_) = family.columns().values()
    before, after = ({column: v, f"error_{column}": 0.1} for v in (0.15, 90.0))
    assert _moves(family, [Twins(before, after)]) == Moves(0, 1, 0, None)


def test_rankings_that_change_and_stresses_that_rise(both):
    found = changes(both)
    peel, shear = found["peel_max_ubm_pad"], found["shear_max_ubm_pad"]
    assert peel.elastic.winner == "no recess" and peel.flowed.winner == "full depth"
    assert peel.changes and not peel.is_bound
    assert (peel.moves.lower, peel.moves.higher) == (4, 2)
    assert peel.moves.most is None  # it was compression
    assert shear.is_bound and shear.moves == Moves(6, 0, 0)
    strain = found["inelastic_strain_mean_pad"]
    assert strain.moves.count == 0 and not (strain.changes or strain.stays or strain.is_bound)
    film = found["principal_max_passivation"]
    assert (film.moves.lower, film.moves.higher) == (3, 3)
    assert film.moves.most == pytest.approx(1.2)


def test_upper_bound_is_said_only_where_it_is_found(both):
    said = say.sentences(yielding(both))
    (bound,) = [text for text in said if "is an upper bound" in text]
    assert bound.startswith("Within the errors") and "of 6 that were solved both ways," in bound
    assert "shear at UBM/pad" in bound and "peel" not in bound and "principal" not in bound
    (risen,) = [text for text in said if text.startswith("It is none")]
    assert "peel at UBM/pad (higher in 2 of 6)" in risen
    assert "(higher in 3 of 6, by up to × 1.2)" in risen
    (alone,) = [s for s in say.sentences(replace(yielding(both), pairs=1)) if "upper bound" in s]
    assert "in the one design that was solved both ways and at every" in alone
    assert say.in_short(yielding(both)).startswith(
        "Once metals yield and creep who is lowest changes for peel at UBM/pad"
    )


def test_a_study_without_twins_says_nothing_of_them(tmp_path):
    elastic = Results.read(run_folder(tmp_path / "run", fabricated_run.GRID)[0])
    assert yielding(elastic) is None and say.in_short(None) == ""
    page = first_page(Report(elastic))
    assert page["stress"] == "Every stress is elastic, also where a metal would yield."
    assert not any("upper bound" in text for text in page["in_short"])


def test_what_is_shown_is_said(results, both):
    assert first_page(Report(results))["stress"].startswith("Stress is elastic, but where")
    state = first_page(Report(results))["state"]
    assert ", elastic, " in state and "a history of yield and creep in 3 of 21 designs" in state
    plasticity = dict(say_modelled.left_out(modelled_state(results)))["Plasticity and creep"]
    assert "In 18 of 21 designs everything is linear elastic" in plasticity


def modelled_state(results):
    from studies.report.rules.model_statement import state

    return state(results)


def test_a_part_of_its_own_does_not_hide_the_comparison_of_the_others(results):
    assert sharing_parts(results) == ("growing", "fixed")


def test_parts_without_a_metric_have_no_map_and_no_row_of_it(results):
    plan = layout(results, numeric_series=True)
    stems = {family.stem for family, _, _ in level_figures._planned(results, plan)}
    assert "peel_max_ubm_pad" in stems and "inelastic_strain_mean_pad" not in stems
    _, rows = winners(results, "growing")
    assert "inelastic_strain_mean_pad" not in {family.stem for family, _ in rows}


def test_figures_say_whether_metals_yield(results):
    plan = layout(results, numeric_series=True)
    figure = heat_maps.heat_map(results.families["peel_max_ubm_pad"], plan, 1.0)
    assert "elastic" in figure.get_supxlabel() and "yield" not in figure.get_supxlabel()
    assert list(field_plots.strain_near_recess(results)) == []  # no fields were kept


def test_the_page_has_both_side_by_side(folder):
    page = written(folder)
    assert "Elastic, and after yield and creep" in page
    assert "from another mesh and from a looser" in " ".join(page.split())
    assert page.count("upper bound") >= 1 and page.count("hence an upper bound") == 0
