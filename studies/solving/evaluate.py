"""One design to its record: metrics, their errors, curves and fields.

Which meshes and histories are solved, and the errors: :mod:`studies.solving.answer`. Errors are
dual-weighted estimates (:mod:`studies.metrics.measure`) on the mesh that is reported. A share of a
volume or an area, the angle at which something lies are no functionals, and after yield and creep
no stress is one: their error comes from what differs between solutions
(:mod:`studies.metrics.rough`). What harmonics that were left out may add, what a count of
quadrature points leaves open, and what chords do not know of a mark's curve
(:mod:`studies.metrics.chords`) is added.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from fem_bump import CurrentFlow, ThermalStress
from fem_bump.interfaces.flux import FluxInterface
from fem_bump.interfaces.traction import TractionInterface
from geometry import CrossSection, Design, build_cross_section
from geometry.meshing.gmsh_library import gmsh_version
from geometry.meshing.report import mesh_report
from geometry.meshing.triangles import Graded
from geometry.process.steps.via import pad_is_bypassed
from geometry.section.cross_section import without_crack
from studies.case.checks import check_design
from studies.case.input_notes import input_notes
from studies.loads.shipped.current import films_in_words
from studies.metrics import measure
from studies.metrics.around_axis import circle
from studies.metrics.balances import balances
from studies.records.machine import StorageError, is_of_the_machine, sentence
from studies.records.record import Circle, Curve, Result
from studies.records.store import beside
from studies.solution.interfaces import A_PER_CM2
from studies.solution.solved import Solved, View
from studies.solving import currents_work, cycles_work
from studies.solving.answer import answer as answered
from studies.solving.answer import coarser, errors, judged
from studies.solving.case_key import case_key as case_key
from studies.solving.control import control_of, measured


def evaluate(
    design: Design,
    fields_path: Path | None = None,
    compare_with_no_recess: bool = False,
    accuracy: float | None = None,
) -> dict[str, Any]:
    """Solve one design and measure it, a probed pad also against its control.

    Parameters
    ----------
    design
        What to build and load.
    fields_path
        Where to write the fields as VTU, if anywhere. Of a state that is not axisymmetric its 3-D
        fields and cut-away bodies are written beside it.
    compare_with_no_recess
        Of a design by itself: also solve the current of the same bump on an unetched pad, for the
        life ratios of Black's law, and where the current heats how much of it the design bears. A
        study takes that reference from its own cases instead.
    accuracy
        Takes the place of the design's ``mesh.accuracy``: the largest error of a headline metric,
        over the metric or, where that is more, 5 % of the mean absolute traction.

    Returns
    -------
    dict
        Plain data, in the layout of a :class:`~studies.records.record.Result`. An accuracy that was
        not reached is said in flags.

    Raises
    ------
    DesignError, InputError
        The design is impossible.
    MeshingError, AnalysisError
        The design is possible but this analysis failed.
    StorageError
        It is solved, but its fields cannot be written.
    """
    began = time.perf_counter()
    if accuracy is not None:
        design = design.replace(**{"mesh.accuracy": accuracy})
    sectioned = check_design(design)
    asked, section = design, without_crack(sectioned())
    design = section.design
    answer = answered(section)
    fine, view = answer.fine, answer.fine.seen_from("a")
    solved = time.perf_counter()
    borne: tuple[dict[str, Any], list[str]] = {}, []
    if compare_with_no_recess:
        view.unetched, borne = _unetched(design), currents_work.borne(fine)
    control = control_of(section)
    if control is not None:
        view.unprobed = measured(control, evaluate)
    found, tails = measure.values(view), measure.tails(view)
    bars = errors(view, answer, found, tails)
    answer = judged(answer, found, bars)
    tractions, fluxes = fine.tractions("a"), fine.fluxes("a")
    headline = design.metrics.headline_length_um
    plane = fine.stress.axisymmetric
    whole = circle(design, tractions, fluxes)
    theta = curve_theta_deg(whole)
    result = Result(
        design=asked.to_dict(),
        derived=section.derived(),
        metrics=found,
        errors=bars,
        tails=tails,
        headline=measure.headline_names(section),
        flags={
            "window_clipped": bool(view.traction_window(("ubm", "pad"), headline).clipped),
            "auto_pinned": plane.auto_pinned is not None,
            "curve_theta_deg": theta,
            "pad_is_bypassed": pad_is_bypassed(section),
            "dropped_conductors": ", ".join(fine.current.dropped_regions),
            **_films(section),
            **({"inelastic": True} if fine.is_inelastic else {}),
            **cycles_work.flags(fine),
            "notes": [
                *section.notes(),
                *input_notes(design),
                *answer.notes,
                *answer.beside_notes,
                *cycles_work.notes(fine),
                *currents_work.notes(fine, found),
                *borne[1],
            ],
            **currents_work.flags(fine, found),
            **borne[0],
            **answer.flags,
        },
        curves=currents_work.on_curves(fine, curves(tractions, fluxes, theta)),
        circle=whole,
        courses=currents_work.courses(fine, found),
        cycled=cycles_work.cycled(fine),
        mesh={
            **mesh_report(fine.mesh),
            "gmsh": gmsh_version(),
            "coarse_triangles": answer.coarse_triangles,
        },
        meshes=answer.steps,
        solver={
            "thermal_stress": plane.solver.record(),
            "conduction": fine.current.axisymmetric.solver.record(),
            **harmonic_solvers(fine.stress, fine.current),
            **_history(fine),
            **cycles_work.solvers(fine),
            **currents_work.solvers(fine),
            **balances(section, fine.stress, fluxes, fine.current.current_a),
        },
    )
    if fields_path is not None:
        _write_fields(fields_path, section, fine, result)
    done = time.perf_counter()
    wall_s = {**answer.wall_s, "metrics": done - solved, "total": done - began}
    return replace(result, wall_s=wall_s).to_json()


def _films(section: CrossSection) -> dict[str, str]:
    """Contact films, where there are any: between unequal ones densities rank nobody."""
    said = films_in_words(section)
    return {"contact_films": said} if said else {}


def _write_fields(path: Path, section: CrossSection, fine: Solved, result: Result) -> None:
    """Write fields for ParaView; where that is impossible the result is not lost."""
    from studies.fields.files import write_fields, write_whole_circle

    try:
        write_fields(path, fine.stress, fine.current, currents_work.fields(fine))
        write_whole_circle(path, section, fine.stress, fine.current)
        for ending, state in cycles_work.extremes(fine).items():
            write_fields(beside(path, f"{ending}.vtu"), state, fine.current)
    except OSError as error:
        if not is_of_the_machine(error):
            raise
        raise StorageError(sentence(error), result.to_json()) from error


def harmonic_solvers(stress: ThermalStress, current: CurrentFlow) -> dict[str, Any]:
    """Solver records of the harmonics above 0, where there are any."""
    out = {}
    _, *others = stress.parts
    if others:
        record = others[-1].solver.record()
        out["thermal_stress_harmonics"] = {**record, "harmonics": len(others)}
    if current.varies_around:
        record = current.harmonics_solver.record()
        out["conduction_harmonics"] = {**record, "harmonics": current.solved}
    return out


def _history(fine: Solved) -> dict[str, Any]:
    """What a history took, where there is one."""
    if not fine.has_history:
        return {}
    steps = fine.history_steps
    return {
        "history": {
            "steps": len(steps),
            "iterations": sum(step.iterations for step in steps),
            "integration_error": max(step.integration_error for step in steps),
            "end_s": steps[-1].time_s,
        }
    }


def _unetched(design: Design) -> tuple[View, View, View]:
    """The current with no recess, from both sides, and on a mesh of twice the element size."""
    section = build_cross_section(
        design.replace(**{"pad_etch.depth_ratio": 0.0, "pad_etch.undercut_um": 0.0})
    )
    size = Graded(design.mesh.size_factor)
    fine, coarse = Solved(section, size, when_asked=True), coarser(section, size)
    return fine.seen_from("a"), fine.seen_from("b"), coarse.seen_from("a")


def curves(
    all_tractions: dict[tuple[str, str], TractionInterface],
    all_fluxes: dict[tuple[str, str], FluxInterface],
    theta_deg: float,
) -> dict[str, Curve]:
    """Densities along every interface, ready to plot.

    Where they vary around the circle: tractions at ``theta_deg``, J.n in front of the source. J.n
    is positive along the net current.
    """
    out: dict[str, Curve] = {}
    tractions = {pair: t.at(theta_deg) for pair, t in all_tractions.items()}
    fluxes = {pair: j.at(0.0) for pair, j in all_fluxes.items()}
    for (a, b), t in tractions.items():
        densities = {"peel_mpa": _rounded(t.peel_mpa), "shear_mpa": _rounded(t.shear_mpa)}
        out[f"{a}/{b}"] = _curve(t, densities)
    for (a, b), j in fluxes.items():
        sign = 1.0 if all_fluxes[a, b].net_current_a >= 0 else -1.0
        densities = {"jn_a_per_cm2": _rounded(sign * j.jn_a_per_um2 * A_PER_CM2)}
        there = out.get(f"{a}/{b}") or _curve(j, {})
        out[f"{a}/{b}"] = replace(there, densities={**there.densities, **densities})
    return out


def _curve(along: TractionInterface | FluxInterface, densities: dict[str, list[float]]) -> Curve:
    return Curve(
        _rounded(along.arc_length_um),
        _rounded(along.points_um[0]),
        _rounded(along.points_um[1]),
        [along.legs[k] for k in along.leg_of_point],
        densities,
    )


def curve_theta_deg(whole: Mapping[str, Circle]) -> float:
    """The side, in angle, on which peel at UBM/pad is worst; 0 where there is no worst one."""
    found = whole.get("ubm/pad", Circle()).windows.get("peel")
    return 0.0 if found is None else round(sum(found.theta_deg) / 2, 4)


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{v:.7g}") for v in values]
