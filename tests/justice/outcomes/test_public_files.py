"""Whoever keeps every public file of a year, and knows one authority's own counts, learns no small number of others.

The files are fetched as everybody gets them: the year's own CSV, the chart's CSV and the API of the nation's figures,
which add up counts of the same year anew.
"""

import csv
import io
import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from leeward.foundation.protection.tables import SUPPRESSED, THRESHOLD, TOTAL, Published
from leeward.justice.outcomes.rules.printing import Cells, Family
from leeward.justice.outcomes.rules.terms import AuthorityKind, FileKind, Stage
from leeward.policy.statistics.operations.gathering import gather
from leeward.policy.statistics.operations.publishing import publish_figures
from tests.justice.outcomes.insiders import Insider, Told, Year, small_year
from tests.justice.outcomes.land import (
    NOW,
    accept,
    authority,
    courts,
    offences,
    outcomes,
    publish_counts,
    send,
    use_codes,
)

pytestmark = pytest.mark.django_db
# Lands in which the figures add up counts of the year while much of it is hidden.
SEED, LANDS = 20261203, (0, 6, 7)
YEAR, SIZES = 2024, (5, 15, 60, 200)
POLICE_CODE = {Stage.NO_OUTCOME: "0", Stage.CHARGED: "1", Stage.CAUTION: "3", Stage.NO_SUPPORT: "16"}
COURT_CODE = {
    Stage.PROSECUTED: "pending",
    Stage.DISCONTINUED: "discontinued",
    Stage.ACQUITTED: "acquitted",
    Stage.CONVICTED: "convicted",
    Stage.CUSTODY: "custody",
    Stage.FINE: "fine",
    Stage.ORDERED: "order",
}
RECORDED = [(Family.OF_RECORDED, TOTAL)]
ENDED = [(Family.RESULTS, each) for each in (Stage.CONVICTED, Stage.ACQUITTED, Stage.DISCONTINUED)]
# What each figure of the nation is the share of, by the counts of the year that it adds up.
SHARES = {
    "charge-rate": ([(Family.OF_RECORDED, Stage.CHARGED)], RECORDED),
    "closed-no-support": ([(Family.OF_RECORDED, Stage.NO_SUPPORT)], RECORDED),
    "convictions": ([(Family.RESULTS, Stage.CONVICTED)], ENDED),
}
CHARTS = ("charge-rate", "convictions")


def hand_in(year: Year) -> None:
    """Every force and every court hands in its year, and it is printed."""
    use_codes()
    for code in sorted({place[0] for place in year[Family.RESULTS]}):
        force, court = authority(code), authority(f"{code}-court", AuthorityKind.COURTS)
        for number in range(1, 5):
            place = code, f"{YEAR}-Q{number}"
            became = {POLICE_CODE[stage]: count for stage, count in year[Family.OF_RECORDED][place].items()}
            decided = {**year[Family.RESULTS][place], **year[Family.SENTENCES][place], **year[Family.BESIDE][place]}
            recorded = offences(code, YEAR, number, sum(became.values()))
            accept(force, send(force, FileKind.OFFENCES, recorded))
            accept(force, send(force, FileKind.OUTCOMES, outcomes(code, YEAR, number, became)))
            text = courts(f"{code}-court", YEAR, number, {COURT_CODE[stage]: n for stage, n in decided.items()})
            accept(court, send(court, FileKind.COURTS, text))
    publish_counts(YEAR)
    for now in (NOW, NOW + timedelta(days=10)):  # how things stand is printed once their month is over
        gather(now=now)
        publish_figures(now=now)


def rows(address: str) -> list[dict[str, str]]:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def year_file() -> dict[Family, Cells]:
    """What the year's file says; a court's rows bear the name of the force beside which it stands."""
    found: dict[Family, Cells] = {}
    for row in rows(f"/outcomes/{YEAR}.csv"):
        cells = found.setdefault(Family(row["table"]), {}).setdefault(row["row"].removesuffix("-court"), {})
        cells[row["stage"]] = Published(value=int(row["value"])) if row["value"] else SUPPRESSED
    return found


def told_beside() -> Iterator[Told]:
    """What the figures of the nation say of the year's counts, in their API and in the files of their charts."""
    shares = [
        (indicator, point["numerator"], point["denominator"])
        for indicator in SHARES
        for each in Client().get(f"/statistics/api/series/{indicator}").json()["series"]
        for point in each["points"]
    ]
    for key in CHARTS:
        answer = Client().get(f"/how-the-nation-does/{key}.csv")
        if answer.status_code == 200:
            shares += [
                (row["indicator"], row["numerator"] or None, row["denominator"] or None)
                for row in csv.DictReader(io.StringIO(answer.content.decode()))
            ]
    for indicator, *numbers in shares:
        for counts, number in zip(SHARES[indicator], numbers, strict=True):
            if number is not None:
                yield counts, int(number)


@pytest.mark.parametrize("land", LANDS)
def test_no_hidden_number_is_narrowed_by_all_public_files_and_one_authoritys_counts(land: int) -> None:
    print("seed", SEED, land)
    year = small_year(random.Random(f"{SEED} {land}"), year=YEAR, sizes=SIZES)
    hand_in(year)
    printed, beside = year_file(), list(told_beside())
    narrowed, left_small, asked = [], [], 0
    for own in ["", *sorted({code for code, _quarter in year[Family.RESULTS]})]:
        insider = Insider(year, printed, own, beside=beside)
        for family, cells in printed.items():
            for row, stage in [(name, each) for name in cells if name != own for each in cells[name]]:
                if family not in year or stage not in (TOTAL, *next(iter(year[family].values()))):
                    continue  # nobody counts it in this land
                if cells[row][stage].value is None:
                    asked += 1
                    if (width := insider.width(family, row, stage)) < THRESHOLD:
                        narrowed.append((own, family.value, row, stage, width))
                elif (others := insider.others(family, row, stage)) < THRESHOLD:
                    left_small.append((own, family.value, row, stage, others))
    assert not narrowed
    assert not left_small
    assert asked
    assert beside
