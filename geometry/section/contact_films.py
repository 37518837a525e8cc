"""What lies between UBM and pad: the resistivity of the contact, leg by leg, of a probed pad.

A probe leaves oxide and debris on the mark. Their resistivity adds to that of the pad as delivered;
both reach ``probe.film_depth_um`` deep. The cleaning before the UBM takes ``pad_etch.preclean_um``
off what it sees from above, the etch of the pad takes what it takes: where both together have
reached the film's depth, ``pad_etch.clean_resistivity_ohm_m2`` is left. A wall that the etch has
made is clean. The floor of the crater sinks least, by e - (1 - relief) d: what holds there holds on
the whole scar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geometry.design.values import DesignValues
from geometry.errors import DesignError
from geometry.process.probed import mark_of, probe_of, relief_of
from geometry.section.cross_section import CrossSection
from geometry.section.names import SCAR

AS_DELIVERED_OHM_M2 = 1e-12  # of UBM on a pad that is not etched, where the load says nothing
PAIR = "ubm/pad"
ON_SOLDER = "bump/pad"  # where the UBM is broken
KEY = "load.current.contact_resistivity_ohm_m2"


@dataclass(frozen=True)
class OffCentreFilm:
    """A disc of another resistivity in the contact of UBM and pad, beside the axis.

    Attributes
    ----------
    azimuth_deg
        Of its centre, against theta = 0, where a trace meets the pad.
    resistivity_ohm_m2, beside_ohm_m2
        On the disc, and on the rest of the floor.
    """

    radius_um: float
    offset_um: float
    azimuth_deg: float
    resistivity_ohm_m2: float
    beside_ohm_m2: float


def contact_films(section: CrossSection, delivered_ohm_m2: Mapping[str, float]) -> dict[str, float]:
    """Contact resistivities of a section, ohm m^2, by interface ``a/b`` or its leg ``a/b:leg``.

    Parameters
    ----------
    delivered_ohm_m2
        What the load says; ``ubm/pad`` is the pad as delivered.

    Returns
    -------
    dict
        As given where the pad has no mark; otherwise ``ubm/pad`` leg by leg, and so ``bump/pad``
        where the UBM is broken. Of an off-centre mark only what lies beside it, see
        :func:`off_centre_film`.

    Raises
    ------
    DesignError
        Where the pad as delivered has no resistivity to which a film could add.
    """
    if probe_of(section.design) is None:
        return dict(delivered_ohm_m2)
    return _films(section, section.design, delivered_ohm_m2, False)


def control_films(
    control: CrossSection, probed: DesignValues, delivered_ohm_m2: Mapping[str, float]
) -> dict[str, float]:
    """Contact resistivities of the control of a probed pad: the same without the mark.

    Parameters
    ----------
    control
        The section of the pad that was not probed.
    probed
        The design whose cleaning and etch it had.
    """
    return _films(control, probed, delivered_ohm_m2, True)


def _films(
    section: CrossSection,
    probed: DesignValues,
    delivered_ohm_m2: Mapping[str, float],
    unprobed: bool,
) -> dict[str, float]:
    """Leg by leg; where ``unprobed`` without the film and the relief of the mark."""
    probe = probe_of(probed)
    assert probe is not None
    out = {k: v for k, v in delivered_ohm_m2.items() if k.partition(":")[0] != PAIR}
    for pair in (PAIR, ON_SOLDER):
        for leg in section.legs_of(*pair.split("/")):
            beside = _delivered(leg, delivered_ohm_m2)
            mine = leg == SCAR and not unprobed
            added = probe.film_resistivity_ohm_m2 if mine else 0.0
            gone = _taken_um(leg, probed, unprobed) >= probe.film_depth_um
            clean = probed.pad_etch.clean_resistivity_ohm_m2
            out.setdefault(f"{pair}:{leg}", clean if gone else beside + added)
    return out


def off_centre_film(
    section: CrossSection, delivered_ohm_m2: Mapping[str, float]
) -> OffCentreFilm | None:
    """The film of an off-centre mark; None without one, or where the etch has taken it away.

    Raises
    ------
    DesignError
        As :func:`contact_films`.
    """
    probe = probe_of(section.design)
    floor = contact_films(section, delivered_ohm_m2).get(f"{PAIR}:floor")
    if probe is None or floor is None or not has_off_centre_film(section.design):
        return None
    return OffCentreFilm(
        probe.diameter_um / 2,
        probe.offset_um,
        probe.azimuth_deg,
        floor + probe.film_resistivity_ohm_m2,
        floor,
    )


def has_off_centre_film(design: DesignValues) -> bool:
    """Whether a mark beside the axis has left a film that cleaning and etch have not reached."""
    probe = probe_of(design)
    if probe is None or probe.offset_um == 0.0 or probe.film_resistivity_ohm_m2 == 0.0:
        return False
    return not is_clean(design)


def _delivered(leg: str, given: Mapping[str, float]) -> float:
    key = f"{PAIR}:{leg}"
    name = key if key in given else PAIR
    value = given.get(name, AS_DELIVERED_OHM_M2)
    if not value > 0.0:
        raise DesignError(
            f"{KEY}['{name}'] = {value:g} must be above 0 on a probed pad: it is the pad as "
            f"delivered, to which the film of the mark adds (step: probe)"
        )
    return value


def _taken_um(leg: str, design: DesignValues, unprobed: bool) -> float:
    """How much cleaning and etch have taken off a leg, where they took least; inf on a new wall."""
    etch = design.pad_etch
    if leg == "sidewall":
        return float("inf")
    if leg in ("top", "underside"):  # below the mask
        return 0.0
    if leg != SCAR or unprobed:
        return etch.preclean_um + design.depth_um
    mark = mark_of(design)
    sinks = 0.0 if mark is None else (1.0 - relief_of(design)) * mark.depth_um
    return etch.preclean_um + max(design.depth_um - sinks, 0.0)


def is_clean(design: DesignValues) -> bool:
    """Whether cleaning and etch have taken the film off all of the mark; an unprobed pad is."""
    probe = probe_of(design)
    if probe is None or design.depth_ratio == 1.0:
        return True
    leg = "floor" if probe.offset_um > 0.0 else SCAR
    return _taken_um(leg, design, False) >= probe.film_depth_um
