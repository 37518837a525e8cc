"""The current: from the feed through the pad into the bump, or the other way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from fem_bump.errors import InputError
from geometry.design import quantities
from geometry.design.case_keys import Said
from geometry.design.parameters import FEED, value_at
from geometry.design.paths import keys_of
from geometry.design.schema import Section
from geometry.design.values import DesignValues, fed_boundary
from geometry.process.probed import probe_of
from geometry.section.contact_films import contact_films, has_off_centre_film, off_centre_film
from geometry.section.names import SCAR
from studies.case import quantities as kinds
from studies.case.design_materials import design_library
from studies.case.named_interfaces import meet, these, touching
from studies.case.solid import stays_solid
from studies.loads.load import load
from studies.loads.marks import Disc, LoadMark, Strip

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary, Model
    from fem_bump.conduction.off_centre_films import OffCentreFilm
    from geometry import CrossSection, Design

RESISTIVITY = "load.current.contact_resistivity_ohm_m2"
HARMONIC_ACCURACY = 1e-3  # share of a value that harmonics left out may add to it, at most
OHM_UM_PER_M = 1e6  # from 1 / (S/m) to ohm um
CREDIBLE_A_PER_CM2 = 1.5e5  # in solder, which lasts no hour at it


class CurrentLoad(Section):
    current_a: kinds.Current = 0.3
    source: Literal["pad_rim", "trace_end", "via_bottom", "via_footprint"] = "pad_rim"
    sink: Literal["bump_top", "substrate_pad_rim"] = "bump_top"
    source_kind: Literal["equipotential", "flux"] = "equipotential"
    electron_flow: Literal["into-bump", "into-pad"] = "into-bump"
    temperature_degc: kinds.Temperature = 25.0
    contact_resistivity_ohm_m2: dict[str, quantities.ContactResistivity] = Field(
        default_factory=dict
    )


# ------------------------------------------------------------------------------- terminals


def terminals(said: Said) -> dict[str, Any]:
    """What feed and assembly imply: where current enters and leaves."""
    out: dict[str, Any] = {"load.current.source": fed_boundary(said)}
    feed = said("pad", "feed")
    if feed == "trace" or (feed == "via" and said("via", "kind") == "discrete"):
        out["load.current.source_kind"] = "flux"
    if said("assembly") is not None:
        out["load.current.sink"] = "substrate_pad_rim"
    return out


def follow_feed_and_assembly(out: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    """Terminals follow unless they are set; a feed through arcs makes a flux, which stays one."""
    if FEED & said.keys() and "load.current.source" not in said:
        yield "load.current.source"
    if FEED & said.keys() and value_at(out, "load.current.source_kind") == "equipotential":
        yield "load.current.source_kind"
    if "load.current.sink" not in said and any(keys_of(path)[0] == "assembly" for path in said):
        yield "load.current.sink"


def feed_and_terminals_agree(d: DesignValues) -> str | None:
    current = d.load.current
    expected = d.source_boundary
    feed = f"pad.feed = '{d.pad.feed}'"
    if d.discrete_vias is not None:
        feed += " with via.kind = 'discrete'"
    if current.source != expected:
        return f"load.current.source = '{current.source}' must be '{expected}', because {feed}"
    if d.source_half_angle_deg is not None and current.source_kind != "flux":
        return (
            f"load.current.source_kind = '{current.source_kind}' must be 'flux' with {feed}: "
            "current enters through arcs, at a uniform density"
        )
    expected = "substrate_pad_rim" if d.assembly else "bump_top"
    if current.sink != expected:
        state = "with" if d.assembly else "without"
        return f"load.current.sink = '{current.sink}' must be '{expected}' {state} an assembly"
    return None


# ------------------------------------------------------------------------------- judged


def current_note(design: DesignValues) -> str | None:
    """A current in mA is ordinary as a number of A, but not over its opening."""
    current, radius_cm = design.load.current.current_a, design.opening_radius_um * 1e-4
    most = CREDIBLE_A_PER_CM2 * math.pi * radius_cm**2
    if current <= most:
        return None
    return (
        f"check the unit of load.current.current_a = {current:g}: over the mask opening of "
        f"{2 * design.opening_radius_um:g} um it is {current / (math.pi * radius_cm**2):.2g} "
        f"A/cm2, credible is up to {CREDIBLE_A_PER_CM2:g} ({current:g} mA would be "
        f"{current * 1e-3:g} A)"
    )


def resistivities_name_contacts(
    design: Design, library: MaterialLibrary, sectioned: Callable[[], CrossSection]
) -> None:
    """Refuse a resistivity of what is no interface of conductors, or none below a mark's film."""
    given = design.load.current.contact_resistivity_ohm_m2
    if probe_of(design) is not None:
        contact_films(sectioned(), given)
    if not given:
        return
    section = sectioned()
    conducting = {name for name, of in section.region_materials.items() if library[of].is_conductor}
    if design.discrete_vias is not None:
        conducting.discard("via")  # a sector of each is fed instead
    known = touching(section, conducting)
    for name, value in given.items():
        pair, _, leg = name.partition(":")
        said = f"{RESISTIVITY} names '{name}' = {value:g}"
        if pair.count("/") != 1:
            raise InputError(f"{said}, which is not 'a/b' or 'a/b:leg'; {these(known)}")
        if not meet(section, pair):
            raise InputError(f"{said}, which is no interface of this design; {these(known)}")
        if not meet(section, pair, conducting):
            raise InputError(f"{said}, which no current can cross; {these(known)}")
        legs = section.legs_of(*pair.split("/"))
        if leg and legs and leg not in legs:
            raise InputError(f"{said}, but the legs of {pair} are {', '.join(legs)}")


def current_is_possible(
    design: Design, library: MaterialLibrary, section: Callable[[], CrossSection]
) -> None:
    """Refuse a service at which something has melted, and resistivities of no contact."""
    said, degc = "load.current.temperature_degc", design.load.current.temperature_degc
    stays_solid(said, degc, design.regions, library, "service")
    resistivities_name_contacts(design, library, section)


def temperatures(design: Design) -> Iterator[tuple[str, tuple[str, ...], tuple[float, ...]]]:
    degc = design.load.current.temperature_degc
    for name in [*(region.material for region in design.regions), design.trace_material]:
        if name is not None:
            yield name, ("conductivity_s_per_m",), (degc,)


def mark(design: Design) -> LoadMark | None:
    """Where current enters; None where it does so all around."""
    half, count, pad = design.source_half_angle_deg, design.source_count, design.pad_radius_um
    if design.trace is not None:
        meets = () if half is None else (Strip(2 * pad * math.sin(math.radians(half)), "trace"),)
        return LoadMark(
            "current enters", meets, f"trace\n{design.trace.width_um:g} µm wide", half, count, pad,
            zero="θ = 0 is the middle of the trace",
            entry="current enters the pad's rim from the trace",
        )  # fmt: skip
    vias = design.discrete_vias
    if vias is None:
        return None
    ring, each = vias.circle_diameter_um / 2, vias.diameter_um
    return LoadMark(
        "current enters", tuple(Disc(ring, 360.0 * k / count, each) for k in range(count)),
        f"{count} vias" if count > 1 else "via", half, count, pad,
        zero="θ = 0 is the middle of the first via",
        entry="current enters the pad through the vias",
    )  # fmt: skip


# ------------------------------------------------------------------------------- solved


def varies_around(design: DesignValues) -> bool:
    """Whether the current depends on the angle: it enters through arcs, or past an odd film."""
    return design.source_half_angle_deg is not None or has_off_centre_film(design)


def harmonic_accuracy(design: Design) -> float:
    """Share of a value that harmonics left out may add to it: a tenth of what is asked for."""
    if not varies_around(design):
        return 0.0
    asked = design.mesh.accuracy
    return HARMONIC_ACCURACY if asked is None else min(HARMONIC_ACCURACY, asked / 10)


def series_resistance_ohm(design: Design) -> float:
    """Resistance between the feed and where the mesh begins: the trace, or the vias in parallel."""
    library, degc = design_library(design), design.load.current.temperature_degc

    def resistivity(name: str) -> float:
        material = library[name]
        if not material.is_conductor:
            raise InputError(
                f"'{name}' carries the current into the pad, but has no conductivity_s_per_m"
            )
        return OHM_UM_PER_M / float(material.at("conductivity_s_per_m", degc))

    if design.trace is not None:
        assert design.trace_material is not None and design.trace_thickness_um is not None
        area = design.trace.width_um * design.trace_thickness_um
        return resistivity(design.trace_material) * design.trace.length_um / area
    vias = design.discrete_vias
    if vias is not None:
        area = vias.count * math.pi * vias.diameter_um**2 / 4
        return resistivity(vias.material) * design.dielectric.thickness_um / area
    return 0.0


def resistive_interfaces(section: CrossSection) -> dict[str, float]:
    """Contact resistivity by interface or leg, ohm m^2, as loaded and as a probe left it; no 0."""
    given = section.design.load.current.contact_resistivity_ohm_m2
    return {name: value for name, value in contact_films(section, given).items() if value > 0}


def films_in_words(section: CrossSection) -> str:
    """Contact films, so that equal texts are equal films; empty where contact is perfect.

    An interface whose legs are alike is one film: how many legs it has the etch decides.
    """
    found = resistive_interfaces(section)
    said = []
    for pair in dict.fromkeys(name.partition(":")[0] for name in found):
        legs = {
            leg: found.get(f"{pair}:{leg}", found.get(pair, 0.0))
            for leg in section.legs_of(*pair.split("/")) or ("",)
        }
        values = set(legs.values())
        if len(values) == 1:
            said.append(f"{pair} {values.pop():.6g}")
        else:
            said += [f"{pair}:{leg} {value:.6g}" for leg, value in legs.items()]
    if any(f":{SCAR} " in text for text in said) and section.scar_um is not None:
        said.append(f"{SCAR} from {section.scar_um[0]:.6g} to {section.scar_um[1]:.6g} um")
    said += [
        f"disc of {film.radius_um:g} um, {film.offset_um:g} um off the axis at "
        f"{film.azimuth_deg:g} deg {film.resistivity_ohm_m2:.6g}"
        for film in films_off_centre(section)
    ]
    return ", ".join(said)


def films_off_centre(section: CrossSection) -> tuple[OffCentreFilm, ...]:
    """The film of a mark beside the axis, as the physics takes it."""
    from fem_bump.conduction.off_centre_films import OffCentreFilm

    given = section.design.load.current.contact_resistivity_ohm_m2
    found = off_centre_film(section, given)
    if found is None:
        return ()
    return (
        OffCentreFilm(
            "ubm/pad:floor",
            found.radius_um,
            found.offset_um,
            found.resistivity_ohm_m2,
            found.azimuth_deg,
        ),
    )


@load(
    "current",
    acts_on="current_flow",
    schema=CurrentLoad,
    always=True,
    rules=(feed_and_terminals_agree,),
    notes=(current_note,),
    titles={
        "load.current.electron_flow": "electron flow",
        "load.current.current_a": "current (A)",
    },
    implied=terminals,
    forgets=follow_feed_and_assembly,
    angular=varies_around,
    check=current_is_possible,
    other_materials=lambda d: (d.trace_material,),
    temperatures=temperatures,
    varying=lambda d: "the worst side",
    mark=mark,
    statement="studies.loads.statements.current:STATEMENT",
    section="studies.report.words.feed:section",
)
def current(section: CrossSection, model: Model) -> dict[str, Any]:
    """It is positive from the feed into the bump; electrons flow the other way."""
    design = section.design
    given = design.load.current
    sign = -1.0 if given.electron_flow == "into-bump" else 1.0
    return {
        "current_a": sign * given.current_a,
        "source": given.source,
        "sink": given.sink,
        "source_kind": given.source_kind,
        "contact_resistivity_ohm_m2": contact_films(section, given.contact_resistivity_ohm_m2),
        "off_centre_films": films_off_centre(section),
        "temperature_degc": given.temperature_degc,
        "insulated_regions": ("via",) if design.discrete_vias else (),
        "source_half_angle_deg": design.source_half_angle_deg,
        "source_count": design.source_count,
        "accuracy": harmonic_accuracy(design) or HARMONIC_ACCURACY,
    }
