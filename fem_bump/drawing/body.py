"""Picture of a model: its regions in colours, and its mesh where it is finest."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from fem_bump.body.model import Model
from fem_bump.drawing.section import OUTLINE, two_views
from groundwork.lettering import literal, shortened
from groundwork.pictures import pictures

# light enough for outlines and elements on them; neighbours of the list differ in lightness too
COLOURS = (
    "#c9ced6", "#8db8e0", "#e9a33b", "#2f6f5b", "#5b3f92", "#a78bd0", "#a8541c", "#d5d9e6",
    "#e3c9a8", "#7fb58a", "#d98880", "#f0dc82", "#6d7f93", "#b9d7c5", "#c48fb8", "#94c9d6",
)  # fmt: skip
MOST_NAMED = 24


@pictures.named("model")
@literal
def model_picture(model: Model, window: object = None, edges: bool | None = None) -> Figure:
    """The regions, and the mesh in the magnified view.

    Parameters
    ----------
    window
        (r0, r1, z0, z1) in the model's length unit to show instead of the two views.
    edges
        Whether elements are outlined: everywhere, nowhere, or in the magnified view only.
    """
    chosen = [COLOURS[k % len(COLOURS)] for k in range(len(model.region_names))]
    colours = np.array(chosen)[model.region_index]
    corners = (model.points_um[:, model.triangles] / model.unit_um).transpose(2, 1, 0)

    def draw(ax: Axes, magnified: bool) -> None:
        outlined = magnified if edges is None else edges
        # elements without an outline keep one in their own colour: else seams of white are seen
        ax.add_collection(
            PolyCollection(
                list(corners), facecolors=colours, edgecolors=OUTLINE if outlined else colours,
                linewidths=0.25, rasterized=True,
            )
        )  # fmt: skip

    figure, _ = two_views(model, draw, window)
    handles = [
        Patch(facecolor=colour, edgecolor=OUTLINE, linewidth=0.5, label=label(model, region))
        for region, colour in zip(model.region_names[:MOST_NAMED], chosen, strict=False)
    ]
    figure.suptitle(model.summary, fontsize=10)
    columns = 4 if figure.get_figwidth() > 7 else 2
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, fontsize=8)
    return figure


def label(model: Model, region: str) -> str:
    """A region with its material, as a legend has it."""
    return shortened(f"{region} ({model.materials[region].name})", 40)
