"""
Why no largest nodal value is reported
======================================

Where materials meet in a corner the elastic field is unbounded. Refine the mesh, and the largest
value on the interface grows without end; a mean over a stated length does not.
"""

import matplotlib.pyplot as plt
import numpy as np

from fem_bump import Model, materials, thermal_stress
from geometry import Design, build_cross_section, build_mesh

corner_sizes_um = [0.4, 0.2, 0.1, 0.05, 0.025]
largest, means = [], {0.5: [], 1.0: [], 2.0: []}
for size_um in corner_sizes_um:
    mesh_size = {"corner_size_um": size_um, "size_factor": 3.0}
    section = build_cross_section(Design(variant="full-depth", mesh=mesh_size))
    model = Model(
        build_mesh(section),
        {region: materials[name] for region, name in section.region_materials.items()},
        groups=section.groups,
    )
    stress = thermal_stress(
        model,
        delta_t=-192.0,
        stress_free_degc=217.0,
        fixed={"chip_bottom": "z"},
        tied={"cell_side": "r"},
    )
    interface = stress.interface("ubm", "passivation")
    largest.append(np.max(interface.peel_mpa))
    for length_um, found in means.items():
        found.append(interface.window(length_um).peel_max_mpa)

# %%
# Peel at UBM/passivation. The means over 0.5, 1 and 2 um stay; the largest value follows the mesh.

figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
axes.loglog(corner_sizes_um, largest, "o--", color="0.4", label="largest value on the interface")
for length_um, found in means.items():
    axes.loglog(corner_sizes_um, found, "o-", label=f"mean over {length_um:g} um")
axes.set_xticks(corner_sizes_um, [f"{size_um:g}" for size_um in corner_sizes_um], minor=False)
axes.minorticks_off()
axes.set_yticks([200, 500, 1000, 2000, 5000], ["200", "500", "1000", "2000", "5000"])
axes.invert_xaxis()
axes.set_xlabel("element size in the corners (um), finer to the right")
axes.set_ylabel("peel (MPa)")
axes.legend(loc="center left")

# %%
# How much is left of the change when the mesh is halved for the last time:

print(f"largest value: {largest[-1] / largest[-2] - 1:+.1%}")
for length_um, found in means.items():
    print(f"mean over {length_um:g} um: {found[-1] / found[-2] - 1:+.2%}")
