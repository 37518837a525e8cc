"""What the command line shows: tables and progress, rich on a terminal, plain lines elsewhere."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from geometry.design.paths import dotted, keys_of
from studies.results.notes import notes as design_notes
from studies.results.notes import sentences
from studies.runs.bars import BarProgress, duration
from studies.runs.progress import Progress
from studies.wording.control_signs import one_line
from studies.wording.levels import texts
from studies.wording.units import split_unit

if TYPE_CHECKING:
    from studies.cracks.curves import CrackGrowth, CrackPoint
    from studies.design_files.inspection import Inspection
    from studies.records.record import CaseRecord, Result


def print_table(headers: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> None:
    """A table on standard output; aligned plain text when that is no terminal."""
    cells = [[_text(value) for value in row] for row in rows]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        # as text: names may hold brackets, which are markup elsewhere
        table = Table(title=Text(title) if title else None, title_justify="left")
        for header in headers:
            table.add_column(Text(header), overflow="fold")
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))
        Console().print(table)
        return
    widths = [max(len(row[i]) for row in [list(headers), *cells]) for i in range(len(headers))]
    lines = [[*headers], ["-" * width for width in widths], *cells]
    if title:
        print(one_line(title))
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(padded).rstrip())


def print_metrics(result: Result) -> None:
    """Metric, value, unit and error of one solved design; the headline metrics first."""
    headline = [name for name in result.headline if name in result.metrics]
    rows = []
    for name in dict.fromkeys([*headline, *result.metrics]):
        label, unit = split_unit(name)
        rows.append([label, result.metrics[name], unit, result.errors.get(name)])
    print_table(["metric", "value", "unit", "error"], rows)
    print_notes([*sentences(result.flags), *design_notes(result.flags)])


def print_corners(corners: Iterable[Mapping[str, Any]], said: Iterable[str] = ()) -> None:
    """Corner by corner: wedges, exponents of both physics, intensities with their errors."""
    rows, notes = [], list(said)
    for corner in corners:
        wedges = " ".join(f"{w['region']}:{w['angle_deg']:.4g}" for w in corner["wedges"])
        where = [corner["name"], corner["r_um"], corner["z_um"], wedges]
        if corner["note"]:
            notes.append(f"{corner['name']}: {corner['note']}")
        if not corner["singularities"]:
            rows.append([*where, "none", None, None, None, ""])
        for one in corner["singularities"]:
            if one["note"]:
                notes.append(f"{corner['name']}, {one['physics']}: {one['note']}")
            exponent = f"{one['exponent']:.4f}"
            if one["exponent_imaginary"]:
                exponent += f" +/- {one['exponent_imaginary']:.4f} i"
            for mode in one["modes"] or [{"intensity": None, "error": None}]:
                unit = one["unit"] if one["modes"] else ""
                rows.append(
                    [*where, one["physics"], exponent, mode["intensity"], mode["error"], unit]
                )
                where = ["", "", "", ""]
            where = ["", "", "", ""]
    columns = ["corner", "r, um", "z, um", "wedges, deg", "singular", "exponent", "intensity"]
    print_table([*columns, "error", "unit"], rows)
    print_notes(notes)


def print_notes(notes: Iterable[str]) -> None:
    """A line per note."""
    for note in notes:
        print(f"note: {note}")


def print_inspection(found: Inspection) -> None:
    """Keys with their ranges, a table for each material, notes."""
    rows: list[list[Any]] = []
    table = ""
    for row in found.keys:
        *parents, key = keys_of(row.key)
        if dotted(parents) != table:
            table = dotted(parents)
            rows.append([f"[{table}]", "", "", "", ""])
        value = f"{_text(row.value)} {row.unit}".rstrip()
        rows.append([key, value, row.given, row.possible, row.credible])
    print_table(["key", "value", "from", "possible", "credible"], rows, f"design {found.name}")
    for name, keys in found.used_by.items():
        stated = [row for row in found.properties if row.material == name]
        print()
        print_table(
            ["property", "at 25 degC", "range", "source"],
            [
                [
                    row.property,
                    _ends(row.value) if isinstance(row.value, str) else f"{row.value:.5g}",
                    "-" if row.range is None else " to ".join(f"{end:g}" for end in row.range),
                    row.source if row.verified else f"{row.source} (not verified)",
                ]
                for row in stated
            ],
            f"{name}: {', '.join(keys)}" if keys else name,
        )
    print()
    print_notes(found.notes or ["nothing in this design is out of the ordinary"])


def _ends(table: str) -> str:
    """First and last row of what is written of a table."""
    rows = table.split("; ")
    return table if len(rows) < 3 else f"{rows[0]} to {rows[-1]}"


def print_crack_growth(
    curves: Sequence[CrackGrowth], absent: Mapping[str, str], said: Iterable[str] = ()
) -> None:
    """Every length of every curve, then what becomes of the crack."""
    crack = curves[0].crack
    columns = _crack_columns(curves)
    shown = ["variant", "length, um", *(header for header, _ in columns), "status"]
    rows = [row for curve in curves for row in _crack_rows(curve, columns)]
    print_table(shown, rows, crack.title)
    for curve in curves:
        print(f"{curve.design.variant}: {curve.verdict}")
    print_notes([*(f"{variant}: {why}" for variant, why in absent.items()), *said])


_Columns = list[tuple[str, Callable[["CrackPoint"], Any]]]


def _crack_columns(curves: Sequence[CrackGrowth]) -> _Columns:
    """Header and value of what is worth a column: no angle where nothing varies around."""

    def measured(name: str) -> Callable[[CrackPoint], str]:
        return lambda p: _with_error(getattr(p, name), p.errors[name])

    around = not all(curve.axisymmetric for curve in curves)
    root = "MPa sqrt(um)"
    columns: _Columns = [("G max, J/m2", measured("g_max_j_per_m2"))]
    if around:
        columns = [("G mean, J/m2", measured("g_j_per_m2")), *columns]
        columns.append(("at, deg", lambda p: p.theta_deg))
    columns.append((f"K_I, {root}", measured("k_1_mpa_sqrt_um")))
    columns.append((f"K_II, {root}", measured("k_2_mpa_sqrt_um")))
    if around:
        columns.append((f"K_III, {root}", measured("k_3_mpa_sqrt_um")))
    columns.append(("mode mix, deg", measured("mode_mix_deg")))
    points = [p for curve in curves for p in curve.points]
    if any(p.contact is not None for p in points):
        columns.append(("contact, um", _contact_um))
    if any(p.overlaps for p in points):
        columns.append(("overlap, share", lambda p: p.overlap_share if p.overlaps else None))
    columns.append(("faces", _faces))
    toughness = curves[0].crack.toughness_j_per_m2
    if toughness is not None:
        columns.append((f"G against {toughness:g}", lambda p: str(p.against(toughness))))
    return columns


def _contact_um(p: CrackPoint) -> str | None:
    return None if p.contact is None else _with_error(p.contact.contact_um, p.errors["contact_um"])


def _faces(p: CrackPoint) -> str:
    """How they lie, in a word or two."""
    if p.contact is None:
        return "overlap" if p.closed else "open"
    if p.contact.held:
        return "held"
    return "slide" if p.contact.at_tip else "touch behind the tip"


def _crack_rows(curve: CrackGrowth, columns: _Columns) -> list[list[Any]]:
    """A row for each length, those without a crack included, with their reason."""
    rows = {p.length_um: [*(value(p) for _, value in columns), "solved"] for p in curve.points}
    for status, reasons in (("invalid", curve.skipped), ("failed", curve.failed)):
        for length, why in reasons.items():
            rows[length] = [*[None] * len(columns), f"{status}: {why}"]
    lengths = sorted(rows)
    return [
        [curve.design.variant, text, *rows[length]]
        for length, text in zip(lengths, texts(lengths), strict=True)
    ]


def _with_error(value: float, error: float) -> str:
    """``0.513 +/- 0.003``: the error in two digits, the value as far as that."""
    if not error > 0:
        return f"{value:.4g}"
    shown = f"{error:.1e}"
    digits = min(max(0, 1 - int(shown.split("e")[1])), 8)
    return f"{value:.{digits}f} +/- {error:.{digits}f}"


def show_log() -> None:
    """Send the package's warnings to standard error, one line each."""
    log = logging.getLogger("studies")
    if not log.handlers:
        handler = _Stderr()
        handler.setFormatter(logging.Formatter("fem-bump: %(message)s"))
        log.addHandler(handler)


class _Stderr(logging.Handler):
    """Like StreamHandler, but on what standard error is now, not when it was made."""

    def emit(self, record: logging.LogRecord) -> None:
        _tell(one_line(self.format(record)))


def _tell(line: str) -> None:
    """A line on standard error; a run does not end because nobody listens any more."""
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def make_progress() -> Progress:
    """A bar on a terminal, else one line per case; both on standard error."""
    return BarProgress() if sys.stderr.isatty() else LineProgress()


class LineProgress(Progress):
    """``12/60 part growing case 12 | depth_ratio 0.25, ... | solved | 3.1 s | 2 min 10 s left``."""

    def start(self, cases: int, to_solve: int) -> None:
        self.total, self.began = to_solve, time.monotonic()
        _tell(f"{cases} cases, {to_solve} to solve")

    def case_done(self, done: int, case: Any, record: CaseRecord) -> None:
        left = (time.monotonic() - self.began) / done * (self.total - done)
        seconds = record.seconds
        pieces = [
            f"{done}/{self.total} part {case.part} case {case.number}",
            case.label,
            record.status + (f": {record.reason}" if record.reason else ""),
            "no time" if seconds is None else f"{seconds:.1f} s",
            f"{duration(left)} left",
        ]
        _tell(one_line(" | ".join(pieces)))


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.5g}" if isinstance(value, float) else one_line(str(value))
