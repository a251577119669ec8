"""From the rule to the mail: the secretary words an alert, another person reads and signs it, and it leaves.

Whoever leads the helpline may word and sign too, so that a nation with one secretary has a second pair of eyes.
"""

import uuid
from datetime import datetime, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import when
from leeward.foundation.editing.fields import Words
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.foundation.work.views import staff_pages
from leeward.victim.network.errors import AlertMoved
from leeward.victim.network.forms.alerts import AlertDiscardForm, AlertSigningForm, WarningPlanForm, WordingForm
from leeward.victim.network.handed import actions_of_alerts
from leeward.victim.network.operations.alerts import discard_alert, set_plan, sign_alert, word_alert
from leeward.victim.network.queries.alerts import (
    AlertLine,
    Standing,
    alert_lines,
    alert_rows,
    counted_tactics,
    read_alert,
    read_plan,
    tell_alerts,
)
from leeward.victim.network.rules.tactics import FACETS, FRESH_DAYS
from leeward.victim.network.views.alerts import late_of, since_words

warning_page = staff_pages(
    Role.NETWORK_SECRETARY,
    Role.HELPLINE_LEAD,
    back=lambda named: (
        (_("Back to the alert"), reverse("network:alert", args=[named["alert"]]))
        if "alert" in named
        else (_("Back to the warnings"), reverse("network:warnings"))
    ),
)
TITLE = _("Warnings to write and read")
SHOWN_FOR = timedelta(days=FRESH_DAYS)
WAITS = (Standing.UNWRITTEN, Standing.DRAFT)


@warning_page(title=TITLE, summary=_("Alerts that wait for words or for a second person; what was sent, and answered."))
@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """What waits, what leaves, what is out and has which answer; and the tactics that were seen lately."""
    now = timezone.now()
    rows = tell_alerts(alert_rows().filter(drafted_at__gt=now - 2 * SHOWN_FOR).order_by("-drafted_at", "id"))
    lines = alert_lines(rows, now=now)
    context = {
        "title": TITLE,
        "waiting": [each for each in lines if each.standing in WAITS],
        "others": [each for each in lines if each.standing not in WAITS],
        "late": late_of(lines),
        "tactics": counted_tactics(now=now),
        "plan": read_plan(),
        "may_plan": staff_of(request).role == Role.NETWORK_SECRETARY,
        "since": since_words,
        "when": lambda at: when(at, now=now),
    }
    return render(request, "network/alerts/warnings.jinja", context)


@warning_page()
@require_safe
def alert(request: HttpRequest, alert: uuid.UUID) -> HttpResponse:
    """One alert: as it will be read, where it stands, and what this person may do with it."""
    now = timezone.now()
    line = read_alert(alert, now=now)
    context = {
        "alert": line,
        "since": since_words,
        "is_own": line.drafted_by == str(actor_of(request).id),
        "is_overdue": line.is_overdue(now),
        "facets": FACETS,
        "actions": actions_of_alerts(now=now).get(alert, ()),
        "when": lambda at: when(at, now=now),
    }
    return render(request, "network/alerts/alert.jinja", context)


@warning_page()
@takes_form
def word(request: HttpRequest, alert: uuid.UUID) -> HttpResponse:
    """What is done and what helps now; somebody else reads it then."""
    line = _waiting(alert)
    begun = {f"{name}_{code}": said for name in ("words", "helps") for code, said in getattr(line, name).items()}
    form = WordingForm(typed(request), initial=begun)

    def save(by: Actor, now: datetime) -> None:
        word_alert(alert=alert, words=form.texts("words"), helps=form.texts("helps"), by=by, now=now)

    lead = _("Members and the government’s contact read this, and later everybody, in the bulletin.")
    return ask(
        request, _asking(line, form, title=_("Write the warning"), save=save, lead=lead, button=_("Save the text"))
    )


@warning_page()
@takes_form
def sign(request: HttpRequest, alert: uuid.UUID) -> HttpResponse:
    """A second person has read the words: it leaves at the next fixed time."""
    line = _waiting(alert)
    form = AlertSigningForm(typed(request), initial={"sha256": line.sha256})

    def save(by: Actor, now: datetime) -> None:
        sign_alert(alert=alert, sha256=form.cleaned_data["sha256"], by=by, now=now)

    asking = _asking(line, form, title=_("Review and approve sending"), save=save, button=_("Approve sending"))
    return ask(request, asking, template="network/alerts/sign.jinja")


@warning_page()
@takes_form
def discard(request: HttpRequest, alert: uuid.UUID) -> HttpResponse:
    """It does not leave, and why."""
    line = _waiting(alert)
    form = AlertDiscardForm(typed(request))

    def save(by: Actor, now: datetime) -> None:
        discard_alert(alert=alert, why=form.cleaned_data["why"], by=by, now=now)

    lead = _("The next sighting of it may raise a new one.")
    title, button = _("Do not send this warning"), _("It is not sent")
    return ask(request, _asking(line, form, title=title, save=save, lead=lead, button=button, kind="warning"))


@warning_page(Role.NETWORK_SECRETARY)
@takes_form
def plan(request: HttpRequest) -> HttpResponse:
    """When warnings leave, and who of the government gets them."""
    known = read_plan()
    initial = {name: getattr(known, name) for name in ("office", "language", "first", "second")}
    form = WarningPlanForm(typed(request), initial=initial)

    def save(by: Actor, now: datetime) -> None:
        said = {name: form.cleaned_data[name] for name in ("office", "mailbox", "language", "first", "second")}
        set_plan(**said, by=by, now=now)

    asking = Asking(
        form=form,
        title=_("When warnings are sent, and to whom"),
        back=reverse("network:warnings"),
        back_text=TITLE,
        save=save,
        lead=_(
            "Warnings are sent twice a day at fixed times, so that nobody can tell from a mail’s time what raised it. "
            "Members get them on their page; the government’s office by a link, and it has 14 days to answer."
        ),
        seen=known.changed_at.isoformat() if known.changed_at else "",
    )
    return ask(request, asking)


def _waiting(alert: uuid.UUID) -> AlertLine:
    """An alert that is not signed yet. Raises AlertUnknown, AlertMoved."""
    line = read_alert(alert, now=timezone.now())
    if line.standing not in WAITS:
        raise AlertMoved
    return line


def _asking(
    line: AlertLine,
    form: forms.Form,
    *,
    title: Words,
    save: object,
    button: Words,
    lead: Words = "",
    kind: str = "primary",
) -> Asking:
    return Asking(
        form=form,
        title=title,
        back=reverse("network:alert", args=[line.public_id]),
        back_text=_("Back to the alert"),
        save=save,  # type: ignore[arg-type]  # by an actor, now
        button=button,
        kind=kind,
        lead=lead,
        seen=line.sha256,
        about=(line, since_words(line)),
    )
