"""Figures of a report, written to its folder, numbered and ready for the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.text import Text

from groundwork.files import file_stem, short_hash, write_atomic
from groundwork.pictures import png_uri
from studies.figures.registry import FIGURES, Figure
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


@dataclass(frozen=True)
class Rendered:
    """A picture before it is numbered and written; plain data, unlike Matplotlib's figure."""

    part: str
    png: bytes
    svg: bytes
    alt: str
    caption: str
    seen: str  # all texts in it
    width_percent: int


def rendered(figure: Figure, results: Results) -> list[Rendered]:
    """All pictures of one figure, as PNG and SVG."""
    return [
        Rendered(
            drawn.part,
            render(drawn.figure, "png"),
            render(drawn.figure, "svg"),
            drawn.alt,
            drawn.caption,
            " ".join(text.get_text() for text in drawn.figure.findobj(Text)),
            min(round(100 * drawn.figure.get_figwidth() / WIDTH_IN), 100),
        )
        for drawn in figure.draw(results)
    ]


class Album:
    """Writes figures as PNG and SVG, and numbers them."""

    def __init__(self, folder: Path, names: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.names = names or {}
        self.count = 0
        self.written: set[str] = set()

    def draw(
        self, figure: Figure, results: Results, ahead: Sequence[Rendered] | None = None
    ) -> list[Picture]:
        """All pictures of one figure; drawn now unless they were drawn ahead."""
        return [
            self.add(f"{figure.name}-{one.part}" if one.part else figure.name, one)
            for one in (rendered(figure, results) if ahead is None else ahead)
        ]

    def add(self, name: str, one: Rendered) -> Picture:
        """Write one picture."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = self._file_name(name)
        write_atomic(self.folder / f"{name}.png", one.png)
        write_atomic(self.folder / f"{name}.svg", one.svg)
        self.written |= {f"{name}.png", f"{name}.svg"}
        self.count += 1
        caption = one.caption + self._key(f"{one.alt} {one.caption} {one.seen}")
        source = min(svg_uri(one.svg), png_uri(one.png), key=len)
        return Picture(name, self.count, source, one.alt, caption, one.width_percent)

    def _file_name(self, name: str) -> str:
        """The name as files may have it, and as no figure has it yet, whatever its case."""
        plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", name)
        taken = {written.casefold() for written in self.written}
        if f"{plain}.png".casefold() in taken:
            plain = f"{plain}-{short_hash(name)}"
        return file_stem(plain)

    def _key(self, seen: str) -> str:
        """What the stand-ins stand for that a figure or its caption has."""
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
