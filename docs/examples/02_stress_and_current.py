"""
Stress and current of three recess depths
=========================================

The question that the program was made for: the pad is etched not at all, half through or right
through before the UBM goes on. What happens to the peel at UBM/pad after the cool-down, and to the
current that crowds there?

The mesh is coarse so that the example runs in seconds.
"""

import matplotlib.pyplot as plt

from fem_bump import Model, current_flow, materials, thermal_stress
from geometry import Design, build_cross_section, build_mesh


def solve(variant):
    section = build_cross_section(Design(variant=variant, mesh={"size_factor": 6.0}))
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
    return stress, current_flow(model, current_a=0.3, source="pad_rim", sink="bump_top")


found = {variant: solve(variant) for variant in ("no-recess", "partial-depth", "full-depth")}

# %%
# Means over 1 um that slide along the whole interface: the field itself is unbounded in the
# corners, its largest nodal value is one of the mesh.

for variant, (stress, current) in found.items():
    peel = stress.interface("ubm", "pad").window(1.0).peel_max_mpa
    density = current.interface("ubm", "pad").window(1.0).current_density_max_a_per_um2
    print(f"{variant:14} peel {peel:6.1f} MPa, current {density * 1e5:5.1f} kA/cm2")

# %%
# Along the interface, over the distance from its outer end: peel (tension positive) and current
# density. At full depth the interface is the etched wall alone, 1 um high.

figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(7, 5), layout="constrained")
for variant, (stress, current) in found.items():
    interface, flux = stress.interface("ubm", "pad"), current.interface("ubm", "pad")
    end_um = interface.arc_length_um.max()
    above.plot(end_um - interface.arc_length_um, interface.peel_mpa, label=variant)
    below.plot(end_um - flux.arc_length_um, flux.jn_a_per_um2 * 1e5)
above.set(xlim=(6, 0), ylim=(-300, 600), ylabel="peel (MPa)")
below.set(
    ylim=(-20, 250), ylabel="current density (kA/cm2)", xlabel="distance from the outer end (um)"
)
figure.legend(loc="outside upper center", ncols=3)
