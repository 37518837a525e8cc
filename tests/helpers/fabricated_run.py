"""Run folders with made-up but consistent numbers: what the report reads, without solving."""

import math
from pathlib import Path
from typing import Any

import meshio
import numpy as np
from fake_evaluator import case_key

from geometry import build_cross_section
from geometry.design.design import Design
from studies.plan.cases import make_plan
from studies.plan.study import load_study
from studies.records import provenance, store
from studies.records.record import CaseRecord, Result

GRID = """
[[part]]
name = "growing"
title = "The bump grows (overhang 5 um)"
[part.factors]
pad_etch.depth_ratio = [0.0, 0.5, 1.0]
opening_ratio = [0.6, 0.75, 0.8]

[[part]]
name = "fixed"
title = "The bump keeps its diameter"
[part.set]
"bump.diameter_um" = 78.0
[part.factors]
pad_etch.depth_ratio = [0.0, 0.5, 1.0]
opening_ratio = [0.6, 0.75, 0.8]
"""
HEAD = """
schema = 1
name = "made-up"
title = "Made-up study"
question = "Which one?"
"""
EVALUATOR = "fabricated_run:evaluate"
LENGTHS = (0.5, 1.0, 2.0)


def values(design: Design) -> dict[str, float | None]:
    """Metrics: peel rises with depth, shear turns over between 1 and 2 um, the rest is flat."""
    d, o = design.depth_ratio, design.opening_ratio
    out: dict[str, float | None] = {}
    for length in LENGTHS:
        at = f"L{length:g}"
        out[f"peel_max_ubm_pad_{at}_mpa"] = -5.0 + 300.0 * d / length
        out[f"shear_max_ubm_pad_{at}_mpa"] = 150.0 + (40.0 if length < 1.5 else -40.0) * d
        out[f"peel_max_ubm_passivation_{at}_mpa"] = 400.0
        out[f"principal_max_passivation_{at}_mpa"] = 150.0 * o * (1 - 0.01 * d)
        out[f"current_density_max_ubm_pad_{at}_a_per_cm2"] = 4e4 * (1 + 3 * d**2) / o
        out[f"current_density_max_bump_ubm_{at}_a_per_cm2"] = 2e4 * (1 + 0.5 * d) / o
        out[f"pad_lateral_density_{at}_a_per_cm2"] = 2e5 * (1 + d * (1 - d)) / o
    out["pad_lateral_density_inside_L1_a_per_cm2"] = 1.5e5 * (1 + d) if d < 1 else None
    out["pad_lateral_density_outside_L1_a_per_cm2"] = 1.6e5
    out["resistance_mohm"] = 5.0 + d
    out.update(under_shear(design, out))
    out.update(through_a_trace(design, out))
    out.update(over_a_mark(design))
    for region in ("pad", "bump"):
        out[f"yielded_volume_fraction_{region}"] = 0.5
        out[f"yielded_volume_fraction_{region}_at_low_yield"] = 1.0
        out[f"yielded_volume_fraction_{region}_at_high_yield"] = 0.1
    return out


def under_shear(design: Design, plane: dict[str, float | None]) -> dict[str, float | None]:
    """Shear adds peel, less the deeper the etch: full depth overtakes no recess at 3000 um."""
    if design.load.shear is None:
        return {}
    far, d = design.load.shear.dnp_um, design.depth_ratio
    out: dict[str, float | None] = {}
    for length in LENGTHS:
        at = f"ubm_pad_L{length:g}"
        for kind, added in (("peel_max", 0.5 * far * (1 - 0.2 * d / length)), ("shear_max", 0.1)):
            alone = plane[f"{kind}_{at}_mpa"]
            out[f"{kind}_by_cooldown_{at}_mpa"] = alone
            out[f"{kind}_by_shear_{at}_mpa"] = added
            out[f"{kind}_{at}_mpa"] = alone + added
            out[f"{kind}_theta_{at}_deg"] = 0.0 if far < 4000 else 180.0
        out[f"mode_mix_{at}_deg"] = 60.0 - 50.0 * d
    force = -0.3 * far
    out |= {
        "lateral_displacement_um": -2e-3 * far, "lateral_force_mn": force,
        "lateral_moment_mn_um": 10.0 * far, "lateral_shear_mean_mpa": 0.1 * far,
        "lateral_stiffness_mn_per_um": 150.0 if far else None,
    }  # fmt: skip
    return out


def through_a_trace(design: Design, plane: dict[str, float | None]) -> dict[str, float | None]:
    """A narrow trace crowds, a deep etch a little less; thicker copper spreads at bump/UBM."""
    if design.trace is None:
        return {}
    crowding = 60.0 / design.trace.width_um * (1 - 0.1 * design.depth_ratio)
    copper = next(layer.thickness_um for layer in design.ubm.layers if layer.name == "cu")
    out: dict[str, float | None] = {"harmonics": 21.0, "resistance_series_mohm": 0.0}
    for length in LENGTHS:
        for pair, spread in (("ubm_pad", 1.0), ("bump_ubm", 0.5 / copper)):
            at = f"{pair}_L{length:g}"
            largest = plane[f"current_density_max_{at}_a_per_cm2"] * crowding * spread
            out[f"current_density_max_{at}_a_per_cm2"] = largest
            out[f"current_density_opposite_{at}_a_per_cm2"] = 0.01 * largest
            out[f"current_density_max_theta_{at}_deg"] = 0.0
            out[f"crowding_in_plane_{at}"] = crowding
    out["power_mw"] = plane["resistance_mohm"] * design.load.current.current_a**2
    return out


def over_a_mark(design: Design) -> dict[str, float | None]:
    """A mark's film counts near the opening's edge, its wall makes peel, full depth ends both."""
    probe = design.probe
    if probe is None:
        return {}
    gap = design.opening_radius_um - probe.offset_um - probe.diameter_um / 2
    blocked = min(probe.film_resistivity_ohm_m2 / 1e-9, 1.0) ** 0.1
    film = 0.3 * blocked * math.exp(-gap / 5.0) if design.depth_um < 0.03 else 0.0
    depth = probe.depth_ratio if probe.depth_um is None else probe.depth_um
    wall = depth / max(probe.wall_width_um, 0.1) * (1 - design.depth_ratio)
    out: dict[str, float | None] = {
        "contact_heat_ubm_pad_mw": 0.05 * (1 + film),
        "contact_heat_ubm_pad_to_unprobed": 1 + 0.5 * film,
        "resistance_to_unprobed": 1 + 0.1 * film,
    }
    for length in LENGTHS:
        at = f"ubm_pad_L{length:g}"
        out[f"peel_max_{at}_mpa"] = -5.0 + 50.0 * wall + 300.0 * design.depth_ratio
        against = f"ubm_pad_to_unprobed_L{length:g}"
        out[f"peel_max_{against}"] = wall
        out[f"current_density_max_{against}"] = 1 + film
    return out


def around(design: Design) -> tuple[dict[str, list], dict[str, Any]]:
    """A curve on one side of the circle, and the amplitudes that its mean is one of."""
    mean = along(design)
    side = [1.0 if leg == "floor" else 3.0 for leg in mean["leg"]]  # more of it on the sidewall
    window = {"start_um": 0.0, "length_um": 1.0, "theta_deg": [-9.5, 9.5], "mean": 100.0}
    curve: dict[str, Any] = dict(mean)
    said: dict[str, Any] = {"windows": {}}
    for varies, kind, names in (
        (design.load.shear is not None, "traction", ("peel_mpa", "shear_mpa")),
        (design.trace is not None, "flux", ("jn_a_per_cm2",)),
    ):
        if not varies:
            continue
        said[f"{kind}_harmonics"] = [0, 1]
        for name in names:
            curve[name] = [v * s for v, s in zip(mean[name], side, strict=True)]
            swing = [c - v for c, v in zip(curve[name], mean[name], strict=True)]
            said[name] = [mean[name], swing]
        if kind == "traction":
            said["shear_theta_mpa"] = [[0.0] * len(side), said["shear_mpa"][1]]
        said["windows"] |= dict.fromkeys(
            ("peel", "shear") if kind == "traction" else ("current",), window
        )
    return curve, {"ubm/pad": said} if len(said) > 1 else {}


def along(design: Design) -> dict[str, list]:
    """A curve along UBM/pad in the layout of the records: start, middle, end of each facet."""
    a, t, depth = design.opening_radius_um, design.pad.thickness_um, design.depth_um
    legs = [("floor", a)] if depth < t else []
    legs += [("sidewall", depth)] if depth > 0 else []
    out = {n: [] for n in ("arc_length_um", "r_um", "z_um", "leg", "peel_mpa", "shear_mpa",
                           "jn_a_per_cm2")}  # fmt: skip
    start = 0.0
    for leg, length in legs:
        ends = np.linspace(0.0, length, 21)
        for k in range(20):
            for x in (ends[k], (ends[k] + ends[k + 1]) / 2, ends[k + 1]):
                out["arc_length_um"].append(start + x)
                out["r_um"].append(x if leg == "floor" else a)
                out["z_um"].append(t - depth + (x if leg == "sidewall" else 0.0))
                out["leg"].append(leg)
                out["peel_mpa"].append(-30.0 if leg == "floor" else 300.0)
                out["shear_mpa"].append(-x)
                out["jn_a_per_cm2"].append(1e4 * (x / length) ** 2)
        start += length
    return out


def result(design: Design, errors: float = 0.5) -> dict:
    """What ``studies.solving.evaluate`` returns, made up."""
    metrics = values(design)
    curve, circle = around(design)
    return {
        "design": design.to_dict(),
        "derived": build_cross_section(design).derived(),
        "metrics": metrics,
        "errors": {
            name: None if value is None else errors if name.endswith("mpa") else abs(value) * 1e-3
            for name, value in metrics.items()
        },
        "headline": [],
        "flags": {"window_clipped": False, "auto_pinned": True, "dropped_conductors": "substrate"},
        "curves": {"ubm/pad": curve},
        **({"circle": circle} if circle else {}),
        "mesh": {"triangles": 5000, "displacement_unknowns": 20000, "quality_min": 0.4},
        "solver": {
            "thermal_stress": {"relative_residual": 1e-14},
            "conduction": {"relative_residual": 1e-13},
            "force_balance": 1e-13,
            "current_balance": 1e-12,
        },
        "wall_s": {"total": 1.5},
    }


def evaluate(design: Design, fields_path=None, compare_with_no_recess: bool = False) -> dict:
    """The evaluator of such a run, for points that are solved later."""
    return result(design)


def run_folder(folder: Path, text: str = GRID, skip=lambda case: False, fields: bool = False):
    """A run's folder and plan; ``skip(case)`` gives None, ``"pending"`` or ``"failed"``."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder.parent / f"{folder.name}.toml"
    file.write_text(HEAD + text, encoding="utf-8")
    plan = make_plan(load_study(file), case_key)
    store.claim(folder, plan.stored(), HEAD + text)
    for case in plan.valid:
        status = skip(case) or "solved"
        if status == "pending":
            continue
        record = CaseRecord("failed", "no convergence <in the solver>", 0.1)
        if status == "solved":
            record = CaseRecord("solved", None, 0.1, Result.from_json(result(case.design)))
            if fields and case.part == "growing":
                name = store.fields_name(case.part, case.label, case.key)
                write_vtu(folder / "fields" / name, case.design)
        store.write_record(folder, case.key, record)
    about = provenance.Environment(
        python="3.11", packages={"numpy": "2"}, git_commit="abc", cpu="any"
    )
    started = "2026-01-01T00:00:00+00:00"
    session = provenance.Session(
        started=started, environment=about, jobs=1, wall_s=2.0, solved_now=18
    )
    provenance.record_session(folder, session)
    return folder, plan


def write_vtu(path: Path, design: Design) -> None:
    """Four quadratic triangles around the mask edge, as ``studies.fields.files`` lays them out."""
    a, t = design.opening_radius_um, design.pad.thickness_um
    corners = np.array([[-4, -3], [4, -3], [4, 5], [-4, 5]], float) + np.array([a, t])
    centre = np.array([a, t])
    points, n = [], 4
    for k in range(n):
        p, q, r = corners[k], corners[(k + 1) % 4], centre
        points += [p, q, r, (p + q) / 2, (q + r) / 2, (r + p) / 2]
    points = np.column_stack([np.array(points), np.zeros(6 * n)])
    rising = np.hypot(points[:, 0] - a, points[:, 1] - t)
    mesh = meshio.Mesh(
        points,
        [("triangle6", np.arange(6 * n).reshape(-1, 6))],
        point_data={"von_mises_mpa": 100.0 * rising, "current_density_a_per_cm2": np.where(
            np.arange(6 * n) < 12, 1e4 * (1 + rising), 0.0)},
        cell_data={"yield_mpa": [np.array([200.0, 200.0, math.nan, 1e6])]},
    )  # fmt: skip
    path.parent.mkdir(exist_ok=True)
    mesh.write(path)
