"""
A sweep, its table, a map
=========================

A study is a base design and what is varied, in a TOML file or as data. It is solved case by case,
in parallel, and goes on where it was stopped.
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from studies import Study

study = Study.from_dict(
    {
        "name": "openings",
        "base": {"mesh": {"size_factor": 6.0}},
        "part": [
            {
                "name": "grid",
                "factors": {
                    "pad_etch.depth_ratio": [0.0, 0.5, 1.0],
                    "opening_ratio": [0.5, 0.75],
                },
            }
        ],
    }
)

# %%
# The same as a file, for ``fem-bump run openings.toml``:

print(study.text)

# %%
# What a run leaves is a folder. Its table has a row per case; names end in their units, and beside
# each number stands its error.

with tempfile.TemporaryDirectory() as folder:
    study.run(Path(folder, "out"))
    table = pd.read_csv(Path(folder, "out", "table.csv"))
columns = ["pad_etch.depth_ratio", "opening_ratio", "peel_max_ubm_pad_L1_mpa"]
print(table[[*columns, f"error_{columns[-1]}"]].to_string(index=False))

# %%
# Peel at UBM/pad, means over 1 um. The mesh is coarse: without ``size_factor`` each case's mesh is
# adapted until every headline metric is known to 2 %.

grid = table.pivot(index=columns[0], columns=columns[1], values=columns[2])
figure, axes = plt.subplots(figsize=(5, 3.5), layout="constrained")
image = axes.imshow(grid, cmap="viridis", origin="lower", aspect="auto")
axes.set_xticks(range(2), grid.columns)
axes.set_yticks(range(3), grid.index)
axes.set(xlabel="opening ratio", ylabel="recess ratio")
for row, values in enumerate(grid.to_numpy()):
    for column, value in enumerate(values):
        axes.text(column, row, f"{value:.0f}", ha="center", color="w" if value < 150 else "k")
figure.colorbar(image, label="peel (MPa)")
