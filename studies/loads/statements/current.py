"""The current in a report: where electrons come in and go out, and how the feed is modelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from studies.loads.phrases import amounts, counted, each, either
from studies.loads.shipped.current import CurrentLoad
from studies.loads.statement import Share, Statement
from studies.wording.labels import listing

if TYPE_CHECKING:
    from geometry import Design


class FeedKind(Enum):
    """How current comes to the pad."""

    TRACE = auto()
    ANNULAR = auto()
    CENTRAL_VIA = auto()
    VIA_RING = auto()
    SINGLE_VIAS = auto()


class Feed(NamedTuple):
    """A feed, with the number of its single vias."""

    kind: FeedKind
    vias: int = 0


class Entrance(Enum):
    """Where the current meets what is meshed, on the chip's side."""

    PAD_RIM = auto()
    VIA_BOTTOM = auto()
    VIA_TOPS = auto()


@dataclass(frozen=True)
class Electrons:
    """Designs whose electrons flow one way: where the terminals are."""

    flow: str
    entrances: tuple[Entrance, ...]
    sinks: tuple[str, ...]


@dataclass(frozen=True)
class Traces:
    """Traces on one side; a thickness is None where it is the pad's."""

    share: Share
    widths_um: tuple[float, ...]
    thicknesses_um: tuple[float | None, ...]
    lengths_um: tuple[float, ...]
    materials: tuple[str, ...]


@dataclass(frozen=True)
class ViaRings:
    """Rings of single vias."""

    share: Share
    counts: tuple[int, ...]
    diameters_um: tuple[float, ...]
    circles_um: tuple[float, ...]


@dataclass(frozen=True)
class Fed:
    """How the designs are fed; ``evenly``: where those without a trace take their current."""

    feeds: tuple[Feed, ...]
    currents_a: tuple[float, ...]
    electrons: tuple[Electrons, ...]
    traces: Traces
    via_rings: ViaRings
    evenly: tuple[Entrance, ...]

    @property
    def untraced(self) -> Share:
        """Designs without a trace."""
        traced = self.traces.share
        return Share(traced.every - traced.some, traced.every)


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


def find(designs: Sequence[Design], tables: Sequence[CurrentLoad]) -> Fed:
    """How the designs are fed."""
    flows = []
    for flow in each(tables, lambda given: given.electron_flow):
        mine = [d for d, given in zip(designs, tables, strict=True) if given.electron_flow == flow]
        sinks = each(mine, lambda d: d.load.current.sink)
        flows.append(Electrons(flow, each(mine, _entrance), sinks))
    evenly = {_entrance(d) for d in designs if d.trace is None}
    return Fed(
        each(designs, _feed),
        each(tables, lambda given: given.current_a),
        tuple(flows),
        _traces(designs),
        _via_rings(designs),
        tuple(entrance for entrance in Entrance if entrance in evenly),
    )


def _feed(design: Design) -> Feed:
    via = design.via
    if design.trace is not None:
        return Feed(FeedKind.TRACE)
    if via is None:
        return Feed(FeedKind.ANNULAR)
    if design.discrete_vias is not None:
        return Feed(FeedKind.SINGLE_VIAS, via.count)
    return Feed(FeedKind.CENTRAL_VIA if via.kind == "central" else FeedKind.VIA_RING)


def _entrance(design: Design) -> Entrance:
    if design.discrete_vias is not None:
        return Entrance.VIA_TOPS
    return Entrance.PAD_RIM if design.via is None else Entrance.VIA_BOTTOM


def _traces(designs: Sequence[Design]) -> Traces:
    traced = [d for d in designs if d.trace is not None]
    traces = [d.trace for d in traced]
    return Traces(
        Share(len(traced), len(designs)),
        tuple(trace.width_um for trace in traces),
        each(traced, lambda d: (
            None if d.trace_thickness_um == d.pad.thickness_um else d.trace_thickness_um
        )),
        tuple(trace.length_um for trace in traces),
        each(traced, lambda d: str(d.trace_material)),
    )  # fmt: skip


def _via_rings(designs: Sequence[Design]) -> ViaRings:
    rings = [via for d in designs if (via := d.discrete_vias) is not None]
    return ViaRings(
        Share(len(rings), len(designs)),
        tuple(sorted({via.count for via in rings})),
        tuple(via.diameter_um for via in rings),
        tuple(via.circle_diameter_um for via in rings),
    )


# -------------------------------------------------------------------------------- in words


def amount(found: Fed) -> str:
    """How much current, and which way."""
    amps = either(found.currents_a, lambda current: f"{current:g} A")
    return f"{amps}, {listing(map(_electrons, found.electrons), 'or')}"


def _electrons(found: Electrons) -> str:
    """Where electrons go in and out: what decides which end of the solder is the cathode."""
    pad = either(found.entrances, ENTRANCES.__getitem__)
    board = either(found.sinks, SINKS.__getitem__)
    into, out = (pad, board) if found.flow == "into-bump" else (board, pad)
    return f"electrons into {into} and out of {out}"


def sentences(found: Fed) -> Iterator[str]:
    """What feeds the pad, where that is no ring around it."""
    traces, vias = found.traces, found.via_rings
    if traces.share.some:
        thick = either(
            traces.thicknesses_um,
            lambda um: "as thick as the pad" if um is None else f"{um:g} µm thick",
        )
        series = "its own resistance not counted"
        if any(traces.lengths_um):
            series = (
                f"{amounts(traces.lengths_um, 'µm')} of it ({listing(traces.materials, 'or')}) "
                "count as a resistance in series"
            )
        yield (
            f"A trace {amounts(traces.widths_um, 'µm')} wide and {thick} meets the pad's rim on "
            f"one side, {series}."
        )
    if vias.share.some:
        counts = listing(map(str, vias.counts), "or")
        yield (
            f"A ring of {counts} vias, {amounts(vias.diameters_um, 'µm')} in diameter on a circle "
            f"of {amounts(vias.circles_um, 'µm')}, feeds the pad, each as a sector of its own "
            "area, their resistance in series."
        )


def left_out(found: Fed) -> Iterator[tuple[str, str]]:
    """What a trace on one side adds, or what its model leaves out, and that of single vias."""
    if found.untraced.some:
        way = listing((EVENLY[entrance] for entrance in found.evenly), "or")
        yield (
            "Side-trace crowding",
            f"{counted(found.untraced)}Current enters {way}. What a trace on one side adds is in "
            "no value here.",
        )
    if found.traces.share.some:
        yield (
            "The trace itself",
            "Current enters the pad evenly over the trace's width and thickness: crowding inside "
            "the trace and at its neck is left out. Its length counts as a resistance in series "
            "only.",
        )
    if found.via_rings.share.some:
        yield (
            "Single vias",
            "For the stress a ring of vias is an annulus of the same volume of metal. For the "
            "current each via is a sector of its own area, fed evenly: crowding inside a via is "
            "left out.",
        )


STATEMENT = Statement(
    find=find,
    state=lambda found: either(found.feeds, lambda feed: FEEDS[feed.kind].format(vias=feed.vias)),
    partly=lambda found: [(found.traces.share, "a side trace")],
    absent=lambda found: [] if found.traces.share.some else ["not side-trace crowding"],
    amount=amount,
    sentences=sentences,
    left_out=left_out,
)
