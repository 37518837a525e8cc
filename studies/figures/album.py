"""Figures of a report, written to its folder, numbered and ready for the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text

from groundwork.files import file_stem, short_hash, write_atomic
from groundwork.pictures import png_uri
from studies.figures.registry import FIGURES, Drawing, Figure
from studies.figures.style import WIDTH_IN, render
from studies.results.results import Results
from studies.wording.labels import capitalized

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

    def draw(self, figure: Figure, results: Results) -> list[Picture]:
        """All pictures of one figure."""
        return [
            self.add(f"{figure.name}-{drawn.part}" if drawn.part else figure.name, drawn)
            for drawn in figure.draw(results)
        ]

    def add(self, name: str, drawing: Drawing) -> Picture:
        """Write one picture."""
        figure, alt, caption = drawing.figure, drawing.alt, drawing.caption
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

    def _key(self, figure: Canvas, said: str) -> str:
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
        # names that reports give to figures; what else lies in the folder is somebody's own
        kinds = "|".join(re.escape(figure.name) for figure in FIGURES.values())
        ours = re.compile(rf"({kinds})(-.+)?\.(png|svg)")
        for path in self.folder.iterdir():
            if ours.fullmatch(path.name) and path.name not in self.written:
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
