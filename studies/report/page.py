"""The report of a run: figures as PNG and SVG, and one HTML page that needs nothing else.

Every sentence, figure and table is made from what the run folder holds; a partial run, or a study
of other factors, yields a shorter report.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from geometry.drawing.lettering import lacking
from geometry.files import write_atomic
from studies.figures import album as pictures
from studies.figures import level_figures, load_figures
from studies.report import findings as say
from studies.report import load_findings, tables
from studies.report import mask_choice as mask_mechanism
from studies.report.base_table import base_table
from studies.report.group_findings import varied, winners
from studies.report.mechanism import life, mechanism
from studies.report.method_sentences import sections
from studies.report.model_statement import load_text, not_modelled, notes, state
from studies.report.trends import trends
from studies.results.results import Results
from studies.wording.control_signs import harmless
from studies.wording.labels import capitalized, factor_name, factor_title, listing
from studies.wording.levels import level

LOG = logging.getLogger("studies")


def write_report(folder: Path) -> Path:
    """Write figures and ``report.html`` of a run, finished or not.

    Parameters
    ----------
    folder
        What ``fem-bump run`` left behind.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError
        When the folder holds no study.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    folder = Path(folder)
    environment = Environment(
        loader=PackageLoader("studies.report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_harmless,
    )  # fmt: skip
    template = environment.get_template("report.html.j2")
    path, results = folder / "report.html", Results.read(folder)
    if note := lacking(results.names):
        LOG.warning(note)
    write_atomic(path, template.render(**context(results)))
    return path


def _harmless(value: Any) -> Any:
    """A value for the page; names are the user's and may hold signs that turn what follows."""
    return harmless(value) if type(value) is str else value


def context(results: Results) -> dict[str, Any]:
    """All that the page shows; figures are written on the way."""
    album = pictures.Album(results.folder / "figures", results.names)
    found = say.findings(results)
    study = results.study
    loads = load_findings.sections(results)
    lowest = [(results.parts[p], *winners(results, p)) for p in results.parts]
    factors = [listing(factor_title(f) for f in varied(results, p)) for p in results.parts]
    page = {
        "title": study.get("title") or study["name"],
        "question": study.get("question", "").strip(),
        "short_names": [(short, name) for name, short in results.names.items()],
        "state": state(results),
        "load": load_text(results),
        "counts": counts(results),
        "headline_um": level(results.headline_um),
        "base_text": results.base_text,
        "entries": results.compared,
        "in_short": [*(s for x in loads for s in x.summary), *say.in_short(results, found)],
        "findings": found,
        "load_sections": loads,
        "window_text": load_findings.window_text(results),
        "at_a_glance": tables.at_a_glance(results, found),
        "mechanism": mechanism(results.compared),
        "life": life(results.compared),
        "trends": trends(results),
        "designs": pictures.designs(results, album),
        "base_design": base_table(results),
        "comparison": tables.comparison(results),
        "flags": [*tables.flags(results.compared), *notes(results)],
        "methods": methods_compared(results, album),
        "curves": pictures.curves(results, album),
        "circle_maps": load_figures.circle_maps(results, album),
        "top_views": load_figures.views_from_above(results, album),
        "cutaways": load_figures.cutaways(results, album),
        "winners": [
            (*t, names)
            for t, names in zip(lowest, factors, strict=True)
            if results.compares_variants and t[1] != [""] and t[1]
        ],
        "winner_factors": listing(factor_name(p) for p in results.other_factors),
        "maps": level_figures.heat_maps(results, album),
        "lines": level_figures.lines(results, album),
        "fields": pictures.fields(results, album),
        "yielded": pictures.yielded(results, album),
        "yielded_table": tables.yielded_table(results.compared),
        "not_modelled": not_modelled(results),
        "unsolved": tables.unsolved(results),
        "evidence": tables.evidence(results),
        "errors": tables.error_table(results),
        "cases": tables.cases(results),
        "materials": tables.material_tables(results),
        "exponents": tables.exponents(),
        "provenance": tables.provenance(results),
        "study_toml": tables.study_text(results.folder),
    }
    album.discard_stale()
    return page


def methods_compared(results: Results, album: pictures.Album) -> list[dict[str, Any]]:
    """A section for each factor of names: sentences, table, figure."""
    return [
        {
            "section": section,
            "title": capitalized(section.comparison.choice.title),
            "levels": listing(section.comparison.choice.levels, "or"),
            "mechanism": mask_mechanism.mechanism(results, section.comparison),
            "pictures": pictures.methods(results, album, section.comparison),
        }
        for section in sections(results)
    ]


# ------------------------------------------------------------------------- what was asked


def counts(results: Results) -> str:
    """How many cases there are and what became of them."""
    said = [
        f"{n} {word}"
        for status, word in (
            ("solved", "solved"), ("failed", "failed"), ("invalid", "impossible"),
            ("pending", "not run"),
        )
        if (n := sum(row["status"] == status for row in results.rows)) or status == "solved"
    ]  # fmt: skip
    return f"{len(results.rows)} cases: {listing(said)}"
