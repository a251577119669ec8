"""One sentence for each number: what happened in the newest month that is over, and in the one before."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from leeward.policy.statistics.charts.numbers import say
from leeward.policy.statistics.dashboard.charting import Comparison, period_of, said_of
from leeward.policy.statistics.records import Better, Frequency, Indicator, Point, Series

# What a number says, by indicator. %(period)s is a month such as "October 2026" or "the week from 5 October 2026".
SENTENCES: Mapping[str, str | Promise] = {
    "reports-filed": _("In %(period)s, %(now)s reports were handed in."),
    "items-asked": _("In %(period)s platforms were first asked to remove %(now)s pictures."),
    "removal-rate": _(
        "Of the pictures that platforms were asked to remove in %(period)s, %(now)s were gone within 90 days."
    ),
    "hours-to-removal-median": _("Of the pictures of %(period)s that were removed, half were gone within %(now)s."),
    "hours-to-removal-p90": _("Of the pictures of %(period)s that were removed, nine in ten were gone within %(now)s."),
    "removed-within-law": _("Of the pictures of %(period)s, %(now)s were gone within the time that the law gives."),
    "answered": _("Platforms answered %(now)s of what they were asked in %(period)s."),
    "accepted-first-time": _("Platforms agreed at once to remove %(now)s of what they were asked in %(period)s."),
    "removal-verified": _("Of the pictures of %(period)s that are gone, we saw for ourselves that %(now)s are."),
    "reupload-rate": _("Of the pictures that were gone in %(period)s, %(now)s were up again within 90 days."),
    "items-per-report": _("Reports of %(period)s named %(now)s pictures each."),
    "pre-emptive-share": _(
        "Of the pictures that were gone in %(period)s, platforms found %(now)s themselves, before anybody had to ask."
    ),
    "escalation-success": _("Of what we took further than the platform in %(period)s, %(now)s was gone afterwards."),
    "reversals": _("Of the pictures that were gone in %(period)s, %(now)s were put back after another look."),
    "staff-exposure": _("In %(period)s, staff who looked at evidence did so %(now)s times in a day."),
    "directory-freshness": _("In %(period)s, %(now)s of the support services had been checked within 180 days."),
    "signatories-in-good-standing": _("In %(period)s, %(now)s of the declaration’s signatories kept their word."),
    "commitments-kept": _("In %(period)s, %(now)s of the commitments that were due were shown to be kept."),
    "platforms-with-lead": _("In %(period)s, %(now)s of the platforms named somebody who answers for this."),
    "platforms-with-policy": _("In %(period)s, %(now)s of the platforms had a policy that can be read."),
    "platforms-drawing": _("In %(period)s, %(now)s platforms checked uploads against the hashes of people in need."),
    "hashes-in-force": _("In %(period)s, %(now)s hashes protected pictures."),
    "withdrawals-acknowledged": _("In %(period)s, platforms confirmed %(now)s of the hashes that were taken back."),
}


def sentence_for(series: Series | None) -> str:
    """Say what a series shows, or that it has no number yet."""
    said = said_of(series)
    if series is None or said is None:
        return gettext("There is no number that can be shown yet.")
    told = [_now(series.indicator, said.newest, step=series.step)]
    if said.before is not None and said.before.value is not None:
        told.append(_before(series, said.before, step=series.step))
    if said.is_open:
        told.append(gettext("This still changes."))
    return " ".join(told)


def newest_of(series: Series | None) -> str:
    """Say what a series shows for its newest period; "" if it has no number."""
    said = said_of(series)
    return "" if series is None or said is None else _now(series.indicator, said.newest, step=series.step)


def _now(indicator: Indicator, point: Point, *, step: Frequency) -> str:
    assert point.value is not None  # noqa: S101  # `said_of` speaks of numbers alone
    named = {"period": period_of(point, step=step).name, "now": say(point.value, indicator.unit)}
    pattern = SENTENCES.get(indicator.id)
    if pattern is None:  # an indicator that somebody added to the catalogue
        return pgettext("title, period and number", "%(title)s, %(period)s: %(now)s.") % {
            "title": indicator.title,
            **named,
        }
    return str(pattern) % named


def _before(series: Series, point: Point, *, step: Frequency) -> str:
    assert point.value is not None  # noqa: S101  # the caller has looked
    value = say(point.value, series.indicator.unit)
    if step is Frequency.MONTH:
        return gettext("The month before it was %(value)s.") % {"value": value}
    return gettext("The week before it was %(value)s.") % {"value": value}


def change_over_a_year(series: Series, said: Comparison) -> str:
    """Compare a number with the one a year before; "" if either is unknown."""
    now, then = said.newest.value, said.year_before.value if said.year_before else None
    if now is None or then is None:
        return ""
    named = {"before": say(then, series.indicator.unit)}
    if now == then:
        return gettext("The same as a year before.")
    better = series.indicator.better
    if better is Better.NEITHER:
        return gettext("A year before: %(before)s.") % named
    if (now > then) is (better is Better.MORE):
        return gettext("Better than a year before: %(before)s.") % named
    return gettext("Worse than a year before: %(before)s.") % named
