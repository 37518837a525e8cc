"""Shear by the board, at a joint away from the chip's neutral point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator

from fem_bump.errors import InputError
from geometry.design import quantities
from geometry.design.flow import step_of
from geometry.design.parameters import given_way
from geometry.design.rules import keys_apply
from geometry.design.schema import Choice, Name
from geometry.design.sentences import describe, shown
from geometry.design.values import DesignValues, defaults
from studies.case import quantities as kinds
from studies.case.design_materials import design_library
from studies.case.inelastic import is_cycled, is_inelastic
from studies.loads.load import load
from studies.loads.marks import Arrow, LoadMark
from studies.loads.shipped.cycling import cycle_of

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary, Model
    from geometry import CrossSection, Design

# two ways to say one thing: what gives way to a key that is set
GIVES_WAY = {
    "load.shear.displacement_um": (
        "load.shear.dnp_um", "load.shear.board_material", "load.shear.mismatch_share",
    ),
    "load.shear.dnp_um": ("load.shear.displacement_um",),
    "load.shear.counter_stiffness_mpa_per_um": ("load.shear.counter_face",),
}  # fmt: skip
TITLES = {
    "load.shear.dnp_um": "distance to the neutral point (µm)",
    "load.shear.displacement_um": "shift of the board (µm)",
    "load.shear.mismatch_share": "share of the mismatch that reaches the joint",
    "load.shear.board_material": "board",
    "load.shear.counter_face": "counter face",
    "load.shear.counter_stiffness_mpa_per_um": "stiffness of the counter face (MPa/µm)",
    "load.shear.harmonics": "harmonics around the axis",
    "load.shear.angles": "angles around the axis",
}
# of a body that flows, where a design says neither; those of fem_bump.mechanics.lateral_shift
HARMONICS, MOST_HARMONICS = 4, 32


class ShearLoad(Choice):
    """Shift of the board against the chip at a joint away from the chip's neutral point.

    The shift is either ``displacement_um``, negative towards the neutral point, or the product of
    mismatch strain, ``dnp_um`` and ``mismatch_share``. ``board_material`` is BT where it is None;
    an assembly's board is its substrate. ``counter_face`` is how the board holds the far end of a
    bump that stands alone: rigidly, or through an elastic foundation. Of what flows ``harmonics``
    is the highest that is followed around the axis, ``angles`` how many its laws are asked at
    between 0 and 180 degrees.
    """

    dnp_um: kinds.NeutralDistance | None = None
    board_material: Name | None = None
    mismatch_share: quantities.Share = 1.0
    displacement_um: kinds.Shift | None = None
    counter_face: Literal["rigid", "compliant"] | None = None
    counter_stiffness_mpa_per_um: kinds.Stiffness | None = None
    harmonics: Annotated[int, Field(strict=True, ge=1, le=MOST_HARMONICS)] | None = None
    angles: Annotated[int, Field(strict=True, ge=2, le=4 * MOST_HARMONICS)] | None = None

    def idle_keys(self) -> dict[str, str]:
        if self.displacement_um is None:
            return {}
        said = f"load.shear.displacement_um = {self.displacement_um:g}, which is the whole shift"
        return {key: said for key in ("dnp_um", "board_material", "mismatch_share")}

    @model_validator(mode="before")
    @classmethod
    def _stiffness_is_compliant(cls, data: Any) -> Any:
        if not isinstance(data, dict) or data.get("counter_stiffness_mpa_per_um") is None:
            return data
        said = data.get("counter_face")
        return {**data, "counter_face": "compliant" if said is None else said}


# ------------------------------------------------------------------------------- judged


def forgets(out: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    yield from given_way(GIVES_WAY, said)
    if said.get("load.shear.counter_face") == "rigid":
        yield "load.shear.counter_stiffness_mpa_per_um"
    if said.get("load.inelastic", True) is not True:
        yield from ("load.shear.harmonics", "load.shear.angles")


def shear_keys_apply(d: DesignValues) -> str | None:
    return keys_apply("load.shear", d.load.shear)


def shear_has_one_size(d: DesignValues) -> str | None:
    shear = d.load.shear
    if shear is None or shear.dnp_um is not None:
        return None  # both at once are refused by keys_apply
    if shear.displacement_um is None:
        given = [k for k in type(shear).model_fields if getattr(shear, k) is not None]
        said = [f"{k} = {shown(getattr(shear, k))}" for k in given if k in shear.model_fields_set]
        return (
            f"load.shear {f'with {said[0]} ' if said else ''}needs its size: give either "
            "load.shear.dnp_um, at least 0, or load.shear.displacement_um"
        )
    most = d.joint_height_um
    if abs(shear.displacement_um) > most:
        return (
            f"load.shear.displacement_um = {shear.displacement_um:g} must be from {-most:g} to "
            f"{most:g}, the joint's height: strains are small in this analysis"
        )
    try:
        degc, share = max(
            ((at, _share_of_given(d, at)) for at in _temperatures_gone_through(d)),
            key=lambda found: abs(found[1]),
        )
    except InputError:
        return None  # no cycle, which a rule of its own says
    if abs(shear.displacement_um * share) > most:
        return (
            f"load.shear.displacement_um = {shear.displacement_um:g} must be from "
            f"{-most / abs(share):.4g} to {most / abs(share):.4g}: at {degc:g} degC it becomes "
            f"{shear.displacement_um * share:.4g} um, more than the joint's height of {most:g} um"
        )
    return None


def sheared_body_is_held(d: DesignValues) -> str | None:
    shear = d.load.shear
    if shear is None:
        return None
    stiffness = shear.counter_stiffness_mpa_per_um
    if d.assembly is not None:
        key = "counter_face" if stiffness is None else "counter_stiffness_mpa_per_um"
        if getattr(shear, key) is None:
            return None
        return (
            f"load.shear.{key} = {shown(getattr(shear, key))} contradicts [assembly], whose "
            f"substrate holds the bump's other end; leave it out{step_of('assembly')}"
        )
    if shear.counter_face is None:
        size = "dnp_um" if shear.displacement_um is None else "displacement_um"
        return (
            f"load.shear.{size} = {shown(getattr(shear, size))} shears a bump whose other end is "
            "free; give an [assembly], or load.shear.counter_face as 'rigid' or 'compliant'"
        )
    if shear.counter_face == "compliant" and stiffness is None:
        return (
            "load.shear.counter_face = 'compliant' needs load.shear.counter_stiffness_mpa_per_um, "
            f"{describe(kinds.Stiffness)}"
        )
    if shear.counter_face == "rigid" and stiffness is not None:
        return (
            f"load.shear.counter_stiffness_mpa_per_um = {stiffness:g} contradicts "
            "load.shear.counter_face = 'rigid'; leave out one of them"
        )
    return None


def flowing_body_is_held_rigidly(d: DesignValues) -> str | None:
    shear = d.load.shear
    stiffness = None if shear is None else shear.counter_stiffness_mpa_per_um
    if stiffness is None or not is_inelastic(d):
        return None
    return (
        f"load.shear.counter_stiffness_mpa_per_um = {stiffness:g} and load.inelastic = true cannot "
        "be together: a body that yields and creeps is held rigidly; set load.shear.counter_face = "
        "'rigid'"
    )


def harmonics_of(d: DesignValues) -> dict[str, int]:
    """What a design says of how its flow around the axis is followed."""
    given = d.load.shear
    said = {"harmonics": given.harmonics, "angles": given.angles}
    return {key: value for key, value in said.items() if value is not None}


def followed(d: DesignValues) -> tuple[int, int]:
    """The highest harmonic of a body that flows, and at how many angles its laws are asked."""
    said = harmonics_of(d)
    highest = said.get("harmonics", HARMONICS)
    return highest, said.get("angles", 2 * highest)


def angles_tell_harmonics_apart(d: DesignValues) -> str | None:
    shear = d.load.shear
    if shear is None or not (said := harmonics_of(d)):
        return None
    if not is_inelastic(d):
        key, value = next(iter(said.items()))
        return (
            f"load.shear.{key} = {value} is of a body that yields and creeps: an elastic one has "
            "harmonics 0 and 1 alone; give load.inelastic = true, or leave it out"
        )
    highest, angles = followed(d)
    if angles > highest:
        return None
    return (
        f"load.shear.angles = {angles} must be from {highest + 1} to {4 * MOST_HARMONICS}: "
        f"fewer do not tell {highest} harmonics apart"
    )


def board_is_the_substrate(d: DesignValues) -> str | None:
    shear = d.load.shear
    if shear is None or d.assembly is None:
        return None
    if shear.board_material in (None, d.assembly.substrate.material):
        return None
    return (
        f"load.shear.board_material = '{shear.board_material}' contradicts [assembly], whose "
        f"board is its substrate of '{d.assembly.substrate.material}'; leave it out and set "
        f"assembly.substrate.material instead{step_of('assembly')}"
    )


def shift_is_small(
    design: Design, library: MaterialLibrary, section: Callable[[], CrossSection]
) -> None:
    """Refuse a distance whose shift is more than the joint is high, anywhere on the way."""
    given, height = design.load.shear, design.joint_height_um
    if given is None or not given.dnp_um:
        return
    passed = _temperatures_gone_through(design)
    shift, degc = max((abs(lateral_displacement_at(design, at)), at) for at in passed)
    if shift > height:
        raise InputError(
            f"load.shear.dnp_um = {given.dnp_um:g} shifts the board by {shift:.4g} um at "
            f"{degc:g} degC, more than the joint's height of {height:g} um; it must be from 0 to "
            f"{given.dnp_um * height / shift:.4g}"
        )


def _temperatures_gone_through(d: DesignValues) -> list[float]:
    """The ends of all ramps, degC.

    No shift between them is larger while one of board and chip expands more at all temperatures.

    Raises
    ------
    InputError
        Where a cycle is none (:func:`~studies.loads.shipped.cycling.cycle_of`).
    """
    thermal = d.load.thermal
    degc = [thermal.temperature_degc, thermal.stress_free_degc]
    if is_cycled(d):
        cycle = cycle_of(d.load.cycling)
        degc += [cycle.low_degc, cycle.high_degc]
    return degc


def _share_of_given(d: DesignValues, degc: float) -> float:
    """Of the shift at the analysed temperature, in proportion to the way from the stress-free."""
    thermal = d.load.thermal
    whole = thermal.temperature_degc - thermal.stress_free_degc
    return (degc - thermal.stress_free_degc) / whole if whole else 1.0


# ------------------------------------------------------------------------------- board and shift


def board_material(design: DesignValues) -> str | None:
    """What shears the joint by its other expansion; None without ``load.shear``."""
    if design.load.shear is None:
        return None
    if design.assembly is not None:
        return design.assembly.substrate.material
    return design.load.shear.board_material or defaults("assembly").substrate.material


def lateral_displacement_um(design: Design) -> float:
    """Shift of the board's face in x, um, against the chip; x points away from the neutral point.

    (strain of the board - strain of the chip) * DNP * share that reaches the joint, strains from
    the stress-free temperature to the temperature.
    """
    return lateral_displacement_at(design, design.load.thermal.temperature_degc)


def lateral_displacement_at(design: Design, degc: float) -> float:
    """The same at another temperature on the way there, or beyond.

    A shift that is given is that at the analysed temperature, and in proportion to the distance
    from the stress-free one at others.
    """
    given, thermal = design.load.shear, design.load.thermal
    if given is None:
        return 0.0
    if given.displacement_um is not None:
        return float(given.displacement_um) * _share_of_given(design, degc)
    library = design_library(design)
    of_board = board_material(design)
    assert of_board is not None and given.dnp_um is not None
    board, chip = (
        float(library[name].thermal_strain(degc, thermal.stress_free_degc))
        for name in (of_board, design.chip.material)
    )
    return (board - chip) * float(given.dnp_um) * float(given.mismatch_share)


def shift_over_temperature(design: Design) -> dict[str, Callable[[float], float]]:
    """Boundary to f(degC): its shift in um, while the body yields and creeps."""
    return {
        "chip_bottom": lambda degc: 0.0,
        counter_face(design): partial(lateral_displacement_at, design),
    }


def counter_face(design: Design) -> str:
    """The boundary that the board moves: an assembly's back, or a lone bump's own top."""
    return "substrate_back" if design.assembly else "bump_top"


def temperatures(design: Design) -> Iterator[tuple[str, tuple[str, ...], tuple[float, ...]]]:
    given, thermal = design.load.shear, design.load.thermal
    if given is not None and given.dnp_um is not None:  # else the shift is given
        for name in (board_material(design), design.chip.material):
            assert name is not None
            degc = (thermal.stress_free_degc, thermal.temperature_degc)
            yield name, ("cte_per_k",), degc


def mark(design: Design) -> LoadMark:
    """The direction of the board's shift."""
    zero = "θ = 0 points away from the chip's neutral point"
    return LoadMark(
        "outwards", (Arrow("outwards"),), "outwards from the\nneutral point",
        pad_radius_um=design.pad_radius_um, zero=zero,
    )  # fmt: skip


@load(
    "shear",
    acts_on="thermal_stress",
    schema=ShearLoad,
    rules=(
        shear_keys_apply,
        shear_has_one_size,
        sheared_body_is_held,
        board_is_the_substrate,
        flowing_body_is_held_rigidly,
        angles_tell_harmonics_apart,
    ),
    titles=TITLES,
    materials=lambda d: (
        {} if d.load.shear is None else {"load.shear.board_material": d.load.shear.board_material}
    ),
    forgets=forgets,
    angular=lambda d: d.load.shear is not None,
    check=shift_is_small,
    other_materials=lambda d: (board_material(d),),
    temperatures=temperatures,
    varying=lambda d: "the lateral shift",
    mark=mark,
    statement="studies.loads.statements.shear:STATEMENT",
    section="studies.report.words.shear:section",
)
def shear(section: CrossSection, model: Model) -> dict[str, Any]:
    design = section.design
    face, stiffness = counter_face(design), design.load.shear.counter_stiffness_mpa_per_um
    shift = {"chip_bottom": 0.0, face: lateral_displacement_um(design)}
    foundation = {} if stiffness is None else {face: stiffness}
    return {"lateral_shift_um": shift, "counter_stiffness_mpa_per_um": foundation}
