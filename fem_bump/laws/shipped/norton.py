"""Norton: creep at the rate a s^n exp(-Q / T), s the equivalent stress in MPa, T in K.

``activation_k`` is Q over the gas constant, K. The update: :mod:`fem_bump.laws.flow`.

For example:

>>> from fem_bump.laws import Norton
>>> Norton(a_per_s=4e-7, exponent=5.0, activation_k=3223.0).creeps
True
"""

from __future__ import annotations

import math

from fem_bump.laws.flow import Flow, flow_law
from fem_bump.laws.parameter import Parameter

Norton = flow_law(
    "Norton",
    (
        Parameter("a_per_s", "1/s at 1 MPa", above=0.0),
        Parameter("exponent", "1", least=1.0),
        Parameter("activation_k", "K", least=0.0, default=0.0),
    ),
    lambda at, kelvin: Flow(
        terms=((at["a_per_s"] * math.exp(-at["activation_k"] / kelvin), 0.0, at["exponent"]),)
    ),
    creeps=True,
    tried={"a_per_s": 4e-7, "exponent": 5.0, "activation_k": 3223.0},
)
