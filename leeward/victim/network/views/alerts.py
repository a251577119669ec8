"""Alerts that are out, and gaps in the law: for members, the helpline and the secretary."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.editing.fields import Words
from leeward.foundation.editing.pages import attempt, go, status_of, takes_form, typed
from leeward.foundation.work.views import staff_pages
from leeward.victim.network.forms.alerts import GapForm
from leeward.victim.network.handed import actions_of_alerts
from leeward.victim.network.operations.alerts import close_gap, name_gap
from leeward.victim.network.queries.alerts import AlertLine, alert_lines, alerts_out, list_gaps, tell_alerts
from leeward.victim.network.rules.tactics import FRESH_DAYS, AlertKind
from leeward.victim.network.views.member.frame import while_in_force

front_line = while_in_force(
    staff_pages(
        Role.MEMBER_WORKER,
        Role.PRACTITIONER,
        Role.HELPLINE_LEAD,
        Role.NETWORK_SECRETARY,
        back=lambda _named: (_("Back"), reverse("network:alerts")),
    )
)
ALERTS, GAPS = _("Early warnings"), _("Gaps in the law")
SHOWN_FOR = timedelta(days=FRESH_DAYS)
FACET_TITLES: Mapping[str, Words] = {
    "channel": _("Where it begins"),
    "way_in": _("How they get to people"),
    "lever": _("What they use as pressure"),
    "demand": _("What they want"),
    "means": _("With what"),
}


@front_line(title=ALERTS, summary=_("What is done to people now, what helps, and what the government says about it."))
@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """The alerts of half a year, the newest first."""
    now = timezone.now()
    rows = tell_alerts(alerts_out(now=now).filter(leaves_at__gt=now - SHOWN_FOR).order_by("-leaves_at", "id"))
    lines = alert_lines(rows, now=now)
    context = {
        "title": ALERTS,
        "alerts": lines,
        "since": since_words,
        "late": late_of(lines),
        "actions": actions_of_alerts(now=now),
    }
    return render(request, "network/alerts/alerts.jinja", context)


@front_line(title=GAPS, summary=_("What happens to people that the law does not cover, as the front line sees it."))
@takes_form
def gaps(request: HttpRequest) -> HttpResponse:
    """The open gaps, and a sentence to add one."""
    form = GapForm(typed(request), initial=GapForm.fresh())
    said = attempt(
        request,
        form,
        lambda by, now: name_gap(
            gap=form.cleaned_data["once"], words=" ".join(form.cleaned_data["words"].split()), by=by, now=now
        ),
        then=lambda _saved: go("network:gaps"),
    )
    if said is not None:
        return said
    context = {
        "title": GAPS,
        "form": form,
        "gaps": list_gaps(),
        "may_close": staff_of(request).role == Role.NETWORK_SECRETARY,
    }
    return render(request, "network/alerts/gaps.jinja", context, status=status_of(form))


@front_line(Role.NETWORK_SECRETARY)
@require_POST
def gap_closed(request: HttpRequest, gap: uuid.UUID) -> HttpResponse:
    """The law reaches it now, or nobody meets it any more."""
    close_gap(gap=gap, by=actor_of(request), now=timezone.now())
    return go("network:gaps")


def since_words(line: AlertLine) -> str:
    """How often it was seen: never a number beyond the rule's own."""
    return say_since(line.kind, line.since)


def say_since(kind: AlertKind, since: date) -> str:
    """The same, of what a bulletin keeps."""
    told = {"week": week_words(since)}
    if kind is AlertKind.NEW:
        return gettext("Five or more since %(week)s") % told
    return gettext("More often than before since %(week)s") % told


def week_words(monday: date) -> str:
    """A week, as calendars name it."""
    year, week, _day = monday.isocalendar()
    return pgettext("calendar", "week %(week)d of %(year)d") % {"week": week, "year": year}


def late_of(lines: tuple[AlertLine, ...]) -> frozenset[uuid.UUID]:
    """Which of these the government's contact has not answered in time."""
    now = timezone.now()
    return frozenset(each.public_id for each in lines if each.is_overdue(now))
