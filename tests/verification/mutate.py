"""Break the physics on purpose and see which verification problems notice.

Each mutation is a text substitution in a temporary copy of ``fem_bump``; the verification table
runs there, problem by problem, in a process of its own, so neither the checkout nor its compiled
cache is touched. A problem notices when one of its rows leaves its tolerance or the analysis fails.
From the repository's root:

    python -m tests.verification.mutate [--markdown] [NAME ...]

prints mutation by problem; exit status 1 if a mutation goes unnoticed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "fem_bump"
# kernels that those of other files call: nothing that is compiled may be used again
CALLED_KERNELS = ("algebra/pattern.py", "algebra/shape_functions.py")
# compiled code of laws, by the folders it comes from: it calls itself, others know its address only
LAWS = ("laws_*", "shipped_*")

RUN = """
import json, sys, warnings
warnings.simplefilter("error")
from fem_bump.verification import PROBLEMS, table
noticed = {}
for problem in sys.argv[1:] or PROBLEMS:
    try:
        bad = [row.quantity for row in table([problem]) if not row.passed]
    except Exception as error:
        bad = [f"{type(error).__name__}: {error}"]
    if bad:
        noticed[problem] = bad
print(json.dumps(noticed))
"""


@dataclass(frozen=True)
class Mutation:
    """A substitution that must match exactly ``times`` times in a file of the package."""

    name: str
    file: str
    old: str
    new: str
    times: int = 1


MUTATIONS = (
    # thermo-elastic kernel
    Mutation(
        "thermal load: sign",
        "mechanics/axisymmetric_kernels.py",
        "stress = (3 * lam + 2 * mu) * eps[e, q]",
        "stress = -(3 * lam + 2 * mu) * eps[e, q]",
    ),
    Mutation(
        "thermal load: hoop part dropped",
        "mechanics/axisymmetric_kernels.py",
        "vector[k] += w * stress * (dr[i] + h[i])",
        "vector[k] += w * stress * dr[i]",
    ),
    Mutation(
        "thermal load: axial part dropped",
        "mechanics/axisymmetric_kernels.py",
        "vector[k + 1] += w * stress * dz[i]",
        "vector[k + 1] += 0.0",
    ),
    Mutation(
        "thermal load: plane factor 2 lam + 2 mu",
        "mechanics/axisymmetric_kernels.py",
        "stress = (3 * lam + 2 * mu) * eps[e, q]",
        "stress = (2 * lam + 2 * mu) * eps[e, q]",
    ),
    Mutation(
        "stiffness: hoop strain u_r / r dropped",
        "mechanics/axisymmetric_kernels.py",
        "h[i] = value[q, i] / r",
        "h[i] = 0.0",
    ),
    Mutation(
        "stiffness: sign of the r-hoop coupling by nu",
        "mechanics/axisymmetric_kernels.py",
        "+ lam * (dr[i] * h[j] + h[i] * dr[j])",
        "- lam * (dr[i] * h[j] + h[i] * dr[j])",
    ),
    Mutation(
        "stiffness: nu coupling of z dropped",
        "mechanics/axisymmetric_kernels.py",
        "w * (lam * (dr[i] + h[i]) * dz[j] + mu",
        "w * (0.0 * dz[j] + mu",
    ),
    Mutation(
        "stiffness: sign in g_rz",
        "mechanics/axisymmetric_kernels.py",
        "* dz[j] + mu * dz[i] * dr[j])",
        "* dz[j] - mu * dz[i] * dr[j])",
    ),
    Mutation(
        "stiffness: weight 2 pi r -> 2 pi",
        "mechanics/axisymmetric_kernels.py",
        "w = 2 * np.pi * r * det * weights[q]\n        nu",
        "w = 2 * np.pi * det * weights[q]\n        nu",
    ),
    Mutation(
        "prescribed values: sign",
        "algebra/pattern.py",
        "value -= matrix[i, j] * prescribed[j]",
        "value += matrix[i, j] * prescribed[j]",
    ),
    # stress from displacement
    Mutation(
        "stress: thermal part dropped",
        "mechanics/axisymmetric_kernels.py",
        " - (3 * lam + 2 * mu) * eps[m]",
        "",
    ),
    Mutation(
        "stress: hoop strain dropped",
        "mechanics/axisymmetric_kernels.py",
        "ett = ur / r if r * r > 1e-18 * det else err",
        "ett = 0.0",
    ),
    Mutation(
        "stress: hoop strain on the axis dropped",
        "mechanics/axisymmetric_kernels.py",
        "1e-18 * det else err",
        "1e-18 * det else 0.0",
    ),
    Mutation(
        "stress: sign in g_rz",
        "mechanics/axisymmetric_kernels.py",
        "dz * u[node, 0] + dr * u[node, 1]",
        "dz * u[node, 0] - dr * u[node, 1]",
    ),
    Mutation(
        "energy: sign of the nu term",
        "mechanics/harmonic_stress.py",
        "- 2 * poisson * (rr * zz",
        "+ 2 * poisson * (rr * zz",
    ),
    # constraints and loads
    Mutation(
        "thermal strain: sign",
        "body/material_state.py",
        "= material.thermal_strain(",
        "= -material.thermal_strain(",
    ),
    Mutation(
        "fixed boundaries ignored",
        "mechanics/conditions.py",
        "in (fixed or {}).items()",
        "in {}.items()",
    ),
    Mutation(
        "axis condition u_r = 0 dropped",
        "mechanics/conditions.py",
        '{0: "rt",',
        '{0: "t",',
    ),
    Mutation(
        "tied boundaries ignored",
        "mechanics/conditions.py",
        "in (tied or {}).items()",
        "in {}.items()",
    ),
    Mutation(
        "tied unknowns exert no force in the recovery",
        "mechanics/conditions.py",
        "held[[i for group in self.ties for i in group]] = True",
        "pass",
    ),
    Mutation(
        "body force: sign",
        "mechanics/thermal_stress.py",
        "else body_forces(model, body_force)",
        "else -body_forces(model, body_force)",
    ),
    Mutation(
        "body force left out of the interface's residual",
        "mechanics/harmonic_stress.py",
        "force -= body_forces(",
        "body_forces(",
    ),
    # conduction
    Mutation(
        "conduction: weight 2 pi r -> 2 pi",
        "conduction/kernels.py",
        "w = 2 * np.pi * r * det * weights[q] * conductivity",
        "w = 2 * np.pi * det * weights[q] * conductivity",
    ),
    Mutation(
        "conduction: axial term dropped",
        "conduction/kernels.py",
        "w * (along_r * dr[j] + along_z * dz[j])",
        "w * (along_r * dr[j])",
    ),
    Mutation(
        "conduction: J = + s grad phi",
        "conduction/harmonic.py",
        "out[:2] *= -s",
        "out[:2] *= s",
    ),
    Mutation(
        "conduction: current density not in S/um",
        "conduction/harmonic.py",
        "system.conductivity[element, 0] * PER_UM",
        "system.conductivity[element, 0]",
    ),
    Mutation(
        "conduction: sign of the volume source",
        "conduction/current_flow.py",
        "else model.nodal_load(current_source, system.elements)",
        "else -model.nodal_load(current_source, system.elements)",
    ),
    Mutation(
        "contact: sign of the jump",
        "conduction/contacts.py",
        "np.block([[mass, -mass], [-mass, mass]])",
        "np.block([[mass, mass], [mass, mass]])",
    ),
    Mutation(
        "contact: multiplied by its resistivity",
        "conduction/contacts.py",
        "[1 / resistive[k] for k",
        "[resistive[k] for k",
    ),
    Mutation(
        "contact: power left out",
        "conduction/contacts.py",
        'return float(np.einsum("mi,mij,mj->", phi, matrices, phi))',
        "return 0.0",
    ),
    Mutation(
        "film: products of cosines without their sum",
        "algebra/angular_functions.py",
        "alike = cosine[..., apart] + sign * cosine[..., total]",
        "alike = cosine[..., apart] + 0 * sign * cosine[..., total]",
    ),
    Mutation(
        "film: disc by the half angle's sine alone",
        "algebra/angular_functions.py",
        "own = alpha / np.pi * np.sinc(k * alpha / np.pi)",
        "own = np.sin(alpha) / np.pi * np.sinc(k * alpha / np.pi)",
    ),
    Mutation(
        "film: its conductance added to that beside it",
        "conduction/off_centre_films.py",
        "self._change = self.conductance - system",
        "self._change = self.conductance + 0 * system",
    ),
    Mutation(
        "film: sign of what drives the change",
        "conduction/film_change.py",
        "driven = -np.einsum(",
        "driven = np.einsum(",
    ),
    Mutation(
        "film: sines without phase",
        "conduction/film_harmonics.py",
        "return np.where(self._functions(count).sines, 90.0, 0.0)",
        "return np.where(self._functions(count).sines, 0.0, 0.0)",
    ),
    Mutation(
        "film: current that enters beyond the harmonics solved for, its sign",
        "conduction/film_densities.py",
        "enters = -first[None, :, None] * leaves_first",
        "enters = first[None, :, None] * leaves_first",
    ),
    Mutation(
        "recovery: density continuous where the film changes",
        "conduction/flux_densities.py",
        "line.outline(elements, loaded, conducting, films)",
        "line.outline(elements, loaded, conducting)",
    ),
    Mutation(
        "flux source: halved",
        "conduction/current_flow.py",
        "load += into * current_a * weights_of[name]",
        "load += into * current_a * weights_of[name] / 2",
    ),
    # interfaces
    Mutation(
        "facet weight 2 pi r -> 2 pi",
        "algebra/quadrature.py",
        "return at, 2 * np.pi * at[0] * stretch",
        "return at, 2 * np.pi * stretch",
    ),
    Mutation(
        "peel: sign of the normal",
        "interfaces/line.py",
        "side = np.sign((normal * into_a).sum(axis=0))",
        "side = -np.sign((normal * into_a).sum(axis=0))",
    ),
    Mutation(
        "traction: sign",
        "mechanics/harmonic_stress.py",
        '(-1.0 if side == "a" else 1.0)',
        '(1.0 if side == "a" else -1.0)',
    ),
    Mutation(
        "shear: sign of the tangent",
        "interfaces/traction.py",
        "shear.append((plane * line.tangent",
        "shear.append((-plane * line.tangent",
    ),
    Mutation(
        "traction: one sign for both sides",
        "mechanics/harmonic_stress.py",
        '(-1.0 if side == "a" else 1.0)',
        "-1.0",
    ),
    Mutation(
        "flux: sign",
        "conduction/flux_densities.py",
        'elements, 1.0 if side == "a" else -1.0',
        'elements, -1.0 if side == "a" else 1.0',
    ),
    Mutation(
        "traces: weight r -> 1",
        "interfaces/windows.py",
        "r0, dr = self.radius[:-1], np.diff(self.radius)",
        "r0, dr = 1 + 0 * self.radius[:-1], 0 * np.diff(self.radius)",
    ),
    # corners
    Mutation(
        "corner exponents: sign of hoop equilibrium",
        "corners/wedges.py",
        "m[:, 3, 2] = -(lam + 1)",
        "m[:, 3, 2] = lam + 1",
    ),
    Mutation(
        "corner exponents: sign of J_r in a conductor",
        "corners/wedges.py",
        "out[:, 1, 0] = angle * _sinc(x) / s, -s * lam * np.sin(x)",
        "out[:, 1, 0] = angle * _sinc(x) / s, s * lam * np.sin(x)",
    ),
    Mutation(
        "corner intensity: hoop forces left out",
        "corners/stress_intensity.py",
        "force = np.array([(rr - tt) / axis, rz / axis])",
        "force = np.array([0 * rr / axis, 0 * rz / axis])",
    ),
    Mutation(
        "corner intensity: stress of free expansion left out",
        "corners/stress_intensity.py",
        "constant = lame * hoop - (3 * lame + 2 * shear) * eps",
        "constant = lame * hoop - 0 * eps",
    ),
    Mutation(
        "corner intensity: sign of the complement's own traction",
        "corners/stress_intensity.py",
        "slope * (pull - back)",
        "slope * (pull + back)",
    ),
    Mutation(
        "corner intensity: J_R / R left out",
        "corners/current_intensity.py",
        "lost = j[0] / points.axis_distance",
        "lost = 0 * j[0]",
    ),
    # one harmonic of elasticity
    Mutation(
        "harmonic stiffness: sign of n u_t in e_tt",
        "mechanics/harmonic_kernels.py",
        "rows[2, t] = n * h[i]",
        "rows[2, t] = -n * h[i]",
    ),
    Mutation(
        "harmonic stiffness: u_r in e_tt dropped",
        "mechanics/harmonic_kernels.py",
        "rows[2, r] = h[i]",
        "rows[2, r] = 0.0",
    ),
    Mutation(
        "harmonic stiffness: sign in g_rz",
        "mechanics/harmonic_kernels.py",
        "rows[3, z] = dr[i]",
        "rows[3, z] = -dr[i]",
    ),
    Mutation(
        "harmonic stiffness: n u_r in g_rt dropped",
        "mechanics/harmonic_kernels.py",
        "rows[4, r] = -n * h[i]",
        "rows[4, r] = 0.0",
    ),
    Mutation(
        "harmonic stiffness: u_t / r in g_rt dropped",
        "mechanics/harmonic_kernels.py",
        "rows[4, t] = dr[i] - h[i]",
        "rows[4, t] = dr[i]",
    ),
    Mutation(
        "harmonic stiffness: dz u_t in g_tz halved",
        "mechanics/harmonic_kernels.py",
        "rows[5, t] = dz[i]",
        "rows[5, t] = dz[i] / 2",
    ),
    Mutation(
        "harmonic stiffness: sign of n u_z in g_tz",
        "mechanics/harmonic_kernels.py",
        "rows[5, z] = -n * h[i]",
        "rows[5, z] = n * h[i]",
    ),
    Mutation(
        "harmonic stiffness: shear modulus doubled",
        "mechanics/harmonic_kernels.py",
        "stress[c + 3, k] = mu * rows",
        "stress[c + 3, k] = 2 * mu * rows",
    ),
    Mutation(
        "harmonic stiffness: weight 2 pi r -> 2 pi",
        "mechanics/harmonic_kernels.py",
        "w = 2 * np.pi * r * det",
        "w = 2 * np.pi * det",
    ),
    Mutation(
        "harmonic load: sign of the eigenstrain",
        "mechanics/harmonic_kernels.py",
        "vector[i - 3 * first] += part * eps",
        "vector[i - 3 * first] -= part * eps",
    ),
    Mutation(
        "harmonic load: sign of the half difference on the axis",
        "mechanics/harmonic_kernels.py",
        "vector[r] + vector[t], vector[r] - vector[t]",
        "vector[r] + vector[t], vector[t] - vector[r]",
    ),
    Mutation(
        "harmonic forces: sign of the eigenstrain",
        "mechanics/harmonic_kernels.py",
        "value = -vector[i]",
        "value = vector[i]",
    ),
    Mutation(
        "harmonic stress: sign of n u_t in e_tt",
        "mechanics/harmonic_kernels.py",
        "over_r[0] + n * over_r[1]\n        strain[3]",
        "over_r[0] - n * over_r[1]\n        strain[3]",
    ),
    Mutation(
        "harmonic stress: sign of n u_r in g_rt",
        "mechanics/harmonic_kernels.py",
        "(over_r[1] + n * over_r[0])",
        "(over_r[1] - n * over_r[0])",
    ),
    Mutation(
        "harmonic stress: sign of n u_z in g_tz",
        "mechanics/harmonic_kernels.py",
        "along_z[1] - n * over_r[2]",
        "along_z[1] + n * over_r[2]",
    ),
    Mutation(
        "harmonic stress: quotients on the axis dropped",
        "mechanics/harmonic_kernels.py",
        "1e-18 * det else along_r",
        "1e-18 * det else 0.0 * along_r",
    ),
    Mutation(
        "harmonic stress: eigenstrain dropped",
        "mechanics/harmonic_kernels.py",
        "strain[c] -= eps[c, m]",
        "strain[c] -= 0.0",
    ),
    Mutation(
        "axis, n = 1: u_z = 0 dropped",
        "mechanics/conditions.py",
        '1: "rz"}',
        '1: "r"}',
    ),
    Mutation(
        "axis, n = 1: u_r + u_t = 0 dropped",
        "mechanics/conditions.py",
        '1: "rz"}',
        '1: "z"}',
    ),
    Mutation(
        "axis, n = 1: u = 0 as for n >= 2",
        "mechanics/conditions.py",
        '1: "rz"}',
        '1: "rtz"}',
    ),
    Mutation(
        "cell side, odd n: u_z = 0 dropped",
        "mechanics/conditions.py",
        'known[nodes, components.index("z")] = True',
        "pass",
    ),
    Mutation(
        "cell side, even n: tie dropped",
        "mechanics/conditions.py",
        "ties.append(len(components) * nodes + components.index(name))",
        "pass",
    ),
    Mutation(
        "harmonic traction load: sign",
        "mechanics/harmonic_elasticity.py",
        "load += _traction_load(",
        "load -= _traction_load(",
    ),
    Mutation(
        "compliant face: stiffness halved",
        "mechanics/harmonic_elasticity.py",
        "mass = k * facet_mass(",
        "mass = k / 2 * facet_mass(",
    ),
    Mutation(
        "compliant face: its unknowns on the axis not turned",
        "mechanics/harmonic_elasticity.py",
        "= [[1.0, 1.0], [1.0, -1.0]]",
        "= [[1.0, 0.0], [0.0, 1.0]]",
    ),
    Mutation(
        "shift: sign of u_t",
        "mechanics/lateral_shift.py",
        '{"r": u, "t": -u, "z": 0.0}',
        '{"r": u, "t": u, "z": 0.0}',
    ),
    Mutation(
        "reaction: halving dropped",
        "mechanics/harmonic_stress.py",
        "return float((force[:, 0] - force[:, 1]).sum() / 2)",
        "return float((force[:, 0] - force[:, 1]).sum())",
    ),
    Mutation(
        "moment: sign of r F_z",
        "mechanics/harmonic_stress.py",
        "- r * force[:, 2]).sum()",
        "+ r * force[:, 2]).sum()",
    ),
    Mutation(
        "harmonic energy: mean of cos^2 dropped",
        "mechanics/harmonic_stress.py",
        "(0.5 if self.harmonic else 1.0)",
        "(1.0 if self.harmonic else 1.0)",
    ),
    Mutation(
        "harmonic traction: sum and difference not halved",
        "mechanics/harmonic_stress.py",
        "np.array([[0.5], [0.5], [1.0]]) * turn",
        "turn",
    ),
    Mutation(
        "harmonic traction: zero on the axis for n = 1",
        "mechanics/harmonic_stress.py",
        "(True, harmonic != 1, harmonic != 0)",
        "(True, True, harmonic != 0)",
    ),
    Mutation(
        "superposition: u_theta with the cosine",
        "mechanics/state.py",
        "np.array([cosine, sine, cosine])",
        "np.array([cosine, cosine, cosine])",
    ),
    Mutation(
        "superposition: s_rt, s_tz with the cosine",
        "mechanics/state.py",
        "part[4:] * sine",
        "part[4:] * cosine",
    ),
    Mutation(
        "superposition: axisymmetric stress dropped",
        "mechanics/state.py",
        "part[:4] * cosine",
        "part[:4] * (cosine if n else 0.0)",
    ),
    # arc sources
    Mutation(
        "conduction: n^2 phi / r^2 -> n^2 phi / r",
        "conduction/kernels.py",
        "over_square = w / r**2",
        "over_square = w / r",
    ),
    Mutation(
        "conduction: n^2 phi / r^2 left out of the residual",
        "conduction/kernels.py",
        "straight[i, j] + squares[h] * around[i, j]",
        "straight[i, j] + 0.0 * around[i, j]",
    ),
    Mutation(
        "conduction: phi / r on the axis dropped",
        "conduction/kernels.py",
        "1e-18 * det else gr",
        "1e-18 * det else 0.0",
    ),
    Mutation(
        "arc source: harmonics not doubled",
        "conduction/arc_source.py",
        "np.where(n == 0, 1.0, 2.0)",
        "np.where(n == 0, 1.0, 1.0)",
    ),
    Mutation(
        "arc source: angle halved",
        "conduction/arc_source.py",
        "return np.where(n == 0, 1.0, 2.0) * arc_mean(n, np.radians(self.half_angle_deg))",
        "return np.where(n == 0, 1.0, 2.0) * arc_mean(n, np.radians(self.half_angle_deg) / 2)",
    ),
    Mutation(
        "arc source: n counts from 1 for N sources",
        "conduction/unit_responses.py",
        "n = self.arcs.count * (len(self._unit) + 1)",
        "n = len(self._unit) + 1",
    ),
    Mutation(
        "arc source: axis condition phi = 0 dropped",
        "conduction/unit_responses.py",
        "known[system.axis_unknowns] = True",
        "pass",
    ),
    Mutation(
        "arc source: sink not at zero potential",
        "conduction/unit_responses.py",
        "known[system.terminal_unknowns(self._sink).ravel()] = True",
        "pass",
    ),
    Mutation(
        "arc source: tail of the potential dropped",
        "conduction/arc_source.py",
        "float(level[-1]) * terms_sum, drift",
        "0.0 * terms_sum, drift",
    ),
    Mutation(
        "arc source: sign of J_theta",
        "conduction/harmonic.py",
        "out[2] *= s * term.number",
        "out[2] *= -s * term.number",
    ),
    Mutation(
        "arc source: J_theta with the cosine",
        "conduction/flow.py",
        "out[1] += part[2] * np.sin(turned)",
        "out[1] += part[2] * np.cos(turned)",
    ),
    Mutation(
        "arc source: harmonics dissipate as if they did not turn",
        "conduction/harmonic.py",
        "return 0.5 if self.number else 1.0",
        "return 1.0",
    ),
    Mutation(
        "arc source: J.n not per source amplitude",
        "conduction/flux_densities.py",
        "factor[1:, None, None] * unit",
        "1.0 * unit",
    ),
    Mutation(
        "angle windows: width left out",
        "algebra/harmonics.py",
        "width, middle = arc_mean(n, (high - low) / 2),",
        "width, middle = np.ones(len(n)),",
    ),
    Mutation(
        "angle windows: middle left out",
        "algebra/harmonics.py",
        ", n * (low + high) / 2",
        ", 0.0 * n",
    ),
    Mutation(
        "angle windows: shear around with the cosine",
        "interfaces/traction_windows.py",
        "mix[2] * sine])",
        "mix[2] * cosine])",
    ),
    Mutation(
        "angle windows: mode mix from the cosine",
        "interfaces/traction_windows.py",
        "around = np.tensordot(sine, np.tensordot(self.parts[2]",
        "around = np.tensordot(cosine, np.tensordot(self.parts[2]",
    ),
    # yield and creep
    Mutation(
        "yield limit: sign of the hardening",
        "laws/flow.py",
        "constants[YIELD] + constants[HARDENING] * p",
        "constants[YIELD] - constants[HARDENING] * p",
    ),
    Mutation(
        "back stress: sign",
        "laws/flow.py",
        "toward[i] -= theta * modulus",
        "toward[i] += theta * modulus",
    ),
    Mutation(
        "back strain: factor 3/2 dropped",
        "laws/flow.py",
        "(old[base + k * n + i] + 1.5 * x * m)",
        "(old[base + k * n + i] + x * m)",
    ),
    Mutation(
        "flow: factor 3/2 dropped",
        "laws/flow.py",
        "new[i] = old[i] + (1.5 if i < 3 else 3.0) * flow",
        "new[i] = old[i] + (1.0 if i < 3 else 2.0) * flow",
    ),
    Mutation(
        "flow: shear once",
        "laws/flow.py",
        "new[i] = old[i] + (1.5 if i < 3 else 3.0) * flow",
        "new[i] = old[i] + 1.5 * flow",
    ),
    Mutation(
        "yield and creep in turn: creep first, with the stress before yielding",
        "laws/flow.py",
        "found = abs(following - shrink) <= CLOSE or high - low <= CLOSE",
        "following, found = shrink, True",
    ),
    Mutation(
        "yield and creep: creep left out where it yields",
        "laws/flow.py",
        "    if not creeps:\n        x, in_x",
        "    if True:\n        shrink = 1.0\n        creeps = False\n        x, in_x",
    ),
    Mutation(
        "tangent: the stress shrinks as if the rate did not know it",
        "laws/point.py",
        "rank = (slope - share) * 3 * constants[1] / (length * length)",
        "rank = 0.0",
    ),
    Mutation(
        "Anand: hardens where it should recover",
        "laws/shipped/anand.py",
        "power * gap",
        "power * abs(gap)",
        times=2,
    ),
    Mutation(
        "Anand: S* does not know the rate",
        "laws/shipped/anand.py",
        "saturated = s_hat * math.exp(n * scaled)",
        "saturated = s_hat",
    ),
    Mutation(
        "laws: thermal strain with the other sign",
        "mechanics/inelastic/kernels.py",
        "rr = zz = tt = -eps",
        "rr = zz = tt = eps",
    ),
    Mutation(
        "laws: dilatation as second-order triangles have it",
        "mechanics/inelastic/kernels.py",
        "rows[q, c, k] += change / 3",
        "rows[q, c, k] += 0.0",
    ),
    Mutation(
        "history: work of the back stress left out",
        "laws/flow.py",
        "work += 0.5 * x",
        "work += 0.0 * x",
    ),
)


def noticed_by(
    mutation: Mutation | None, folder: Path, problems: Iterable[str] = ()
) -> dict[str, list[str]]:
    """Problems that notice a mutation (``None``: the package as it is), and their failed rows.

    Parameters
    ----------
    folder
        Work folder. What is compiled there is used again as long as the kernels are the same.
    problems
        Those that are tried; all by default.
    """
    package = folder / "fem_bump"
    compiled = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, package, dirs_exist_ok=True, ignore=compiled)
    cache = folder / "compiled"
    if mutation is not None:
        path = package / mutation.file
        text = path.read_text(encoding="utf-8")
        if text.count(mutation.old) != mutation.times:
            raise LookupError(
                f"mutation '{mutation.name}' matches {text.count(mutation.old)} times in "
                f"{mutation.file}, not {mutation.times}"
            )
        path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
        of_laws = mutation.file.startswith("laws/")
        if of_laws or mutation.file.endswith("kernels.py") or mutation.file in CALLED_KERNELS:
            compiled_as_it_is, cache = cache, folder / "compiled_mutant"
            shutil.rmtree(cache, ignore_errors=True)
            if mutation.file not in CALLED_KERNELS:
                # no other compiled code calls these: what stands in the other files is used again
                stale = shutil.ignore_patterns(*LAWS) if of_laws else None
                shutil.copytree(compiled_as_it_is, cache, ignore=stale)
    environment = os.environ | {
        "NUMBA_CACHE_DIR": str(cache),
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    run = subprocess.run(
        [sys.executable, "-c", RUN, *problems],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise RuntimeError(f"mutation '{mutation and mutation.name}' did not run:\n{run.stderr}")
    return json.loads(run.stdout.splitlines()[-1])


def survey(mutations: Iterable[Mutation]) -> dict[str, dict[str, list[str]]]:
    """Mutation name to the problems that notice it; the unbroken package must pass."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        unbroken = noticed_by(None, folder)
        if unbroken:
            raise RuntimeError(f"the package as it is fails: {unbroken}")
        return {mutation.name: noticed_by(mutation, folder) for mutation in mutations}


def markdown(found: dict[str, dict[str, list[str]]], problems: Iterable[str]) -> str:
    """Table of mutation by problem; a cross where the problem notices."""
    problems = list(problems)
    lines = ["| mutation | " + " | ".join(problems) + " |", "|---" * (len(problems) + 1) + "|"]
    for name, noticed in found.items():
        marks = ["x" if problem in noticed else "" for problem in problems]
        lines.append(f"| {name} | " + " | ".join(marks) + " |")
    return "\n".join(lines)


def main() -> int:
    """Run the mutations named on the command line, or all."""
    from fem_bump.verification import PROBLEMS

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="part of a mutation's name; all by default")
    parser.add_argument("--markdown", action="store_true", help="print the table of the docs")
    given = parser.parse_args()
    chosen = [m for m in MUTATIONS if not given.names or any(n in m.name for n in given.names)]
    found = survey(chosen)
    if given.markdown:
        print(markdown(found, PROBLEMS))
    else:
        for name, noticed in found.items():
            print(f"{name}: {', '.join(noticed) or 'UNNOTICED'}")
    unnoticed = [name for name, noticed in found.items() if not noticed]
    blind = [p for p in PROBLEMS if not any(p in noticed for noticed in found.values())]
    print(
        f"\n{len(found)} mutations; unnoticed: {unnoticed or 'none'}; "
        f"problems that noticed nothing: {blind or 'none'}",
        file=sys.stderr,
    )
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
