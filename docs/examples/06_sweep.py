"""
A sweep, its table, a map
=========================

A study is a TOML file: a base design and what is varied. It is solved case by case, in parallel,
and goes on where it was stopped. It leaves a report and a table; pandas reads the table.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

study = """
schema = 1
name = "openings"
[base.mesh]
size_factor = 6.0
[[part]]
name = "grid"
[part.factors]
pad_etch.depth_ratio = [0.0, 0.5, 1.0]
opening_ratio = [0.5, 0.75]
"""
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder, "openings.toml")
    file.write_text(study)
    # in a terminal: fem-bump run openings.toml --out out
    run = [sys.executable, "-m", "studies.cli", "run", file, "--out", Path(folder, "out")]
    subprocess.run(run, check=True)
    table = pd.read_csv(Path(folder, "out", "table.csv"))

# %%
# A row per case; names end in their units, and beside each number stands its error.

columns = ["pad_etch.depth_ratio", "opening_ratio", "peel_max_ubm_pad_L1_mpa"]
print(table[[*columns, f"error_{columns[-1]}"]].to_string(index=False))

# %%
# Peel at UBM/pad, means over 1 um.

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
