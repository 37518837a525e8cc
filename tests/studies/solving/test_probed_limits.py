"""A mark in its limits: no depth, no film, an ideal etch; and how much it takes to matter.

Magnitudes are those of the default design without recess, 1e-12 ohm m2 beside the film.
"""

import itertools

import pytest
from numpy.testing import assert_allclose
from overkill import compared

from geometry import Design
from studies.solving.estimators import (
    HELD_SEED,
    MARKED,
    held_designs,
    marked_designs,
    verdict,
)
from studies.solving.evaluate import evaluate

DENSITY = "current_density_max_ubm_pad_to_unprobed_L1"
RESISTANCE = "resistance_to_unprobed"
STRESSES = ("peel", "shear", "principal")

pytestmark = pytest.mark.slow


def changes(size_factor=2.0, **keys):
    """What a mark changes of every headline metric, with the bars."""
    design = Design(**{"variant": "no-recess", "mesh": {"size_factor": size_factor}, **keys})
    record = evaluate(design)
    return {
        name: (value - (0.0 if name.startswith(STRESSES) else 1.0), record["errors"][name])
        for name, value in record["metrics"].items()
        if "_to_unprobed" in name and value is not None
    }


def film(film_ohm_m2, **mark):
    said = {"depth_ratio": 0.0, "film_resistivity_ohm_m2": film_ohm_m2, **mark}
    return changes(probe=said)


def test_a_mark_without_film_tends_to_none_with_its_depth():
    deep, shallow = (
        changes(probe={"depth_ratio": d, "film_resistivity_ohm_m2": 0.0}) for d in (0.08, 0.02)
    )
    assert len(deep) > 20
    for name, (change, error) in shallow.items():
        # a quarter of the depth: a quarter of the change, beyond what errors leave
        assert abs(change) <= 0.25 * abs(deep[name][0]) + error, name
        assert abs(change) <= 0.1, name


def test_an_ideal_etch_without_film_is_the_unprobed_recess():
    found = changes(
        variant="partial-depth", pad_etch={"relief": 0.0}, probe={"film_resistivity_ohm_m2": 0.0}
    )
    assert_allclose([change for change, _ in found.values()], 0.0, atol=1e-12)


def test_resistance_rises_with_the_film_between_its_limits():
    """From no film to a mark that nothing crosses, of 26 of the opening's 30 um."""
    films = (1e-15, 1e-12, 1e-11, 1e-10, 1e-9, 1e-7)
    rise = [film(value, diameter_um=52.0)[RESISTANCE][0] for value in films]
    assert_allclose(rise[0], 0.0, atol=1e-4)
    assert all(lower < higher for lower, higher in itertools.pairwise(rise))
    assert rise[-1] - rise[-2] < 0.02 * rise[-1]


@pytest.mark.parametrize(
    ("radius_um", "low", "high"), [(8.0, 0.0, 0.002), (15.0, 0.01, 0.02), (22.0, 0.10, 0.18)]
)
def test_a_centred_film_matters_only_near_the_opening_s_edge(radius_um, low, high):
    for value in (1e-11, 1e-9):
        change, error = film(value, diameter_um=2 * radius_um)[DENSITY]
        assert low - error <= change <= high + error and error < 0.002


@pytest.mark.parametrize(
    ("gap_um", "expected"), [(12.0, 0.013), (7.0, 0.050), (4.0, 0.13), (0.0, 0.33)]
)
def test_a_film_beside_the_axis_by_its_gap_to_the_edge(gap_um, expected):
    change, error = film(1e-9, offset_um=22.0 - gap_um)[DENSITY]
    assert_allclose(change, expected, rtol=0.04)
    assert error < 0.25 * expected


def test_marked_designs_are_of_every_kind_and_among_the_held():
    found = list(marked_designs(HELD_SEED, len(MARKED)))
    assert [d.name.rsplit("-", 1)[0] for d in found] == list(MARKED)
    assert all(d.probe is not None for d in found)
    held = [d.to_dict() for d, _ in held_designs(0, 0)]
    assert held == [d.to_dict() for d in found]


def test_bars_on_probed_pads_hold_overkill_values():
    """A smooth mark, and a film beside the axis on a pad that a trace feeds."""
    every = list(marked_designs(HELD_SEED, len(MARKED)))
    found = [one for k in (0, 4) for one in compared(every[k])]
    assert len(found) > 25
    assert verdict(found).coverage >= 0.95
