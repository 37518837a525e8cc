"""
A trace on one side, a plane mesh
=================================

A trace feeds the pad from one side, so the current depends on the angle around the axis. It is
solved as a sum of harmonics of the angle on the same plane mesh: an answer in space at the price of
one in the plane.
"""

import matplotlib.pyplot as plt
import numpy as np

from fem_bump import Model, current_flow, materials
from geometry import Design, build_cross_section, build_mesh

section = build_cross_section(Design(variant="no-recess", mesh={"size_factor": 4.0}))
model = Model(
    build_mesh(section),
    {region: materials[name] for region, name in section.region_materials.items()},
    groups=section.groups,
)
even = current_flow(model, current_a=0.3, source="pad_rim", sink="bump_top", source_kind="flux")
fed = current_flow(
    model,
    current_a=0.3,
    source="pad_rim",
    sink="bump_top",
    source_kind="flux",
    source_half_angle_deg=14.5,
    accuracy=1e-2,
)
print(f"{even.resistance_ohm * 1e3:.2f} mohm fed all around, {fed.resistance_ohm * 1e3:.2f} mohm")

# %%
# Current density at UBM/pad over the angle, means over 1 um of the opening's edge: in front of the
# trace (0 deg) six times what an even feed gives.

interface = fed.interface("ubm", "pad")
angles_deg = np.arange(-180, 181, 10)
worst = [
    interface.window(1.0, theta_deg=(angle - 5, angle + 5)).current_density_max_a_per_um2 * 1e5
    for angle in angles_deg
]
reference = even.interface("ubm", "pad").window(1.0).current_density_max_a_per_um2 * 1e5
figure, axes = plt.subplots(figsize=(7, 3.5), layout="constrained")
axes.plot(angles_deg, worst, label="20 um trace")
axes.axhline(reference, color="0.4", linestyle="--", label="fed all around")
axes.set(xlabel="angle from the trace (deg)", ylabel="current density (kA/cm2)")
axes.set_xticks(range(-180, 181, 60))
axes.legend()
print(f"in front of the trace {max(worst) / reference:.1f} times the even feed")
