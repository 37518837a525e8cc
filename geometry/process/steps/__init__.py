"""The process steps of this package, one file each; each registers itself.

A design file has their tables in the order of this list.
"""

# isort: off
from geometry.process.steps import wafer
from geometry.process.steps import pad
from geometry.process.steps import via
from geometry.process.steps import passivation
from geometry.process.steps import probe
from geometry.process.steps import polyimide
from geometry.process.steps import pad_etch
from geometry.process.steps import ubm
from geometry.process.steps import bump
from geometry.process.steps import assembly
# isort: on

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
