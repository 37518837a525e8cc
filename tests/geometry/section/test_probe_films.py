"""Contact films of a probed pad, leg by leg: what adds, and what cleaning and etch take away."""

import pytest

from geometry import Design, DesignError, build_cross_section
from geometry.section.contact_films import (
    OffCentreFilm,
    contact_films,
    control_films,
    off_centre_film,
)

CLEAN, DELIVERED, FILM = 1e-13, 1e-12, 1e-11


def near(value):
    """Equal to round-off; what is usual allows 1e-12, which is a film."""
    return pytest.approx(value, rel=1e-12, abs=0.0)


def films(given=None, **design):
    return contact_films(build_cross_section(Design(**design)), given or {})


def of_control(**design):
    probed = Design(**design)
    control = build_cross_section(probed.replace(probe=None))
    return control_films(control, probed, {})


def test_a_pad_that_is_not_probed_has_what_the_load_says():
    given = {"ubm/pad": 3e-12, "bump/ubm": 1e-14}
    assert films(given) == given
    nothing = {"depth_ratio": 0.0, "film_resistivity_ohm_m2": 0.0}
    assert films(given, probe=nothing) == given
    assert films({}, variant="no-recess") == {}


def test_the_film_adds_to_the_pad_as_delivered():
    made = films(variant="no-recess", probe={})
    assert made == {"ubm/pad:floor": DELIVERED, "ubm/pad:scar": near(DELIVERED + FILM)}
    made = films({"ubm/pad": 5e-12, "bump/ubm": 1e-14}, variant="no-recess", probe={})
    assert made == {
        "ubm/pad:floor": 5e-12,
        "ubm/pad:scar": near(5e-12 + FILM),
        "bump/ubm": 1e-14,
    }


def test_the_control_has_the_same_cleaning_and_no_film():
    assert of_control(variant="no-recess", probe={}) == {"ubm/pad:floor": DELIVERED}
    made = of_control(probe={})
    assert made == {"ubm/pad:floor": CLEAN, "ubm/pad:sidewall": CLEAN}


def test_an_etch_deeper_than_the_film_leaves_clean_metal():
    made = films(probe={})
    assert made == {f"ubm/pad:{leg}": CLEAN for leg in ("floor", "scar", "sidewall")}
    # 0.02 of cleaning and 0.02 of etch do not reach 0.05
    made = films(pad_etch={"depth_ratio": 0.02}, probe={})
    assert made["ubm/pad:floor"] == DELIVERED
    assert made["ubm/pad:scar"] == near(DELIVERED + FILM)
    assert made["ubm/pad:sidewall"] == CLEAN


def test_the_craters_floor_sinks_least():
    # the floor beside sinks by 0.4, the crater's by 0.4 - 0.7 * 0.4 = 0.12, and by 0.02 of cleaning
    etch = {"depth_ratio": 0.4, "relief": 0.3}
    for deep, left in ((0.13, CLEAN), (0.15, DELIVERED + FILM)):
        made = films(pad_etch=etch, probe={"film_depth_um": deep})
        assert made["ubm/pad:floor"] == CLEAN
        assert made["ubm/pad:scar"] == near(left)


def test_cleaning_alone_can_do_it():
    made = films(variant="no-recess", pad_etch={"preclean_um": 0.06}, probe={})
    assert set(made.values()) == {CLEAN}


def test_full_depth_leaves_only_a_new_wall():
    assert films(variant="full-depth", probe={}) == {"ubm/pad:sidewall": CLEAN}


def test_a_film_off_the_axis_is_a_disc():
    mark = {"depth_ratio": 0.0, "offset_um": 20.0, "azimuth_deg": 90.0}
    section = build_cross_section(Design(variant="no-recess", probe=mark))
    expected = OffCentreFilm(8.0, 20.0, 90.0, near(DELIVERED + FILM), DELIVERED)
    assert off_centre_film(section, {}) == expected
    assert contact_films(section, {}) == {"ubm/pad:floor": DELIVERED}
    etched = build_cross_section(Design(probe=mark))
    assert off_centre_film(etched, {}) is None
    assert off_centre_film(build_cross_section(Design(probe={})), {}) is None


def test_a_perfect_contact_has_nothing_to_add_to():
    with pytest.raises(DesignError, match=r"\['ubm/pad'\] = 0 must be above 0 on a probed pad"):
        films({"ubm/pad": 0.0}, probe={})
