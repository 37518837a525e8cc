"""J2: a yield limit after von Mises with linear isotropic and linear kinematic hardening.

``isotropic_mpa`` and ``kinematic_mpa`` are uniaxial hardening moduli, d stress / d plastic strain;
their sum is the slope of a tension test. The update: :mod:`fem_bump.laws.flow`.

For example:

>>> from fem_bump.laws import J2
>>> law = J2(yield_mpa=150.0, kinematic_mpa=2000.0)
>>> law.name, law.creeps
('J2', False)
"""

from __future__ import annotations

from fem_bump.laws.flow import Flow, flow_law
from fem_bump.laws.parameter import Parameter

J2 = flow_law(
    "J2",
    (
        Parameter("yield_mpa", "MPa", above=0.0),
        Parameter("isotropic_mpa", "MPa", least=0.0, default=0.0),
        Parameter("kinematic_mpa", "MPa", least=0.0, default=0.0),
    ),
    lambda at, kelvin: Flow(
        at["yield_mpa"], at["isotropic_mpa"], back=((at["kinematic_mpa"], 0.0),)
    ),
    back=lambda given: 0 if given["kinematic_mpa"] == 0.0 else 1,
    tried={"yield_mpa": 80.0, "isotropic_mpa": 1500.0, "kinematic_mpa": 4000.0},
)
