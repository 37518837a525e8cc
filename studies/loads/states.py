"""The states of a design under its loads: stress, elastic or after a history, current, and what
the current does: heat, and migration of atoms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from skfem import MeshTri

# they register themselves; named here, their sources count among those that decide a number
import studies.loads.shipped  # noqa: F401
from fem_bump import (
    CurrentFlow,
    CurrentLimits,
    Electromigration,
    ElectroThermal,
    History,
    InputError,
    Material,
    Model,
    ProcessHistory,
    ThermalCycles,
    ThermalStress,
    VoidGrowth,
    current_flow,
    current_limits,
    electromigration,
    electrothermal,
    process_history,
    stress_history,
    thermal_cycles,
    thermal_stress,
    void_growth,
)
from fem_bump.body.cracks import FACE_A
from fem_bump.voids.growth import SIZES
from geometry import CrossSection, Design
from geometry.section.lived import LivedSection
from studies.case.inelastic import follows_process, is_inelastic
from studies.loads.load import arguments
from studies.loads.shipped.migration import critical_mpa
from studies.loads.shipped.shear import shift_over_temperature


def refuse_inelastic(design: Design) -> None:
    """InputError for a design whose metals yield and creep."""
    if follows_process(design):
        raise InputError(
            'the design has load.history.kind = "process", and this analysis is of a body without '
            "a process; leave it out"
        )
    if is_inelastic(design):
        raise InputError(
            "the design has load.inelastic = true, and this analysis is of elastic bodies; leave "
            "it out"
        )


def thermal_state(section: CrossSection, model: Model, keep_factors: bool = False) -> ThermalStress:
    """The elastic stress under the loads that the design asks for."""
    refuse_inelastic(section.design)
    _refuse_closed_crack(section, model)
    given = arguments("thermal_stress", section, model)
    return thermal_stress(model, **given, keep_factors=keep_factors)


def stress_over_time(section: CrossSection, model: Model, looser: float = 1.0) -> History:
    """The history of a body that yields and creeps, under the loads that the design asks for.

    ``looser`` is what its tolerance is multiplied by.
    """
    _refuse_closed_crack(section, model)
    given = arguments("stress_history", section, model)
    return stress_history(model, **{**given, "tolerance": looser * given["tolerance"]})


def stress_over_cycles(
    section: CrossSection,
    before: History | ProcessHistory,
    interfaces: Sequence[tuple[str, str]],
    looser: float = 1.0,
    folder: Path | None = None,
) -> ThermalCycles:
    """The cycles that follow a history or a process, as the design asks for them.

    Parameters
    ----------
    before
        What they go on from, and of which body: that of a process has its films' own strains.
    interfaces
        Of which tractions are kept.
    looser
        What the tolerance is multiplied by.
    folder
        Where they keep how far they are, and go on from.
    """
    if isinstance(before, ProcessHistory):
        model, initial = before.model, before.checkpoint()
        born = {"stress_free_degc": before.stress_free_degc}
    else:
        model, born = before.problem.model, {}
        initial = before.checkpoint(float(before.times_s[-1]))
    given = {**arguments("stress_history", section, model), **born}
    for name in ("times_s", "temperatures_degc"):
        del given[name]
    given["tolerance"] *= looser
    if "lateral_shift_um" in given:
        given["lateral_shift_um"] = shift_over_temperature(section.design)
    cycles = {**arguments("thermal_cycles", section, model), "interfaces": interfaces}
    return thermal_cycles(model, **cycles, **given, initial=initial, folder=folder)


def stress_of_process(
    section: LivedSection,
    mesh: MeshTri,
    materials: Mapping[str, Material],
    model: Model,
    looser: float = 1.0,
) -> ProcessHistory:
    """What the process of a design leaves.

    Parameters
    ----------
    mesh, materials
        With all pieces of the section, of which ``model`` has those that are left.
    looser
        What the tolerance is multiplied by.
    """
    _refuse_closed_crack(section, model)
    given = arguments("process_history", section, model)
    given["tolerance"] *= looser
    return process_history(mesh, materials, **given, groups=section.groups)


def _refuse_closed_crack(section: CrossSection, model: Model) -> None:
    if section.crack is not None and FACE_A not in model.boundaries:
        raise InputError(
            "the design has a [crack], which this analysis would leave closed; 'fem-bump crack' "
            "opens it"
        )


def current_state(section: CrossSection, model: Model, keep_factors: bool = False) -> CurrentFlow:
    """The current under the loads that the design asks for."""
    given = arguments("current_flow", section, model)
    return current_flow(model, **given, keep_factors=keep_factors)


def heated_state(section: CrossSection, model: Model) -> ElectroThermal:
    """The current and the temperature that it causes."""
    return electrothermal(model, **_heat(section, model))


def borne_current(section: CrossSection, model: Model) -> CurrentLimits:
    """How much current the design bears."""
    given = _heat(section, model)
    del given["current_a"], given["angular"]
    return current_limits(model, **given)


def _heat(section: CrossSection, model: Model) -> dict[str, Any]:
    given = arguments("current_flow", section, model)
    del given["temperature_degc"]  # that of the heat's sinks takes its place
    return {**given, **arguments("electrothermal", section, model)}


def migration_state(
    section: CrossSection,
    model: Model,
    flow: CurrentFlow | ElectroThermal,
    initial: ThermalStress | None,
    looser: float = 1.0,
) -> Electromigration:
    """Where a flow moves atoms, from the stress at the end of a history or from none.

    Parameters
    ----------
    looser
        What its tolerance is multiplied by.
    """
    given = arguments("electromigration", section, model)
    cold = (
        None if isinstance(flow, ElectroThermal) else section.design.load.current.temperature_degc
    )
    given["tolerance"] *= looser
    return electromigration(model, flow, temperature_degc=cold, initial=initial, **given)


THIN_OHM_M2 = 1e-14  # on an interface beside a lens: 3 mohm of a square micrometre's thousand
VOID_ACCURACY = 1e-2  # of harmonics around one, whose size is known to no more
INTERFACES = {"bump": "bump/ubm", "pad": "ubm/pad"}  # along which a void spreads


def grown_void(
    section: CrossSection,
    model: Model,
    flow: CurrentFlow | ElectroThermal,
    moved: Electromigration,
    region: str,
    looser: float = 1.0,
) -> VoidGrowth | None:
    """A void in the pad or the solder from its nucleation on; None where none begins.

    A current that varies around the axis stays at the temperature that it had without a void.

    Parameters
    ----------
    moved
        What it begins in, with the surfaces that stay free or blocked while it grows.
    looser
        What its tolerance is multiplied by; sizes are fewer by its square root.
    """
    design = section.design
    given = design.load.migration.void
    around = moved.varies_around
    solve: Callable[..., CurrentFlow | ElectroThermal]
    if isinstance(flow, ElectroThermal) and not around:
        base, solve = _heat(section, model), electrothermal
    else:
        base, solve = arguments("current_flow", section, model), current_flow
        if isinstance(flow, ElectroThermal):
            base["temperature_degc"] = flow.node_temperature_degc
    if around or "lens" in given.idealizations:
        films = {INTERFACES[region]: THIN_OHM_M2, **base["contact_resistivity_ohm_m2"]}
        base["contact_resistivity_ohm_m2"] = films
    base["accuracy"] = max(VOID_ACCURACY, base.get("accuracy", 0.0))

    def conduct(**void: Any) -> CurrentFlow | ElectroThermal:
        lenses = void.pop("off_centre_films", ())
        films = (*base.get("off_centre_films", ()), *lenses)
        return solve(model, **{**base, **void, "off_centre_films": films})

    return void_growth(
        moved,
        conduct,
        critical_mpa=critical_mpa(design, region),
        over_um=design.load.migration.over_um,
        thickness_um=given.thickness_um,
        region=region,
        interface=INTERFACES[region],
        idealizations=given.idealizations or None,
        sizes=round(SIZES / looser**0.5),
        tolerance=looser * design.load.migration.tolerance,
    )
