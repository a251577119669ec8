"""Numbers of years and cohorts in words: cells of tables, the sentence of a figure, the formulas that stand under."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import get_language_bidi, gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import write_day
from leeward.foundation.editions.rules.changes import Change
from leeward.foundation.protection.printed import PrintedNumber, printed_count
from leeward.foundation.protection.tables import TOTAL, Status
from leeward.foundation.surveys.rules.estimates import Interval
from leeward.foundation.web.charts import Unit
from leeward.foundation.web.charts.numbers import say, say_share, with_range
from leeward.foundation.web.components import Text
from leeward.foundation.web.words import word
from leeward.justice.outcomes.queries.cohorts import PrintedLine
from leeward.justice.outcomes.queries.printings import PrintedYear
from leeward.justice.outcomes.rules.funnel import Rate
from leeward.justice.outcomes.rules.printing import Family
from leeward.justice.outcomes.rules.reoffending import CohortCounts, CohortMethod, Comparison, Rates
from leeward.justice.outcomes.rules.terms import Stage

HEAD: Sequence[Text] = (
    _("Cohort"),
    _("Of any kind"),
    _("Re-offences per re-offender"),
    _("Re-offences per 100 people"),
    _("Of the same kind"),
    _("People"),
    _("As of"),
)
NUMERIC = (1, 2, 3, 4, 5)
# What Unicode sets around a text that runs from left to right, wherever it stands.
LEFT_TO_RIGHT, ENDS = "\u2066", "\u2069"
# The table of which a rate is made.
_WHOLE = {
    Rate.CHARGED: Family.OF_RECORDED,
    Rate.NO_SUPPORT: Family.OF_RECORDED,
    Rate.CONVICTED: Family.RESULTS,
    Rate.GIVEN: Family.IN_PERIOD,
}
FORMULAS: Sequence[Text] = (
    _("Rate = people with at least one proven re-offence ÷ people in the cohort, with Wilson’s 95 per cent interval."),
    _("Re-offences per re-offender = all proven re-offences ÷ people with at least one."),
    _("Re-offences per 100 people = 100 × all proven re-offences ÷ people in the cohort."),
    _("Same kind: the same rate, for offences with the same code as the one that brought the person into the cohort."),
)


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """What is printed of one follow-up: its table, and a sentence of the newest cohort."""

    months: int
    sentence: str
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class DraftRow:
    """One figure of a draft: of the year before, as published before, and now; "" where there is none."""

    text: str
    last: str
    before: str
    now: str
    change: Change


def stage_name(family: Family, stage: Stage) -> str:
    """A stage as a table calls it: among what courts decided, those convicted are all of them, sentenced or not."""
    return gettext("Convicted") if (family, stage) == (Family.RESULTS, Stage.CONVICTED) else word(stage)


def row_name(row: str, *, names: Mapping[str, str] | None = None) -> str:
    """A row of a table as it is read: the year, a quarter, or an authority by its name in `names`."""
    return gettext("The year") if row == TOTAL else (names or {}).get(row, row)


def draft_rows(now: PrintedYear, *, before: PrintedYear | None, last: PrintedYear | None) -> list[DraftRow]:
    """The figures of a draft beside what everybody reads of the same year and of the year before, which may lack."""

    def row(text: str, tell: Callable[[PrintedYear], PrintedNumber], unit: Unit) -> DraftRow:
        first, second = tell(now), tell(before) if before else None
        return DraftRow(
            text=text,
            last=_number_of(tell(last), unit) if last else "",
            before=_number_of(second, unit) if second else "",
            now=_number_of(first, unit),
            change=Change.NEW if second is None else Change.SAME if first == second else Change.CHANGED,
        )

    rows = [
        row(text, lambda year: year.number(family, TOTAL, stage), Unit.COUNT)  # noqa: B023  # called at once
        for family, stage, text in (
            (Family.OF_RECORDED, TOTAL, gettext("Offences recorded")),
            (Family.OF_RECORDED, Stage.CHARGED, word(Stage.CHARGED)),
            (Family.RESULTS, Stage.CONVICTED, stage_name(Family.RESULTS, Stage.CONVICTED)),
        )
        if now.cells.get(family)
    ]
    rates = [rate for rate in Rate if now.cells.get(_WHOLE[rate])]
    return rows + [row(word(rate), lambda year: year.rate(rate).number, Unit.PERCENT) for rate in rates]  # noqa: B023


def _number_of(number: PrintedNumber, unit: Unit) -> str:
    return say_share(number) if unit is Unit.PERCENT else _number(number, unit)


def follow_ups(lines: Sequence[PrintedLine]) -> list[FollowUp]:
    """Printed figures by follow-up, each as a sentence and a table, the newest cohort first."""
    told = []
    for months in sorted({each.months for each in lines}):
        own = sorted((each for each in lines if each.months == months), key=lambda each: each.quarter, reverse=True)
        told.append(FollowUp(months=months, sentence=_sentence(own), rows=[_row(each) for each in own]))
    return told


def days_of(method: CohortMethod) -> str:
    """A method's days in a sentence."""
    return gettext(
        "A cohort is everybody who, in one quarter, was convicted without custody, released from custody or "
        "cautioned. Each person is followed for %(first)d and %(second)d days from the first such day. An offence "
        "counts if it happened after that day and by the last day, and if its conviction or caution came at most "
        "%(waiting)d days after the last day. Offences on the first day itself, and older ones that were proven "
        "later, do not count."
    ) % {"first": method.follow_ups[0], "second": method.follow_ups[1], "waiting": method.waiting}


def analyst_rows(counts: CohortCounts, any_kind: Rates | None, same_kind: Rates | None) -> list[tuple[str, str, str]]:
    """One follow-up for analysts, as it was counted: what, of any kind, of the same kind."""
    few = gettext("Fewer than 30 people")

    def both(tell: Callable[[Rates], str]) -> tuple[str, str]:
        any_told, same_told = (few if each is None else tell(each) for each in (any_kind, same_kind))
        return any_told, same_told

    return [
        (gettext("People in the cohort"), _whole(counts.people), _whole(counts.people)),
        (gettext("People with a re-offence"), _whole(counts.reoffenders), _whole(counts.same_reoffenders)),
        (gettext("Re-offences"), _whole(counts.reoffences), _whole(counts.same_reoffences)),
        (gettext("Rate"), *both(lambda each: percent(100 * each.rate))),
        (gettext("Interval"), *both(lambda each: interval(each.interval))),
        (gettext("Re-offences per re-offender"), *both(lambda each: _decimal(each.per_reoffender))),
        (gettext("Re-offences per 100 people"), *both(lambda each: _decimal(each.per_100))),
    ]


def comparison_words(found: Comparison) -> str:
    """What may be said of two figures that may be compared."""
    if found.interval is None or found.change is None or found.before is None or found.after is None:
        return ""
    return gettext(
        "From %(before)s to %(after)s: the rate %(change)s. Interval of the change in points: %(low)s to %(high)s."
    ) % {
        "before": percent(100 * found.before.rate),
        "after": percent(100 * found.after.rate),
        "change": word(found.change),
        "low": _decimal(100 * found.interval.low),
        "high": _decimal(100 * found.interval.high),
    }


def percent(value: float) -> str:
    """A share in per cent."""
    return _unbroken(gettext("%(number)s %%") % {"number": number_format(value, decimal_pos=1)})


def interval(found: Interval | None) -> str:
    """An interval of a share of one, in per cent."""
    if found is None:
        return "–"
    ends = {
        "low": number_format(100 * found.low, decimal_pos=1),
        "high": number_format(100 * found.high, decimal_pos=1),
    }
    return _unbroken(gettext("%(low)s to %(high)s %%") % ends)


def quarter_name(name: str) -> str:
    """A quarter's name as it is read, also within text that runs the other way."""
    return f"{LEFT_TO_RIGHT}{name}{ENDS}" if get_language_bidi() else name


def _unbroken(text: str) -> str:
    return text.replace(" %", "\u00a0%")


def _row(each: PrintedLine) -> list[str]:
    line = each.print.any_kind
    return [
        quarter_name(each.quarter),
        say_share(line.rate),
        _number(line.per_reoffender, Unit.RATIO),
        _number(line.per_100, Unit.RATIO),
        say_share(each.print.same_kind.rate),
        _number(printed_count(line.people), Unit.COUNT),
        write_day(each.as_of),
    ]


def _sentence(lines: Sequence[PrintedLine]) -> str:
    """Of the newest cohort that has a number; "" where none has."""
    for each in lines:
        line = each.print.any_kind
        if line.rate.value is not None:
            rate = with_range(say(line.rate.value, Unit.PERCENT), line.rate, Unit.PERCENT)
            said = {"quarter": quarter_name(each.quarter), "months": each.months, "rate": rate}
            told = gettext("Of the people of %(quarter)s, %(rate)s offended again within %(months)d months.") % said
            if line.rate.status is Status.ESTIMATE:
                return gettext("%(sentence)s This can still rise.") % {"sentence": told}
            return told
    return ""


def _number(number: PrintedNumber, unit: Unit) -> str:
    return _symbol(number.status) if number.value is None else with_range(say(number.value, unit), number, unit)


def _symbol(status: Status) -> str:
    return f"[{status.value}]" if status.value else "–"


def _whole(number: int) -> str:
    return str(number_format(number, decimal_pos=0))


def _decimal(number: float | None) -> str:
    return "–" if number is None else str(number_format(number, decimal_pos=1))
