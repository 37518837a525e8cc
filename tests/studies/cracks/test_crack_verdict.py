"""What may be said of a crack against a toughness, and what may not."""

import pytest

from geometry import Design
from studies.cracks.curves import CrackGrowth
from studies.cracks.verdict import Outcome, outcome_of, verdict

A, B, W, C = Outcome.above, Outcome.below, Outcome.within, Outcome.overlaps


@pytest.mark.parametrize(
    ("g", "error", "overlaps", "outcome"),
    [
        (0.88996, 0.0033, False, W),  # the toughness, 0.8905, lies in the bar
        (0.88996, 0.0003, False, B),
        (0.8912, 0.0003, False, A),
        (0.8905, 0.0, False, W),
        (5.0, 0.1, True, C),
    ],
)
def test_outcome_at_one_length(g, error, overlaps, outcome):
    assert outcome_of(g, error, 0.8905, overlaps) is outcome


@pytest.mark.parametrize(
    ("outcomes", "headline"),
    [
        ([A, A, A], "grows from every length computed, no arrest among them"),
        ([B, B], "starts from no length computed"),
        ([A, A, B], "grows from 1 um, arrests between 2 and 3 um"),
        ([B, A], "does not grow from 1 um, starts between 1 and 2 um"),
        ([B, A, B], "does not grow from 1 um, starts between 1 and 2 um, arrests between 2 and 3"),
        ([A, W, B], "grows from 1 um, arrests between 1 and 3 um"),
        ([A, W, A], "grows from 1 um, may arrest at 2 um"),
        ([B, W, W, B], "does not grow from 1 um, may start at 2 and 3 um"),
        ([A, W], "grows from 1 um, open whether it goes on beyond 1 um"),
        ([B, C, C], "does not grow from 1 um, open whether it starts beyond 1 um"),
        ([A, C, B], "grows from 1 um, does not grow from 3 um"),  # no arrest was seen
        ([C, A], "grows from 2 um"),
        ([W, W], "open"),
        ([C, W, C], "open"),
    ],
)
def test_headline_names_the_neighbours_and_no_more(outcomes, headline):
    said = verdict(enumerate(outcomes, start=1))
    assert said.split(":")[0].startswith(headline)
    assert "runs" not in said


def test_evidence_names_the_lengths():
    said = verdict([(0.1, B), (0.2, A), (0.4, A), (0.9, A), (2.0, C), (5.0, C)])
    assert said == (
        "does not grow from 0.1 um, starts between 0.1 and 0.2 um, open whether it goes on beyond "
        "0.9 um: at 0.1 um G is below the toughness, at 3 lengths from 0.2 to 0.9 um G is above "
        "the toughness, at 2 and 5 um the faces overlap, so this G cannot say"
    )


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (A, "at 0.3 um G is above the toughness"),
        (B, "at 0.3 um G is below the toughness"),
        (W, "at 0.3 um the toughness lies within the error of G"),
        (C, "at 0.3 um the faces overlap, so this G cannot say"),
    ],
)
def test_one_length_says_nothing_of_a_curve(outcome, said):
    assert verdict([(0.3, outcome)]) == said


def test_a_design_without_toughness_or_without_its_length():
    plain = CrackGrowth(Design(crack={}), 30.5, None, (), {}, {})
    assert plain.verdict == "no toughness given"
    tough = Design(crack={"toughness_j_per_m2": 1.0})
    assert CrackGrowth(tough, 30.5, None, (), {}, {}).verdict == "no length was computed"
    refused = CrackGrowth(tough, 30.5, 2.0, (), {2.0: "too long"}, {})
    assert refused.verdict == "no crack of 2 um: too long"
