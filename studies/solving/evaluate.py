"""One design to its record: metrics, their errors, curves, fields and a key.

Errors are dual-weighted estimates (:mod:`studies.metrics.goals`) on the mesh that is reported: the
design's graded mesh, or with an accuracy the last of a sequence that is adapted until every
headline metric is within it (:mod:`studies.solving.adaptive`). A share of a volume or an area, a
mode mix, the angle at which something lies are no functionals: their error is the larger of the
change from the mesh before (or one of twice the element size) and the difference between the two
sides of the interface. What harmonics that were left out may add, and what a count of quadrature
points leaves open, is added.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from fem_bump import AngularCurrentFlow, AngularStress, Model
from fem_bump.life.black import MATERIAL_CLASS, black_exponent, black_mttf_error, black_mttf_ratio
from geometry import CrossSection, Design, build_cross_section, build_mesh
from geometry.meshing.report import mesh_report
from geometry.meshing.triangles import gmsh_version
from geometry.process.step import outside_sources
from geometry.process.steps.via import pad_is_bypassed
from geometry.section.cross_section import without_crack
from studies.case.checks import check_design
from studies.case.design_materials import design_library, other_materials
from studies.case.input_notes import input_notes
from studies.loads import states as loads
from studies.metrics import goals
from studies.metrics import values as measure
from studies.metrics.around_axis import circle
from studies.metrics.values import AnyFlux, AnyTraction, Values
from studies.runs.storage import StorageError, is_of_the_machine, sentence
from studies.solution.solved import Solved, region_materials
from studies.solving import adaptive
from studies.solving.adaptive import Step
from studies.solving.code_key import code_hash

COARSE = 2.0  # element size of the second mesh over that of the first


def evaluate(
    design: Design,
    fields_path: Path | None = None,
    compare_with_no_recess: bool = False,
    accuracy: float | None = None,
) -> dict[str, Any]:
    """Solve one design and measure it.

    Parameters
    ----------
    design
        What to build and load.
    fields_path
        Where to write the fields as VTU, if anywhere. Of a state that is not axisymmetric its 3-D
        fields and cut-away bodies are written beside it.
    compare_with_no_recess
        Also solve the current of the same bump on an unetched pad, for the life ratios of Black's
        law. A study takes that reference from its own cases instead.
    accuracy
        Takes the place of the design's ``mesh.accuracy``: the largest error of a headline metric,
        over the metric or, where that is more, 5 % of the mean absolute traction.

    Returns
    -------
    dict
        Plain data: design, derived, metrics, errors, flags, curves, mesh, solver, wall_s. An
        accuracy that was not reached is said in flags.

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
    check_design(design)
    asked, section = design, without_crack(build_cross_section(design))
    design = section.design
    if design.mesh.accuracy is None:
        answer = _graded(section, design.mesh.size_factor)
    else:
        answer = _adapted(section, design.mesh.accuracy)
    fine, found, errors = answer.fine, answer.metrics, answer.errors
    solved = time.perf_counter()
    for name, value in measure.margin_metrics(section, found).items():
        found[name], errors[name] = value, None
    if compare_with_no_recess:
        ratios, their_errors = life_ratios(design, found, errors)
        found.update(ratios)
        errors.update(their_errors)

    tractions, fluxes = fine.tractions("a"), fine.fluxes("a")
    headline = design.metrics.headline_length_um
    contact = tractions["ubm", "pad"]
    plane = fine.stress.axisymmetric
    whole = circle(design, tractions, fluxes)
    theta = curve_theta_deg(whole)
    record: dict[str, Any] = {
        "design": asked.to_dict(),
        "derived": section.derived(),
        "metrics": found,
        "errors": errors,
        "tails": answer.tails,
        "headline": measure.headline_names(section),
        "flags": {
            "window_clipped": bool(contact.window(headline).clipped),
            "auto_pinned": plane.auto_pinned is not None,
            "curve_theta_deg": theta,
            "pad_is_bypassed": pad_is_bypassed(section),
            "dropped_conductors": ", ".join(fine.current.dropped_regions),
            "notes": "; ".join([*section.notes(), *input_notes(design), *answer.notes]),
            **answer.flags,
        },
        "curves": curves(tractions, fluxes, theta),
        "circle": whole,
        "mesh": {
            **mesh_report(fine.mesh),
            "gmsh": gmsh_version(),
            "coarse_triangles": answer.coarse_triangles,
        },
        "meshes": [vars(step) for step in answer.steps],
        "solver": {
            "thermal_stress": plane.solver.record(),
            "conduction": fine.current.axisymmetric.solver.record(),
            **harmonic_solvers(fine.stress, fine.current),
            **measure.balances(section, fine.stress, fluxes, fine.current.current_a),
        },
    }
    if fields_path is not None:
        _write_fields(fields_path, section, fine, record)
    done = time.perf_counter()
    record["wall_s"] = {
        **answer.wall_s,
        "metrics": done - solved,
        "total": done - began,
    }
    return record


def _write_fields(path: Path, section: CrossSection, fine: Solved, record: dict[str, Any]) -> None:
    """Write fields for ParaView; where that is impossible the record is not lost."""
    from studies.fields.files import write_fields, write_whole_circle

    try:
        write_fields(path, fine.stress, fine.current)
        write_whole_circle(path, section, fine.stress, fine.current)
    except OSError as error:
        if not is_of_the_machine(error):
            raise
        raise StorageError(sentence(error), record) from error


@dataclass(frozen=True)
class _Answer:
    """What is reported, of which mesh, and what the others were for."""

    fine: Solved
    metrics: Values
    errors: Values
    coarse_triangles: int | None
    wall_s: dict[str, float]
    steps: tuple[Step, ...] = ()
    flags: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    tails: Values = field(default_factory=dict)


def _graded(section: CrossSection, factor: float) -> _Answer:
    """The graded mesh, and one of twice the element size for what has no estimate."""
    coarse, fine = Solved(section, COARSE * factor), Solved(section, factor, True)
    tails: Values = {}
    found = fine.all_values(tails)
    errors = _errors(fine, coarse, found, tails)
    wall_s = _total_wall(coarse, fine)
    return _Answer(fine, found, errors, int(coarse.mesh.nelements), wall_s, tails=tails)


def _adapted(section: CrossSection, accuracy: float) -> _Answer:
    """Meshes adapted to the headline metrics."""
    adapted = adaptive.adapt(section, accuracy, section.design.mesh.most_unknowns)
    fine = adapted.solved
    tails: Values = {}
    found = fine.all_values(tails)
    errors = _errors(fine, adapted.before, found, tails)
    flags, notes = _verdict(accuracy, adapted, section.design)
    first = adapted.steps[0].triangles
    return _Answer(fine, found, errors, first, adapted.wall_s, adapted.steps, flags, notes, tails)


def _errors(fine: Solved, before: Solved | None, found: Values, tails: Values) -> Values:
    """Error of every metric: by duals wherever it has one, else from another mesh and side."""
    estimated = goals.estimates(fine, headline_only=False).of
    rough = {} if before is None else {**_unlinear(before, found), **_window_lengths(found)}
    other = _unlinear(fine, found, "b")
    return {
        name: adaptive.bar(estimated[name]) + (tails.get(name) or 0.0)
        if name in estimated
        else _error(name, found, rough, other, tails)
        for name in found
    }


def _unlinear(solved: Solved, like: Values, side: str = "a") -> Values:
    """Metrics that are no functionals: shares of an area or a volume, places, a mode mix.

    Their errors are their change from the mesh before and between the sides of an interface.
    """
    if isinstance(solved.stress, AngularStress) or isinstance(solved.current, AngularCurrentFlow):
        lateral = measure.lateral_metrics(
            solved.section, solved.stress, like.get("lateral_displacement_um") or 0.0
        )
        return {**solved.around_the_circle(side), **lateral, **solved.shares(side)}
    return solved.shares(side)


def _window_lengths(found: Values) -> Values:
    """Lengths of windows, which are the same on every mesh."""
    return {name: value for name, value in found.items() if name.startswith("window_")}


def _verdict(
    accuracy: float, adapted: adaptive.Adapted, design: Design
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Whether the accuracy was reached, as a flag, and in words where it was not."""
    closest = min(adapted.steps, key=lambda step: step.worst)
    limit = design.mesh.most_unknowns
    within = f"within {limit} unknowns"
    if len(adapted.steps) > len(adaptive.AIMS):
        within = f"by {len(adapted.steps)} meshes"
    if closest.unknowns > limit:
        within = f"and no mesh of this design has as few as {limit} unknowns"
    note = (
        f"the accuracy of {accuracy:g} was not reached {within}: {closest.metric} is known to "
        f"{closest.worst:.2g} of its size on {closest.unknowns} unknowns"
    )
    return {"accuracy_missed": not adapted.reached}, () if adapted.reached else (note,)


def _total_wall(*meshes: Solved) -> dict[str, float]:
    return {name: sum(m.wall_s[name] for m in meshes) for name in meshes[0].wall_s}


def harmonic_solvers(stress: loads.AnyStress, current: loads.AnyCurrent) -> dict[str, Any]:
    """Solver records of the harmonics above 0, where there are any."""
    out = {}
    if isinstance(stress, AngularStress):
        out["thermal_stress_harmonics"] = {**stress.solver.record(), "harmonics": 1}
    if isinstance(current, AngularCurrentFlow):
        record = current.solver.record()
        out["conduction_harmonics"] = {**record, "harmonics": current.solved}
    return out


def life_ratios(design: Design, found: Values, errors: Values) -> tuple[Values, Values]:
    """MTTF over that of the unetched pad at the same opening, equal current, with bands of n.

    The errors are those that both densities' errors leave, for each exponent.
    """
    base, base_errors = _unetched(design)
    at = measure.label(design.metrics.headline_length_um)
    bypassed = pad_is_bypassed(build_cross_section(design))
    out: Values = {}
    spread: Values = {}
    for part, material, name in (
        ("solder", design.bump.material, f"current_density_max_bump_ubm_{at}_a_per_cm2"),
        ("pad", design.pad.material, f"pad_lateral_density_{at}_a_per_cm2"),
    ):
        before, now = base[name], found[name]
        names = [f"mttf_ratio_{part}{suffix}" for suffix in ("", "_low", "_high")]
        out.update(dict.fromkeys(names))
        spread.update(dict.fromkeys(names))
        if material not in MATERIAL_CLASS or before is None or now is None:
            continue  # a user's own metal: no exponent is known
        if part == "pad" and bypassed:
            continue  # what little flows in and out of it again wears nothing
        exponent = black_exponent(material)
        apart, apart_before = errors.get(name), base_errors[name]
        pairs: list[tuple[float, float | None]] = []
        for n in (exponent.value, exponent.low, exponent.high):
            ratio, error = black_mttf_ratio(before, now, n), None
            if apart is not None and apart_before is not None:
                error = black_mttf_error(ratio, n, apart_before / before, apart / now)
            pairs.append((ratio, error))
        ends = sorted(pairs, key=lambda pair: pair[0])
        for key, (ratio, error) in zip(names, (pairs[0], ends[0], ends[-1]), strict=True):
            out[key], spread[key] = ratio, error
    return out, spread


def _unetched(design: Design) -> tuple[Values, Values]:
    """Metrics of the current with no recess, with errors from two meshes and two sides."""
    section = build_cross_section(
        design.replace(**{"pad_etch.depth_ratio": 0.0, "pad_etch.undercut_um": 0.0})
    )
    tails: Values = {}
    sides: list[Values] = []
    for factor, side in ((1.0, "a"), (1.0, "b"), (COARSE, "a")):
        if side == "a":
            mesh = build_mesh(section, factor * design.mesh.size_factor)
            model = Model(mesh, region_materials(section), section.groups)
            current = loads.current_state(section, model)
        pairs = measure.current_pairs(section)
        fluxes = {pair: current.interface(*pair, side) for pair in pairs}
        sides.append(measure.current_metrics(section, current, fluxes, None if sides else tails))
    fine, other, coarse = sides
    return fine, {name: _error(name, fine, coarse, other, tails) for name in fine}


def curves(
    all_tractions: dict[tuple[str, str], AnyTraction],
    all_fluxes: dict[tuple[str, str], AnyFlux],
    theta_deg: float,
) -> dict[str, dict[str, list[Any]]]:
    """Densities along every interface as columns with units, ready to plot.

    Where they vary around the circle: tractions at ``theta_deg``, J.n in front of the source. J.n
    is positive along the net current.
    """
    out: dict[str, dict[str, list[Any]]] = {}
    tractions = {pair: at_angle(t, theta_deg) for pair, t in all_tractions.items()}
    fluxes = {pair: at_angle(j, 0.0) for pair, j in all_fluxes.items()}
    for (a, b), t in tractions.items():
        out[f"{a}/{b}"] = {
            "arc_length_um": _rounded(t.arc_length_um),
            "r_um": _rounded(t.points_um[0]),
            "z_um": _rounded(t.points_um[1]),
            "leg": [t.legs[k] for k in t.leg_of_point],
            "peel_mpa": _rounded(t.peel_mpa),
            "shear_mpa": _rounded(t.shear_mpa),
        }
    for (a, b), j in fluxes.items():
        columns = out.setdefault(
            f"{a}/{b}",
            {
                "arc_length_um": _rounded(j.arc_length_um),
                "r_um": _rounded(j.points_um[0]),
                "z_um": _rounded(j.points_um[1]),
                "leg": [j.legs[k] for k in j.leg_of_point],
            },
        )
        sign = 1.0 if all_fluxes[a, b].net_current_a >= 0 else -1.0
        columns["jn_a_per_cm2"] = _rounded(sign * j.jn_a_per_um2 * measure.A_PER_CM2)
    return out


def curve_theta_deg(whole: dict[str, dict[str, Any]]) -> float:
    """The side, in angle, on which peel at UBM/pad is worst; 0 where there is no worst one."""
    found = whole.get("ubm/pad", {}).get("windows", {}).get("peel")
    return 0.0 if found is None else round(sum(found["theta_deg"]) / 2, 4)


def at_angle(density: Any, theta_deg: float) -> Any:
    """A density along the interface at one angle; an axisymmetric one is the same at all."""
    return density.at(theta_deg) if hasattr(density, "at") else density


def case_key(design: Design) -> str:
    """Hash of all that determines a result: design, materials used, code, Gmsh version."""
    said = design.to_dict()
    said.pop("name")
    # overhang and bump diameter are two ways to say one radius
    said["ubm"]["overhang_um"], said["bump"]["diameter_um"] = None, 2 * design.ubm_radius_um
    library = design_library(design)
    used = set(build_cross_section(design).region_materials.values())
    used |= other_materials(design)
    properties = {name: library.record(name)["properties"] for name in sorted(used)}
    decided_by = [said, properties, code_hash(), gmsh_version(), *outside_sources(design)]
    whole = json.dumps(decided_by, sort_keys=True, allow_nan=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def _error(name: str, fine: Values, coarse: Values, other: Values, tails: Values) -> float | None:
    value = fine[name]
    if value is None:
        return None
    differences = [abs(value - v) for v in (coarse.get(name), other.get(name)) if v is not None]
    return max(differences) + (tails.get(name) or 0.0) if differences else None


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{v:.7g}") for v in values]
