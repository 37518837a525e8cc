"""Relief of current crowding by thick and resistive UBMs, against published 3-D models.

Reads a finished run of the shipped study ``liang-2006`` and prints the tables of
``docs/validation.md``; ``--figure`` writes its figure, ``--volumes`` solves three UBMs again and
reads the largest current density in the ways that the published word allows.

    fem-bump run liang-2006
    python benchmarks/liang_2006.py results/liang-2006 --volumes --figure docs/liang-2006.png
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd
import shapely
from matplotlib.figure import Figure

from fem_bump import CurrentFlow, Model
from fem_bump.conduction.arc_means import arc_points, flow_at
from fem_bump.interfaces.averages import Sample, sample_region
from geometry import Design, build_cross_section, build_mesh
from studies.case.design_materials import design_library
from studies.figures.style import COLOURS, new_figure, render, styled
from studies.loads.states import current_state
from studies.records.store import read_plan
from studies.solution.interfaces import A_PER_CM2

LENGTHS_UM = (0.5, 1.0, 2.0, 5.0)
FILM = [{"name": "film", "material": "resistive-film", "thickness_um": 0.7}]

# name, part, case, largest current density in the solder as published (docs/validation.md), A/cm2
JMR_2006, JEM_2007 = "2006", "2007"
UBMS: tuple[tuple[str, str, int, dict[str, float]], ...] = (
    ("Al/Ni(V)/Cu", "thin-ubm", 1, {JMR_2006: 1.11e5}),
    ("Cu 5 um", "thick-copper", 1, {JEM_2007: 4.37e4}),
    ("Cu 10 um", "thick-copper", 2, {JEM_2007: 1.69e4}),
    ("Cu 20 um", "thick-copper", 3, {JMR_2006: 7.54e3}),
    ("Cu 25 um", "thick-copper", 4, {JEM_2007: 7.54e3}),
    ("Ni 25 um", "thick-nickel", 1, {JEM_2007: 1.34e4}),
    ("film 0.7 um", "resistive-film", 1, {JMR_2006: 1.55e4}),
    ("film below Al/Ni(V)/Cu", "film-below", 1, {}),
)


class Run:
    """The table of a run: largest current densities at solder/UBM and their errors, A/cm2."""

    def __init__(self, folder: Path) -> None:
        self.study = read_plan(folder)["study"]
        self.table = pd.read_csv(folder / "table.csv").set_index(["part", "case"])

    def largest(self, part: str, case: int, length_um: float = 1.0) -> tuple[float, float]:
        row = self.table.loc[(part, case)]
        if row["status"] != "solved":
            raise SystemExit(f"part {part} case {case} is {row['status']}: finish the run first")
        name = f"current_density_max_bump_ubm_L{length_um:g}_a_per_cm2"
        return float(row[name]), float(row[f"error_{name}"])

    def cases(self, part: str) -> Iterator[tuple[int, str]]:
        """Number and text of each case of a part that lists its cases."""
        (said,) = (p for p in self.study["part"] if p["name"] == part)
        for number, case in enumerate(said["case"], 1):
            yield number, ", ".join(f"{path} = {value}" for path, value in case.items())


def ratio(over: tuple[float, float], under: tuple[float, float]) -> tuple[float, float]:
    """Ratio of two numbers with errors."""
    value = over[0] / under[0]
    return value, value * (over[1] / over[0] + under[1] / under[0])


def published(run: Run) -> None:
    """Largest current densities and reliefs, ours and published."""
    print("UBM | published | " + " | ".join(f"L = {at:g} um" for at in LENGTHS_UM))
    for name, part, case, known in UBMS:
        ours = [run.largest(part, case, at) for at in LENGTHS_UM]
        said = ", ".join(f"{value:.3g} ({year})" for year, value in known.items()) or "-"
        print(f"{name} | {said} | " + " | ".join(f"{v:.4g} +/- {e:.2g}" for v, e in ours))
    print("\nrelief against Al/Ni(V)/Cu")
    for name, part, case, known in UBMS[1:]:
        reliefs = [
            ratio(run.largest("thin-ubm", 1, at), run.largest(part, case, at)) for at in LENGTHS_UM
        ]
        said = ", ".join(f"{UBMS[0][3][JMR_2006] / value:.2f}" for value in known.values()) or "-"
        print(f"{name} | {said} | " + " | ".join(f"{v:.2f} +/- {e:.2f}" for v, e in reliefs))
    print("\nwindow around the circle, um | relief at L = 1 um")
    arcs = next(p for p in run.study["part"] if p["name"] == "arc-thin-ubm")["factors"]
    for case, arc in enumerate(arcs["metrics.arc_length_um"], 1):
        v, e = ratio(run.largest("arc-thin-ubm", case), run.largest("arc-resistive-film", case))
        print(f"{arc:g} | {v:.2f} +/- {e:.2f}")


def unknowns(run: Run) -> None:
    """What each unknown does to the film's relief, L = 1 um."""
    print("\nunknown | Al/Ni(V)/Cu | film | relief")
    film = run.largest("resistive-film", 1)
    pairs = [
        *((text, run.largest("thin-ubm", n), run.largest("resistive-film", n))
          for n, text in run.cases("thin-ubm")),
        *((text, run.largest("thin-layers", n), film) for n, text in run.cases("thin-layers")),
        *((text, run.largest("together-thin-ubm", n), run.largest("together-resistive-film", n))
          for n, text in run.cases("together-thin-ubm")),
    ]  # fmt: skip
    for text, thin, other in pairs:
        v, e = ratio(thin, other)
        print(f"{text} | {thin[0]:.4g} | {other[0]:.4g} | {v:.2f} +/- {e:.2f}")


def openings(run: Run) -> None:
    """Largest current densities over the passivation's opening, L = 1 um."""
    for part in ("opening-thick-copper", "opening-thin-ubm"):
        said = next(p for p in run.study["part"] if p["name"] == part)["factors"]
        print(f"\n{part}: opening, um | largest current density, A/cm2")
        for case, opening in enumerate(said["passivation.opening_diameter_um"], 1):
            v, e = run.largest(part, case)
            print(f"{opening:g} | {v:.4g} +/- {e:.2g}")


@styled
def figure(run: Run) -> Figure:
    """Published points beside what ours is for averaging lengths of 0.5 to 5 um."""
    drawn = new_figure(2.9, 6.4)
    axes = drawn.subplots()
    for x, (_, part, case, known) in enumerate(UBMS):
        ours = [run.largest(part, case, at)[0] for at in LENGTHS_UM]
        first = x == 0
        axes.plot([x, x], [min(ours), max(ours)], color=COLOURS[1], linewidth=5, alpha=0.35,
                  solid_capstyle="butt", label="here, 0.5 to 5 µm" if first else None)  # fmt: skip
        axes.plot(x, ours[1], "o", color=COLOURS[1], label="here, 1 µm" if first else None)
        for value in known.values():
            axes.plot(x, value, "X", color=COLOURS[2], markersize=6.5,
                      label="published" if first else None)  # fmt: skip
    axes.set_yscale("log")
    axes.set_xticks(
        range(len(UBMS)),
        [u[0].replace(" um", " µm").replace(" below ", "\nbelow\n") for u in UBMS],
        fontsize=7,
    )
    axes.set_ylabel("largest current density\nat solder/UBM, A/cm²")
    axes.legend()
    return drawn


# ------------------------------------------------------------------ what "maximum" may mean


def volumes(base: dict, size_factor: float) -> None:
    """Means of J.n over windows at solder/UBM, and of the magnitude of J in cubes of solder."""
    base = {**base, "mesh": {"size_factor": size_factor}}
    thin = base["ubm"]["layers"]
    sizes = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
    rows = {"Al/Ni(V)/Cu": thin, "film": FILM, "film below Al/Ni(V)/Cu": [*FILM, *thin]}
    found = {name: largest_two_ways(Design(**base), layers, sizes) for name, layers in rows.items()}
    reference = found["Al/Ni(V)/Cu"]
    for way, title in enumerate(("J.n, windows at solder/UBM", "|J|, cubes of solder")):
        print(f"\n{title}, A/cm2 (relief), size_factor {size_factor:g}; sides in um")
        print("UBM | " + " | ".join(f"{size:g}" for size in sizes))
        for name, values in found.items():
            cells = [
                f"{values[way][s]:.4g} ({reference[way][s] / values[way][s]:.2f})" for s in sizes
            ]
            print(f"{name} | " + " | ".join(cells))


def largest_two_ways(
    design: Design, layers: list, sizes: tuple[float, ...]
) -> tuple[dict[float, float], dict[float, float]]:
    """Largest mean of J.n over square windows, and of |J| over cubes; side, um, to A/cm2."""
    design = design.replace(**{"ubm.layers": layers})
    section = build_cross_section(design)
    library = design_library(design)
    model = Model(
        build_mesh(section),
        {region: library[name] for region, name in section.region_materials.items()},
        groups=section.groups,
    )
    current = current_state(section, model)
    edge, solder = design.opening_radius_um, model.elements("bump")
    inside = section.regions["bump"].buffer(1e-6)
    floor = design.pad.thickness_um + design.ubm.thickness_um
    shoulder = floor + design.passivation.thickness_um
    interface = current.interface("bump", "ubm")
    windows, cubes = {}, {}
    for side in sizes:
        arc = math.degrees(side / edge)
        window = interface.worst_window(side, arc)
        windows[side] = window.current_density_max_a_per_um2 * A_PER_CM2
        wall = edge - design.ubm.thickness_um
        starts = [*np.arange(edge - 4 * side, edge + 3 * side, side / 4), wall - side, wall]
        boxes = [
            shapely.box(r, z, r + side, z + side)
            for r in starts
            for z in (floor, shoulder - side / 2, shoulder)
        ]
        means = [
            sample.mean(over_arc(current, sample, arc))
            for box in boxes
            if inside.contains(box)
            and (sample := sample_region(model, solder, box, revolve=True)) is not None
        ]
        cubes[side] = max(means) * A_PER_CM2
    return windows, cubes


def over_arc(current: CurrentFlow, sample: Sample, arc_deg: float) -> np.ndarray:
    """(N,) mean over |theta| < arc / 2 of the magnitude of J at a sample's points, A/um^2."""
    amplitude = current.amplitude_at(sample.element, sample.x, sample.y)
    flows = [
        weight * np.linalg.norm(flow_at(current, amplitude, theta), axis=0)
        for theta, weight in zip(*arc_points(arc_deg), strict=True)
    ]
    return np.sum(flows, axis=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, help="output folder of the study")
    parser.add_argument("--figure", type=Path, help="PNG to write")
    parser.add_argument("--volumes", action="store_true", help="the ways to read a maximum")
    parser.add_argument("--size-factor", type=float, default=1.0, help="mesh of --volumes")
    chosen = parser.parse_args()
    run = Run(chosen.run)
    published(run)
    unknowns(run)
    openings(run)
    if chosen.figure:
        chosen.figure.write_bytes(render(figure(run), "png"))
    if chosen.volumes:
        base = {key: value for key, value in run.study["base"].items() if key != "mesh"}
        volumes(base, chosen.size_factor)


if __name__ == "__main__":
    main()
