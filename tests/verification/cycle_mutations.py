"""Mutations of thermal cycles: what one adds, what a zone is, what lies behind a jump."""

from __future__ import annotations

from tests.verification.mutants import Mutation

ZONES = "mechanics/cycling/zones.py"
CYCLING = "tests/fem_bump/mechanics/test_thermal_cycles.py::"
LAYERS = (CYCLING + "test_a_layer_is_as_thick_on_every_mesh",)
JUMPS = (CYCLING + "test_cycles_that_were_extrapolated_over_end_where_all_of_them_do",)

CYCLES = (
    Mutation(
        "cycles: a cycle has what all before it have",
        "mechanics/cycling/trace.py",
        "self.means[-1] - self.means[0]",
        "self.means[-1] - 0.0 * self.means[0]",
    ),
    Mutation(
        "cycles: what stays of a strain is what it moved by",
        "mechanics/cycling/trace.py",
        "return np.asarray(self.means[-1] - self.means[0])",
        "return np.asarray(np.ptp(self.means, axis=0))",
    ),
    Mutation(
        "cycles: elements that a zone's edge crosses count whole",
        ZONES,
        "weights[crossed] = _weights(model, elements[crossed], level)",
        "weights[crossed] *= 1.0",
        tests=LAYERS,
    ),
    Mutation(
        "cycles: the middle of what is cut is that of the whole",
        ZONES,
        "volume *= share * radius / at[0]",
        "volume *= share",
        tests=LAYERS,
    ),
    Mutation(
        "cycles: inner variables stay over a jump",
        "mechanics/cycling/jumping.py",
        "last + cycles * (last - first)",
        "last + 0.0 * (last - first)",
        tests=JUMPS,
    ),
)
