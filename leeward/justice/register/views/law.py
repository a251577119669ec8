"""What policy officers see and press: agencies, and legal bases that one writes and another approves."""

import uuid
from datetime import datetime
from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import OnceForm
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.justice.register.forms.keeping import AgencyForm, BasisForm
from leeward.justice.register.operations.bases import add_agency, approve_basis, end_basis, write_basis
from leeward.justice.register.queries.bases import list_agencies, list_bases, read_basis
from leeward.justice.register.rules.basis import BasisState
from leeward.justice.register.rules.terms import AgencyKind
from leeward.justice.register.views.frame import BASES, law_page


@law_page(title=BASES, summary=_("Off until a law allows it. Write what the law says; another person approves it."))
@require_safe
def bases(request: HttpRequest) -> HttpResponse:
    """Every legal basis, and the agencies."""
    found = list_bases(on=local_day(timezone.now()))
    is_on = any(each.state is BasisState.IN_FORCE for each in found)
    context = {"title": BASES, "bases": found, "agencies": list_agencies(), "is_on": is_on}
    return render(request, "register/bases.jinja", context)


@law_page()
@takes_form
def write(request: HttpRequest) -> HttpResponse:
    """Write a legal basis."""
    form = BasisForm(typed(request), initial=BasisForm.fresh())

    def save(by: Actor, now: datetime) -> None:
        write_basis(entry=form.entry, basis=form.cleaned_data["once"], by=by, now=now)

    lead = _("It counts for nothing until another person approves it, and it is never changed afterwards.")
    return ask(request, _to_bases(form, _("Write a legal basis"), save, lead=lead))


@law_page()
@require_safe
def basis(request: HttpRequest, basis: uuid.UUID) -> HttpResponse:
    """One legal basis as it was written."""
    found = read_basis(basis, on=local_day(timezone.now()))
    may_approve = found.state is BasisState.WAITS and found.entered_by != who(actor_of(request))
    return render(request, "register/basis.jinja", {"each": found, "may_approve": may_approve})


@law_page()
@takes_form
def approve(request: HttpRequest, basis: uuid.UUID) -> HttpResponse:
    """Approve what somebody else has written."""
    found = read_basis(basis, on=local_day(timezone.now()))
    lead = _("You have read the statute and the impact assessment, and what is written here is what they say.")
    asking = _to_bases(
        forms.Form(typed(request)),
        _("Approve this legal basis"),
        partial(_approve, basis),
        lead=lead,
        button=_("Approve the legal basis"),
        about=found.entry.statute,
    )
    return ask(request, asking)


@law_page()
@takes_form
def end(request: HttpRequest, basis: uuid.UUID) -> HttpResponse:
    """End a legal basis, after saying what that means."""
    read_basis(basis, on=local_day(timezone.now()))
    lead = _("Open checks are closed, and the keys of every entry that stands on it are destroyed. Nobody can undo it.")
    asking = _to_bases(
        forms.Form(typed(request)),
        _("End this legal basis"),
        partial(_end, basis),
        lead=lead,
        button=_("End the legal basis"),
        kind="warning",
    )
    return ask(request, asking)


@law_page()
@takes_form
def agency(request: HttpRequest) -> HttpResponse:
    """Add an agency."""
    form = AgencyForm(typed(request), initial=OnceForm.fresh())

    def save(by: Actor, now: datetime) -> None:
        said = form.cleaned_data
        kind = AgencyKind(said["kind"])
        add_agency(name=said["name"], kind=kind, mailbox=said["mailbox"], agency=said["once"], by=by, now=now)

    return ask(request, _to_bases(form, _("Add an agency"), save))


def _approve(basis: uuid.UUID, by: Actor, now: datetime) -> None:
    approve_basis(basis=basis, by=by, now=now)


def _end(basis: uuid.UUID, by: Actor, now: datetime) -> None:
    end_basis(basis=basis, by=by, now=now)


def _to_bases(form: forms.Form, title: object, save: object, **more: object) -> Asking:
    return Asking(form=form, title=title, back=reverse("register:bases"), back_text=BASES, save=save, **more)  # type: ignore[arg-type]
