"""Pictures of an example: every Matplotlib figure that it gave a name, after the block that did."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from sphinx_gallery.scrapers import figure_rst


def named_figures(block: Any, variables: dict[str, Any], conf: dict[str, Any]) -> str:
    """reStructuredText of the figures that are new; the program's own are none of pyplot's."""
    shown = variables.setdefault("figures_shown", set())
    paths = []
    for value in list(variables["example_globals"].values()):
        if isinstance(value, Figure) and id(value) not in shown:
            shown.add(id(value))
            paths.append(next(variables["image_path_iterator"]))
            value.savefig(paths[-1], dpi=144)
    plt.close("all")
    return figure_rst(paths, conf["src_dir"])
