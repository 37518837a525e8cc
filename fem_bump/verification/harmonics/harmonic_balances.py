"""What must balance in every harmonic, whatever the mesh.

With J_theta going with sin n theta, the amplitudes of harmonic n obey, for any smooth v(r, z),

    integral of v J.n over the outline = integral of J_r v,r + J_z v,z - n J_theta v / r.

v = 1 says that the current which enters a body through its outline spreads around the axis, n
J_theta / r = s n^2 phi / r^2. It is exact for finite elements on a body that does not reach the
axis: the bonded rings of :mod:`fem_bump.verification.conduction.arc_fed_rings`. On the axis phi is
zero, so there v has to be zero as well, and v = r is the balance on the recessed pad of
:mod:`fem_bump.verification.balances`, fed from a side. Only harmonic 0 carries net current.

The same pad is sheared: the force and the moment on the solder's top cross all lower interfaces of
UBM and solder together.
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.quadrature import facet_mass
from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification import balances
from fem_bump.verification.balances import CONTACT, CURRENT_A, LOWER
from fem_bump.verification.conduction import arc_fed_rings
from fem_bump.verification.row import Row, compared, vanishing

NAME = "balances of harmonics on a recessed pad"
RINGS = "balances of harmonics on bonded rings"
SOURCE = "equilibrium and continuity"
HALF_ANGLE_DEG, RIM_UM, SHIFT_UM = 20.0, 6.0, 0.05
PLACES_UM = np.array([[2.5, 4.2, 5.0], [3.2, 5.5, 3.4]])


def feed(model: Model, half_angle_deg: float = HALF_ANGLE_DEG, count: int = 1) -> CurrentFlow:
    """From arcs of the pad's rim to the solder's top, through a resistive contact on the pad."""
    return current_flow(
        model,
        CURRENT_A,
        source="pad_rim",
        sink="top",
        source_kind="flux",
        contact_resistivity_ohm_m2={"ubm/pad": CONTACT},
        source_half_angle_deg=half_angle_deg,
        source_count=count,
    )


def shear(model: Model, delta_t: float = -192.0) -> ThermalStress:
    """The cooled body with its top shifted against its underside."""
    return thermal_stress(
        model,
        delta_t=delta_t,
        stress_free_degc=217.0,
        fixed={"bottom": "z"},
        tied={"right": "r"},
        lateral_shift_um={"bottom": 0.0, "top": SHIFT_UM},
    )


def integrated(line, values: np.ndarray, per_area=1.0) -> np.ndarray:
    """Integral of a density (..., m, 3) times nodal values (3, m) over an interface, 2 pi r."""
    mass = facet_mass(line.model.node_points_um[:, line.nodes])
    given = np.broadcast_to(per_area, line.nodes.shape).T
    return np.einsum("...mi,mij,mj->...", values, mass, given)


def leaving(found: CurrentFlow, region: str) -> np.ndarray:
    """(k,) integral of n J_theta / r over a region, A, per harmonic."""
    element, x, y, volume, r = _quadrature(found, region)
    return found.numbers * (found.amplitude_at(element, x, y)[:, 1] @ (volume / r))


def first_moment(found: CurrentFlow, region: str) -> np.ndarray:
    """(k,) integral of J_r - n J_theta over a region, A um, per harmonic."""
    element, x, y, volume, _ = _quadrature(found, region)
    j = found.amplitude_at(element, x, y)
    return (j[:, 0] - found.numbers[:, None] * j[:, 1]) @ volume


def dissipation_w(found: CurrentFlow) -> np.ndarray:
    """(k,) power of each harmonic in the bulk: J^2 / s, for n >= 1 halved by cos^2 and sin^2."""
    total = np.zeros(len(found.numbers))
    for region in found.model.regions:
        element, x, y, volume, _ = _quadrature(found, region)
        s = found.conductivity_s_per_m[element, 0] * 1e-6
        total += (found.amplitude_at(element, x, y) ** 2).sum(axis=1) @ (volume / s)
    return np.where(found.numbers == 0, total, total / 2)


def _quadrature(found: CurrentFlow, region: str) -> tuple[np.ndarray, ...]:
    model = found.model
    element, x, y, volume = model.quadrature_of(model.elements(region))
    return element, x, y, volume, model.position_um(element, x, y)[0]


def crossing(found: ThermalStress) -> tuple[float, float, float]:
    """Force in x and moment about y (through the top's height) over the lower interfaces; scale.

    Both act from UBM and solder on what lies below.
    """
    model = found.model
    height = model.points_um[1].max()
    force = moment = scale = 0.0
    for region in LOWER:
        cut = found.interface("joint", region)
        r, z = model.node_points_um[:, cut.line.nodes]
        t_r, t_t, t_z = cut.amplitudes[1]
        sideways = (t_r - t_t) / 2  # x = r cos - t sin, each of mean square one half
        force += float(integrated(cut.line, sideways))
        moment += float(integrated(cut.line, sideways, z - height))
        moment -= float(integrated(cut.line, t_z, r)) / 2
        scale += float(integrated(cut.line, np.abs(sideways)))
    return force, moment, scale


def _ring_rows(cells: int) -> list[Row]:
    found = arc_fed_rings.solve(cells)
    source = found.harmonics.source_a
    bond = found.interface("inner", "outer")
    numbers = found.numbers
    k = len(source)
    through = integrated(bond.line, bond.amplitudes[:k])
    lost = source - through - leaving(found, "outer")[:k]
    dissipated = dissipation_w(found)
    apart = found.harmonics.power_w - dissipated[:k]
    regions = sum(found.power_by_region_w.values()) - dissipated.sum()
    what = "dissipation of the regions less that of the harmonics"
    out = [vanishing(RINGS, what, "W", regions, dissipated.sum(), 1e-9, SOURCE)]
    for quantity, unit, value, scale in (
        ("current from the rim lost in the outer ring", "A", lost, source),
        ("power less dissipation", "W", apart, found.harmonics.power_w),
    ):
        worst = int(np.abs(value / scale).argmax())
        for k in sorted({0, 1, 2, worst}):
            most = ", the worst of all" if k == worst else ""
            what = f"{quantity}, harmonic {numbers[k]}{most}"
            out.append(vanishing(RINGS, what, unit, value[k], scale[k], 1e-9, SOURCE))
    return out


def _feed_rows(model: Model) -> list[Row]:
    found = feed(model)
    into, out_of = found.interface("ubm", "pad"), found.interface("bump", "ubm")
    entering, leaving_ubm = (
        integrated(cut.line, cut.amplitudes, model.node_points_um[0, cut.line.nodes])
        for cut in (into, out_of)
    )
    lost = entering - leaving_ubm + first_moment(found, "ubm")
    scale = np.abs(found.arcs.source_factor(found.numbers)) * CURRENT_A * RIM_UM
    worst = int(np.abs(lost / scale).argmax())
    out = []
    for k in sorted({0, 1, 2, worst}):
        most = ", the worst of all" if k == worst else ""
        what = f"first moment of current lost in the UBM, harmonic {found.numbers[k]}{most}"
        out.append(vanishing(NAME, what, "A um", lost[k], scale[k], 1e-9, SOURCE))
    turns = 2 * len(found.numbers) + 1
    around = [out_of.at(360.0 * k / turns).net_current_a for k in range(turns)]
    what = "current into the solder, mean over the angle"
    out.append(compared(NAME, what, "A", float(np.mean(around)), CURRENT_A, 1e-9, SOURCE))
    j = [found.current_density(PLACES_UM, theta_deg=turn) for turn in (-35.0, 35.0)]
    return [*out, _mirror("J", "A/um^2", *j)]


def _shear_rows(model: Model) -> list[Row]:
    found = shear(model)
    force, moment, size = crossing(found)
    top, turning = found.reaction_un("top"), found.moment_un_um("top")
    height = float(model.points_um[1].max())
    out = [
        vanishing(NAME, quantity, unit, value, scale, 1e-9, SOURCE)
        for quantity, unit, value, scale in (
            ("shear force over UBM and solder", "uN", force - top, size),
            ("moment over UBM and solder", "uN um", moment - turning, size * height),
            ("shear force on the two ends", "uN", top + found.reaction_un("bottom"), size),
        )
    ]
    # across the shift, cosines vanish: what is left is the cool-down
    across, cooled = (
        found.stress(PLACES_UM, theta_deg=90.0)[:4],
        balances.cool(model).stress(PLACES_UM),
    )
    apart, largest = np.abs(across - cooled).max(), np.abs(cooled).max()
    what = "stress at 90 deg less that of the cool-down"
    out.append(vanishing(NAME, what, "MPa", apart, largest, 1e-9, "superposition"))
    u = [found.displacement(PLACES_UM, turn) for turn in (-35.0, 35.0)]
    return [*out, _mirror("displacement", "um", *u)]


def _mirror(quantity: str, unit: str, left: np.ndarray, right: np.ndarray) -> Row:
    apart = np.abs(left - right * np.array([[1.0], [-1.0], [1.0]])).max()
    largest = np.abs(right).max()
    what = f"{quantity} at -35 deg against the mirror image of 35 deg"
    return vanishing(NAME, what, unit, apart, largest, 1e-12, "symmetry")


def rows(parts: int = 3, cells: int = 8) -> list[Row]:
    """Current of each harmonic, net current, mirror images; shear force and moment."""
    model = balances.build(parts)
    return [*_ring_rows(cells), *_feed_rows(model), *_shear_rows(model)]
