"""A design that has a calibration: its constants in Black's ratios, and hours."""

import math

import pytest
from numpy.testing import assert_allclose

from fem_bump.life.black import Stressed
from geometry import Design, DesignError
from studies.case.calibrated import calibration_of
from studies.solving.evaluate import evaluate

LAW = {
    "location_h": 500.0, "scale": 0.4, "exponent": 1.5, "activation_ev": 0.8,
    "reference_a_per_cm2": 2e4, "reference_degc": 150.0, "degrees_of_freedom": 10,
    "covariance": [[0.01, 0.0, 0.0, 0.0], [0.0, 0.04, 0.001, 0.0], [0.0, 0.001, 0.002, 0.0],
                   [0.0, 0.0, 0.0, 0.01]],
}  # fmt: skip


def calibrated(**changes):
    return Design(metrics={"calibration": {"solder": {**LAW, **changes}}})


@pytest.mark.slow
def test_a_metal_without_published_constants_has_ratios_and_hours_by_its_calibration():
    design = calibrated(window_um=1.0, distribution="weibull").replace(
        **{
            "materials.Mine": {"based_on": "SAC305", "young_mpa": 44000.0},
            "bump.material": "Mine", "mesh.size_factor": 3.0,
            "load.current.temperature_degc": 120.0,
        }
    )  # fmt: skip
    found = evaluate(design, compare_with_no_recess=True)
    metrics, errors = found["metrics"], found["errors"]
    name = "current_density_max_bump_ubm_L1_a_per_cm2"
    colder = (1 / 393.15 - 1 / 423.15) / 8.617333262e-5
    hours = 500 * math.log(2) ** 0.4 * (2e4 / metrics[name]) ** 1.5 * math.exp(0.8 * colder)
    assert_allclose(metrics["median_life_solder_h"], hours, rtol=1e-12)
    share = 1.5 * errors[name] / metrics[name]
    assert_allclose(errors["median_life_solder_h"], share * hours, rtol=1e-9)
    low, high = (metrics[f"median_life_solder_{end}_h"] for end in ("low", "high"))
    now = Stressed(metrics[name], 120.0)
    (_, _), *ends = calibration_of(design, "solder").lives_h(now)
    assert_allclose([low, high], [end for end, _ in ends], rtol=1e-12)
    assert low < hours < high
    assert 0 < metrics["mttf_ratio_solder"] < 1
    assert metrics["mttf_ratio_pad"] is not None
    assert "median_life_pad_h" not in metrics


def test_nominal_densities_give_no_hours_and_a_design_without_says_nothing():
    assert calibration_of(calibrated(), "solder").exponent == 1.5
    assert calibration_of(calibrated(), "pad") is None
    assert "calibration" not in Design().to_dict()["metrics"]
    again = Design(**calibrated().to_dict())
    assert again == calibrated()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"window_um": 3.0}, r"calibration.solder.window_um = 3 must be one of"),
        ({"covariance": [[0.0, 1.0, 0.0, 0.0], *[[0.0] * 4] * 3]}, "covariance must be symmetric"),
        ({"covariance": [[0.0] * 4] * 3}, r"metrics.calibration.solder.covariance"),
        ({"degrees_of_freedom": 0}, r"degrees_of_freedom = 0 must be"),
        ({"distribution": "gamma"}, r"distribution = 'gamma' must be"),
        ({"scale": -0.4}, r"scale = -0.4 must be"),
    ],
)
def test_a_law_that_is_none_is_refused_in_one_sentence(changes, said):
    with pytest.raises(DesignError, match=said) as caught:
        calibrated(**changes)
    assert "\n" not in str(caught.value)
