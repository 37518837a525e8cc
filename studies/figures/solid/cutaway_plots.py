"""Figures of cut bodies: views, rows of designs, colour bars and words.

Parallel projection: lengths across the line of sight are to scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from scipy.ndimage import distance_transform_edt

from geometry import CrossSection
from geometry.drawing.canvas import region_colours
from geometry.process.steps.ubm import is_layer
from studies.fields.cutaway import Scene, surroundings
from studies.figures.solid.depth_buffer import INK, OVERSAMPLED, Camera, Visible, shaded, visible
from studies.figures.solid.surfaces import Soup, faces, joined, skin, strip_block
from studies.figures.style import (
    COLOUR_MAP,
    WIDTH_IN,
    broken,
    letters,
    mark_state,
    new_figure,
    panel_title,
    styled,
)
from studies.loads.marks import LoadMark
from studies.wording.labels import interface_title

PIXELS = 500  # final pixels across a picture
STRIP = 0.11  # of a picture's width, below the body, for scale bar and angles
DECADES = 2.5
HALO = [withStroke(linewidth=2.0, foreground="white")]


@dataclass(frozen=True)
class View:
    """How a scene is looked at.

    Attributes
    ----------
    title
        What the picture shows.
    azimuth_deg, elevation_deg
        See :class:`Camera`.
    stretch
        Of z against r; None: so that the body is about a third as high as it is wide.
    focus
        (r, z, width), um: what is magnified, on the first cut face; None: everything.
    every_region
        Outline every region; otherwise all layers of the UBM are one.
    exaggerated
        Whether displacements are shown, where the scenes have them.
    """

    title: str
    azimuth_deg: float = -52.0
    elevation_deg: float = 22.0
    stretch: float | None = 1.0
    focus: tuple[float, float, float] | None = None
    every_region: bool = False
    exaggerated: bool = False


WHOLE = View("quarter cut away", exaggerated=True)
# from behind the load, so that the wall of the opening that faces it is seen
OPENED = View("solder and UBM lifted off", -128.0, 38.0, stretch=None)


def edge_view(r_um: float, z_um: float, width_um: float) -> View:
    """The surroundings of a point of the cut face at theta = 0, magnified."""
    return View("edge of the opening", -68.0, 14.0, 1.0, (r_um, z_um, width_um), True)


Row = Sequence[tuple[View, Scene]]


def cutaway_rows(
    scenes: Sequence[tuple[Scene, Scene]], sections: Sequence[CrossSection]
) -> dict[str, Row]:
    """Views of designs side by side: ``whole``, ``opened``, and the opening's ``edge`` magnified.

    Parameters
    ----------
    scenes
        Per design, from :func:`studies.fields.cutaway.current_scenes` or ``stress_scenes``.
    sections
        Of the same designs.
    """
    edges = [surroundings(section).edge_um for section in sections]
    wide = max(width for _, _, width in edges)
    return {
        "whole": [(WHOLE, whole) for whole, _ in scenes],
        "opened": [(OPENED, opened) for _, opened in scenes],
        "edge": [
            (edge_view(r, z, wide), whole)
            for (whole, _), (r, z, _) in zip(scenes, edges, strict=True)
        ],
    }


def cutaways(
    rows: Mapping[str, Row],
    loads: Sequence[LoadMark | None] = (),
    logarithmic: bool = False,
    signed: bool = False,
    exaggeration: float = 0.0,
    state: str = "",
) -> dict[str, Figure]:
    """Pictures of cut bodies on one colour scale: a figure per view with the designs side by side.

    Pictures of one figure have one scale of length.

    Parameters
    ----------
    rows
        Name to view and scene of every design, the same number each.
    loads
        Where the load of each design comes in; by default nothing is marked.
    logarithmic, signed
        Colour scale: logarithmic, or from blue to red around zero; else from 0 up.
    exaggeration
        Factor on the displacements in the views that show them.
    state
        Of a stress how it was solved, which is then said; empty of other fields.

    Raises
    ------
    ValueError
        Without scenes, for rows of different length, or for scenes of different fields.
    """
    designs = {len(row) for row in rows.values()}
    titles = {scene.title for row in rows.values() for _, scene in row}
    if len(designs) != 1 or len(titles) != 1:
        raise ValueError("cut-aways need rows of equally many scenes of one field")
    marks = list(loads) or [None] * designs.pop()
    shots = {name: _row_of_shots(row, marks, exaggeration) for name, row in rows.items()}
    scale = _colour_scale([s for row in shots.values() for s in row], logarithmic, signed)
    return {name: _side_by_side(row, scale, logarithmic, state) for name, row in shots.items()}


Scale = tuple[Normalize, str, str]  # with the colours and the ends that are open


@styled
def _side_by_side(shots: Sequence[_Shot], scale: Scale, logarithmic: bool, state: str) -> Figure:
    """One view of every design, with the colour bar."""
    norm, colours, extend = scale
    camera, count = shots[0].camera, len(shots)
    width_in = WIDTH_IN * min(count + 0.4, 3) / 3
    height_in = (width_in - 1.1) / count * camera.height_um / camera.width_um
    figure = new_figure(height_in + 0.5, width_in)
    axes = figure.subplots(1, count, squeeze=False)[0]
    for k, (ax, shot) in enumerate(zip(axes, shots, strict=True)):
        _show(ax, shot, norm, colours)
        panel_title(ax, k, broken(shot.scene.label, letters(count)))
    bar = figure.colorbar(
        ScalarMappable(norm, colours), ax=list(axes), extend=extend, aspect=24, pad=0.012,
        shrink=0.9,
    )  # fmt: skip
    bar.set_label(shots[0].scene.title)
    notes = [shots[0].view.title, "one colour scale"]
    if any(not np.isfinite(shot.seen.values).all() for shot in shots):
        notes.append("plain colours: no current" if logarithmic else "plain colours: no value")
    mark_state(figure, bool(state), "; ".join(notes), state)
    return figure


@dataclass(frozen=True)
class _Shot:
    """A scene seen through a view."""

    scene: Scene
    view: View
    stretch: float
    exaggeration: float
    camera: Camera
    seen: Visible
    load: LoadMark | None
    strip_end: tuple[float, float, float] | None


def _row_of_shots(row: Row, loads: Sequence[LoadMark | None], exaggeration: float) -> list[_Shot]:
    """The scenes through their views, all in one scale of length."""
    views, scenes = [view for view, _ in row], [scene for _, scene in row]
    stretch = views[0].stretch
    if stretch is None:
        height = max(float(np.ptp(s.points_um[1][s.triangles])) for s in scenes)
        radius = max(float(s.points_um[0].max()) for s in scenes)
        stretch = float(f"{max(0.5 * radius / height, 1.0):.1g}")
    soups, factors, ends = [], [], []
    for view, scene, load in zip(views, scenes, loads, strict=True):
        factor = exaggeration if view.exaggerated and scene.face_shift_um is not None else 0.0
        parts = [*faces(scene, stretch, factor), skin(scene, stretch, factor)]
        block = strip_block(scene, stretch, load) if factor == 0.0 else None
        end = None
        if block is not None:
            parts.append(block)
            _, y, z = block.points.mean(axis=1)
            end = (float(block.points[0].max()), float(y), float(z))
        soups.append(joined(parts))
        factors.append(factor)
        ends.append(end)
    cameras = [
        _camera(view, soup, scene, stretch)
        for view, soup, scene in zip(views, soups, scenes, strict=True)
    ]
    width = max(camera.width_um for camera in cameras)
    height = max(camera.height_um for camera in cameras)
    cameras = [replace(camera, width_um=width, height_um=height) for camera in cameras]
    return [
        _Shot(scene, view, stretch, factor, camera, visible(soup, camera, PIXELS), load, end)
        for view, scene, factor, camera, soup, load, end in zip(
            views, scenes, factors, cameras, soups, loads, ends, strict=True
        )
    ]


def _camera(view: View, soup: Soup, scene: Scene, stretch: float) -> Camera:
    trial = Camera(view.azimuth_deg, view.elevation_deg, (0.0, 0.0, 0.0), 0.0, 0.0)
    if view.focus is not None:
        r, z, width = view.focus
        angle = np.radians(scene.face_deg[0])
        centre = (r * float(np.cos(angle)), r * float(np.sin(angle)), stretch * z)
        return Camera(view.azimuth_deg, view.elevation_deg, centre, width, 0.72 * width)
    right, up, _ = trial.project(soup.points[:, np.unique(soup.triangles)])
    width = 1.04 * float(np.ptp(right))
    height = float(np.ptp(up)) + (STRIP + 0.03) * width
    middle = [(right.min() + right.max()) / 2, up.max() + 0.03 * width - height / 2, 0.0]
    x, y, z = (float(v) for v in np.array(middle) @ trial.axes)
    return Camera(view.azimuth_deg, view.elevation_deg, (x, y, z), width, height)


def _colour_scale(shots: Sequence[_Shot], logarithmic: bool, signed: bool) -> Scale:
    """Colours that hold what all but the rarest pixels need."""
    values = np.concatenate([s.seen.values[np.isfinite(s.seen.values)] for s in shots])
    if len(values) == 0:
        raise ValueError("nothing that is seen has a value")
    if signed:
        top = float(np.percentile(np.abs(values), 99.0)) or 1.0
        return Normalize(-top, top), "RdBu_r", "both"
    low, top = map(float, np.percentile(values, [2.0, 99.0]))
    low = max(low, top * 10**-DECADES) if logarithmic else 0.0
    top = max(top, low * 1.001, 1e-300)
    if logarithmic:
        return LogNorm(low, top, clip=True), COLOUR_MAP, "both"
    return Normalize(low, top), COLOUR_MAP, "max" if values.max() > top else "neither"


def _show(ax: Axes, shot: _Shot, norm: Normalize, colours: str) -> None:
    names = shot.scene.region_names
    by_name = region_colours(list(names))
    group_colours = np.array([to_rgb(by_name[name]) for name in names], dtype=np.float32)
    outlined = np.arange(len(names))
    if not shot.view.every_region:
        layers = [k for k, name in enumerate(names) if is_layer(name)]
        outlined[layers] = min(layers, default=0)
    image = shaded(shot.seen, shot.camera, norm, colours, group_colours, outlined)
    camera = shot.camera
    ax.imshow(
        image, extent=(0, camera.width_um, 0, camera.height_um), origin="lower",
        interpolation="antialiased",
    )  # fmt: skip
    ax.set_axis_off()
    _scale_bar(ax, camera)
    if shot.view.focus is not None:
        _region_names(ax, shot)
    else:
        _angle_names(ax, shot)
        strip, arrow = (shot.load.strip(), shot.load.arrow()) if shot.load else (None, None)
        if shot.strip_end is not None and strip is not None:
            _name_at(ax, camera, shot.strip_end, strip.word, (0, -9))
        if arrow is not None:
            _outward_arrow(ax, shot, arrow.word)
    words = [f"z stretched ×{shot.stretch:g}"] if shot.stretch != 1.0 else []
    words += [f"displacements ×{shot.exaggeration:g}"] if shot.exaggeration else []
    ax.text(0.99, 0.01, "\n".join(words), transform=ax.transAxes, ha="right", va="bottom",
            fontsize=7)  # fmt: skip


def _scale_bar(ax: Axes, camera: Camera) -> None:
    limit = 0.22 * camera.width_um
    length = max(m * 10.0**e for e in range(-4, 5) for m in (1, 2, 5) if m * 10.0**e <= limit)
    x, y = 0.02 * camera.width_um, 0.025 * camera.width_um
    ax.plot([x, x + length], [y, y], color="black", lw=2.0, solid_capstyle="butt")
    ax.annotate(f"{length:g} µm", (x + length / 2, y), xytext=(0, 2.5),
                textcoords="offset points", ha="center", va="bottom", fontsize=7,
                path_effects=HALO)  # fmt: skip


def _region_names(ax: Axes, shot: _Shot) -> None:
    """Names of the regions where they are widest, if that is wide enough."""
    coarse = 2 * OVERSAMPLED
    group: np.ndarray = np.full(shot.seen.hit.shape, -1, dtype=np.int64)
    group[shot.seen.hit] = shot.seen.group
    group = group[::coarse, ::coarse]
    um = coarse / shot.seen.scale
    rows, columns = (max(int(share * group.shape[1]), 1) for share in (0.11, 0.3))
    group[:rows, :columns] = -1  # the scale bar's place
    for k, name in enumerate(shot.scene.region_names):
        # a word is much wider than high
        room = distance_transform_edt(np.pad(group == k, 1), sampling=(1.0, 0.2))[1:-1, 1:-1]
        j, i = divmod(int(room.argmax()), room.shape[1])
        if room[j, i] * um < 0.022 * shot.camera.width_um:
            continue
        text = interface_title(name).replace("_", " ")
        ax.text((i + 0.5) * um, (j + 0.5) * um, text, ha="center", va="center", fontsize=7,
                path_effects=HALO)  # fmt: skip


def _name_at(
    ax: Axes, camera: Camera, point: Sequence[float], text: str, offset: tuple[float, float]
) -> None:
    x, y = camera.project(np.array(point, dtype=float)[:, None])[:2, 0]
    ax.annotate(text, (x, y), xytext=offset, textcoords="offset points", ha="center",
                va="center", fontsize=7, path_effects=HALO)  # fmt: skip


def _angle_names(ax: Axes, shot: _Shot) -> None:
    """The angle of each cut face, below its outer end."""
    shown = np.unique(shot.scene.triangles)
    r, z = shot.scene.points_um[:, shown]
    for angle in shot.scene.face_deg:
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        point = (0.75 * r.max() * c, 0.75 * r.max() * s, shot.stretch * z.min())
        degrees = 180.0 - (180.0 - angle) % 360.0
        text = f"θ = {degrees:.0f}°".replace("-", "−")
        _name_at(ax, shot.camera, point, text, (0, -8))


def _outward_arrow(ax: Axes, shot: _Shot, word: str) -> None:
    """Which way a load acts at theta = 0, over the body."""
    shown = np.unique(shot.scene.triangles)
    r, z = shot.scene.points_um[:, shown]
    top = shot.stretch * float(z.max())
    ends = np.array([[0.0, 0.9 * r.max()], [0.0, 0.0], [top, top]])
    (x0, x1), (y0, y1), _ = shot.camera.project(ends)
    lift = 0.02 * shot.camera.height_um
    ax.annotate("", (x1, y1 + lift), (x0, y0 + lift),
                arrowprops={"arrowstyle": "-|>", "lw": 1.5, "color": INK})  # fmt: skip
    ax.annotate(word, (x1, y1 + lift), xytext=(3, 0), textcoords="offset points",
                fontsize=7, va="center", path_effects=HALO)  # fmt: skip
