"""Break the physics on purpose and see what notices.

Each mutation is a text substitution in a temporary copy of the sources. Verification problems are
solved there, or tests run, in a process of their own, so that neither the checkout nor its compiled
code is touched. A problem notices when one of its rows leaves its tolerance or the analysis fails.
From the repository's root:

    python -m tests.verification.mutate [--all [--write]] [--jobs N] [--keep FOLDER] [NAME ...]

prints a line for each mutation as soon as it is known: the first that notices it, tried in the
order of the table in docs/verification.md. ``--all`` tries all that use what is broken, ``--write``
brings that table up to date. With ``--keep`` a run that was stopped goes on where it was. Exit
status 1 if a mutation goes unnoticed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from fem_bump.verification import PROBLEMS
from tests.verification.cycle_mutations import CYCLES
from tests.verification.life_mutations import LIFE
from tests.verification.mark_mutations import MARKS
from tests.verification.migration_mutations import MIGRATION
from tests.verification.mutants import PACKAGES, PHYSICS, ROOT, Mutation, Workshop, digest
from tests.verification.optimum_mutations import OPTIMUM
from tests.verification.process_mutations import PROCESSES
from tests.verification.shear_mutations import SHEARED
from tests.verification.void_mutations import VOIDS

DOCS = ROOT / "docs" / "verification.md"
HEADER = "| mutation | noticed by |\n|---|---|\n"

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
        "if column < 0:\n                value -= matrix[i, j] * prescribed[j]",
        "if column < 0:\n                value += matrix[i, j] * prescribed[j]",
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
        "algebra/conduction_kernels.py",
        "w = 2 * np.pi * r * det * weights[q] * conductivity",
        "w = 2 * np.pi * det * weights[q] * conductivity",
    ),
    Mutation(
        "conduction: axial term dropped",
        "algebra/conduction_kernels.py",
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
        "system.conductivity_at(element, x, y) * PER_UM",
        "system.conductivity_at(element, x, y)",
    ),
    Mutation(
        "conduction: sign of the volume source",
        "conduction/current_flow.py",
        "fed = system.model.nodal_load(",
        "fed = -system.model.nodal_load(",
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
        "reduced.gather(current_a * (of_source - of_sink))",
        "reduced.gather(current_a * (of_source - of_sink) / 2)",
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
        "r0, dr, ds = radius[m], radius[m + 1] - radius[m], s[m + 1] - s[m]",
        "r0, dr, ds = 1.0, 0.0, s[m + 1] - s[m]",
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
    # heat
    Mutation(
        "heat: conductivity at the coldest sink",
        "heat/system.py",
        'property_field(self.model, "thermal_conductivity_w_per_mk", degc)',
        'property_field(self.model, "thermal_conductivity_w_per_mk", self.sinks.lowest_degc)',
    ),
    Mutation(
        "heat: films leave none",
        "coupling/joule.py",
        "heat.contact_w.ravel()",
        "0.0 * heat.contact_w.ravel()",
    ),
    Mutation(
        "heat: half of a current's",
        "coupling/joule.py",
        "load = system.load(heat.bulk_w_per_um3)",
        "load = system.load(heat.bulk_w_per_um3 / 2)",
    ),
    Mutation(
        "heat: current at the temperature of the sinks",
        "coupling/problem.py",
        "flow = flow_at(flow, degc)",
        "flow = flow_at(flow, 0.0 * degc + system.reference_degc)",
    ),
    Mutation(
        "heat: largest current as a square",
        "coupling/limits.py",
        "largest = unit * float(np.sqrt(",
        "largest = unit * float(np.abs(",
    ),
    Mutation(
        "heat: current at a solidus as a square",
        "coupling/limits.py",
        "found = CurrentLimits(unit * float(np.sqrt(square))",
        "found = CurrentLimits(unit * float(square)",
    ),
    Mutation(
        "heat: sign of a film's ambient",
        "heat/system.py",
        "rise_k[self.nodes] - self.ambient_k",
        "rise_k[self.nodes] + self.ambient_k",
        tests=("tests/fem_bump/heat/test_heat_flow.py::test_heat_leaves_where_it_can",),
    ),
    Mutation(
        "trace heater: resistivity falls with the temperature",
        "coupling/trace_heater.py",
        "down = self._down - per_um * growth",
        "down = self._down + per_um * growth",
        tests=("tests/fem_bump/coupling/test_limits.py::test_trace_on_either_side_of_its_balance",),
    ),
    Mutation(
        "trace heater: heat beside a cold rim doubled",
        "coupling/trace_heater.py",
        "return per_um * self.length_um / 2 * _f(y)",
        "return per_um * self.length_um * _f(y)",
        tests=("tests/fem_bump/coupling/test_limits.py::test_trace_on_either_side_of_its_balance",),
    ),
    # arc sources
    Mutation(
        "conduction: n^2 phi / r^2 -> n^2 phi / r",
        "algebra/conduction_kernels.py",
        "over_square = w / r**2",
        "over_square = w / r",
    ),
    Mutation(
        "conduction: n^2 phi / r^2 left out of the residual",
        "algebra/conduction_kernels.py",
        "straight[i, j] + squares[h] * around[i, j]",
        "straight[i, j] + 0.0 * around[i, j]",
    ),
    Mutation(
        "conduction: phi / r on the axis dropped",
        "algebra/conduction_kernels.py",
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
        "viscoelastic: what is warm relaxes slower",
        "laws/shipped/viscoelastic.py",
        'at["activation_k"] * (1 / kelvin - 1 / reference)',
        '-at["activation_k"] * (1 / kelvin - 1 / reference)',
    ),
    Mutation(
        "viscoelastic: a branch does not see the strain of its step",
        "laws/shipped/viscoelastic.py",
        "gone * behind[i] + (1 - mean) * moved[i]",
        "gone * behind[i]",
    ),
    Mutation(
        "viscoelastic: the bulk modulus relaxes where it stays",
        "laws/shipped/viscoelastic.py",
        "q - (1 - bulk_share) * trace / 3 if i < 3 else q",
        "q - bulk_share * trace / 3 if i < 3 else q",
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
    Mutation(
        "back stress: factor 2/3 dropped",
        "laws/flow.py",
        "toward[i] -= theta * modulus * 2 / 3 * old",
        "toward[i] -= theta * modulus * old",
    ),
    Mutation(
        "creep: strain of the return by 2 mu",
        "laws/point.py",
        "size = (length - q) / (3 * constants[1])",
        "size = (length - q) / (2 * constants[1])",
    ),
    Mutation(
        "history: a step's state not extrapolated",
        "mechanics/inelastic/advance.py",
        "points = (2 * fine - coarse for coarse",
        "points = (fine for coarse",
    ),
    Mutation(
        "history: a field of temperature from the instant behind",
        "mechanics/inelastic/path.py",
        "(1 - share) * one.points + share * other.points",
        "share * one.points + (1 - share) * other.points",
    ),
    Mutation(
        "history: every point at its region's first temperature",
        "mechanics/inelastic/kernels.py",
        "_strain(b[m, q], end, eps[place], strain)",
        "_strain(b[m, q], end, eps[0], strain)",
    ),
    # one harmonic of a film's conductance couples to another
    Mutation(
        "film: m - n taken for m + n",
        "algebra/angular_functions.py",
        "apart, total = np.abs(m - n), m + n",
        "apart, total = m + n, m + n",
    ),
    # faces of a crack that touch
    Mutation(
        "faces: sign of the normal",
        "fracture/contact.py",
        "unit = np.vstack([self.normal, self.along])",
        "unit = np.vstack([-self.normal, self.along])",
    ),
    Mutation(
        "faces: friction drives the sliding",
        "algebra/complementarity.py",
        "drag = -sp.diags(sliding)",
        "drag = sp.diags(sliding)",
    ),
    Mutation(
        "faces: friction next to the tip follows the mesh's pressure",
        "fracture/contact.py",
        "if len(middle) > 2 * AT_TIP:",
        "if False:",
    ),
    Mutation(
        "faces: friction's share is added to G",
        "fracture/domain_integral.py",
        "out[0] -= taken",
        "out[0] += taken",
    ),
    Mutation(
        "faces: K_II without the work on the faces",
        "fracture/interaction_integral.py",
        "total -= interaction_on_growth(",
        "total -= 0 * interaction_on_growth(",
    ),
    Mutation(
        "faces: crack closure takes friction for cohesion",
        "fracture/crack_closure.py",
        "force = force - face_forces(",
        "force = force - 0 * face_forces(",
    ),
    Mutation(
        "faces: a closed tip oscillates",
        "fracture/interface_tip.py",
        "power = -0.5 - (0.0 if closed else 1j * eps)",
        "power = -0.5 - 1j * eps",
    ),
    *MARKS,
    *MIGRATION,
    *LIFE,
    *VOIDS,
    *CYCLES,
    *OPTIMUM,
    *PROCESSES,
    *SHEARED,
)


def documented(text: str) -> dict[str, list[str]]:
    """Mutation name to what notices it, by the table in the docs."""
    rows = text.partition(HEADER)[2].partition("\n\n")[0].splitlines()
    cells = ([cell.strip() for cell in row.strip("|").split(" | ")] for row in rows)
    return {name: by.split(", ") for name, by in cells}


def with_table(text: str, found: dict[str, list[str]]) -> str:
    """The docs with new rows of some mutations, in the order of the list."""
    before, header, after = text.partition(HEADER)
    rest = after[after.index("\n\n") :]
    rows = documented(text) | found
    lines = [f"| {m.name} | {', '.join(rows[m.name])} |" for m in MUTATIONS if rows.get(m.name)]
    return before + header + "\n".join(lines) + rest


def survey(
    chosen: Sequence[Mutation], folder: Path, everything: bool, jobs: int
) -> Iterator[tuple[Mutation, list[str]]]:
    """Mutations and what notices them, each as soon as it is known.

    Parameters
    ----------
    folder
        Where the work is done, and whence what was found with the same sources is taken.
    everything
        Whether all that may notice is tried, or all up to the first that does.
    """
    kept = folder / "noticed.jsonl"
    done = {}
    if kept.exists():
        lines = (json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines())
        done = {line["key"]: line for line in lines}
    known = documented(DOCS.read_text(encoding="utf-8"))
    of_physics = digest(PHYSICS)
    keys = {}
    for mutation in chosen:
        files = [test.partition("::")[0] for test in mutation.tests]
        keys[mutation] = f"{digest(PACKAGES, files) if files else of_physics} {mutation!r}"
    workshop = Workshop(folder)

    def noticed(mutation: Mutation) -> list[str]:
        possible, by_table = mutation.tests or PROBLEMS, known.get(mutation.name, [])
        if everything:
            return list(workshop.noticed_by(mutation, possible))
        likely = [name for name in possible if name in by_table]
        rest = [name for name in possible if name not in by_table]
        for some in (likely[:1], likely[1:], rest):
            if found := workshop.noticed_by(mutation, some, first=True):
                return list(found)
        return []

    with ThreadPoolExecutor(jobs) as pool:
        running = {}
        for mutation in chosen:
            earlier = done.get(keys[mutation])
            if earlier and (earlier["all"] or not everything):
                yield mutation, earlier["noticed"]
            else:
                running[pool.submit(noticed, mutation)] = mutation
        try:
            for future in as_completed(running):
                mutation, found = running[future], future.result()
                line = {"key": keys[mutation], "all": everything, "noticed": found}
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
                yield mutation, found
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def main() -> int:
    """Run the mutations named on the command line, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="part of a mutation's name; all by default")
    parser.add_argument("--all", action="store_true", help="do not stop at the first that notices")
    parser.add_argument("--write", action="store_true", help="write the table of the docs")
    parser.add_argument("--jobs", type=int, default=1, help="mutations at a time")
    parser.add_argument("--keep", type=Path, help="folder for compiled code and what was found")
    given = parser.parse_args()
    if given.write and not given.all:
        parser.error("--write takes --all: the table has all that notice")
    chosen = [m for m in MUTATIONS if not given.names or any(n in m.name for n in given.names)]
    found = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for mutation, noticed in survey(chosen, folder.resolve(), given.all, given.jobs):
            found[mutation.name] = noticed
            said = ", ".join(noticed) or "UNNOTICED"
            print(f"{len(found)}/{len(chosen)} {mutation.name}: {said}", flush=True)
    if given.write:
        text = DOCS.read_text(encoding="utf-8")
        DOCS.write_text(with_table(text, found), encoding="utf-8")
    unnoticed = [name for name, noticed in found.items() if not noticed]
    print(f"{len(found)} mutations; unnoticed: {unnoticed or 'none'}", file=sys.stderr)
    if given.all and not given.names:
        blind = [p for p in PROBLEMS if not any(p in noticed for noticed in found.values())]
        print(f"problems that noticed nothing: {blind or 'none'}", file=sys.stderr)
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
