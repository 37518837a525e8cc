"""A law that no file of the packages knows: linear viscous flow, for small steps only."""

import math

import numpy as np

from fem_bump.laws import Parameter, law
from fem_bump.laws.point import elastic_tangent, product, radial_update, trial_deviator


@law(
    "Maxwell",
    parameters=(
        Parameter("viscosity_mpa_s", "MPa s", above=0.0),
        Parameter("longest", "1", above=0.0, default=1.0),
    ),
    creeps=True,
    tried={"viscosity_mpa_s": 1e5},
)
def Maxwell(constants, before, strain, dt, old, stress, tangent, new):
    """d eps / dt = s / viscosity; a strain component that moves by more than a limit fails."""
    n = len(strain)
    for i in range(n):
        if abs(strain[i] - before[i]) > constants[3]:
            return 1
    trial = np.empty(n)
    mean = trial_deviator(constants, strain, old, trial)
    length = math.sqrt(product(trial, trial))
    new[:] = old
    if length == 0.0:
        elastic_tangent(constants, 1.0, tangent)
        for i in range(n):
            stress[i] = mean if i < 3 else 0.0
        return 0
    share = 1 / (1 + 3 * constants[1] * dt / constants[2])
    radial_update(constants, mean, trial, length, share * length, share, old, stress, tangent, new)
    return 0
