"""The page of one record's holds: ask for one, confirm a colleague's, lift one."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.foundation.holds.forms import HoldForm, LiftForm
from leeward.foundation.holds.operations import ask_hold, confirm_hold, lift_hold
from leeward.foundation.holds.queries import HoldView, find_record, holds_on, read_hold, with_reasons
from leeward.foundation.holds.rules import HoldState
from leeward.foundation.web.components import Text
from leeward.foundation.work.views import staff_pages


def _back(named: Mapping[str, Any]) -> tuple[Text, str]:
    if "record" in named:
        return gettext_lazy("Back to its holds"), reverse("holds:record", args=[named["kind"], named["record"]])
    return gettext_lazy("Back to your desk"), reverse("work:home")


# Whose records can be held; which of them somebody sees, their room says.
hold_page = staff_pages(
    Role.COURT_CLERK, Role.ORDER_OFFICER, Role.TRAINING_MANAGER, Role.PROGRAMME_WORKER, Role.REGISTRAR, back=_back
)


@hold_page()
@takes_form
def record(request: UnlockedRequest, kind: str, record: str) -> HttpResponse:
    """Every hold on one record, and the form that asks for one."""
    viewer, now = staff_of(request), timezone.now()
    known, title = find_record(viewer, kind, record)
    found = with_reasons(holds_on(kind, record, now=now), keyring=request.keyring, by=actor_of(request), now=now)
    form = HoldForm(typed(request))

    def save(by: Actor, now: datetime) -> object:
        return ask_hold(**form.cleaned_data, kind=kind, record=record, viewer=viewer, by=by, now=now)

    here = reverse("holds:record", args=[kind, record])
    asking = Asking(
        form=form,
        title=_("Legal hold"),
        lead=_(
            "While a record is held nothing erases it: no retention, and nobody by hand. One person asks and another "
            "one confirms it. It ends on its last day, or when somebody lifts it, and then what the law says of its "
            "time counts again."
        ),
        back=known.address(record),
        back_text=title,
        save=save,
        then=here,
        button=_("Ask for a hold"),
        about={
            "kind": known.label,
            "title": title,
            "holds": found,
            "names": names_of(_people(found)),
            "me": viewer.reference,
            "asks": not any(each.state is HoldState.ASKED for each in found),
        },
    )
    return ask(request, asking, template="holds/record.jinja")


@hold_page()
@takes_form
def confirm(request: UnlockedRequest, hold: uuid.UUID) -> HttpResponse:
    """A second person confirms a hold, having read why it was asked for."""
    viewer, now = staff_of(request), timezone.now()
    found = read_hold(hold, now=now)
    find_record(viewer, found.kind, found.record)
    (found,) = with_reasons([found], keyring=request.keyring, by=actor_of(request), now=now)

    def save(by: Actor, now: datetime) -> None:
        confirm_hold(hold=hold, viewer=viewer, by=by, now=now)

    lead = _("Reason: %(reason)s From your press on nothing erases the record.") % {"reason": _sentence(found.reason)}
    return _press(request, found, forms.Form(typed(request)), title=_("Confirm the hold"), lead=lead, save=save)


@hold_page()
@takes_form
def lift(request: UnlockedRequest, hold: uuid.UUID) -> HttpResponse:
    """Lift a hold, or let go one that was asked for."""
    viewer = staff_of(request)
    found = read_hold(hold, now=timezone.now())
    form = LiftForm(typed(request))

    def save(by: Actor, now: datetime) -> None:
        reason = form.cleaned_data["reason"]
        lift_hold(hold=hold, reason=reason, viewer=viewer, keyring=request.keyring, by=by, now=now)

    lead = _("The record is erased when its time has come. If that time is over, this is at the next round.")
    return _press(request, found, form, title=_("Lift the hold"), lead=lead, save=save, kind="warning")


def _press(
    request: HttpRequest, found: HoldView, form: forms.Form, *, title: str, lead: str, save: Any, kind: str = "primary"
) -> HttpResponse:
    _known, name = find_record(staff_of(request), found.kind, found.record)
    asking = Asking(
        form=form,
        title=title,
        lead=lead,
        back=reverse("holds:record", args=[found.kind, found.record]),
        back_text=name,
        save=save,
        button=title,
        kind=kind,
    )
    return ask(request, asking)


def _people(found: tuple[HoldView, ...]) -> set[str]:
    return {who for each in found for who in (each.asked_by, each.confirmed_by, each.lifted_by) if who}


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "؟")) else f"{words}."
