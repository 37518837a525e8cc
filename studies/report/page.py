"""The report of a run: figures as PNG and SVG, and one HTML page that needs nothing else.

Every sentence, figure and table is made from what the run folder holds; a partial run, or a study
of other factors, yields a shorter report.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from groundwork.files import write_atomic
from groundwork.lettering import lacking
from studies.figures.album import Album, Picture
from studies.figures.registry import FIGURES, Figure
from studies.report.drawn_ahead import Ahead, drawn_ahead
from studies.report.first_page import first_page
from studies.report.interactive.embed import POLICY, program, styles
from studies.report.section import SECTIONS, Report, Section
from studies.results.results import Results
from studies.wording.control_signs import harmless

if TYPE_CHECKING:
    import pandas as pd

LOG = logging.getLogger("studies")


Level = Literal["brief", "full"]


def write_report(folder: Path, level: Level = "full", table: pd.DataFrame | None = None) -> Path:
    """Write figures and the page of a run, finished or not.

    Parameters
    ----------
    folder
        What ``fem-bump run`` left behind.
    level
        ``"full"``: ``report.html``, all there is. ``"brief"``: ``report-brief.html``, what a design
        review needs, without views that answer back.
    table
        The run's table, where it has just been derived.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError
        When the folder holds no study.
    """
    folder = Path(folder)
    environment = Environment(
        loader=PackageLoader("studies.report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_harmless,
    )  # fmt: skip
    template = environment.get_template("report.html.j2")
    is_brief = level == "brief"
    path, results = (
        folder / f"report{'-brief' if is_brief else ''}.html",
        Results.read(folder, table=table),
    )
    if note := lacking(results.names):
        LOG.warning(note)
    report, album = Report(results), Album(folder / "figures", results.names)
    parts = [
        part for part in sorted(SECTIONS.values(), key=lambda part: part.place)
        if (part.brief or not is_brief) and part.when(report)
    ]  # fmt: skip
    with drawn_ahead(_figures_of(parts), results) as ahead:
        values = {**first_page(report), "styles": styles(), "policy": POLICY}
        values["program"] = program(results) if results.rows and not is_brief else None
        values["sections"] = shown_sections(parts, report, album, environment, ahead)
    if not is_brief:
        album.discard_stale()
    page = template.render(**values)
    write_atomic(path, page)
    return path


def _harmless(value: Any) -> Any:
    """A value for the page; names are the user's and may hold signs that turn what follows."""
    return harmless(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Shown:
    """A section as the page shows it: what stands before and after its figures."""

    name: str
    title: str
    short: str
    before: str
    figures: list[tuple[str, list[Picture]]]
    after: str


def _figures_of(parts: Sequence[Section]) -> list[Figure]:
    """Figures of some sections, in their order."""
    names = {part.name for part in parts}
    return sorted(
        (one for one in FIGURES.values() if one.section in names), key=lambda figure: figure.place
    )


def shown_sections(
    parts: Sequence[Section], report: Report, album: Album, environment: Environment, ahead: Ahead
) -> list[Shown]:
    """Sections of a report with their figures, which may have been drawn ahead."""
    out = []
    built = [part.build(report) for part in parts]  # figures are still drawn
    for part, values in zip(parts, built, strict=True):
        figures = [
            (figure.heading, pictures)
            for figure in _figures_of([part])
            if (pictures := album.draw(figure, report.results, ahead(figure)))
        ]
        shown = {**values, "pictures": sum(len(pictures) for _, pictures in figures)}
        before, after = (
            Markup(environment.from_string(text).render(shown))
            for text in (part.before, part.after)
        )
        out.append(Shown(part.name, part.title, part.short, before, figures, after))
    return out
