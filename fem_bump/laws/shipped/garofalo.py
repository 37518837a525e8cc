"""Garofalo: creep at the rate a sinh(alpha s)^n exp(-Q / T), s the equivalent stress, T in K.

A power law at small stress and an exponential one at large. ``activation_k`` is Q over the gas
constant, K. F. Garofalo, Trans. AIME 227, 351 (1963). The update: :mod:`fem_bump.laws.flow`.

For example:

>>> from fem_bump.laws import J2, Garofalo
>>> law = Garofalo(a_per_s=2.78e5, alpha_per_mpa=0.0245, exponent=6.41, activation_k=6500.0)
>>> (J2(yield_mpa=20.0) + law).name
'J2 + Garofalo'
"""

from __future__ import annotations

import math

from fem_bump.laws.flow import Flow, flow_law
from fem_bump.laws.parameter import Parameter

Garofalo = flow_law(
    "Garofalo",
    (
        Parameter("a_per_s", "1/s", above=0.0),
        Parameter("alpha_per_mpa", "1/MPa", above=0.0),
        Parameter("exponent", "1", least=1.0),
        Parameter("activation_k", "K", least=0.0),
    ),
    lambda at, kelvin: Flow(
        terms=(
            (
                at["a_per_s"] * math.exp(-at["activation_k"] / kelvin),
                at["alpha_per_mpa"],
                at["exponent"],
            ),
        )
    ),
    creeps=True,
    # SAC387, Schubert, as read in Syed, ECTC 2004, table 1
    tried={
        "a_per_s": 277984.0, "alpha_per_mpa": 0.02447, "exponent": 6.41, "activation_k": 6500.0,
    },
)  # fmt: skip
