"""Sampling plans: distributions, correlations, constraints, growth, and what is refused."""

import fake_evaluator as fake
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import norm, spearmanr

from fem_bump.errors import InputError
from studies.plan import shapes
from studies.plan.cases import make_plan
from studies.plan.sampling import Sampling, checked_sampling, draw
from studies.plan.study import load_study
from studies.records.stored_plan import StoredSampling
from studies.runs.runner import run_study

PAD, FILM, DEPTH = "pad.thickness_um", "passivation.thickness_um", "pad_etch.depth_ratio"
NORMAL = {"distribution": "normal", "mean": 1.5, "sd": 0.1}
LOGNORMAL = {"distribution": "lognormal", "mean": 1.0, "sd": 0.2}


def drawn(ranges, n=1024, **more):
    sampling = checked_sampling("here", Sampling(n=n, seed=5, ranges=ranges, **more))
    return list(draw(sampling, "here"))


def column(cases, path):
    return np.array([case[path] for case in cases])


def test_factors_have_the_distributions_that_they_are_given():
    cases = drawn(
        {
            PAD: NORMAL,
            FILM: LOGNORMAL,
            "bump.height_um": {"distribution": "uniform", "lowest": 60, "highest": 80},
            "pad.material": {"distribution": "levels", "levels": ["Al", "Cu"], "shares": [3, 1]},
            DEPTH: NORMAL | {"mean": 0.9, "lowest": 0.8, "highest": 1.3},
        }
    )
    pad, film, height = column(cases, PAD), column(cases, FILM), column(cases, "bump.height_um")
    # balanced sequences end far closer than chance does
    assert_allclose([pad.mean(), pad.std()], [1.5, 0.1], rtol=0.01)
    assert_allclose([film.mean(), film.std()], [1.0, 0.2], rtol=0.02)
    assert_allclose([np.log(film).mean()], [-np.log1p(0.04) / 2], rtol=0.02)
    assert_allclose([height.mean(), height.min(), height.max()], [70, 60, 80], rtol=1e-3)
    assert sum(case["pad.material"] == "Cu" for case in cases) == 256
    depth = column(cases, DEPTH)
    assert depth.min() >= 0.8
    # beyond 1 is over-etch: that probability stands at full depth
    whole = norm.cdf(4) - norm.cdf(-1)
    assert_allclose((depth == 1).mean(), (norm.cdf(4) - norm.cdf(1)) / whole, atol=2e-3)
    assert depth.max() == 1


@pytest.mark.parametrize("value", [0.8, -0.5])
def test_a_correlation_is_that_of_the_normal_scores(value):
    go_together = [{"between": [PAD, FILM], "value": value}]
    cases = drawn({PAD: NORMAL, "bump.height_um": [60, 80], FILM: LOGNORMAL},
                  correlations=go_together)  # fmt: skip
    pad, film, height = (column(cases, path) for path in (PAD, FILM, "bump.height_um"))
    assert_allclose(np.corrcoef((pad - 1.5) / 0.1, np.log(film))[0, 1], value, atol=0.01)
    assert_allclose(spearmanr(pad, height).statistic, 0, atol=0.02)
    assert_allclose(film.std(), 0.2, rtol=0.02)


def test_constraints_are_kept_and_the_sequence_goes_on():
    ranges = {PAD: [1.0, 2.0], FILM: [0.5, 1.5]}
    cases = drawn(ranges, 64, constraints=[f"{FILM} + 0.1 <= 0.8 * {PAD}", f"{PAD} > 1.2"])
    assert len(cases) == 64
    assert all(case[FILM] + 0.1 <= 0.8 * case[PAD] + 1e-12 and case[PAD] > 1.2 for case in cases)
    every = drawn(ranges, 1024)
    assert [case for case in every if case in cases] == cases[
        : len([c for c in cases if c in every])
    ]


@pytest.mark.slow
def test_a_doubled_plan_solves_only_its_new_half(tmp_path, monkeypatch):
    log = tmp_path / "log"
    monkeypatch.setenv("FAKE_LOG", str(log))
    text = '[[part]]\nname = "p"\n[part.sampling]\nn = {n}\nseed = 3\n[part.sampling.ranges]\n' + (
        'bump.height_um = {{ distribution = "normal", mean = 75, sd = 2 }}\n'
    )
    for n in (2, 4):
        run_study(
            fake.write_study(tmp_path, text.format(n=n)), tmp_path / "out",
            jobs=1, evaluator=fake.SPEC,
        )  # fmt: skip
    solved = fake.solved_keys(log)
    assert len(solved) == len(set(solved)) == 4


def study(tmp_path, ranges, more=""):
    text = (
        f'[[part]]\nname = "p"\n[part.sampling]\nn = 32\n{more}\n[part.sampling.ranges]\n{ranges}'
    )
    return make_plan(load_study(fake.write_study(tmp_path, text)), fake.case_key)


def test_impossible_points_are_told_as_their_share_and_refused_above_a_twentieth(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(shapes, "MOST_BUILT", 0)
    monkeypatch.setattr(shapes, "SAMPLE", 0)
    depth = 'pad_etch.depth_ratio = {{ distribution = "normal", mean = {mean}, sd = 0.3 }}'
    few = study(tmp_path, depth.format(mean=0.55))
    assert few.impossible_shares == {"p": 1 / 32}
    assert few.stored().study.part[0].sampling.ranges[DEPTH]["mean"] == 0.55
    with pytest.raises(
        InputError, match=r"part 'p': \d of 32 points of its distributions \(.*%\) are no .*depth"
    ):
        study(tmp_path, depth.format(mean=0.3))


def test_what_a_folder_says_of_a_sampling_comes_back():
    given = StoredSampling("sobol", 8, 0, {PAD: NORMAL}, [{"between": [PAD, FILM], "value": 0.5}])
    assert StoredSampling.from_json(given.to_json()) == given
    plain = StoredSampling("sobol", 8, 0, {PAD: [1, 2]})
    assert set(plain.to_json()) == {"method", "n", "seed", "ranges"}
    assert StoredSampling.from_json(plain.to_json()) == plain


@pytest.mark.parametrize(
    "given, more, message",
    [
        ({"distribution": "weibull"}, {}, "distribution = 'weibull' must be one of uniform"),
        ({"distribution": "normal", "mean": 1}, {}, "a normal distribution needs sd"),
        (NORMAL | {"shape": 2}, {}, "shape is no key of a normal distribution"),
        (NORMAL | {"sd": 0}, {}, "sd = 0 must be positive"),
        (NORMAL | {"mean": "thick"}, {}, "mean = 'thick' must be a finite number"),
        (NORMAL | {"lowest": 2, "highest": 1}, {}, "lowest = 2 must be below highest = 1"),
        (NORMAL | {"lowest": 9}, {}, "nothing of it lies between 9 and inf"),
        (LOGNORMAL | {"mean": -1}, {}, "mean = -1 of a lognormal must be positive"),
        ({"distribution": "levels", "levels": []}, {}, "must be a list of one or more"),
        ({"distribution": "levels", "levels": [1, 2], "shares": [1]}, {}, "must be a list of 2"),
        (1.5, {}, "= 1.5 must be .lowest, highest. or a table"),
        ([1, 2], {"constraints": [f"{PAD} = 2"]}, "must compare two sums"),
        ([1, 2], {"constraints": [f"{FILM} < 2"]}, f"names '{FILM}', which is no factor"),
        ([1, 2], {"constraints": [f"{PAD} < 1"]}, "constraints leave 0 of 512 points"),
        ([1, 2], {"correlations": [{"between": [PAD, FILM], "value": 0.5}]}, "no factor of"),
        ([1, 2], {"correlations": [{"between": [PAD, PAD], "value": 0.5}]}, "with itself"),
    ],
)  # fmt: skip
def test_mistakes_are_refused_in_a_sentence(given, more, message):
    with pytest.raises(InputError, match=message) as refused:
        drawn({PAD: given}, 8, **more)
    assert "\n" not in str(refused.value)


def test_correlations_that_contradict_each_other_are_refused():
    three = [PAD, FILM, "bump.height_um"]
    pairs = [(0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9)]
    said = [{"between": [three[i], three[j]], "value": value} for i, j, value in pairs]
    with pytest.raises(InputError, match="contradict each other"):
        drawn({path: [1, 2] for path in three}, 8, correlations=said)
