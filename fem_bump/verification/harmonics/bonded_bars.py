"""A core bonded into a shell: bending (harmonic 1) and lateral anisotropy (harmonic 2).

**Bending** to the curvature k about y:

    u_r = -k (z^2 + nu r^2) / 2,   u_t = k (z^2 - nu r^2) / 2,   u_z = k r z,   s_zz = E k r,

in each part if both have the same Poisson's ratio; second-order elements hold it exactly. With
unequal ratios the parts contract differently and press on each other, which adds a plane-strain
field.

**Anisotropic core**: eps_xx = e, eps_yy = -e in the core alone, between rigid planes.

Plane-strain fields of harmonic n without net force are sums of (A, B) r^p with p = n + 1, n - 1,
1 - n, -1 - n (Michell, Proc. London Math. Soc. 31 (1899) 100), (A, B) from equilibrium; a solid
core keeps the first two. The constants follow from equal displacement and traction at the bond and
no traction on the outside (Muskhelishvili, Some Basic Problems of the Mathematical Theory of
Elasticity, on the bending of compound bars).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.harmonic_elasticity import elastic_harmonic
from fem_bump.mechanics.harmonic_stress import HarmonicStress
from fem_bump.verification.grids import grid
from fem_bump.verification.harmonics.harmonic_fields import centres, lame, prescribed
from fem_bump.verification.row import Row, compared, observed_order, vanishing

BENDING = "pure bending of a bonded core and shell"
CORE_IN_SHELL = "anisotropic core in a shell, harmonic 2"
SOURCE = "Michell, constants from bond and free outside"
BOND_UM, OUTER_UM, LENGTH_UM = 1.0, 1.6, 1.5
YOUNG = {"core": 50e3, "shell": 120e3}
EQUAL, UNEQUAL = {"core": 0.3, "shell": 0.3}, {"core": 0.42, "shell": 0.2}
CURVATURE, STRAIN = 2e-3, 1e-3  # 1/um, 1


@dataclass(frozen=True)
class Power:
    """Plane-strain displacement (A, B) r^p of harmonic n, and its stress over r^(p - 1)."""

    p: int
    a: float
    b: float
    s_rr: float
    s_tt: float
    s_rt: float
    s_zz: float


def powers(harmonic: int, young: float, poisson: float, solid: bool) -> list[Power]:
    """Fields in equilibrium without net force; those of a solid part are finite on the axis."""
    n = harmonic
    lam, mu = lame(young, poisson)
    exponents = [n + 1, n - 1] if solid else sorted({n + 1, n - 1, 1 - n, -1 - n})
    out = []
    for p in exponents:

        def stress(a, b, p=p):
            spread = (p + 1) * a + n * b
            return (
                lam * spread + 2 * mu * p * a,
                lam * spread + 2 * mu * (a + n * b),
                mu * ((p - 1) * b - n * a),
                lam * spread,
            )

        columns = []
        for a, b in ((1.0, 0.0), (0.0, 1.0)):
            rr, tt, rt, _ = stress(a, b)
            columns.append([p * rr - tt + n * rt, (p + 1) * rt - n * tt])
        a, b = np.linalg.svd(np.array(columns).T)[2][-1]
        rr, tt, rt, zz = stress(a, b)
        out.append(Power(p, a, b, rr, tt, rt, zz))
    return out


@dataclass(frozen=True)
class Bonded:
    """Exact state: per part its plane-strain fields, their constants, and what is added to them.

    ``added`` maps a part to f(r, z) that returns displacement (3, ...) and axial stress.
    """

    fields: dict[str, list[Power]]
    constants: dict[str, np.ndarray]
    added: dict[str, Callable]

    def part(self, r: np.ndarray) -> np.ndarray:
        """Whether a radius lies in the core."""
        return np.asarray(r) < BOND_UM

    def displacement(self, r, z):
        """(u_r, u_t, u_z), um; the same from both sides of the bond."""
        return np.where(self.part(r), self.in_part("core", r, z)[0], self.in_part("shell", r, z)[0])

    def in_part(self, part: str, r, z) -> tuple[np.ndarray, np.ndarray]:
        """Displacement (3, ...), um, and stress rr, zz, tt, rz, rt, tz, MPa, of a part."""
        r, z = np.asarray(r, float), np.asarray(z, float)
        u, axial = self.added[part](r, z)
        stress = np.zeros((6, *r.shape))
        stress[1] = axial
        # radii of the other part would overflow the negative powers on the axis
        safe = np.maximum(r, 0.5 * BOND_UM) if part == "shell" else r
        for field, c in zip(self.fields[part], self.constants[part], strict=True):
            u[0] += c * field.a * safe**field.p
            u[1] += c * field.b * safe**field.p
            if field.p != 0:
                s = c * safe ** (field.p - 1)
                stress[0] += s * field.s_rr
                stress[1] += s * field.s_zz
                stress[2] += s * field.s_tt
                stress[4] += s * field.s_rt
        return u, stress


def _bonded(harmonic: int, poisson: dict[str, float], added: dict[str, Callable]) -> Bonded:
    fields = {part: powers(harmonic, YOUNG[part], poisson[part], part == "core") for part in YOUNG}
    if harmonic == 1:
        fields["core"] = fields["core"][:1]  # the core's translation is zero

    def lines(part, r, what):
        return [getattr(f, what) * r ** (f.p - (what[0] == "s")) for f in fields[part]]

    size = len(fields["core"])
    matrix, load = np.zeros((6, size + len(fields["shell"]))), np.zeros(6)
    height = np.array(0.0)
    for k, what in enumerate(("a", "b", "s_rr", "s_rt")):
        matrix[k, :size] = lines("core", BOND_UM, what)
        matrix[k, size:] = [-x for x in lines("shell", BOND_UM, what)]
        if k < 2:
            here = [added[part](np.array(BOND_UM), height)[0][k] for part in ("core", "shell")]
            load[k] = here[1] - here[0]
    matrix[4, size:] = lines("shell", OUTER_UM, "s_rr")
    matrix[5, size:] = lines("shell", OUTER_UM, "s_rt")
    # rows in units of MPa for 1e-3: harmonic 1 has two dependent rows, least squares drops them
    matrix[:2] *= 1e5
    load[:2] *= 1e5
    constants = np.linalg.lstsq(matrix, load, rcond=1e-12)[0]
    return Bonded(fields, {"core": constants[:size], "shell": constants[size:]}, added)


def bending(poisson: dict[str, float]) -> Bonded:
    """Bending to :data:`CURVATURE`."""

    def field(part):
        nu, young, k = poisson[part], YOUNG[part], CURVATURE
        return lambda r, z: (
            k * np.array([-(z**2 + nu * r**2) / 2, (z**2 - nu * r**2) / 2, r * z]),
            young * k * r,
        )

    return _bonded(1, poisson, {part: field(part) for part in YOUNG})


def anisotropic() -> Bonded:
    """The core's eigenstrain :data:`STRAIN`."""
    added = {
        "core": lambda r, z: (STRAIN * np.array([r, -r, 0 * r]), 0 * r),
        "shell": lambda r, z: (np.zeros((3, *np.shape(r))), 0 * r),
    }
    return _bonded(2, UNEQUAL, added)


def _model(cells: int, poisson: dict[str, float], length_um: float) -> Model:
    mesh = grid(
        np.concatenate(
            [
                np.linspace(0, BOND_UM, cells + 1),
                np.linspace(BOND_UM, OUTER_UM, cells + 1)[1:],
            ]
        ),
        np.linspace(0, length_um, cells + 1),
        {"core": (0, BOND_UM, 0, length_um), "shell": (BOND_UM, OUTER_UM, 0, length_um)},
    )
    return Model(
        mesh, {part: Material(part, YOUNG[part], poisson[part], 0.0) for part in ("core", "shell")}
    )


def bend(poisson: dict[str, float], cells: int) -> HarmonicStress:
    """The bar: displacement of its lower end given, traction of its upper one."""
    state = bending(poisson)

    def pull(r, z):
        core, shell = (state.in_part(part, r, z)[1] for part in YOUNG)
        axial = np.where(state.part(r), core[1], shell[1])
        return np.array([0 * axial, 0 * axial, axial])

    return elastic_harmonic(
        _model(cells, poisson, LENGTH_UM),
        1,
        prescribed_um={"bottom": prescribed(state.displacement)},
        traction_mpa={"top": pull},
    )


def expand(cells: int) -> HarmonicStress:
    """The anisotropic core in its shell, between rigid planes."""
    amplitude = STRAIN * np.array([1.0, 0.0, -1.0, 0.0, -2.0, 0.0])

    def eigenstrain(r, z):
        return np.multiply.outer(amplitude, (np.asarray(r) < BOND_UM).astype(float))

    return elastic_harmonic(
        _model(cells, UNEQUAL, 0.4),
        2,
        fixed={"bottom": "z", "top": "z"},
        eigenstrain=eigenstrain,
    )


def moment_un_um(poisson: dict[str, float]) -> float:
    """Exact integral of s_zz x over the section, uN um."""
    state = bending(poisson)
    nodes, weights = np.polynomial.legendre.leggauss(20)
    total = 0.0
    for part, lo, hi in (("core", 0.0, BOND_UM), ("shell", BOND_UM, OUTER_UM)):
        r = lo + (hi - lo) * (nodes + 1) / 2
        axial = state.in_part(part, r, 0 * r)[1][1]
        total += float(np.pi * (weights * (hi - lo) / 2 * axial * r**2).sum())
    return total


def worst(found: HarmonicStress, state: Bonded, what: str) -> float:
    """Largest error of displacement (at nodes) or stress (at points of both parts)."""
    if what == "displacement":
        return float(np.abs(found.u_um.T - state.displacement(*found.model.node_points_um)).max())
    largest = 0.0
    for part in YOUNG:
        element, x, y = (v[found.model.mask(found.model.regions[part])] for v in centres(found))
        r, z = found.model.position_um(element, x, y)
        wrong = found.stress_at(element, x, y) - state.in_part(part, r, z)[1]
        largest = max(largest, float(np.abs(wrong).max()))
    return largest


def traction(
    found: HarmonicStress, state: Bonded, side: str = "a"
) -> tuple[np.ndarray, np.ndarray]:
    """Mean traction r, theta at the bond, MPa, out of the core: computed from a side, exact."""
    bond = found.interface("shell", "core", side)
    values = bond.amplitudes[found.harmonic]
    mean = np.einsum("cmi,m->ci", values, bond.line.length_um) @ np.array([1, 1, 4]) / 6
    stress = state.in_part("core", np.array(BOND_UM), np.array(0.0))[1]
    return mean[:2] / bond.line.length_um.sum(), stress[[0, 4]]


def rows(cells: int = 16) -> list[Row]:
    """Bending with equal ratios exactly; traction at the bond and orders of the other two."""
    state, found = bending(EQUAL), bend(EQUAL, 4)
    scale = np.abs(found.u_um).max(), YOUNG["shell"] * CURVATURE * OUTER_UM
    source = "quadratic displacement, exact in second-order elements"
    out = [
        vanishing(
            BENDING,
            f"wrong {what}, equal Poisson's ratios",
            unit,
            worst(found, state, what),
            scale[k],
            1e-10,
            source,
        )
        for k, (what, unit) in enumerate((("displacement", "um"), ("stress", "MPa")))
    ]
    for name, state, solve in (
        (BENDING, bending(UNEQUAL), lambda n: bend(UNEQUAL, n)),
        (CORE_IN_SHELL, anisotropic(), expand),
    ):
        pair = [solve(n) for n in (cells // 2, cells)]
        for side, part in zip("ab", ("shell", "core"), strict=True):
            computed, exact = traction(pair[-1], state, side)
            for k, what in enumerate(("radial", "circumferential")):
                quantity = f"{what} traction at the bond, from the {part}"
                out.append(compared(name, quantity, "MPa", computed[k], exact[k], 1e-3, SOURCE))
        for what, expected in (("displacement", 3.0), ("stress", 2.0)):
            wrong = [worst(one, state, what) for one in pair]
            out.append(
                observed_order(
                    name,
                    f"order, worst {what}",
                    wrong,
                    [2.0, 1.0],
                    expected,
                    0.1,
                    "second-order elements",
                )
            )
    return out
