"""Mutations of a void that grows: its face, what feeds it, the march from size to size."""

from __future__ import annotations

from tests.verification.mutants import Mutation

PARTS = "tests/fem_bump/voids/test_void_growth.py::"
MOUTHS = "tests/fem_bump/voids/test_void_mouths.py::"

VOIDS = (
    Mutation(
        "void: current crosses its face",
        "conduction/system.py",
        "parting = np.union1d(np.array(list(resistive), dtype=np.int64), faces)",
        "parting = np.array(list(resistive), dtype=np.int64)",
    ),
    Mutation(
        "void: no free surface",
        "voids/supply.py",
        "held | face, values, before, tolerance",
        "held, values, before, tolerance",
    ),
    Mutation(
        "void: sign of what the metal takes up",
        "voids/supply.py",
        "(self.before - self.at(time_s))",
        "(self.at(time_s) - self.before)",
    ),
    Mutation(
        "void: what other reservoirs take left out",
        "voids/supply.py",
        "return lost + self._passed(self.of_others, time_s)",
        "return lost",
        tests=(f"{PARTS}test_a_rise_is_reached_at_its_life",),
    ),
    Mutation(
        "void: its face without the wind",
        "voids/supply.py",
        "steady = float(straight @ solution.steady_mpa[0] - (conducted * pushed).sum())",
        "steady = float(straight @ solution.steady_mpa[0])",
    ),
    Mutation(
        "void: every size starts from the first stress",
        "voids/growth.py",
        "stress, now, volume = feed.at(passed), now + passed, end",
        "now, volume = now + passed, end",
        tests=(f"{PARTS}test_blocked_it_settles_at_what_the_solder_holds_more",),
    ),
    Mutation(
        "void: volume without its thickness",
        "voids/growth.py",
        "volume = face.thickness_um * cover.area_um2",
        "volume = cover.area_um2",
    ),
    Mutation(
        "void: a disc closes from the rim",
        "voids/faces.py",
        'return np.argsort(middle, kind="stable")',
        'return np.argsort(-middle, kind="stable")',
    ),
    Mutation(
        "void: a stage's time is the whole life",
        "voids/state.py",
        "return None if found is None else self.began_s + found",
        "return found",
    ),
    Mutation(
        "void: a lens conducts",
        "voids/faces.py",
        "INSULATES_OHM_M2 = 1e-7",
        "INSULATES_OHM_M2 = 1.01e-14",
        tests=(f"{PARTS}test_a_lens_off_the_axis_costs_more_than_a_ring_of_its_area",),
    ),
    Mutation(
        "void: a terminal keeps what is insulated of it",
        "conduction/contacts.py",
        "left = {name: facets[~np.isin(facets, found)] for",
        "left = {name: facets for",
        tests=(f"{MOUTHS}test_a_terminal_is_what_is_not_insulated_of_it",),
    ),
    Mutation(
        "void: its place lessens the stress at its face",
        "voids/local.py",
        "return Leak(element, -excess)",
        "return Leak(element, excess)",
        tests=(f"{MOUTHS}test_it_settles_where_the_metal_is_pressed_by_what_the_potential_falls",),
    ),
    Mutation(
        "void: twice the wind at its place",
        "voids/local.py",
        "wind / excess / area * mass,",
        "2 * wind / excess / area * mass,",
        tests=(f"{MOUTHS}test_it_grows_by_the_wind_at_first",),
    ),
)
