"""Stress on a scarred pad: across a crack under the mark's edge, corners, strengths, error bars."""

import pytest
from numpy.testing import assert_allclose

from fem_bump.errors import InputError
from geometry import Design, build_cross_section
from studies.case.checks import check_design
from studies.corner_tables.table import corner_table
from studies.metrics import measure
from studies.solution.solved import Solved
from studies.solving.evaluate import evaluate

EDGE = "mark_edge_stress_dielectric_mpa"
SHARP = {"wall_width_um": 0.0}
# a UBM that does not hold on a sharp wall: solder comes down on what stands behind it
THIN = {"layers": [{"name": "ti", "material": "Ti", "thickness_um": 0.02}],
        "step_coverage": 0.1, "least_continuous_um": 0.005}  # fmt: skip


def design(**keys):
    return Design(**{"variant": "no-recess", "mesh": {"size_factor": 1.5}, **keys})


@pytest.fixture(scope="module")
def records():
    marks = {"smooth": {}, "sharp": SHARP}
    variants = ("no-recess", "partial-depth", "full-depth")
    return {
        (name, variant): evaluate(design(variant=variant, probe=probe))
        for name, probe in marks.items() for variant in variants
    }  # fmt: skip


@pytest.mark.slow
def test_a_crack_under_the_mark_s_edge_is_closed_in_every_variant(records):
    found = {case: one["metrics"][EDGE] for case, one in records.items()}
    for (name, _), stress in found.items():
        assert_allclose(stress, -130.0, rtol=0.015 if name == "smooth" else 0.09)
    # nothing is left of the mark at full depth: its wall does not matter
    assert_allclose(found["smooth", "full-depth"], found["sharp", "full-depth"], rtol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["smooth", "sharp"])
def test_bars_on_scarred_pads_hold_a_fixed_fine_mesh(records, name):
    record = records[name, "no-recess"]
    fine = measure.values(
        Solved(build_cross_section(design(probe=SHARP if name == "sharp" else {})), 0.5, True)
        .seen_from("a")
    )  # fmt: skip
    for metric in (EDGE, "peel_max_ubm_pad_L1_mpa", "shear_max_ubm_pad_L1_mpa",
                   "peel_max_ubm_pad_scar_L1_mpa", "contact_heat_ubm_pad_mw",
                   "film_voltage_max_ubm_pad_L1_mv", "scar_current_share_ubm_pad",
                   "current_density_max_ubm_pad_L1_a_per_cm2", "resistance_mohm"):  # fmt: skip
        apart = abs(record["metrics"][metric] - fine[metric])
        assert apart <= record["errors"][metric] <= 0.1 * abs(fine[metric]), metric


def test_the_crack_s_own_depth_is_what_the_mean_is_taken_over():
    shallow, deep = (
        measure.values(
            Solved(build_cross_section(design(probe={"dielectric_crack_um": d})), 1.0, True)
            .seen_from("a"), lambda known: known.metric.stem == "mark_edge_stress",
        )[EDGE]
        for d in (0.1, 0.9)
    )  # fmt: skip
    assert abs(shallow - deep) > 1.0


def test_only_a_mark_with_a_depth_has_an_edge():
    for keys in ({}, {"probe": {"depth_ratio": 0.0}}):
        section = build_cross_section(design(**keys))
        every = measure.headline_names(section)
        assert not any("mark_edge" in name for name in every)


@pytest.mark.slow
def test_edges_of_a_sharp_mark_are_corners_with_a_name():
    sharp, smooth = (
        [c for c in corner_table(design(probe=probe), False) if "mark edge" in c.name]
        for probe in (SHARP, {})
    )
    assert len(sharp) == 2 and not smooth
    assert all("with a contact resistance at ubm/pad" in corner.note for corner in sharp)


@pytest.mark.parametrize("lower", ["pad", "passivation"])
def test_a_strength_of_solder_on_what_the_ubm_leaves_bare_makes_a_margin(lower):
    given = {"strength": {f"bump/{lower}": {"peel_mpa": 50.0, "shear_mpa": 40.0}}}
    broken = design(probe=SHARP, ubm=THIN, metrics=given)
    check_design(broken)
    view = Solved(build_cross_section(broken), 4.0, True).seen_from("a")
    found = measure.values(view)
    shear = found[f"shear_max_bump_{lower}_L1_mpa"]
    assert_allclose(found[f"margin_shear_bump_{lower}_L1"], 40.0 / shear, rtol=1e-12)


def test_a_strength_of_solder_on_a_covered_pad_is_refused():
    given = {"strength": {"bump/pad": {"peel_mpa": 50.0}}}
    with pytest.raises(InputError, match="'bump/pad'"):
        check_design(design(probe={}, metrics=given))
