"""Consistent interface tractions against Lame's bonded tubes and spheres, and a hanging tube.

Peel, shear and net force with signs; error and order; both sides of an interface without triple
nodes, and the interface named the other way round.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.verification.elasticity import press_fit
from fem_bump.verification.row import order


def tractions(shape, cells):
    return press_fit.solve(shape, cells).interface("shell", "core")


def test_tube_order_point_by_point():
    true = press_fit.exact("tube")
    cells = (4, 8, 16)
    errors = [np.abs(tractions("tube", n).peel_mpa / true - 1).max() for n in cells]
    assert errors[-1] < 3e-4
    assert order(errors, [1 / n for n in cells]) > 1.9


def test_sphere_order_in_the_mean_and_point_by_point():
    true = press_fit.exact("sphere")
    cells = (8, 16, 32)
    found = [tractions("sphere", n) for n in cells]
    sizes = [1 / n for n in cells]
    mean = [abs(one.mean_peel_mpa / true - 1) for one in found]
    assert mean[-1] < 1e-4
    assert order(mean, sizes) > 1.9
    # facets meet at kinks that turn the traction by their angle
    points = [np.abs(one.peel_mpa[1::3] / true - 1).max() for one in found]
    assert_allclose(order(points, sizes), 1.0, rtol=0.1)


def test_signs():
    # the core shrinks more than the shell that it is bonded to: it is pulled outwards
    assert press_fit.exact("tube") > 0
    found = tractions("tube", 4)
    assert_allclose(found.normals[0], 1.0, rtol=1e-12)  # from core into shell
    assert found.peel_mpa.min() > 0


def test_hanging_tube_shear_and_force():
    true = -press_fit.FORCE * (press_fit.MIDDLE**2 - press_fit.INNER**2) / (2 * press_fit.MIDDLE)
    shear = [press_fit.hang(n).interface("shell", "core").shear_mpa for n in (2, 4, 8)]
    errors = [np.abs(values / true - 1).max() for values in shear]
    assert errors[-1] < 3e-4
    assert order(errors, [4, 2, 1]) > 1.8


@pytest.mark.parametrize("shape, component", [("hang", "shear_mpa"), ("tube", "peel_mpa")])
def test_both_sides_and_both_names_agree(shape, component):
    # the other component ends at a boundary that holds it, which is as good as a triple node
    found = press_fit.hang(4) if shape == "hang" else press_fit.solve("tube", 4)
    shell = found.interface("shell", "core")
    values, scale = getattr(shell, component), shell.mean_magnitude_mpa
    other = getattr(found.interface("shell", "core", "b"), component)
    assert_allclose(other / scale, values / scale, rtol=0, atol=1e-9)
    swapped = found.interface("core", "shell")
    assert_allclose(swapped.normals, -shell.normals, rtol=1e-15)
    sign = 1 if component == "peel_mpa" else -1
    assert_allclose(getattr(swapped, component) / scale, sign * values / scale, rtol=0, atol=1e-9)
    if shape == "hang":
        assert_allclose(swapped.net_force_un, -shell.net_force_un, rtol=1e-9)
