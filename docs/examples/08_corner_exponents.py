"""
How singular is a corner?
=========================

Where materials meet in a corner, stress goes with :math:`r^{\\lambda - 1}`. The exponents follow
from angles and materials alone: no mesh is needed.
"""

import matplotlib.pyplot as plt
import numpy as np

from fem_bump.corners.modes import ElasticCorner
from fem_bump.corners.wedges import ElasticWedge

angles_deg = np.arange(30, 181, 15)
figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
for name, young_mpa in (("polyimide", 3e3), ("aluminium", 70e3), ("copper", 120e3)):
    strongest = []
    for angle in angles_deg:
        # a film whose edge has this angle, on half a plane of silicon nitride; free outside
        wedges = ElasticWedge(180.0, 220e3, 0.27), ElasticWedge(float(angle), young_mpa, 0.34)
        corner = ElasticCorner(wedges, faces=("free", "free"), start_deg=-180.0)
        strongest.append(min((one.value.real for one in corner.exponents()), default=1.0))
    axes.plot(angles_deg, strongest, "o-", label=name)
axes.axhline(0.5, color="0.4", linestyle=":", label="crack in one material")
axes.set(xlabel="angle of the film's edge (deg)", ylabel="strongest exponent, real part")
axes.legend()
