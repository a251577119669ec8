"""Weights, variances and intervals are those of R and of statsmodels; what may be printed is what NCHS says."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import stdtrit  # type: ignore[import-untyped]

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.protection.printed import Direction, direction_of
from leeward.foundation.surveys.errors import SurveyMistake
from leeward.foundation.surveys.rules.estimates import (
    Estimate,
    Sample,
    newcombe,
    printed_difference,
    round_share,
    rounded_share,
    t_quantile,
    wilson,
)
from leeward.foundation.surveys.rules.weights import check_base, rake, read_margin
from tests.depth import times

GOLDEN = json.loads((Path(__file__).parent / "data" / "golden.json").read_text())
YES = np.array(GOLDEN["yes"]) == 1
AGE, REGION = np.array(GOLDEN["age"]), np.array(GOLDEN["region"])
AGE_MARGIN = read_margin("age", ["young", "middle", "old"], {"young": 40, "middle": 35, "old": 25})
REGION_MARGIN = read_margin(
    "region", ["north", "south", "east", "west"], {"north": 35, "south": 30, "east": 20, "west": 15}
)


def clustered(weights: list[float]) -> Sample:
    return Sample(
        weights=np.array(weights),
        strata=np.array(GOLDEN["stratum"]) - 1,
        clusters=np.array(GOLDEN["cluster"]) - 1,
    )


@pytest.mark.parametrize(
    ("name", "sample", "among"),
    [
        ("clustered", clustered(GOLDEN["weight"]), None),
        ("plain", Sample.plain(np.array(GOLDEN["weight"])), None),
        ("clustered_young", clustered(GOLDEN["weight"]), AGE == "young"),
        ("clustered_west", clustered(GOLDEN["weight"]), REGION == "west"),
        ("raked_clustered", clustered(GOLDEN["raked"]), None),
        ("raked_old", clustered(GOLDEN["raked"]), AGE == "old"),
    ],
)
def test_shares_and_variances_are_those_of_r(name: str, sample: Sample, among: np.ndarray | None) -> None:
    found, expected = sample.estimate(YES, among), GOLDEN[name]
    assert found.share == pytest.approx(expected["share"], rel=1e-9)
    assert found.variance == pytest.approx(expected["variance"], rel=1e-9)
    assert (found.people, found.freedom) == (expected["people"], expected["freedom"])


def test_raked_weights_are_those_of_r() -> None:
    raked = rake(
        check_base(GOLDEN["weight"]),
        [AGE_MARGIN, REGION_MARGIN],
        {"age": GOLDEN["age"], "region": GOLDEN["region"]},
    )
    # Ours end when every margin holds to a millionth, R's at a million times less.
    assert raked == pytest.approx(np.array(GOLDEN["raked"]), rel=5e-6)
    assert raked.sum() == pytest.approx(sum(GOLDEN["weight"]))


def test_who_did_not_answer_a_margin_keeps_their_weight() -> None:
    said = [None, *GOLDEN["age"][1:]]
    base = check_base(GOLDEN["weight"])
    raked = rake(base, [AGE_MARGIN], {"age": said})
    assert raked[0] == base[0]
    old = raked[np.array([each == "old" for each in said])].sum()
    assert old / raked[1:].sum() == pytest.approx(0.25, abs=1e-6)


def test_no_weight_is_above_five_times_the_mean() -> None:
    margin = read_margin("age", ["young", "old"], {"young": 70, "old": 30})
    base = check_base([1.0] * 199 + [60.0])
    raked = rake(base, [margin], {"age": ["young"] * 100 + ["old"] * 100})
    assert raked.max() <= 5 * raked.mean() * 1.01
    assert raked[:100].sum() / raked.sum() == pytest.approx(0.7, abs=1e-6)


@pytest.mark.parametrize(
    ("make", "code", "place"),
    [
        (lambda: read_margin("age", ["a", "b"], {"a": 50, "b": 49}), SurveyMistake.MARGIN_SUM, "age: 99 %"),
        (lambda: read_margin("age", ["a", "b"], {"a": 100}), SurveyMistake.MARGIN_UNKNOWN, "age: b"),
        (lambda: read_margin("age", ["a", "b"], {"a+b": 60, "b": 40}), SurveyMistake.MARGIN_UNKNOWN, "age: b"),
        (
            lambda: rake(check_base([1, 1]), [read_margin("age", ["a", "b"], {"a": 50, "b": 50})], {"age": ["a", "a"]}),
            SurveyMistake.NOBODY,
            "age: b",
        ),
        (lambda: check_base([1, 2, 0]), SurveyMistake.WEIGHT, "row 3"),
        (lambda: check_base([1, float("nan")]), SurveyMistake.WEIGHT, "row 2"),
        (
            lambda: Sample(weights=np.ones(3), strata=np.array([0, 0, 1]), clusters=np.array([0, 1, 2])),
            SurveyMistake.STRATUM,
            "2",
        ),
    ],
)
def test_what_cannot_be_weighted_is_named(make: object, code: SurveyMistake, place: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        make()  # type: ignore[operator]
    assert (refused.value.code, refused.value.about["about"]) == (code, place)


def test_margins_that_contradict_each_other_do_not_settle() -> None:
    a = read_margin("a", ["x", "y"], {"x": 90, "y": 10})
    b = read_margin("b", ["x", "y"], {"x": 10, "y": 90})
    said = ["x", "x", "y", "y"]
    with pytest.raises(FieldRefused) as refused:
        rake(check_base([1, 1, 1, 1]), [a, b], {"a": said, "b": said})
    assert refused.value.code is SurveyMistake.UNSETTLED


def test_answers_of_a_margin_can_be_joined() -> None:
    margin = read_margin("age", ["young", "middle", "old"], {"young+middle": 80, "old": 20})
    raked = rake(check_base([1.0] * 4), [margin], {"age": ["middle", "middle", "old", "old"]})
    assert raked == pytest.approx([1.6, 1.6, 0.4, 0.4])


@pytest.mark.parametrize(("yes", "people"), [(0, 40), (3, 40), (20, 100), (500, 1000), (40, 40)])
def test_wilson_is_that_of_statsmodels(yes: int, people: int) -> None:
    from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]  # it takes a second to read

    found = wilson(yes / people, people)
    expected = proportion_confint(yes, people, method="wilson")
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize(("before", "after"), [((20, 100), (35, 120)), ((1, 50), (0, 60)), ((500, 1000), (430, 900))])
def test_newcombe_is_that_of_statsmodels(before: tuple[int, int], after: tuple[int, int]) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep  # type: ignore[import-untyped]  # it takes a second to read

    shares = [yes / people for yes, people in (before, after)]
    found = newcombe(shares[0], wilson(shares[0], before[1]), shares[1], wilson(shares[1], after[1]))
    expected = confint_proportions_2indep(*after, *before, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-12)


def test_a_difference_of_rounded_counts_holds_what_each_true_pair_would_say() -> None:
    """10 and 25 of 1,000 are printed. The truth may be 12 and 23, which chance alone can make: nothing is said."""
    printed = printed_difference(rounded_share(10, 1_000), 998, rounded_share(25, 1_000), 998)
    alone = newcombe(0.010, wilson(0.010, 1_000), 0.025, wilson(0.025, 1_000))
    assert direction_of(low=alone.low, high=alone.high) is Direction.MORE
    assert direction_of(low=printed.low, high=printed.high) is Direction.UNSEEN
    for before, after in itertools.product(range(8, 13), range(23, 28)):
        for asked, asked_after in itertools.product((998, 1_002), repeat=2):
            old, new = before / asked, after / asked_after
            found = newcombe(old, wilson(old, asked), new, wilson(new, asked_after))
            assert printed.low <= found.low <= found.high <= printed.high


def test_the_range_of_a_difference_says_something_only_apart_from_zero() -> None:
    assert direction_of(low=0.1, high=0.2) is Direction.MORE
    assert direction_of(low=-0.2, high=-0.1) is Direction.LESS
    assert direction_of(low=-0.1, high=0.2) is direction_of(low=None, high=None) is Direction.UNSEEN
    assert direction_of(low=0.0, high=0.2) is direction_of(low=-0.2, high=0.0) is Direction.UNSEEN


def test_students_quantile_is_near_enough_from_eight_degrees_on() -> None:
    for freedom in (8, 9, 12, 20, 50, 1000):
        assert t_quantile(freedom) == pytest.approx(stdtrit(freedom, 0.975), abs=1e-3)


def estimate(share: float, people: int, *, effective: float | None = None, freedom: int = 1000) -> Estimate:
    inside = effective or people
    variance = share * (1 - share) / inside
    return Estimate(share=share, variance=variance, people=people, freedom=freedom, deff=people / inside)


@pytest.mark.parametrize(
    ("found", "may"),
    [
        (estimate(0.5, 200), True),
        (estimate(0.5, 29), False),  # few people
        (estimate(0.5, 300, effective=25), False),  # few in effect
        (estimate(0.5, 300, freedom=7), False),  # few clusters
        (estimate(0.5, 38), False),  # wider than 30 points
        (estimate(0.02, 1000), True),  # not wider than 5 points
        (estimate(0.02, 120), False),  # wider than that, and more than 1.3 times its share
        (estimate(0.0, 30), False),  # one in ten may have said yes
        (estimate(0.0, 100), True),
    ],
)
def test_what_may_be_printed_is_what_nchs_says(found: Estimate, may: bool) -> None:  # noqa: FBT001
    assert found.may_be_printed is may


def test_shares_are_rounded_and_their_bounds_outwards() -> None:
    assert round_share(0.1234, digits=0) == 12
    assert round_share(0.1234, digits=1) == 12.3
    assert round_share(0.1234, digits=0, up=False) == 12
    assert round_share(0.1234, digits=0, up=True) == 13
    assert round_share(0.12, digits=0, up=True) == 12


def test_the_effective_number_is_never_above_the_number_of_people() -> None:
    found = Sample.plain(np.ones(400)).estimate(np.arange(400) < 100)
    assert found.effective < 400
    assert Sample.plain(np.ones(400)).estimate(np.zeros(400, dtype=bool)).effective == pytest.approx(400, rel=0.01)


@pytest.mark.parametrize("people", [300, 1000])
def test_intervals_of_raked_samples_hold_the_truth(people: int) -> None:
    """Unequal response by age and region, which the answers hang on: raked 95 per cent intervals hold the truth."""
    samples = times(60, deep=600)
    random = np.random.default_rng(people)
    age_share, region_share = np.array([0.3, 0.4, 0.3]), np.array([0.5, 0.3, 0.2])
    response = np.array([[0.9, 0.5, 0.4], [0.7, 0.5, 0.3], [0.5, 0.4, 0.25]])
    chance = np.array([[0.35, 0.3, 0.25], [0.2, 0.18, 0.15], [0.1, 0.08, 0.05]])
    joint = np.outer(age_share, region_share)
    truth = (joint * chance).sum()
    drawn = (joint * response / (joint * response).sum()).ravel()
    margins = [
        read_margin("age", list("012"), dict(zip("012", age_share * 100, strict=True))),
        read_margin("region", list("012"), dict(zip("012", region_share * 100, strict=True))),
    ]
    held = plain = 0
    for _sample in range(samples):
        cells = random.choice(9, size=people, p=drawn)
        yes = random.random(people) < chance.ravel()[cells]
        said = {"age": [str(cell // 3) for cell in cells], "region": [str(cell % 3) for cell in cells]}
        found = Sample.plain(rake(np.ones(people), margins, said)).estimate(yes)
        held += found.interval.low <= truth <= found.interval.high
        unweighted = wilson(yes.mean(), people)
        plain += unweighted.low <= truth <= unweighted.high
    assert held / samples >= (0.93 if samples > 100 else 0.88)
    assert plain / samples < 0.9  # without weights many more miss it: the test can tell
