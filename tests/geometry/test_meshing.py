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
from geometry.meshing import mesh_report
from studies.evaluate import region_materials

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


def test_budget_and_quality(made):
    report = mesh_report(made[1])
    assert report["displacement_unknowns"] <= 25_000
    assert report["quality_min"] > 0.3 and report["quality_mean"] > 0.85
    assert report["largest_angle_deg"] < 140


def test_size_factor_halves_everything():
    section = build_cross_section(Design())
    coarse, fine = (mesh_report(build_mesh(section, f)) for f in (1.0, 0.5))
    assert 3.0 < fine["triangles"] / coarse["triangles"] < 4.4
    assert 0.4 < fine["smallest_edge_um"] / coarse["smallest_edge_um"] < 0.6


def test_same_mesh_in_another_process_whatever_the_users_gmshrc(tmp_path):
    here = mesh_report(build_mesh(build_cross_section(Design())))["sha256"]
    (tmp_path / ".gmshrc").write_text("Mesh.MeshSizeFactor = 0.5;\nMesh.Algorithm = 8;\n")
    code = (
        "from geometry import *; from geometry.meshing import mesh_report;"
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
