"""Sentences of the statistics over 300 random nations: none has the wrong sign against the truth."""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from leeward.foundation.protection.periods import Frequency
from leeward.foundation.protection.tables import Published, Status, round_count
from leeward.policy.statistics.dashboard.charting import said_of
from leeward.policy.statistics.dashboard.sentences import change_over_a_year, sentence_for
from leeward.policy.statistics.queries.catalogue import find_indicator
from leeward.policy.statistics.records import Better, Point, Series
from leeward.policy.statistics.rules.measures import RECIPES
from leeward.policy.statistics.rules.values import value_of

SEED, NATIONS, MONTHS = 1_933, 300, 14
RECIPE = RECIPES["removal-rate"]


@dataclass(frozen=True, kw_only=True)
class Month:
    """What is true of a month: a part of a whole."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        return self.part / self.whole


def nation(drawn: random.Random) -> list[Month]:
    size, share, months = drawn.choice((60, 400, 4_000)), drawn.uniform(0.2, 0.9), []
    for _month in range(MONTHS):
        share = min(max(share + drawn.uniform(-0.05, 0.05), 0.15), 0.95)
        whole = drawn.randint(size // 2, size)
        months.append(Month(part=round(whole * share), whole=whole))
    return months


def series_of(months: list[Month], better: Better) -> Series:
    points = []
    for number, month in enumerate(months):
        start, end = (date(2025 + at // 12, at % 12 + 1, 1) for at in (number, number + 1))
        cells = {
            (RECIPE.part, ""): Published(value=round_count(month.part), status=Status.FINAL),
            (RECIPE.whole, ""): Published(value=round_count(month.whole), status=Status.FINAL),
        }
        found = value_of(RECIPE, "", cells)
        points.append(Point(period=f"{start:%Y-%m}", start=start, end=end, printed=found.printed))
    indicator = replace(find_indicator("removal-rate"), better=better)
    return Series(indicator=indicator, step=Frequency.MONTH, points=tuple(points))


def test_no_sentence_has_the_wrong_sign() -> None:
    drawn, heard = random.Random(SEED), Counter[str]()
    print("seed", SEED)
    for number in range(NATIONS):
        months, better = nation(drawn), list(Better)[number % 3]
        told = series_of(months, better)
        said = said_of(told)
        assert said is not None
        over_month = months[-1].share - months[-2].share
        over_year = months[-1].share - months[-13].share
        month, year = sentence_for(told), change_over_a_year(told, said)
        assert month.count("It rose.") + month.count("It fell.") + month.count("no change that these") == 1, month
        claims = {
            "It rose.": over_month,
            "It fell.": -over_month,
            "More than a year": over_year,
            "Less than a year": -over_year,
            "Better than": over_year if better is Better.MORE else -over_year,
            "Worse than": -over_year if better is Better.MORE else over_year,
        }
        for words, truth in claims.items():
            if words in f"{month} {year}":
                heard[words] += 1
                assert truth > 0, (words, months[-1], month, year)
    assert min(heard[words] for words in claims) >= 5, heard
