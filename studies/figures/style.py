"""How figures look: one place for fonts, lines, colours, and how they are saved.

Colours are Okabe and Ito's; series differ in marker and line style too, so that grey print works.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backend_bases import get_registered_canvas_class
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path

from groundwork.lettering import FONT, take_literally
from studies.results.twins import ELASTIC as ELASTIC

WIDTH_IN = 8.6  # text width of the page
DPI = 200
MOST_MARKS = 5000  # of a figure whose SVG has each as an outline
COLOURS = ("#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LINES = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (5, 1.5, 1, 1.5)), (0, (3, 1)), "-", "--")
COLOUR_MAP = "viridis"
LETTERS_PER_IN = 17  # of a note
HARD_SPACE = "\u00a0"
GAP_GREY = "#d9d9d9"
STYLE: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": [FONT],
    "font.size": 8.5,
    "axes.titlesize": 9.0,
    "axes.labelsize": 8.5,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "legend.fontsize": 8.0,
    "figure.titlesize": 10.0,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.4,
    "lines.markersize": 4.5,
    "errorbar.capsize": 2.5,
    "legend.frameon": False,
    "hatch.linewidth": 0.7,
    "image.cmap": COLOUR_MAP,
    "axes.unicode_minus": True,
    "text.usetex": False,
    "svg.hashsalt": "fem-bump",
    "svg.fonttype": "path",
    "figure.dpi": 100,
}

P = ParamSpec("P")


def styled(function: Callable[P, Figure]) -> Callable[P, Figure]:
    """Make a plotting function use the style, and leave the session's own settings alone."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context(STYLE):
            figure = function(*args, **kwargs)
        take_literally(figure)
        return figure

    return wrapped


def new_figure(height_in: float, width_in: float = WIDTH_IN) -> Figure:
    """An empty figure as wide as the page, laid out by constraints."""
    return Figure(figsize=(width_in, height_in), layout="constrained")


def mark_state(figure: Figure, stress: bool, note: str = "", state: str = ELASTIC) -> None:
    """Write under a figure how its stress was solved, and a note, in lines that fit under it."""
    texts = [text for text in (state if stress else "", note) if text]
    if texts:
        width = int(LETTERS_PER_IN * figure.get_figwidth())
        text = textwrap.fill("; ".join(texts), width, break_long_words=False)
        figure.supxlabel(text, fontsize=7.5, style="italic", color="#444444")


def panel_title(ax: Axes, index: int, title: str) -> None:
    """``(a) title`` over a panel."""
    ax.set_title(f"({'abcdefghijklmnop'[index % 16]}) {title}", loc="left")


def letters(columns: int) -> int:
    """How many letters of a title fit over one of so many panels side by side."""
    return {1: 60, 2: 48, 3: 30}.get(columns, 22)


def broken(text: str, width: int) -> str:
    """Text in lines of about a width, broken between items and before brackets if possible.

    A number stays with its unit in any case.
    """
    kept = re.sub(r"(?<=\d) (?=[^\W\d])", HARD_SPACE, text)  # 5 µm
    for whole in (r"\([^()]*\)", r"[^,]+"):
        kept = re.sub(whole, lambda m: _solid(m[0], width), kept)
    lines = textwrap.wrap(kept, width, break_on_hyphens=False)
    return "\n".join(lines).replace(HARD_SPACE, " ")


def _solid(item: str, width: int) -> str:
    """An item that may not be broken, unless it is longer than a line."""
    inside = item.strip()
    if len(inside) >= width:
        return item
    return item.replace(inside, inside.replace(" ", HARD_SPACE))


def legend_columns(labels: Sequence[str], most: int, width_in: float = WIDTH_IN) -> int:
    """How many columns of a legend with these labels fit side by side over a page, or less."""
    size = STYLE["legend.fontsize"]
    font = FontProperties(family=FONT, size=size)
    # letter by letter, as they are drawn; handles and gaps as of Matplotlib's legends
    widths = [text_to_path.get_text_width_height_descent(t, font, False)[0] for t in labels]
    for columns in range(min(len(labels), most), 1, -1):
        rows = -(-len(labels) // columns)
        wide = [max(widths[k : k + rows]) for k in range(0, len(labels), rows)]
        if sum(wide) + 5 * size * len(wide) <= 72 * width_in:
            return columns
    return 1


def render(figure: Figure, kind: str) -> bytes:
    """A figure as PNG or SVG, the same bytes for the same figure.

    It is laid out once, and keeps that for what is made of it next: to find the layout takes as
    long as to draw it, and Matplotlib's ``savefig`` does so for every file.
    """
    buffer, before = io.BytesIO(), figure.dpi
    with matplotlib.rc_context(STYLE):
        canvas: Any = get_registered_canvas_class(kind)(figure)
        figure.dpi = DPI
        if kind == "svg":
            _crowd_as_pixels(figure)
        keys = ("Date", "Creator", "Format", "Type") if kind == "svg" else ("Software",)
        getattr(canvas, f"print_{kind}")(buffer, metadata=dict.fromkeys(keys))
        figure.set_layout_engine("none")
    figure.dpi = before
    return buffer.getvalue()


def _crowd_as_pixels(figure: Figure) -> None:
    """Let an SVG have as pixels what marks very many points, axes and texts as outlines.

    Each mark would be an element, and nobody tells ten thousand of them apart.
    """
    marks: list[tuple[Any, int]] = []
    for one in figure.findobj(lambda artist: isinstance(artist, Line2D | LineCollection)):
        if one.axes is None:
            continue
        if isinstance(one, LineCollection):
            marks.append((one, len(one.get_segments())))
        elif one.get_marker() not in ("None", "none", None, " ", ""):
            marks.append((one, len(one.get_xdata())))
    if sum(count for _, count in marks) > MOST_MARKS:
        for artist, count in marks:
            artist.set_rasterized(artist.get_rasterized() or count > 1)
