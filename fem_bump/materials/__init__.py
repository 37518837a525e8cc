"""Materials: what a region is made of, and a cited library of what bumps are made of.

The way in: :class:`Material` is one material, :data:`materials` the shipped library, which
``materials.extended(...)`` joins with a user's own. Next to it stand laws for what no table can
hold. Units: degC, MPa, 1/K, S/m, W/(m K), ohm m.

For example:

>>> from fem_bump import materials
>>> float(materials["Si"].at("poisson", 25.0)), "SAC305" in materials
(0.28, True)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fem_bump.errors import InputError
from fem_bump.materials.library import MaterialLibrary
from fem_bump.materials.material import Material
from fem_bump.materials.migration import Migration

__all__ = ["Material", "MaterialLibrary", "Migration", "copper_film_yield_mpa", "materials"]

materials = MaterialLibrary()


def copper_film_yield_mpa(thickness_um: ArrayLike) -> NDArray[np.float64]:
    """Room-temperature yield strength of a copper film by its thickness, in MPa.

    Fit for vapour-deposited films on a compliant substrate (Yu and Spaepen, J. Appl. Phys. 2004):
    116 + 355 t^-0.473 with t in um. A plated film of the same thickness may differ by a factor.

    Parameters
    ----------
    thickness_um : array_like
        Film thickness in um, 0.1 to 3.

    Examples
    --------
    >>> from fem_bump.materials import copper_film_yield_mpa
    >>> round(float(copper_film_yield_mpa(1.0)))
    471
    """
    film = materials["Cu"].law.parts[0].values["yield_mpa"]
    t, (low, high) = np.asarray(thickness_um, dtype=float), film.range_um
    ok = (t >= low) & (t <= high)
    if not np.all(ok):
        raise InputError(
            f"thickness_um = {t[~ok].flat[0]:g} must lie between {low:g} and {high:g}, where the "
            "law of the copper film's yield strength was measured"
        )
    return np.asarray(film.of_film_mpa(t))
