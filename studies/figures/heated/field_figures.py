"""Fields of temperature and of the steady stress of migration, from the files of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.tri import Triangulation

from geometry import CrossSection, build_cross_section
from studies.figures.field_plots import PARTS, outlines
from studies.figures.registry import Drawing, figure
from studies.figures.style import (
    WIDTH_IN,
    broken,
    letters,
    mark_state,
    new_figure,
    panel_title,
    styled,
)
from studies.records.store import fields_file
from studies.results.results import Entry, Results
from studies.wording.labels import number

TEMPERATURE, STRESS = "temperature_degc", "migration_stress_mpa"
SIGNED_MAP = "RdBu_r"
VOID = "#000000"


@dataclass(frozen=True)
class Field:
    """One case's temperature and steady stress, on linear triangles.

    Attributes
    ----------
    of
        Values by name, not a number where there are none.
    region
        (triangles,) region of each.
    voids_um
        r, z of where a void begins first, by region.
    """

    label: str
    section: CrossSection
    triangulation: Triangulation
    of: dict[str, np.ndarray]
    region: np.ndarray
    names: list[str]
    voids_um: dict[str, tuple[float, float]]


def read_field(path: Path, entry: Entry) -> Field:
    """Temperature and steady stress of a case from its file."""
    import meshio

    mesh = meshio.read(path)
    cells = mesh.cells_dict["triangle6"]
    r, z = mesh.points[:, 0], mesh.points[:, 1]
    names = path.with_suffix(".regions.txt").read_text(encoding="utf-8").split()
    metrics = entry.result.metrics
    voids = {}
    for region in names:
        r_um, z_um = (number(metrics.get(f"void_{c}_{region}_um")) for c in "rz")
        if r_um is not None and z_um is not None:
            voids[region] = (r_um, z_um)
    return Field(
        entry.label, build_cross_section(entry.design),
        Triangulation(r, z, cells[:, PARTS].reshape(-1, 3)),
        {name: mesh.point_data[name].astype(float) for name in (TEMPERATURE, STRESS)
         if name in mesh.point_data},
        np.repeat(mesh.cell_data_dict["region"]["triangle6"], 4), names, voids,
    )  # fmt: skip


@styled
def temperature_fields(fields: Sequence[Field]) -> Figure:
    """The temperature of the bump and of the chip under it, on one scale."""
    tops = [max(shape.bounds[3] for shape in f.section.regions.values()) for f in fields]
    top, low = max(tops), -0.5 * max(tops)
    every = np.concatenate([f.of[TEMPERATURE][f.triangulation.y > low] for f in fields])
    norm = Normalize(float(np.nanmin(every)), float(np.nanmax(every)))
    figure = new_figure(3.6, WIDTH_IN * min(len(fields) + 0.4, 3) / 3)
    axes = figure.subplots(1, len(fields), sharex=True, sharey=True, squeeze=False)[0]
    for k, (ax, field) in enumerate(zip(axes, fields, strict=True)):
        values = field.of[TEMPERATURE]
        shown = Triangulation(field.triangulation.x, field.triangulation.y, _known(field, values))
        ax.tripcolor(shown, np.nan_to_num(values), shading="gouraud", norm=norm, cmap="inferno",
                     rasterized=True)  # fmt: skip
        _frame(ax, field, k, len(fields))
        ax.set_xlim(0, field.section.cell_radius_um)
        ax.set_ylim(low, 1.02 * top)
        ax.set_aspect("equal")
    axes[0].set_ylabel("z (µm)")
    bar = figure.colorbar(ScalarMappable(norm, "inferno"), ax=list(axes), aspect=20, pad=0.015)
    bar.set_label("temperature (°C)")
    mark_state(figure, False, "one scale; of the chip only the top is shown")
    return figure


@styled
def stress_fields(fields: Sequence[Field], region: str) -> Figure:
    """The steady stress of migration in one metal on one scale, and where a void begins first."""
    parts = [_of_region(field, region) for field in fields]
    most = max(
        float(np.nanmax(np.abs(f.of[STRESS][np.unique(part)])))
        for f, part in zip(fields, parts, strict=True)
    )
    norm = Normalize(-most, most)
    flat = region != "bump"
    count = len(fields)
    width = WIDTH_IN if flat else WIDTH_IN * min(0.2 + 0.24 * count, 1.0)
    figure = new_figure(0.7 + 1.0 * count if flat else 3.4, width)
    grid = (count, 1) if flat else (1, count)
    axes = figure.subplots(*grid, sharex=True, sharey=True, squeeze=False).ravel()
    for k, (ax, field, part) in enumerate(zip(axes, fields, parts, strict=True)):
        values = np.nan_to_num(field.of[STRESS])
        shown = Triangulation(field.triangulation.x, field.triangulation.y, part)
        ax.tripcolor(shown, values, shading="gouraud", norm=norm, cmap=SIGNED_MAP, rasterized=True)
        _frame(ax, field, k, 1 if flat else count)
        box = field.section.regions[region].bounds
        ax.set_xlim(0, 1.02 * box[2])
        margin = 0.12 * (box[3] - box[1])
        ax.set_ylim(box[1] - margin, box[3] + margin)
        if not flat:
            ax.set_aspect("equal")
        if region in field.voids_um:
            ax.plot(*field.voids_um[region], marker="x", color=VOID, ms=8, mew=2, clip_on=False)
        if flat or k == 0:
            ax.set_ylabel("z (µm)")
        if flat and k < count - 1:
            ax.set_xlabel("")
    bar = figure.colorbar(ScalarMappable(norm, SIGNED_MAP), ax=list(axes), aspect=20, pad=0.015)
    bar.set_label("hydrostatic stress (MPa)")
    stretched = "z is stretched; " if flat else ""
    mark_state(figure, False, f"{stretched}cross: where the mean over a disc is largest")
    return figure


def _known(field: Field, values: np.ndarray) -> np.ndarray:
    """Triangles all of whose values are known."""
    triangles = field.triangulation.triangles
    return np.asarray(triangles[np.isfinite(values[triangles]).all(axis=1)])


def _of_region(field: Field, region: str) -> np.ndarray:
    inside = field.region == field.names.index(region)
    return np.asarray(field.triangulation.triangles[inside])


def _frame(ax: Axes, field: Field, k: int, columns: int) -> None:
    outlines(ax, field.section)
    ax.grid(False)
    ax.set_xlabel("r (µm)")
    for spine in ax.spines.values():
        spine.set_visible(True)
    panel_title(ax, k, broken(field.label, letters(columns)))


@figure("heat-field", "migration", place=10)
def heat_and_migration(results: Results) -> Iterator[Drawing]:
    """Temperature and steady stress of those designs whose fields were kept."""
    fields = [
        read_field(path, entry) for entry in results.compared
        if (path := fields_file(results.folder, str(entry.row["key"]))) is not None
    ]  # fmt: skip
    warm = [field for field in fields if TEMPERATURE in field.of]
    if warm:
        yield Drawing(
            temperature_fields(warm), f"Temperature: {', '.join(f.label for f in warm)}",
            "Temperature of the bump and the chip under it in the steady state.", "temperature",
        )  # fmt: skip
    moved = [field for field in fields if STRESS in field.of]
    for region in ("pad", "bump"):
        having = [f for f in moved if region in f.voids_um]
        if having:
            where = "pad" if region == "pad" else "solder"
            yield Drawing(
                stress_fields(having, region), f"Steady stress of migration in the {where}",
                f"Hydrostatic stress of migration in the {where} when no atom moves any more, "
                "tension positive, in the section at θ = 0; cross: where its mean over a disc is "
                "largest, and a void would begin.", f"stress-{region}",
            )  # fmt: skip
