"""
The tour in a notebook
======================

In a notebook everything shows itself: the last line of a cell is enough. Each block below is one;
as a script the same lines run without pictures. The mesh is coarse so that it takes seconds.
"""

import tempfile
from pathlib import Path

from fem_bump import Model, current_flow, materials, thermal_stress
from geometry import Design, build_cross_section, build_mesh
from studies import Study

design = Design(variant="partial-depth", mesh={"size_factor": 6.0})
design

# %%
# How the bump is made, step by step; ``plot()`` gives a Matplotlib figure that can be saved.

section = build_cross_section(design)
process = section.plot(view="process")
process

# %%
# The mesh as a model: regions in colours, and the mesh where it is finest.

model = Model(
    build_mesh(section),
    {region: materials[name] for region, name in section.region_materials.items()},
    groups=section.groups,
)
model

# %%
# The stress after the cool-down. A scale ends at the 97th percentile of what the magnified view
# shows: corners are singular.

stress = thermal_stress(
    model, -192.0, stress_free_degc=217.0, fixed={"chip_bottom": "z"}, tied={"cell_side": "r"}
)
stress

# %%
# Another quantity, in a window of one's own (r0, r1, z0, z1, um).

axial = stress.plot(quantity="stress_zz", window=(26, 34, -1, 4))
axial

# %%
# Peel and shear along the interface of UBM and pad.

stress.interface("ubm", "pad")

# %%
# The current, grey where none flows.

current = current_flow(model, 0.3, source="pad_rim", sink="bump_top")
current

# %%
# A study of Python data. A file would do as well: ``Study.load("recess")`` is the shipped one.

study = Study.from_dict(
    {
        "name": "tour",
        "title": "Depth of the recess by opening",
        "base": {"mesh": {"size_factor": 6.0}},
        "part": [
            {
                "name": "grid",
                "factors": {
                    "pad_etch.depth_ratio": [0.0, 0.5, 1.0],
                    "opening_ratio": [0.6, 0.75],
                },
            }
        ],
    }
)
study

# %%
# It runs in processes of its own under a bar. What is stored is not solved again: the same line
# resumes a run that was stopped.

folder = tempfile.TemporaryDirectory()
results = study.run(Path(folder.name, "out"))
results

# %%
# Tables are pandas'. Units stand in the columns' names, and in ``attrs["units"]``.

peel = results.metric("peel_max_ubm_pad")
print(peel.attrs["title"], peel.attrs["units"])
peel

# %%
# The report's map of a metric.

over_the_grid = results.plot(metric="peel_max_ubm_pad")
over_the_grid

# %%
# The grid as an xarray dataset, with units.

grid = results.to_xarray()
grid["peel_max_ubm_pad_L1_mpa"]

# %%
# ``results.report()`` writes the report, ``results.folder`` has everything else.

folder.cleanup()
