"""Limit states of a study: probabilities of its parts from made-up metrics, differences, refusals.

Metrics are those of fabricated_run: peel at 1 um is -5 + 300 MPa times the depth ratio.
"""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from fabricated_run import HEAD, run_folder
from numpy.testing import assert_allclose
from scipy.stats import norm

from fem_bump.errors import InputError
from geometry import build_cross_section
from geometry.design.design import Design
from studies.cli import commands
from studies.figures.registry import FIGURES
from studies.optimum.question import asked
from studies.plan import shapes
from studies.plan.cases import make_plan
from studies.plan.study import find_file, load_study
from studies.reliability.intervals import of_counts
from studies.reliability.study import surrogates as study_surrogates
from studies.reliability.study.limit_surrogates import sum_surrogate
from studies.reliability.study.limits import (
    Difference,
    LimitProbability,
    limit_probabilities,
    moved_limits,
)
from studies.report.rules.scattered import LimitReview
from studies.report.section import SECTIONS, Report
from studies.report.words.scattered import _differs
from studies.results.results import Results
from studies.wording.derived import DERIVED, EVERY, REFLOWED

PART = """
[[part]]
name = "{name}"
[part.set]
pad.thickness_um = {thickness}
[part.sampling]
n = 32
seed = 2
[part.sampling.ranges]
pad_etch.depth_ratio = {{ distribution = "normal", mean = {mean}, sd = 0.1 }}
"""
TWO = PART.format(name="thin", thickness=1.0, mean=0.5) + PART.format(
    name="thick", thickness=2.0, mean=0.55
)
PEEL = "peel_max_ubm_pad_L1_mpa"
PLAIN = f"""
[[limit]]
name = "peel"
survives = "{PEEL} < 190"
"""
STRENGTH = f"""
[[limit]]
name = "strength"
survives = "{PEEL} + 10 <= strength"
strengths.strength = {{ distribution = "normal", mean = 200, sd = 20 }}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shapes, "MOST_BUILT", 0)
        patched.setattr(shapes, "SAMPLE", 0)
        return run_folder(tmp_path_factory.mktemp("limits") / "run", TWO + PLAIN + STRENGTH)[0]


def test_a_part_fails_as_often_as_its_designs_do(folder):
    results = Results.read(folder)
    found = {(one.part, one.limit): one for one in limit_probabilities(results)[0]}
    table = results.table[results.table.part == "thin"]
    peel, error = table[PEEL].to_numpy(), table[f"error_{PEEL}"].to_numpy()
    plain = found["thin", "peel"]
    assert_allclose(plain.probability, (peel >= 190).mean(), atol=0.06)
    # in line with the distribution from which depths are drawn
    assert plain.interval[0] <= norm.sf((195 / 300 - 0.5) / 0.1) <= plain.interval[1]
    sample_alone = of_counts((peel >= 190).sum(), 0, 32)
    low, high = plain.counted
    assert low <= sample_alone[0] and high >= sample_alone[1]
    assert high == of_counts((peel + error >= 190).sum(), 0, 32)[1]
    # strengths by their own distribution, together with that of depths
    strong = found["thin", "strength"]
    assert_allclose(strong.probability, norm.cdf((peel + 10 - 200) / 20).mean(), rtol=0.05)
    exact = norm.sf((190 + 5 - 150) / np.hypot(20, 30))
    assert strong.interval[0] <= exact <= strong.interval[1]
    assert (strong.designs, strong.unsolved, strong.impossible) == (32, 0, 0)
    # peel is a straight line of the depth: a surrogate knows it between the designs
    for one in (plain, strong):
        assert one.interval[1] - one.interval[0] < 0.3 * (one.counted[1] - one.counted[0])


@pytest.mark.slow
def test_a_limit_that_is_moved_takes_all_of_its_strengths_along(folder):
    """Peel + 10 MPa is N(155, 30), the strength N(200, 20) times the share; a number is one too."""
    plain, strength = moved_limits(Results.read(folder), (0.9, 1.0, 1.1))
    each = zip(plain.shares, plain.found["thin"], strength.found["thin"], strict=True)
    for share, at, strong in each:
        assert at.interval[0] <= norm.sf((190 * share - 145) / 30) <= at.interval[1]
        exact = norm.sf((200 * share - 155) / np.hypot(20 * share, 30))
        assert strong.interval[0] <= exact <= strong.interval[1]
    every = [one for one in limit_probabilities(Results.read(folder))[0] if one.part == "thin"]
    assert [plain.found["thin"][1], strength.found["thin"][1]] == every


def test_designs_drawn_alike_are_compared_one_by_one(folder):
    _, differences = limit_probabilities(Results.read(folder))
    strength = next(one for one in differences if one.limit == "strength")
    assert (strength.part, strength.other) == ("thick", "thin")
    exact = norm.sf((195 - 165) / np.hypot(20, 30)) - norm.sf((195 - 150) / np.hypot(20, 30))
    low, high = strength.interval
    assert low <= exact <= high
    assert high - low < 0.75 * (strength.apart[1] - strength.apart[0])
    # of pairs alone too: what fails in both cancels
    low, high = strength.pairs
    assert low <= exact <= high
    assert high - low < 0.75 * (strength.apart[1] - strength.apart[0])


@pytest.mark.slow
def test_what_is_not_solved_may_fail_or_not(tmp_path, monkeypatch):
    monkeypatch.setattr(shapes, "MOST_BUILT", 0)
    monkeypatch.setattr(shapes, "SAMPLE", 0)

    def skip(case):
        return "failed" if case.number <= 4 else "pending" if case.number <= 8 else None

    text = PART.format(name="thin", thickness=1.0, mean=0.3)
    (none,), _ = limit_probabilities(Results.read(run_folder(tmp_path / "a", text + PLAIN)[0]))
    (some,), _ = limit_probabilities(
        Results.read(run_folder(tmp_path / "b", text + PLAIN, skip)[0])
    )
    assert (some.probability, some.unsolved, some.interval) == (0.0, 8, some.counted)
    assert none.interval[1] < 0.01 < none.counted[1] < 0.13 < 8 / 32 < some.interval[1]


def test_the_command_says_it_in_a_table_and_in_json(folder, capsys):
    with pytest.raises(SystemExit) as end:
        commands.main(["reliability", str(folder), "--json"])
    assert end.value.code == 0
    said = json.loads(capsys.readouterr().out)
    assert [one["limit"] for one in said["probabilities"]] == ["peel"] * 2 + ["strength"] * 2
    thin = said["sensitivities"][0]
    assert (thin["metric"], thin["factors"]) == (PEEL, ["pad_etch.depth_ratio"])
    assert thin["explained"] > 0.99 and thin["indices"]["total"][0]["interval"][0] > 0.95
    assert_allclose([end[0] for end in thin["swings"][0].values()], [95.65, 194.35], atol=1.0)
    with pytest.raises(SystemExit):
        commands.main(["reliability", str(folder)])
    text = capsys.readouterr().out
    assert "strength: thick minus thin" in text and "): more" in text
    assert "Sobol indices of peel_max_ubm_pad_L1_mpa in thin" in text


def test_designs_that_a_surrogate_was_not_fitted_to_judge_it(folder, monkeypatch):
    results = Results.read(folder)
    part = results.study.part[0]
    values = {("thin", n): (100.0 if n <= 16 else -100.0 * (-1) ** n, 0.5) for n in range(1, 33)}
    monkeypatch.setattr(study_surrogates, "MOST_FITTED", 16)
    found = study_surrogates.part_surrogate(results, part, values)
    assert [len(piece.y) for piece in found.pieces.values()] == [16]
    assert found.validated.error > 50.0 and found.validated.widening > 10.0
    few = {("thin", n): values["thin", n] for n in range(1, 9)}
    why = study_surrogates.part_surrogate(results, part, few)
    assert why == "a topology has 8 solved designs, fewer than 12"


def test_a_further_point_of_a_topology_without_designs_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(shapes, "MOST_BUILT", 0)
    monkeypatch.setattr(shapes, "SAMPLE", 0)
    more = '[[part]]\nname = "explored-thin"\nmore_of = "thin"\n[[part.case]]\n'
    text = PART.format(name="thin", thickness=1.0, mean=0.5) + more + "pad_etch.depth_ratio = 0.0\n"
    results = Results.read(run_folder(tmp_path / "run", text + PLAIN)[0])
    part = results.study.part[0]
    values = study_surrogates.metric_values(results, part, PEEL)
    values["explored-thin", 1] = values["explored-thin", 1][0], 99.0
    found = study_surrogates.part_surrogate(results, part, values)
    assert [len(piece.y) for piece in found.pieces.values()] == [32] and found.bar < 1.0
    assert np.isnan(found.predict(np.array([[0.0]]))[0][0])
    # of the part's own designs too few in a topology refuse the whole, unless that is asked for
    alone = {("explored-thin", 1): values["explored-thin", 1]}
    why = study_surrogates.part_surrogate(results, part, alone)
    assert why == "no topology has 12 solved designs"
    few = {("thin", n): values["thin", n] for n in range(1, 9)}
    assert "has 8 solved designs" in study_surrogates.part_surrogate(results, part, few)
    assert study_surrogates.part_surrogate(results, part, few, partly=True) == why


@pytest.mark.slow
def test_further_points_teach_the_surrogate_and_are_not_counted(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(shapes, "MOST_BUILT", 0)
    monkeypatch.setattr(shapes, "SAMPLE", 0)
    more = '[[part]]\nname = "learned-thin"\nmore_of = "thin"\n' + "".join(
        f"[[part.case]]\npad_etch.depth_ratio = {depth}\n" for depth in (0.91, 0.92, 0.93)
    )
    alone = Results.read(folder)
    with_more = Results.read(run_folder(tmp_path / "run", TWO + more + PLAIN + STRENGTH)[0])
    part = with_more.study.part[0]
    values = study_surrogates.metric_values(with_more, part, PEEL)
    assert len(values) == 35 and values["learned-thin", 3][0] == pytest.approx(274.0)
    # the sample is right where it lies, and says nothing of what further points know
    bent = {cell: (v if cell[0] == "thin" else 900.0, bar) for cell, (v, bar) in values.items()}
    found = study_surrogates.part_surrogate(with_more, part, bent)
    assert found.predict(np.array([[0.92]]))[0][0] > 700.0
    monkeypatch.setattr(study_surrogates, "MOST_FITTED", 16)
    (piece,) = study_surrogates.part_surrogate(with_more, part, values).pieces.values()
    assert len(piece.y) == 16 + 3
    mine, theirs = (limit_probabilities(each)[0] for each in (with_more, alone))
    assert [one.part for one in mine] == ["thin", "thick"] * 2
    assert [(a.designs, a.counted) for a in mine] == [(b.designs, b.counted) for b in theirs]


@pytest.mark.slow
def test_the_report_shows_probabilities_and_what_drives_them(folder):
    report = Report(Results.read(folder))
    section = SECTIONS["scatter"]
    assert section.when(report)
    values = section.build(report)
    assert [row[0] for row in values["rows"]] == ["peel"] * 2 + ["strength"] * 2
    assert [row[0] for row in values["differences"]] == ["peel", "strength"]
    said = " ".join(values["sentences"])
    assert "Beyond 1 % for certain: thin (peel and strength) and thick (peel and strength)." in said
    assert "By strength thick fails more often than thin, by" in said
    assert re.search(r"What makes it scatter in \w+: recess ratio \(", said), said
    assert "shorter than what the designs" in said
    (curves,) = FIGURES["limit"].draw(report.results)
    said = [ax.get_xlabel().replace("\n", " ") for ax in curves.figure.axes]
    assert said == ["limit over 190 MPa", "limit over strength of mean 200 MPa"]
    drawn = list(FIGURES["driver"].draw(report.results))
    assert [each.part for each in drawn] == [f"thin-{PEEL}", f"thick-{PEEL}"]
    assert "has a part in 100 %" in drawn[0].caption
    bars, tornado = drawn[0].figure.axes
    assert_allclose(max(bar.get_width() for bar in bars.patches), 1.0, atol=0.02)
    (swing,) = (bar for bar in tornado.patches)
    assert_allclose([swing.get_x(), swing.get_x() + swing.get_width()], [95.65, 194.35], atol=1.0)


def test_an_immortal_design_survives_every_limit_of_a_life(tmp_path, monkeypatch):
    """Of 32 the first four are immortal, one is not decided, in one the void settles."""
    monkeypatch.setattr(shapes, "MOST_BUILT", 0)
    monkeypatch.setattr(shapes, "SAMPLE", 0)
    life, margin = "void_life_20_low_bump_s", "void_growth_margin_bump"
    text = PART.format(name="thin", thickness=1.0, mean=0.5)
    text += f'[[limit]]\nname = "long"\nsurvives = "{life} > 2e7"\n'
    text += f'[[limit]]\nname = "soon"\nsurvives = "{life} < 9e7"\n'
    results = Results.read(run_folder(tmp_path / "run", text)[0])
    mortal = {"migration_load_bump": 2.0, "time_to_nucleation_bump_s": 1e4, life: 5e7}
    table = results.table.assign(**mortal, **{margin: np.nan, "error_migration_load_bump": 0.05})
    never = dict.fromkeys([*mortal, margin], np.nan) | {"migration_load_bump": 0.8}
    for rows, values in (
        ([0, 1, 2, 3], never),
        ([4], never | {"migration_load_bump": 1.01}),
        ([5], mortal | {life: np.nan, margin: 1.4}),
    ):
        table.loc[rows, list(values)] = list(values.values())
    long, soon = limit_probabilities(replace(results, table=table))[0]
    assert (long.probability, long.unsolved) == (0.0, 1)
    assert long.interval == (0.0, of_counts(0, 1, 32)[1]) == long.counted
    assert (soon.probability, soon.interval[0]) == (5 / 31, of_counts(5, 0, 32)[0])
    every = table.assign(**{name: value for name, value in never.items()})
    assert limit_probabilities(replace(results, table=every))[0][0].counted == of_counts(0, 0, 32)
    known = sum_surrogate(
        replace(results, table=table), results.study.part[0], results.study.limit[0]
    )
    assert known == "some of its designs are immortal"


@pytest.mark.parametrize(
    ("open_", "said"),
    [
        ("ba", "By p it is open which of a and b fails more often."),
        ("ba ca cb", "By p it is open which of a, b and c fails more often."),
        ("ba cb", "By p it is open which fails more often: a or b; b or c."),
    ],
)
def test_what_is_open_between_parts_is_one_sentence(open_, said):
    found = LimitProbability("", "p", 0.1, (0.0, 0.2), 9, 0, 0, (0.0, 0.2))
    wide = (-0.1, 0.1)
    pairs = tuple(Difference("p", x, y, 0.0, wide, wide, wide) for x, y in open_.split())
    each = tuple(replace(found, part=name) for name in "abc")
    review = LimitReview("p", "", False, each, pairs, each[0], each[:2], None, None)
    assert _differs(review, dict(zip("abc", "abc", strict=True))) == [said]


def test_numbers_of_the_cross_section_may_be_limited(tmp_path, monkeypatch):
    """The recess is N(0.5, 0.1) um deep of 1 um, exactly: no bar widens its probability."""
    monkeypatch.setattr(shapes, "MOST_BUILT", 0)
    monkeypatch.setattr(shapes, "SAMPLE", 0)
    limits = ("recess_depth_um < 0.6", "ubm_thickness_min_um > 0.5", f"0.01 * {PEEL} < 1.45")
    text = PART.format(name="thin", thickness=1.0, mean=0.5).replace(
        "[part.sampling]", "probe.depth_um = 0.3\n[part.sampling]"
    ) + "".join(f'[[limit]]\nname = "l{k}"\nsurvives = "{said}"\n' for k, said in enumerate(limits))
    folder = run_folder(tmp_path / "run", text)[0]
    results = Results.read(folder)
    deep, thin, _ = limit_probabilities(results)[0]
    assert deep.interval[0] < norm.sf(1.0) < deep.interval[1] and deep.unsolved == 0
    assert deep.interval[1] - deep.interval[0] < 0.05
    assert thin.probability == 0.0 and results.table.ubm_thickness_min_um.between(0.6, 0.9).all()
    (drawing,) = [d for d in FIGURES["response"].draw(results) if "recess depth" in d.alt]
    assert drawing.figure.get_supylabel() == "Recess depth (µm)"
    goal, _ = asked(results, f"ubm_thickness_min_um:max,{PEEL}:min").goals
    assert goal.family.title_with_unit == "Least UBM thickness (µm)"
    # a column in which no design has a number
    lost = [{**results.study.limit[0], "survives": "bump_max_radius_um < 50"}]
    plan = replace(results.plan, study=replace(results.study, limit=lost))
    with pytest.raises(InputError, match="which no solved design of thin has"):
        limit_probabilities(replace(results, plan=plan))


def test_every_number_of_a_cross_section_has_a_title():
    probed = {"probe": {"depth_um": 0.3}, "pad_etch": {"depth_ratio": 0.0}}
    reflowed = {"bump": {"shape": "reflowed"}}
    found = [build_cross_section(Design(**each)).derived() for each in (probed, reflowed)]
    assert set(DERIVED) == set(found[0]) | set(found[1])
    assert set(found[1]) == set(EVERY) | set(REFLOWED)


LIMIT = '\n[[limit]]\nname = "p"\n'


@pytest.mark.parametrize(
    "text, message",
    [
        (
            'survives = "peal_max_ubm_pad_L1_mpa < 80"',
            "names 'peal_max_ubm_pad_L1_mpa', which is no",
        ),
        ('survives = "pad_etch.depth_ratio < 1"', "names no metric"),
        ('survives = "wall_s < 9"', "names 'wall_s', which is no metric, number of the cross-s"),
        ('survives = "recess_dept_um < 1"', "nearest: recess_depth_um"),
        ('survives = "ubm_thickness_min_um > 0.5"', "which only a probed pad has; no design of"),
        ('survives = "mttf_ratio_solder > 0.5"', "compares a design with one without recess in"),
        (f'survives = "{PEEL}"', "must compare two sums"),
        (f'survives = "{PEEL} < 80"\nstrengths.s = [70, 90]', "does not name the strength 's'"),
        (f'survives = "{PEEL} < s"\nstrengths.s = 80', "strength 's' = 80 must be .lowest"),
        (f'survives = "{PEEL} < 80"{LIMIT}survives = "{PEEL} < 90"', "'p' is twice"),
    ],
)
def test_limits_that_cannot_be_judged_are_refused(tmp_path, text, message):
    file = tmp_path / "s.toml"
    part = PART.format(name="a", thickness=1.0, mean=0.5)
    file.write_text(HEAD + part + LIMIT + text, encoding="utf-8")
    with pytest.raises(InputError, match=message) as refused:
        load_study(file)
    assert "\n" not in str(refused.value)


def test_studies_without_scatter_or_limits_have_no_probability(tmp_path):
    spread = (
        '[[part]]\nname = "p"\n[part.sampling]\nn = 2\nranges = { opening_ratio = [0.6, 0.8] }\n'
    )
    for k, (text, message) in enumerate(
        [(spread, "has no .*limit"), (spread + PLAIN, "no part with a distribution")]
    ):
        results = Results.read(run_folder(tmp_path / f"r{k}", text)[0])
        with pytest.raises(InputError, match=message):
            limit_probabilities(results)


def test_the_shipped_decision_has_possible_designs_from_the_same_points(monkeypatch):
    monkeypatch.setattr(shapes, "MOST_BUILT", 0)
    monkeypatch.setattr(shapes, "SAMPLE", 0)
    plan = make_plan(load_study(find_file("study", "recess-decision")), lambda design: "")
    assert [limit.name for limit in plan.study.limit] == ["peel", "life", "crowding", "thin-ubm"]
    drawn = {}
    for case in plan.cases:
        assert case.design is not None
        drawn.setdefault(case.part, []).append({**case.factors, "pad_etch.depth_ratio": None})
    assert drawn["none"] == drawn["half"] == drawn["full"] and len(drawn["full"]) == 64
    free = [each["ubm.layers.cu.thickness_um"] for each in drawn["designs"]]
    assert len(free) == 32 and min(free) < 0.5 and max(free) > 4.8
