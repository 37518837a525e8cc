"""A thin pad on a contact that has another film on a disc off its centre: two-centre series.

As in :mod:`~fem_bump.verification.conduction.annular_contact`, but the film of resistivity r1 lies
on a disc of radius b around a point at distance c from the axis. With transfer lengths L1, L0 and
polar coordinates r, theta around the axis and rho, alpha around the film's centre (theta = alpha =
0 through it), the potential of the sheet is

    sum of A_k I_k(rho / L1) cos k alpha                            in the disc,
    sum of B_k I_k(r / L0) cos k theta + C_k K_k(rho / L0) cos k alpha      beside it,

and the same with sines. Graf's addition theorems carry each family to the other centre,

    I_m(r) e^(i m theta)   = sum over p of I_(m-p)(c) I_p(rho) e^(i p alpha),
    K_k(rho) e^(i k alpha) = sum over m of I_(m-k)(c) K_m(r) e^(i m theta),   r > c,

so that value and slope at the disc's edge and the current that enters at the rim are linear
equations for the coefficients; these converge geometrically.

G. N. Watson, A Treatise on the Theory of Bessel Functions (1944), 11.3. What a pad of finite
thickness adds is of order (t / L)^2.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import iv, ivp, kv, kvp

from fem_bump.algebra.quadrature import unit_gauss
from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.conduction.off_centre_films import OffCentreFilm
from fem_bump.interfaces.angular_windows import weights_of
from fem_bump.materials import Material
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import Row, compared, observed_order, vanishing

NAME = "contact with a film off the centre"
SOURCE = "sheet with distributed contact, two-centre series of modified Bessel functions"
RADIUS_UM, DISC_UM, OFFSET_UM, BASE_UM, CURRENT_A = 20.0, 5.0, 9.0, 2.0, 0.1
PAD, BASE = 2e7, 2e11  # S/m; the base is as good as an equipotential
LENGTH_UM = 10.0  # transfer length beside the film
HALF_ANGLE_DEG = 25.0  # of the arc that feeds it from a side
WINDOW_UM, ARC_DEG = 2.0, 20.0
# of densities: name, middle of the arc against the film's, outer radius of the ring, tolerance
WINDOWS = (("at the rim", 40.0, RADIUS_UM, 2e-3), ("across the film's edge", 28.0, 10.0, 5e-3))
ORDERS, TAIL_TERMS = 40, 20_000


@dataclass(frozen=True)
class Sheet:
    """The exact potential, in the disc's own frame.

    Attributes
    ----------
    cosine, sine
        Coefficients A, B, C, each (orders,).
    """

    ratio: float
    cosine: np.ndarray
    sine: np.ndarray

    def potential(self, r: np.ndarray, theta: np.ndarray) -> np.ndarray:
        """At points; angles in the disc's frame, radians."""
        x, y = r * np.cos(theta) - OFFSET_UM, r * np.sin(theta)
        rho, alpha = np.hypot(x, y), np.arctan2(y, x)
        return np.where(rho < DISC_UM, self._within(rho, alpha), self._beside(r, theta, rho, alpha))

    def _within(self, rho: np.ndarray, alpha: np.ndarray) -> np.ndarray:
        within, out = LENGTH_UM * np.sqrt(self.ratio), np.zeros_like(rho)
        rho = np.minimum(rho, DISC_UM)
        for k in range(ORDERS):
            near = iv(k, rho / within) / iv(k, DISC_UM / within)
            out += self.cosine[0][k] * near * np.cos(k * alpha)
            out += self.sine[0][k] * near * np.sin(k * alpha)
        return out

    def _beside(
        self, r: np.ndarray, theta: np.ndarray, rho: np.ndarray, alpha: np.ndarray
    ) -> np.ndarray:
        out, rho = np.zeros_like(r), np.maximum(rho, DISC_UM)
        for k in range(ORDERS):
            near, far = _regular(k, r) / _regular(k, RADIUS_UM), kv(k, rho / LENGTH_UM)
            far = far / kv(k, DISC_UM / LENGTH_UM)
            for (_, b, c), wave in ((self.cosine, np.cos), (self.sine, np.sin)):
                out += b[k] * near * wave(k * theta) + c[k] * far * wave(k * alpha)
        return out

    def share(self, sheet: float) -> float:
        """Share of the current that passes the disc; ``sheet`` is the pad's conductance, S."""
        within = LENGTH_UM * np.sqrt(self.ratio)
        x = DISC_UM / within
        slope = self.cosine[0][0] * iv(1, x) / iv(0, x) / within
        return float(2 * np.pi * DISC_UM * sheet * slope / CURRENT_A)


def _regular(k: int, r: np.ndarray | float) -> np.ndarray:
    return iv(k, np.asarray(r) / LENGTH_UM)


def exact(
    ratio: float, thickness_um: float, half_angle_deg: float = 180.0, azimuth_deg: float = 0.0
) -> tuple[float, Sheet]:
    """Resistance, ohm, and the potential.

    ``ratio`` is the resistivity in the disc over that beside it; ``azimuth_deg`` is the disc's
    direction against the middle of the arc that feeds the pad.
    """
    conductance = PAD * 1e-6 * thickness_um
    n, p, turn = np.arange(TAIL_TERMS), np.radians(half_angle_deg), np.radians(azimuth_deg)
    mean = np.sinc(n * p / np.pi)  # of cos(n theta) over the arc
    entering = np.where(n == 0, 1.0, 2.0) * mean * CURRENT_A / (2 * np.pi * RADIUS_UM)
    seen = np.cos(n * turn), -np.sin(n * turn)  # the arc's middle in the disc's frame
    slopes = [entering[:ORDERS] * part[:ORDERS] / conductance for part in seen]
    found = Sheet(ratio, _family(ratio, slopes[0], False), _family(ratio, slopes[1], True))
    volt = (seen[0] * mean)[:ORDERS] @ _at_rim(found.cosine, False)
    volt += (seen[1] * mean)[:ORDERS] @ _at_rim(found.sine, True)
    # the disc is not seen in what varies faster: I_n / I_n' alone, for large n
    x = RADIUS_UM / LENGTH_UM
    rest = entering / conductance * LENGTH_UM * x / np.sqrt(n**2 + x**2) * mean
    return float(volt + rest[ORDERS:].sum()) / CURRENT_A, found


def _moved(k: np.ndarray, sines: bool) -> np.ndarray:
    """(orders, orders) factors that carry functions of one centre to the other."""
    sign, c = -1.0 if sines else 1.0, OFFSET_UM / LENGTH_UM
    out = iv(k[:, None] - k, c) + sign * iv(k[:, None] + k, c)
    out[:, 0] /= 2
    return out


def _family(ratio: float, slope: np.ndarray, sines: bool) -> np.ndarray:
    """(3, orders) coefficients from the potential's slope at the rim, V/um."""
    k, within = np.arange(ORDERS), LENGTH_UM * np.sqrt(ratio)
    moved, one = _moved(k, sines), np.eye(ORDERS)
    edge, inside, rim = DISC_UM / LENGTH_UM, DISC_UM / within, RADIUS_UM / LENGTH_UM
    regular = moved / iv(k, rim)[:, None]
    decaying = moved / kv(k, edge)[:, None]
    system = np.block(
        [
            [one, -(regular * iv(k, edge)).T, -one],
            [
                np.diag(ivp(k, inside) / within / iv(k, inside)),
                -(regular * ivp(k, edge)).T / LENGTH_UM,
                -np.diag(kvp(k, edge) / kv(k, edge)) / LENGTH_UM,
            ],
            [
                np.zeros_like(one),
                np.diag(ivp(k, rim) / iv(k, rim)) / LENGTH_UM,
                (decaying * kvp(k, rim)).T / LENGTH_UM,
            ],
        ]
    )
    right = np.concatenate([np.zeros(2 * ORDERS), slope])
    kept = np.tile(k > 0, 3) if sines else np.ones(3 * ORDERS, dtype=bool)
    out = np.zeros(3 * ORDERS)
    out[kept] = np.linalg.solve(system[np.ix_(kept, kept)], right[kept])
    return out.reshape(3, ORDERS)


def _at_rim(coefficients: np.ndarray, sines: bool) -> np.ndarray:
    """(orders,) harmonics of the potential at the rim."""
    k, rim, edge = np.arange(ORDERS), RADIUS_UM / LENGTH_UM, DISC_UM / LENGTH_UM
    _, near, far = coefficients
    return near + (far / kv(k, edge)) @ _moved(k, sines) * kv(k, rim)


def window_mean(
    found: Sheet, thickness_um: float, azimuth_deg: float, theta_deg: float, outer_um: float
) -> float:
    """Exact mean of the density over a ring's arc around an angle, A/um^2."""
    x, w = unit_gauss(12)
    low, high = np.radians(theta_deg - azimuth_deg + ARC_DEG / 2 * np.array([-1, 1]))
    through = 0.0
    for r, weight in zip(outer_um - WINDOW_UM * x, w, strict=True):
        # the density jumps where the circle meets the disc's edge
        cosine = (r**2 + OFFSET_UM**2 - DISC_UM**2) / (2 * r * OFFSET_UM)
        edge = np.arccos(np.clip(cosine, -1, 1))
        cuts = np.unique(np.clip([low, -edge, edge, high], low, high))
        for start, stop in pairwise(cuts.tolist()):
            theta = start + (stop - start) * x
            film = found.ratio if np.abs(theta).max() < edge else 1.0
            volt = found.potential(np.full_like(theta, r), theta)
            through += weight * r * (stop - start) * float(w @ volt) / film
    resistivity = LENGTH_UM**2 / (PAD * 1e-6 * thickness_um)
    return through / ((outer_um - WINDOW_UM / 2) * (high - low) * resistivity)


def solve(
    ratio: float | None,
    thickness_um: float,
    half_angle_deg: float = 180.0,
    azimuth_deg: float = 0.0,
    cells: int = 20,
) -> CurrentFlow:
    """The pad, graded towards its rim; without a ratio there is no film."""
    r = graded(0.0, RADIUS_UM, RADIUS_UM / cells / 6, 1.1, "stop")
    top = BASE_UM + thickness_um
    mesh = grid(
        r,
        np.concatenate([[0.0], np.linspace(BASE_UM, top, 4)]),
        {"base": (0, RADIUS_UM, 0, BASE_UM), "pad": (0, RADIUS_UM, BASE_UM, top)},
        interiors={"rim": (RADIUS_UM, RADIUS_UM, BASE_UM, top)},
    )
    materials = {
        "pad": Material("pad", 1e5, 0.3, 1e-5, PAD),
        "base": Material("base", 1e5, 0.3, 1e-5, BASE, idealized=True),
    }
    resistivity = LENGTH_UM**2 / (PAD * 1e-6 * thickness_um) * 1e-12
    films = []
    if ratio is not None:
        films = [OffCentreFilm("base/pad", DISC_UM, OFFSET_UM, ratio * resistivity, azimuth_deg)]
    return current_flow(
        Model(mesh, materials),
        CURRENT_A,
        source="rim",
        sink="bottom",
        source_kind="flux",
        source_half_angle_deg=half_angle_deg,
        contact_resistivity_ohm_m2={"base/pad": resistivity},
        off_centre_films=films,
        accuracy=1e-4,
    )


def rows(thickness_um: float = 0.2, cells: int = 20) -> list[Row]:
    """Fed all around and from a side: resistance, share through the film, density at the rim.

    And what must be: a film like that beside it changes nothing; order in the pad's thickness.
    """
    out = []
    sheet, ratio = PAD * 1e-6 * thickness_um, 100.0
    for half, azimuth in ((180.0, 0.0), *((HALF_ANGLE_DEG, turn) for turn in (0.0, 90.0, 180.0))):
        flow = solve(ratio, thickness_um, half, azimuth, cells)
        ohm, known = exact(ratio, thickness_um, half, azimuth)
        found = [
            ("resistance", "ohm", flow.resistance_ohm, ohm, 1e-3),
            ("share through the film", "1", share(flow), known.share(sheet), 1e-3),
        ]
        for what, middle, outer, limit in WINDOWS:
            place = azimuth + middle, outer
            mean = window_mean(known, thickness_um, azimuth, *place)
            found.append((f"mean density {what}", "A/um^2", density(flow, *place), mean, limit))
        fed = "fed all around" if half == 180.0 else f"film at {azimuth:g} deg to the arc"
        for quantity, unit, computed, true, limit in found:
            out.append(compared(NAME, f"{quantity}, {fed}", unit, computed, true, limit, SOURCE))
    alike = solve(1.0, thickness_um, HALF_ANGLE_DEG, 90.0, cells)
    plain = solve(None, thickness_um, HALF_ANGLE_DEG, 90.0, cells)
    changed = alike.resistance_ohm - plain.resistance_ohm
    what, why = "resistance changed by a film like that beside it", "nothing couples"
    out.append(vanishing(NAME, what, "ohm", changed, plain.resistance_ohm, 1e-10, why))
    thick = (0.4, 0.2)
    wrong = [
        abs(solve(ratio, t, cells=cells).resistance_ohm / exact(ratio, t)[0] - 1) for t in thick
    ]
    what, why = "order in the pad's thickness", "sheet theory leaves (t / L)^2"
    out.append(observed_order(NAME, what, wrong, thick, 2.0, 0.1, why))
    return out


def share(flow: CurrentFlow) -> float:
    """Of the current, that passes the film."""
    return flow.films[0].current_a / CURRENT_A


def density(flow: CurrentFlow, theta_deg: float, outer_um: float) -> float:
    """Computed mean of the density over a ring's arc around an angle, A/um^2."""
    contact = flow.interface("base", "pad")
    turn = theta_deg - ARC_DEG / 2, theta_deg + ARC_DEG / 2
    around = contact.mean_over(turn, contact.above.most).values
    return float((weights_of(contact.line, outer_um - WINDOW_UM, outer_um) * around).sum())
