"""The process as a history: films are born on the stack as it is then, pad is etched away.

Films are deposited at their material's temperature with its intrinsic stress, one after the other
within a step of the recipe too; etches are done at ambient temperature. Solder has no stress as it
freezes, after all that is done to the wafer; nor has what is soldered to it, the board's own
stresses not being known. An underfill has none as its cure ends. What comes and goes between two
depositions is left out (:mod:`geometry.section.lived`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import shapely
from pydantic import Field
from shapely import LineString

from fem_bump.errors import InputError
from geometry.design.quantities import Usual
from geometry.design.schema import Section
from geometry.design.values import DesignValues
from geometry.process.probed import mark_of, probe_of
from studies.case import quantities as kinds
from studies.case.design_materials import design_library
from studies.case.inelastic import follows_process
from studies.case.solid import first_to_melt, stays_solid
from studies.loads.load import load
from studies.loads.shipped.thermal import BY_REGION, SOLDERS, thermal

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary, Model, ProcessStage
    from fem_bump.mechanics.process.worked import Worked
    from geometry import CrossSection, Design
    from geometry.design.flow import Region
    from geometry.section.lived import LivedSection

KEY = "load.process"
WAFER, UNDERFILL = "chip", "underfill"
DEPOSITION, INTRINSIC = f"{KEY}.deposition_degc_by_region", f"{KEY}.intrinsic_mpa_by_region"
COOLED = "cooled"  # the last stage
PROBED = "pad probed"
FILMS = {  # in words; other films go by their keys
    "dielectric": "the dielectric", "pad": "the pad", "passivation": "the passivation",
    "polyimide": "the polyimide", "ubm_ti": "the titanium", "ubm_niv": "the nickel",
    "ubm_cu": "the copper", "underfill": "the underfill",
}  # fmt: skip
SOFT_DEGC = 450.0  # below which solders melt; what melts above it is a braze
SURFACE = 201  # radii at which the surface of a mark is known

Intrinsic = Annotated[
    float,
    Field(strict=True, ge=-1e5, le=1e5, allow_inf_nan=False),
    Usual(1.0, 3e3, "MPa", kinds.STRESS, signed=True),
]


class ProcessLoad(Section):
    """Temperatures of the recipe's steps, where they are not those of the materials."""

    ambient_degc: kinds.Temperature = 25.0
    reflow_peak_degc: kinds.StressFree = 245.0
    deposition_degc_by_region: dict[str, kinds.StressFree] = Field(default_factory=dict)
    intrinsic_mpa_by_region: dict[str, Intrinsic] = Field(default_factory=dict)


def belongs_to_process(d: DesignValues) -> str | None:
    if d.load.process is None or follows_process(d):
        return None
    return f'[{KEY}] is of a history of the process; give load.history.kind = "process"'


def regions_are_known(d: DesignValues) -> str | None:
    if d.load.process is None:
        return None
    for key, given in (
        (DEPOSITION, d.load.process.deposition_degc_by_region),
        (INTRINSIC, d.load.process.intrinsic_mpa_by_region),
    ):
        for region in given:
            if region not in d.region_names:
                return (
                    f"{key} names the unknown region '{region}'; allowed are "
                    f"{', '.join(d.region_names)}"
                )
            if region == WAFER:
                return f"{key} names '{WAFER}', on which all else is deposited; leave it out"
    return None


def born_in_the_process(d: DesignValues) -> str | None:
    if not follows_process(d) or not d.load.thermal.stress_free_by_region_degc:
        return None
    return (
        f'{BY_REGION} is of a body without a process; with load.history.kind = "process" give '
        f"{DEPOSITION}"
    )


def follows_history(said: Any) -> Mapping[str, Any]:
    return {KEY: {}} if said("load", "history", "kind") == "process" else {}


def forgets(_: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    if said.get("load.history.kind", "process") != "process":
        yield KEY


def what_is_there_stays_solid(
    design: Design, library: MaterialLibrary, section: Callable[[], CrossSection]
) -> None:
    """Refuse a step that melts what it deposits, or what is there already."""
    if not follows_process(design):
        return
    apart, given = apart_of(design), design.load.process
    wafer = [region for region in design.regions if region.name not in apart]
    for k, region in enumerate(wafer, 1):
        if region.name != WAFER:
            said, degc = _said_deposition(design, library, region)
            stays_solid(said, degc, wafer[:k], library, f"{region.name} deposited")
    stays_solid(f"{KEY}.ambient_degc", given.ambient_degc, wafer, library, "etches")
    if not _is_soldered(design, library):
        return
    _check_peak(design, library, wafer)
    late = [region for region in design.regions if region.name in apart]
    for step, here in (("solder freezes", "bump"), ("underfill cured", UNDERFILL)):
        for region in (region for region in late if region.name == here):
            said, degc = _said_deposition(design, library, region)
            there = late if here == "bump" else design.regions
            stays_solid(said, degc, there, library, step)


def _said_deposition(design: Design, library: MaterialLibrary, region: Region) -> tuple[str, float]:
    """What a region's deposition is said by, and its temperature."""
    material = library[region.material]
    said = "load.thermal.stress_free_degc"
    if region.name in design.load.process.deposition_degc_by_region:
        said = f"{DEPOSITION}.{region.name}"
    elif region.name == "bump" and is_solder(design, library):
        said = said if material.solidus_degc is None else f"solidus_degc of {material.name}"
    elif material.deposition_degc is not None:
        said = f"deposition_degc of {material.name}"
    return said, _deposited(design, library, region.name, region.material)


def _check_peak(design: Design, library: MaterialLibrary, wafer: Sequence[Region]) -> None:
    """A reflow melts its solder, and no film on the wafer."""
    freezes, peak = _freezes(design, library), design.load.process.reflow_peak_degc
    said, least = f"{KEY}.reflow_peak_degc = {peak:g} must be", f"{freezes:g}, where "
    least += f"{design.bump.material} freezes"
    melts = first_to_melt(wafer, library)
    if melts is None and peak < freezes:
        raise InputError(f"{said} at least {least} (step: reflow)")
    if melts is not None and not freezes <= peak <= melts[0]:
        raise InputError(
            f"{said} at least {least}, and at most {melts[0]:g}, where {melts[1]} of region "
            f"'{melts[2]}' melts (step: reflow)"
        )


def temperatures(design: Design) -> Iterator[tuple[str, tuple[str, ...], tuple[float, ...]]]:
    """Between ambient temperature and the hottest of the steps that a region is there for."""
    if not follows_process(design):
        return
    library, apart = design_library(design), apart_of(design)
    end, given = design.load.thermal.temperature_degc, design.load.process
    reflowed, hottest = _is_soldered(design, library), end
    for region in reversed(design.regions):
        born = _deposited(design, library, region.name, region.material)
        hottest = max(hottest, born)
        degc = [hottest, end, given.ambient_degc]
        if reflowed and region.name not in apart:
            degc.append(given.reflow_peak_degc)
        yield region.material, ("young_mpa", "poisson", "cte_per_k"), tuple(degc)


def apart_of(design: Design) -> frozenset[str]:
    """Regions that come after all that is done to the wafer: solder, and what is soldered to it."""
    late = {region.name for region in design.regions if region.board or region.name == UNDERFILL}
    return frozenset(late | ({"bump"} if is_solder(design, design_library(design)) else set()))


def is_solder(design: Design, library: MaterialLibrary) -> bool:
    """Whether the bump's metal is a solder: by its name, or by where it melts."""
    name = str(design.bump.material)
    melts = library[name].solidus_degc
    return name.startswith(SOLDERS) or (melts is not None and melts < SOFT_DEGC)


def _is_soldered(design: Design, library: MaterialLibrary) -> bool:
    return is_solder(design, library) or any(region.board for region in design.regions)


def _freezes(design: Design, library: MaterialLibrary) -> float:
    """Where a bump's solder freezes.

    Raises
    ------
    InputError
        For a bump of another metal, which joins no board.
    """
    name = str(design.bump.material)
    known = library[name].solidus_degc
    if not is_solder(design, library):
        melts = "" if known is None else f", it melts at {known:g} degC"
        raise InputError(
            f"bump.material = '{name}' is no solder{melts}; after a process an assembly needs "
            f"one that melts below {SOFT_DEGC:g} degC (step: reflow)"
        )
    given = design.load.process.deposition_degc_by_region.get("bump")
    return float(next(t for t in (given, known, design.load.thermal.stress_free_degc)
                      if t is not None))  # fmt: skip


def _deposited(design: Design, library: MaterialLibrary, region: str, material: str) -> float:
    given = design.load.process.deposition_degc_by_region
    if region in given:
        return float(given[region])
    if region in apart_of(design) and region != UNDERFILL:
        return _freezes(design, library)
    known = library[material].deposition_degc
    return float(design.load.thermal.stress_free_degc if known is None else known)


def stages_of(section: LivedSection) -> list[ProcessStage]:
    """The stages of a design's process, of all pieces of its section."""
    from fem_bump import ProcessStage

    design = section.design
    library, given = design_library(design), design.load.process
    rate, end = design.load.history.cooling_k_per_s, design.load.thermal.temperature_degc
    out: list[ProcessStage] = []

    def stage(label: str, degc: float, **what: Any) -> None:
        names = [each.name for each in out]
        name = label if label not in names else f"{label} ({len(names)})"
        ramp = abs(degc - out[-1].degc) / rate if out and out[-1].degc != degc else 1.0
        out.append(ProcessStage(name, degc, ramp_s=ramp, **what))

    def grown(label: str, names: list[str]) -> None:
        """Films one after the other; pieces of one film at once, the first film with the wafer."""
        below = [name for name in names if name == WAFER]
        films: dict[str, list[str]] = {}
        for name in names:
            if name != WAFER:
                films.setdefault(region_of.get(name, name), []).append(name)
        for region, here in films.items():
            own = {name: stress for name in here if (stress := _intrinsic(name))}
            named = label if len(films) == 1 else f"{label}: {region}"
            stage(named, _born_degc(region), adds=[*below, *here], intrinsic_mpa=own)
            below = []

    region_of = {piece.name: piece.region for piece in section.pieces}
    materials = section.region_materials

    def _born_degc(region: str) -> float:
        return _deposited(design, library, region, materials[region])

    def _intrinsic(piece: str) -> float:
        region = region_of.get(piece, piece)
        known = library[materials[region]].intrinsic_mpa
        return float(given.intrinsic_mpa_by_region.get(region, 0.0 if known is None else known))

    probed = _probed_at(section)
    for change in section.changes:
        if probed is not None and change.step > probed:
            stage(PROBED, given.ambient_degc, works=_worked(section, probed))
            probed = None
        if change.removes:
            stage(change.label, given.ambient_degc, removes=list(change.removes))
        grown(change.label, list(change.adds))
    late = [name for name in section.regions if name in section.apart]
    joined = [name for name in late if name != UNDERFILL]
    if joined:
        freezes = _freezes(design, library)
        if given.reflow_peak_degc > freezes:
            stage("reflow", given.reflow_peak_degc)
        stage("solder freezes", freezes, adds=joined)
    grown("underfill cured", [name for name in late if name == UNDERFILL])
    stage(COOLED, end, hold_s=design.load.history.rest_s)
    return out


def _probed_at(section: LivedSection) -> int | None:
    """The step that leaves a mark; None where none does, or none that hardens metal."""
    probe = probe_of(section.design)
    if probe is None or mark_of(section.design) is None:
        return None
    if probe.worked_strain == 0.0 or probe.worked_depth_um == 0.0:
        return None
    labels = [label for label, _ in section.steps]
    return labels.index(PROBED) if PROBED in labels else None


def _worked(section: LivedSection, step: int) -> dict[str, Worked]:
    """Pad below the mark, down to a depth under its surface, as the probe leaves it."""
    probe, mark = probe_of(section.design), mark_of(section.design)
    assert probe is not None and mark is not None
    scar = mark.reach_um  # also where the etch takes all of it away later
    shape = section.steps[step][1].film("pad").shape
    radii = np.linspace(*scar, SURFACE)
    tops = [shapely.intersection(shape, LineString([(r, -1e6), (r, 1e6)])).bounds[3] for r in radii]

    def worked(r: np.ndarray, z: np.ndarray) -> np.ndarray:
        near = z > np.interp(r, radii, tops) - probe.worked_depth_um
        return np.where(near & (scar[0] < r) & (r < scar[1]), probe.worked_strain, 0.0)

    there = (piece.name for piece in section.pieces
             if piece.region == "pad" and piece.born < step
             and (piece.gone is None or piece.gone > step))  # fmt: skip
    return dict.fromkeys(there, worked)


@load(
    "process",
    acts_on="process_history",
    schema=ProcessLoad,
    silent=True,
    rules=(belongs_to_process, regions_are_known, born_in_the_process),
    titles={
        "load.process.ambient_degc": "temperature of etches (°C)",
        "load.process.reflow_peak_degc": "peak of the reflow (°C)",
        **{f"{DEPOSITION}.{name}": f"deposition of {text} (°C)" for name, text in FILMS.items()},
        **{f"{INTRINSIC}.{name}": f"stress of {text} (MPa)" for name, text in FILMS.items()},
    },
    implied=follows_history,
    forgets=forgets,
    check=what_is_there_stays_solid,
    temperatures=temperatures,
    statement="studies.loads.statements.process:STATEMENT",
    section="studies.report.words.nonlinear.process:section",
)
def process(section: CrossSection, model: Model) -> dict[str, Any]:
    from geometry.section.lived import LivedSection

    assert isinstance(section, LivedSection)
    elastic = thermal.arguments(section, model)
    return {
        "stages": stages_of(section),
        "fixed": elastic["fixed"],
        "tied": elastic["tied"],
        "tolerance": section.design.load.history.tolerance,
    }
