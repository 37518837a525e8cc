"""Corner sites of a mesh, and the domain integral: convergence, independence, superposition."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, Model, current_flow, thermal_stress
from fem_bump.body.corner_site import corner_sites
from fem_bump.corners.current_intensity import current_intensities
from fem_bump.corners.modes import ConductionCorner
from fem_bump.corners.stress_intensity import elastic_corner, stress_intensities
from fem_bump.corners.wedges import ConductingWedge
from fem_bump.verification.fracture import corner_fields
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import order

FILM = Material("film", 120e3, 0.3, 17e-6, conductivity_s_per_m=5e7)
BASE = Material("base", 160e3, 0.25, 3e-6)


def model(smallest=2e-3, growth=1.5, unit="um", shift=10.0):
    """A film, 10 < r < 12 and 0 < z < 1, on a wide base."""
    scale = {"um": 1.0, "mm": 1e-3}[unit]
    r = np.concatenate([
        graded(shift, shift + 2, smallest, growth, "stop"),
        graded(shift + 2, shift + 6, smallest, growth, "start")[1:],
    ])  # fmt: skip
    z = np.concatenate([
        graded(-4, 0, smallest, growth, "stop"), graded(0, 1, smallest, growth, "start")[1:]
    ])  # fmt: skip
    boxes = {
        "base": (shift, shift + 6, -4, 0),
        "film": (shift, shift + 2, 0, 1),
    }
    mesh = grid(r, z, boxes)
    if unit == "mm":
        mesh = mesh.scaled(scale).with_boundaries(mesh.boundaries).with_subdomains(mesh.subdomains)
    return Model(mesh, {"base": BASE, "film": FILM}, length_unit=unit)


EDGE = (12.0, 0.0)


def cooled(m, delta_t=-100.0, **options):
    return thermal_stress(m, delta_t=delta_t, stress_free_degc=125.0, **options)


def test_site_of_a_film_edge():
    (site,) = corner_sites(model(), EDGE)
    assert site.regions == ("film", "base") or site.regions == ("base", "film")
    assert_allclose(sorted(site.angles_deg), [90, 180], atol=1e-9)
    assert site.face_facets is not None
    assert_allclose(site.reach_um, 1.0, rtol=1e-9)  # the film's top
    # the faces: base's top to the right (0 deg) after the film's side (90 deg), counter-clockwise
    assert_allclose(site.start_deg % 360, 90.0, atol=1e-9)
    corner = elastic_corner(cooled(model()), EDGE)
    assert corner.faces == ("free", "free")
    assert [w.young_mpa for w in corner.wedges] == [120e3, 160e3]


def test_faces_follow_what_is_held():
    m = model()
    held = cooled(m, fixed={"bottom": "z"}, tied={"right": "r"})
    assert elastic_corner(held, (16.0, -4.0)).faces == ("roller", "roller")
    assert elastic_corner(held, (16.0, 0.0)).faces == ("free", "roller")
    glued = cooled(m, fixed={"bottom": "rz"})
    # counter-clockwise: from the right side (90 deg) to the bottom (180 deg)
    assert elastic_corner(glued, (16.0, -4.0)).faces == ("free", "fixed")
    slanted = cooled(m, fixed={"bottom": "r"})
    with pytest.raises(InputError, match=r"a face is held in 'r', which is not across it"):
        elastic_corner(slanted, (16.0, -4.0))


def test_domains_agree_and_mesh_converges():
    found = [stress_intensities(cooled(model(h, g)), EDGE) for h, g in ((4e-3, 2.2), (1e-3, 1.4))]
    assert [round(i.exponent.value.real, 3) for i in found[1]] == [
        round(i.exponent.value.real, 3) for i in found[0]
    ]
    for coarse, fine in zip(*found, strict=True):
        assert abs(coarse.value - fine.value) < 5e-3 * abs(fine.value)
        assert fine.scatter < 2e-3 * abs(fine.value)


def test_imposed_mode_converges():
    name = "SiN film edge on PI, complex"
    where = (corner_fields.FAR, 0.0)
    errors = [
        abs(stress_intensities(corner_fields.solve_elastic(name, n), where)[0].value - 1)
        for n in (3, 6)
    ]
    assert errors[1] < 4e-4
    assert order(errors, [2.0, 1.0]) > 2.0


def test_intensity_is_linear_and_knows_units():
    m = model(4e-3, 2.0)
    one, two = (stress_intensities(cooled(m, dt), EDGE) for dt in (-50.0, -100.0))
    in_mm = stress_intensities(cooled(model(4e-3, 2.0, "mm"), -50.0), (0.012, 0.0))
    for a, b, c in zip(one, two, in_mm, strict=True):
        # E of these materials does not depend on temperature
        assert_allclose(b.value, 2 * a.value, rtol=1e-9)
        assert_allclose(c.value, a.value, rtol=1e-6)


def test_stress_ahead_of_the_edge_is_the_mode_sum():
    m = model(2e-4, 1.25)
    stress = cooled(m)
    found = stress_intensities(stress, EDGE)
    corner = found[0].mode.corner
    # along a ray through the base, close to the edge: singular modes and the uniform stress
    theta, radii = np.radians(250.0), np.array([4e-3, 8e-3])
    points = np.array([[12.0], [0.0]]) + radii * np.array([[np.cos(theta)], [np.sin(theta)]])
    rr, zz, _, rz = stress.stress(points)
    c, s = np.cos(theta), np.sin(theta)
    hoop = s * s * rr + c * c * zz - 2 * s * c * rz
    local = np.array([theta - np.radians(corner.start_deg)])
    modes = sum(
        (
            i.value * radii.astype(complex) ** (i.exponent.value - 1) * i.mode.elastic(local)[1][1]
        ).real
        for i in found
    )
    # the difference between two radii leaves what is regular out
    assert_allclose(np.diff(hoop), np.diff(modes), rtol=0.03)


def test_bodies_and_points_without_a_corner():
    m = model()
    stress = cooled(m)
    with pytest.raises(InputError, match=r"corner \(r, z\) = \(11.03, 0.2\) um is no vertex"):
        stress_intensities(stress, (11.03, 0.2))
    with pytest.raises(InputError, match="must be two finite coordinates"):
        stress_intensities(stress, (np.nan, 0.0))
    with pytest.raises(InputError, match="re_max = 1 must lie between 0 and 1"):
        stress_intensities(stress, EDGE, re_max=1)
    on_axis = cooled(model(shift=0.0))
    with pytest.raises(InputError, match="lies on the axis"):
        stress_intensities(on_axis, (0.0, 0.0))
    varying = thermal_stress(m, prescribed_um={"bottom": {"z": lambda r, z: 1e-3 * r, "r": 0.0}})
    with pytest.raises(InputError, match="displacement prescribed on a face varies along it"):
        stress_intensities(varying, (16.0, -4.0))
    sheared = cooled(m, lateral_shift_um={"bottom": 0.0, "top": 0.1})
    with pytest.raises(InputError, match="the state varies around the axis"):
        stress_intensities(sheared, EDGE)
    stress_intensities(sheared.axisymmetric, EDGE)


# ------------------------------------------------------------------ conduction


def two_conductors(**options):
    line = np.concatenate([
        graded(10, 12, 2e-3, 1.5, "stop"), graded(12, 14, 2e-3, 1.5, "start")[1:]
    ])  # fmt: skip
    z = np.concatenate([graded(-2, 0, 2e-3, 1.5, "stop"), graded(0, 2, 2e-3, 1.5, "start")[1:]])
    boxes = {"low": (10, 14, -2, 0), "post": (10, 12, 0, 2), "fill": (12, 14, 0, 2)}
    mesh = grid(line, z, boxes, interiors={"rim": (14, 14, -2, 0), "post_top": (10, 12, 2, 2)})
    solder = Material("solder", 5e4, 0.36, 2e-5, conductivity_s_per_m=7e6)
    m = Model(mesh, {"low": FILM, "post": solder, "fill": BASE})
    return current_flow(m, 1.0, source="rim", sink="post_top", **options)


def test_insulator_is_no_part_of_a_conduction_corner():
    flow = two_conductors()
    ((found,),) = current_intensities(flow, (12.0, 0.0))
    # solder over a quarter, film over a half, insulated beside them
    wedges = [ConductingWedge(90.0, 7e6), ConductingWedge(180.0, 5e7)]
    exponent, *_ = ConductionCorner(wedges, ("insulated", "insulated")).exponents()
    assert_allclose(found.exponent.value, exponent.value, rtol=1e-9)
    assert found.scatter < 1e-3 * abs(found.value)
    # the current goes up into the post
    assert found.value.real > 0
    # at the terminal's end a right angle between equipotential and insulated: exponent 1
    assert current_intensities(flow, (14.0, 0.0)) == ((),)
    assert current_intensities(flow, (14.0, 2.0)) == ()


def test_current_without_a_power_law():
    with pytest.raises(InputError, match="the potential jumps there"):
        current_intensities(
            two_conductors(contact_resistivity_ohm_m2={"post/low": 1e-12}), (12.0, 0.0)
        )
    with pytest.raises(InputError, match="lies on a terminal of uniform flux"):
        current_intensities(two_conductors(source_kind="flux"), (14.0, 0.0))
