"""Who lives longest at which cost: lives compared, the front of both, and what a report says.

The made-up numbers: under rim feed peel rises with depth, no recess is immortal, the shortest life
falls with depth, and Black's law has it the other way round.
"""

import fabricated_run
import pytest
from fabricated_run import run_folder

from studies.figures.heated.life_figures import life_against_cost, lives_against_costs
from studies.report.first_page import first_page
from studies.report.rules.compared import findings
from studies.report.rules.lives import Way, Why, lives
from studies.report.rules.model_statement import Noted
from studies.report.section import SECTIONS, Report
from studies.report.words import lives as say
from studies.report.words import model_statement
from studies.results.lives.fates import End, Life, life_band, life_of, outlives
from studies.results.lives.fronts import Stand, conditions
from studies.results.results import Results
from studies.wording.labels import Measured

STUDY = """
[base]
variant = "no-recess"
[base.load]
migration = { void = {} }
[[part]]
name = "low"
title = "Low current"
[part.factors]
load.current.current_a = [0.1]
opening_ratio = [0.75]
pad_etch.depth_ratio = [0.0, 0.5, 1.0]
[[part]]
name = "high"
title = "High current"
[part.factors]
load.current.current_a = [0.3]
opening_ratio = [0.75, 0.8]
pad_etch.depth_ratio = [0.0, 0.5, 1.0]
[[part]]
name = "drawn"
[part.sampling]
n = 4
[part.sampling.ranges]
pad_etch.depth_ratio = { distribution = "levels", levels = [0.0, 0.5] }
pad.thickness_um = { distribution = "normal", mean = 1.0, sd = 0.03 }
load.current.current_a = { distribution = "normal", mean = 0.3, sd = 0.01 }
"""
plain_values = fabricated_run.values


def values(design):
    out = plain_values(design)
    d, immortal = design.depth_ratio, design.load.current.current_a < 0.2 and design.depth_ratio < 1
    load = 0.5 + 0.2 * d if immortal else 2.0
    life = 1e8 * (1 + 0.5 * d) * (2.0 if design.opening_ratio > 0.77 else 1.0)
    out |= {
        "migration_load_bump": load,
        "time_to_nucleation_bump_s": None if immortal else 1e5 * (1 - 0.5 * d),
        "void_life_20_low_bump_s": None if immortal else life,
        "void_life_20_high_bump_s": None if immortal else 2.5 * life,
        "void_covered_20_low_bump": None if immortal else 0.6 + 0.2 * d,
        "void_covered_20_high_bump": None if immortal else 0.8,
        "void_growth_margin_bump": None if immortal else 0.0,
    }
    return out


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fabricated_run, "values", values)
        return Results.read(run_folder(tmp_path_factory.mktemp("lives") / "run", STUDY)[0])


def bar(value, share=0.01):
    return Measured(value, share * value)


def life(short=None, long=None, load=2.0, margin=0.0, shapes="rim", began=1e4):
    both = [None if value is None else bar(value) for value in (short, long)]
    return Life(bar(load), bar(began) if load > 1 else None, *both, bar(margin), None, shapes)


def test_the_immortal_outlive_all_that_fail_and_shapes_decide():
    never, further = life(load=0.5), life(load=0.4)
    settles, longer = life(margin=3.0), life(margin=4.0)
    short, long = life(1e8, 3e8), life(2e8, 4e8)
    ranked = [further, never, longer, settles, long, short]
    for k, one in enumerate(ranked):
        assert all(outlives(one, rest) == 1 for rest in ranked[k + 1 :])
        assert all(outlives(rest, one) == -1 for rest in ranked[k + 1 :])
    # a void's shapes are the same under one feed: elsewhere intervals must not overlap
    other = life(2e8, 4e8, shapes="trace")
    assert outlives(other, short) == 0 and outlives(life(4e8, 5e8, shapes="trace"), short) == 1
    assert outlives(life(2e8, 2.9e8), short) == 0  # the shapes disagree
    assert outlives(life(1e8, None), short) == 0 and outlives(life(2e8, None), short) == 1
    at_the_limit = life(margin=1.005)
    assert at_the_limit.end is End.UNDECIDED and outlives(at_the_limit, short) == 0
    lost = Life(bar(2.0), bar(1e4))
    assert lost.end is End.UNKNOWN and outlives(lost, short) is None


def test_a_ratio_of_lives_is_taken_shape_by_shape_of_one_feed_only():
    reference, now = life(1e8, 3e8), life(2e8, 4.5e8)
    same, across = life_band(reference, now), life_band(reference, life(2e8, 4.5e8, shapes="trace"))
    assert [same.low.value, same.high.value] == pytest.approx([1.5, 2.0])
    assert [across.low.value, across.high.value] == pytest.approx([2 / 3, 4.5])
    assert same.low.error == pytest.approx(1.5 * 0.02)
    assert life_band(reference, life(2e8)).high is None
    assert life_band(life(load=0.5), now) is None
    assert say.band(life_band(reference, life(2e8))) == "at least 1.96"


def test_the_front_is_certain_only_where_no_other_could_beat_it(results):
    low, high = conditions(results)
    assert [low.title, high.title] == ["Low current", "High current"]
    assert low.reference.variant == high.reference.variant == "no recess"
    assert [low.stands[case.row["key"]] for case in low.cases] == [
        Stand.FRONT, Stand.BEHIND, Stand.BEHIND,
    ]  # fmt: skip
    # the larger opening lives twice as long at equal peel; each depth then buys life by peel
    stands = {case.label: high.stands[case.row["key"]] for case in high.cases}
    wide = {label: stand for label, stand in stands.items() if "0.8" in label}
    assert set(wide.values()) == {Stand.FRONT}
    assert {s for label, s in stands.items() if label not in wide} == {Stand.BEHIND}
    assert [case.depth for case in high.longest] == [1.0]


def test_draws_of_a_part_that_scatters_are_not_compared(results):
    assert sum(row["part"] == "drawn" for row in results.solved) == 4
    found = [case for one in conditions(results) for case in one.cases]
    assert {case.row["part"] for case in found} == {"low", "high"}
    assert not any("pad" in case.choice for case in found)


def test_notes_that_differ_in_their_numbers_are_one_with_ranges(results):
    rows = results.solved[:5]
    margins = [Noted(f"immortal at 200 MPa, a margin of {4 + k / 10:g}.", [row])
               for k, row in enumerate(rows)]  # fmt: skip
    (one,) = model_statement.notes(results, margins)
    assert one.endswith(": immortal at 200 MPa, a margin of 4 to 4.4.")
    few = model_statement.notes(results, margins[:2])
    assert [text.rpartition(" ")[2] for text in few] == ["4.", "4.1."]


def test_open_where_errors_hide_it(results):
    _, high = conditions(results)
    blurred = [case for case in high.cases if case.choice.endswith("0.8")]
    for case in blurred:
        object.__setattr__(case.life, "short_s", Measured(case.life.short_s.value, 1e9))
    high.__dict__.pop("stands", None)
    assert {high.stands[case.row["key"]] for case in blurred[1:]} == {Stand.OPEN}


def test_a_review_says_who_lives_longest_at_which_cost_and_what_it_rests_on(results):
    found = lives(results)
    (low, high) = found.reviews["solder"]
    said = " ".join(say.review(low))
    assert (
        "No recess, opening ratio 0.75, the reference, lives longest, at −5.0 ± 0.5 MPa of peel"
        in said
    )
    assert "2 designs of 3 are immortal" in said
    said = " ".join(say.review(high))
    assert "Full depth, opening ratio 0.8 lives longest" in said and "2.99 to 3.01 times" in said
    (first, *_) = high.reversals[Way.BLACK]
    assert set(first.why) == {Why.ROOM, Why.SUPPLY} and not low.reversals[Way.BLACK][1:]
    (first, *_) = high.reversals[Way.NUCLEATION]
    assert first.longer.depth > first.other.depth and Why.BRIEF in first.why
    orders = " ".join(say.orders(found))
    assert "Black’s law and life rank the recess differently" in orders
    assert "nucleation is a small share, 0.1 % at most, of the life" in orders
    rests = " ".join(say.rests_on(found))
    assert "a ring and a disc" in rests and "no hours" in rests and "1 µm thick" in rests
    title, heads, rows = say.table(high)
    assert title == "High current" and len(rows) == 6 and all(len(c) == len(heads) for _, c in rows)
    assert dict(rows)["Full depth, opening ratio 0.75"][-1] == "behind"
    assert any(
        text.startswith("Life (low current). ") for text in first_page(Report(results))["in_short"]
    )


def test_immortal_designs_stand_in_a_strip_above_the_lives(results):
    found = conditions(results)
    figure = life_against_cost(found, "elastic", 1.0)
    strip = [ax for ax in figure.axes if ax.get_ylabel().startswith("immortal")]
    assert len(figure.axes) == 3 and len(strip) == 1
    (drawing,) = lives_against_costs(results)
    assert drawing.part == "solder-peel-max-ubm-pad" and "Grey strip" in drawing.caption


def test_without_voids_that_are_followed_nothing_is_said(tmp_path):
    plain = '[[part]]\nname = "p"\n[part.factors]\npad_etch.depth_ratio = [0.0, 1.0]\n'
    still = Results.read(run_folder(tmp_path / "run", plain)[0])
    assert Report(still).lives is None and list(lives_against_costs(still)) == []
    assert say.in_short(None) == ""


def test_the_report_has_the_section():
    assert SECTIONS["lives"].title == "Life and its cost"


def test_a_life_is_of_the_surface_that_its_void_has():
    row = {
        "migration_load_bump": 2.0, "time_to_nucleation_bump_s": 1e5,
        "migration_load_bump_free_surface": 0.5, "void_growth_margin_bump": 2.0,
    }  # fmt: skip
    free, blocked = life_of(row, "solder"), life_of(row, "solder", is_free=False)
    assert free.end is End.NEVER and free.margin.value == 2.0
    assert blocked.end is End.SETTLES and blocked.nucleation_s.value == 1e5
    row["migration_load_bump_free_surface"] = None  # a side that is held
    assert life_of(row, "solder").end is End.SETTLES


def test_more_life_is_not_judged_by_who_is_lowest(tmp_path, monkeypatch):
    monkeypatch.setattr(fabricated_run, "values", values)
    wanted = 'metrics = ["peel_max_ubm_pad", "time_to_nucleation_bump_s"]\n'
    found = Results.read(run_folder(tmp_path / "run", wanted + STUDY)[0])
    assert [family.stem for family in found.shown] == [
        "peel_max_ubm_pad",
        "time_to_nucleation_bump",
    ]
    assert [one.family.stem for one in findings(found)] == ["peel_max_ubm_pad"]
