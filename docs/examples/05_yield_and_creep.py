"""
A film that yields, a solder that creeps
========================================

Materials can have laws. A body that has them is followed through time: here films on a stiff
substrate, cooled from the reflow and held.
"""

import matplotlib.pyplot as plt
import numpy as np
from skfem import MeshTri

from fem_bump import Material, Model, materials, stress_history
from fem_bump.laws import J2

mesh = MeshTri.init_tensor(np.linspace(0, 2, 3), np.array([0.0, 10.0, 11.0])).with_subdomains(
    {"substrate": lambda x: x[1] < 10, "film": lambda x: x[1] > 10}
)
mesh = mesh.with_boundaries({"bottom": lambda x: x[1] == 0, "side": lambda x: x[0] == 2})
films = {
    "elastic": Material("Al", young_mpa=70e3, poisson=0.33, cte_per_k=23e-6),
    "yields at 150 MPa": Material(
        "Al", young_mpa=70e3, poisson=0.33, cte_per_k=23e-6, law=J2(150.0, kinematic_mpa=2e3)
    ),
    "SAC305, creeps": materials["SAC305"],
}
times_s = [0.0, 96.0, 3696.0]  # 2 K/s, then an hour at rest
instants_s = np.concatenate([np.linspace(0, 96, 17), np.geomspace(100, 3696, 8)])
figure, (cooling, resting) = plt.subplots(1, 2, sharey=True, figsize=(8, 4), layout="constrained")
for name, film in films.items():
    history = stress_history(
        Model(mesh, {"film": film, "substrate": materials["Si"]}),
        times_s=times_s,
        temperatures_degc=[217.0, 25.0, 25.0],
        stress_free_degc=217.0,
        fixed={"bottom": "z"},
        tied={"side": "r"},
        tolerance=1e-2,
    )
    film_mpa = [history.at(t).stress(np.array([[1.0], [10.5]]))[0, 0] for t in instants_s]
    cooling.plot(217 - 2 * instants_s[:17], film_mpa[:17], label=name)
    resting.semilogx(instants_s[17:] - 96, film_mpa[17:])
    print(f"{name}: {film_mpa[16]:.1f} MPa when cold, {film_mpa[-1]:.1f} MPa after an hour")
cooling.invert_xaxis()
cooling.set(xlabel="temperature (degC), cooling at 2 K/s", ylabel="in-plane stress (MPa)")
resting.set(xlabel="time at 25 degC (s)")
figure.legend(loc="outside upper center", ncols=3)
