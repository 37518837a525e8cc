"""Mutations of a probe's mark: its relief, what an etch leaves of it, films on it, comparisons."""

from __future__ import annotations

from functools import partial

from tests.verification.mutants import Mutation

RELIEF = "tests/geometry/process/test_probe_mark.py::"
COVERED = "tests/geometry/process/test_probe_ubm.py::"
FILMS = "tests/geometry/section/test_probe_films.py::"
TURNED = "tests/fem_bump/conduction/test_off_centre_films.py::"
LOADED = "tests/studies/loads/test_mark_film.py::"
CHORDS = "tests/studies/metrics/test_chord_bars.py::"
COMPARED = "tests/studies/metrics/test_unprobed.py::"

of_geometry = partial(Mutation, package="geometry")
of_studies = partial(Mutation, package="studies")

MARKS = (
    of_geometry(
        "mark: all that was displaced piles up",
        "process/mark.py",
        "return self.share * self.crater_um3 / (",
        "return self.crater_um3 / (",
        tests=(RELIEF + "test_the_pad_loses_what_does_not_pile_up",),
    ),
    of_geometry(
        "mark: volume of the rim as if it stood on the crater's edge",
        "process/mark.py",
        "middles = self.outer_um + half + (",
        "middles = self.outer_um + (",
        tests=(RELIEF + "test_the_rim_has_its_height_in_closed_form",),
    ),
    of_geometry(
        "mark: chords follow the curve without the radius in the average",
        "process/mark.py",
        "apart *= points * weight / 2 * length",
        "apart *= weight / 2 * length",
        tests=(
            RELIEF + "test_the_pad_loses_what_does_not_pile_up",
            RELIEF + "test_chords_follow_a_curve_on_the_average_over_every_one",
        ),
    ),
    of_studies(
        "mark: chords of its curves add nothing to bars",
        "metrics/chords.py",
        "return SHARE * missed / ",
        "return 0.0 * missed / ",
        tests=(CHORDS + "test_windows_on_curves_carry_what_chords_leave_open",),
    ),
    of_studies(
        "mark: chords add nothing to bars of current densities",
        "metrics/shipped/currents.py",
        "return None if missed is None else missed * A_PER_CM2",
        "return None",
        tests=(CHORDS + "test_windows_on_curves_carry_what_chords_leave_open",),
    ),
    of_geometry(
        "coverage: cracks between ends of layers stay",
        "process/coverage.py",
        "return clean(shapely.union_all([film, *cracks], grid_size=GRID_UM))",
        "return film",
        tests=(COVERED + "test_layers_that_end_on_a_smooth_wall_leave_no_cracks",),
    ),
    of_geometry(
        "mark: ends at the crater's edge and not with its rim",
        "process/mark.py",
        "rim = self.rim_width_um if self.has_rim else 0.0",
        "rim = 0.0",
        tests=(RELIEF + "test_legs_and_notes_of_a_mark",),
    ),
    of_geometry(
        "mark: an etch leaves all of its relief",
        "process/mark.py",
        "z = pad_um - etch_um + relief * (z - pad_um)",
        "z = pad_um - etch_um + (z - pad_um)",
        tests=(RELIEF + "test_no_surface_rises_in_the_etch_and_heights_shrink_to_the_relief",),
    ),
    of_geometry(
        "mark: its floor may rise in an etch",
        "process/mark.py",
        "return max(relief, 1.0 - etch_um / depth_um)",
        "return relief",
        tests=(
            RELIEF + "test_a_shallow_etch_cannot_even_out_a_deep_mark",
            RELIEF + "test_no_surface_rises_in_the_etch_and_heights_shrink_to_the_relief",
        ),
    ),
    of_geometry(
        "mark: etched on below the dielectric",
        "process/mark.py",
        "line.append((float(r[k]), 0.0 if bare[k] else float(z[k])))",
        "line.append((float(r[k]), float(z[k])))",
        tests=(RELIEF + "test_an_etched_surface_ends_where_it_meets_the_dielectric",),
    ),
    of_geometry(
        "mark: over-etch as if all of the rim's height survived",
        "process/probed.py",
        "return d.pad_etch.relief * mark.rim_height_um",
        "return mark.rim_height_um",
        tests=(RELIEF + "test_full_depth_is_over_etched_until_the_rim_has_cleared",),
    ),
    of_geometry(
        "coverage: the wall's angle to the wrong axis",
        "process/coverage.py",
        "math.hypot(step_coverage * normal[0], normal[1])",
        "math.hypot(normal[0], step_coverage * normal[1])",
        tests=(
            COVERED + "test_a_film_too_thin_for_a_wall_is_not_there",
            COVERED + "test_the_mask_wall_breaks_by_the_same_rule",
        ),
    ),
    of_geometry(
        "coverage: what stands on a slope as thick as on the flat",
        "process/operations.py",
        "grown = affinity.scale(grown, xfact=step_coverage, origin=(0.0, 0.0))",
        "grown = affinity.scale(wafer.buffer(thickness_um, join_style='mitre'), xfact=1.0)",
        tests=(COVERED + "test_a_film_has_its_thickness_by_the_walls_angle_on_a_curve",),
    ),
    of_geometry(
        "contact film: on all of the floor",
        "section/contact_films.py",
        "mine = leg == SCAR and not unprobed",
        "mine = not unprobed",
        tests=(FILMS + "test_the_film_adds_to_the_pad_as_delivered",),
    ),
    of_geometry(
        "contact film: the crater's floor sinks as the rest does",
        "section/contact_films.py",
        "(1.0 - relief_of(design)) * mark.depth_um",
        "0.0 * mark.depth_um",
        tests=(FILMS + "test_the_craters_floor_sinks_least",),
    ),
    of_geometry(
        "contact film: beside the axis without what was delivered",
        "section/contact_films.py",
        "floor + probe.film_resistivity_ohm_m2,",
        "probe.film_resistivity_ohm_m2,",
        tests=(FILMS + "test_a_film_off_the_axis_is_a_disc",),
    ),
    Mutation(
        "film: sign of its azimuth",
        "algebra/angular_functions.py",
        "return own * np.cos(k * azimuth), own * np.sin(k * azimuth)",
        "return own * np.cos(k * azimuth), -own * np.sin(k * azimuth)",
        tests=(TURNED + "test_a_turned_film_is_the_same_film",),
    ),
    of_studies(
        "film: on the other side of the trace than the mark",
        "loads/shipped/current.py",
        "            found.azimuth_deg,",
        "            -found.azimuth_deg,",
        tests=(LOADED + "test_a_mark_beside_the_axis_is_a_film_at_its_azimuth",),
    ),
    of_studies(
        "against an unprobed pad: sign of the difference",
        "metrics/unprobed.py",
        "value = (now - before) / size if by_difference",
        "value = (before - now) / size if by_difference",
        tests=(COMPARED + "test_a_stress_is_compared_by_its_difference",),
    ),
    of_studies(
        "against an unprobed pad: a stress around 0 by its ratio",
        "metrics/unprobed.py",
        "max(abs(before), _small(view, own)) if by_difference",
        "abs(before) if by_difference",
        tests=(COMPARED + "test_around_zero_it_is_over_a_part_of_the_mean_traction",),
    ),
)
