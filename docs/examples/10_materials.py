"""
What the library knows, and how well
====================================

Every value has a unit, a source and a range of validity, and says whether the source was read.
"""

import matplotlib.pyplot as plt
import numpy as np

from fem_bump import materials

for row in materials.provenance("SAC305"):
    print(f"{row.property} ({'read' if row.verified else 'recalled'}): {row.source}")

# %%
# Properties over temperature; tables are linear between their points and constant outside.

degc = np.linspace(-55, 217, 60)
figure, (modulus, expansion) = plt.subplots(1, 2, figsize=(8, 3.5), layout="constrained")
for name in ("SAC305", "Sn63Pb37", "Cu", "Al-0.5Cu", "Si"):
    material = materials[name]
    modulus.plot(degc, material.at("young_mpa", degc) / 1e3, label=name)
    expansion.plot(degc, material.at("cte_per_k", degc) * 1e6)
modulus.set(xlabel="temperature (degC)", ylabel="Young's modulus (GPa)")
expansion.set(xlabel="temperature (degC)", ylabel="expansion (ppm/K)")
figure.legend(loc="outside upper center", ncols=5)

# %%
# One's own, with anything that a function of degC can say:

paste = materials.extended(
    {"paste": {"based_on": "SAC305", "young_mpa": [[25.0, 40e3], [217.0, 10e3]]}}
)["paste"]
print(paste.at("young_mpa", [25.0, 121.0]), "MPa")
