"""Which figures a report has, written to its folder and ready for the page."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.text import Text

from geometry.files import file_stem, short_hash, write_atomic
from studies.figures import curve_plots, field_plots, method_plots, yield_plots
from studies.figures.style import WIDTH_IN, render
from studies.records.record import Circle, Curve
from studies.records.store import fields_file
from studies.results.methods import Comparison
from studies.results.results import Entry, Results
from studies.wording.labels import capitalized, listing
from studies.wording.levels import level

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# names that reports give to figures; what else lies in the folder is somebody's own
OURS = re.compile(
    r"(designs|yielded|(curve|map|line|field|methods|circle|top-view|cutaway)-.+)\.(png|svg)"
)
SVG_ESCAPES = {"%": "%25", "#": "%23", "<": "%3C", ">": "%3E", "&": "%26", '"': "'"}


@dataclass(frozen=True)
class Picture:
    """A figure on the page.

    Attributes
    ----------
    name
        Stem of its files.
    number
        Its place in the report, from 1.
    source
        Data URI, SVG or PNG, whichever is shorter.
    alt, caption
        What it shows, in short and in full.
    width_percent
        Of the page's text.
    """

    name: str
    number: int
    source: str
    alt: str
    caption: str
    width_percent: int


class Album:
    """Writes figures as PNG and SVG, and numbers them."""

    def __init__(self, folder: Path, names: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.names = names or {}
        self.count = 0
        self.written: set[str] = set()

    def add(self, name: str, figure: Figure, alt: str, caption: str) -> Picture:
        """Write one figure."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = self._file_name(name)
        png, svg = render(figure, "png"), render(figure, "svg")
        write_atomic(self.folder / f"{name}.png", png)
        write_atomic(self.folder / f"{name}.svg", svg)
        self.written |= {f"{name}.png", f"{name}.svg"}
        self.count += 1
        caption += self._key(figure, f"{alt} {caption}")
        source = min(svg_uri(svg), png_uri(png), key=len)
        width = min(round(100 * figure.get_figwidth() / WIDTH_IN), 100)
        return Picture(name, self.count, source, alt, caption, width)

    def _file_name(self, name: str) -> str:
        """The name as files may have it, and as no figure has it yet, whatever its case."""
        plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", name)
        taken = {written.casefold() for written in self.written}
        if f"{plain}.png".casefold() in taken:
            plain = f"{plain}-{short_hash(name)}"
        return file_stem(plain)

    def _key(self, figure: Figure, said: str) -> str:
        """What the stand-ins stand for that a figure or its caption has."""
        seen = " ".join([said, *(text.get_text() for text in figure.findobj(Text))])
        used = [
            f"{short}: {name}." for name, short in self.names.items()
            if re.search(rf"\b{re.escape(short)}\b", seen)
        ]  # fmt: skip
        return "".join(f" {capitalized(text)}" for text in used)

    def discard_stale(self) -> None:
        """Delete figures that an earlier report left and this one does not have."""
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if OURS.fullmatch(path.name) and path.name not in self.written:
                path.unlink()


def svg_uri(svg: bytes) -> str:
    """An SVG as a data URI, escaped rather than in base64, which is a third longer."""
    text = svg.decode("utf-8")
    text = re.sub(r"\s*\n\s*", " ", text[text.index("<svg") :])
    # outlines to a hundredth of a point; scales elsewhere need their digits
    text = re.sub(r' d="[^"]*"', lambda m: re.sub(r"(\.\d{2})\d+", r"\1", m[0]), text)
    for character, code in SVG_ESCAPES.items():
        text = text.replace(character, code)
    return f"data:image/svg+xml;charset=utf-8,{text}"


def png_uri(png: bytes) -> str:
    """A PNG as a data URI."""
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


# -------------------------------------------------------------------------- what is shown


def designs(results: Results, album: Album) -> list[Picture]:
    """The designs side by side, to scale."""
    if not results.compared:
        return []
    labels = ", ".join(entry.label for entry in results.compared)
    return [album.add(
        "designs", field_plots.designs(results.compared), f"Cross-sections of {labels}",
        "The designs to scale, revolved about the dash-dotted axis (above; of the chip only the "
        "top is drawn), and the edge of the mask opening enlarged (below, the red frame). All "
        "sizes in µm. Dotted: where the top of the pad was before the etch.",
    )]  # fmt: skip


def curves(results: Results, album: Album) -> list[Picture]:
    """Peel, shear and current density along UBM/pad."""
    out = []
    for column, (title, unit, _) in curve_plots.COLUMN_TITLES.items():
        found = [e.result.curves.get("ubm/pad", Curve()) for e in results.compared]
        if any(column in curve.densities for curve in found):
            figure = curve_plots.interface_curves(results.compared, column, results.headline_um)
            sign = {
                "peel_mpa": "Tension is positive.",
                "shear_mpa": "Positive along the direction of arc length, outwards and up; the "
                "headline is the largest absolute mean.",
                "jn_a_per_cm2": "Positive from the pad into the UBM.",
            }[column]
            side, marker = _side_of_curves(results, column)
            out.append(album.add(
                f"curve-{column}", figure, f"{title} along UBM/pad",
                f"{title[0].upper()}{title[1:]} ({unit}) along the interface of UBM and pad{side}. "
                f"{sign} Thin lines are the density itself: at the corners it is singular, so "
                "its peaks there are the mesh's, not the design's, and are cut off. Thick lines "
                f"are means over windows of {level(results.headline_um)} µm that slide across the "
                f"corners; each marker is {marker}.",
            ))  # fmt: skip
    return out


def _side_of_curves(results: Results, column: str) -> tuple[str, str]:
    """At which angle a density is shown that varies around the circle, and what its marker is."""
    varied = [
        e for e in results.compared if column in e.result.circle.get("ubm/pad", Circle()).amplitudes
    ]
    if not varied:
        return "", "the headline value of the tables"
    if column == "jn_a_per_cm2":
        side = ", at θ = 0 in front of where the current enters"
    else:
        found = [abs(e.result.flags.get("curve_theta_deg", 0.0)) for e in varied]
        angles = dict.fromkeys(f"{angle:.0f}°" for angle in found)
        side = f", at θ = {listing(angles, 'or')} where the mean peel is largest"
    arc = results.base.metrics.arc_length_um
    return side, (
        f"the extreme mean at this angle; the tables' values are averaged over {arc:g} µm around "
        "as well, each where it is worst"
    )


def methods(results: Results, album: Album, found: Comparison) -> list[Picture]:
    """Every metric at a factor's levels against the first of them."""
    contrasts = [c for c in found.contrasts if c.levels[0] == found.choice.levels[0]]
    if not contrasts:
        return []
    choice = found.choice
    return [album.add(
        f"methods-{choice.path}", method_plots.paired_dots(choice, contrasts),
        f"{listing(choice.levels, 'against')}, metric by metric", method_plots.caption(choice),
    )]  # fmt: skip


def fields(results: Results, album: Album) -> list[Picture]:
    """Stress and current density near the recess, of those designs whose fields were kept."""
    kept = list(_kept_fields(results))
    if not kept:
        return []
    sections = [field_plots.build_cross_section(entry.design) for entry, _ in kept]
    windows = field_plots.edge_windows(sections)
    window = windows[0]
    found = [
        field_plots.read_field(path, entry.label, section, window)
        for (entry, path), section, own in zip(kept, sections, windows, strict=True)
        if own[0] < window[1] and own[1] > window[0]
    ]
    labels = ", ".join(field.label for field in found)
    return [
        album.add(
            "field-von-mises", field_plots.stress_fields(found, window),
            f"Von Mises stress near the recess: {labels}",
            "Von Mises stress near the edge of the opening, elastic. Dotted, with a white outline "
            "inside each layer: metal above its nominal yield strength, where plastic flow would "
            "limit the stress.",
        ),
        album.add(
            "field-current", field_plots.current_fields(found, window),
            f"Current density near the recess: {labels}",
            "Magnitude of the current density near the edge of the opening.",
        ),
    ]  # fmt: skip


def yielded(results: Results, album: Album) -> list[Picture]:
    """Shares of the metals above yield."""
    if not yield_plots.yielding_regions(results.compared):
        return []
    return [album.add(
        "yielded", yield_plots.yielded_shares(results.compared), "Shares of volume above yield",
        "Share of each metal's volume in which the elastic von Mises stress exceeds the yield "
        "strength: nominal (bars), and at the ends of the range that is credible for thin films "
        "(whiskers).",
    )]  # fmt: skip


def _kept_fields(results: Results) -> Iterator[tuple[Entry, Path]]:
    for entry in results.compared:
        path = fields_file(results.folder, str(entry.row["key"]))
        if path is not None:
            yield entry, path
