"""The film of a mark beside the axis, as the physics is given it."""

from geometry import Design, build_cross_section
from studies.loads.shipped.current import films_off_centre


def films(**mark):
    probe = {"depth_ratio": 0.0, "offset_um": 20.0, **mark}
    return films_off_centre(build_cross_section(Design(variant="no-recess", probe=probe)))


def test_a_mark_beside_the_axis_is_a_film_at_its_azimuth():
    (film,) = films(azimuth_deg=90.0, diameter_um=10.0)
    assert film.interface == "ubm/pad:floor"
    assert (film.radius_um, film.offset_um, film.azimuth_deg) == (5.0, 20.0, 90.0)


def test_a_centred_mark_is_none():
    assert films(offset_um=0.0) == ()
