"""What a calibration is written as: JSON of all that was found, and TOML that a design takes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fem_bump.errors import InputError
from fem_bump.life.calibration import Calibrated, Interval
from geometry.design.parameters import read_toml
from groundwork.toml_text import toml_text
from studies.calibration.lives_table import CURRENT

TABLE = "metrics.calibration"
HEAD = """\
# Black's law of one's own joints, by fem-bump calibrate: {failures} of {samples} samples failed.
# For a design file, in a study as [base.{table}],
# or by fem-bump solve DESIGN --calibration FILE.
"""


def toml_of(found: Calibrated, part: str, source: str, window_um: float | None) -> str:
    """The table ``[metrics.calibration.<part>]`` with a comment that says where it is from."""
    law = found.law
    stated = {
        "source": source,
        "distribution": law.distribution,
        "location_h": _short(law.location_h),
        "scale": _short(law.scale),
        "exponent": _short(law.exponent),
        "activation_ev": _short(law.activation_ev),
        "reference_a_per_cm2": _short(law.reference.density),
        "reference_degc": _short(law.reference.temperature_degc),
        "covariance": [[_short(value) for value in row] for row in law.covariance],
        "degrees_of_freedom": law.degrees_of_freedom,
        "window_um": window_um,
    }
    head = HEAD.format(
        samples=len(found.lives), failures=int(found.lives.failed.sum()), table=f"{TABLE}.{part}",
    )  # fmt: skip
    return head + toml_text({"metrics": {"calibration": {part: stated}}})


def _short(value: float) -> float:
    return float(f"{value:.10g}")


def json_of(found: Calibrated, other: Calibrated, stress: str) -> dict[str, Any]:
    """All that was found, and how likely the other distribution makes the lives."""
    law = found.law
    return {
        "distribution": law.distribution,
        "samples": len(found.lives),
        "failures": int(found.lives.failed.sum()),
        "exponent": _ends(found.exponent),
        "activation_ev": _ends(found.activation_ev),
        "scale": _ends(found.scale),
        "shape": law.shape,
        "log_likelihood": {
            one.law.distribution: one.log_likelihood for one in (found, other)
        },
        "covariance": [list(row) for row in law.covariance],
        "degrees_of_freedom": law.degrees_of_freedom,
        "conditions": [
            {stress: condition[0], "temperature_degc": condition[1], **life}
            for condition, life in medians(found).items()
        ],
    }  # fmt: skip


def _ends(one: Interval) -> dict[str, float]:
    return {"value": one.value, "low": one.low, "high": one.high}


def medians(found: Calibrated) -> dict[tuple[float, float], dict[str, Any]]:
    """Of each condition: samples, failures, the median life with its band, h."""
    from fem_bump.life.black import Stressed

    out = {}
    lives = found.lives
    for density, degc in lives.conditions:
        here = (lives.density == density) & (lives.temperature_degc == degc)
        value, low, high = (one for one, _ in found.law.lives_h(Stressed(density, degc)))
        out[density, degc] = {
            "samples": int(here.sum()), "failures": int(lives.failed[here].sum()),
            "t50_h": value, "t50_low_h": low, "t50_high_h": high,
        }  # fmt: skip
    return out


def calibration_values(path: Path) -> Mapping[str, Any]:
    """What a calibration's file says, by dotted path of a design's keys.

    Raises
    ------
    InputError
        When it is no such file.
    """
    said = read_toml(path)
    laws = said.get("metrics", {}).get("calibration") if set(said) == {"metrics"} else None
    if not isinstance(laws, Mapping) or set(said["metrics"]) != {"calibration"}:
        raise InputError(
            f"--calibration '{path}' must hold the table [{TABLE}.solder] or [{TABLE}.pad] and "
            "nothing else, as fem-bump calibrate writes it"
        )
    return {f"{TABLE}.{part}": law for part, law in laws.items()}


def unit_of(stress: str) -> str:
    """Of densities or currents."""
    return "A" if stress == CURRENT else "A/cm2"
