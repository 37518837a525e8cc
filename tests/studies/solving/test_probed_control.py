"""A probed pad against its control: the same pad without the mark, cleaned and etched alike."""

import pytest
from numpy.testing import assert_allclose

from geometry import Design, build_cross_section
from geometry.section.cross_section import without_crack
from studies.metrics.families import families, in_words
from studies.metrics.unprobed import known_metric
from studies.solving import control as controls
from studies.solving.control import control_of
from studies.solving.evaluate import evaluate

MESH = {"size_factor": 4.0}
PEEL = "peel_max_ubm_pad_to_unprobed_L1"
DENSITY = "current_density_max_ubm_pad_to_unprobed_L1"


def design(**keys):
    return Design(**{"variant": "no-recess", "mesh": MESH, **keys})


def compared(record):
    return {name: v for name, v in record["metrics"].items() if "_to_unprobed" in name}


def test_a_control_is_a_design_without_mark_and_with_the_films_of_its_cleaning():
    films = [
        control_of(build_cross_section(design(probe={}, variant=variant)))
        for variant in ("no-recess", "partial-depth", "full-depth")
    ]
    given = [one.load.current.contact_resistivity_ohm_m2 for one in films]
    assert given == [
        {"ubm/pad:floor": 1e-12},
        {"ubm/pad:floor": 1e-13, "ubm/pad:sidewall": 1e-13},
        {"ubm/pad:sidewall": 1e-13},
    ]
    assert all(one.probe is None for one in films)
    assert control_of(build_cross_section(design())) is None


def test_a_crack_under_the_mark_goes_with_the_mark():
    crack = {"start": "scar", "length_um": 0.5}
    plain = build_cross_section(Design(probe={}))
    cracked = without_crack(build_cross_section(Design(probe={}, crack=crack)))
    assert control_of(cracked) == control_of(plain)


def test_solder_on_the_pad_is_no_film_of_the_control():
    thin = {"layers": [{"name": "ti", "material": "Ti", "thickness_um": 0.02}],
            "step_coverage": 0.1, "least_continuous_um": 0.005}  # fmt: skip
    broken = design(probe={"wall_width_um": 0.0}, ubm=thin)
    section = build_cross_section(broken)
    assert section.derived()["ubm_broken"] == 1.0
    films = control_of(section).load.current.contact_resistivity_ohm_m2
    assert set(films) == {"ubm/pad:floor"}


@pytest.mark.slow
def test_full_depth_is_that_of_the_control_in_every_headline():
    """With mark and rim inside the opening nothing is left of either."""
    record = evaluate(design(variant="full-depth", probe={"depth_ratio": 1.0}))
    found = compared(record)
    assert len(found) > 20
    for name, value in found.items():
        expected = 0.0 if name.startswith(("peel", "shear", "principal")) else 1.0
        assert_allclose(value, expected, atol=1e-12, err_msg=name)


@pytest.mark.slow
def test_an_odd_film_at_the_edge_changes_a_headline_by_more_than_a_tenth():
    odd = {"depth_ratio": 0.0, "offset_um": 22.0, "film_resistivity_ohm_m2": 1e-9}
    record = evaluate(design(probe=odd))
    found, errors = record["metrics"], record["errors"]
    assert found[DENSITY] - errors[DENSITY] > 1.1
    assert found["film_voltage_max_ubm_pad_to_unprobed_L1"] > 1.5
    assert found[PEEL] == 0.0  # a film changes no stress


@pytest.mark.slow
def test_errors_of_both_are_in_the_comparison():
    record = evaluate(design(probe={}))
    alone = evaluate(control_of(build_cross_section(design(probe={}))))
    name, own = "resistance_to_unprobed", "resistance_mohm"
    now, before = (one["metrics"][own] for one in (record, alone))
    assert_allclose(record["metrics"][name], now / before, rtol=1e-12)
    shares = [one["errors"][own] / one["metrics"][own] for one in (record, alone)]
    assert_allclose(record["errors"][name], now / before * sum(shares), rtol=1e-9)
    name, own = PEEL, "peel_max_ubm_pad_L1_mpa"
    assert record["errors"][name] > record["errors"][own] / abs(record["metrics"][own])


def test_marks_that_differ_share_a_control(monkeypatch):
    asked = []

    def count(given):
        asked.append(given)
        return {"metrics": {}, "errors": {}}

    for depth in (0.2, 0.4, 0.8):
        marked = design(probe={"depth_ratio": depth})
        controls.measured(control_of(build_cross_section(marked)), count)
    assert len(asked) == 1


def test_a_comparison_is_a_metric_by_name():
    known = known_metric(PEEL)
    assert known is not None and known.metric.better is None and known.metric.unit is None
    assert in_words(PEEL) == ("peel at UBM/pad, change against an unprobed pad averaged over 1 µm")
    family = families([PEEL, PEEL.replace("L1", "L2")])["peel_max_ubm_pad_to_unprobed"]
    assert family.lengths == (1.0, 2.0) and family.unit == ""
    assert family.title == "Peel stress at UBM/pad, change against an unprobed pad"
    assert known_metric("peel_max_theta_ubm_pad_to_unprobed_L1") is None
    assert known_metric("peel_mean_ubm_pad_to_unprobed") is None  # no headline
