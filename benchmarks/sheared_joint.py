"""Coupled harmonics of a joint that flows, beside CalculiX in three dimensions.

A solder cylinder between two hard discs, joined at 125 degC, cools to 25 degC while the upper disc
moves sideways, and is then held; the solder creeps (Norton), or yields (J2, isotropic). Ours: the
section, with harmonics up to N at angles. CalculiX: half of the body as elements C3D20R (C3D15 at
the axis) that know nothing of harmonics, in equal increments of a ramp and of the hold. Asked for
are the lateral force over time; of the solder, mean equivalent inelastic strain and work; mean
axial stress and strain of the solder's outer half beside the lower disc, within 60 degrees of the
direction of the shift and of the opposite one. Printed per mesh of the peer and per N of ours; the
peer's error in time, of first order, is found on its first mesh and taken off on all.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import peer_calculix as calculix

from fem_bump import Material, Model, stress_history
from fem_bump.laws import J2, Norton
from fem_bump.verification.grids import grid

HOT, COLD = 125.0, 25.0
RAMP_S, HELD_S, SHIFT_UM = 60.0, 240.0, 0.01
TIMES_S = (30.0, 60.0, 120.0, 300.0)
RADIUS, DISC, HEIGHTS = 2.0, 3.0, (0.0, 1.0, 3.0, 4.0)  # of solder and discs, um
SECTOR = np.pi / 3
HARD = (120e3, 0.3, 3e-6)
SOLDER = (40e3, 0.35, 22e-6)
TITLES = {
    "force": "total force (fx,fy,fz) for set TOP and time",
    "stress": "stresses (elem, integ.pnt.,sxx,syy,szz,sxy,sxz,syz)",
    "strain": "equivalent plastic strain (elem, integ.pnt.,pe)",
    "place": "global coordinates (elem, integ.pnt.,x,y,z)",
    "volume": "volume (element, volume)",
}


@dataclass(frozen=True)
class Flow:
    """A law, what CalculiX calls it, its procedure, and increments of the ramp."""

    law: Norton | J2
    words: str
    procedure: str
    end_s: float
    increments: int

    @property
    def times_s(self) -> list[float]:
        return [t for t in TIMES_S if t <= self.end_s]


FLOWS = {
    "Norton": Flow(
        Norton(1e-9, 3.0),
        "*CREEP, LAW=NORTON\n1e-9, 3., 0.",
        "*VISCO, CETOL=1e9",
        RAMP_S + HELD_S,
        12,
    ),
    "J2": Flow(
        J2(30.0, isotropic_mpa=1000.0),
        "*PLASTIC\n30., 0.\n1030., 1.",
        "*STATIC",
        RAMP_S,
        6,
    ),
}


# -------------------------------------------------------------------------------------- sectors


@dataclass(frozen=True)
class Points:
    """Points of half of the solder: (3, N) x, y, z and (N,) volumes."""

    at: np.ndarray
    volume: np.ndarray

    def mean(self, values: np.ndarray, mask: np.ndarray | None = None) -> float:
        weight = self.volume if mask is None else self.volume * mask
        return float((values * weight).sum() / weight.sum())

    def in_sectors(self, axial_mpa: np.ndarray, strain: np.ndarray) -> dict[str, float]:
        x, y, z = self.at
        outer = (np.hypot(x, y) > RADIUS / 2) & (z < (HEIGHTS[1] + HEIGHTS[2]) / 2)
        angle = np.arctan2(y, x)
        sectors = {"0": angle < SECTOR, "180": angle > np.pi - SECTOR}
        out = {}
        for name, sector in sectors.items():
            out[f"axial stress at {name} deg, MPa"] = self.mean(axial_mpa, outer & sector)
            out[f"strain at {name} deg"] = self.mean(strain, outer & sector)
        return out


def fine_points() -> Points:
    """Of the solder's outer half beside the lower disc, at which its means are taken."""

    def middles(start: float, stop: float, count: int) -> np.ndarray:
        return start + (stop - start) * (np.arange(count) + 0.5) / count

    middle = (HEIGHTS[1] + HEIGHTS[2]) / 2
    ranges = (RADIUS / 2, RADIUS, 32), (0, np.pi, 36), (HEIGHTS[1], middle, 32)
    r, angle, z = (each.ravel() for each in np.meshgrid(*(middles(*each) for each in ranges)))
    return Points(np.array([r * np.cos(angle), r * np.sin(angle), z]), r)


# ---------------------------------------------------------------------------------------- ours


def section(law: Norton | J2, cells: int) -> Model:
    """So many elements to a micrometre."""
    r = np.linspace(0, DISC, round(DISC * cells) + 1)
    z = np.linspace(0, HEIGHTS[-1], round(HEIGHTS[-1] * cells) + 1)
    names = "chip", "solder", "board"
    radii = DISC, RADIUS, DISC
    boxes = {
        name: (0, radius, low, high)
        for name, radius, low, high in zip(names, radii, HEIGHTS[:-1], HEIGHTS[1:], strict=True)
    }
    hard, solder = Material("hard", *HARD), Material("solder", *SOLDER, law=law)
    return Model(grid(r, z, boxes), {"chip": hard, "solder": solder, "board": hard})


def ours(flow: Flow, cells: int, harmonics: int, angles: int, tolerance: float) -> dict[str, float]:
    """What is asked for, with so many elements to a micrometre."""
    model = section(flow.law, cells)
    ends = [0.0, RAMP_S, flow.end_s][: 2 if flow.end_s == RAMP_S else 3]
    history = stress_history(
        model,
        ends,
        [HOT, *[COLD] * (len(ends) - 1)],
        HOT,
        fixed={"bottom": "rz", "top": "r"},
        lateral_shift_um={"bottom": 0.0, "top": lambda t: SHIFT_UM * min(t / RAMP_S, 1.0)},
        harmonics=harmonics,
        angles=angles,
        tolerance=tolerance,
    )
    state = history.at(flow.end_s)
    out = {f"force at {t:g} s, uN": history.at(t).reaction_un("top") for t in flow.times_s}
    out["strain"] = state.mean_inelastic_strain("solder")
    out["work, pJ"] = history.inelastic_work_pj("solder", 0.0, flow.end_s)
    points = fine_points()
    where = np.array([np.hypot(*points.at[:2]), points.at[2]])
    degrees = np.degrees(np.arctan2(points.at[1], points.at[0]))
    axial = state.stress(where, region="solder", theta_deg=degrees)[1]
    strain = state.inelastic_strain(where, region="solder", theta_deg=degrees)
    return out | points.in_sectors(axial, strain)


# ---------------------------------------------------------------------------------- CalculiX


@dataclass(frozen=True)
class Solid:
    """Half of the body in second-order elements; node numbers from 0.

    Attributes
    ----------
    points
        (3, nodes) um.
    elements
        Region to lists of (20,) and (15,) nodes.
    """

    points: np.ndarray
    elements: dict[str, list[list[int]]]

    def nodes_at(self, height: float) -> np.ndarray:
        return np.nonzero(np.abs(self.points[2] - height) < 1e-9)[0]


def solid(cells: int) -> Solid:
    """So many elements to a micrometre and three times as many to 180 degrees."""
    across, around, along = DISC * cells, 3 * cells, HEIGHTS[-1] * cells
    number: dict[tuple[int, int, int], int] = {}

    def node(i: int, j: int, k: int) -> int:
        return number.setdefault((i, j if i else 0, k), len(number))

    def element(i: int, j: int, k: int) -> list[int]:
        if i:
            base = [(i, j), (i + 2, j), (i + 2, j + 2), (i, j + 2)]
            middle = [(i + 1, j), (i + 2, j + 1), (i + 1, j + 2), (i, j + 1)]
        else:
            base = [(0, 0), (2, j), (2, j + 2)]
            middle = [(1, j), (2, j + 1), (1, j + 2)]
        layers = [(base, k), (base, k + 2), (middle, k), (middle, k + 2), (base, k + 1)]
        return [node(*each, height) for layer, height in layers for each in layer]

    regions = {}
    radii = RADIUS, DISC
    for name, radius, low, high in (
        ("CHIP", radii[1], HEIGHTS[0], HEIGHTS[1]),
        ("SOLDER", radii[0], HEIGHTS[1], HEIGHTS[2]),
        ("BOARD", radii[1], HEIGHTS[2], HEIGHTS[3]),
    ):
        regions[name] = [
            element(2 * i, 2 * j, 2 * k)
            for i in range(round(radius * cells))
            for j in range(around)
            for k in range(round(low * cells), round(high * cells))
        ]
    i, j, k = np.array(list(number)).T
    r, angle = DISC * i / (2 * across), np.pi * j / (2 * around)
    points = np.array([r * np.cos(angle), r * np.sin(angle), HEIGHTS[-1] * k / (2 * along)])
    return Solid(points, regions)


def deck(body: Solid, flow: Flow, increments: int) -> str:
    """So many increments to the ramp; the hold, if there is one, in twice as many."""
    x, y, _ = body.points
    out = ["*NODE, NSET=NALL"]
    out += [f"{n + 1}, " + ", ".join(f"{c:.12g}" for c in p) for n, p in enumerate(body.points.T)]
    last = 0
    for name, elements in body.elements.items():
        for kind, count in (("C3D20R", 20), ("C3D15", 15)):
            out.append(f"*ELEMENT, TYPE={kind}, ELSET={name}")
            for nodes in elements:
                if len(nodes) == count:
                    last += 1
                    text = [str(n + 1) for n in nodes]
                    out.append(f"{last}, " + ", ".join(text[:14]) + ("," if count > 14 else ""))
                    out += [", ".join(text[14:])]
    bottom, top = (body.nodes_at(height) for height in (HEIGHTS[0], HEIGHTS[-1]))
    out += [calculix.ids("*NSET, NSET=BOTTOM", bottom), calculix.ids("*NSET, NSET=TOP", top)]
    held = np.concatenate([bottom, top])
    out += [calculix.ids("*NSET, NSET=MIRROR", np.setdiff1d(np.nonzero(np.abs(y) < 1e-9)[0], held))]
    for name in body.elements:
        young, poisson, cte = SOLDER if name == "SOLDER" else HARD
        out += [f"*MATERIAL, NAME=M{name}", f"*ELASTIC\n{young}, {poisson}"]
        out += [flow.words] if name == "SOLDER" else []
        out += [f"*EXPANSION, ZERO={HOT}\n{cte}", f"*SOLID SECTION, ELSET={name}, MATERIAL=M{name}"]
    # the face that is moved is rigid but for what is the same all around
    radius = np.round(np.hypot(x, y), 9)
    for each in np.unique(radius[top]):
        out += calculix.tie(top[radius[top] == each], 3)
    out += ["*INITIAL CONDITIONS, TYPE=TEMPERATURE", f"NALL, {HOT}"]
    out += ["*AMPLITUDE, NAME=COOLING, TIME=TOTAL TIME"]
    out += [f"0., {HOT}, {RAMP_S}, {COLD}, {10 * flow.end_s}, {COLD}"]
    out += ["*AMPLITUDE, NAME=SHIFT, TIME=TOTAL TIME"]
    out += [f"0., 0., {RAMP_S}, {SHIFT_UM}, {10 * flow.end_s}, {SHIFT_UM}"]
    for seconds, count in ((RAMP_S, increments), (flow.end_s - RAMP_S, 2 * increments)):
        if seconds > 0:
            out += ["*STEP, INC=100000", flow.procedure]
            out += [f"{seconds / count:.12g}, {seconds:.12g}, 1e-6, {seconds / count:.12g}"]
            out += ["*BOUNDARY", "BOTTOM, 1, 3", "TOP, 2, 2", "MIRROR, 2, 2"]
            out += ["*BOUNDARY, AMPLITUDE=SHIFT", "TOP, 1, 1, 1."]
            out += ["*TEMPERATURE, AMPLITUDE=COOLING", "NALL, 1."]
            out += ["*NODE PRINT, NSET=TOP, TOTALS=ONLY", "RF"]
            out += ["*EL PRINT, ELSET=SOLDER", "S, PEEQ, COORD, EVOL", "*END STEP"]
    return "\n".join([*out, ""])


def theirs(ccx: str, cells: int, flow: Flow, increments: int) -> dict[str, float]:
    """What is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        _, text, _ = calculix.run(ccx, deck(solid(cells), flow, increments), 1, folder)
    place = blocks(text, TITLES["place"], 5)[0]
    volumes = dict(blocks(text, TITLES["volume"], 2)[0].tolist())
    points = Points(place[:, 2:].T, shares(place) * [2 * volumes[each] for each in place[:, 0]])
    forces = [2 * float(block.split()[0]) for block in after(text, TITLES["force"])]
    times = [float(line.split()[-1]) for line in text.splitlines() if TITLES["force"] in line]
    stress = [each[:, 2:] for each in blocks(text, TITLES["stress"], 8)]
    strain = [each[:, 2] for each in blocks(text, TITLES["strain"], 3)]
    out = {}
    for t in flow.times_s:
        out[f"force at {t:g} s, uN"] = forces[int(np.abs(np.array(times) - t).argmin())]
    out["strain"] = points.mean(strain[-1])
    work, before = np.zeros(len(place)), (np.zeros(len(place)), np.zeros(len(place)))
    for now in zip([mises(each) for each in stress], strain, strict=True):
        work += (now[0] + before[0]) / 2 * (now[1] - before[1])
        before = now
    out["work, pJ"] = float((work * points.volume).sum())
    return out | points.in_sectors(stress[-1][:, 2], strain[-1])


def after(text: str, title: str) -> list[str]:
    """Per increment what is printed under a title."""
    return [
        each.split("\n", 1)[1].lstrip("\n").split("\n\n", 1)[0] for each in text.split(title)[1:]
    ]


def blocks(text: str, title: str, columns: int) -> list[np.ndarray]:
    """The same as (rows, columns)."""
    return [np.array(each.split(), dtype=float).reshape(-1, columns) for each in after(text, title)]


def shares(place: np.ndarray) -> np.ndarray:
    """(N,) share of each integration point in its element's volume."""
    _, element, count = np.unique(place[:, 0], return_inverse=True, return_counts=True)
    x, y, z = place[:, 2:].T
    middle = np.bincount(element, weights=z) / count
    centred = np.abs(z - middle[element]) < 1e-6
    # a brick's eight weigh alike, but for the radius; a wedge's are three layers of three
    weight = np.where(count[element] == 9, np.where(centred, 8.0, 5.0), np.hypot(x, y))
    return weight / np.bincount(element, weights=weight)[element]


def mises(stress: np.ndarray) -> np.ndarray:
    """Of (N, 6) xx, yy, zz, xy, xz, yz."""
    normal, shear = stress[:, :3], stress[:, 3:]
    deviator = normal - normal.mean(axis=1, keepdims=True)
    return np.sqrt(1.5 * (deviator**2).sum(axis=1) + 3 * (shear**2).sum(axis=1))


# ------------------------------------------------------------------------------------- tables


def limit_in_time(coarse: dict[str, float], fine: dict[str, float]) -> dict[str, float]:
    """What twice and twice as many increments tend to, of first order."""
    return {name: 2 * fine[name] - coarse[name] for name in fine}


def table(columns: dict[str, dict[str, float]]) -> None:
    names = next(iter(columns.values()))
    print(f"{'':28}" + "".join(f"{title:>14}" for title in columns))
    for name in names:
        values = "".join(f"{column.get(name, np.nan):14.5g}" for column in columns.values())
        print(f"{name:28}{values}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flows", nargs="*", default=list(FLOWS), choices=list(FLOWS))
    parser.add_argument("--peer-cells", nargs="*", type=int, default=[2, 1, 3])
    parser.add_argument("--cells", type=int, default=4, help="of ours to a micrometre")
    parser.add_argument("--harmonics", nargs="*", type=int, default=[1, 2, 3, 4, 6])
    parser.add_argument("--tolerance", type=float, default=0.01)
    parser.add_argument("--ccx", default="ccx", help="the CalculiX binary")
    chosen = parser.parse_args()
    peer = shutil.which(chosen.ccx) is not None
    if not peer:
        print("  skipped: CalculiX (ccx) is not installed")
    for name in chosen.flows:
        flow, columns = FLOWS[name], {}
        in_time: dict[str, float] = {}
        for cells in chosen.peer_cells if peer else []:
            found = theirs(chosen.ccx, cells, flow, flow.increments)
            if not in_time:
                finer = theirs(chosen.ccx, cells, flow, 2 * flow.increments)
                limit = limit_in_time(found, finer)
                in_time = {key: limit[key] / found[key] for key in found}
            columns[f"CalculiX {cells}"] = {key: found[key] * in_time[key] for key in found}
        for harmonics in chosen.harmonics:
            columns[f"N = {harmonics}"] = ours(
                flow, chosen.cells, harmonics, 2 * harmonics, chosen.tolerance
            )
        print(name)
        table(columns)


if __name__ == "__main__":
    main()
