"""States as grids of PyVista: the section and the body in space, with what files hold."""

import sys

import numpy as np
import pytest
from two_materials import model_of, post_on_plate

from fem_bump import current_flow, thermal_stress
from fem_bump.drawing.section_fields import places, stress_fields
from groundwork.extras import MissingExtra


@pytest.fixture(scope="module")
def stress():
    return thermal_stress(model_of(post_on_plate(1)), -100.0, fixed={"bottom": "z"})


@pytest.fixture(scope="module")
def pyvista():
    return pytest.importorskip("pyvista", reason="the extra [view] is not installed")


def volume_of(grid):
    """Without its sign: VTK has wedges turned against its tetrahedra."""
    return np.abs(grid.compute_cell_sizes()["Volume"]).sum()


def test_fields_are_those_of_the_state(stress):
    count = stress.model.mesh.nelements
    fields = stress_fields(stress)
    assert fields["displacement_um"].shape == (6 * count, 3)
    element, x, y = places(np.arange(count))
    assert np.array_equal(fields["stress_rr_mpa"], stress.stress_at(element, x, y)[0])
    moved = stress.displacement_at(element, x, y)
    assert np.allclose(fields["displacement_um"][:, :2], moved.T, atol=1e-12)


def test_a_missing_extra_is_named(stress, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyvista", None)
    for revolved in (False, True):
        with pytest.raises(MissingExtra, match=r'^to_pyvista needs .* "\.\[view\]" in the clone$'):
            stress.to_pyvista(revolved=revolved)


def test_a_section_is_a_grid_of_quadratic_triangles(stress, pyvista):
    grid = stress.to_pyvista()
    count = stress.model.mesh.nelements
    assert grid.n_cells == count and grid.n_points == 6 * count
    # post and plate, the axis to the corner at r = 2
    assert grid.area == pytest.approx(2.0 + 1.0)
    assert list(grid.field_data["regions"]) == ["plate", "post"]
    assert np.array_equal(grid.cell_data["region"], stress.model.region_index)
    assert np.array_equal(grid.point_data["stress_zz_mpa"], stress_fields(stress)["stress_zz_mpa"])


def test_a_body_in_space_has_its_volume(stress, pyvista):
    body = stress.to_pyvista(revolved=True)
    # half of it, as a polygon of 10 degrees
    volume = np.pi * (4.0 + 1.0) / 2
    assert volume_of(body) == pytest.approx(volume * np.sinc(1 / 18), rel=1e-6)
    assert body.point_data["stress_mpa"].shape == (body.n_points, 6)
    flow = current_flow(stress.model, 0.1, "bottom", "top")
    hollow = flow.to_pyvista(revolved=True, hidden=("plate",))
    assert "potential_mv" in hollow.point_data and volume_of(hollow) < volume_of(body)
    assert "current_density_a_per_cm2" in flow.to_pyvista().point_data
