"""A link in a mail, for an organisation's nominated person, who needs no account.

GET changes nothing: programs that look through mails follow links too. What is handed in waits for staff. The token is
in the address alone.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused, StepRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import WRITING, go, status_of, typed
from leeward.foundation.web.access import View, public
from leeward.foundation.web.links import by_link, tell_nowhere
from leeward.industry.declarations import words
from leeward.industry.declarations.errors import LinkUnknown, TooManyWaiting, VersionUnknown
from leeward.industry.declarations.forms.organisations import EvidenceForm, OfferForm, StatementForm
from leeward.industry.declarations.operations.handing_in import end_statement, hand_in_evidence, hand_in_statement
from leeward.industry.declarations.operations.links import NomineeWay, find_link
from leeward.industry.declarations.operations.signing import offer_signature
from leeward.industry.declarations.queries import (
    PublicSignatory,
    current_version,
    find_signatory,
    handed_in_by,
    may_sign_by_link,
)
from leeward.industry.declarations.rules.standing import Standing
from leeward.industry.declarations.rules.terms import HandedInBy, HandedInState, Stage
from leeward.industry.declarations.views import showing

NOBODY = Actor.person()
NUMBER_DIGITS = 6


def _find(token: str, *, now: datetime) -> tuple[NomineeWay, PublicSignatory | None, str]:
    way = find_link(token, now=now)
    signatory = find_signatory(way.signatory_id, now=now) if way.stage is Stage.SIGNED else None
    if signatory is not None and signatory.line.report.standing is Standing.WITHDRAWN:
        raise LinkUnknown
    return way, signatory, token


GONE = _l(
    "It is over, a newer one has taken its place, or a letter is missing. Look for the newest mail, or write to us."
)
from_mail = by_link(_find, purpose="declarations/link", unknown=(LinkUnknown, EntryUnknown), why=GONE)


def _by_any_link(view: Callable[..., HttpResponseBase]) -> View:
    """Find where a link leads: the view gets the way, and the signatory, or None for who is yet to sign."""

    @from_mail
    @wraps(view)
    def found(
        request: HttpRequest, led: tuple[NomineeWay, PublicSignatory | None, str], **kwargs: Any
    ) -> HttpResponseBase:
        way, signatory, token = led
        return view(request, way, signatory, token=token, **kwargs)

    return found


def _by_link(view: Callable[..., HttpResponseBase]) -> View:
    """The same for what only signatories do."""

    @wraps(view)
    def found(
        request: HttpRequest, way: NomineeWay, signatory: PublicSignatory | None, *, token: str, **kwargs: Any
    ) -> HttpResponseBase:
        if signatory is None:
            return tell_nowhere(request, why=GONE)
        return view(request, way, signatory, token=token, **kwargs)

    return _by_any_link(found)


@public
@require_safe
@_by_any_link
def enter(request: HttpRequest, way: NomineeWay, signatory: PublicSignatory | None, *, token: str) -> HttpResponseBase:
    """How the organisation stands, what is due, and what was handed in; or that it can sign."""
    handed = handed_in_by(way.signatory_id)
    context = {
        "token": token,
        "way": way,
        "may_sign": may_sign_by_link(way.signatory_id),
        "offer": next((each for each in handed if each.version and each.state is HandedInState.WAITING), None),
        "handed": handed,
        "found": signatory,
        "names": dict(showing.commitment_choices(signatory)) if signatory else {},
        "showing": showing,
    }
    page = "yours" if signatory else "before"
    return render(request, f"declarations/link/{page}.jinja", context)


@public
@require_http_methods(WRITING)
@_by_any_link
def sign(request: HttpRequest, way: NomineeWay, signatory: PublicSignatory | None, *, token: str) -> HttpResponseBase:
    """Read the version in force and sign it; the signature waits for staff."""
    del signatory
    version = current_version()
    if version is None or not may_sign_by_link(way.signatory_id):
        return _back(token)
    form = OfferForm(typed(request))
    if form.is_bound and form.is_valid():
        read = request.POST.get("version", "")
        try:
            offer_signature(
                public_id=way.signatory_id,
                number=int(read) if read.isdecimal() and len(read) < NUMBER_DIGITS else 0,
                signer_name=form.cleaned_data["signer_name"],
                signer_title=form.cleaned_data["signer_title"],
                by=NOBODY,
                now=timezone.now(),
            )
        except FieldRefused as error:
            say(form, error)
        except VersionUnknown:
            form.add_error(None, _("A newer version was published meanwhile. Read it here, then sign it."))
        except (EntryUnknown, StepRefused):
            return _back(token)
        else:
            return _back(token)
    context = {"reading": showing.read(version, request), "showing": showing, "form": form, "token": token}
    return render(request, "declarations/link/sign.jinja", context, status=status_of(form))


@public
@require_http_methods(WRITING)
@_by_link
def add_evidence(
    request: HttpRequest, way: NomineeWay, signatory: PublicSignatory, *, token: str, code: str
) -> HttpResponseBase:
    """Hand evidence in for one commitment."""
    choices = showing.commitment_choices(signatory)
    if code not in dict(choices):
        return tell_nowhere(request, why=GONE)
    form = EvidenceForm(typed(request), commitments=choices, initial={"code": code})

    def hand_in() -> None:
        new, now = form.as_evidence(), timezone.now()
        hand_in_evidence(public_id=way.signatory_id, new=new, source=HandedInBy.SIGNATORY, by=NOBODY, now=now)

    title = _("Submit evidence of a commitment")
    return _form_page(request, form, hand_in, token=token, title=title)


@public
@require_http_methods(WRITING)
@_by_link
def add_statement(request: HttpRequest, way: NomineeWay, signatory: PublicSignatory, *, token: str) -> HttpResponseBase:
    """Hand a published statement in."""
    del signatory
    form = StatementForm(typed(request))

    def hand_in() -> None:
        new, now = form.as_statement(), timezone.now()
        hand_in_statement(public_id=way.signatory_id, new=new, source=HandedInBy.SIGNATORY, by=NOBODY, now=now)

    return _form_page(request, form, hand_in, token=token, title=_("Add a published statement"))


@public
@require_POST
@_by_link
def stop_statement(
    request: HttpRequest, way: NomineeWay, signatory: PublicSignatory, *, token: str, reference: UUID
) -> HttpResponseBase:
    """A statement is not published any more."""
    del request, signatory
    with suppress(EntryUnknown):  # ended already: what was asked for is so
        end_statement(public_id=way.signatory_id, reference=reference, by=NOBODY, now=timezone.now())
    return _back(token)


def _form_page(
    request: HttpRequest, form: forms.Form, hand_in: Callable[[], None], *, token: str, title: str
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            hand_in()
        except FieldRefused as error:
            say(form, error)
        except TooManyWaiting:
            form.add_error(None, words.too_many())
        except (EntryUnknown, StepRefused):
            return tell_nowhere(request, why=GONE)
        else:
            return _back(token)
    context = {"form": form, "title": title, "token": token}
    return render(request, "declarations/link/form.jinja", context, status=status_of(form))


def _back(token: str) -> HttpResponse:
    return go("declarations:yours", token)
