"""
Shapes of molten solder
=======================

Molten solder takes the shape of least energy for its volume, pinned at the edge of what it wets.
"""

import matplotlib.pyplot as plt
import numpy as np

from geometry.liquid.reflow import bridge, equilibrium_standoff_um, free_cap


def draw(axes, shape, label):
    """Both sides of a meridian."""
    r, z = shape.at(np.linspace(0, 1, 200))
    (line,) = axes.plot(r, z, label=label)
    axes.plot(-r, z, color=line.get_color())


# %%
# On its UBM of 35 um in radius:

figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
for volume_um3 in (5e4, 1e5, 2e5, 4e5):
    draw(axes, free_cap(volume_um3, base_radius_um=35.0), f"{volume_um3:,.0f} um3")
axes.set(xlabel="r (um)", ylabel="z (um)", aspect="equal", xlim=(-80, 80))
axes.legend(fontsize="small")

# %%
# Between two pads it finds its own height: where the pull of the surface carries what rests on it.

joints, axes = plt.subplots(figsize=(7, 4), layout="constrained")
for volume_um3 in (1e5, 2e5, 4e5):
    height_um = equilibrium_standoff_um(
        volume_um3, 35.0, 40.0, load_un=5.0, surface_tension_n_per_m=0.55
    )
    joint = bridge(volume_um3, 35.0, 40.0, height_um)
    draw(axes, joint, f"{volume_um3:,.0f} um3")
    print(
        f"{volume_um3:,.0f} um3: {height_um:.1f} um high, radius up to {joint.max_radius_um:.1f} um"
    )
axes.set(xlabel="r (um)", ylabel="z (um)", aspect="equal", xlim=(-80, 80))
axes.legend(fontsize="small")
