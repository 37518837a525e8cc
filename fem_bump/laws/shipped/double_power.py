"""DoublePower: creep at the rate a1 s^n1 exp(-q1 / T) + a2 s^n2 exp(-q2 / T), s in MPa, T in K.

The first term is climb at small stress, the second glide and climb at large. ``q1_k`` and ``q2_k``
are activation energies over the gas constant, K. S. Wiese et al. (2001). The update:
:mod:`fem_bump.laws.flow`.

For example:

>>> from fem_bump.laws import DoublePower
>>> law = DoublePower(a1=4e-7, n1=3.0, q1_k=3223.0, a2=1e-12, n2=12.0, q2_k=7348.0)
>>> law.creeps
True
"""

from __future__ import annotations

import math

from fem_bump.laws.flow import Flow, flow_law
from fem_bump.laws.parameter import Parameter

DoublePower = flow_law(
    "DoublePower",
    (
        Parameter("a1", "1/s at 1 MPa", above=0.0),
        Parameter("n1", "1", least=1.0),
        Parameter("q1_k", "K", least=0.0),
        Parameter("a2", "1/s at 1 MPa", above=0.0),
        Parameter("n2", "1", least=1.0),
        Parameter("q2_k", "K", least=0.0),
    ),
    lambda at, kelvin: Flow(
        terms=tuple(
            (at[f"a{k}"] * math.exp(-at[f"q{k}_k"] / kelvin), 0.0, at[f"n{k}"]) for k in (1, 2)
        )
    ),
    creeps=True,
    # SAC387, Wiese, as read in Syed, ECTC 2004, table 1
    tried={"a1": 4e-7, "n1": 3.0, "q1_k": 3223.0, "a2": 1e-12, "n2": 12.0, "q2_k": 7348.0},
)
