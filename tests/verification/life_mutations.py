"""Mutations of life: the likelihood of lives, its intervals, what ratios and hours carry."""

from __future__ import annotations

from tests.verification.mutants import Mutation

PARTS = "tests/fem_bump/life/test_calibration.py::"
FATIGUE = "tests/fem_bump/life/test_fatigue.py::"
JOINTS = "tests/fem_bump/life/test_joint_life.py::"
LAYER = "tests/fem_bump/life/test_intermetallic.py::"
REGRESSION = (PARTS + "test_lognormal_lives_that_all_failed_are_a_linear_regression",)
LIKELIHOOD = (
    PARTS + "test_the_likelihood_is_largest_at_the_fit_and_lower_by_the_allowed_at_its_ends",
)

LIFE = (
    Mutation(
        "lives: a survivor counts as a failure",
        "life/regression.py",
        "np.where(failed, density, survival)",
        "density",
        tests=LIKELIHOOD,
    ),
    Mutation(
        "lives: scatter of a failure left out of the likelihood",
        "life/regression.py",
        "sample.failures * math.log(theta[-1]), one",
        "0.0 * math.log(theta[-1]), one",
        tests=LIKELIHOOD,
    ),
    Mutation(
        "lives: intervals of chi squared, as if failures were many",
        "life/regression.py",
        "return r * math.log1p(student_quantile(left, level) ** 2 / left)",
        "return 1.96**2",
        tests=REGRESSION,
    ),
    Mutation(
        "lives: constants held one by one in a profile",
        "life/regression.py",
        "sample.factors[:, others] - np.outer(column, c[others]),",
        "0.0 * sample.factors[:, others] - np.outer(column, c[others]),",
        tests=REGRESSION,
    ),
    Mutation(
        "lives: scatter of the largest likelihood, too small",
        "life/regression.py",
        "found.scale * math.sqrt(found.sample.failures / found.degrees_of_freedom)",
        "found.scale",
        tests=REGRESSION,
    ),
    Mutation(
        "life: band of an early share as if the scatter were known",
        "life/calibration.py",
        "math.sqrt(of_m + end**2)",
        "math.sqrt(of_m + 0.0 * end**2)",
        tests=(
            PARTS
            + "test_the_band_of_an_early_share_holds_as_students_noncentral_distribution_says",
        ),
    ),
    Mutation(
        "lives: sign of n",
        "life/calibration.py",
        '"exponent": -np.log(density / j0)',
        '"exponent": np.log(density / j0)',
        tests=REGRESSION,
    ),
    Mutation(
        "life: band of a ratio without what n and Ea share",
        "life/calibration.py",
        "variance = float(gradient @ np.array(self.covariance) @ gradient)",
        "variance = float(gradient**2 @ np.diag(np.array(self.covariance)))",
        tests=REGRESSION,
    ),
    Mutation(
        "life: median of Weibull lives at 63.2 %",
        "life/regression.py",
        "return math.log(-math.log1p(-share))",
        "return 0.0",
        tests=(PARTS + "test_medians_of_weibull_lives_are_below_their_characteristic_life",),
    ),
    Mutation(
        "life: Arrhenius over degrees Celsius",
        "life/black.py",
        "kelvin = [one.temperature_degc + KELVIN for one in (reference, now)]",
        "kelvin = [one.temperature_degc + 200.0 for one in (reference, now)]",
        tests=("tests/fem_bump/life/test_black.py::test_each_at_its_own_temperature",),
    ),
    Mutation(
        "fatigue: Darveaux's growth in inch a cycle",
        "life/fatigue.py",
        "k3 * M_PER_INCH * MPA_PER_PSI**-k4",
        "k3 * MPA_PER_PSI**-k4",
        tests=(FATIGUE + "test_darveauxs_worked_example",),
    ),
    Mutation(
        "fatigue: a range of shear of all that a cycle adds",
        "life/joint_life.py",
        "SHEAR_OF_ACCUMULATED = math.sqrt(3) / 2",
        "SHEAR_OF_ACCUMULATED = math.sqrt(3)",
        tests=(JOINTS + "test_ranges_of_shear_are_half_of_what_a_cycle_adds",),
    ),
    Mutation(
        "fatigue: joints fail from the first cycle on",
        "life/weibull.py",
        "return self.free_share * self.characteristic",
        "return 0.0 * self.characteristic",
    ),
    Mutation(
        "fatigue: any creep law of the right kind",
        "life/fatigue.py",
        "abs(given - value) <= SAME_CONSTANT * abs(value)",
        "True",
        tests=(
            FATIGUE + "test_syeds_constants_are_those_of_the_corrected_edition_each_with_its_law",
        ),
    ),
    Mutation(
        "intermetallic: linear in time",
        "life/intermetallic.py",
        "math.sqrt(start_um**2 + 3600 * hours * self.rate_at(degc))",
        "start_um + 3600 * hours * self.rate_at(degc) / 9.0",
        tests=(LAYER + "test_the_measured_layer_is_what_was_read",),
    ),
    Mutation(
        "intermetallic: metal by its density instead of by molar volumes",
        "life/intermetallic.py",
        "self.metal_atoms * mass / density / self.molar_volume_cm3",
        "self.metal_atoms * density / mass / self.molar_volume_cm3",
        tests=(LAYER + "test_mass_balance_by_molar_volumes",),
    ),
)
