"""An authority that knows its own counts reads what is printed: it learns no small number of the others."""

import random

import pytest

from leeward.foundation.protection.tables import THRESHOLD, TOTAL
from leeward.justice.outcomes.rules.printing import Family, print_year
from tests.justice.outcomes.insiders import Insider, small_year

SEED, LANDS = 20261202, 8


@pytest.mark.parametrize("land", range(LANDS))
def test_no_hidden_number_of_the_others_is_narrowed_by_one_authoritys_own_counts(land: int) -> None:
    year = small_year(random.Random(f"{SEED} {land}"))
    printed = print_year(year)
    narrowed, left_small, asked = [], [], 0
    for own in sorted({code for code, _quarter in year[Family.RESULTS]}):
        insider = Insider(year, printed, own)
        for family, cells in printed.items():
            for row, stage in [(name, each) for name in cells if name != own for each in cells[name]]:
                if stage not in (TOTAL, *next(iter(year[family].values()))):
                    continue  # nobody counts it in this land
                if cells[row][stage].value is None:
                    asked += 1
                    if (width := insider.width(family, row, stage)) < THRESHOLD:
                        narrowed.append((own, family.value, row, stage, width))
                elif (others := insider.others(family, row, stage)) < THRESHOLD:
                    left_small.append((own, family.value, row, stage, others))
    assert not narrowed, (SEED, land)
    assert not left_small, (SEED, land)
    assert asked
