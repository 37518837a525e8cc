"""The state shown, the loads and what the model leaves out, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from studies.metrics.families import in_words
from studies.report.rules.model_statement import (
    Absent,
    Acting,
    BoardShear,
    Bump,
    Change,
    Electrons,
    Entrance,
    Face,
    Feed,
    FeedKind,
    Left,
    LeftOut,
    Noted,
    State,
    Thermal,
    Traces,
    ViaRings,
)
from studies.report.rules.stated_loads import LoadLeaves, Share, Stated
from studies.results.case_sets import where
from studies.results.results import Results
from studies.wording.labels import capitalized, factor_name, listing

Item = TypeVar("Item")

SHAPES = {
    "cylinder": "a cylinder",
    "as-deposited": "as deposited",
    "reflowed": "reflowed to its equilibrium shape",
}
MADE = {"electroplate": "", "evaporate": "evaporated, ", "screen-print": "screen-printed, "}
FEEDS = {
    FeedKind.TRACE: "feed by a trace on one side",
    FeedKind.ANNULAR: "annular feed",
    FeedKind.CENTRAL_VIA: "feed through a central via",
    FeedKind.VIA_RING: "feed through a via ring",
    FeedKind.SINGLE_VIAS: "feed through a ring of {vias} vias",
}
ENTRANCES = {
    Entrance.PAD_RIM: "the pad's rim",
    Entrance.VIA_BOTTOM: "the bottom of the via",
    Entrance.VIA_TOPS: "the tops of the vias",
}
EVENLY = {
    Entrance.PAD_RIM: "evenly around the pad's rim",
    Entrance.VIA_BOTTOM: "evenly through the via's bottom",
    Entrance.VIA_TOPS: "through the vias",
}
SINKS = {"bump_top": "the bump's top", "substrate_pad_rim": "the board's pad"}
ABSENT = {
    Absent.SERVICE_SHEAR: "not service shear",
    Absent.THERMAL_CYCLING: "not thermal cycling",
    Absent.BOARD_SHEAR: "not shear by the board away from the chip's centre",
    Absent.CREEP: "not creep",
    Absent.SIDE_TRACE: "not side-trace crowding",
}
LEFT = {
    Left.PLASTICITY: (
        "Plasticity and creep",
        "Everything is linear elastic: stresses in metals are an upper bound. The yielded shares "
        "say how much of each metal is concerned.",
    ),
    Left.PROCESS_STRESS: (
        "Stress from processing",
        "Films are stress-free at the stated temperature; the intrinsic stress of sputtered and "
        "plated films, and of cured polymers, is left out.",
    ),
    Left.SERVICE_SHEAR: (
        "Service shear",
        "The assembled cell is axisymmetric and there is no temperature cycle: what the board's "
        "other expansion does to joints away from the chip's centre is left out.",
    ),
    Left.SHEAR_LIMIT: (
        "What limits the shear",
        "The shear is one elastic step without a temperature cycle, so its stress is proportional "
        "to the distance to the neutral point. Solder that creeps or yields limits the force on "
        "the joint; that is left out.",
    ),
    Left.SIDE_TRACE: (
        "Side-trace crowding",
        "Current enters {way}. What a trace on one side adds is in no value here.",
    ),
    Left.TRACE_ITSELF: (
        "The trace itself",
        "Current enters the pad evenly over the trace's width and thickness: crowding inside the "
        "trace and at its neck is left out. Its length counts as a resistance in series only.",
    ),
    Left.SINGLE_VIAS: (
        "Single vias",
        "For the stress a ring of vias is an annulus of the same volume of metal. For the current "
        "each via is a sector of its own area, fed evenly: crowding inside a via is left out.",
    ),
    Left.JOULE_HEATING: (
        "Joule heating",
        "Temperature is uniform, and life ratios compare at equal temperature.",
    ),
    Left.FLUX_DIVERGENCE: (
        "Flux divergence",
        "Current density stands in for electromigration: no voids, no back stress.",
    ),
    Left.PAD_SHAPE: (
        "Pads that are not round",
        "The cell is axisymmetric; the square cell of the array is a circle of equal area.",
    ),
    Left.GRAIN_ANISOTROPY: (
        "Grain anisotropy of tin",
        "Solder is isotropic here; tin crystals are not.",
    ),
    Left.WAFER_BOW: (
        "Wafer bow",
        "With a periodic side the cell's side stays vertical, which suppresses bow even where the "
        "underside is free.",
    ),
    Left.FULL_CHIP: ("The full chip", "It is cut off at the stated thickness."),
    Left.EXPERIMENTS: (
        "Comparison with experiments",
        "No data on recess depth have been published to compare with.",
    ),
}
ON_WAFER = (
    "There is no substrate, underfill or board and no temperature cycle, so nothing shears the "
    "joint."
)
WHOLE_MISMATCH = (
    " The whole free mismatch reaches the joint: underfill and bending of the board, which take a "
    "share of it, count only through load.shear.mismatch_share, which is 1 here."
)
COUNTED = (Left.SERVICE_SHEAR, Left.SHEAR_LIMIT, Left.SIDE_TRACE)  # said with how many designs


def state(found: State) -> str:
    """The one line that says what was analysed and what must not be read into it."""
    what = _either(found.assembled, lambda joint: "assembled joint" if joint else "wafer state")
    loads = _either(found.histories, _history)
    if found.sheared.some == found.sheared.every:
        loads += ", sheared by the board"
    for load in found.stated:
        if load.statement.state and not load.share.is_mixed:
            loads += f", {load.statement.state}"
    own = [what for load in found.stated for what in load.statement.absent]
    absent = ", ".join([*own, *(ABSENT[one] for one in found.absent)])
    text = f"{what} {loads}, elastic, {_either(found.feeds, _feed)}: {absent}"
    others = ((load.share, load.statement.called) for load in found.stated)
    both = ((found.sheared, "shear by the board"), (found.traced, "a side trace"))
    for share, word in (*both, *others):
        if share.is_mixed and word:
            text += f"; {word} in {share.some} of {share.every} designs only"
    return text


def loads(found: Acting) -> str:
    """The loads in a few sentences, and the bump's shape."""
    thermal = _either(found.thermal, _thermal)
    amount = _either(found.currents_a, lambda current: f"{current:g} A")
    electrons = listing(map(_electrons, found.electrons), "or")
    text = f"{thermal}; {amount}, {electrons}. "
    text += "" if found.traces is None else _traces(found.traces)
    text += "" if found.via_rings is None else _via_rings(found.via_rings)
    text += "" if found.shear is None else shear(found.shear)
    text += "".join(map(_stated, found.stated))
    text += f"The bump is {_either(found.bumps, _bump)}."
    varied = listing(map(factor_name, found.varied))
    return f"{text} The study varies {varied}." if varied else text


def left_out(found: Iterable[LeftOut]) -> list[tuple[str, str]]:
    """A title and a text for all that the model leaves out."""
    return [_left(one) for one in found]


def notes(results: Results, found: Iterable[Noted]) -> list[str]:
    """What an engineer should know of the designs, and which cases it is true of."""
    out = []
    for note in found:
        at = where(note.rows, results.solved, ["part", *results.factors])
        if at is None:
            at = f"{len(note.rows)} of {len(results.solved)} cases"
        text = in_words(note.note).rstrip(".")
        out.append(capitalized(f"{at or 'all cases'}: {text}."))
    return out


def shear(found: BoardShear) -> str:
    """What the board does to the joint."""
    moved = _amounts([abs(shift) for shift in found.shifts_um], "µm")
    text = f"The board ({listing(found.boards, 'or')}) "
    if found.dnp_um:
        far = _amounts(found.dnp_um, "µm")
        text += f"shears the joint at {far} from the chip's neutral point: it "
    ways = {None: "", True: ", towards the neutral point", False: ", away from the neutral point"}
    text += f"shifts by {moved} against the chip{ways[found.is_inwards]}"
    if set(found.mismatch_shares) == {1.0}:
        text += " (the free mismatch, none of it taken by underfill or bending of the board)"
    elif found.mismatch_shares:
        text += (
            f" ({_amounts([100 * share for share in found.mismatch_shares], '%')} of the free "
            "mismatch; underfill and bending of the board take the rest)"
        )
    return f"{text}, through {_either(found.faces, _face)}. "


def _stated(load: Stated) -> str:
    """The sentence of a load that states itself, with its values: ``0.1 or 0.2``."""
    said = {
        key: listing((str(v) if isinstance(v, str) else f"{v:g}" for v in sorted(values)), "or")
        for key, values in load.values.items()
        if f"{{{key}}}" in load.statement.sentence
    }
    text = load.statement.sentence.format(**said)
    return text and f"{text} "


def _left(found: LeftOut) -> tuple[str, str]:
    if isinstance(found.what, LoadLeaves):
        return found.what.title, _of(found.share) + found.what.text
    title, text = LEFT[found.what]
    if found.on_wafer:
        text = ON_WAFER
    if found.whole_mismatch:
        text += WHOLE_MISMATCH
    way = listing((EVENLY[entrance] for entrance in found.entrances), "or")
    counted = _of(found.share) if found.what in COUNTED else ""
    return title, counted + text.format(way=way)


def _of(share: Share) -> str:
    if share.some == share.every:
        return ""
    return f"In {share.some} of {share.every} designs: "


def _history(change: Change) -> str:
    if change.from_reflow:
        return "after reflow"
    return f"from {change.start_degc:g} to {change.end_degc:g} °C"


def _thermal(found: Thermal) -> str:
    change = found.change
    return (
        f"{'Cool-down' if change.cools else 'Change of temperature'} from {change.start_degc:g} to "
        f"{change.end_degc:g} °C, sides {found.lateral}, underside {found.underside}"
    )


def _feed(feed: Feed) -> str:
    return FEEDS[feed.kind].format(vias=feed.vias)


def _bump(bump: Bump) -> str:
    return MADE[bump.method] + SHAPES[bump.shape]


def _electrons(found: Electrons) -> str:
    """Where electrons go in and out: what decides which end of the solder is the cathode."""
    pad = _either(found.entrances, ENTRANCES.__getitem__)
    board = _either(found.sinks, SINKS.__getitem__)
    into, out = (pad, board) if found.flow == "into-bump" else (board, pad)
    return f"electrons into {into} and out of {out}"


def _traces(found: Traces) -> str:
    thick = _either(
        found.thicknesses_um,
        lambda um: "as thick as the pad" if um is None else f"{um:g} µm thick",
    )
    series = "its own resistance not counted"
    if any(found.lengths_um):
        series = (
            f"{_amounts(found.lengths_um, 'µm')} of it ({listing(found.materials, 'or')}) count as "
            "a resistance in series"
        )
    return (
        f"A trace {_amounts(found.widths_um, 'µm')} wide and {thick} meets the pad's rim on one "
        f"side, {series}. "
    )


def _via_rings(found: ViaRings) -> str:
    counts = listing(map(str, found.counts), "or")
    return (
        f"A ring of {counts} vias, {_amounts(found.diameters_um, 'µm')} in diameter on a circle of "
        f"{_amounts(found.circles_um, 'µm')}, feeds the pad, each as a sector of its own area, "
        "their resistance in series. "
    )


def _face(face: Face) -> str:
    """What moves the far end of the bump."""
    if face.stiffness_mpa_per_um is not None:
        return f"an elastic foundation of {face.stiffness_mpa_per_um:g} MPa/µm"
    return "its substrate's back" if face.kind == "assembly" else "a rigid face"


def _amounts(values: Sequence[float], unit: str) -> str:
    """Different amounts in order: ``10, 20 or 40 µm``; from more than four the ends."""
    texts = list(dict.fromkeys(f"{value:.3g}" for value in sorted(values)))
    if len(texts) > 4:
        return f"{texts[0]} to {texts[-1]} {unit}"
    return f"{listing(texts, 'or')} {unit}"


def _either(items: Iterable[Item], word: Callable[[Item], str]) -> str:
    """All that is true of any design: ``annular feed or feed through ...``."""
    return listing(dict.fromkeys(map(word, items)), "or")
