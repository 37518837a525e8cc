"""The board's shear in a report: what the board does to the joint, and what is left out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from studies.case.inelastic import is_cycled, is_inelastic
from studies.loads.phrases import amounts, counted, each, either
from studies.loads.shipped.shear import (
    ShearLoad,
    board_material,
    followed,
    lateral_displacement_um,
)
from studies.loads.statement import Share, Statement
from studies.wording.labels import listing

if TYPE_CHECKING:
    from geometry import Design


class Absent(Enum):
    """What must not be read into the state shown."""

    SERVICE_SHEAR = auto()
    THERMAL_CYCLING = auto()
    BOARD_SHEAR = auto()
    CREEP = auto()


class Face(NamedTuple):
    """What moves the far end of the bump: ``assembly``, ``rigid`` or ``compliant``."""

    kind: str
    stiffness_mpa_per_um: float | None = None


@dataclass(frozen=True)
class BoardShear:
    """What the board does to the joint.

    ``dnp_um`` and ``mismatch_shares`` are of the designs whose shift follows from a mismatch;
    ``whole_mismatch``: no design takes a share of it, and none gives the shift. ``followed`` are
    the highest harmonic and the number of angles of designs that yield and creep.
    """

    boards: tuple[str, ...]
    shifts_um: tuple[float, ...]
    dnp_um: tuple[float, ...]
    mismatch_shares: tuple[float, ...]
    faces: tuple[Face, ...]
    whole_mismatch: bool
    followed: tuple[tuple[int, int], ...] = ()

    @property
    def is_inwards(self) -> bool | None:
        """Whether it shifts towards the neutral point; None where that differs or nothing moves."""
        ways = {shift < 0 for shift in self.shifts_um if shift}
        return ways.pop() if len(ways) == 1 else None


@dataclass(frozen=True)
class Sheared:
    """Which designs the board shears, and how; ``still_on_wafer``: no other design is assembled.

    ``elastic`` are those of them that do not yield and creep; ``cycled``: all others go through
    thermal cycles.
    """

    share: Share
    elastic: Share
    absent: tuple[Absent, ...]
    board: BoardShear | None
    still_on_wafer: bool
    cycled: bool

    @property
    def still(self) -> Share:
        """Designs that nothing shears."""
        return Share(self.share.every - self.share.some, self.share.every)


ABSENT = {
    Absent.SERVICE_SHEAR: "not service shear",
    Absent.THERMAL_CYCLING: "not thermal cycling",
    Absent.BOARD_SHEAR: "not shear by the board away from the chip's centre",
    Absent.CREEP: "not creep",
}
# what is left out, and what that is besides where designs go through no thermal cycles
ON_WAFER = (
    "There is no substrate, underfill or board{}, so nothing shears the joint.",
    " and no temperature cycle",
)
IN_ASSEMBLY = (
    "The assembled cell is axisymmetric{}: what the board's other expansion does to joints away "
    "from the chip's centre is left out.",
    " and there is no temperature cycle",
)
LIMIT = (
    "The shear is one elastic step without a temperature cycle, so its stress is proportional to "
    "the distance to the neutral point. Solder that creeps or yields limits the force on the "
    "joint; that is left out."
)
WHOLE_MISMATCH = (
    " The whole free mismatch reaches the joint: underfill and bending of the board, which take a "
    "share of it, count only through load.shear.mismatch_share, which is 1 here."
)


def find(designs: Sequence[Design], tables: Sequence[ShearLoad | None]) -> Sheared:
    """Which designs the board shears, and what must not be read into the others."""
    every = list(zip(designs, tables, strict=True))
    sheared = [(design, load) for design, load in every if load is not None]
    elastic = [design for design, _ in sheared if not is_inelastic(design)]
    still = [design for design, load in every if load is None]
    on_wafer = [design.assembly is None for design in still]
    cooled = [design for design in still if not is_cycled(design)]
    absent = {
        Absent.SERVICE_SHEAR: any(on_wafer),
        Absent.THERMAL_CYCLING: bool(elastic) or any(d.assembly is not None for d in cooled),
        Absent.BOARD_SHEAR: not all(on_wafer),
        Absent.CREEP: bool(elastic),
    }
    return Sheared(
        Share(len(sheared), len(designs)),
        Share(len(elastic), len(designs)),
        tuple(what for what, is_absent in absent.items() if is_absent),
        _board(sheared) if sheared else None,
        all(on_wafer),
        not cooled,
    )


def _board(sheared: Sequence[tuple[Design, ShearLoad]]) -> BoardShear:
    given = [load for _, load in sheared]
    return BoardShear(
        each(sheared, lambda one: str(board_material(one[0]))),
        tuple(lateral_displacement_um(design) for design, _ in sheared),
        tuple(load.dnp_um for load in given if load.dnp_um is not None),
        tuple(load.mismatch_share for load in given if load.dnp_um is not None),
        each(sheared, lambda one: _counter_face(*one)),
        all(load.mismatch_share == 1.0 and load.displacement_um is None for load in given),
        each([d for d, _ in sheared if is_inelastic(d)], followed),
    )


def _counter_face(design: Design, load: ShearLoad) -> Face:
    if design.assembly is not None:
        return Face("assembly")
    stiffness = load.counter_stiffness_mpa_per_um
    return Face("rigid") if stiffness is None else Face("compliant", stiffness)


# -------------------------------------------------------------------------------- in words


def sentence(found: BoardShear) -> str:
    """What the board does to the joint."""
    moved = amounts([abs(shift) for shift in found.shifts_um], "µm")
    text = f"The board ({listing(found.boards, 'or')}) "
    if found.dnp_um:
        far = amounts(found.dnp_um, "µm")
        text += f"shears the joint at {far} from the chip's neutral point: it "
    ways = {None: "", True: ", towards the neutral point", False: ", away from the neutral point"}
    text += f"shifts by {moved} against the chip{ways[found.is_inwards]}"
    if set(found.mismatch_shares) == {1.0}:
        text += " (the free mismatch, none of it taken by underfill or bending of the board)"
    elif found.mismatch_shares:
        text += (
            f" ({amounts([100 * share for share in found.mismatch_shares], '%')} of the free "
            "mismatch; underfill and bending of the board take the rest)"
        )
    text = f"{text}, through {either(found.faces, _face)}."
    if found.followed:
        text += f" What flows is followed in {either(found.followed, _harmonics)}."
    return text


def _harmonics(followed: tuple[int, int]) -> str:
    return f"harmonics 0 to {followed[0]} around the axis, at {followed[1]} angles in 180°"


def _face(face: Face) -> str:
    """What moves the far end of the bump."""
    if face.stiffness_mpa_per_um is not None:
        return f"an elastic foundation of {face.stiffness_mpa_per_um:g} MPa/µm"
    return "its substrate's back" if face.kind == "assembly" else "a rigid face"


def left_out(found: Sheared) -> Iterator[tuple[str, str]]:
    """What shears the joint in service, and what limits it."""
    if found.still.some:
        said, no_cycle = ON_WAFER if found.still_on_wafer else IN_ASSEMBLY
        text = said.format("" if found.cycled else no_cycle)
        yield "Service shear", counted(found.still) + text
    if found.board is not None:
        share, text = found.elastic, LIMIT
        if found.board.whole_mismatch:
            share, text = found.share, (LIMIT if share.some else "") + WHOLE_MISMATCH
        if share.some:
            yield "What limits the shear", counted(share) + text.lstrip()


STATEMENT = Statement(
    find=find,
    state=lambda found: "" if found.still.some else "sheared by the board",
    partly=lambda found: [(found.share, "shear by the board")],
    absent=lambda found: [ABSENT[one] for one in found.absent],
    sentences=lambda found: [] if found.board is None else [sentence(found.board)],
    left_out=left_out,
)
