"""3-D files of a revolved section: geometry, turned components, what is shared and what is not."""

import meshio
import numpy as np
import pytest
from skfem import MeshTri

from fem_bump import Model, current_flow, materials, thermal_stress
from fem_bump.algebra.shape_functions import NODES
from studies.fields import revolved, section_mesh
from studies.fields.files import write_fields

SIDES = {
    "wedge": [(0, 1, 2, 5), (0, 1, 5, 4), (0, 4, 5, 3)],
    "pyramid": [(0, 1, 2, 4), (0, 2, 3, 4)],
    "tetra": [(0, 1, 2, 3)],
}


def block(r0=0.0, r1=2.0, z1=1.0, n=4):
    """Rectangle of triangles, its left half 'pad', its right half 'ubm'."""
    mesh = MeshTri.init_tensor(np.linspace(r0, r1, n + 1), np.linspace(0.0, z1, 3))
    middle = mesh.p[0][mesh.t].mean(axis=0)
    half = (r0 + r1) / 2
    mesh = mesh.with_subdomains(
        {
            name: np.nonzero(found)[0]
            for name, found in (("pad", middle < half), ("ubm", middle > half))
        }
    )
    return Model(mesh, {"pad": materials["Al"], "ubm": materials["Ti"]})


def volumes(points, cells):
    """Volumes of cells from the tetrahedra they consist of; negative where a cell is inside out."""
    total = []
    for kind, corners in cells:
        here = np.zeros(len(corners))
        for tetra in SIDES[kind]:
            p, q, r, s = (points[corners[:, k]] for k in tetra)
            here += np.einsum("ij,ij->i", np.cross(q - p, r - p), s - p) / 6
        total.append(here)
    return dict(zip([kind for kind, _ in cells], total, strict=True))


@pytest.mark.parametrize(("r0", "kinds"), [(1.0, {"wedge"}), (0.0, {"wedge", "pyramid", "tetra"})])
@pytest.mark.parametrize("step", [30.0, 10.0])
def test_cells_fill_the_polygon_of_revolution(r0, kinds, step):
    model = block(r0)
    mesh = section_mesh.section_mesh(model, pieces=1)
    theta = np.arange(0.0, 360.0 + step / 2, step)
    body = revolved.revolve(mesh.points_um, mesh.triangles, theta)
    found = volumes(body.points_um, body.cells)
    assert set(found) == kinds
    # VTK orders wedges the other way round than tetrahedra and pyramids
    signs = {"wedge": -1, "pyramid": 1, "tetra": 1}
    assert all((signs[kind] * volume > 0).all() for kind, volume in found.items())
    exact = np.pi * (2.0**2 - r0**2)
    d = np.radians(step)
    volume = sum(np.abs(v).sum() for v in found.values())
    assert volume == pytest.approx(exact * np.sin(d) / d, rel=1e-12)
    assert len(theta) - 1 == round(360 / step)


def test_a_full_circle_is_closed_and_half_a_circle_is_not():
    mesh = section_mesh.section_mesh(block(1.0), pieces=1)
    vertices = mesh.points_um.shape[1]
    full = revolved.revolve(mesh.points_um, mesh.triangles, np.linspace(0, 360, 13))
    half = revolved.revolve(mesh.points_um, mesh.triangles, np.linspace(0, 180, 7))
    assert len(full.points_um) == 12 * vertices and len(half.points_um) == 7 * vertices
    assert np.unique(full.cells[0][1]).size == len(full.points_um)


@pytest.mark.parametrize("theta", [[0.0], [0.0, 10.0, 10.0], [0.0, 180.0, 361.0]])
def test_layers_that_make_no_body_are_refused(theta):
    mesh = section_mesh.section_mesh(block(), pieces=1)
    with pytest.raises(ValueError, match="theta_deg"):
        revolved.revolve(mesh.points_um, mesh.triangles, np.array(theta))


def test_a_rigid_translation_is_one_vector_everywhere(tmp_path):
    mesh = section_mesh.section_mesh(block(), pieces=1)
    n = mesh.points_um.shape[1]

    def shift(theta):  # 0.3 in x and -0.2 in z, as r, theta, z
        t = np.radians(theta)
        return np.outer([0.3 * np.cos(t), -0.3 * np.sin(t), -0.2], np.ones(n))

    path = revolved.write_revolved(
        tmp_path / "shift.vtu",
        revolved.Swept(
            mesh.points_um, mesh.triangles, np.linspace(0, 360, 19), {"displacement_um": shift},
            mesh.region, mesh.region_names,
        ),
    )  # fmt: skip
    read = meshio.read(path)
    assert read.point_data["displacement_um"] == pytest.approx(
        np.tile([0.3, 0.0, -0.2], (len(read.points), 1)), abs=1e-7
    )
    assert path.with_suffix(".regions.txt").read_text().split() == list(mesh.region_names)
    assert not list(tmp_path.glob(".*"))
    # the region of a cell is that of its place
    for block_of_cells, region in zip(read.cells, read.cell_data["region"], strict=True):
        middle = np.hypot(*read.points[block_of_cells.data].mean(axis=1)[:, :2].T)
        names = np.array(mesh.region_names)[region]
        assert set(names[middle < 0.8]) <= {"pad"} and set(names[middle > 1.2]) <= {"ubm"}


def test_a_uniform_stress_is_one_tensor_everywhere():
    given = np.array([[5.0, 1.0, -2.0], [1.0, 3.0, 0.5], [-2.0, 0.5, 7.0]])
    for theta in (0.0, 37.0, 200.0):
        c, s = np.cos(np.radians(theta)), np.sin(np.radians(theta))
        turn = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])  # rows: e_r, e_theta, e_z
        local = turn @ given @ turn.T
        six = np.array([local[0, 0], local[2, 2], local[1, 1], local[0, 2], local[0, 1],
                        local[1, 2]])[:, None]  # fmt: skip
        expected = [5.0, 3.0, 7.0, 1.0, 0.5, -2.0]  # xx, yy, zz, xy, yz, xz
        assert revolved.to_cartesian(six, theta)[0] == pytest.approx(expected)


def test_fields_of_other_sizes_are_refused():
    with pytest.raises(ValueError, match="4 components"):
        revolved.to_cartesian(np.zeros((4, 2)), 0.0)


def test_vertices_are_shared_inside_a_region_only():
    mesh = section_mesh.section_mesh(block(), pieces=1)
    number = section_mesh.welded(mesh)
    at = {}
    for vertex, group in enumerate(number):
        at.setdefault(group, set()).add(tuple(np.round(mesh.points_um[:, vertex], 9)))
    assert all(len(places) == 1 for places in at.values())
    places = [next(iter(p)) for p in at.values()]
    doubled = {p for p in places if places.count(p) == 2}
    assert doubled == {(1.0, 0.0), (1.0, 0.5), (1.0, 1.0)}
    assert len(places) == 15 + 3


@pytest.mark.parametrize("pieces", [1, 2, 3])
def test_the_window_cuts_elements_exactly(pieces):
    window = (0.3, 1.7, 0.1, 0.85)
    mesh = section_mesh.section_mesh(block(), window, pieces=pieces)
    r, z = mesh.points_um
    p, q, s = (mesh.points_um[:, mesh.triangles[:, k]] for k in range(3))
    area = ((q[0] - p[0]) * (s[1] - p[1]) - (q[1] - p[1]) * (s[0] - p[0])) / 2
    assert (area > 0).all()
    assert area.sum() == pytest.approx(1.4 * 0.75)
    assert (r.min(), r.max(), z.min(), z.max()) == pytest.approx(window)
    assert area[mesh.region == 0].sum() == pytest.approx(0.7 * 0.75)


def test_hidden_regions_are_left_out():
    mesh = section_mesh.section_mesh(block(), hidden=["ubm"])
    assert {mesh.region_names[k] for k in mesh.region} == {"pad"}
    assert mesh.points_um[0].max() == 1.0


def test_layers_hold_the_edges_of_the_arcs_and_keep_their_distance():
    for half, count, end in ((14.5, 1, 180.0), (4.0, 8, 360.0), (0.3, 1, 180.0), (None, 1, 180.0)):
        theta = revolved.layers(half, count, end)
        assert theta[0] == 0.0 and theta[-1] == end
        assert np.diff(theta).max() <= revolved.STEP_DEG + revolved.LEAST_STEP_DEG
        if half is not None:
            assert np.diff(theta).min() >= min(half, revolved.LEAST_STEP_DEG) - 1e-9
            for k in range(count):
                assert np.abs(theta - (360 * k / count + half)).min() < 1e-9


# ------------------------------------------------------------------------- from solutions


@pytest.fixture(scope="module")
def joint():
    """Two discs on each other, 'pad' below, under a shift and fed through an arc."""
    mesh = MeshTri.init_tensor(np.linspace(0.0, 4.0, 9), np.linspace(0.0, 2.0, 5))
    z = mesh.p[1][mesh.t].mean(axis=0)
    mesh = mesh.with_subdomains({"pad": np.nonzero(z < 1)[0], "ubm": np.nonzero(z > 1)[0]})
    mesh = mesh.with_boundaries(
        {
            "rim": lambda x: (x[0] == 4.0) & (x[1] < 1),
            "bottom": lambda x: x[1] == 0.0,
            "top": lambda x: x[1] == 2.0,
        }
    )
    model = Model(mesh, {"pad": materials["Al"], "ubm": materials["Ti"]})
    stress = thermal_stress(
        model, -50.0, 150.0, fixed={"bottom": "z"}, lateral_shift_um={"bottom": 0.0, "top": 0.02}
    )
    current = current_flow(model, 0.2, "rim", "top", source_kind="flux", source_half_angle_deg=30.0)
    return stress, current


def test_files_hold_the_solution_at_its_place(joint, tmp_path):
    stress, current = joint
    read = meshio.read(revolved.write_angular(tmp_path / "a.vtu", stress, current))
    x, y, z = read.points.T
    r, theta = np.hypot(x, y), np.degrees(np.arctan2(y, x))
    assert theta.max() == pytest.approx(180.0) and theta.min() > -1e-9
    off = r > 0
    u = stress.displacement(np.array([r, z])[:, off], theta[off])
    t = np.radians(theta[off])
    wanted = np.array([u[0] * np.cos(t) - u[1] * np.sin(t), u[0] * np.sin(t) + u[1] * np.cos(t),
                       u[2]])  # fmt: skip
    shift = read.point_data["displacement_um"]
    np.testing.assert_allclose(shift[off], wanted.T, atol=1e-8)
    # on the axis only z and the shift's direction are left
    np.testing.assert_allclose(shift[~off, 1], 0.0, atol=1e-8)
    top = read.points[:, 2] == 2.0
    axis_top = top & ~off
    assert shift[axis_top, 0] == pytest.approx(0.02, rel=1e-6)

    inside = off & (z > 0.2) & (z < 0.8)
    volts = current.potential(np.array([r, z])[:, inside], "pad", theta[inside])
    np.testing.assert_allclose(read.point_data["potential_mv"][inside], 1e3 * volts, rtol=1e-5)
    # the current enters from +x, so it runs towards -x near the rim
    rim = (r > 3.9) & (z < 0.6) & (theta < 10)
    assert (read.point_data["current_density_a_per_cm2"][rim, 0] < 0).all()
    assert read.point_data["stress_mpa"].shape == (len(x), 6)
    assert (read.point_data["von_mises_mpa"] >= 0).all()


def test_stress_jumps_at_an_interface_and_is_that_of_its_region(joint, tmp_path):
    stress, _ = joint
    read = meshio.read(revolved.write_angular(tmp_path / "s.vtu", stress))
    assert "potential_mv" not in read.point_data
    at = np.isclose(read.points, [2.0, 0.0, 1.0]).all(axis=1)
    assert at.sum() == 2  # one per region
    hoop = read.point_data["stress_mpa"][at, 1]  # yy is tt at theta = 0
    assert abs(hoop[0] - hoop[1]) > 5.0


def test_axisymmetric_solutions_will_do(joint, tmp_path):
    stress, current = (solution.axisymmetric for solution in joint)
    path = revolved.write_angular(
        tmp_path / "n0.vtu", stress, current, np.linspace(0, 360, 5), (0.0, 3.0, 0.0, 2.0)
    )
    read = meshio.read(path)
    radial = np.einsum("ij,ij->i", read.points[:, :2], read.point_data["displacement_um"][:, :2])
    around = np.cross(read.points, read.point_data["displacement_um"])[:, 2]
    assert np.abs(around).max() < 1e-6 * np.abs(radial).max()
    assert read.points[:, 0].max() == pytest.approx(3.0)


def test_files_without_a_solution_or_of_two_models_are_refused(joint, tmp_path):
    stress, _ = joint
    other = thermal_stress(block(), -1.0)
    for solutions in ((), (stress, other)):
        with pytest.raises(ValueError, match="one model"):
            revolved.write_angular(tmp_path / "no.vtu", *solutions)


def test_the_section_of_a_flow_through_an_arc_is_that_at_its_middle(joint, tmp_path):
    stress, current = joint
    write_fields(tmp_path / "plane.vtu", stress, current)
    read = meshio.read(tmp_path / "plane.vtu").point_data
    (triangles,) = meshio.read(tmp_path / "plane.vtu").cells
    n = len(triangles.data)
    element, (x, y) = np.repeat(np.arange(n), 6), np.tile(NODES, n)
    r, around, z = 1e8 * current.current_density_at(element, x, y, 0.0)
    largest = np.abs(z).max()
    for name, wanted in (("", np.hypot(r, z)), ("_r", r), ("_z", z)):
        found = read[f"current_density{name}_a_per_cm2"]
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-6 * largest)
    np.testing.assert_allclose(around, 0.0, rtol=0, atol=1e-9 * largest)
