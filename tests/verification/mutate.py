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

RUN = """
import json, sys, warnings
warnings.simplefilter("error")
from fem_bump.verification import PROBLEMS, table
noticed = {}
for problem in PROBLEMS:
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
        "kernels.py",
        "stress = (3 * lam + 2 * mu) * eps[e, q]",
        "stress = -(3 * lam + 2 * mu) * eps[e, q]",
    ),
    Mutation(
        "thermal load: hoop part dropped",
        "kernels.py",
        "vector[2 * i] += w * stress * (dr[i] + h[i])",
        "vector[2 * i] += w * stress * dr[i]",
    ),
    Mutation(
        "thermal load: axial part dropped",
        "kernels.py",
        "vector[2 * i + 1] += w * stress * dz[i]",
        "vector[2 * i + 1] += 0.0",
    ),
    Mutation(
        "thermal load: plane factor 2 lam + 2 mu",
        "kernels.py",
        "stress = (3 * lam + 2 * mu) * eps[e, q]",
        "stress = (2 * lam + 2 * mu) * eps[e, q]",
    ),
    Mutation(
        "stiffness: hoop strain u_r / r dropped",
        "kernels.py",
        "h[i] = shape[q, i] / r",
        "h[i] = 0.0",
    ),
    Mutation(
        "stiffness: sign of the r-hoop coupling by nu",
        "kernels.py",
        "+ lam * (dr[i] * h[j] + h[i] * dr[j])",
        "- lam * (dr[i] * h[j] + h[i] * dr[j])",
    ),
    Mutation(
        "stiffness: nu coupling of z dropped",
        "kernels.py",
        "c = w * (lam * (dr[i] + h[i]) * dz[j] + mu",
        "c = w * (0.0 * dz[j] + mu",
    ),
    Mutation(
        "stiffness: sign in g_rz",
        "kernels.py",
        "* dz[j] + mu * dz[i] * dr[j])",
        "* dz[j] - mu * dz[i] * dr[j])",
    ),
    Mutation(
        "stiffness: weight 2 pi r -> 2 pi",
        "kernels.py",
        "w = 2 * np.pi * r * det * weights[q]\n        nu",
        "w = 2 * np.pi * det * weights[q]\n        nu",
    ),
    Mutation(
        "prescribed values: sign",
        "kernels.py",
        "value -= matrix[i, j] * prescribed[j]",
        "value += matrix[i, j] * prescribed[j]",
    ),
    # stress from displacement
    Mutation("stress: thermal part dropped", "kernels.py", " - (3 * lam + 2 * mu) * eps[m]", ""),
    Mutation(
        "stress: hoop strain dropped",
        "kernels.py",
        "ett = ur / r if r * r > 1e-18 * det else err",
        "ett = 0.0",
    ),
    Mutation(
        "stress: hoop strain on the axis dropped",
        "kernels.py",
        "1e-18 * det else err",
        "1e-18 * det else 0.0",
    ),
    Mutation(
        "stress: sign in g_rz",
        "kernels.py",
        "dz * u[node, 0] + dr * u[node, 1]",
        "dz * u[node, 0] - dr * u[node, 1]",
    ),
    Mutation(
        "energy: sign of the nu term",
        "thermal_stress.py",
        "- 2 * poisson * (rr * zz",
        "+ 2 * poisson * (rr * zz",
    ),
    # constraints and loads
    Mutation(
        "thermal strain: sign",
        "thermal_stress.py",
        "= material.thermal_strain(",
        "= -material.thermal_strain(",
    ),
    Mutation(
        "fixed boundaries ignored", "thermal_stress.py", "in (fixed or {}).items()", "in {}.items()"
    ),
    Mutation(
        "axis condition u_r = 0 dropped",
        "thermal_stress.py",
        "known[2 * model.axis_nodes] = True",
        "pass",
    ),
    Mutation(
        "tied boundaries ignored", "thermal_stress.py", "in (tied or {}).items()", "in {}.items()"
    ),
    Mutation(
        "tied unknowns exert no force in the recovery",
        "thermal_stress.py",
        "held[[i for group in ties for i in group]] = True",
        "pass",
    ),
    Mutation(
        "body force: sign",
        "thermal_stress.py",
        "np.add.at(load, number[number >= 0], force.ravel()[number >= 0])",
        "np.add.at(load, number[number >= 0], -force.ravel()[number >= 0])",
    ),
    Mutation(
        "body force left out of the interface's residual",
        "thermal_stress.py",
        "force -= _body_force(",
        "_body_force(",
    ),
    # conduction
    Mutation(
        "conduction: weight 2 pi r -> 2 pi",
        "kernels.py",
        "w = 2 * np.pi * r * det * weights[q] * conductivity",
        "w = 2 * np.pi * det * weights[q] * conductivity",
    ),
    Mutation(
        "conduction: axial term dropped",
        "kernels.py",
        "w * (dr[i] * dr[j] + dz[i] * dz[j])",
        "w * (dr[i] * dr[j])",
    ),
    Mutation(
        "conduction: J = + s grad phi",
        "conduction.py",
        "return -out * self.conductivity_s_per_m",
        "return out * self.conductivity_s_per_m",
    ),
    Mutation(
        "conduction: current density not in S/um",
        "conduction.py",
        "self.conductivity_s_per_m[element, 0] * PER_UM",
        "self.conductivity_s_per_m[element, 0]",
    ),
    Mutation(
        "conduction: sign of the volume source",
        "conduction.py",
        "source_term = model.nodal_load(current_source, elements)",
        "source_term = -model.nodal_load(current_source, elements)",
    ),
    Mutation(
        "contact: sign of the jump",
        "contacts.py",
        "np.block([[mass, -mass], [-mass, mass]])",
        "np.block([[mass, mass], [mass, mass]])",
    ),
    Mutation(
        "contact: multiplied by its resistivity",
        "contacts.py",
        "facet_mass(points) / np.array",
        "facet_mass(points) * np.array",
    ),
    Mutation(
        "contact: power left out",
        "contacts.py",
        'return float(np.einsum("mi,mij,mj->", phi, matrices, phi))',
        "return 0.0",
    ),
    Mutation(
        "flux source: halved",
        "conduction.py",
        "load += into * current_a * weight",
        "load += into * current_a * weight / 2",
    ),
    # interfaces
    Mutation(
        "facet weight 2 pi r -> 2 pi",
        "recovery.py",
        'radius = np.einsum("im,iq->mq", points[0], shape)',
        "radius = np.ones((points.shape[2], len(x)))",
    ),
    Mutation(
        "peel: sign of the normal",
        "interface_line.py",
        "normal *= np.sign((normal * into_a).sum(axis=0))",
        "normal *= -np.sign((normal * into_a).sum(axis=0))",
    ),
    Mutation(
        "traction: sign",
        "interface.py",
        'sign = -1.0 if side == "a" else 1.0',
        'sign = 1.0 if side == "a" else -1.0',
    ),
    Mutation(
        "shear: sign of the tangent",
        "interface.py",
        "return self._along(self.line.tangent)",
        "return -self._along(self.line.tangent)",
    ),
    Mutation(
        "traction: one sign for both sides",
        "interface.py",
        'sign = -1.0 if side == "a" else 1.0',
        "sign = -1.0",
    ),
    Mutation(
        "flux: sign",
        "interface.py",
        'sign = 1.0 if side == "a" else -1.0',
        'sign = -1.0 if side == "a" else 1.0',
    ),
    Mutation(
        "traces: weight r -> 1",
        "windows.py",
        "r0, dr = self.radius[:-1], np.diff(self.radius)",
        "r0, dr = 1 + 0 * self.radius[:-1], 0 * np.diff(self.radius)",
    ),
    # corners
    Mutation(
        "corner exponents: sign of hoop equilibrium",
        "corners.py",
        "m[:, 3, 2] = -(lam + 1)",
        "m[:, 3, 2] = lam + 1",
    ),
    Mutation(
        "corner exponents: sign of J_r in a conductor",
        "corners.py",
        "out[:, 1, 0] = angle * _sinc(x) / s, -s * lam * np.sin(x)",
        "out[:, 1, 0] = angle * _sinc(x) / s, s * lam * np.sin(x)",
    ),
    Mutation(
        "corner intensity: hoop forces left out",
        "corner_intensity.py",
        "force = np.array([(rr - tt) / axis, rz / axis])",
        "force = np.array([0 * rr / axis, 0 * rz / axis])",
    ),
    Mutation(
        "corner intensity: stress of free expansion left out",
        "corner_intensity.py",
        "constant = lame * hoop - (3 * lame + 2 * shear) * eps",
        "constant = lame * hoop - 0 * eps",
    ),
    Mutation(
        "corner intensity: sign of the complement's own traction",
        "corner_intensity.py",
        "slope * (pull - back)",
        "slope * (pull + back)",
    ),
    Mutation(
        "corner intensity: J_R / R left out",
        "corner_intensity.py",
        "lost = j[0] / points.axis_distance",
        "lost = 0 * j[0]",
    ),
)


def noticed_by(mutation: Mutation | None, folder: Path) -> dict[str, list[str]]:
    """Problems that notice a mutation (``None``: the package as it is), and their failed rows.

    Parameters
    ----------
    folder
        Work folder. What is compiled there is used again as long as ``kernels.py`` is the same.
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
        if mutation.file == "kernels.py":
            cache = folder / "compiled_mutant"
            shutil.rmtree(cache, ignore_errors=True)
    environment = os.environ | {
        "NUMBA_CACHE_DIR": str(cache),
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    run = subprocess.run(
        [sys.executable, "-c", RUN],
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
