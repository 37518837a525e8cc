"""Black's law of the user's own joints, as ``fem-bump calibrate`` writes it into a design.

``[metrics.calibration.solder]``, and ``pad``: in place of the library's exponents and energies, for
the ratios of life; hours follow where densities of the test were the largest means over a window.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from fem_bump.errors import InputError
from geometry.design.quantities import Usual
from geometry.design.schema import Section
from geometry.design.values import DesignValues
from studies.case import quantities as kinds
from studies.case.part import Part, add

if TYPE_CHECKING:
    from fem_bump.life.calibration import Calibration

Exponent = Annotated[
    float, Field(strict=True, ge=0.0, le=50.0, allow_inf_nan=False), Usual(0.5, 10.0, "", ())
]
Energy = Annotated[
    float,
    Field(strict=True, ge=0.0, le=10.0, allow_inf_nan=False),
    Usual(0.2, 3.0, "eV", (("kJ/mol", 0.010364), ("meV", 1e-3))),
]
Density = Annotated[
    float,
    Field(strict=True, gt=0.0, le=1e12, allow_inf_nan=False),
    Usual(1e2, 1e8, "A/cm2", (("A/m2", 1e-4), ("MA/cm2", 1e6), ("kA/cm2", 1e3))),
]
Life = Annotated[
    float,
    Field(strict=True, gt=0.0, le=1e12, allow_inf_nan=False),
    Usual(0.1, 1e6, "h", (("s", 1 / 3600), ("years", 8766.0))),
]
Scatter = Annotated[
    float, Field(strict=True, gt=0.0, le=20.0, allow_inf_nan=False), Usual(0.02, 3.0, "", ())
]
Row = Annotated[tuple[float, ...], Field(min_length=4, max_length=4)]


class LifeLaw(Section):
    """Life of one metal under current, with what its lives leave open.

    Attributes
    ----------
    source
        Where the lives are from.
    distribution, location_h, scale
        Of the lives: median and standard deviation of the logarithm of lognormal ones, 63.2 % life
        and one over the shape of Weibull's.
    reference_a_per_cm2, reference_degc
        At which ``location_h`` holds; any unit of density or current where there is no window.
    exponent, activation_ev
        Black's n and Ea.
    covariance
        Of ln(location), exponent, activation and ln(scale).
    degrees_of_freedom
        Failures less constants.
    window_um
        The test's densities are largest means over this length, as `solve` gives them: hours
        follow. Without it only ratios do.
    """

    source: str = "user"
    distribution: Literal["lognormal", "weibull"] = "lognormal"
    location_h: Life
    scale: Scatter
    exponent: Exponent
    activation_ev: Energy
    reference_a_per_cm2: Density
    reference_degc: kinds.Temperature
    covariance: Annotated[tuple[Row, ...], Field(min_length=4, max_length=4)]
    degrees_of_freedom: Annotated[int, Field(strict=True, ge=1, le=10**6)]
    window_um: kinds.Window | None = None


def limits(name: str) -> tuple[float, float]:
    """Least and largest value that a design takes of a number of `LifeLaw`."""
    said = LifeLaw.model_fields[name].metadata
    low = next(
        low for one in said if (low := getattr(one, "ge", getattr(one, "gt", None))) is not None
    )
    return low, next(high for one in said if (high := getattr(one, "le", None)) is not None)


class Calibrations(Section):
    """By the metal whose lives they are."""

    solder: LifeLaw | None = None
    pad: LifeLaw | None = None


class Keys(Section):
    calibration: Calibrations | None = None


def stated_law(design: DesignValues, part: str) -> LifeLaw | None:
    """What a design says of the life of ``solder`` or ``pad``."""
    given = getattr(design.metrics, "calibration", None)
    return None if given is None else getattr(given, part)


def calibration(stated: LifeLaw) -> Calibration:
    """The law that is stated."""
    # what only few designs need, and loads a while
    from fem_bump.life.black import Stressed
    from fem_bump.life.calibration import Calibration

    return Calibration(
        stated.distribution, Stressed(stated.reference_a_per_cm2, stated.reference_degc),
        stated.location_h, stated.exponent, stated.activation_ev, stated.scale,
        stated.covariance, stated.degrees_of_freedom,
    )  # fmt: skip


def calibration_of(design: DesignValues, part: str) -> Calibration | None:
    """A design's own law of life; None where the library's constants hold."""
    stated = stated_law(design, part)
    return None if stated is None else calibration(stated)


def recorded_calibration(design: Mapping[str, Any], part: str) -> Calibration | None:
    """The same of a design as a record has it."""
    said = ((design.get("metrics") or {}).get("calibration") or {}).get(part)
    return None if said is None else calibration(LifeLaw(**said))


def laws_are_whole(d: DesignValues) -> str | None:
    for part in Calibrations.model_fields:
        stated = stated_law(d, part)
        if stated is None:
            continue
        here = f"metrics.calibration.{part}"
        try:
            calibration(stated)
        except InputError as error:
            return f"{here}: {error}"
        lengths = d.metrics.averaging_lengths_um
        if stated.window_um is not None and stated.window_um not in lengths:
            return (
                f"{here}.window_um = {stated.window_um:g} must be one of "
                f"metrics.averaging_lengths_um = {list(lengths)}"
            )
    return None


add(
    Part(
        name="calibration",
        table="metrics",
        keys=Keys.model_fields,
        silent=True,
        rules=(laws_are_whole,),
    )
)
