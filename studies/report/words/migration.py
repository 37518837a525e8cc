"""What heat and migration make of the designs, in words."""

from __future__ import annotations

from collections.abc import Iterator

from studies.report.rules.migration import Migrating, Order, Part, Reversal, Why
from studies.results.case_sets import where
from studies.results.lives.fates import Fate
from studies.results.ranking import SMALL_SPREAD
from studies.results.results import Results
from studies.wording.labels import Measured, capitalized, listing, percent, plain_number, with_error
from studies.wording.times import lasting

METALS = {"pad": "pad", "solder": "solder"}
NOT_KNOWN = "–"


def cell(found: Part) -> str:
    """A design's fate in a cell: ``immortal, margin 1.7`` or ``220 days``."""
    match found.fate:
        case Fate.IMMORTAL if found.margin is None:
            return "immortal, no tension"
        case Fate.IMMORTAL:
            return f"immortal, margin {plain_number(found.margin, 3)}"
        case Fate.UNDECIDED:
            return "undecided: at the limit"
        case Fate.LATER:
            return "void after the time looked at"
        case _:
            assert found.time_s is not None
            return _time(found.time_s)


def _time(found: Measured) -> str:
    """``220 days ± 3 %``."""
    if found.error is None:
        return f"{lasting(found.value)}, error not known"
    return f"{lasting(found.value)} ± {plain_number(100 * found.error / found.value, 2)} %"


Row = tuple[str, list[str]]


def table(found: Migrating) -> list[tuple[str, list[str], list[Row]]]:
    """Per metal: its name, the designs, and rows of what decides how long it lasts."""
    out = []
    for part, members in found.compared.items():
        rows = [
            ("Void", [cell(one) for one in members]),
            ("Largest stress over critical", [with_error(one.load) for one in members]),
            ("Largest steady stress (MPa)", [_number(one.stress_mpa) for one in members]),
            ("Blech product (A/cm)", [_number(one.blech_a_per_cm) for one in members]),
            ("Largest density (kA/cm²)", [_number(one.density_a_per_cm2, 1e-3) for one in members]),
            ("Largest temperature (°C)", [_number(one.temperature_degc) for one in members]),
            ("Stress of the temperature’s gradient alone (MPa)",
             [_number(one.thermal_mpa) for one in members]),
            ("Black’s life over no recess, at one temperature",
             [_number(one.cold_black) for one in members]),
            ("the same, each at its own", [_number(one.black) for one in members]),
        ]  # fmt: skip
        shown = [row for row in rows if any(text != NOT_KNOWN for text in row[1])]
        out.append((capitalized(METALS[part]), [one.label for one in members], shown))
    return out


def _number(found: Measured | None, factor: float = 1.0) -> str:
    if found is None:
        return NOT_KNOWN
    error = None if found.error is None else factor * found.error
    return with_error(Measured(factor * found.value, error))


def sentences(results: Results, found: Migrating) -> Iterator[str]:
    """Who lasts longest, and where that is not whom Black's law says, with the reason."""
    for part, members in found.compared.items():
        yield f"{capitalized(METALS[part])}: {'; '.join(_fate(one) for one in members)}."
        yield from _agreement(results, found, part)


def _fate(one: Part) -> str:
    return f"{one.label} {cell(one)}"


def _agreement(results: Results, found: Migrating, part: str) -> Iterator[str]:
    every, against = found.of(part), found.reversed_in(part)
    if not every:
        return
    metal, near = METALS[part], found.near_in(part)
    close = f"less than {percent(SMALL_SPREAD)} apart by one of the two: do not choose by that one"
    if not against:
        but = f", in {near} of them but for variants {close}" if near else ""
        yield (
            f"Black’s law and nucleation rank the variants alike in the {metal} in "
            f"{_all(len(every))} where both tell them apart{but}."
        )
        return
    at = _where(results, against, every)
    yield (
        f"Black’s law and nucleation rank variants differently in the {metal} in "
        f"{len(against)} of {len(every)} comparisons{at}. {capitalized(_example(against[0]))}"
    )
    if near:
        yield f"In {near} more they do so of variants {close}."
    reasons: dict[Why, int] = {}
    for order in against:
        for why in dict.fromkeys(w for one in order.reversals for w in one.why):
            reasons[why] = reasons.get(why, 0) + 1
    if len(against) > 1:
        said = [f"{SHORT[why]} ({count})" for why, count in reasons.items()]
        yield f"Reasons, with the number of comparisons: {listing(said)}."


def _all(count: int) -> str:
    return "the one comparison" if count == 1 else f"all {count} comparisons"


def _where(results: Results, some: tuple[Order, ...], every: tuple[Order, ...]) -> str:
    mine, all_rows = ([order.rows[0] for order in orders] for orders in (some, every))
    at = where(mine, all_rows, ["part", *results.other_factors])
    return f" (at {at})" if at else ""


SHORT = {
    Why.BLECH: "the potential along the metal, not the largest density, makes the stress (Blech)",
    Why.TEMPERATURE: "the temperature",
    Why.GRADIENT: "the temperature’s gradient",
    Why.PACE: "less stress at its largest, but sooner at its place",
}


def _example(order: Order) -> str:
    """One reversal with its numbers."""
    found = order.reversals[0]
    a, b = found.longer, found.other
    black = [plain_number(one.black.value, 3) for one in (b, a) if one.black is not None]
    why = [_density(found), *(_because(found, reason) for reason in found.why)]
    return (
        f"by Black’s law {b.label} lasts longer than {a.label} ({' and '.join(black)} times no "
        f"recess), but {_outlived(a, b)}: {a.label} is {cell(a)}, {b.label} {cell(b)}. "
        f"{capitalized('; '.join(filter(None, why)))}."
    )


def _outlived(a: Part, b: Part) -> str:
    """How the first lasts longer."""
    if a.fate is b.fate and a.fate is not Fate.VOID:
        return f"{a.label} has the larger margin"
    if a.fate is Fate.IMMORTAL:
        return f"no void begins in {a.label}"
    return f"a void begins in {a.label} later"


def _density(found: Reversal) -> str:
    """What Black's law goes by."""
    a, b = found.longer.density_a_per_cm2, found.other.density_a_per_cm2
    if a is None or b is None:
        return ""
    times = plain_number(a.value / b.value, 3)
    return (
        f"Black’s law goes by the largest density, which in {found.longer.label} is {times} times "
        f"that in {found.other.label}"
    )


def _because(found: Reversal, reason: Why) -> str:
    a, b = found.longer, found.other
    loads = [plain_number(one.load.value, 3) for one in (a, b)]
    match reason:
        case Why.BLECH:
            said = (
                "the stress goes by the potential along the whole metal, and at its largest is "
                f"{listing(loads)} of the critical one"
            )
            if a.blech_a_per_cm is not None and b.blech_a_per_cm is not None:
                products = [plain_number(x.value, 3) for x in (a.blech_a_per_cm, b.blech_a_per_cm)]
                said += f" (Blech products {listing(products)} A/cm)"
            return said
        case Why.TEMPERATURE:
            assert a.temperature_degc is not None and b.temperature_degc is not None
            apart = b.temperature_degc.value - a.temperature_degc.value
            which = b.label if apart > 0 else a.label
            times = found.diffusion or 1.0
            faster = times if apart > 0 else 1 / times
            return (
                f"{which} is {plain_number(abs(apart), 2)} K hotter, which makes its atoms "
                f"{plain_number(faster, 3)} times faster"
            )
        case Why.GRADIENT:
            said = listing(
                f"{plain_number(one.thermal_mpa.value, 2)} MPa in {one.label}"
                for one in (a, b) if one.thermal_mpa is not None
            )  # fmt: skip
            return f"the temperature’s gradient alone would make {said}"
        case _:
            return (
                f"at its largest {b.label} has less stress, {loads[1]} against {loads[0]} of the "
                "critical one, but where the void begins it builds up sooner"
            )


def in_short(results: Results, found: Migrating | None) -> str:
    """One sentence for the first page: where Black and nucleation disagree, or who is immortal."""
    if found is None:
        return ""
    against = [(part, found.reversed_in(part), found.of(part)) for part in found.compared]
    said = [
        f"of the {METALS[part]} in {len(some)} of {len(every)} comparisons"
        for part, some, every in against if some
    ]  # fmt: skip
    if said:
        return (
            f"Black’s law and nucleation rank the variants differently: "
            f"{listing(said)}; under Heat and migration stands why."
        )
    fates = [
        f"{METALS[part]}: {'; '.join(_fate(one) for one in members)}"
        for part, members in found.compared.items()
    ]
    return f"Voids. {capitalized(listing(fates))}."
