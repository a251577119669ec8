"""Whoever refers, or takes who is referred, knows its own counts, and learns no small number of the others."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from scipy.optimize import linprog  # type: ignore[import-untyped]

from leeward.foundation.protection.tables import ROUNDING_BASE, THRESHOLD, TOTAL, Published
from leeward.justice.perpetrators.rules.counts import ReferredPerson, protect_referrals
from leeward.justice.perpetrators.rules.referrals import ProgrammeKind, ReferrerKind

SEED = 20261202
OFF = ROUNDING_BASE // 2
CODES = [*((0, each.value) for each in ReferrerKind), *((1, each.value) for each in ProgrammeKind)]


def made_up(draw: random.Random) -> list[ReferredPerson]:
    """What one to five referrers sent to one to four providers, some of them most of it."""
    referrers = [(f"r{number}", draw.choice(list(ReferrerKind))) for number in range(draw.choice((1, 2, 3, 5)))]
    providers = [(f"p{number}", draw.choice(list(ProgrammeKind))) for number in range(draw.choice((1, 2, 4)))]
    people = []
    for (referrer, source), size in zip(referrers, draw.choices((3, 12, 40, 150), k=len(referrers)), strict=True):
        for _each in range(int(draw.expovariate(1 / size))):
            provider, kind = draw.choice(providers)
            people.append(ReferredPerson(source=source, kind=kind, contributors=(referrer, provider)))
    return people


class Insider:
    """Whoever reads both lists and knows how many of each code are its own: the others' counts are its unknowns."""

    def __init__(self, told: Sequence[Mapping[str, Published]], own: Mapping[tuple[int, str], int]) -> None:
        sides, most = [], []
        for number, told_of in enumerate(told):
            for code, each in told_of.items():
                if each.value is not None:
                    row = self.row(number, code)
                    left = each.value - sum(own[key] for key in CODES if self.row(number, code)[CODES.index(key)])
                    sides += [row, -row]
                    most += [left + OFF, OFF - left]
        self.sides, self.most = np.array(sides or [np.zeros(len(CODES))]), np.array(most or [0])

    def row(self, number: int, code: str) -> np.ndarray:
        """Which counts a number is the sum of."""
        return np.array([float(which == number and code in (own, TOTAL)) for which, own in CODES])

    def width(self, number: int, code: str) -> float:
        """How wide the range is in which the others' number must lie. Both lists are of the same people."""
        sought, ends = self.row(number, code), []
        same = self.row(0, TOTAL) - self.row(1, TOTAL)
        for way in (1, -1):
            found = linprog(way * sought, A_ub=self.sides, b_ub=self.most, A_eq=[same], b_eq=[0])
            if found.status == 3:  # it could be anything
                return float("inf")
            assert found.status == 0, found.message
            ends.append(way * found.fun)
        return float(ends[1] - ends[0])


@pytest.mark.parametrize("nation", range(40))
def test_no_referrer_and_no_provider_narrows_what_is_hidden_of_the_others(nation: int) -> None:
    people = made_up(random.Random(f"{SEED} {nation}"))
    told = protect_referrals(people)
    for contributor in {each for person in people for each in person.contributors}:
        own = [person for person in people if contributor in person.contributors]
        others = [person for person in people if contributor not in person.contributors]
        if not others:
            continue  # there is nobody to hide
        counts = Counter([*((0, each.source.value) for each in own), *((1, each.kind.value) for each in own)])
        left = Counter([*((0, each.source.value) for each in others), *((1, each.kind.value) for each in others)])
        insider = Insider(told, {key: counts[key] for key in CODES})
        for number, told_of in enumerate(told):
            for code, each in told_of.items():
                where = (SEED, nation, contributor, number, code)
                if each.value is None:
                    assert insider.width(number, code) >= THRESHOLD, where
                else:
                    assert (len(others) if code == TOTAL else left[number, code]) >= THRESHOLD, where
                    true = len(people) if code == TOTAL else left[number, code] + counts[number, code]
                    assert abs(each.value - true) <= OFF, where


def test_something_is_told_where_several_refer_many_and_where_one_alone_does() -> None:
    many = [
        ReferredPerson(source=source, kind=ProgrammeKind.BEHAVIOUR_CHANGE, contributors=(f"r{number}", f"p{each % 3}"))
        for number, source in enumerate((ReferrerKind.POLICE, ReferrerKind.POLICE, ReferrerKind.COURT))
        for each in range(60)
    ]
    by_source, _by_kind = protect_referrals(many)
    assert by_source[TOTAL].value == 180
    alone = [
        ReferredPerson(source=ReferrerKind.POLICE, kind=each, contributors=("r", "p"))
        for each in ProgrammeKind
        for _number in range(20)
    ]
    assert protect_referrals(alone)[1][TOTAL].value == 80
    few = [ReferredPerson(source=ReferrerKind.COURT, kind=each, contributors=("s", "q")) for each in ProgrammeKind]
    assert protect_referrals([*alone, *few])[1][TOTAL].value is None, "four are left beside the first"
