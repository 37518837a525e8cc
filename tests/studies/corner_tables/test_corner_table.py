"""Table of corners of a design: which corners, their names and wedges, and how strong they are."""

import json
import math
import re

import pytest
from numpy.testing import assert_allclose

from fem_bump.body.corner_site import corner_sites
from geometry import Design, build_cross_section, build_mesh
from geometry.claims.catalogue import all_recipes
from studies.cli import commands as cli
from studies.corner_tables.section_corners import section_corners
from studies.corner_tables.table import corner_table, notes
from studies.solution.solved import region_materials


def corners(**design):
    return {c.name: c for c in section_corners(build_cross_section(Design(**design)))}


@pytest.fixture(scope="module")
def default():
    return corners()


def exponents(corner, physics):
    return [round(s.exponent.value.real, 4) for s in corner.singularities if s.physics == physics]


def test_variants_differ_in_the_corners_of_their_recess(default):
    assert Design().variant == "partial-depth"
    found = {"partial-depth": default}
    found |= {variant: corners(variant=variant) for variant in ("no-recess", "full-depth")}
    shared = set.intersection(*(set(f) for f in found.values()))
    assert {
        "passivation, step",
        "passivation/pad, pad rim",
        "ubm_ti/passivation, UBM edge",
    } < shared
    own = {variant: set(f) - shared for variant, f in found.items()}
    assert any(name.startswith("ubm_ti/passivation/pad, mask edge") for name in own["no-recess"])
    assert {"ubm_ti/pad, recess foot", "ubm_ti/passivation/pad, recess edge"} <= own[
        "partial-depth"
    ]
    foot = found["full-depth"]["ubm_ti/pad/dielectric, recess foot"]
    assert foot.point_um == (30.0, 0.0) and foot.faces is None
    assert {(w.region, round(w.angle_deg)) for w in foot.wedges} == {
        ("ubm_ti", 90), ("pad", 90), ("dielectric", 180)
    }  # fmt: skip


def test_known_exponents_in_a_design(default):
    found = default
    # a passivation that steps down leaves a re-entrant corner of one material (Williams)
    assert exponents(found["passivation, step"], "stress") == [0.5445, 0.9085]
    assert exponents(found["passivation, step"], "current") == []
    # the mask's upper edge: the UBM conducts around 270 degrees of nothing
    assert exponents(found["ubm_ti/passivation, mask edge"], "current") == [0.6667]
    # film edges on the free passivation are strong, corners between metals weak
    strong = exponents(found["ubm_ti/passivation, UBM edge"], "stress")[0]
    weak = exponents(found["ubm_ti/pad, recess foot"], "stress")[0]
    assert strong < 0.6 < 0.9 < weak


def test_reference_is_the_interface_that_matters(default):
    found = default
    edge = found["ubm_ti/passivation/pad, recess edge"]
    assert_allclose(edge.reference_deg % 360, 270)  # UBM/pad: the recess's wall
    assert found["passivation, step"].reference_deg is None


def test_smooth_points_are_no_corners(default):
    found = list(default.values())
    section = build_cross_section(Design())
    radii = [c.point_um[0] for c in found]
    assert min(radii) > 0  # none on the axis
    assert max(radii) < section.cell_radius_um - 1  # layers that run into a plane of symmetry
    free = corners(load={"thermal": {"lateral": "free"}})
    assert any("cell side" in name for name in free)


def test_equal_materials_are_one(default):
    same = corners(dielectric={"material": "SiN"}, passivation={"material": "SiN"})
    rim = same["passivation/pad/dielectric, pad rim"]
    pair = default["passivation/pad, pad rim"]
    assert exponents(rim, "stress") == exponents(pair, "stress")


def test_contact_resistance_and_flux_are_said():
    found = corners(
        load={
            "current": {
                "source_kind": "flux",
                "contact_resistivity_ohm_m2": {"ubm/pad": 1e-13, "bump/ubm": 0.0},
            }
        }
    )
    foot = found["ubm_ti/pad, recess foot"]
    assert exponents(foot, "current") == [] and "contact resistance at ubm/pad:" in foot.note
    assert "terminal of uniform flux" in found["passivation/pad, pad rim"].note
    step = next(c for name, c in found.items() if name.startswith("bump/ubm_cu, UBM step"))
    assert exponents(step, "current") == [0.7473] and step.note == ""


FAST = ("polyimide-mask-enhanced-ubm", "passivation-mask-via-fed")


@pytest.mark.parametrize(
    "recipe",
    [pytest.param(r, marks=() if r.name in FAST else pytest.mark.slow) for r in all_recipes()],
    ids=lambda r: r.name,
)
def test_every_recipe_has_distinct_corners(recipe):
    found = section_corners(build_cross_section(recipe.design))
    names = [c.name for c in found]
    assert len(found) > 8 and len(set(names)) == len(names)
    for corner in found:
        total = sum(w.angle_deg for w in corner.wedges)
        assert (corner.faces is None) == math.isclose(total, 360.0, abs_tol=1e-6)
        json.dumps(corner.record(), allow_nan=False)


REFLOWED = Design(bump={"shape": "reflowed"})


@pytest.mark.slow
@pytest.mark.parametrize("design", [Design(), REFLOWED], ids=["cylinder", "reflowed"])
def test_section_and_mesh_agree_on_wedges(design):
    from fem_bump import Model

    section = build_cross_section(design)
    model = Model(build_mesh(section, 2.0), region_materials(section), section.groups)
    for corner in section_corners(section):
        (site,) = corner_sites(model, corner.point_um)
        mine = sorted((w.region, w.angle_deg) for w in corner.wedges)
        theirs = sorted(zip(site.regions, site.angles_deg, strict=True))
        assert [r for r, _ in mine] == [r for r, _ in theirs]
        # the mesh's curved side starts along its own second-order tangent
        assert_allclose([a for _, a in mine], [a for _, a in theirs], atol=0.2)
        assert site.reach_um > 0.01


@pytest.fixture(scope="module")
def solved():
    return {c.name: c for c in corner_table(Design())}


def test_intensities_and_errors(solved):
    shares = []
    for corner in solved.values():
        for one in corner.singularities:
            assert len(one.intensities) == len(one.errors) == len(one.exponent.modes), one.note
            for value, error in zip(one.intensities, one.errors, strict=True):
                shares.append(error / abs(value))
                # near 1 a mode hides in the uniform stress; the strong ones are sharp
                assert 0 < shares[-1] < (2e-3 if one.exponent.value.real < 0.7 else 0.5)
    assert len(shares) > 30 and sorted(shares)[len(shares) // 2] < 2e-3
    # hot spots of the current: the recess's edge turns it round most sharply
    edge = solved["ubm_ti/passivation/pad, recess edge"].singularities[-1]
    assert edge.physics == "current" and edge.unit == "A um^-1.51"


@pytest.mark.slow
def test_errors_hold_against_a_finer_mesh(solved):
    fine = {c.name: c for c in corner_table(Design(mesh={"size_factor": 0.4}))}
    inside = [
        abs(k - true) <= error
        for name, corner in solved.items()
        for one, best in zip(corner.singularities, fine[name].singularities, strict=True)
        for k, error, true in zip(one.intensities, one.errors, best.intensities, strict=True)
    ]
    assert sum(inside) >= 0.9 * len(inside)


# ------------------------------------------------------------------ command line


def call(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        cli.main([*arguments])
    captured = capsys.readouterr()
    return stop.value.code or 0, captured.out, captured.err


def test_command(capsys):
    status, out, err = call(
        capsys, "corners", "default", "--exponents-only", "--variant", "full-depth"
    )
    assert status == 0 and err == ""
    assert re.search(r"ubm_ti/pad/dielectric, recess foot +30 +0 +.* stress +0\.\d{4} +- ", out)
    status, out, err = call(capsys, "corners", "default", "--json", "--corner", "UBM EDGE")
    assert status == 0 and err == ""
    record = json.loads(out)
    assert [c["name"].endswith("UBM edge") for c in record["corners"]] == [True] * 4
    first = record["corners"][0]["singularities"][0]
    assert first["physics"] == "stress" and first["unit"] == "MPa um^0.45"
    assert_allclose(first["exponent"], 0.5504, atol=1e-4)
    (mode,) = first["modes"]
    assert 0 < mode["error"] < 0.01 * mode["intensity"]


def test_unknown_corner(capsys):
    status, out, err = call(capsys, "corners", "default", "--corner", "attic")
    assert status == 2 and out == "" and err.count("\n") == 1
    assert "no corner is named 'attic'; this design has: " in err


@pytest.mark.slow
@pytest.mark.parametrize(
    "options, note",
    [
        (
            {"load": {"shear": {"dnp_um": 100.0, "counter_face": "rigid"}}},
            "without the lateral shift",
        ),
        ({"pad": {"feed": "trace"}}, "not of the worst side"),
        (
            {"pad": {"feed": "via"}, "via": {"kind": "discrete"}},
            "not of the worst side",
        ),
    ],
)
def test_loads_that_are_not_axisymmetric_are_said(options, note):
    design = Design(mesh={"size_factor": 2.0}, **options)
    assert any(note in said for said in notes(design))
    assert notes(Design()) == []
    (foot,) = corner_table(design, only="recess foot")
    physics = {one.physics for one in foot.singularities}
    assert physics == {"stress", "current"}
    assert all(one.intensities for one in foot.singularities)
    # a ring of vias is left out of the conduction, and so out of its corners
    found = section_corners(build_cross_section(design))
    assert not any("via" in part for corner in found for part in corner.conductors)
