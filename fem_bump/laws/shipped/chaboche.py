"""Chaboche: a yield limit after von Mises, up to three back stresses that saturate, isotropic part.

Back stress k grows with the uniaxial modulus ``c<k>_mpa`` and saturates at c / g (Armstrong and
Frederick's recall ``g<k>``; 0 is linear kinematic hardening). The yield limit grows by
``saturation_mpa`` (1 - exp(-``rate`` p)). J.-L. Chaboche, Int. J. Plasticity 5, 247 (1989). The
update: :mod:`fem_bump.laws.flow`. With recall its tangent is not symmetric.

For example:

>>> from fem_bump.laws import Chaboche
>>> [parameter.name for parameter in Chaboche.parameters]
['yield_mpa', 'c1_mpa', 'g1', 'c2_mpa', 'g2', 'c3_mpa', 'g3', 'saturation_mpa', 'rate']
"""

from __future__ import annotations

from fem_bump.laws.flow import Flow, flow_law
from fem_bump.laws.parameter import Parameter

BACK = (1, 2, 3)

Chaboche = flow_law(
    "Chaboche",
    (
        Parameter("yield_mpa", "MPa", above=0.0),
        Parameter("c1_mpa", "MPa", least=0.0),
        Parameter("g1", "1", least=0.0),
        Parameter("c2_mpa", "MPa", least=0.0, default=0.0),
        Parameter("g2", "1", least=0.0, default=0.0),
        Parameter("c3_mpa", "MPa", least=0.0, default=0.0),
        Parameter("g3", "1", least=0.0, default=0.0),
        Parameter("saturation_mpa", "MPa", least=0.0, default=0.0),
        Parameter("rate", "1", least=0.0, default=0.0),
    ),
    lambda at, kelvin: Flow(
        at["yield_mpa"],
        saturation_mpa=at["saturation_mpa"],
        rate=at["rate"],
        back=tuple((at[f"c{k}_mpa"], at[f"g{k}"]) for k in BACK),
    ),
    back=lambda given: max((k for k in BACK if given[f"c{k}_mpa"] != 0.0), default=0),
    symmetric=lambda given: all(given[f"c{k}_mpa"] == 0.0 or given[f"g{k}"] == 0.0 for k in BACK),
    tried={
        "yield_mpa": 60.0, "c1_mpa": 8000.0, "g1": 200.0, "c2_mpa": 2000.0, "g2": 20.0,
        "saturation_mpa": 30.0, "rate": 15.0,
    },
)  # fmt: skip
