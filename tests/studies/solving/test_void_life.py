"""Life by a void that grows in a design: metrics and their order, notes, ratios, feeds."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from geometry import Design, build_cross_section
from studies.metrics.catalogue import catalogue
from studies.metrics.life_ratio import void_life_band
from studies.metrics.names import Place
from studies.results.life_columns import add_life_ratios
from studies.solution.solved import Solved
from studies.solving import currents_work

BUMP = Place(region="bump")
FREE = Place(region="bump", spot="free_surface")


def solved(**keys):
    given = {
        "load.current.temperature_degc": 100.0, "load.migration": {"tolerance": 0.01, "void": {}},
        "pad_etch.depth_ratio": 0.5,
    }  # fmt: skip
    design = Design().replace(**given | keys)
    return Solved(build_cross_section(design), 6.0, when_asked=True, looser=4.0)


def of(one, stem, place=BUMP):
    return catalogue()[stem].value(one.seen_from("a"), place)


@pytest.fixture(scope="module")
def rim():
    return solved(**{"load.current.current_a": 1.0})


@pytest.mark.slow
def test_a_life_is_an_interval_after_nucleation(rim):
    began = of(rim, "time_to_nucleation", FREE)
    for each in rim.grown("bump").histories.values():
        assert each.began.time_s == began != of(rim, "time_to_nucleation")
    ten, twenty = (
        [of(rim, f"void_life_{rise}_{end}") for end in ("low", "high")] for rise in (10, 20)
    )
    assert began < ten[0] < ten[1] and ten[0] < twenty[0] < twenty[1]
    low, high = (of(rim, f"void_covered_20_{end}") for end in ("low", "high"))
    assert 0.2 < low < high < 1.0
    assert of(rim, "void_growth_margin") == 0.0  # the solder's side takes what arrives
    assert of(rim, "void_life_20_low", Place(region="pad")) is None  # immortal


def test_free_throughout_no_void_begins_where_only_a_blocked_side_makes_one():
    one = solved()
    load, begun = of(one, "migration_load", FREE), of(one, "time_to_nucleation")
    assert load < 1 and begun is not None and of(one, "time_to_nucleation", FREE) is None
    assert one.grown("bump") is None and of(one, "void_life_20_low") is None
    assert_allclose(of(one, "void_growth_margin"), 1 / load)
    found = {
        "time_to_nucleation_bump_s": begun, "time_to_nucleation_bump_free_surface_s": None,
        "migration_margin_bump_free_surface": 1 / load,
    }  # fmt: skip
    (said,) = (note for note in currents_work.notes(one, found) if "with its side free" in note)
    assert "immortal" in said and "With the side blocked one begins after" in said


@pytest.mark.slow
def test_a_rise_beyond_what_is_followed_has_a_life():
    keys = {"pad_etch.depth_ratio": 1.0, "pad.thickness_um": 0.3, "load.current.current_a": 1.0}
    void = {"idealizations": ["disc"]}
    one = solved(**keys, **{"load.migration": {"tolerance": 0.01, "void": void}})
    (disc,) = one.grown("bump").histories.values()
    assert disc.sizes[-1].resistance_ohm < 1.2 * disc.initial_ohm
    assert of(one, "void_covered_20_high") == 1.0
    assert of(one, "void_life_20_low") == disc.life(0.2) > disc.stages[-1].began_s


@pytest.mark.slow
def test_where_nothing_finds_a_way_out_it_stops_and_is_said_to():
    one = solved(**{"load.migration": {"tolerance": 0.01, "void": {"free_surface": False}}})
    assert of(one, "time_to_nucleation") is not None
    assert of(one, "void_life_20_low") is None
    assert of(one, "void_growth_margin") > 1
    found = {"time_to_nucleation_bump_s": 1.0, "time_to_nucleation_pad_s": None}
    assert "time_to_nucleation_bump_free_surface_s" not in found  # blocked before and after
    said = [note for note in currents_work.notes(one, found) if "stops growing" in note]
    assert [note.split()[1] for note in said] == ["ring", "disc"]
    assert "the resistance never rises by 20 %" in said[0]


@pytest.mark.slow
def test_a_void_away_from_conductors_is_said_and_has_no_life():
    void = {"tolerance": 0.01, "void": {"free_surface": False}}
    one = solved(**{"load.current.electron_flow": "into-pad", "load.migration": void})
    assert of(one, "time_to_nucleation") is not None
    assert of(one, "void_life_20_low") is None
    found = {"time_to_nucleation_bump_s": 1.0}
    (said,) = (note for note in currents_work.notes(one, found) if "no life" in note)
    assert "meets no conductor" in said
    assert currents_work.flags(one, found) == {"void_not_followed": said}


@pytest.mark.slow
def test_a_void_in_the_pad_cuts_it_from_a_trace():
    keys = {"pad.feed": "trace", "load.current.current_a": 1.0, "load.heat": {}}
    one, pad = solved(**keys), Place(region="pad")
    histories = one.grown("pad").histories
    assert list(histories) == ["slit", "sector"]
    assert of(one, "void_life_20_low", pad) == histories["sector"].life(0.2)
    assert of(one, "void_life_20_high", pad) == histories["slit"].life(0.2)
    assert of(one, "void_covered_20_high", pad) == 1.0
    margins = [each.margin(0.2) for each in histories.values()]
    assert of(one, "void_growth_margin", pad) == min(margins) < 1


@pytest.mark.slow
def test_a_trace_feeds_a_lens():
    one = solved(**{"pad.feed": "trace"})
    histories = one.grown("bump").histories
    assert list(histories) == ["lens", "ring"]
    assert histories["lens"].covered(0.2) < 0.5 * histories["ring"].covered(0.2)
    assert of(one, "void_life_20_low") == histories["lens"].life(0.2)


def test_lives_of_cases_stand_over_that_of_no_recess():
    table = pd.DataFrame({
        "part": ["a"] * 3, "status": "solved", "key": list("abc"),
        "variant": ["no-recess", "partial-depth", "full-depth"],
        "headline_length_um": 1.0, "bump_material": "SAC305", "pad_material": "Al-0.5Cu",
        "void_life_20_low_bump_s": [2e7, 1e7, np.nan],
        "void_life_20_high_bump_s": [4e7, 3e7, np.nan],
        "error_void_life_20_low_bump_s": [2e5, 1e5, np.nan],
        "error_void_life_20_high_bump_s": [4e5, 3e5, np.nan],
    })  # fmt: skip
    found = add_life_ratios(table, [], "a")
    for against in ("", "_to_base"):
        name = f"void_life_ratio_solder{against}"
        assert_allclose(found[name][:2], [1.0, 0.5])
        assert_allclose(found[f"{name}_low"][:2], [1.0, 0.5])
        assert_allclose(found[f"{name}_high"][:2], [1.0, 0.75])
        assert np.isnan(found[name][2])
        assert_allclose(found[f"error_{name}"][1], 0.5 * 0.02)


def test_the_band_has_the_larger_ratio_above():
    assert void_life_band((2.0, None), (1.5, None)) == ((2.0, None), (1.5, None), (2.0, None))
    unknown = None, None  # one shape is immortal, here or in the reference
    assert void_life_band((2.0, None), unknown) == ((2.0, None), unknown, unknown)
