"""What migration says of the designs, and where Black's law and time to nucleation disagree.

An immortal design lasts longer than any in which a void begins, and of two immortal ones that of
the larger margin; of two mortal ones that in which the void begins later. Black's law ranks by the
density at a corner of the current and by the temperature; a void begins where the atoms that leave
are not replaced, which the potential along the whole metal decides (Blech), and the temperature's
gradient.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from fem_bump.life.black import BOLTZMANN_EV_PER_K, KELVIN, activation_energy
from studies.case.calibrated import calibration_of
from studies.metrics.life_ratio import (
    PARTS,
    REGIONS,
    STEM,
    density_name,
    nucleation_name,
    temperature_name,
)
from studies.metrics.names import Place, format_name
from studies.report.rules.groups import sorted_groups
from studies.results.lives.fates import Fate, fate_of
from studies.results.ranking import SMALL_SPREAD, apart, sign_of
from studies.results.results import Results, Row, variant_label, variants
from studies.wording.labels import Measured, number


@dataclass(frozen=True)
class Part:
    """One metal of one design, ``solder`` or ``pad``.

    Attributes
    ----------
    load
        Largest stress of all times over the critical one.
    time_s
        After which a void begins; None where none begins in time.
    black, cold_black
        Life over that without recess by Black's law, at each one's own temperature and at an equal
        one; None without a reference.
    own_energy_ev
        Of the study's calibration, in place of the library's.
    """

    label: str
    metal: str
    load: Measured
    time_s: Measured | None
    stress_mpa: Measured | None = None
    thermal_mpa: Measured | None = None
    blech_a_per_cm: Measured | None = None
    density_a_per_cm2: Measured | None = None
    temperature_degc: Measured | None = None
    black: Measured | None = None
    cold_black: Measured | None = None
    own_energy_ev: float | None = None

    @property
    def fate(self) -> Fate:
        return fate_of(self.load, self.time_s)

    @property
    def energy_ev(self) -> float | None:
        """Black's activation energy of the metal; None where none is known."""
        if self.own_energy_ev is not None:
            return self.own_energy_ev
        known = activation_energy(self.metal)
        return None if known is None else known.value

    @property
    def margin(self) -> float | None:
        """Critical stress over the largest one; None under compression alone."""
        return 1 / self.load.value if self.load.value > 0 else None


def outlives(a: Part, b: Part) -> int | None:
    """1 if the first lasts longer, -1 if the second, 0 within the errors, None if not known."""
    order = {Fate.VOID: 0, Fate.LATER: 1, Fate.IMMORTAL: 2}
    if Fate.UNDECIDED in (a.fate, b.fate):
        return 0
    if a.fate is not b.fate:
        return 1 if order[a.fate] > order[b.fate] else -1
    if a.fate is Fate.VOID:
        return sign_of(a.time_s, b.time_s)
    less = sign_of(a.load, b.load)
    return None if less is None else -less


def are_near(a: Part, b: Part) -> bool:
    """Whether Black's ratios, or what tells their voids apart, differ by less than 5 %."""
    assert a.black is not None and b.black is not None
    shares = [apart(a.black, b.black)]
    if a.fate is b.fate is Fate.VOID:
        assert a.time_s is not None and b.time_s is not None
        shares.append(apart(a.time_s, b.time_s))
    elif a.fate is b.fate or Fate.IMMORTAL in (a.fate, b.fate):
        shares.append(apart(a.load, b.load))
    return min(shares) < SMALL_SPREAD


class Why(Enum):
    """What tells a ranking by nucleation from one by Black's law."""

    BLECH = auto()  # the potential along the metal, and not the density at a corner
    TEMPERATURE = auto()
    GRADIENT = auto()  # of the temperature
    PACE = auto()  # the stress gets less large, but builds up sooner


@dataclass(frozen=True)
class Reversal:
    """Two designs: ``longer`` outlives ``other``, and Black's law says the opposite."""

    part: str
    longer: Part
    other: Part

    @cached_property
    def why(self) -> tuple[Why, ...]:
        """What it comes from, the first first."""
        a, b = self.longer, self.other
        out = []
        if a.load.value < b.load.value:
            out.append(Why.BLECH)
        else:
            out.append(Why.PACE)
        if self.diffusion is not None and abs(self.diffusion - 1) > SMALL_SPREAD:
            out.append(Why.TEMPERATURE)
        if any(_thermal_share(one) > SMALL_SPREAD for one in (a, b)):
            out.append(Why.GRADIENT)
        return tuple(out)

    @property
    def diffusion(self) -> float | None:
        """How many times faster atoms are in the second, by its temperature and Black's energy."""
        a, b = self.longer.temperature_degc, self.other.temperature_degc
        energy = self.longer.energy_ev
        if a is None or b is None or energy is None:
            return None
        colder = 1 / (a.value + KELVIN) - 1 / (b.value + KELVIN)
        return math.exp(energy / BOLTZMANN_EV_PER_K * colder)


def _thermal_share(one: Part) -> float:
    """Of the steady stress, that which the temperature alone would make."""
    if one.thermal_mpa is None or one.stress_mpa is None or one.stress_mpa.value <= 0:
        return 0.0
    return abs(one.thermal_mpa.value) / one.stress_mpa.value


@dataclass(frozen=True)
class Order:
    """The variants of one group, one metal: how long each lasts."""

    part: str
    rows: Sequence[Row]
    members: tuple[Part, ...]

    @cached_property
    def reversals(self) -> tuple[Reversal, ...]:
        """Pairs that Black's law and nucleation rank against each other, by 5 % or more."""
        return tuple(one for one in self._against if not are_near(one.longer, one.other))

    @property
    def is_near(self) -> bool:
        """Whether they do so by less only: beyond the errors, and none to choose by."""
        return bool(self._against) and not self.reversals

    @cached_property
    def _against(self) -> tuple[Reversal, ...]:
        out = []
        for k, a in enumerate(self.members):
            for b in self.members[k + 1 :]:
                said, found = sign_of(a.black, b.black), outlives(a, b)
                if said and found and said != found:
                    longer, other = (a, b) if found == 1 else (b, a)
                    out.append(Reversal(self.part, longer, other))
        return tuple(out)

    @property
    def is_compared(self) -> bool:
        """Whether any two are told apart both ways."""
        pairs = ((a, b) for k, a in enumerate(self.members) for b in self.members[k + 1 :])
        return any(sign_of(a.black, b.black) and outlives(a, b) for a, b in pairs)

    @property
    def best(self) -> tuple[str, ...]:
        """Those than which none is found to last longer."""
        return tuple(
            a.label for a in self.members if not any(outlives(b, a) == 1 for b in self.members)
        )


@dataclass(frozen=True)
class Migrating:
    """All that is found; ``compared`` are the designs side by side, ``orders`` every group's."""

    compared: Mapping[str, tuple[Part, ...]]
    orders: tuple[Order, ...]

    def of(self, part: str) -> tuple[Order, ...]:
        """Groups in which the variants are told apart both ways."""
        return tuple(order for order in self.orders if order.part == part and order.is_compared)

    def reversed_in(self, part: str) -> tuple[Order, ...]:
        """Those of them in which Black's law and nucleation disagree."""
        return tuple(order for order in self.of(part) if order.reversals)

    def near_in(self, part: str) -> int:
        """In how many of them they do so by less than 5 % only."""
        return sum(order.is_near for order in self.of(part))


def migrating(results: Results) -> Migrating | None:
    """What migration says of a study; None where no atom moves in it."""
    loads = [_load_name(part) for part in PARTS]
    if not any(number(row.get(name)) is not None for row in results.solved for name in loads):
        return None
    own = {part: calibration_of(results.base, part) for part in PARTS}
    energies = {part: None if law is None else law.activation_ev for part, law in own.items()}
    compared = {
        part: tuple(
            one
            for e in results.compared
            if (one := _part(part, e.label, e.row, energies[part])) is not None
        )
        for part in PARTS
    }
    orders = []
    for part in PARTS:
        for name in results.parts:
            for key in sorted_groups(results, name):
                rows = variants(results.groups[key], number(results.base.depth_ratio))
                found = [
                    _part(part, variant_label(row), row, energies[part]) for row in rows.values()
                ]
                members = tuple(one for one in found if one is not None)
                if len(members) > 1:
                    orders.append(Order(part, tuple(rows.values()), members))
    return Migrating({part: found for part, found in compared.items() if found}, tuple(orders))


def _load_name(part: str) -> str:
    return format_name("migration_load", Place(region=REGIONS[part]), None)


def _part(part: str, label: str, row: Row, energy_ev: float | None) -> Part | None:
    """One metal of a row; None where nothing migrates in it."""
    region = Place(region=REGIONS[part])
    length = row["headline_length_um"]

    def read(column: str) -> Measured | None:
        value = number(row.get(column))
        return None if value is None else Measured(value, number(row.get(f"error_{column}")))

    load = read(_load_name(part))
    if load is None:
        return None
    return Part(
        label,
        str(row["bump_material" if part == "solder" else "pad_material"]),
        load,
        read(nucleation_name(part)),
        read(format_name("migration_stress_max", region.at(length), "mpa")),
        read(format_name("thermomigration_stress", region, "mpa")),
        read(format_name("blech_product", region, "a_per_cm")),
        read(density_name(part, length)),
        read(temperature_name(part)),
        read(f"{STEM}_{part}_at_temperature") or read(f"{STEM}_{part}"),
        read(f"{STEM}_{part}"),
        energy_ev,
    )
