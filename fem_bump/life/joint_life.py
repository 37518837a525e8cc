"""Life of a solder joint from what a cycle does in a layer of its solder, by a law by name.

One form for all laws of :mod:`fem_bump.life.fatigue`: cycles as a function of the inelastic work
or strain that a cycle adds, averaged over the layer beside the interface, with what else each takes
filled in. Strains per cycle are accumulated equivalent ones, so that a law of the range of shear
has sqrt(3) / 2 of them: two ways a cycle, gamma = sqrt(3) times the equivalent.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from fem_bump.errors import InputError
from fem_bump.laws.kind import Law
from fem_bump.life.fatigue import (
    Cycles,
    Darveaux,
    coffin_manson,
    darveaux,
    engelmaier,
    fatigue_sets,
    syed,
)
from fem_bump.life.weibull import CHARACTERISTIC

UM_PER_M = 1e6
SHEAR_OF_ACCUMULATED = math.sqrt(3) / 2
MEDIAN = 0.5
EUTECTIC = "Sn63Pb37"
NAMES = ("Darveaux", "Syed", "Engelmaier", "Coffin-Manson")
BY = {"Darveaux": ("work",), "Syed": ("work", "strain")}  # the others go by strain

Driver = Literal["work", "strain"]


class Joint(NamedTuple):
    """The joint and the cycle that a law is asked of.

    Attributes
    ----------
    solder
        The material's name.
    law
        Its creep law.
    layer_um
        Over which work and strain are averaged.
    path_um
        What a crack crosses: the UBM's width.
    mean_degc, cycles_per_day
        Of the cycle.
    """

    solder: str
    law: Law
    layer_um: float
    path_um: float
    mean_degc: float
    cycles_per_day: float


@dataclass(frozen=True)
class JointLife:
    """Cycles as a function of what drives them.

    Attributes
    ----------
    driver
        Of the layer, per cycle: inelastic ``work`` (MJ/m3) or ``strain``.
    failed
        Share of joints that have failed then.
    free_share
        Of that life none fail before.
    crack
        Initiation and growth of a crack, where the law has both.
    outside
        What the constants were not made for, a clause; empty where nothing is known.
    """

    name: str
    driver: Driver
    of: Callable[[float], Cycles]
    failed: float
    free_share: float = 0.0
    crack: Darveaux | None = None
    outside: str = ""

    def cycles(self, driven: float) -> Cycles:
        """Cycles with the band that such a law is good for."""
        return self.of(driven)

    def error(self, driven: float, error: float | None) -> float | None:
        """What an error of the driver leaves open of the cycles; None where that may be all."""
        if error is None or not error < driven:
            return None
        ends = [self.of(driven + side * error).value for side in (-1, 1)]
        return max(abs(end - self.of(driven).value) for end in ends)

    def initiation(self, driven: float) -> float | None:
        """Cycles until a crack begins."""
        return None if self.crack is None else self.crack.initiation(driven)

    def growth_um(self, driven: float) -> float | None:
        """Growth of the crack, um a cycle."""
        return None if self.crack is None else UM_PER_M * self.crack.growth_m(driven)

    def characteristic(self, driven: float, shape: float) -> float:
        """Cycles at which 63.2 % have failed, of a Weibull shape."""
        life = self.of(driven).value
        if self.failed == CHARACTERISTIC:
            return life
        return float(life / (-math.log1p(-self.failed)) ** (1 / shape))


def joint_life(
    name: str,
    joint: Joint,
    constants: str | None = None,
    driver: Driver | None = None,
    twice_ductility: float | None = None,
    exponent: float | None = None,
) -> JointLife:
    """The law by name with its constants, for a joint.

    Parameters
    ----------
    constants
        The set's name, of Darveaux and Syed.
    driver
        Of Syed, whose constants are for either: work unless said.
    twice_ductility, exponent
        Of Coffin and Manson.

    Raises
    ------
    InputError
        In one sentence: an unknown law or set; constants that a law has not; a creep law, a layer
        or a solder other than that of the correlation.

    Examples
    --------
    >>> from fem_bump import materials
    >>> from fem_bump.life.joint_life import Joint, joint_life
    >>> joint = Joint("SAC305", materials["SAC305"].law, 12.7, 60.0, 42.5, 24.0)
    >>> found = joint_life("Darveaux", joint, "SAC305, Motalab")
    >>> round(found.cycles(0.2).value)
    3847
    """
    if name not in NAMES:
        raise InputError(f"'{name}' is no life law of solder; there are {', '.join(NAMES)}")
    said = {"set": constants, "by": driver, "twice_ductility": twice_ductility,
            "exponent": exponent}  # fmt: skip
    takes = {"Darveaux": ("set",), "Syed": ("set", "by"), "Engelmaier": (),
             "Coffin-Manson": ("twice_ductility", "exponent")}[name]  # fmt: skip
    for key, value in said.items():
        if value is not None and key not in takes:
            raise InputError(f"{key} = {value!r} is not of the law {name}; leave it out")
        if value is None and key in takes and key != "by":
            known = f": {', '.join(map(repr, fatigue_sets(name)))}" if key == "set" else ""
            raise InputError(f"the law {name} needs {key}{known}")
    if constants is not None and name == "Darveaux":
        found = darveaux(constants, joint.law, joint.layer_um)
        path_m = joint.path_um / UM_PER_M
        return JointLife(
            f"{name}, {constants}", "work", lambda work: found.life(work, path_m), CHARACTERISTIC,
            found.free_share, found, found.outside(joint.path_um),
        )  # fmt: skip
    if constants is not None:
        other = syed(constants, joint.law, joint.layer_um)
        of = other.life_of_strain if driver == "strain" else other.life_of_work
        return JointLife(f"{name}, {constants}", driver or "work", of, CHARACTERISTIC)
    if name == "Engelmaier":
        if joint.solder != EUTECTIC:
            raise InputError(
                f"Engelmaier's constants are of eutectic tin-lead, {EUTECTIC}, not of "
                f"{joint.solder}; give Coffin-Manson with your own"
            )
        return JointLife(
            name, "strain",
            lambda strain: engelmaier(
                SHEAR_OF_ACCUMULATED * strain, joint.mean_degc, joint.cycles_per_day
            ),
            MEDIAN,
        )  # fmt: skip
    assert twice_ductility is not None and exponent is not None
    coffin_manson(twice_ductility, twice_ductility, exponent)  # refuses what they cannot be
    return JointLife(
        name, "strain",
        lambda strain: coffin_manson(SHEAR_OF_ACCUMULATED * strain, twice_ductility, exponent),
        MEDIAN,
    )  # fmt: skip
