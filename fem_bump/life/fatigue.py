"""Life of solder in thermal cycling, by laws that hold with their own creep law and layer only.

Work and strain of a cycle depend on the constitutive law, and at an interface on the layer over
which they are averaged: constants that were correlated with one law and one thickness say nothing
with another. Here they refuse it. What is left is good to a factor of two at best (Darveaux: 25 %
between designs, two in absolute terms, seven if the model is made in another way), so that cycles
come as a band and designs are better compared by ratio.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from fem_bump.errors import InputError
from fem_bump.laws import Anand
from fem_bump.laws.kind import Law
from fem_bump.life.black import KELVIN
from groundwork.user_text import toml_of

MPA_PER_PSI = 6.894757e-3
M_PER_INCH, UM_PER_MIL = 0.0254, 25.4
BAND = 2.0
SAME_CONSTANT, SAME_LAYER = 0.01, 0.02  # relative differences that are rounding


class Cycles(NamedTuple):
    """Cycles with the band that is the best such a law is good for."""

    value: float
    low: float
    high: float


def _band(cycles: float) -> Cycles:
    return Cycles(cycles, cycles / BAND, BAND * cycles)


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not (math.isfinite(value) and value > 0):
            raise InputError(f"{name} = {value:g} must be above 0 and finite")


@cache
def _data() -> dict[str, Any]:
    file = resources.files("fem_bump.life").joinpath("data").joinpath("fatigue.toml")
    return toml_of(file.read_bytes())


def _named(what: str, name: str, known: Mapping[str, Any]) -> Any:
    if name not in known:
        raise InputError(f"'{name}' is no {what}; there are {', '.join(map(repr, known))}")
    return known[name]


def _check_law(name: str, given: Law, kind: str, constants: Mapping[str, float]) -> None:
    """Refuse a creep law other than the one with which a life law was correlated; it may yield."""
    creeping = [part for part in given.parts if part.kind.creeps]
    part = creeping[0] if len(creeping) == 1 else None
    if part is None or part.kind.name != kind:
        raise InputError(f"'{name}' holds with the creep law {kind} only, not with {given.name}")
    other = next((k for k, v in constants.items() if not _agree(part.values.get(k), v)), None)
    if other is not None:
        raise InputError(
            f"'{name}' holds with {kind} of {other} = {constants[other]:g}, not with "
            f"{part.values.get(other)}"
        )


def _agree(given: object, value: float) -> bool:
    return isinstance(given, int | float) and abs(given - value) <= SAME_CONSTANT * abs(value)


def fatigue_sets(law: str) -> tuple[str, ...]:
    """Names of the sets of constants of ``Darveaux`` or ``Syed``.

    Examples
    --------
    >>> from fem_bump.life.fatigue import fatigue_sets
    >>> fatigue_sets("Syed")
    ('SAC387, double power', 'SAC387, hyperbolic sine')
    """
    data = _data()
    tables = (data["darveaux"], data["darveaux_si"]) if law == "Darveaux" else (data["syed"],)
    return tuple(name for table in tables for name in table["sets"])


# ---------------------------------------------------------------------------- Darveaux


@dataclass(frozen=True)
class Darveaux:
    """Cycles to a crack, and its growth: N0 = k1 dW^k2, da/dN = k3 dW^k4, dW in MPa, da in m.

    Attributes
    ----------
    layer_um
        Of the mean; None: its source does not say it.
    anand
        The published set of Anand's law with which it holds.
    free_share
        Of the life none fail before.
    paths_um
        From and to which a crack crosses the joints that the constants are from.
    """

    name: str
    k1: float
    k2: float
    k3: float
    k4: float
    layer_um: float | None
    anand: str
    source: str
    verified: bool
    free_share: float
    paths_um: tuple[float, float]

    def outside(self, path_um: float) -> str:
        """What keeps a joint from being one of those that the constants are from, or nothing."""
        low, high = self.paths_um
        why = []
        if not low <= path_um <= high:
            why.append(
                f"are of joints in which a crack crosses {low:g} to {high:g} um, other than here"
            )
        if self.layer_um is None:
            why.append("do not say over which layer of solder the work is to be averaged")
        if not why:
            return ""
        return (
            f"the constants '{self.name}' {', and '.join(why)}: they rank designs, their cycles "
            "predict nothing"
        )

    def check(self, law: Law, layer_um: float) -> None:
        """Refuse another creep law, or a mean over another layer.

        Raises
        ------
        InputError
            In one sentence.
        """
        _positive(layer_um=layer_um)
        (part,) = Anand.of_set(self.anand).parts
        numbers = {k: float(v) for k, v in part.values.items() if isinstance(v, int | float)}
        _check_law(self.name, law, "Anand", numbers)
        known = self.layer_um
        if known is not None and abs(layer_um - known) > SAME_LAYER * known:
            raise InputError(
                f"'{self.name}' holds for a mean over {known:g} um of solder, not over "
                f"{layer_um:g} um"
            )

    def initiation(self, work_mpa: float) -> float:
        """Cycles until a crack begins."""
        _positive(work_mpa=work_mpa)
        return self.k1 * work_mpa**self.k2

    def growth_m(self, work_mpa: float) -> float:
        """Growth of a crack, m a cycle."""
        _positive(work_mpa=work_mpa)
        return self.k3 * work_mpa**self.k4

    def life(self, work_mpa: float, path_m: float) -> Cycles:
        """Characteristic life (63.2 %): until a crack has crossed a path, as the UBM's width."""
        _positive(path_m=path_m)
        return _band(self.initiation(work_mpa) + path_m / self.growth_m(work_mpa))


def darveaux(name: str, law: Law, layer_um: float) -> Darveaux:
    """Constants by name, for work of cycles by a law over a layer.

    Raises
    ------
    InputError
        For a name that there is not, and a law or a layer other than those of the correlation.
    """
    psi, si = _data()["darveaux"], _data()["darveaux_si"]
    one = _named("set of Darveaux's constants", name, {**psi["sets"], **si["sets"]})
    k1, k2, k3, k4 = (one[k] for k in ("k1", "k2", "k3", "k4"))
    data, known_um = (si, None) if name in si["sets"] else (psi, one["layer_mil"] * UM_PER_MIL)
    if known_um is not None:
        k1, k3 = k1 * MPA_PER_PSI**-k2, k3 * M_PER_INCH * MPA_PER_PSI**-k4
    found = Darveaux(
        name, k1, k2, k3, k4, known_um, data["anand"], data["source"], data["verified"],
        data["free_share"], tuple(data["paths_um"]),
    )  # fmt: skip
    found.check(law, layer_um)
    return found


# ---------------------------------------------------------------------------- Syed


@dataclass(frozen=True)
class Syed:
    """1 / N = a x of the creep strain, or of the work (MPa), of a cycle."""

    name: str
    strain: float
    work_mpa: float
    law: str
    constants: Mapping[str, float]
    layer_um: float
    source: str
    verified: bool

    def check(self, law: Law, layer_um: float) -> None:
        """Refuse another creep law, or a mean over another layer."""
        _positive(layer_um=layer_um)
        _check_law(self.name, law, self.law, self.constants)
        if abs(layer_um - self.layer_um) > SAME_LAYER * self.layer_um:
            raise InputError(
                f"'{self.name}' holds for a mean over {self.layer_um:g} um of solder, not over "
                f"{layer_um:g} um"
            )

    def life_of_strain(self, strain: float) -> Cycles:
        """Cycles, from the creep strain that a cycle adds."""
        _positive(strain=strain)
        return _band(1 / (self.strain * strain))

    def life_of_work(self, work_mpa: float) -> Cycles:
        """Cycles, from the creep work of a cycle, MPa (MJ/m3)."""
        _positive(work_mpa=work_mpa)
        return _band(1 / (self.work_mpa * work_mpa))


def syed(name: str, law: Law, layer_um: float) -> Syed:
    """Constants by name, for cycles of a law over a layer; refuses as `darveaux` does."""
    data = _data()["syed"]
    one = _named("set of Syed's constants", name, data["sets"])
    found = Syed(name, **one, layer_um=data["layer_um"], source=data["source"],
                 verified=data["verified"])  # fmt: skip
    found.check(law, layer_um)
    return found


# ---------------------------------------------------------------------------- strain range


# 2 eps_f' of eutectic tin-lead, with Engelmaier's eps_f' = 0.325, as open code that quotes him has
# it; the code that the exponent was read in has 0.647216, which makes 1 % fewer cycles
TWICE_DUCTILITY = 0.65


def shear_range(
    distance_um: float,
    expansion_per_k: float,
    swing_k: float,
    height_um: float,
    factor: float = 1.0,
) -> float:
    """Range of shear of a joint at a distance to the neutral point: F L d(alpha) dT / h."""
    _positive(distance_um=distance_um, swing_k=swing_k, height_um=height_um, factor=factor)
    return factor * distance_um * abs(expansion_per_k) * swing_k / height_um


def coffin_manson(strain_range: float, twice_ductility: float, exponent: float) -> Cycles:
    """Median cycles 1/2 (range / (2 eps_f'))^(1 / c), c below 0."""
    _positive(strain_range=strain_range, twice_ductility=twice_ductility)
    if not -1 < exponent < 0:
        raise InputError(f"exponent = {exponent:g} must be between -1 and 0")
    return _band(0.5 * (strain_range / twice_ductility) ** (1 / exponent))


def engelmaier(strain_range: float, mean_degc: float, cycles_per_day: float) -> Cycles:
    """Median cycles of eutectic tin-lead by the range of shear of a cycle.

    c = -0.442 - 6e-4 T + 0.0174 ln(1 + f): T the mean temperature of the solder, degC, f cycles a
    day. The exponent as in an open code that was read; the ductility is `TWICE_DUCTILITY`.
    """
    _positive(cycles_per_day=cycles_per_day)
    exponent = -0.442 - 6e-4 * mean_degc + 1.74e-2 * math.log1p(cycles_per_day)
    return coffin_manson(strain_range, TWICE_DUCTILITY, exponent)


# ---------------------------------------------------------------------------- acceleration


class Condition(NamedTuple):
    """A cycle: its range of temperature, K, its hottest one, degC, and how often, 1/day."""

    range_k: float
    high_degc: float
    cycles_per_day: float


def acceleration(solder: str, test: Condition, use: Condition) -> float:
    """Cycles in use over cycles in a test, by Norris and Landzberg.

    (dT_test / dT_use)^n (f_use / f_test)^m exp[ B (1 / T_use - 1 / T_test) ], T the hottest, K.
    """
    one = _named("solder with constants of Norris and Landzberg", solder,
                 _data()["norris_landzberg"])  # fmt: skip
    for cycle in (test, use):
        _positive(range_k=cycle.range_k, cycles_per_day=cycle.cycles_per_day,
                  kelvin=cycle.high_degc + KELVIN)  # fmt: skip
    colder = 1 / (use.high_degc + KELVIN) - 1 / (test.high_degc + KELVIN)
    return float(
        (test.range_k / use.range_k) ** one["range_exponent"]
        * (use.cycles_per_day / test.cycles_per_day) ** one["frequency_exponent"]
        * math.exp(one["activation_k"] * colder)
    )
