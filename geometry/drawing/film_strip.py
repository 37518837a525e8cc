"""The film strip: every step of a recipe, numbered, to scale, with what the step changed.

Each frame magnifies the edge of the mask opening and shows the whole cell beside it. What a step
added or reshaped has a thick outline; what it took away, a dashed one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from shapely import Point, box
from shapely.geometry.base import BaseGeometry

from geometry.design.design import Design
from geometry.drawing.canvas import (
    HIGHLIGHT,
    OUTLINE,
    PASTE_COLOUR,
    Window,
    bare_frame,
    close_up_window,
    draw_films,
    fill,
    films_in_sight_um,
    mark,
    region_colours,
    scale_bar,
    smooth,
)
from geometry.drawing.stand_in_names import KEY_IN, with_stand_ins
from geometry.process.operations import Film, Stack
from geometry.process.recipes import stages
from geometry.process.step import Stage, Tool, close_up_um
from geometry.section.cross_section import CrossSection
from groundwork.lettering import key_lines, literal, shortened

ZOOM_HEIGHT_IN = 1.75
ZOOM_ASPECT = 1.5
GAP_IN = 0.08
TITLE_IN = 0.52
FRAME_GAP_IN = 0.22
COLUMNS, MARKED_COLUMNS = 4, 3
CHARACTER_IN = 0.052  # mean width at the size of labels
WHITE = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.2}


@dataclass(frozen=True)
class Change:
    """What a step did: films it added or reshaped, and what it took away."""

    touched: tuple[Film, ...]
    added: tuple[Film, ...]
    removed: BaseGeometry


def change(before: Stack | None, after: Stack) -> Change:
    """Compare two stacks of the film strip."""
    if before is None:
        return Change((), after.films, shapely.Polygon())
    old = {film.region: film for film in before.films}
    new = {film.region for film in after.films}
    touched, lost = [], [film.shape for film in before.films if film.region not in new]
    for film in after.films:
        known = old.get(film.region)
        if known is not None and known.shape is not film.shape:
            if not known.shape.equals(film.shape):
                touched.append(film)
                lost.append(known.shape.difference(film.shape))
    # metal that fills a hole takes nothing away
    filled = [film.shape for film in after.films if film.region not in old]
    gone = shapely.union_all(lost)
    if filled:
        gone = gone.difference(shapely.union_all(filled))
    added = tuple(film for film in after.films if film.region not in old)
    return Change(tuple(touched), added, gone)


@literal
def plot_film_strip(section: CrossSection) -> Figure:
    """Every step of the process: mask edge magnified, the whole cell beside it, both to scale."""
    section, names = with_stand_ins(section)
    steps = section.steps
    zoom, whole = process_window(section), cell_window(section)
    close = close_up_window(section, zoom[2], zoom[3], ZOOM_ASPECT)
    magnified = [window for window in (close, zoom) if window is not None]
    columns = min(COLUMNS if close is None else MARKED_COLUMNS, len(steps))
    rows = -(-len(steps) // columns)
    high = ZOOM_HEIGHT_IN
    whole_width = high * (whole[1] - whole[0]) / (whole[3] - whole[2])
    near_width = high * ZOOM_ASPECT + GAP_IN
    wide = len(magnified) * near_width + whole_width + FRAME_GAP_IN
    films = _films_of(steps)
    per_row = max(1, int(columns * wide / 1.75))
    legend_rows = -(-len(films) // per_row)
    per_row = -(-len(films) // legend_rows)
    legend_in = 0.22 * legend_rows + 0.2
    head_in = 0.6 + KEY_IN * len(names)
    size = (columns * wide + FRAME_GAP_IN, rows * (high + TITLE_IN) + legend_in + head_in)
    figure = Figure(figsize=size)
    colours = region_colours([film.region for film in films])

    def add_axes(x: float, y: float, width: float) -> Axes:
        ax = figure.add_axes((x / size[0], y / size[1], width / size[0], high / size[1]))
        ax.set(xticks=[], yticks=[])
        return ax

    before: Stack | None = None
    for k, ((label, stack), stage) in enumerate(zip(steps, stages(section.design), strict=True)):
        row, column = divmod(k, columns)
        x = FRAME_GAP_IN + column * wide
        y = size[1] - head_in - (row + 1) * (high + TITLE_IN) + 0.06
        did = change(before, stack)
        views = [
            (add_axes(x + i * near_width, y, high * ZOOM_ASPECT), window)
            for i, window in enumerate(magnified)
        ]
        views.append((add_axes(x + len(magnified) * near_width, y, whole_width), whole))
        for ax, window in views:
            _draw(ax, section.design, stage, stack, did, colours, window)
        for window in magnified:
            mark(views[-1][0], window)
        _label_new(views, section.design, stack, did)
        _titles(figure, (x / size[0], (y + high) / size[1]), size[1], k, label,
                stage.says(stack))  # fmt: skip
        before = stack
    handles = [_handle(film, colours) for film in films]
    figure.legend(
        handles=handles, loc="lower center", ncols=per_row, fontsize=8, frameon=False,
        bbox_to_anchor=(0.5, 0.0), borderaxespad=0.2,
    )  # fmt: skip
    _heading(figure, section, key_lines(names))
    return figure


def process_window(section: CrossSection) -> Window:
    """From the pad in the opening out to the photoresist, in the shape of a frame, um."""
    d = section.design
    above = films_in_sight_um(d)
    low, high = -1.3 * d.dielectric.thickness_um, 1.45 * above
    side = 0.55 * (high - low)
    left = min(d.opening_radius_um, d.recess_floor_radius_um) - side
    right = max(d.ubm_radius_um, d.recess_top_radius_um) + 0.6 * side
    right = max(right, *(film.opening_radius_um + 0.4 * side for film in d.masks.values()))
    missing = ZOOM_ASPECT * (high - low) - (right - left)
    if missing > 0:
        left, right = left - 0.5 * missing, right + 0.5 * missing
    else:
        taller = -missing / ZOOM_ASPECT
        low, high = low - 0.35 * taller, high + 0.65 * taller
    if left < 0:
        left, right = 0.0, right - left
    return (left, right, low, high)


def cell_window(section: CrossSection) -> Window:
    """The whole cell's radius; chip and board cut where nothing happens, um."""
    cell = section.cell_radius_um
    board = _board(section.design)
    films = [film for _, stack in section.steps for film in stack.films]
    top = max(film.shape.bounds[3] for film in films if film.region not in board) + 0.06 * cell
    if board:
        face = max(section.regions[name].bounds[1] for name in board)
        top = max(top, face + 0.2 * cell)
    return (0.0, cell, -section.design.dielectric.thickness_um - 0.14 * cell, top)


def _board(design: Design) -> set[str]:
    """Films of the board that the bump is soldered to."""
    return {region.name for region in design.regions if region.board}


def _named(design: Design, film: Film) -> str:
    """Material and thickness of a film, um."""
    if film.material == "paste":
        return "solder cream"
    found = (region.text for region in design.regions if region.name == film.region)
    return next(found, film.material)


def _draw(
    ax: Axes,
    design: Design,
    stage: Stage,
    stack: Stack,
    did: Change,
    colours: dict[str, str],
    window: Window,
) -> None:
    draw_films(ax, stack.films, colours)
    curve = next((film.meridian for film in stack.films if film.meridian is not None), None)
    view = box(window[0], window[2], window[1], window[3])
    new = [] if _is_first(did, stack) else list(did.added)
    new += [film for film in did.touched if film.region == "bump"]
    if new:
        outline = smooth(shapely.union_all([film.shape for film in new]), curve)
        fill(ax, outline, facecolor="none", edgecolor=HIGHLIGHT, linewidth=1.2, zorder=3)
    gone = did.removed.intersection(view)
    if gone.area > 1e-6 * view.area:
        fill(ax, gone, facecolor="none", edgecolor=HIGHLIGHT, linewidth=1.0,
             linestyle=(0, (3, 2)), zorder=4)  # fmt: skip
    if stage.tool is not None:
        _draw_tool(ax, design, stage.tool, stack)
    bare_frame(ax, window)
    scale_bar(ax, window)


def _is_first(did: Change, stack: Stack) -> bool:
    return did.added == stack.films


def _draw_tool(ax: Axes, design: Design, tool: Tool, stack: Stack) -> None:
    """The stencil or screen that lies on the wafer during a stage."""
    bare = stack.without("bump")
    base = bare.top_at_um(design.ubm_radius_um)
    inner, outer = tool.hole_radius_um, design.cell_radius_um
    outside = shapely.intersection(bare.solid, box(inner, base - 1.0, outer, base + 1e4))
    base = base if tool.on_edge or outside.is_empty else max(base, outside.bounds[3])
    high = tool.thickness_um
    ax.add_patch(
        Rectangle((inner, base), outer - inner, high, facecolor="#f4f4f4", edgecolor="#555555",
                  linewidth=0.6, hatch="xxxx", zorder=2.5)
    )  # fmt: skip
    ax.annotate(
        tool.name, ((inner + outer) / 2, base + high / 2),
        ha="center", va="center", fontsize=6, zorder=5, bbox=WHITE, annotation_clip=True,
    )  # fmt: skip


def _label_new(
    views: Sequence[tuple[Axes, Window]], design: Design, stack: Stack, did: Change
) -> None:
    """Name what is new, with a leader into it; in the magnified view where it is in sight."""
    if _is_first(did, stack):
        return
    names = _board(design)
    board = [film for film in did.added if film.region in names]
    for film in board:
        _label_inside(*views[-1], film)
    films = [film for film in did.added if film.region not in names]
    films = films or [film for film in did.touched if film.region == "bump" and not board]
    if not films:
        return
    middle = films[len(films) // 2]
    shares = [0.04] * (len(views) - 1) + [0.0]
    for (ax, window), share in zip(views, shares, strict=True):
        r0, r1, z0, z1 = window
        margin = share * (r1 - r0)
        seen = shapely.intersection(middle.shape, box(r0 + margin, z0, r1 - margin, z1))
        if not seen.is_empty and seen.area > 0:
            text = "\n".join(_named(design, film) for film in reversed(films))
            _leader(ax, window, text, seen)
            return


def _leader(ax: Axes, window: Window, text: str, seen: BaseGeometry) -> None:
    """A label near the top of a view, with a line to its film unless it lies in it."""
    r0, r1, _, z1 = window
    target = _anchor(seen, window)
    per_in = (z1 - window[2]) / ZOOM_HEIGHT_IN
    half = (0.5 * CHARACTER_IN * max(map(len, text.split("\n"))) + 0.06) * per_in
    place = (min(max(target[0], r0 + half), r1 - half), z1 - 0.14 * (z1 - window[2]))
    inside = seen.contains(Point(place))
    line = {"arrowstyle": "-", "color": HIGHLIGHT, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
    ax.annotate(
        text, place if inside else target, xytext=place, ha="center", va="center", fontsize=6.5,
        color=HIGHLIGHT, zorder=6, bbox=WHITE, arrowprops=None if inside else line,
    )  # fmt: skip


def _label_inside(ax: Axes, window: Window, film: Film) -> None:
    seen = shapely.intersection(film.shape, box(window[0], window[2], window[1], window[3]))
    if not seen.is_empty:
        r0, z0, r1, z1 = seen.bounds
        point = seen.representative_point()
        at = ((r0 + r1) / 2, (z0 + z1) / 2)
        at = at if seen.contains(Point(at)) else (point.x, point.y)
        ax.annotate(film.material, at, ha="center", va="center", fontsize=5.5, zorder=6,
                    color=HIGHLIGHT, bbox=WHITE | {"pad": 0.5})  # fmt: skip


def _anchor(seen: BaseGeometry, window: Window) -> tuple[float, float]:
    """A point well inside what is in sight, left of the middle where that is possible."""
    r0, r1, z0, z1 = window
    third = shapely.intersection(seen, box(r0, z0, r0 + 0.45 * (r1 - r0), z1))
    parts = shapely.get_parts(seen if third.is_empty else third)
    largest = max(parts, key=lambda part: part.area)
    point = largest.representative_point()
    return float(point.x), float(point.y)


def _titles(
    figure: Figure, at: tuple[float, float], height_in: float, k: int, label: str, said: str
) -> None:
    x, y = at
    figure.text(x, y + 0.21 / height_in, f"{k}  {label}", fontsize=9, weight="bold", va="bottom")
    figure.text(x, y + 0.05 / height_in, said, fontsize=7.5, color="#444444", va="bottom")


def _films_of(steps: Sequence[tuple[str, Stack]]) -> list[Film]:
    """Every region and material that appears, once, from the wafer upwards."""
    found: dict[tuple[str, bool], Film] = {}
    for _, stack in steps:
        for film in stack.films:
            found.setdefault((film.region, film.material == "paste"), film)
    return list(found.values())


def _handle(film: Film, colours: dict[str, str]) -> Patch:
    style = {"facecolor": colours[film.region], "edgecolor": OUTLINE, "linewidth": 0.5}
    label = f"{film.region} ({film.material})"
    if film.material == "paste":
        return Patch(**style | {"facecolor": PASTE_COLOUR}, hatch="....", label="solder cream")
    if film.sacrificial:
        return Patch(**style, hatch="////", label=film.region)
    return Patch(**style, label=label)


def _heading(figure: Figure, section: CrossSection, names: Sequence[str]) -> None:
    d = section.design
    width, height = figure.get_size_inches()
    x = FRAME_GAP_IN / width
    figure.text(
        x, 1 - 0.12 / height, f"{shortened(d.name, 60)}: {len(section.steps)} steps, {d.variant}",
        fontsize=12, weight="bold", va="top",
    )  # fmt: skip
    notes = [
        "edge of the mask opening (left) and whole cell (right), each to scale"
        if close_up_um(d) is None
        else "the probe's mark (left), edge of the mask opening and whole cell (right), to scale",
        "thick outline: new in this step; dashed: removed",
        *section.notes(),
    ]
    figure.text(
        x, 1 - 0.36 / height, "\n".join(["; ".join(notes), *names]), fontsize=8, color="#444444",
        va="top",
    )  # fmt: skip
