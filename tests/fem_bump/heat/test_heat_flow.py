"""Conduction of heat: closed forms, what leaves through which boundary, and what is refused."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, Model, heat_flow
from fem_bump.verification.grids import grid

STEEL = Material("steel", 2e5, 0.3, 1e-5, thermal_conductivity_w_per_mk=50.0)
SILICON = Material(
    "silicon", 1.3e5, 0.28, 3e-6,
    thermal_conductivity_w_per_mk=lambda degc: 148.0 * ((degc + 273.15) / 298.15) ** -1.3,
)  # fmt: skip
VACUUM = Material("vacuum", 1.0, 0.3, 1e-5)


def rod(material=STEEL, cells=20):
    return Model(grid([0, 1, 2], np.linspace(0, 10, cells + 1)), {"body": material})


def test_conductivity_of_the_temperature():
    """Kirchhoff: the integral of k from one end's temperature to the other's is flux x length."""
    fed = heat_flow(rod(SILICON), boundary_heat_w={"top": 0.05}, held_degc={"bottom": 25.0})
    degc = np.linspace(25.0, fed.temperature_max_degc, 2001)
    k = SILICON.at("thermal_conductivity_w_per_mk", degc) * 1e-6
    flux = 0.05 / (np.pi * 2.0**2)
    assert fed.temperature_max_degc > 300.0
    assert_allclose(np.trapezoid(k, degc), flux * 10.0, rtol=1e-5)
    assert fed.residual < 1e-9
    assert_allclose(fed.heat_out_w("bottom"), 0.05, rtol=1e-9)


def test_heat_leaves_where_it_can():
    """Heat in is heat out to 1e-9, over held boundaries that touch, and films of either sign."""
    model = rod()
    held, films = {"bottom": 20.0, "right": 20.0}, {"top": (3e6, 80.0)}
    found = heat_flow(
        model,
        heat_w_per_um3=lambda r, z: 1e-4 * (1 + r * z),
        boundary_heat_w={"top": 1e-2},
        held_degc=held,
        film_w_per_m2k=films,
    )
    out = [found.heat_out_w(name) for name in ("bottom", "right", "top", "left")]
    assert_allclose(sum(out), found.heat_w, rtol=1e-9)
    assert out[2] < 0 < out[0] < out[1]
    assert out[3] == 0.0
    assert_allclose(found.heat_out_sum_w, found.heat_w, rtol=1e-9)


def test_a_film_in_series():
    """The film's drop, the rod's drop, the gradient."""
    found = heat_flow(rod(), boundary_heat_w={"top": 1e-2}, film_w_per_m2k={"bottom": (1e6, 40.0)})
    flux = 1e-2 / (np.pi * 2.0**2)
    bottom, top = found.temperature([[0.5, 0.5], [0.0, 10.0]])
    assert_allclose(bottom, 40.0 + flux / (1e6 * 1e-12), rtol=1e-9)
    assert_allclose(top - bottom, flux * 10.0 / 50e-6, rtol=1e-9)
    gradient = found.temperature_gradient([[0.5], [4.0]])
    assert_allclose(gradient, [[0.0], [flux / 50e-6]], rtol=1e-8, atol=1e-8)
    assert found.hot_spot_um[1] == 10.0
    assert "bottom 0.01 W" in repr(found)


def test_parts_that_only_films_cool():
    """A weak film on each of two parts: each finds its own level."""
    regions = {"core": (0, 1, 0, 10), "gap": (1, 2, 0, 10), "shell": (2, 3, 0, 10)}
    inner = {"core_top": (0, 1, 10, 10), "shell_side": (3, 3, 0, 10)}
    mesh = grid([0, 1, 2, 3], np.linspace(0, 10, 4), regions, interiors=inner)
    model = Model(mesh, {"core": STEEL, "gap": VACUUM, "shell": STEEL})
    areas = {"core_top": np.pi, "shell_side": 60 * np.pi}  # um^2
    found = heat_flow(
        model,
        boundary_heat_w={name: 1e-14 * area * 30.0 for name, area in areas.items()},
        film_w_per_m2k={"core_top": (0.01, 20.0), "shell_side": (0.02, 20.0)},
    )
    assert_allclose(found.temperature([[0.5, 2.5], [5.0, 5.0]]), [50.0, 35.0], rtol=1e-7)
    assert_allclose(found.heat_out_sum_w, found.heat_w, rtol=1e-9)


def test_what_does_not_conduct_is_left_out():
    regions = {"metal": (0, 1, 0, 10), "gap": (1, 2, 0, 10)}
    mesh = grid([0, 0.5, 1, 2], np.linspace(0, 10, 5), regions)
    model = Model(mesh, {"metal": STEEL, "gap": VACUUM})
    found = heat_flow(model, heat_w_per_um3={"metal": 1e-3}, held_degc={"bottom": 0.0})
    assert found.system.dropped == ("gap",)
    with pytest.raises(ValueError, match="lies outside"):
        found.temperature([[1.5], [5.0]])
    with pytest.raises(InputError, match="touches no region that conducts heat"):
        heat_flow(model, boundary_heat_w={"right": 1e-3}, held_degc={"bottom": 0.0})


@pytest.mark.parametrize(
    "given, message",
    [
        (dict(boundary_heat_w={"top": 1.0}), "a heated body needs a heat sink"),
        (dict(film_w_per_m2k={"top": (0.0, 25.0)}), "a heated body needs a heat sink"),
        (dict(held_degc={"lid": 25.0}), "unknown boundary 'lid'"),
        (dict(held_degc={"top": -300.0}), r"held_degc\['top'\] = -300.0 must be a finite number"),
        (dict(held_degc={"top": 1.0, "right": 2.0}), "which touch"),
        (dict(held_degc={"top": 1.0}, film_w_per_m2k={"top": (1.0, 2.0)}), "holds a temperature"),
        (dict(film_w_per_m2k={"top": (-1.0, 2.0)}), "the coefficient -1.0, which must be finite"),
        (dict(film_w_per_m2k={"top": 3.0}), "must be a pair"),
        (
            dict(film_w_per_m2k={"top": (1.0, np.nan)}),
            r"^the ambient .* of film_.*'top'\] = nan must",
        ),
        (dict(held_degc=0.0), "^held_degc = 0.0 must map names of boundaries to a temperature"),
        (dict(held_degc="top"), "^held_degc = 'top' must map names of boundaries"),
        (dict(film_w_per_m2k=[1.0]), r"^film_w_per_m2k = \[1.0\] must map names of boundaries"),
        (dict(held_degc={"top": 1.0}, boundary_heat_w={"right": np.inf}), "finite number, W"),
    ],
)
def test_refused(given, message):
    with pytest.raises(InputError, match=message):
        heat_flow(rod(), **given)


def test_heat_that_cannot_leave_is_refused():
    regions = {"core": (0, 1, 0, 10), "gap": (1, 2, 0, 10), "shell": (2, 3, 0, 10)}
    mesh = grid([0, 1, 2, 3], np.linspace(0, 10, 4), regions)
    model = Model(mesh, {"core": STEEL, "gap": VACUUM, "shell": STEEL})
    with pytest.raises(InputError, match="region 'core' is heated and reaches no heat sink"):
        heat_flow(model, heat_w_per_um3={"core": 1.0}, held_degc={"right": 25.0})
    with pytest.raises(InputError, match="'vacuum' has no thermal_conductivity_w_per_mk"):
        heat_flow(model, heat_w_per_um3={"gap": 1.0}, held_degc={"right": 25.0})
    inner = heat_flow(model, heat_w_per_um3={"shell": 1.0}, held_degc={"right": 25.0})
    assert inner.system.dropped == ("core", "gap")
