"""The report of a run: figures as PNG and SVG, and one HTML page that needs nothing else.

Every sentence, figure and table is made from what the run folder holds; a partial run, or a study
of other factors, yields a shorter report.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studies import album as pictures
from studies import findings as say
from studies import report_tables as tables
from studies.files import write_atomic
from studies.labels import factor_title, listing
from studies.mechanism import life, mechanism
from studies.results import Results
from studies.trends import trends

STATE = (
    "wafer state after reflow, elastic, annular feed: not service shear, not side-trace crowding"
)
NOT_MODELLED = (
    ("Plasticity and creep", "Everything is linear elastic: stresses in metals are an upper bound. "
     "The yielded shares say how much of each metal is concerned."),
    ("Stress from processing", "Films are stress-free at the stated temperature; the intrinsic "
     "stress of sputtered and plated films is left out."),
    ("Service shear", "There is no substrate, underfill or board and no temperature cycle, so "
     "nothing shears the joint."),
    ("Side-trace crowding", "Current enters evenly around the pad's rim. What a trace on one side "
     "adds is in no value here."),
    ("Joule heating", "Temperature is uniform, and life ratios compare at equal temperature."),
    ("Flux divergence", "Current density stands in for electromigration: no voids, no back "
     "stress."),
    ("Pads that are not round", "The cell is axisymmetric; the square cell of the array is a "
     "circle of equal area."),
    ("Grain anisotropy of tin", "Solder is isotropic here; tin crystals are not."),
    ("Wafer bow", "With a periodic side the cell's side stays vertical, which suppresses bow even "
     "where the underside is free."),
    ("The full chip", "It is cut off at the stated thickness."),
    ("Comparison with experiments", "No data on recess depth have been published to compare with."),
)  # fmt: skip


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
        loader=PackageLoader("studies"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    template = environment.get_template("report.html.j2")
    path = folder / "report.html"
    write_atomic(path, template.render(**context(Results.read(folder))))
    return path


def context(results: Results) -> dict[str, Any]:
    """All that the page shows; figures are written on the way."""
    album = pictures.Album(results.folder / "figures")
    found = say.findings(results)
    study = results.study
    lowest = [(results.parts[p], *say.winners(results, p)) for p in results.parts]
    return {
        "title": study.get("title") or study["name"],
        "question": study.get("question", "").strip(),
        "state": STATE,
        "load": load_text(results),
        "counts": counts(results),
        "headline_um": f"{results.headline_um:g}",
        "base_text": results.base_text,
        "entries": results.compared,
        "in_short": say.in_short(results, found),
        "findings": found,
        "at_a_glance": tables.at_a_glance(results, found),
        "mechanism": mechanism(results.compared),
        "life": life(results.compared),
        "trends": trends(results),
        "designs": pictures.designs(results, album),
        "comparison": tables.comparison(results),
        "flags": tables.flags(results.compared),
        "curves": pictures.curves(results, album),
        "winners": [t for t in lowest if results.compares_variants and t[1] != [""] and t[1]],
        "winner_factors": listing(factor_title(p) for p in results.other_factors),
        "maps": pictures.heat_maps(results, album),
        "lines": pictures.lines(results, album),
        "fields": pictures.fields(results, album),
        "yielded": pictures.yielded(results, album),
        "yielded_table": tables.yielded_table(results.compared),
        "not_modelled": NOT_MODELLED,
        "unsolved": tables.unsolved(results),
        "evidence": tables.evidence(results),
        "errors": tables.error_table(results),
        "cases": tables.cases(results),
        "materials": tables.material_tables(results),
        "exponents": tables.exponents(),
        "provenance": tables.provenance(results),
        "study_toml": tables.study_text(results.folder),
    }


# ------------------------------------------------------------------------- what was asked


def load_text(results: Results) -> str:
    """The loads of the base design in one sentence."""
    thermal, current = results.base.load.thermal, results.base.load.current
    text = (
        f"Cool-down from {thermal.stress_free_degc:g} to {thermal.temperature_degc:g} °C, sides "
        f"{thermal.lateral}, underside {thermal.underside}; {current.current_a:g} A into the pad's "
        "rim and out of the bump's top."
    )
    varied = [factor_title(path) for path in results.factors if path.startswith("load.")]
    return f"{text} The study varies {listing(varied)}." if varied else text


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
