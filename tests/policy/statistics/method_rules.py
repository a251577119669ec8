"""The rules that the page on method describes, as one digest: their constants, and what they make of fixed numbers."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from itertools import product

from leeward.foundation.protection import printed, tables
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.foundation.protection.printed import direction, percentage, printed_count, printed_hours, ratio
from leeward.foundation.protection.tables import Published, Status, protect_list
from leeward.foundation.surveys.rules.estimates import sampled
from leeward.justice.outcomes.rules.printing import Family, print_year
from leeward.justice.outcomes.rules.terms import Stage
from leeward.policy.statistics.rules import measures
from leeward.policy.statistics.rules.schedule import final_day, first_day

CELLS = tuple(
    Published(value=value, status=status)
    for value, status in product((0, 5, 30, 95, 105, 2_000), (Status.FINAL, Status.ESTIMATE))
)
DAYS = (date(2026, 1, 1), date(2026, 2, 27), date(2026, 12, 30))
YEAR = {
    Family.RESULTS: {
        ("north", "1"): {Stage.CONVICTED: 40, Stage.ACQUITTED: 3, Stage.DISCONTINUED: 12},
        ("south", "1"): {Stage.CONVICTED: 25, Stage.ACQUITTED: 14, Stage.DISCONTINUED: 11},
        ("south", "2"): {Stage.CONVICTED: 60, Stage.ACQUITTED: 22, Stage.DISCONTINUED: 30},
    }
}


def digest_of_rules() -> str:
    """Return the SHA-256 of all rules, as they are written and as they answer."""
    told = json.dumps(list(_rules()), default=str, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _rules() -> Iterator[object]:
    yield [asdict(recipe) for recipe in measures.RECIPES.values()]
    yield sorted((measure.value, breakdown.value) for measure, breakdown in measures.BREAKDOWNS.items())
    yield [measures.NESTED, measures.QUANTILES.items(), sorted(measures.COINCIDING)].__repr__()
    yield [tables.THRESHOLD, tables.ROUNDING_BASE, printed.MOST_OFF, printed.FEW, printed.FINE]
    pairs = [(part, whole) for part, whole in product(CELLS, CELLS) if (part.value or 0) <= (whole.value or 0)]
    shares = [percentage(part, whole) for part, whole in pairs]
    found = [
        *shares,
        *map(printed_count, CELLS),
        *map(printed_hours, CELLS),
        *(ratio(*two) for two in product(CELLS, CELLS)),
    ]
    found += [percentage(part, CELLS[-2], causes=sampled(part, CELLS[-2])) for part in CELLS[:-2]]
    yield [(each.value, each.status.value, *each.ends) for each in found]
    yield [direction(before, now).value for before, now in product(shares, shares)]
    for counts in product((3, 12, 40), repeat=4):
        protected = protect_list({f"code-{place}": count for place, count in enumerate(counts)})
        yield [(code, cell.value, cell.status.value) for code, cell in protected.items()]
    yield [
        tables.may_publish_quantile(percent=percent, observations=n) for percent in (50, 90) for n in range(0, 200, 5)
    ]
    for day, step in product(DAYS, Frequency):
        period = period_of(day, step=step)
        yield [period.name, first_day(period), *(final_day(period, follow_up_days=days) for days in (0, 30, 90))]
    for family, cells in print_year(YEAR).items():
        yield [
            (family.value, row, stage, cell.value)
            for row, own in sorted(cells.items())
            for stage, cell in sorted(own.items())
        ]
