"""Between designs with unequal contact films nobody wins by density or by Black's life."""

import pytest

from geometry import Design, build_cross_section
from studies.loads.shipped.current import films_in_words
from studies.metrics.families import families
from studies.report.words.verdicts import phrase, sentence
from studies.results.ranking import Verdict
from studies.results.results import rank_rows
from studies.solving.evaluate import evaluate

DENSITY = [f"current_density_max_ubm_pad_L{x}_a_per_cm2" for x in ("0.5", "1", "2")]
PEEL = [name.replace("current_density", "peel").replace("a_per_cm2", "mpa") for name in DENSITY]


def films(variant="no-recess", **keys):
    return films_in_words(build_cross_section(Design(variant=variant, **keys)))


def given(value):
    return {"current": {"contact_resistivity_ohm_m2": {"ubm/pad": value}}}


def test_legs_that_are_alike_are_one_film():
    assert films() == films("full-depth") == ""
    assert films(load=given(1e-12)) == films("partial-depth", load=given(1e-12)) == "ubm/pad 1e-12"
    etched = [films(variant, probe={}) for variant in ("partial-depth", "full-depth")]
    assert etched == ["ubm/pad 1e-13", "ubm/pad 1e-13"]


def test_films_differ_by_resistivity_extent_and_place():
    made = [
        films(probe={}),
        films(probe={"diameter_um": 12.0}),
        films(probe={"film_resistivity_ohm_m2": 1e-10}),
        films(probe={"depth_ratio": 0.0, "offset_um": 18.0}),
        films(probe={"depth_ratio": 0.0, "offset_um": 15.0}),
        films(probe={}, variant="partial-depth"),
    ]
    assert len(set(made)) == len(made) and all(made)


def rows(names, *said):
    """Cases of which each is lower than the one before, with the flag that says their films."""
    return {
        f"case {k}": {
            "flag_contact_films": text,
            **{name: 100.0 - 30.0 * k for name in names},
            **{f"error_{name}": 1.0 for name in names},
        }
        for k, text in enumerate(said)
    }


@pytest.mark.parametrize("said", [("a", "b"), ("a", float("nan")), (None, "b")])
def test_no_density_wins_between_unequal_films(said):
    family = families(DENSITY)["current_density_max_ubm_pad"]
    found = rank_rows(family, rows(DENSITY, *said))
    assert found.verdict is Verdict.FILMS and found.winner is None
    assert "contact films differ" in phrase(found.call)
    assert "the worse contact has the lower density" in sentence(family, found)


@pytest.mark.parametrize("said", [("a", "a"), (None, float("nan"))])
def test_between_equal_films_the_lower_density_wins(said):
    family = families(DENSITY)["current_density_max_ubm_pad"]
    assert rank_rows(family, rows(DENSITY, *said)).winner == "case 1"


def test_films_do_not_decide_a_stress():
    assert rank_rows(families(PEEL)["peel_max_ubm_pad"], rows(PEEL, "a", "b")).winner == "case 1"


@pytest.mark.slow
def test_the_life_of_a_cleaned_pad_is_not_compared_with_that_of_a_pad_with_film():
    mesh = {"size_factor": 4.0}
    etched = Design(probe={}, mesh=mesh)
    found = evaluate(etched, compare_with_no_recess=True)
    assert found["metrics"]["mttf_ratio_pad"] is None
    assert found["flags"]["contact_films"] == "ubm/pad 1e-13"
    alike = evaluate(Design(load=given(1e-12), mesh=mesh), compare_with_no_recess=True)
    assert alike["metrics"]["mttf_ratio_pad"] > 0.0
