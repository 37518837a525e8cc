"""Meshes: deterministic, complete, of decent quality, within budget, halved by size_factor."""

import os
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose
from skfem import MeshTri

from fem_bump import Model
from geometry import Design, build_cross_section, build_mesh
from geometry.meshing.report import mesh_report
from geometry.meshing.sizes import FILM_GROWTH, as_table, corner_scales, size_at, where_asked
from geometry.meshing.triangles import Graded
from studies.solution.solved import region_materials

VARIANTS = ("no-recess", "partial-depth", "full-depth")


@pytest.fixture(scope="module", params=VARIANTS)
def made(request):
    section = build_cross_section(Design(variant=request.param))
    return section, build_mesh(section)


def test_every_region_and_boundary_arrives(made):
    section, mesh = made
    assert set(mesh.subdomains) == set(section.regions)
    assert set(mesh.boundaries) == set(section.boundaries)
    u, v = mesh.p[:, mesh.t[1]] - mesh.p[:, mesh.t[0]], mesh.p[:, mesh.t[2]] - mesh.p[:, mesh.t[0]]
    area = np.abs(u[0] * v[1] - u[1] * v[0]) / 2
    for region, found in mesh.subdomains.items():
        assert_allclose(area[found].sum(), section.regions[region].area, rtol=1e-9)
    for name, facets in mesh.boundaries.items():
        length = np.hypot(*np.diff(mesh.p[:, mesh.facets[:, facets]], axis=1)[:, 0])
        assert_allclose(length.sum(), section.leg(name).length, rtol=1e-9, err_msg=name)


def test_wanted_sizes():
    """The least over a corner, one with a radius of equal size, and a film 10 long at z = 1."""
    growth, largest = 0.5, 4.0
    corners, film = [(0.0, 0.0, 0.1, 0.0), (40.0, 0.0, 0.2, 3.0)], (0.0, 1.0, 10.0, 1.0, 0.8)
    table = as_table(corners, [film], 2.0, growth, largest)
    for (r, z), expected in {
        (0.0, 0.0): 0.1,
        (0.6, 0.0): 0.1 + growth * 0.6,
        (5.0, 1.5): 0.8 + FILM_GROWTH * 0.5,
        (13.0, 5.0): 0.8 + FILM_GROWTH * 5.0,
        (40.0, 2.5): 0.2,
        (40.0, 4.0): 0.2 + growth * 1.0,
        (90.0, 90.0): largest,
    }.items():
        assert_allclose(size_at(r, z, table), 2.0 * expected, rtol=1e-14)


def test_budget_and_quality(made):
    report = mesh_report(made[1])
    assert report["displacement_unknowns"] <= 25_000
    assert report["quality_min"] > 0.3 and report["quality_mean"] > 0.85
    assert report["largest_angle_deg"] < 140


FEEDS = {
    "trace": {"pad": {"feed": "trace"}},
    "thin trace": {"pad": {"feed": "trace"}, "trace": {"thickness_um": 0.4}},
    "narrow trace": {"pad": {"feed": "trace"}, "trace": {"width_um": 4.0}},
    "thick pad": {"pad": {"feed": "trace", "thickness_um": 8.0}},
    "vias": {"pad": {"feed": "via"}, "via": {"kind": "discrete"}},
    "vias under the recess": {
        "variant": "full-depth",
        "pad": {"feed": "via"},
        "via": {"kind": "discrete", "circle_diameter_um": 50.0},
    },
}


@pytest.mark.parametrize("name", FEEDS)
def test_source_of_a_feed_through_arcs_is_whole_and_resolved(name):
    """Revolved area of the source's facets, and their size against the harmonics' decay length."""
    section = build_cross_section(Design(**FEEDS[name]))
    design = section.design
    mesh = build_mesh(section)
    source = mesh.boundaries[design.source_boundary]
    ends = mesh.p[:, mesh.facets[:, source]]
    length = np.hypot(*(ends[:, 1] - ends[:, 0]))
    area = 2 * np.pi * (ends[0].mean(axis=0) * length).sum()
    assert_allclose(area, section.area_um2(design.source_boundary), rtol=1e-9)
    if design.discrete_vias is None:
        assert set(source) <= set(mesh.boundaries["pad_rim"])
        wanted = min(design.pad.diameter_um / 160, design.trace.width_um / 40)
    else:
        wanted = np.sqrt(np.pi) / 2 * design.via.diameter_um / 10
    # Gmsh rounds the number of facets of a line to the nearest, so a few are a little longer
    assert length.max() < 1.3 * wanted


def test_feed_ends_are_refined_mildly_and_feeds_cost_little():
    """Where a flux stops on a straight face no power is singular; unknowns over the rim-fed."""
    unknowns = {}
    for name in ("trace", "thin trace", "vias under the recess"):
        section = build_cross_section(Design(**FEEDS[name]))
        at = {(round(r, 9), round(z, 9)): scale for r, z, scale in corner_scales(section)}
        assert [at[round(r, 9), round(z, 9)] for r, z in section.feed_ends_um] == [8.0] * len(
            section.feed_ends_um
        )
        unknowns[name] = mesh_report(build_mesh(section))["displacement_unknowns"]
    plain = mesh_report(build_mesh(build_cross_section(Design())))["displacement_unknowns"]
    assert unknowns["trace"] == plain
    assert unknowns["thin trace"] < 1.03 * plain
    assert unknowns["vias under the recess"] < 1.4 * plain


OF_ITS_OWN = {
    "undercut": {"pad_etch": {"undercut_um": 0.3}},
    "full depth": {"variant": "full-depth"},
    "via": {"pad": {"feed": "via"}, "via": {"kind": "central", "diameter_um": 20.0}},
    "straight bump": {"bump": {"shape": "cylinder"}},
    "polyimide": {
        "variant": "full-depth",
        "pad_etch": {"mask": "polyimide"},
        "polyimide": {"thickness_um": 4.0, "opening_diameter_um": 50.0},
    },
    "enhanced UBM": {"ubm": {"enhanced": [{"name": "ni", "material": "Ni", "thickness_um": 2.0}]}},
    "groove": {
        "variant": "no-recess",
        "probe": {"ring_diameter_um": 30.0, "diameter_um": 6.0, "wall_width_um": 0.0},
    },
}


@pytest.mark.parametrize("keys", OF_ITS_OWN.values(), ids=OF_ITS_OWN.keys())
def test_every_corner_of_a_section_has_the_size_that_its_grading_gives_it(keys):
    """Also the first of adapted meshes, which is coarse elsewhere, knows the corners it has."""
    section = build_cross_section(Design(**keys))
    graded = Graded(2.5, grading=where_asked(1.0))
    mesh = build_mesh(section, graded)
    ends = mesh.p[:, mesh.facets]
    length = np.hypot(*(ends[:, 1] - ends[:, 0]))
    corners = corner_scales(section, graded.grading)
    assert {(r, z) for r, z, _ in corners} == {(r, z) for r, z, _ in corner_scales(section)}
    for r, z, scale in corners:
        at = np.nonzero((np.abs(mesh.p[0] - r) < 1e-9) & (np.abs(mesh.p[1] - z) < 1e-9))[0]
        wanted = graded.size_factor * scale * section.design.mesh.corner_size_um
        touching = np.isin(mesh.facets, at).any(axis=0)
        assert touching.any() and length[touching].min() < 1.5 * wanted, (r, z)


def test_size_factor_halves_everything():
    section = build_cross_section(Design())
    coarse, fine = (mesh_report(build_mesh(section, f)) for f in (1.0, 0.5))
    assert 3.0 < fine["triangles"] / coarse["triangles"] < 4.4
    assert 0.4 < fine["smallest_edge_um"] / coarse["smallest_edge_um"] < 0.6


@pytest.mark.slow
def test_same_mesh_in_another_process_whatever_the_users_gmshrc(tmp_path):
    here = mesh_report(build_mesh(build_cross_section(Design())))["sha256"]
    (tmp_path / ".gmshrc").write_text("Mesh.MeshSizeFactor = 0.5;\nMesh.Algorithm = 8;\n")
    code = (
        "from geometry import *; from geometry.meshing.report import mesh_report;"
        "print(mesh_report(build_mesh(build_cross_section(Design())))['sha256'])"
    )
    env = {**os.environ, "HOME": str(tmp_path), "OMP_NUM_THREADS": "2"}
    other = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == here


def test_curved_side_converges_at_the_elements_order():
    """Volume of a reflowed bump: fourth order with curved facets, second with chords."""
    section = build_cross_section(Design(bump={"shape": "reflowed"}))
    exact = section.films["bump"].revolved_volume_um3
    size, curved, chords = [], [], []
    for factor in (1.0, 0.5):
        mesh = build_mesh(section, factor)
        flat = MeshTri(np.ascontiguousarray(mesh.p[:, : mesh.nvertices]), mesh.t)
        flat = flat.with_subdomains(mesh.subdomains)
        for kind, errors in ((mesh, curved), (flat, chords)):
            model = Model(kind, region_materials(section))
            volume = model.quadrature[1][model.regions["bump"]].sum()
            errors.append(abs(volume / exact - 1))
            if kind is mesh:
                ends = mesh.p[:, mesh.facets[:, model.curved_facets]]
                size.append(np.hypot(*(ends[:, 1] - ends[:, 0])).max())
    orders = [
        np.log(errors[0] / errors[1]) / np.log(size[0] / size[1]) for errors in (curved, chords)
    ]
    assert curved[1] < 1e-6
    assert orders[0] > 3.5, orders
    assert 1.5 < orders[1] < 2.5, orders


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_reader_that_goes_is_an_error_behind_a_mesh_too():
    """Gmsh would have it end the process."""
    program = (
        "import os; from geometry.meshing.gmsh_library import *; g = gmsh_library();"
        "begin_session(g); g.finalize(); read, write = os.pipe(); os.close(read)\n"
        "try: os.write(write, b'x')\nexcept BrokenPipeError: print('an error')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "an error\n")
