"""The mark that a test probe leaves on the pad, before the UBM covers it.

Pads are probed through the passivation's opening, or before there is a passivation; a polyimide
comes later and may cover a part of the mark. The mark is centred, or an annular groove around the
axis. Off the axis only the film that the probe left is known (``offset_um``): the section has no
relief then, and no leg of its own.
"""

from __future__ import annotations

from geometry.design.flow import Table
from geometry.design.rules import THINNEST_PAD_UM
from geometry.design.values import DesignValues
from geometry.process import operations as process
from geometry.process.probed import (
    STEP,
    TABLE,
    Probe,
    close_up_um,
    depth_um,
    left_under_mark_um,
    mark_of,
    nodes,
    over_etch_um,
    probe_of,
    relief_of,
    scar_um,
)
from geometry.process.step import Anatomy, Corner, Stage, process_step

# ------------------------------------------------------------------------------- rules


def depth_is_possible(d: DesignValues) -> str | None:
    probe: Probe | None = getattr(d, TABLE)
    if probe is None:
        return None
    depth, pad = depth_um(probe, d), d.pad.thickness_um
    said = (
        f"probe.depth_ratio = {probe.depth_ratio:g}"
        if probe.depth_um is None
        else f"probe.depth_um = {probe.depth_um:g}"
    )
    if depth > pad * (1 + 1e-12):
        return f"{said} is deeper than the pad; at most pad.thickness_um = {pad:g} {STEP}"
    if 0.0 < depth < THINNEST_PAD_UM or 0.0 < pad - depth < THINNEST_PAD_UM:
        return (
            f"{said} is {depth:g} um of pad.thickness_um = {pad:g}; allowed is 0, the pad's whole "
            f"thickness, or at least {THINNEST_PAD_UM:g} um of mark and of pad below it {STEP}"
        )
    return None


def fits_the_opening(d: DesignValues) -> str | None:
    """The crater or groove itself, whenever it was made."""
    probe: Probe | None = getattr(d, TABLE)
    if probe is None:
        return None
    opening = d.passivation.opening_radius_um
    inner, outer = probe.edges_um
    if inner < 0.0:
        return (
            f"probe.ring_diameter_um = {probe.ring_diameter_um:g} must be 0, or at least "
            f"probe.diameter_um = {probe.diameter_um:g}, the radial width of the groove {STEP}"
        )
    if outer > opening:
        wide = "probe.ring_diameter_um + " if inner > 0.0 else ""
        return (
            f"{wide}probe.diameter_um = {2 * outer:g} is wider than the passivation's opening; at "
            f"most passivation.opening_diameter_um = {2 * opening:g} {STEP}"
        )
    if probe.offset_um + outer > opening:
        return (
            f"probe.offset_um = {probe.offset_um:g} moves the mark out of the passivation's "
            f"opening; at most {opening - outer:g} for probe.diameter_um = {probe.diameter_um:g} "
            f"{STEP}"
        )
    return None


def off_centre_is_film_only(d: DesignValues) -> str | None:
    probe: Probe | None = getattr(d, TABLE)
    if probe is None:
        return None
    offset = probe.offset_um
    if offset == 0.0:
        if probe.azimuth_deg == 0.0:
            return None
        return (
            f"probe.azimuth_deg = {probe.azimuth_deg:g} is where an off-centre mark lies; it needs "
            f"probe.offset_um above 0 {STEP}"
        )
    if depth_um(probe, d) > 0.0:
        return (
            f"probe.offset_um = {offset:g} needs probe.depth_ratio = 0: only the film of a mark is "
            f"modelled off-centre, its relief is axisymmetric {STEP}"
        )
    if probe.ring_diameter_um > 0.0:
        return (
            f"probe.offset_um = {offset:g} contradicts probe.ring_diameter_um = "
            f"{probe.ring_diameter_um:g}, a groove around the axis; leave out one of them {STEP}"
        )
    return None


def wall_fits_the_mark(d: DesignValues) -> str | None:
    probe: Probe | None = getattr(d, TABLE)
    if probe is not None and 0.0 < probe.wall_width_um < THINNEST_PAD_UM:
        return (
            f"probe.wall_width_um = {probe.wall_width_um:g} must be 0, a sharp edge, or at least "
            f"{THINNEST_PAD_UM:g} {STEP}"
        )
    if probe is None or probe.wall_width_um <= probe.diameter_um / 2:
        return None
    return (
        f"probe.wall_width_um = {probe.wall_width_um:g} is wider than the mark; at most "
        f"{probe.diameter_um / 2:g}, half of probe.diameter_um {STEP}"
    )


def rim_has_room(d: DesignValues) -> str | None:
    """Only where a relief is made does metal pile up."""
    probe, mark = probe_of(d), mark_of(d)
    if probe is None or mark is None or not mark.has_rim:
        return None
    opening, width = d.passivation.opening_radius_um, probe.pile_up_width_um
    inner, outer = probe.edges_um
    said = f"probe.pile_up_width_um = {width:g}"
    if probe.when == "in-opening" and outer + width > opening:
        return (
            f"{said} makes the rim overlap the mask's edge; at most {opening - outer:g} beside a "
            f"mark that ends {opening - outer:g} um from the passivation, or probe.when = "
            f"'before-passivation' {STEP}"
        )
    if outer + width > d.pad_radius_um:
        most = d.pad_radius_um - outer
        return f"{said} carries the rim over the pad's edge; at most {most:g} {STEP}"
    if inner > 0.0 and inner < width:
        return (
            f"{said} lets the groove's inner rim pass the axis; at most {inner:g}, the groove's "
            f"inner radius {STEP}"
        )
    return None


def seam_fits_the_ubm(d: DesignValues) -> str | None:
    probe: Probe | None = getattr(d, TABLE)
    if probe is None or probe.seam_um == 0.0:
        return None
    said, mark, ubm = f"probe.seam_um = {probe.seam_um:g}", mark_of(d), d.ubm.sputtered_um
    if mark is None or not mark.has_rim:
        return f"{said} lies at the foot of a rim, and this mark has none {STEP}"
    if not THINNEST_PAD_UM <= probe.seam_um < ubm:
        return (
            f"{said} must be 0, or at least {THINNEST_PAD_UM:g} and less than the {ubm:g} um of "
            f"ubm.layers: the UBM covers it {STEP}"
        )
    return None


def crack_fits_the_dielectric(d: DesignValues) -> str | None:
    probe: Probe | None = getattr(d, TABLE)
    if probe is None or probe.dielectric_crack_um == 0.0:
        return None
    said, thickness = (
        f"probe.dielectric_crack_um = {probe.dielectric_crack_um:g}",
        d.dielectric.thickness_um,
    )
    if mark_of(d) is None:
        return f"{said} lies under the edge of a mark, and this one has no depth {STEP}"
    if probe.dielectric_crack_um >= thickness:
        return f"{said} must be less than dielectric.thickness_um = {thickness:g} {STEP}"
    return None


# ------------------------------------------------------------------------------- the step


def derived(section: Anatomy) -> dict[str, float | None]:
    """Of a probed pad only."""
    d = section.design
    probe, mark = probe_of(d), mark_of(d)
    if probe is None:
        return {}
    out: dict[str, float | None] = {
        "mark_gap_um": d.opening_radius_um - probe.offset_um - probe.edges_um[1],
        "scar_area_share_ubm_pad": _scar_area_share(section, probe),
    }
    if mark is not None:
        out |= {
            "mark_depth_um": mark.depth_um,
            "mark_rim_um": mark.rim_height_um,
            "surviving_relief": relief_of(d),
            "pad_left_under_mark_um": left_under_mark_um(d),
            "over_etch_um": over_etch_um(d),
        }
    return out


def _scar_area_share(section: Anatomy, probe: Probe) -> float:
    """Share of the contact of UBM and pad that the mark takes; 0 where the etch removed it."""
    legs = section.legs_of("ubm", "pad")
    if probe.offset_um > 0.0 and section.design.depth_ratio < 1.0:
        return (probe.diameter_um / 2) ** 2 / section.design.opening_radius_um**2
    return legs.get("scar", 0.0) / sum(legs.values())


def notes(section: Anatomy) -> list[str]:
    d = section.design
    probe, mark = probe_of(d), mark_of(d)
    if probe is None:
        return []
    said = []
    if mark is not None and 0.0 < d.depth_ratio < 1.0:
        relief, asked = relief_of(d), d.pad_etch.relief
        if relief > asked:
            said.append(
                f"the etch is too shallow to even out the mark to pad_etch.relief = {asked:g}: "
                f"{relief:.3g} of its relief survive, since no surface rises"
            )
    if mark is not None and d.depth_ratio < 1.0 and left_under_mark_um(d) == 0.0:
        said.append(
            "the probe broke through the pad: the UBM lands on the dielectric in the mark"
            if mark.depth_um >= d.pad.thickness_um
            else "locally full: the etch reaches the dielectric under the mark"
        )
    if over_etch_um(d) > 0.0:
        said.append(
            f"over-etched by {over_etch_um(d):.3g} um, until the mark's rim had cleared as well"
        )
    if probe.dielectric_crack_um > 0.0:
        said.append(
            f"the crack of {probe.dielectric_crack_um:g} um in the dielectric under the mark's "
            "edge is left closed: 'fem-bump crack --start scar' opens it"
        )
    if probe.offset_um > 0.0:
        said.append("of the off-centre mark only the film is modelled, not its relief")
    return said


def corners(d: DesignValues) -> list[Corner]:
    """Of a sharp wall, above and below."""
    probe, mark = probe_of(d), mark_of(d)
    edges = () if probe is None or mark is None else probe.edges_um
    return [Corner(edge, "mark edge", of=("pad",)) for edge in edges if edge > 0.0]


def text(d: DesignValues) -> str:
    """Size, depth and rim of a mark, for a caption."""
    probe, mark = probe_of(d), mark_of(d)
    assert probe is not None
    wide = f"⌀ {probe.diameter_um:g} µm"
    if probe.ring_diameter_um > 0.0:
        wide = f"groove ⌀ {probe.ring_diameter_um:g} µm, {probe.diameter_um:g} µm wide"
    if mark is None:
        at = f" {probe.offset_um:g} µm off the axis" if probe.offset_um > 0.0 else ""
        return f"{wide}{at}, a film and no relief"
    rim = f", rim {mark.rim_height_um:.3g} µm" if mark.has_rim else ""
    return f"{wide}, {mark.depth_um:g} of {mark.pad_um:g} µm deep{rim}"


def _stages(d: DesignValues, when: str) -> list[Stage]:
    probe, mark = probe_of(d), mark_of(d)
    if probe is None or probe.when != when:
        return []

    def press(stack: process.Stack) -> process.Stack:
        return stack if mark is None else process.resurface(stack, "pad", mark.surface_um)

    return [Stage("pad probed", press, text(d))]


@process_step("probe before passivation", tables={}, after=("pad",), before=("passivation",))
def probe_before_passivation(d: DesignValues) -> list[Stage]:
    """The pad as it comes from its own patterning."""
    return _stages(d, "before-passivation")


@process_step(
    "probe",
    tables={TABLE: Table("probe", Probe)},
    after=("passivation",),
    before=("polyimide", "pad etch"),
    rules=(
        depth_is_possible,
        fits_the_opening,
        off_centre_is_film_only,
        wall_fits_the_mark,
        rim_has_room,
        seam_fits_the_ubm,
        crack_fits_the_dielectric,
    ),
    corners=corners,
    scar_um=scar_um,
    close_up_um=close_up_um,
    nodes=nodes,
    derived=derived,
    notes=notes,
)
def probe(d: DesignValues) -> list[Stage]:
    """Through the passivation's opening."""
    return _stages(d, "in-opening")
