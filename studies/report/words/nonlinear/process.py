"""How far one stress-free temperature is from what the process leaves, in words."""

from __future__ import annotations

from studies.report.rules.nonlinear.process import Off, Processed, processed
from studies.report.words.loads import LoadSection, LoadTable
from studies.report.words.verdicts import both_ways, phrase
from studies.results.ranking import sign_of
from studies.results.results import Results
from studies.wording.labels import capitalized, listing, plain_number, with_error

FIRST = 3  # metrics of which the report says how far they are off, in the order of their rank


def section(results: Results) -> LoadSection | None:
    """The report's section on process stress; None where no design is solved both ways."""
    found = processed(results)
    if not found:
        return None
    said = [sentence for each in found for sentence in sentences(each)]
    return LoadSection(
        "What the process leaves, beside one stress-free temperature",
        said,
        table=_table(found),
        summary=[in_short(each) for each in reversed(found)],
        place=20.0,
    )


def sentences(found: Processed) -> list[str]:
    """How far the idealization is off where it is told apart, and whether rankings hold."""
    state = _state(found)
    apart, known = sum(off.apart for off in found.metrics), sum(off.known for off in found.metrics)
    out = [
        f"{capitalized(state)}, the process and one stress-free temperature differ by more than "
        f"both errors in {apart} of {known} stresses of {found.pairs} designs."
    ]
    out += [_how_far(state, off) for off in found.metrics[:FIRST]]
    changed = [off.family.short for off in found.metrics if off.changes]
    kept = [off.family.short for off in found.metrics if off.stays]
    if changed:
        out.append(f"{capitalized(state)}, who is lowest changes for {listing(changed)}.")
    if kept:
        out.append(f"{capitalized(state)}, who is lowest stays for {listing(kept)}.")
    spread = [text for off in found.metrics[:FIRST] if (text := _spread(off))]
    if spread:
        out.append(f"Over the processes of this study {'; '.join(spread)}.")
    return out


def in_short(found: Processed) -> str:
    """The first page's sentence."""
    if not found.metrics:
        return ""
    return _how_far(_state(found), found.metrics[0])


def _how_far(state: str, off: Off) -> str:
    return f"{capitalized(state)}, {off.family.short} {_far(off)}."


def _state(found: Processed) -> str:
    return "with yield and creep" if found.flows else "elastic"


def _far(off: Off) -> str:
    """``is 77 ± 1 at one temperature and 15 ± 1 MPa after the process at half depth; ...``."""
    said = []
    for label, made in off.made.items():
        at_once = off.at_once[label]
        if at_once is None or made is None:
            continue
        apart = " and not" if sign_of(made, at_once) else ", not told from"
        said.append(f"{label} {with_error(made)}{apart} {with_error(at_once)}")
    return off.family.united(f"is after the process: {'; '.join(said)}")


def _spread(off: Off) -> str:
    said = [
        f"{off.family.united(f'{plain_number(low, 3)} to {plain_number(high, 3)}')} at {label}"
        for label, (low, high) in off.spread.items()
    ]
    return f"{off.family.short} goes from {', '.join(said)}" if said else ""


def _table(found: tuple[Processed, ...]) -> LoadTable:
    labels = found[0].labels
    rows = []
    for each in found:
        tail = ", with yield and creep" if each.flows else ""
        for off in each.metrics:
            cells = [
                (both_ways(with_error(off.at_once.get(label)), with_error(off.made.get(label))),
                 False)
                for label in labels
            ]  # fmt: skip
            lowest = both_ways(phrase(off.before.call), phrase(off.after.call))
            rows.append((off.family.title_with_unit + tail, cells, lowest))
    return LoadTable("At one stress-free temperature → after the process", [*labels], rows)
