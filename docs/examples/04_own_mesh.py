"""
A mesh of your own, against a closed form
=========================================

`Model` takes any triangle mesh of scikit-fem whose regions and boundaries have names. Here: a film
on a substrate that is held flat, whose stress everybody knows.
"""

import numpy as np
from skfem import MeshTri

from fem_bump import Material, Model, thermal_stress

r, z = np.linspace(0, 20, 21), np.array([0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 10.5, 11.0])
mesh = MeshTri.init_tensor(r, z).with_subdomains(
    {"substrate": lambda x: x[1] < 10, "film": lambda x: x[1] > 10}
)
mesh = mesh.with_boundaries(
    {
        "bottom": lambda x: x[1] == 0,
        "side": lambda x: x[0] == 20,
        "film/substrate:floor": lambda x: x[1] == 10,
    },
    boundaries_only=False,  # a function finds what lies between regions too
)
film = Material("aluminium", young_mpa=70e3, poisson=0.33, cte_per_k=23e-6)
substrate = Material("silicon", young_mpa=130e3, poisson=0.28, cte_per_k=2.6e-6)
model = Model(mesh, {"film": film, "substrate": substrate})
figure = model.plot()

# %%
# The substrate's underside stays flat, and the side of both moves but stays vertical.

stress = thermal_stress(
    model,
    delta_t=-100.0,
    stress_free_degc=125.0,
    fixed={"bottom": "z"},
    tied={"side": "r"},
)

# %%
# One strain for both, no net force: the film's stress is
#
# .. math::
#
#    \sigma_f = \frac{E'_f (\alpha_s - \alpha_f) \Delta T}{1 + E'_f h_f / (E'_s h_s)},
#    \qquad E' = \frac{E}{1 - \nu}.

stiff_film, stiff_substrate = 70e3 / (1 - 0.33), 130e3 / (1 - 0.28)
exact = stiff_film * (2.6e-6 - 23e-6) * -100.0 / (1 + stiff_film * 1.0 / (stiff_substrate * 10.0))
computed = stress.stress(np.array([[7.0], [10.6]]))[0, 0]
print(f"computed {computed:.6f} MPa, exact {exact:.6f} MPa, apart by {computed / exact - 1:.1e}")
assert abs(computed / exact - 1) < 1e-9
