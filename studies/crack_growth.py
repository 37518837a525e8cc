"""How an interface crack grows: energy release rate against its length, a curve per variant.

Every length is a mesh and a solution of its own. A crack grows where the energy release rate at the
worst place of its front reaches the toughness that the user gives, and arrests where that falls
below it. The toughness depends on the mode mix, which stands beside each value; one number is a
lower or an upper estimate, as it was measured. The state is elastic.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, StrMethodFormatter
from skfem import MeshTri

from fem_bump import InputError, Model
from fem_bump.cracks import open_crack
from fem_bump.energy_release import EnergyRelease, energy_release
from geometry import CrossSection, Design, DesignError, build_cross_section, build_mesh
from geometry.crack_path import interface_ends
from geometry.schema import Crack
from studies import loads
from studies.evaluate import COARSE
from studies.solved import region_materials
from studies.style import COLOURS, LINES, MARKERS, mark_state, new_figure, panel_title, styled

SHORTEST_UM, POINTS = 0.1, 8
LONGEST_SHARE = 0.9  # of the interface


@dataclass(frozen=True)
class CrackPoint:
    """One length of the crack.

    Attributes
    ----------
    g_j_per_m2, g_max_j_per_m2, theta_deg
        Mean around the front; largest, and where.
    g_error_j_per_m2
        Largest difference at the worst angle: between domain integral, crack closure and
        intensities, between two domains, and to a mesh of twice the element size.
    mode_mix_deg
        arg(K l^(i eps)) at the worst angle, with l = ``reference_length_um``.
    overlap_share
        Of the length, where the faces overlap at the worst angle.
    closed
        Whether they overlap by more than the oscillation at the tip, anywhere around the circle:
        then this is a contact problem, and G is not that of the body.
    """

    length_um: float
    g_j_per_m2: float
    g_max_j_per_m2: float
    theta_deg: float
    g_error_j_per_m2: float
    k_1_mpa_sqrt_um: float
    k_2_mpa_sqrt_um: float
    k_3_mpa_sqrt_um: float
    mode_mix_deg: float
    reference_length_um: float
    overlap_share: float
    closed: bool


@dataclass(frozen=True)
class CrackGrowth:
    """The curve of one design.

    Attributes
    ----------
    skipped
        Length, um, to why the design has no such crack.
    """

    design: Design
    interface_length_um: float
    points: tuple[CrackPoint, ...]
    skipped: Mapping[float, str]

    @property
    def crack(self) -> Crack:
        assert self.design.crack is not None
        return self.design.crack

    @property
    def verdict(self) -> str:
        """Whether the design's crack grows, runs or arrests; or why that cannot be said."""
        toughness, length = self.crack.toughness_j_per_m2, self.crack.length_um
        if toughness is None:
            return "no toughness given"
        start = next((p for p in self.points if p.length_um == length), None)
        if start is None:
            return f"no crack of {length:g} um: {self.skipped.get(length, 'not among the lengths')}"
        ahead = [p for p in self.points if p.length_um >= length]
        if start.closed:
            return f"closed at {length:g} um: its faces touch, so this G cannot say"
        if start.g_max_j_per_m2 < toughness:
            return f"does not grow from {length:g} um"
        for near, far in itertools.pairwise(ahead):
            if far.closed:
                return f"grows; beyond {near.length_um:g} um its faces touch, so G cannot say"
            if far.g_max_j_per_m2 < toughness:
                return f"grows and arrests at {_crossing(near, far, toughness):.3g} um"
        last = ahead[-1].length_um
        return f"runs: G is above the toughness up to {last:g} um, the longest one asked"

    def record(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "variant": self.design.variant,
            "depth_ratio": self.design.depth_ratio,
            "interface": self.crack.interface,
            "start": self.crack.start,
            "interface_length_um": self.interface_length_um,
            "toughness_j_per_m2": self.crack.toughness_j_per_m2,
            "verdict": self.verdict,
            "points": [asdict(point) for point in self.points],
            "skipped": {f"{length:g}": why for length, why in self.skipped.items()},
        }


def solve_crack(section: CrossSection, size_factor: float | None = None) -> EnergyRelease:
    """Open the crack of a section's design, load it and measure its tip.

    ``size_factor`` overrides ``mesh.size_factor`` of the design.

    Raises
    ------
    DesignError, InputError
        The design has no crack, or is impossible.
    MeshingError, AnalysisError
        This analysis failed.
    """
    if section.crack is None or section.design.crack is None:
        raise InputError("the design has no [crack]")
    state = cracked_state(section, build_mesh(section, size_factor))
    return energy_release(state, near=section.crack.tip_um)


def cracked_state(section: CrossSection, mesh: MeshTri) -> loads.AnyStress:
    """The loaded state of a section whose mesh is opened along its boundary ``crack``."""
    assert section.design.crack is not None
    opened = open_crack(mesh, section.members(section.design.crack.sides[0]))
    model = Model(opened, region_materials(section), section.groups)
    return loads.thermal_state(section, model)


def crack_point(design: Design) -> CrackPoint:
    """Energy release rate and intensities of a design's crack; raises like :func:`solve_crack`."""
    section = build_cross_section(design)
    found = solve_crack(section)
    rough = solve_crack(section, COARSE * design.mesh.size_factor)
    assert design.crack is not None
    g, theta = found.g_j_per_m2.largest
    others = [found.g_of_intensity(theta), float(rough.g_j_per_m2.at(theta))]
    if found.g_closure_j_per_m2 is not None:
        others.append(float(found.g_closure_j_per_m2.at(theta)))
    k = found.intensity_at(theta)
    return CrackPoint(
        length_um=design.crack.length_um,
        g_j_per_m2=found.g_j_per_m2.mean,
        g_max_j_per_m2=g,
        theta_deg=theta,
        g_error_j_per_m2=max(found.domain_spread * g, *(abs(g - other) for other in others)),
        k_1_mpa_sqrt_um=float(k[0]),
        k_2_mpa_sqrt_um=float(k[1]),
        k_3_mpa_sqrt_um=float(k[2]),
        mode_mix_deg=found.mode_mix_deg(theta),
        reference_length_um=found.reference_length_um,
        overlap_share=found.opening.overlap_share(theta),
        closed=found.opening.closed(),
    )


def crack_growth(design: Design, lengths_um: Sequence[float] | None = None) -> CrackGrowth:
    """The curve of a design.

    Parameters
    ----------
    design
        Without a ``[crack]`` it gets the default one.
    lengths_um
        By default from 0.1 um, evenly in the logarithm, to nine tenths of the interface. The
        design's own length is added where the interface is as long.

    Raises
    ------
    DesignError
        When the interface does not exist, or it can have a crack of no length asked for.
    """
    design = with_crack(design)
    assert design.crack is not None
    shortest = design.replace(**{"crack.length_um": SHORTEST_UM})
    section = build_cross_section(shortest.model_copy(update={"crack": None}))
    pieces = interface_ends(section, *design.crack.sides)
    if not pieces:
        build_cross_section(design)  # says that it does not exist
    walk = pieces[0 if design.crack.start == "inner" else -1]
    total = float(np.hypot(*np.diff(walk, axis=0).T).sum())
    if lengths_um is None:
        stop = max(LONGEST_SHARE * total, SHORTEST_UM)
        asked = [float(f"{v:.3g}") for v in np.geomspace(min(SHORTEST_UM, stop / 2), stop, POINTS)]
    else:
        asked = [float(v) for v in lengths_um]
    points: list[CrackPoint] = []
    skipped: dict[float, str] = {}
    first: DesignError | None = None
    for length in sorted({*asked, design.crack.length_um}):
        try:
            points.append(crack_point(design.replace(**{"crack.length_um": length})))
        except DesignError as error:
            skipped[length] = str(error)
            first = first or error
    if not points and first is not None:
        raise first
    return CrackGrowth(design, total, tuple(points), skipped)


def with_crack(design: Design) -> Design:
    """The design, with the default crack if it has none."""
    if design.crack is not None:
        return design
    return design.replace(**{"crack.length_um": Crack().length_um})


def variants_of(design: Design) -> list[Design]:
    """No recess, the design's own depth (half if it has none of its own) and full depth."""
    depths = [0.0, design.depth_ratio if 0 < design.depth_ratio < 1 else 0.5, 1.0]
    undercut = design.pad_etch.undercut_um
    return [
        design.replace(
            **{"pad_etch.depth_ratio": d, "pad_etch.undercut_um": undercut if d else 0.0}
        )
        for d in depths
    ]


def compare_variants(
    designs: Sequence[Design], lengths_um: Sequence[float] | None = None
) -> tuple[list[CrackGrowth], dict[str, str]]:
    """Curves of designs, and why a variant has none; raises if none has one."""
    curves: list[CrackGrowth] = []
    absent: dict[str, str] = {}
    first: DesignError | None = None
    for design in designs:
        try:
            curves.append(crack_growth(design, lengths_um))
        except DesignError as error:
            absent[design.variant] = str(error)
            first = first or error
    if not curves and first is not None:
        raise first
    return curves, absent


def _crossing(near: CrackPoint, far: CrackPoint, toughness: float) -> float:
    """Length at which G falls to the toughness, linear in the logarithms."""
    g = np.log([near.g_max_j_per_m2, max(far.g_max_j_per_m2, 1e-300), toughness])
    share = (g[0] - g[2]) / (g[0] - g[1])
    a, b = np.log([near.length_um, far.length_um])
    return float(np.exp(a + share * (b - a)))


@styled
def growth_figure(curves: Sequence[CrackGrowth]) -> Figure:
    """Energy release rate and mode mix against crack length, a curve per design.

    Hollow marks: the faces overlap, so the value is not that of the body.
    """
    figure = new_figure(3.6)
    left, right = figure.subplots(1, 2, width_ratios=(1.5, 1.0))
    for k, curve in enumerate(curves):
        colour, marker = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
        length = [p.length_um for p in curve.points]
        look = {"color": colour, "linestyle": LINES[k % len(LINES)]}
        for ax, value in (
            (left, [p.g_max_j_per_m2 for p in curve.points]),
            (right, [p.mode_mix_deg for p in curve.points]),
        ):
            ax.plot(length, value, label=curve.design.variant, lw=1.4, **look)
            for p, y in zip(curve.points, value, strict=True):
                face = "white" if p.closed else colour
                ax.plot(p.length_um, y, marker, mfc=face, mec=colour)
        left.errorbar(
            length,
            [p.g_max_j_per_m2 for p in curve.points],
            [p.g_error_j_per_m2 for p in curve.points],
            fmt="none",
            ecolor=colour,
            elinewidth=0.8,
        )
    crack = curves[0].crack
    if crack.toughness_j_per_m2 is not None:
        left.axhline(crack.toughness_j_per_m2, color="#555555", lw=0.9, linestyle=(0, (4, 2)))
        left.annotate(
            "toughness",
            (1.0, crack.toughness_j_per_m2),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="bottom",
            fontsize=7.5,
        )
    left.set(xscale="log", yscale="log", xlabel="crack length (um)")
    left.set_ylabel("energy release rate G (J/m²)")
    right.set(xscale="log", xlabel="crack length (um)", ylim=(-185, 185))
    right.set_yticks([-180, -90, 0, 90, 180])
    length_um = curves[0].points[0].reference_length_um
    right.set_ylabel(f"mode mix at {length_um:g} um (deg)")
    left.legend()
    panel_title(left, 0, f"crack on {crack.interface} from its {crack.start} end")
    panel_title(right, 1, "0 opens, ±90 slides")
    shown = [p.g_max_j_per_m2 for curve in curves for p in curve.points]
    if crack.toughness_j_per_m2 is not None:
        shown.append(crack.toughness_j_per_m2)
    wide = max(shown) > 10 * min(shown)
    left.yaxis.set_major_formatter("{x:g}")
    left.yaxis.set_minor_formatter(NullFormatter() if wide else StrMethodFormatter("{x:g}"))
    for ax in (left, right):
        ax.xaxis.set_major_formatter("{x:g}")
        ax.xaxis.set_minor_formatter(NullFormatter())
    closed = any(p.closed for curve in curves for p in curve.points)
    hollow = "; hollow: the faces overlap, a contact problem whose G is another one"
    mark_state(figure, stress=False, note="elastic" + (hollow if closed else ""))
    return figure
