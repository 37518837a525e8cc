"""Growth of the intermetallic layer between solder and UBM, and the metal that it uses up.

Diffusion through the layer limits it, so that it thickens as

    x^2 = x0^2 + k(T) t,    k(T) = k_ref exp[ -(Ea / R) (1 / T - 1 / T_ref) ].

Mass balance: a compound M_a Sn_b of molar volume V takes a V_M / V of the metal's thickness for
each of its own; the rest of its volume is tin's. Solid state only: in a reflow copper dissolves
besides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from fem_bump.errors import InputError
from fem_bump.life.black import KELVIN
from groundwork.user_text import toml_of

GAS_J_PER_MOL_K = 8.314462618
KJ_PER_MOL_OF_EV = 96.48533212
TIN_G_PER_MOL = 118.710
METALS = {"Cu": (63.546, 8.96), "Ni": (58.6934, 8.908)}  # g/mol, g/cm3


@dataclass(frozen=True)
class Compound:
    """An intermetallic: the metal in it, its formula and its density."""

    name: str
    metal: str
    metal_atoms: int
    tin_atoms: int
    density_g_per_cm3: float
    source: str
    verified: bool

    @property
    def molar_volume_cm3(self) -> float:
        metal, _ = METALS[self.metal]
        mass = self.metal_atoms * metal + self.tin_atoms * TIN_G_PER_MOL
        return mass / self.density_g_per_cm3

    @property
    def metal_share(self) -> float:
        """Thickness of metal that is used up, over that of the layer."""
        mass, density = METALS[self.metal]
        return self.metal_atoms * mass / density / self.molar_volume_cm3


@dataclass(frozen=True)
class Growth:
    """How fast a layer grows.

    Attributes
    ----------
    rate_um2_per_s
        k at `rate_degc`, um^2/s.
    activation_kj_per_mol
        Of k, not of its root.
    shares
        Least and largest thickness of metal used up over that of the layer: of its compounds.
    between_degc
        Where it was measured; None: not said.
    """

    rate_um2_per_s: float
    rate_degc: float
    activation_kj_per_mol: float
    shares: tuple[float, float]
    between_degc: tuple[float, float] | None = None
    source: str = "user"
    verified: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.rate_um2_per_s) and self.rate_um2_per_s > 0):
            raise InputError(f"rate_um2_per_s = {self.rate_um2_per_s:g} must be above 0 and finite")
        if not (math.isfinite(self.activation_kj_per_mol) and self.activation_kj_per_mol >= 0):
            said = f"activation_kj_per_mol = {self.activation_kj_per_mol:g}"
            raise InputError(f"{said} must be at least 0 and finite")
        low, high = self.shares
        if not 0 < low <= high < 1:
            raise InputError(f"shares of metal {low:g} to {high:g} must be between 0 and 1")

    def rate_at(self, degc: float) -> float:
        """k at a temperature, um^2/s."""
        if not degc > -KELVIN:
            raise InputError(f"temperature {degc:g} degC must be above {-KELVIN:g}")
        colder = 1 / (degc + KELVIN) - 1 / (self.rate_degc + KELVIN)
        return self.rate_um2_per_s * math.exp(
            -1e3 * self.activation_kj_per_mol / GAS_J_PER_MOL_K * colder
        )

    def thickness_um(self, hours: float, degc: float, start_um: float = 0.0) -> float:
        """The layer after a time at a temperature, from a thickness to begin with."""
        if not (hours >= 0 and start_um >= 0):
            raise InputError(f"hours = {hours:g} and start_um = {start_um:g} must be at least 0")
        return math.sqrt(start_um**2 + 3600 * hours * self.rate_at(degc))

    def used_up_um(self, hours: float, degc: float, start_um: float = 0.0) -> tuple[float, float]:
        """Metal that is used up meanwhile, um, for the compound that takes least and most."""
        grown = self.thickness_um(hours, degc, start_um) - start_um
        return self.shares[0] * grown, self.shares[1] * grown

    def hours_until_gone(
        self, metal_um: float, degc: float, start_um: float = 0.0
    ) -> tuple[float, float]:
        """When a metal layer is used up, h: the earliest and the latest of the compounds."""
        if not (metal_um > 0 and start_um >= 0):
            raise InputError(
                f"metal_um = {metal_um:g} must be above 0 and start_um = {start_um:g} at least 0"
            )
        grown = [start_um + metal_um / share for share in reversed(self.shares)]
        early, late = ((one**2 - start_um**2) / self.rate_at(degc) / 3600 for one in grown)
        return early, late


@cache
def _data() -> dict[str, Any]:
    file = resources.files("fem_bump.life").joinpath("data").joinpath("intermetallics.toml")
    return toml_of(file.read_bytes())


def compounds() -> Mapping[str, Compound]:
    """Compounds that are known, by formula."""
    return {name: Compound(name, **data) for name, data in _data()["compounds"].items()}


def known_growth(metal: str) -> Growth | None:
    """Growth on a metal under tin with a source that was read; None where none was."""
    data = _data()["growth"].get(metal)
    if data is None:
        return None
    low, high = data["between_degc"]
    return Growth(
        data["rate_um2_per_s"], data["rate_degc"], data["activation_kj_per_mol"],
        shares_of(data["compounds"]), (low, high), data["source"], data["verified"],
    )  # fmt: skip


def shares_of(names: list[str]) -> tuple[float, float]:
    """Least and largest share of metal among compounds.

    Raises
    ------
    InputError
        For one that is not known.
    """
    known = compounds()
    for name in names:
        if name not in known:
            raise InputError(f"compound '{name}' is none of {', '.join(known)}")
    found = sorted(known[name].metal_share for name in names)
    return found[0], found[-1]


def compounds_on(metal: str) -> list[str]:
    """Names of the compounds that a metal makes with tin."""
    return [name for name, one in compounds().items() if one.metal == metal]
