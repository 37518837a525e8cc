"""Factors to cases: order, validity, identity, and which cases keep their fields."""

import math

import pytest
from fake_evaluator import case_key, heights, write_study

import geometry
from fem_bump.errors import InputError
from geometry import DesignError
from studies.plan import shapes
from studies.plan.cases import make_plan, value_of
from studies.plan.study import find_file, load_study
from studies.records.strict_json import to_json

PART = '[[part]]\nname = "p"\n'
HEAD = 'schema = 1\nname = "s"\n'


def plan_of(tmp_path, text, head=HEAD):
    return make_plan(load_study(write_study(tmp_path, text, head)), case_key)


def test_shipped_study_is_five_depths_by_six_openings_in_two_parts():
    plan = make_plan(load_study(find_file("study", "recess")), case_key)
    assert len(plan.cases) == len(plan.valid) == 63
    growing, fixed, yielding = plan.cases[:30], plan.cases[30:60], plan.cases[60:]
    assert {case.part for case in yielding} == {"yielding"}
    assert [case.design.depth_ratio for case in yielding] == [0.0, 0.5, 1.0]
    assert all(case.design.load.inelastic for case in yielding)
    assert {case.part for case in growing} == {"growing"}
    assert {2 * case.design.ubm_radius_um for case in fixed} == {78.0}
    for case in growing:
        overhang = case.design.ubm_radius_um - case.design.opening_radius_um
        assert math.isclose(overhang, 5.0, rel_tol=1e-12)
    kept = [(case.part, *case.factors.values()) for case in plan.cases if case.keep_fields]
    depths = (0.0, 0.5, 1.0)
    assert kept[:3] == [("growing", depth, 0.75) for depth in depths]
    assert kept[3:] == [("yielding", depth) for depth in depths]
    # the base is among the cases, so that ratios to the base exist
    assert plan.base_key in {case.key for case in plan.cases}


@pytest.mark.slow
def test_every_case_of_recess_again_elastic_and_yielding():
    plan = make_plan(load_study(find_file("study", "recess-inelastic")), case_key)
    elastic = make_plan(load_study(find_file("study", "recess")), case_key)
    assert len(plan.valid) == 120
    mine = {case.key for case in plan.cases if not case.factors["load.inelastic"]}
    assert len(mine) == len({case.key for case in elastic.cases[:60]})
    yields = [case for case in plan.cases if case.factors["load.inelastic"]]
    assert len(yields) == 60 and all(case.design.load.history.rest_s == 3600.0 for case in yields)
    assert sum(case.keep_fields for case in plan.cases) == 3
    assert {case.design.load.inelastic for case in plan.cases if case.keep_fields} == {True}


def test_grid_varies_the_last_factor_fastest(tmp_path):
    text = PART + "[part.factors]\npad_etch.depth_ratio = [0, 1]\nopening_ratio = [0.5, 0.6, 0.7]"
    plan = plan_of(tmp_path, text)
    assert [tuple(case.factors.values()) for case in plan.cases] == [
        (0, 0.5), (0, 0.6), (0, 0.7), (1, 0.5), (1, 0.6), (1, 0.7),
    ]  # fmt: skip
    assert [case.number for case in plan.cases] == [1, 2, 3, 4, 5, 6]
    assert plan.cases[3].design.variant == "full-depth"
    assert plan.cases[3].label == "depth_ratio 1, opening_ratio 0.5"


def test_zip_pairs_levels(tmp_path):
    text = PART + "zip = true\n[part.factors]\nopening_ratio = [0.5, 0.6]\nvariant = "
    plan = plan_of(tmp_path, text + '["no-recess", "full-depth"]')
    assert [tuple(c.factors.values()) for c in plan.cases] == [
        (0.5, "no-recess"), (0.6, "full-depth"),
    ]  # fmt: skip


def test_listed_cases_and_a_part_without_any(tmp_path):
    plan = plan_of(tmp_path, PART + "[[part.case]]\nopening_ratio = 0.5\n[[part.case]]\n")
    assert [dict(case.factors) for case in plan.cases] == [{"opening_ratio": 0.5}, {}]
    assert plan.cases[1].key == plan.base_key
    plan = plan_of(tmp_path, PART)
    assert [case.key for case in plan.cases] == [plan.base_key]


@pytest.mark.parametrize("method", ["sobol", "lhs"])
def test_sampling_is_seeded_and_within_its_ranges(tmp_path, method):
    text = PART + (
        f'[part.sampling]\nmethod = "{method}"\nn = 8\nseed = 3\n'
        "ranges = { opening_ratio = [0.5, 0.8], pad.thickness_um = [1, 2] }"
    )
    first, second = plan_of(tmp_path, text), plan_of(tmp_path, text)
    assert [c.factors for c in first.cases] == [c.factors for c in second.cases]
    assert len({case.key for case in first.cases}) == 8
    assert all(0.5 <= case.factors["opening_ratio"] <= 0.8 for case in first.cases)
    assert all(1 <= case.factors["pad.thickness_um"] <= 2 for case in first.cases)


def test_an_impossible_case_is_a_row_with_its_reason(tmp_path):
    plan = plan_of(tmp_path, heights(75.0, -1.0, float("nan")))
    good, negative, nan = plan.cases
    assert good.reason is None and negative.design is None and negative.key is None
    assert "bump.height_um = -1 must be" in negative.reason and nan.design is None
    assert plan.valid == (good,)
    to_json(plan.stored().to_json())  # NaN among the levels is no reason to fail


OPENED = PART + "[part.factors]\nopening_ratio = [0.5, 0.6]\nload.current.current_a = [0.1, 0.2]\n"


def test_bumps_are_built_once_for_all_loads(tmp_path, monkeypatch):
    built = []
    build = geometry.build_cross_section
    monkeypatch.setattr(
        geometry, "build_cross_section", lambda design: built.append(design) or build(design)
    )
    plan = plan_of(tmp_path, OPENED)
    assert len(plan.valid) == 4 and plan.unbuilt == 0
    assert sorted(design.opening_ratio for design in built) == [0.5, 0.6, 0.75]  # the base's


def test_of_very_many_bumps_a_sample_is_built_and_the_values_of_all_are_judged(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(shapes, "MOST_BUILT", 2)
    monkeypatch.setattr(shapes, "SAMPLE", 0)
    # the name of an interface takes the section to be judged
    head = HEAD + '[base.load.current.contact_resistivity_ohm_m2]\n"ubm/moon" = 1e-12\n'
    plan = plan_of(tmp_path, OPENED.replace("0.6]", "0.6, 0.75, 2.0]"), head)
    reasons = [case.reason or "" for case in plan.cases]
    assert reasons[:4] == [""] * 4 and plan.unbuilt == 4
    assert all("'ubm/moon'" in reason for reason in reasons[4:6])  # of the base, which is built
    assert all("opening_ratio = 2 must" in reason for reason in reasons[6:])
    assert "'ubm/moon'" in plan.base_reason
    assert len({case.key for case in plan.valid}) == 4


def test_all_cases_impossible_is_bad_input(tmp_path):
    with pytest.raises(InputError, match=r"none of its 2 cases is possible.*bump\.height_um = -1"):
        plan_of(tmp_path, heights(-1.0, -2.0))


def test_an_impossible_base_is_bad_input(tmp_path):
    with pytest.raises(DesignError, match=r"pad\.thickness_um = -1"):
        plan_of(tmp_path, "[base]\npad.thickness_um = -1\n" + heights(75.0))


def test_what_the_key_rejects_is_an_impossible_case(tmp_path):
    def picky(design):
        if design.pad.material == "Al":
            raise InputError("pad.material = 'Al' is not for this evaluator")
        return case_key(design)

    text = PART + '[part.factors]\npad.material = ["Cu", "Al"]'
    plan = make_plan(load_study(write_study(tmp_path, text, HEAD)), picky)
    assert plan.cases[1].reason == "pad.material = 'Al' is not for this evaluator"


def test_an_unknown_material_makes_a_case_impossible(tmp_path):
    text = PART + '[part.factors]\npad.material = ["Cu", "AlCu"]'
    assert "pad.material = 'AlCu' is no known material" in plan_of(tmp_path, text).cases[1].reason


def test_equal_designs_have_one_key_whatever_their_part(tmp_path):
    text = heights(70.0, 75.0) + '[[part]]\nname = "again"\n[part.set]\nbump.height_um = 75\n'
    plan = plan_of(tmp_path, text)
    assert plan.cases[1].key == plan.cases[2].key != plan.cases[0].key


def test_variant_in_the_base_gives_way_to_a_depth_factor(tmp_path):
    base = '[base]\nvariant = "full-depth"\n'
    plan = plan_of(tmp_path, base + PART + "[part.factors]\npad_etch.depth_ratio = [0, 0.3]")
    assert [case.design.variant for case in plan.cases] == ["no-recess", "partial-depth"]


def test_keep_fields(tmp_path):
    plan = plan_of(tmp_path, heights(70.0, 75.0), HEAD + "keep_fields = true\n")
    assert all(case.keep_fields for case in plan.cases)
    head = HEAD + "keep_fields = [{ bump.height_um = 75, opening_ratio = 0.75 }]\n"
    assert [c.keep_fields for c in plan_of(tmp_path, heights(70.0, 75.0), head).cases] == [
        False,
        True,
    ]
    with pytest.raises(InputError, match="matches no case"):
        plan_of(tmp_path, heights(70.0), HEAD + 'keep_fields = [{ part = "nosuch" }]\n')


def test_value_of(tmp_path):
    design = plan_of(tmp_path, heights(70.0)).cases[0].design
    assert value_of(design, "bump.height_um") == 70.0
    assert value_of(design, "opening_ratio") == 0.75
