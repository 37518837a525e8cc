"""Mutations of bodies that flow under a lateral shift: their forces, harmonics and angles."""

from __future__ import annotations

from tests.verification.mutants import Mutation

KERNELS = "mechanics/inelastic/angular_kernels.py"

SHEARED = (
    Mutation(
        "coupled harmonics: forces of a shear with the cosine",
        KERNELS,
        "sums[n, q, c] += w * sine[n, k] * stress[c]",
        "sums[n, q, c] += w * cosine[n, k] * stress[c]",
    ),
    Mutation(
        "coupled harmonics: strain of a turn with the other sign",
        KERNELS,
        "tt += h * (r + n * t)",
        "tt += h * (r - n * t)",
    ),
    Mutation(
        "coupled harmonics: dilatation as second-order triangles have it",
        KERNELS,
        "out[q, c] += change / 3",
        "out[q, c] += 0.0 * change",
    ),
    Mutation(
        "coupled harmonics: an elastic region as stiff in all harmonics",
        "mechanics/inelastic/angular_problem.py",
        "np.where(np.arange(self.harmonics) == 0, 1.0, 0.5)",
        "np.where(np.arange(self.harmonics) == 0, 1.0, 1.0)",
    ),
    Mutation(
        "coupled harmonics: angles around half of the half",
        "mechanics/inelastic/angular_problem.py",
        "(np.arange(self.angles) + 0.5) * np.pi / self.angles",
        "(np.arange(self.angles) + 0.5) * np.pi / 2 / self.angles",
    ),
    Mutation(
        "coupled harmonics: work of the first angle alone",
        "mechanics/flowed_states.py",
        "work @ cosine[n]",
        "work[..., 0] * (n == 0)",
    ),
)
