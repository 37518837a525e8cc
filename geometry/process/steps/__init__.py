"""The process steps of this package, one file each; each registers itself."""

from geometry.process.steps import (
    assembly,
    bump,
    pad,
    pad_etch,
    passivation,
    polyimide,
    probe,
    ubm,
    via,
    wafer,
)

__all__ = [
    "assembly",
    "bump",
    "pad",
    "pad_etch",
    "passivation",
    "polyimide",
    "probe",
    "ubm",
    "via",
    "wafer",
]
