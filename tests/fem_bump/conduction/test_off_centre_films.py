"""Films off the centre: symmetry, power, balances, bars, and what is refused."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import Model, OffCentreFilm, current_flow
from fem_bump.errors import InputError
from fem_bump.materials import Material
from fem_bump.verification.grids import grid

BASE_FILM = 1e-12


def bump():
    """A pad of 1 um under a post, films between them, and a second contact below the top."""
    mesh = grid(
        np.linspace(0, 40, 41),
        np.array([0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0]),
        {"pad": (0, 40, 0, 1), "post": (0, 30, 1, 8), "cap": (0, 30, 8, 12)},
        interiors={"rim": (40, 40, 0, 1), "lid": (0, 30, 12, 12)},
    )
    conductors = {"pad": 3e7, "post": 8e6, "cap": 8e6}
    return Model(mesh, {name: Material(name, 1e5, 0.3, 1e-5, s) for name, s in conductors.items()})


def flow(films, accuracy=1e-3, **more):
    return current_flow(
        bump(),
        0.3,
        source="rim",
        sink="lid",
        contact_resistivity_ohm_m2={"post/pad": BASE_FILM},
        off_centre_films=films,
        accuracy=accuracy,
        **more,
    )


def disc(azimuth=0.0, radius=7.0, offset=20.0, film=1e-10, interface="post/pad"):
    return OffCentreFilm(interface, radius, offset, film, azimuth)


ARC = {"source_kind": "flux", "source_half_angle_deg": 20.0}


def test_all_the_current_passes_and_power_is_what_is_lost():
    found = flow([disc()])
    contact = found.interface("post", "pad")
    assert_allclose(contact.net_current_a, 0.3, rtol=1e-9)
    assert_allclose(found.power_w, found.resistance_ohm * 0.09, rtol=1e-12)
    lost = sum(found.power_by_region_w.values()) + found.contact_power_w
    assert_allclose(lost, found.power_w, rtol=1e-6)
    plain = flow([])
    assert found.resistance_ohm > plain.resistance_ohm
    assert found.varies_around and not plain.varies_around and plain.films == ()


def test_a_film_around_the_axis_is_that_of_a_leg():
    ring = flow([disc(radius=10.0, offset=0.0)])
    mesh = bump().mesh
    middle = mesh.p[:, mesh.facets].mean(axis=1)
    flat = np.ptp(mesh.p[1][mesh.facets], axis=0) == 0
    scar = np.nonzero((middle[1] == 1) & (middle[0] < 10) & flat)[0]
    rest = np.nonzero((middle[1] == 1) & (middle[0] > 10) & (middle[0] < 30) & flat)[0]
    legs = mesh.with_boundaries({"post/pad:scar": scar, "post/pad:rest": rest})
    plain = current_flow(
        Model(legs, bump().materials),
        0.3,
        source="rim",
        sink="lid",
        contact_resistivity_ohm_m2={"post/pad:scar": 1e-10, "post/pad:rest": BASE_FILM},
    )
    assert_allclose(ring.resistance_ohm, plain.resistance_ohm, rtol=1e-9)
    contact = plain.interface("post", "pad")
    through = 2 * np.pi * sum(t.integral() for t in contact.line.traces(contact.values, "scar"))
    # a recovered density shares the node between two films by a rule
    assert_allclose(ring.films[0].current_a, through, rtol=0.03)
    assert_allclose(ring.films[0].area_um2, np.pi * 100, rtol=1e-9)


def test_a_turned_film_is_the_same_film():
    along, turned = flow([disc()]), flow([disc(azimuth=77.0)])
    assert_allclose(turned.resistance_ohm, along.resistance_ohm, rtol=1e-9)
    assert_allclose(turned.films[0].heat_w, along.films[0].heat_w, rtol=1e-8)
    points = np.array([[19.0, 12.0], [0.6, 0.3]])
    for theta in (0.0, 35.0, 180.0):
        assert_allclose(
            turned.potential(points, theta_deg=77.0 + theta),
            along.potential(points, theta_deg=theta),
            rtol=1e-7,
        )
    one = along.interface("post", "pad").worst_window(1.0, 20.0)
    other = turned.interface("post", "pad").worst_window(1.0, 20.0)
    size = one.current_density_max_a_per_um2
    assert_allclose(other.current_density_max_a_per_um2, size, rtol=1e-3)


def test_mirrored_films_under_an_arc():
    up, down = flow([disc(azimuth=60.0)], **ARC), flow([disc(azimuth=-60.0)], **ARC)
    assert_allclose(up.resistance_ohm, down.resistance_ohm, rtol=1e-9)
    point = np.array([[18.0], [0.5]])
    above = up.current_density(point, theta_deg=50.0).ravel()
    below = down.current_density(point, theta_deg=-50.0).ravel()
    assert_allclose(above * [1, -1, 1], below, rtol=1e-6)


def test_films_together_are_not_their_sum_but_both_count():
    both = flow([disc(azimuth=0.0), disc(azimuth=180.0)])
    one = flow([disc()])
    plain = flow([])
    rise = [f.resistance_ohm - plain.resistance_ohm for f in (one, both)]
    assert 1.5 < rise[1] / rise[0] < 3.0
    assert_allclose(both.films[0].current_a, both.films[1].current_a, rtol=1e-8)


def test_density_is_conductance_times_jump():
    found = flow([disc(film=3e-12)])
    contact = found.interface("post", "pad")
    for theta, r in ((0.0, 20.5), (0.0, 8.5), (90.0, 20.5)):
        at = np.array([[r], [1.0]])
        below, above = (
            found.potential(at, region, theta_deg=theta)[0] for region in ("pad", "post")
        )
        film = 3e-12 if theta == 0.0 and r > 13 else BASE_FILM
        narrow = contact.mean_over((theta - 3, theta + 3), contact.above.most)
        near = np.abs(narrow.points_um[0] - r) < 1e-6
        jump = (below - above) / (film * 1e12)
        assert_allclose(narrow.jn_a_per_um2[near], jump, rtol=0.03)


@pytest.mark.slow
def test_bars_hold_what_more_harmonics_change():
    rough, fine = flow([disc(offset=22.0, film=1e-9)]), flow([disc(offset=22.0, film=1e-9)], 2e-6)
    more = fine.films_off_centre.highest
    assert more > 2 * rough.films_off_centre.highest
    bar = rough.harmonics.tail["entry_potential_error_v"]
    assert 0 < abs(rough.source_potential_v - fine.source_potential_v) < bar
    film, truer = rough.films[0], fine.films[0]
    for name in ("current_a", "heat_w", "voltage_v"):
        off, bar = abs(getattr(film, name) - getattr(truer, name)), getattr(film.tail, name)
        assert 0 < off < bar < 0.1 * getattr(truer, name)
    ours, true = (f.interface("post", "pad").worst_window(1.0, 20.0) for f in (rough, fine))
    off = abs(ours.current_density_max_a_per_um2 - true.current_density_max_a_per_um2)
    assert off < ours.tail_a_per_um2 < 0.1 * true.current_density_max_a_per_um2
    assert true.tail_a_per_um2 < ours.tail_a_per_um2


def test_it_says_what_it_is():
    said = repr(flow([disc()]))
    assert "films off centre" in said and "post/pad" in said
    assert "film off the centre" in repr(flow([disc()]).interface("post", "pad"))


@pytest.mark.parametrize(
    "films, message",
    [
        ([dict(radius=0.0)], "radius_um = 0.0 of a film off the centre must be finite and above"),
        ([dict(offset=-1.0)], "offset_um = -1.0 .* at least 0"),
        ([dict(azimuth=np.nan)], "azimuth_deg = nan"),
        ([dict(film=0.0)], "must be above 0"),
        ([dict(film=1.0)], "at most 0.001 ohm m2"),
        ([dict(offset=60.0)], "does not reach the interface"),
        ([dict(interface="cap/post")], "needs a contact resistivity above 0"),
        ([dict(interface="post")], "is no interface"),
        ([dict(interface="post/pad:top")], "unknown leg 'top'"),
        ([dict(), dict(azimuth=10.0)], "overlap"),
    ],
    ids=[
        "radius", "offset", "azimuth", "perfect", "insulating", "outside", "no film beside",
        "name", "leg", "overlap",
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(films, message):
    with pytest.raises(InputError, match=message):
        flow([disc(**film) for film in films])


def test_films_need_a_current_from_their_terminals():
    with pytest.raises(InputError, match="neither potential_v nor current_source"):
        flow([disc()], current_source=lambda r, z: 0 * r)
    with pytest.raises(InputError, match="accuracy = 0"):
        flow([disc()], accuracy=0)
