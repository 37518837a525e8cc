"""What state a study's designs are in, what acts on them, and what their model leaves out.

Read from the designs, each kind once and in their order; how many designs it is true of where that
matters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple, TypeVar

from geometry.design.design import Design
from studies.loads.shipped.shear import board_material, lateral_displacement_um
from studies.report.rules.stated_loads import LoadLeaves, Share, Stated, stated
from studies.results.results import Results, Row

MELTING_DEGC = 180.0  # cooled from above this, a solder joint comes from its reflow
Value = TypeVar("Value")


class Change(NamedTuple):
    """A change of temperature."""

    start_degc: float
    end_degc: float

    @property
    def cools(self) -> bool:
        return self.end_degc < self.start_degc

    @property
    def from_reflow(self) -> bool:
        return self.cools and self.start_degc >= MELTING_DEGC


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


class Absent(Enum):
    """What must not be read into the state shown."""

    SERVICE_SHEAR = auto()
    THERMAL_CYCLING = auto()
    BOARD_SHEAR = auto()
    CREEP = auto()
    SIDE_TRACE = auto()


@dataclass(frozen=True)
class State:
    """What was analysed; ``assembled``: whether the designs are joints, or wafers, or both."""

    assembled: tuple[bool, ...]
    histories: tuple[Change, ...]
    feeds: tuple[Feed, ...]
    sheared: Share
    traced: Share
    absent: tuple[Absent, ...]
    stated: tuple[Stated, ...] = ()


class Thermal(NamedTuple):
    """The thermal load and how the cell is held meanwhile."""

    change: Change
    lateral: str
    underside: str


@dataclass(frozen=True)
class Electrons:
    """Designs whose electrons flow one way: where the terminals are."""

    flow: str
    entrances: tuple[Entrance, ...]
    sinks: tuple[str, ...]


@dataclass(frozen=True)
class Traces:
    """Traces on one side; a thickness is None where it is the pad's."""

    widths_um: tuple[float, ...]
    thicknesses_um: tuple[float | None, ...]
    lengths_um: tuple[float, ...]
    materials: tuple[str, ...]


@dataclass(frozen=True)
class ViaRings:
    """Rings of single vias."""

    counts: tuple[int, ...]
    diameters_um: tuple[float, ...]
    circles_um: tuple[float, ...]


class Face(NamedTuple):
    """What moves the far end of the bump: ``assembly``, ``rigid`` or ``compliant``."""

    kind: str
    stiffness_mpa_per_um: float | None = None


@dataclass(frozen=True)
class BoardShear:
    """What the board does to the joint.

    ``dnp_um`` and ``mismatch_shares`` are of the designs whose shift follows from a mismatch.
    """

    boards: tuple[str, ...]
    shifts_um: tuple[float, ...]
    dnp_um: tuple[float, ...]
    mismatch_shares: tuple[float, ...]
    faces: tuple[Face, ...]

    @property
    def is_inwards(self) -> bool | None:
        """Whether it shifts towards the neutral point; None where that differs or nothing moves."""
        ways = {shift < 0 for shift in self.shifts_um if shift}
        return ways.pop() if len(ways) == 1 else None


class Bump(NamedTuple):
    """How a bump is made and what it ends as."""

    method: str
    shape: str


@dataclass(frozen=True)
class Acting:
    """All that acts on the designs, and the bump's shape; ``varied``: paths of loads that vary."""

    thermal: tuple[Thermal, ...]
    currents_a: tuple[float, ...]
    electrons: tuple[Electrons, ...]
    traces: Traces | None
    via_rings: ViaRings | None
    shear: BoardShear | None
    bumps: tuple[Bump, ...]
    varied: tuple[str, ...]
    stated: tuple[Stated, ...] = ()


class Left(Enum):
    """What a model may leave out."""

    PLASTICITY = auto()
    PROCESS_STRESS = auto()
    SERVICE_SHEAR = auto()
    SHEAR_LIMIT = auto()
    SIDE_TRACE = auto()
    TRACE_ITSELF = auto()
    SINGLE_VIAS = auto()
    JOULE_HEATING = auto()
    FLUX_DIVERGENCE = auto()
    PAD_SHAPE = auto()
    GRAIN_ANISOTROPY = auto()
    WAFER_BOW = auto()
    FULL_CHIP = auto()
    EXPERIMENTS = auto()


ALWAYS = tuple(Left)[tuple(Left).index(Left.JOULE_HEATING) :]


@dataclass(frozen=True)
class LeftOut:
    """What the model leaves out, and of how many designs.

    Attributes
    ----------
    on_wafer
        Of the service shear: none of these designs is assembled.
    entrances
        Of the side trace: where their current enters.
    whole_mismatch
        Of what limits the shear: nothing takes a share of the free mismatch.
    """

    what: Left | LoadLeaves
    share: Share
    on_wafer: bool = False
    entrances: tuple[Entrance, ...] = ()
    whole_mismatch: bool = False


@dataclass(frozen=True)
class Noted:
    """What an engineer should know of some designs."""

    note: str
    rows: Sequence[Row]


def state(results: Results) -> State:
    """What was analysed and what must not be read into it."""
    designs = results.designs
    sheared, traced = _sheared(designs), _traced(designs)
    absent = {
        Absent.SERVICE_SHEAR: any(d.assembly is None and d.load.shear is None for d in designs),
        Absent.THERMAL_CYCLING: any(
            d.assembly is not None or d.load.shear is not None for d in designs
        ),
        Absent.BOARD_SHEAR: any(d.assembly is not None and d.load.shear is None for d in designs),
        Absent.CREEP: bool(sheared),
        Absent.SIDE_TRACE: not traced,
    }
    return State(
        _each(designs, lambda d: d.assembly is not None),
        _each(designs, _change),
        _each(designs, _feed),
        Share(len(sheared), len(designs)),
        Share(len(traced), len(designs)),
        tuple(what for what, is_absent in absent.items() if is_absent),
        stated(designs),
    )


def acting(results: Results) -> Acting:
    """The loads, and the bump's shape."""
    designs = results.designs
    thermal = _each(
        designs,
        lambda d: Thermal(_change(d), d.load.thermal.lateral, d.load.thermal.underside),
    )
    electrons = []
    for flow in _each(designs, lambda d: d.load.current.electron_flow):
        mine = [d for d in designs if d.load.current.electron_flow == flow]
        electrons.append(
            Electrons(flow, _each(mine, _entrance), _each(mine, lambda d: d.load.current.sink))
        )
    return Acting(
        thermal,
        _each(designs, lambda d: d.load.current.current_a),
        tuple(electrons),
        _traces(designs),
        _via_rings(designs),
        board_shear(designs),
        _each(designs, lambda d: Bump(d.bump.method, d.bump.shape)),
        tuple(path for path in results.factors if path.startswith("load.")),
        stated(designs),
    )


def left_out(results: Results) -> list[LeftOut]:
    """What the model leaves out, where the designs have it."""
    designs = results.designs
    every = Share(len(designs), len(designs))

    def share(some: Sequence[Design]) -> Share:
        return Share(len(some), len(designs))

    out = [LeftOut(Left.PLASTICITY, every), LeftOut(Left.PROCESS_STRESS, every)]
    if still := [d for d in designs if d.load.shear is None]:
        on_wafer = all(d.assembly is None for d in still)
        out.append(LeftOut(Left.SERVICE_SHEAR, share(still), on_wafer=on_wafer))
    if sheared := _sheared(designs):
        given = [d.load.shear for d in sheared]
        whole = all(load.mismatch_share == 1.0 and load.displacement_um is None for load in given)
        out.append(LeftOut(Left.SHEAR_LIMIT, share(sheared), whole_mismatch=whole))
    if evenly := [d for d in designs if d.trace is None]:
        found = {_entrance(d) for d in evenly}
        entrances = tuple(entrance for entrance in Entrance if entrance in found)
        out.append(LeftOut(Left.SIDE_TRACE, share(evenly), entrances=entrances))
    if traced := _traced(designs):
        out.append(LeftOut(Left.TRACE_ITSELF, share(traced)))
    if single := [d for d in designs if d.discrete_vias is not None]:
        out.append(LeftOut(Left.SINGLE_VIAS, share(single)))
    for load in stated(designs):
        out += [LeftOut(LoadLeaves(*said), load.share) for said in load.statement.left_out]
    return [*out, *(LeftOut(what, every) for what in ALWAYS)]


def noted(results: Results) -> list[Noted]:
    """What an engineer should know of the designs, and which cases it is true of."""
    found: dict[str, list[Row]] = {}
    for row in results.solved:
        for note in dict.fromkeys(results.result(row).flags.get("notes", ())):
            found.setdefault(note, []).append(row)
    return [Noted(note, rows) for note, rows in found.items()]


def _each(designs: Sequence[Design], of: Callable[[Design], Value]) -> tuple[Value, ...]:
    """What is true of any design, each once."""
    return tuple(dict.fromkeys(of(design) for design in designs))


def _sheared(designs: Sequence[Design]) -> list[Design]:
    return [d for d in designs if d.load.shear is not None]


def _traced(designs: Sequence[Design]) -> list[Design]:
    return [d for d in designs if d.trace is not None]


def _change(design: Design) -> Change:
    thermal = design.load.thermal
    return Change(thermal.stress_free_degc, thermal.temperature_degc)


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


def _traces(designs: Sequence[Design]) -> Traces | None:
    traced = _traced(designs)
    if not traced:
        return None
    traces = [d.trace for d in traced if d.trace is not None]
    return Traces(
        tuple(trace.width_um for trace in traces),
        _each(traced, lambda d: (
            None if d.trace_thickness_um == d.pad.thickness_um else d.trace_thickness_um
        )),
        tuple(trace.length_um for trace in traces),
        _each(traced, lambda d: str(d.trace_material)),
    )  # fmt: skip


def _via_rings(designs: Sequence[Design]) -> ViaRings | None:
    rings = [via for d in designs if (via := d.discrete_vias) is not None]
    if not rings:
        return None
    return ViaRings(
        tuple(sorted({via.count for via in rings})),
        tuple(via.diameter_um for via in rings),
        tuple(via.circle_diameter_um for via in rings),
    )


def board_shear(designs: Sequence[Design]) -> BoardShear | None:
    """What the board does to those designs that it shears; None where it shears none."""
    sheared = _sheared(designs)
    if not sheared:
        return None
    given = [d.load.shear for d in sheared]
    return BoardShear(
        _each(sheared, lambda d: str(board_material(d))),
        tuple(lateral_displacement_um(d) for d in sheared),
        tuple(load.dnp_um for load in given if load.dnp_um is not None),
        tuple(load.mismatch_share for load in given if load.dnp_um is not None),
        _each(sheared, _counter_face),
    )


def _counter_face(design: Design) -> Face:
    if design.assembly is not None:
        return Face("assembly")
    assert design.load.shear is not None
    stiffness = design.load.shear.counter_stiffness_mpa_per_um
    return Face("rigid") if stiffness is None else Face("compliant", stiffness)
