"""Bodies, states, interfaces, histories and materials draw themselves, whatever their names."""

import numpy as np
import pytest

from fem_bump import (
    Cycle,
    InputError,
    Material,
    Migration,
    Model,
    current_flow,
    electromigration,
    electrothermal,
    materials,
    thermal_cycles,
    thermal_stress,
)
from fem_bump import stress_history as follow
from fem_bump.drawing.section import PARTS, close_window, outlines, triangulation
from fem_bump.laws import J2
from fem_bump.verification.grids import grid


@pytest.fixture(scope="module")
def model():
    # fine next to r = 4, so that there is something to magnify
    r = [0.0, 2.0, 3.6, *np.linspace(3.9, 4.1, 9), 4.4, 6.0]
    mesh = grid(
        r,
        [0.0, 1.0, *np.linspace(1.9, 2.1, 9), 3.0, 4.0],
        {"film": (0, 6, 2, 4), "base$_1": (0, 6, 0, 2)},
        interiors={"rim": (6, 6, 0, 2)},
    )
    film = Material("law$x", 120e3, 0.3, 17e-6, 5e7, 400.0, law=J2(yield_mpa=50.0))
    return Model(mesh, {"film": film, "base$_1": materials["Al"]}, {"all": ["film", "base$_1"]})


@pytest.fixture(scope="module")
def stress(model):
    return thermal_stress(model, -100.0, 125.0)


@pytest.fixture(scope="module")
def current(model):
    return current_flow(model, 0.1, "rim", "top", source_kind="flux")


def texts(figure):
    from matplotlib.text import Text

    return " ".join(text.get_text() for text in figure.findobj(Text))


def test_a_model_draws_its_regions_and_magnifies_what_is_fine(model):
    figure = model.plot()
    assert "film (law$x)" in texts(figure) and len(figure.axes) == 2
    r0, r1, z0, z1 = close_window(model)
    assert figure.axes[1].get_xlim() == (r0, r1) and r0 < 4 < r1 and z0 < 2 < z1
    assert len(model.plot(window=(0, 1, 0, 1)).axes) == 1
    assert "<img" in model._repr_html_() and "Model: " in model._repr_html_()


def test_an_even_mesh_has_one_view():
    mesh = grid([0.0, 1.0, 2.0], [0.0, 1.0], {"only": (0, 2, 0, 1)})
    even = Model(mesh, {"only": materials["Al"]})
    assert close_window(even) is None and len(even.plot().axes) == 1


def test_elements_keep_their_own_nodes_and_areas(model):
    found = triangulation(model, np.array([3, 5]))
    assert found.triangles.shape == (8, 3) and len(found.x) == 12
    x, y = found.x[found.triangles], found.y[found.triangles]
    area = (x[:, 1] - x[:, 0]) * (y[:, 2] - y[:, 0]) - (x[:, 2] - x[:, 0]) * (y[:, 1] - y[:, 0])
    corners = model.points_um[:, model.triangles[:, [3, 5]]]
    (a, b, c) = corners.transpose(1, 0, 2)
    whole = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
    assert np.allclose(area.reshape(2, 4), whole[:, None] / 4) and PARTS.shape == (4, 3)
    around = outlines(model)
    assert np.allclose(around[:, 1], (around[:, 0] + around[:, 2]) / 2)


@pytest.mark.parametrize("quantity", ["von_mises", "stress_rz", "displacement_z"])
def test_a_stress_draws_its_quantities(stress, quantity):
    assert quantity.split("_")[0] in texts(stress.plot(quantity=quantity)).lower()


def test_a_stress_is_drawn_with_its_own_values(stress):
    (mesh,) = (
        stress.plot(window=(0, 6, 0, 4))
        .axes[0]
        .findobj(lambda artist: hasattr(artist, "get_array") and np.size(artist.get_array()) > 10)
    )
    element = np.repeat(np.arange(stress.model.mesh.nelements), 6)
    assert mesh.get_array().size == element.size
    assert mesh.norm.vmax < mesh.get_array().max()  # singular corners do not make the scale


def test_a_flow_is_grey_where_no_current_flows(current):
    figure = current.plot()
    assert "|J| (A/µm²)" in texts(figure)
    assert "potential (V)" in texts(current.plot(quantity="potential"))


def test_a_current_and_its_temperature_draw_both(model):
    hot = electrothermal(model, 0.1, "rim", "top", "flux", held_degc={"bottom": 100.0})
    assert "temperature (°C)" in texts(hot.plot()) and "temperature" in texts(hot.heat.plot())
    assert "potential (V)" in texts(hot.plot(quantity="potential"))
    with pytest.raises(InputError, match="must be one of temperature, current_density, potential"):
        hot.plot(quantity="heat")


@pytest.mark.slow
def test_atoms_on_the_move_draw_their_stress_over_time_and_in_the_section():
    moving = Migration(7.8e-5, 0.9, -5.0, 1.18e-29, 1e5)
    wire = Material("cu", 1e5, 0.3, 17e-6, 5e7, migration=moving)
    model = Model(grid([0, 1], [0, 5, 10]), {"body": wire})
    flow = current_flow(model, 0.03, "top", "bottom")
    moved = electromigration(model, flow, temperature_degc=100.0)
    drawn = moved.plot()
    assert "body" in texts(drawn) and "time (s)" in texts(drawn)
    largest = drawn.axes[0].lines[0].get_ydata()
    assert (np.diff(largest) >= 0).all() and largest[-1] > 60.0
    assert "hydrostatic stress (MPa), steady" in texts(moved.steady.plot())


def test_what_varies_around_is_drawn_at_an_angle(model):
    sheared = thermal_stress(
        model, -100.0, 125.0, fixed={"bottom": "z"}, lateral_shift_um={"bottom": 0.0, "top": 0.1}
    )
    assert "θ = 30°" in texts(sheared.plot(theta_deg=30.0))
    assert "von Mises" in texts(sheared.part(1).plot())
    assert "around the axis" in texts(sheared.interface("film", "base$_1").plot(theta_deg=90.0))


def test_interfaces_draw_their_legs(stress, current):
    assert "leg_0" in texts(stress.interface("film", "base$_1").plot())
    assert "out of base$_1" in texts(current.interface("film", "base$_1").plot())


def test_a_history_draws_temperature_and_strain():
    mesh = grid([0.0, 1.0, 2.0], [0.0, 1.0], {"only": (0, 2, 0, 1)})
    metal = Material("metal", 120e3, 0.3, 17e-6, law=J2(yield_mpa=50.0, kinematic_mpa=1e3))
    held = {"left": "r", "right": "r", "bottom": "z", "top": "z"}
    done = follow(Model(mesh, {"only": metal}), [0, 60], [125, 25], 125.0, fixed=held)
    assert "mean inelastic strain (%)" in texts(done.plot())
    assert "inelastic" in texts(done.at(60.0).plot(quantity="inelastic_strain"))


def test_cycles_draw_their_loops():
    mesh = grid([0.0, 1.0, 2.0], [0.0, 1.0], {"only": (0, 2, 0, 1)})
    metal = Material("metal", 120e3, 0.3, 17e-6, law=J2(yield_mpa=50.0, kinematic_mpa=1e3))
    cycle = Cycle(25.0, 125.0, 60.0, 60.0, 60.0, 60.0)
    done = thermal_cycles(Model(mesh, {"only": metal}), cycle, 2, fixed={"right": "r"})
    assert "only rr" in texts(done.plot()) and "only zz" in texts(done.plot(component="zz"))
    assert "inelastic work (MJ/m³)" in texts(done.plot())


def test_materials_draw_their_properties():
    figure = materials["Cu"].plot()
    shown = [ax.get_title() for ax in figure.axes]
    assert shown == [
        "young", "poisson", "cte", "conductivity", "thermal conductivity", "yield"
    ]  # fmt: skip
    page = materials._repr_html_()
    assert "<td" in page and "SAC305" in page


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        ({"quantity": "stress"}, "quantity = 'stress' must be one of von_mises, "),
        ({"window": (0, 0, 1, 2)}, r"window = \(0, 0, 1, 2\) must be \(r0, r1, z0, z1\)"),
    ],
    ids=["quantity", "window"],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(stress, arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        stress.plot(**arguments)
