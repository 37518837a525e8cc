"""Tables of the report, as text: comparison, errors, materials, provenance."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fem_bump.errors import InputError
from groundwork.user_text import text_of
from studies.case.calibrated import Calibrations, calibration, stated_law
from studies.case.design_materials import design_library, other_materials
from studies.figures.yield_plots import yielding_regions
from studies.loads.shipped.migration import migrates
from studies.metrics.families import Family
from studies.records.record import Result
from studies.report.rules.compared import Finding
from studies.report.rules.mechanism import life_ratio
from studies.report.words.mechanism import life_ratio as in_words
from studies.report.words.verdicts import outcome
from studies.results.notes import sentences
from studies.results.results import Entry, Results, by_length, missing
from studies.wording.derived import DERIVED
from studies.wording.labels import (
    NOT_AVAILABLE,
    capitalized,
    factor_name,
    level,
    number,
    plain_number,
    with_error,
    with_unit,
)


@dataclass(frozen=True)
class TableCell:
    """One cell of the comparison: its text, whether it wins, and a mark for the legend."""

    text: str
    wins: bool = False
    mark: str = ""


@dataclass(frozen=True)
class Headings:
    """A text per design for the columns of a table, and the factor that these are levels of.

    ``factor`` is empty where the texts say all of it.
    """

    texts: list[str]
    factor: str


def headings(results: Results, entries: Sequence[Entry]) -> Headings:
    """Labels of designs; their levels alone where one factor is all that tells them apart."""
    varied = [p for p in results.factors if len({level(e.row[p]) for e in entries}) > 1]
    by_factors = all(entry.label == results.label(entry.row) for entry in entries)
    if len(varied) != 1 or not by_factors or any(missing(e.row[varied[0]]) for e in entries):
        return Headings([entry.label for entry in entries], "")
    (path,) = varied
    levels = [with_unit(path, level(entry.row[path])) for entry in entries]
    return Headings(levels, factor_name(path))


def at_a_glance(
    results: Results, found: Sequence[Finding]
) -> list[tuple[str, list[TableCell], str]]:
    """Metric with unit, a cell per design at the headline length, and the verdict."""
    return [
        (
            f.family.title_with_unit,
            [
                TableCell(with_error(f.values[e.label]), e.label == f.ranking.winner)
                for e in results.compared
            ],
            outcome(f.ranking, f.close),
        )
        for f in found
    ]


def described(results: Results) -> list[Family]:
    """Families that describe the answer to a load: shown, but with nobody lowest."""
    shown = {family.stem for family in results.shown}
    return [
        family for family in results.families.values()
        if family.described and family.stem not in shown
        and any(v and v.value for e in results.compared
                for x in family.columns() for v in [family.read(e.row, x)])
    ]  # fmt: skip


def comparison(
    results: Results, findings: Sequence[Finding]
) -> list[tuple[str, str, str, list[TableCell]]]:
    """Title, averaging length, unit and a cell per design, for every metric at every length."""
    out = []
    for finding in findings:
        family, winner = finding.family, finding.ranking.winner
        values = by_length(family, {entry.label: entry.row for entry in results.compared})
        for k, (length, found) in enumerate(values.items()):
            cells = [
                TableCell(
                    with_error(found[entry.label]),
                    entry.label == winner,
                    "†" if _is_clipped(entry, family.stem, length) else "",
                )
                for entry in results.compared
            ]
            shown = "" if length is None else f"{level(length)}"
            out.append((family.title if k == 0 else "", shown, family.unit, cells))
    for family in described(results):
        values = by_length(family, {entry.label: entry.row for entry in results.compared})
        for k, (length, found) in enumerate(values.items()):
            cells = [TableCell(with_error(found[entry.label])) for entry in results.compared]
            shown = "" if length is None else f"{level(length)}"
            out.append((family.title if k == 0 else "", shown, family.unit, cells))
    for name, unit, digits in (
        ("contact_area_um2", "µm²", 4),
        ("contact_area_ratio", "", 3),
        ("recess_depth_um", "µm", 3),
        ("bump_volume_um3", "µm³", 4),
    ):
        sizes = [number(e.result.derived.get(name)) for e in results.compared]
        if any(size is not None for size in sizes):
            cells = [TableCell(plain_number(size, digits)) for size in sizes]
            out.append((DERIVED[name], "", unit, cells))
    for place in ("solder", "pad"):
        cells = []
        for entry in results.compared:
            lived = life_ratio(entry, place)
            cells.append(TableCell(NOT_AVAILABLE if lived is None else in_words(lived)))
        if any(cell.text != NOT_AVAILABLE for cell in cells):
            title = f"MTTF over that without recess, {place} (band of n)"
            out.append((title, f"{level(results.headline_um)}", "", cells))
    return out


def flags(entries: list[Entry]) -> list[str]:
    """What has to be said about the designs' solutions."""
    return [
        f"{capitalized(entry.label)}: {sentence}"
        for entry in entries
        for sentence in sentences(entry.result.flags)
    ]


def _is_clipped(entry: Entry, stem: str, length: float | None) -> bool:
    for interface in entry.result.curves:
        if stem.endswith("_" + interface.replace("/", "_")):
            size = entry.length_um(interface)
            return length is not None and size is not None and size <= length * (1 + 1e-6)
    return False


def yielded_table(entries: list[Entry]) -> list[tuple[str, list[str]]]:
    """Region, and per design the share above nominal yield with that at the ends of its range."""
    out = []
    for region in yielding_regions(entries):
        cells = []
        for entry in entries:
            name = f"yielded_volume_fraction_{region}"
            nominal, weak, strong = (
                number(entry.result.metrics.get(name + tail))
                for tail in ("", "_at_low_yield", "_at_high_yield")
            )
            if nominal is None:
                cells.append(NOT_AVAILABLE)
                continue
            text = f"{100 * nominal:.1f} %"
            if weak is not None and strong is not None:
                text += f" ({100 * strong:.1f} to {100 * weak:.1f} %)"
            cells.append(text)
        out.append((region.replace("_", " "), cells))
    return out


def unsolved(results: Results) -> list[tuple[str, str, str, str]]:
    """Part, case, status and reason of every case without a result."""
    words = {"failed": "failed", "invalid": "impossible", "pending": "not run"}
    return [
        (str(row["part"]), results.label(row), words.get(row["status"], str(row["status"])),
         row["reason"] if isinstance(row["reason"], str) else "")
        for row in results.rows
        if row["status"] != "solved"
    ]  # fmt: skip


def evidence(results: Results) -> list[tuple[str, str]]:
    """What meshes and solvers showed over all solved cases."""
    found = [results.result(row) for row in results.solved]

    def values(*path: str) -> list[float]:
        out = []
        for result in found:
            node: Any = getattr(result, path[0])
            for key in path[1:]:
                node = node.get(key) if isinstance(node, Mapping) else None
            if (value := number(node)) is not None:
                out.append(value)
        return out

    rows: list[tuple[str, list[float], str]] = [
        ("Displacement unknowns", values("mesh", "displacement_unknowns"), "range"),
        ("Triangles", values("mesh", "triangles"), "range"),
        ("Triangles of the first or coarser mesh", values("mesh", "coarse_triangles"), "range"),
        ("Smallest edge (µm)", values("mesh", "smallest_edge_um"), "least"),
        ("Least mesh quality (1 is equilateral)", values("mesh", "quality_min"), "least"),
        ("Largest angle (°)", values("mesh", "largest_angle_deg"), "most"),
        ("Force balance of UBM and bump, relative", values("solver", "force_balance"), "most"),
        ("Current balance of the UBM, relative", values("solver", "current_balance"), "most"),
        ("Lateral force across the UBM against the board's, relative",
         values("solver", "lateral_force_balance"), "most"),
        ("Residual of thermo-elasticity, relative",
         values("solver", "thermal_stress", "relative_residual"), "most"),
        ("Residual of the shear, relative",
         values("solver", "thermal_stress_harmonics", "relative_residual"), "most"),
        ("Residual of conduction, relative",
         values("solver", "conduction", "relative_residual"), "most"),
        ("Residual of conduction, harmonics above 0, relative",
         values("solver", "conduction_harmonics", "relative_residual"), "most"),
        ("Harmonics of the current above 0", values("metrics", "harmonics"), "range"),
        ("What harmonics left out may add to a metric, relative", _tails(found), "most"),
        ("Wall time per case (s)", values("wall_s", "total"), "range"),
    ]  # fmt: skip
    return [(title, _extent(numbers, kind)) for title, numbers, kind in rows if numbers]


def _tails(found: Sequence[Result]) -> list[float]:
    """Largest tail of a headline metric over its value, per case that has any."""
    out = []
    for result in found:
        metrics, tails = result.metrics, result.tails
        pairs = [(tails.get(name), metrics.get(name)) for name in result.headline]
        shares = [abs(tail / value) for tail, value in pairs if tail is not None and value]
        out += [max(shares)] if shares else []
    return out


def _extent(numbers: list[float], kind: str) -> str:
    low, high = min(numbers), max(numbers)
    if kind == "least":
        return f"at least {plain_number(low, 3)}"
    if kind == "most":
        return f"at most {plain_number(high, 3)}"
    digits = 0 if all(x == int(x) for x in numbers) else 2
    low_text, high_text, middle = (
        f"{x:.{digits}f}" for x in (low, high, statistics.median(numbers))
    )
    return middle if low == high else f"{low_text} to {high_text}, median {middle}"


def error_table(results: Results) -> list[tuple[str, str, str, str, str]]:
    """Metric, averaging length, unit, largest error, and that over the largest value."""
    out = []
    for family in results.shown:
        for k, length in enumerate(family.columns()):
            found = [v for row in results.solved if (v := family.read(row, length)) is not None]
            known = [v.error for v in found if v.error is not None]
            size = max((abs(v.value) for v in found), default=0.0)
            if known and size > 0:
                out.append((
                    family.title if k == 0 else "", "" if length is None else f"{level(length)}",
                    family.unit, plain_number(max(known), 2),
                    f"{plain_number(100 * max(known) / size, 2)} %",
                ))  # fmt: skip
    return out


# ---------------------------------------------------------------- materials and provenance


def material_tables(results: Results) -> list[tuple[str, str, list[Any]]]:
    """Name, description and provenance rows of every material that a solved case used.

    What moves its atoms is among them where a current moved any.
    """
    library = design_library(results.base)
    moved = any(migrates(design) for design in results.designs)
    used: dict[str, None] = {}
    for design in results.designs if results.solved else []:
        used |= dict.fromkeys(region.material for region in design.regions)
        used |= dict.fromkeys(sorted(other_materials(design)))
    whole = {short: name for name, short in results.names.items()}
    return [
        (whole.get(name, name), library.description(name), library.provenance(name, moved))
        for name in used
        if name in library
    ]


def exponents(results: Results) -> list[tuple[str, str, str, bool]]:
    """Black's exponents: metal, value with band, source, verified; a calibration's first."""
    from fem_bump.life.black import BLACK_EXPONENTS

    own = []
    for part in Calibrations.model_fields:
        stated = stated_law(results.base, part)
        if stated is not None:
            n = calibration(stated).exponent_interval
            shown = [plain_number(end, 3) for end in n]
            source = f"{stated.source}, {stated.distribution} lives"
            own.append((f"{part}, calibrated", "{} ({} to {})".format(*shown), source, True))
    return own + [
        (name, f"{n.value:g} ({n.low:g} to {n.high:g})", n.source, n.verified)
        for name, n in BLACK_EXPONENTS.items()
    ]


def provenance(results: Results) -> list[tuple[str, str]]:
    """Versions, commit, times: everything but where and by whom."""
    about = results.provenance.environment
    commit = about.git_commit
    changed = " with changes" if about.git_modified else ""
    packages = about.packages.items()
    rows = [
        ("Study", f"{results.study.name} (schema {results.study.schema})"),
        ("Commit", f"{commit}{changed}" if commit else None),
        ("Python", about.python),
        ("Packages", ", ".join(f"{name} {version}" for name, version in packages)),
        ("Machine", ", ".join(filter(None, [about.platform, about.cpu]))),
    ]
    for k, session in enumerate(results.provenance.sessions, 1):
        wall, solved = number(session.wall_s), session.solved_now
        parts = [
            f"started {session.started}",
            f"{solved} designs solved" if solved is not None else "broken off",
            f"{plain_number(wall, 3)} s of wall time" if wall is not None else "",
            f"{session.jobs} at a time" if session.jobs else "",
        ]
        rows.append((f"Session {k}", ", ".join(filter(None, parts))))
    return [(title, str(text)) for title, text in rows if text]


def study_text(folder: Path) -> str:
    """The study as its file said it."""
    path = folder / "study.toml"
    try:
        return text_of(path.read_bytes()) if path.exists() else ""
    except ValueError as error:
        raise InputError(f"'{path}' is {error}") from None
