"""What the report says of a calibration: its band in brackets, its exponent in the table."""

from types import SimpleNamespace

from geometry import Design
from studies.report.rules.mechanism import Life, LifeRatio
from studies.report.tables import exponents
from studies.report.words.mechanism import life
from studies.wording.labels import Measured

LAW = {
    "source": "our lives", "location_h": 500.0, "scale": 0.4, "exponent": 1.5,
    "activation_ev": 0.8, "reference_a_per_cm2": 2e4, "reference_degc": 150.0,
    "degrees_of_freedom": 10,
    "covariance": [[0.0] * 4, [0.0, 0.04, 0.0, 0.0], [0.0] * 4, [0.0] * 4],
}  # fmt: skip


def test_the_exponent_of_the_base_stands_first_with_its_interval():
    results = SimpleNamespace(base=Design(metrics={"calibration": {"solder": LAW}}))
    first, *others = exponents(results)
    # t of ten degrees of freedom is 2.228, times 0.2
    assert first == (
        "solder, calibrated",
        "1.50 (1.05 to 1.95)",
        "our lives, lognormal lives",
        True,
    )
    assert [row[0] for row in others] == ["solder", "Al", "Cu"]
    assert exponents(SimpleNamespace(base=Design())) == others


def test_brackets_say_whose_band_they_are():
    ratios = {"full depth": LifeRatio(Measured(0.5, 0.01), 0.4, 0.6)}
    found = Life({"solder": ratios, "pad": ratios}, None, False, frozenset({"solder"}))
    solder, pad = life(found)
    assert "in brackets the 95 % interval of Black's n from the design's own lives" in solder
    assert "in brackets the band of Black's exponent n" in pad
