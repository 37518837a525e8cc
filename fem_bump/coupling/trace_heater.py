"""A trace that feeds a pad, as a heater: a fin with a resistivity that grows with its temperature.

Along a trace of width w, thickness t, cross-section A = w t, that carries I, with u = T - T_s above
the substrate and x from the pad's rim, 0, to the far end, L, where u = 0:

    k A u'' - h w u + P (1 + a u) = 0,     P = I^2 rho(T_s) / A,   a = rho' / rho at T_s,

h the heat transfer to the substrate under it, k_oxide / t_oxide for an oxide. With
y = (m L)^2 = (h w - P a) L^2 / (k A), of either sign, the heat that enters the pad is

    Q = P L / 2 f(y) - (k A / L) g(y) u(0),   f = tanh(m L / 2) / (m L / 2),   g = m L coth(m L),

linear in the rim's temperature: a film of k A g / L beside a heat P L f / 2. For y < 0 the
hyperbolic functions are circular; at y = -pi^2 the trace runs away, whatever the pad does.
Heat that spreads in the oxide beside the trace, and air above it, are left out.

H. S. Carslaw and J. C. Jaeger, Conduction of Heat in Solids (1959), section 4.10, for the wire with
such a resistivity. Units: um, degC, W/(m K), W/(m^2 K), A, W, ohm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fem_bump.errors import InputError, TooMuchCurrentError, is_number
from fem_bump.materials.material import Material

PER_UM = 1e-6  # S/m to S/um, W/(m K) to W/(um K)
PER_UM2 = 1e-12  # W/(m^2 K) to W/(um^2 K)
SLOPE_K = 10.0  # over which the resistivity is differentiated, upwards


@dataclass(frozen=True)
class TraceHeater:
    """A trace between a substrate and the rim of a pad.

    Attributes
    ----------
    length_um, width_um, thickness_um
        Of the trace.
    material
        With both conductivities; the resistivity is taken as linear from ``substrate_degc`` on.
    substrate_degc
        Of the substrate under it and at its far end.
    substrate_w_per_m2k
        Heat transfer to the substrate, over the trace's width; or
    oxide_um, oxide_w_per_mk
        thickness and conductivity of an oxide between them.

    Examples
    --------
    >>> from fem_bump import TraceHeater, materials
    >>> trace = TraceHeater(100.0, 20.0, 1.0, materials["Al-0.5Cu"], 100.0, oxide_um=1.0)
    >>> state = trace.state(0.3, rim_degc=100.0)
    >>> round(1e3 * state.power_w, 2), round(state.temperature_max_degc - 100.0, 2)
    (18.27, 6.34)
    """

    length_um: float
    width_um: float
    thickness_um: float
    material: Material
    substrate_degc: float
    substrate_w_per_m2k: float | None = None
    oxide_um: float | None = None
    oxide_w_per_mk: float = 1.4

    def __post_init__(self) -> None:
        for name in ("length_um", "width_um", "thickness_um", "oxide_um", "oxide_w_per_mk"):
            value = getattr(self, name)
            if value is None and name == "oxide_um":
                continue
            if not is_number(value) or not 0 < value < np.inf:
                raise InputError(f"{name} = {value!r} of a trace must be finite and above 0")
        if (self.substrate_w_per_m2k is None) == (self.oxide_um is None):
            raise InputError(
                "a trace needs either substrate_w_per_m2k, its heat transfer to the substrate, or "
                "oxide_um, the oxide between them"
            )
        h = self.substrate_w_per_m2k
        if h is not None and not (is_number(h) and 0 <= h < np.inf):
            raise InputError(f"substrate_w_per_m2k = {h!r} of a trace must be finite and >= 0")
        if not is_number(self.substrate_degc) or not np.isfinite(self.substrate_degc):
            raise InputError(
                f"substrate_degc = {self.substrate_degc!r} of a trace must be a finite number, degC"
            )
        for prop in ("conductivity_s_per_m", "thermal_conductivity_w_per_mk"):
            self.material.require(prop)

    @property
    def _area(self) -> float:
        return self.width_um * self.thickness_um

    @property
    def _along(self) -> float:
        """k A / L, W/K."""
        k = float(self.material.at("thermal_conductivity_w_per_mk", self.substrate_degc))
        return k * PER_UM * self._area / self.length_um

    @property
    def _down(self) -> float:
        """h w, W/(um K)."""
        if self.substrate_w_per_m2k is not None:
            return self.substrate_w_per_m2k * PER_UM2 * self.width_um
        assert self.oxide_um is not None
        return self.oxide_w_per_mk * PER_UM / self.oxide_um * self.width_um

    def _resistivity(self) -> tuple[float, float]:
        """rho, ohm um, and its relative growth, 1/K, at the substrate's temperature."""
        degc = np.array([self.substrate_degc, self.substrate_degc + SLOPE_K])
        first, second = 1 / (self.material.at("conductivity_s_per_m", degc) * PER_UM)
        return float(first), float((second / first - 1) / SLOPE_K)

    def _square(self, current_a: float) -> tuple[float, float, float]:
        """y, P in W/um, and a in 1/K."""
        rho, growth = self._resistivity()
        per_um = current_a**2 * rho / self._area
        down = self._down - per_um * growth
        return down * self.length_um / self._along, per_um, growth

    @property
    def runaway_a(self) -> float:
        """Current at which the trace has no steady temperature, whatever the pad's."""
        rho, growth = self._resistivity()
        if growth <= 0:
            return np.inf
        most = (self._down + np.pi**2 * self._along / self.length_um) / growth
        return float(np.sqrt(most * self._area / rho))

    def entry(self, current_a: float) -> tuple[float, float]:
        """Heat that enters a rim at the substrate's temperature, W, and by how much less per K.

        Raises
        ------
        InputError
            For a current at which the trace runs away.
        """
        if not abs(current_a) < self.runaway_a:
            raise TooMuchCurrentError(
                f"{stated(current_a)} is more than the trace bears: no steady temperature exists "
                f"in it above {self.runaway_a:.4g} A"
            )
        y, per_um, _ = self._square(current_a)
        return per_um * self.length_um / 2 * _f(y), self._along * _g(y)

    def melts(self, state: TraceState) -> bool:
        """Whether it is above its solidus."""
        return state.temperature_max_degc > (self.material.solidus_degc or np.inf)

    def state(self, current_a: float, rim_degc: float) -> TraceState:
        """What the trace does beside a rim at a temperature."""
        heat, per_k = self.entry(current_a)
        y, per_um, growth = self._square(current_a)
        rho, _ = self._resistivity()
        rim_k = rim_degc - self.substrate_degc
        x, weights = np.polynomial.legendre.leggauss(200)
        x = np.concatenate([[0.0], (x + 1) / 2])
        profile = rim_k * _s(1 - x, y) + per_um * self.length_um / self._along * _p(x, y)
        mean = float(profile[1:] @ weights) / 2
        hottest = int(profile.argmax())
        return TraceState(
            heat_into_pad_w=heat - per_k * rim_k,
            rim_degc=rim_degc,
            temperature_max_degc=self.substrate_degc + float(profile[hottest]),
            hottest_at_um=self.length_um * float(x[hottest]),
            power_w=per_um * self.length_um * (1 + growth * mean),
            resistance_ohm=rho * self.length_um / self._area * (1 + growth * mean),
            heat_to_substrate_w=self._down * self.length_um * mean,
        )


@dataclass(frozen=True)
class TraceState:
    """A trace that heats a pad.

    Attributes
    ----------
    heat_into_pad_w, rim_degc
        Heat that enters the pad at its rim, and the temperature there.
    temperature_max_degc, hottest_at_um
        Of the trace, and how far from the rim.
    power_w, resistance_ohm
        What it dissipates.
    heat_to_substrate_w
        Of that, what leaves through what lies under it; the rest leaves at its far end.
    """

    heat_into_pad_w: float
    rim_degc: float
    temperature_max_degc: float
    hottest_at_um: float
    power_w: float
    resistance_ohm: float
    heat_to_substrate_w: float


def stated(current_a: float) -> str:
    """A current that is compared with a largest one, whichever way it flows."""
    field = "current_a" if current_a >= 0 else "|current_a|"
    return f"{field} = {abs(current_a):g} A"


def _root(y: float) -> complex:
    """m L, imaginary for y < 0; never 0."""
    return complex(np.sqrt(complex(y if abs(y) > 1e-8 else 1e-8)))


def _f(y: float) -> float:
    """tanh(m L / 2) / (m L / 2)."""
    half = _root(y) / 2
    return float((np.tanh(half) / half).real)


def _g(y: float) -> float:
    """m L coth(m L)."""
    root = _root(y)
    return float((root / np.tanh(root)).real)


def _s(x: np.ndarray, y: float) -> np.ndarray:
    """sinh(m L x) / sinh(m L), x from 0 to 1."""
    root = _root(y)
    return np.asarray(
        (np.exp(root * (x - 1)) * -np.expm1(-2 * root * x) / -np.expm1(-2 * root)).real
    )


def _p(x: np.ndarray, y: float) -> np.ndarray:
    """(1 - s(x) - s(1 - x)) / y, the rise between two cold ends: x (1 - x) / 2 for y = 0."""
    if abs(y) < 1e-4:
        return np.asarray(x * (1 - x) / 2)
    return (1 - _s(x, y) - _s(1 - x, y)) / y
