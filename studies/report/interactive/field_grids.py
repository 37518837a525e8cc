"""Fields near the recess of those cases that kept theirs, as pictures whose colour is the value.

Level 0 is no value; 1 to 255 run over one scale for all cases, so that pictures compare and a
pointer reads numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from matplotlib.tri import Triangulation

from studies.figures.field_plots import Window, edge_windows
from studies.records.store import fields_of
from studies.report.interactive.cases import design_index
from studies.report.interactive.numbers import short, steps
from studies.results.results import Results

PIXELS = 240  # across a picture
MOST = 255  # levels
DECADES = 2.5  # of a logarithmic scale
MOST_KEPT = 24  # designs


Span = Literal["from zero", "logarithmic", "between", "signed"]


@dataclass(frozen=True)
class Kind:
    """A field of the files, as it is shown.

    Attributes
    ----------
    span
        What its scale runs over: from zero, some decades, what there is, or alike to both signs.
    """

    name: str
    title: str
    unit: str
    scale: float
    span: Span


KINDS = (
    Kind("von_mises_mpa", "Von Mises stress", "MPa", 1.0, "from zero"),
    Kind("current_density_a_per_cm2", "Current density |J|", "kA/cm²", 1e-3, "logarithmic"),
    Kind("inelastic_strain", "Equivalent inelastic strain", "%", 100.0, "logarithmic"),
    Kind("temperature_degc", "Temperature", "°C", 1.0, "between"),
    Kind("migration_stress_mpa", "Steady migration stress", "MPa", 1.0, "signed"),
)


def field_grids(results: Results) -> dict[str, Any]:
    """The fields' scales, and per design a window and the levels of each field on a grid."""
    sampled: dict[int, tuple[Window, dict[str, np.ndarray]]] = {}
    rows = {row["key"]: row for row in results.solved}
    index = design_index(results)
    kept = fields_of(results.folder, map(str, index))
    for key, k in index.items():
        path = kept.get(str(key))
        if path is None or len(sampled) == MOST_KEPT:
            continue
        window = edge_windows([results.entry(rows[key]).design])[0]
        sampled[k] = window, _sampled(path, window)
    every = [grids for _, grids in sampled.values()]
    found = {kind: _range(kind, every) for kind in KINDS}
    scales = {kind: scale for kind, scale in found.items() if scale is not None}
    return {
        "kinds": [
            {
                "name": kind.name,
                "title": kind.title,
                "unit": kind.unit,
                "isLog": kind.span == "logarithmic",
                "low": short(low, 5),
                "high": short(high, 5),
            }
            for kind, (low, high) in scales.items()
        ],
        "designs": {
            k: {
                "window": steps(window, 1e-3),
                "columns": PIXELS,
                "levels": {
                    kind.name: _levels(grids[kind.name], kind, scale)
                    for kind, scale in scales.items()
                    if kind.name in grids
                },
            }
            for k, (window, grids) in sampled.items()
        },
    }


def _sampled(path: Path, window: Window) -> dict[str, np.ndarray]:
    """(rows, columns) values of every field on a grid over a window, the first row on top.

    A quadratic triangle's own six nodes give the value, so that fields jump at interfaces.
    """
    import meshio

    mesh = meshio.read(path)
    nodes = mesh.cells_dict["triangle6"]
    points, vertices = np.unique(
        np.round(mesh.points[nodes[:, :3].ravel(), :2], 9), axis=0, return_inverse=True
    )
    corners = vertices.reshape(-1, 3)
    step = (window[1] - window[0]) / PIXELS
    count = max(round((window[3] - window[2]) / step), 1)
    r, z = np.meshgrid(
        window[0] + step * (np.arange(PIXELS) + 0.5),
        window[3] - (window[3] - window[2]) / count * (np.arange(count) + 0.5),
    )
    finder = Triangulation(points[:, 0], points[:, 1], corners).get_trifinder()
    element = finder(r, z)
    hit = element >= 0
    mine = element[hit]
    a, b, c = (points[corners[mine, k]].T for k in range(3))
    det = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
    x, y = r[hit] - a[0], z[hit] - a[1]
    u = (x * (c[1] - a[1]) - (c[0] - a[0]) * y) / det
    v = ((b[0] - a[0]) * y - x * (b[1] - a[1])) / det
    w = 1 - u - v
    shape = np.array(
        [w * (2 * w - 1), u * (2 * u - 1), v * (2 * v - 1), 4 * w * u, 4 * u * v, 4 * v * w]
    )
    out = {}
    for kind in KINDS:
        field = mesh.point_data.get(kind.name)
        if field is not None:
            grid = np.full(r.shape, np.nan)
            grid[hit] = kind.scale * (shape * field[nodes[mine]].astype(float).T).sum(axis=0)
            out[kind.name] = grid
    return out


def _range(kind: Kind, found: list[dict[str, np.ndarray]]) -> tuple[float, float] | None:
    """Ends of a field's scale over all cases; None where nobody has it."""
    values = [grids[kind.name].ravel() for grids in found if kind.name in grids]
    every = np.concatenate(values) if values else np.empty(0)
    every = every[np.isfinite(every)]
    if kind.span == "logarithmic":
        every = every[every > 0]
    if not len(every):
        return None
    low, high = map(float, np.percentile(every, [0.5, 99.5]))
    if kind.span == "signed":
        high = max(-low, high)
    return {
        "from zero": (0.0, high),
        "logarithmic": (high * 10.0**-DECADES, high),
        "between": (low, high),
        "signed": (-high, high),
    }[kind.span]


def _levels(grid: np.ndarray, kind: Kind, scale: tuple[float, float]) -> list[int]:
    """A grid row by row as levels, each as its difference from the one to its left."""
    is_log = kind.span == "logarithmic"
    known = np.isfinite(grid) & ((grid > 0) if is_log else True)
    low, high = scale
    values = np.where(known, grid, high)
    if is_log:
        low, high, values = np.log(low), np.log(high), np.log(np.maximum(values, low))
    share = np.clip((values - low) / max(high - low, 1e-300), 0.0, 1.0)
    levels = np.where(known, 1 + np.round((MOST - 1) * share), 0).astype(int)
    return np.diff(levels, axis=1, prepend=0).ravel().tolist()
