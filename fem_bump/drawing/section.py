"""What pictures of a section share: its elements as linear triangles, its outlines, two views.

Every element keeps its own six nodes, because stress and current density jump at interfaces; a
second-order triangle is drawn as four linear ones. Coordinates are in the model's length unit.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.tri import Triangulation

from fem_bump.body.model import Model
from fem_bump.errors import InputError, is_number

PARTS = np.array([[0, 3, 5], [3, 1, 4], [5, 4, 2], [3, 4, 5]])
SMALLEST = 0.25  # share of the elements that the magnified view is in the midst of
IN_CLOSE_UP = 0.4  # share of them that it holds
WORTH = 0.25  # a magnified view is smaller than this share of the section
HIGHLIGHT = "#c00000"
OUTLINE = "#222222"
HEIGHT_IN, WIDEST_IN = 4.2, 8.0
UNIT_SIGNS = {"um": "µm"}

Window = tuple[float, float, float, float]


def triangulation(model: Model, elements: np.ndarray) -> Triangulation:
    """Linear triangles on the nodes that :func:`~fem_bump.drawing.section_fields.places` has."""
    r, z = model.node_points_um[:, model.nodes[:, elements].T.ravel()] / model.unit_um
    parts = np.arange(6 * len(elements)).reshape(-1, 6)[:, PARTS].reshape(-1, 3)
    return Triangulation(r, z, parts)


def outlines(model: Model) -> np.ndarray:
    """(n, 3, 2) facets between regions and around the body: end, midpoint, end."""
    first, second = model.mesh.f2t
    region = model.region_index
    facets = np.nonzero((second < 0) | (region[first] != region[second]))[0]
    nodes = model.facet_nodes(facets)[[0, 2, 1]]
    return (model.node_points_um[:, nodes] / model.unit_um).transpose(2, 1, 0)


def whole_window(model: Model) -> Window:
    """(r0, r1, z0, z1) of the body."""
    points = model.points_um / model.unit_um
    (r0, z0), (r1, z1) = points.min(axis=1), points.max(axis=1)
    return (float(r0), float(r1), float(z0), float(z1))


def close_window(model: Model) -> Window | None:
    """(r0, r1, z0, z1) of a square where elements are smallest; None on a mesh that is even."""
    a, b, c = model.points_um[:, model.triangles].transpose(1, 0, 2) / model.unit_um
    middle = (a + b + c) / 3
    area = np.abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
    centre = np.median(middle[:, area <= np.quantile(area, SMALLEST)], axis=1)
    half = float(np.quantile(np.abs(middle - centre[:, None]).max(axis=0), IN_CLOSE_UP))
    r0, r1, z0, z1 = whole_window(model)
    if 2 * half > WORTH * max(r1 - r0, z1 - z0):
        return None
    r, z = centre.tolist()
    return (max(r - half, 0.0), r + half, z - half, z + half)


def checked_window(window: object) -> Window:
    """A window as a user gives it.

    Raises
    ------
    InputError
        Where it is not four numbers that rise by pairs.
    """
    ends = tuple(window) if isinstance(window, tuple | list) else ()
    if len(ends) != 4 or not all(map(is_number, ends)) or ends[0] >= ends[1] or ends[2] >= ends[3]:
        raise InputError(
            f"window = {window!r} must be (r0, r1, z0, z1) in the model's length unit, with "
            "r0 < r1 and z0 < z1"
        )
    return ends


def two_views(
    model: Model, draw: Callable[[Axes, bool], None], window: object = None
) -> tuple[Figure, list[Axes]]:
    """The whole section beside its finest part, or one window alone; all to scale.

    Parameters
    ----------
    draw
        Given each axes, and whether it shows the magnified part.
    window
        (r0, r1, z0, z1) to show instead.
    """
    if window is None:
        close = close_window(model)
        views = [whole_window(model)] if close is None else [whole_window(model), close]
    else:
        views = [checked_window(window)]
    ratios = [(r1 - r0) / (z1 - z0) for r0, r1, z0, z1 in views]
    if len(views) == 1:
        wide = float(np.clip(HEIGHT_IN * ratios[0], 2.0, WIDEST_IN))
        size = (wide + 1.6, float(np.clip(wide / ratios[0], 0.6, HEIGHT_IN)) + 0.9)
    else:
        ratios = [float(np.clip(ratio, 0.35, 1.8)) for ratio in ratios]
        size = (HEIGHT_IN * sum(ratios) + 1.6, HEIGHT_IN)
    figure = Figure(figsize=size, layout="constrained")
    axes = list(figure.subplots(1, len(views), width_ratios=ratios, squeeze=False)[0])
    unit = UNIT_SIGNS.get(model.length_unit, model.length_unit)
    for k, (ax, (r0, r1, z0, z1)) in enumerate(zip(axes, views, strict=True)):
        draw(ax, k > 0 or len(views) == 1)
        ax.add_collection(LineCollection(list(outlines(model)), colors=OUTLINE, linewidths=0.5))
        ax.set(xlim=(r0, r1), ylim=(z0, z1), aspect="equal", xlabel=f"r ({unit})")
        if k == 0:
            ax.set_ylabel(f"z ({unit})")
    if len(views) == 2:
        r0, r1, z0, z1 = views[1]
        frame = Rectangle((r0, z0), r1 - r0, z1 - z0, fill=False, edgecolor=HIGHLIGHT, linewidth=1)
        axes[0].add_patch(frame)
        for spine in axes[1].spines.values():
            spine.set_edgecolor(HIGHLIGHT)
    return figure, axes
