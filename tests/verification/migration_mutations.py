"""Mutations of migration: forces and their signs, what moves and what blocks, time, means."""

from __future__ import annotations

from tests.verification.mutants import Mutation

PARTS = "tests/fem_bump/migration/test_electromigration.py::"

MIGRATION = (
    Mutation(
        "migration: sign of the wind",
        "migration/solution.py",
        "out[here] = data.stress_per_volt_mpa * phi[here]",
        "out[here] = -data.stress_per_volt_mpa * phi[here]",
    ),
    Mutation(
        "migration: sign of thermomigration",
        "migration/solution.py",
        "out[here] += data.stress_per_log_kelvin_mpa",
        "out[here] -= data.stress_per_log_kelvin_mpa",
    ),
    Mutation(
        "migration: heat of transport over degrees Celsius",
        "migration/solution.py",
        "kelvin = drive.node_degc - ABSOLUTE_ZERO_DEGC",
        "kelvin = drive.node_degc",
    ),
    Mutation(
        "migration: sign of the activation energy",
        "materials/migration.py",
        "np.exp(-self.activation_ev",
        "np.exp(self.activation_ev",
    ),
    Mutation(
        "migration: mobility without 1 / k T",
        "materials/migration.py",
        "self.atomic_volume_m3 / kt",
        "self.atomic_volume_m3 / 5e-21",
    ),
    Mutation(
        "migration: mobility at the mean temperature",
        "migration/system.py",
        "mobility[elements[here]] = data.mobility_um2_per_s_mpa(degc[here])",
        "mobility[elements[here]] = data.mobility_um2_per_s_mpa(degc[here].mean())",
    ),
    Mutation(
        "migration: storage without 1 / B",
        "migration/system.py",
        "block.moduli_mpa[:, None]",
        "block.moduli_mpa.mean()",
    ),
    Mutation(
        "migration: kept without 1 / B",
        "migration/solution.py",
        "found += (whole - content @ found) / content.sum()",
        "found -= found.mean()",
    ),
    Mutation(
        "migration: harmonics without n2",
        "migration/system.py",
        "self.straight + harmonic**2 * self.around",
        "self.straight + harmonic * self.around",
    ),
    Mutation(
        "migration: blocked interfaces open",
        "migration/blocks.py",
        "joined = inner & (kind[first] == kind[np.maximum(second, 0)])",
        "joined = inner.copy()",
    ),
    Mutation(
        "migration: open interfaces blocked",
        "migration/blocks.py",
        "joined[facets] = True",
        "joined[facets] = joined[facets]",
    ),
    Mutation(
        "migration: the way from the start reversed",
        "migration/solution.py",
        "lacking.append((0.0 if number else start) - found)",
        "lacking.append(found - (0.0 if number else start))",
    ),
    Mutation(
        "migration: steps end after two",
        "migration/decay.py",
        "while settled < LAST:",
        "while len(rates) < LAST:",
    ),
    Mutation(
        "migration: steps of one length",
        "migration/decay.py",
        "rates.append(_next_rate(found.rates_per_s, rates, quickest))",
        "rates.append(rates[-1])",
    ),
    Mutation(
        "migration: reservoirs ignored",
        "migration/solution.py",
        "held[found], values[found] = True, value",
        "held[found], values[found] = False, value",
        tests=(PARTS + "test_reservoirs_hold_their_stress",),
    ),
    Mutation(
        "migration: initial stress without its sign",
        "coupling/electromigration.py",
        "given.stress_at(*points)[:3].mean(axis=0)",
        "-given.stress_at(*points)[:3].mean(axis=0)",
        tests=(PARTS + "test_initial_state_of_a_thermal_stress",),
    ),
    Mutation(
        "migration: discs not clipped",
        "interfaces/discs.py",
        "whole = (np.hypot(*offset) <= radius_um).all(axis=0)",
        "whole = np.ones(len(which), dtype=bool)",
        tests=(PARTS + "test_discs_are_those_of_the_averages",),
    ),
    Mutation(
        "migration: a void begins at the ladder's next time",
        "migration/nucleation.py",
        "low = np.where(reached, low, middle)",
        "low = high",
        tests=(PARTS + "test_nucleation_is_the_first_crossing",),
    ),
    Mutation(
        "migration: phase of a harmonic ignored",
        "migration/state.py",
        "* theta - phase.reshape(shape)",
        "* theta",
        tests=(PARTS + "test_films_off_centre_turn_the_stress",),
    ),
)
