"""A metric against that of an unprobed pad: differences of stresses, ratios of the rest."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from studies.metrics.catalogue import catalogue
from studies.metrics.registry import Known
from studies.metrics.unprobed import against_control

PEEL, RESISTANCE = "peel_max_ubm_pad_L1_mpa", "resistance_mohm"


def compared(name, now, before, error=None, apart=None, mean_traction_mpa=0.0):
    """Value and error of a comparison, of a metric that is ``now`` and was ``before``."""
    known = catalogue().parse(name)
    metric = replace(known.metric, value=lambda view, place: now)
    other = against_control(Known(metric, known.place))
    traction = SimpleNamespace(mean_magnitude_mpa=mean_traction_mpa)
    view = SimpleNamespace(
        unprobed=SimpleNamespace(metrics={name: before}, errors={name: apart}),
        traction=lambda pair: SimpleNamespace(axisymmetric=traction),
    )
    value = other.metric.value(view, other.place)
    return value, other.metric.rule(view, other.place, {name: error})


def test_a_stress_is_compared_by_its_difference():
    assert compared(PEEL, 90.0, 100.0)[0] == pytest.approx(-0.1)
    assert compared(PEEL, -90.0, -100.0)[0] == pytest.approx(0.1)


def test_around_zero_it_is_over_a_part_of_the_mean_traction():
    assert compared(PEEL, 2.0, 1.0, mean_traction_mpa=100.0)[0] == pytest.approx(0.2)
    assert compared(PEEL, 2.0, 1.0, mean_traction_mpa=10.0)[0] == pytest.approx(1.0)
    assert compared(PEEL, 1.0, 0.0) == (None, None)


def test_all_else_is_compared_by_its_ratio():
    assert compared(RESISTANCE, 30.0, 20.0, mean_traction_mpa=1e3)[0] == pytest.approx(1.5)


def test_errors_of_both_count():
    value, error = compared(PEEL, 90.0, 100.0, error=1.0, apart=2.0)
    assert error == pytest.approx(0.01 + 0.02 + 0.02 * abs(value))
    # what a small stress is compared with has no error of its own
    value, error = compared(PEEL, 2.0, 1.0, error=0.1, apart=0.2, mean_traction_mpa=100.0)
    assert error == pytest.approx(0.3 / 5)
    value, error = compared(RESISTANCE, 30.0, 20.0, error=0.3, apart=0.1)
    assert error == pytest.approx(0.3 / 20 + 0.1 * 1.5 / 20)
    assert compared(PEEL, 90.0, 100.0, error=1.0)[1] is None
