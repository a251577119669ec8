"""What pages for everybody draw of outcomes: the stages of a year, and how many offended again, with intervals.

The numbers are those that are printed: what is hidden in the table is hidden in its chart.
"""

from collections.abc import Sequence

from django.utils.translation import gettext

from leeward.foundation.protection.tables import TOTAL
from leeward.foundation.web.charts import Bar, Bars, Drawn, Unit, draw
from leeward.foundation.web.words import word
from leeward.justice.outcomes.queries.cohorts import PrintedLine
from leeward.justice.outcomes.queries.printings import PrintedYear
from leeward.justice.outcomes.rules.printing import Family
from leeward.justice.outcomes.rules.terms import CountUnit
from leeward.justice.outcomes.telling import quarter_name, stage_name

UNITS = {
    Family.OF_RECORDED: CountUnit.OFFENCES,
    Family.IN_PERIOD: CountUnit.OFFENCES,
    Family.RESULTS: CountUnit.PERSONS,
    Family.SENTENCES: CountUnit.PERSONS,
    Family.BESIDE: CountUnit.PERSONS,
}


def draw_year(year: PrintedYear) -> dict[Family, Drawn]:
    """The stages of a whole year as bars: a chart for each family that was printed."""
    return {family: draw(_of_family(year, family)) for family in UNITS if year.cells.get(family.value)}


def draw_cohorts(lines: Sequence[PrintedLine], *, months: int, method: int) -> Drawn:
    """The rates of one method and one follow-up as bars with their intervals, the oldest cohort first."""
    bars = Bars(
        key=f"again-{method}-{months}",
        title=gettext("Proven re-offending within %(months)d months") % {"months": months},
        of=gettext("Cohort"),
        measure=gettext("Offended again"),
        bars=tuple(map(_cohort_bar, lines)),
        unit=Unit.PERCENT,
        sentence="",
    )
    return draw(bars)


def _cohort_bar(found: PrintedLine) -> Bar:
    return Bar(name=quarter_name(found.quarter), amount=found.print.any_kind.rate)


def _of_family(year: PrintedYear, family: Family) -> Bars:
    return Bars(
        key=family.value,
        title=f"{word(family)}, {year.year}",
        of=gettext("Stage"),
        measure=word(UNITS[family]),
        bars=tuple(
            Bar(name=stage_name(family, stage), amount=year.number(family, TOTAL, stage))
            for stage in year.stages(family)
        ),
        unit=Unit.COUNT,
        sentence="",
    )
