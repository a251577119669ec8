"""Members: who signed what until when, with which services; signed again, suspended, gone."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day, when
from leeward.foundation.editing.fields import Words
from leeward.foundation.editing.pages import Asking, ask, go, takes_form, typed
from leeward.foundation.web.words import word
from leeward.foundation.work.doors import is_open
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.way import shows_list
from leeward.society.directory.queries.editing import choose_organizations
from leeward.society.directory.queries.names import organization_called, service_names, services_of
from leeward.victim.network.forms.secretary import TERMS, OrganizationForm, ProtocolForm
from leeward.victim.network.operations.members import let_member_go, sign_member, suspend_member
from leeward.victim.network.queries.members import (
    MemberLine,
    known_languages,
    list_training,
    parts_of_member,
    read_board,
    read_clocks,
    read_member,
    services_elsewhere,
)
from leeward.victim.network.rules.clocks import MOST
from leeward.victim.network.rules.members import MemberState, Way
from leeward.victim.network.views.mailbox import ask_mailbox
from leeward.victim.network.views.secretary.frame import page, secretary_page
from leeward.victim.network.views.secretary.lists import members_list

TITLE = _("Members of the network")


@secretary_page(title=TITLE, summary=_("Who signed which protocol until when; sign, prolong, suspend, let go."))
@require_safe
@shows_list
def members(request: HttpRequest) -> HttpResponse:
    """Every member that there is or was."""
    listing = members_list(now=timezone.now())
    return show_list(request, listing, lambda found: page(request, "members", {"found": found, "title": TITLE}))


@secretary_page()
@require_safe
def member(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """One member: its protocol, services, room, training and clocks; nothing of anybody who was passed on to it."""
    now = timezone.now()
    line, parts = read_member(member), parts_of_member(member)
    names, spoken = service_names({each.service for each in parts}), known_languages()
    context = {
        "member": line,
        "is_over": line.until is not None and line.until < local_day(now),
        "is_unread": line.way is Way.ACCOUNTS and line.is_in_force(today=local_day(now)) and not is_open(line.team),
        "parts": [
            (
                names.get(each.service, ""),
                ", ".join(map(word, each.kinds)),
                ", ".join(spoken.get(code, code) for code in each.languages),
            )
            for each in parts
        ],
        "names": names,
        "room": read_board(now=now, member=member),
        "trained": list_training(member),
        "clocks": next((each for each in read_clocks(now=now) if each.member == member), None),
        "may_suspend": line.state is MemberState.MEMBER,
        "may_go": line.state is not MemberState.LEFT,
        "when": lambda at: when(at, now=now),
    }
    return page(request, "member", context)


@secretary_page()
@takes_form
def choose(request: HttpRequest) -> HttpResponse:
    """Choose the organisation that signs."""
    organizations = [(str(reference), name) for reference, name in choose_organizations()]
    form = OrganizationForm(typed(request), organizations=organizations)
    if form.is_bound and form.is_valid():
        return go("network:member-add", form.cleaned_data["organization"])
    return ask(request, _asking(form, title=_("Which organisation signs?"), button=_("Continue"), save=_nothing))


@secretary_page()
@takes_form
def add(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    """What a new member signs."""
    name = organization_called(organization)
    if not name:
        raise Http404
    terms = {each: getattr(MOST, each) for each in TERMS}
    services = _free_services(organization)
    form = ProtocolForm(
        typed(request), services=services, initial={"name": name, "version": 1, "way": Way.ACCOUNTS, **terms}
    )
    return _ask_protocol(request, form, uuid.uuid4(), organization)


@secretary_page()
@takes_form
def sign(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Change or prolong what a member has signed; one that was suspended or had left is a member again."""
    line = read_member(member)
    services = _free_services(line.organization, but=member)
    initial: dict[str, Any] = {
        "name": line.name,
        "sector": line.sector,
        "version": line.protocol_version,
        "until": line.until,
        "passes_to": list(line.passes_to),
        "passes_on": line.passes_on,
        "way": line.way,
        **{each: getattr(line.terms, each) for each in TERMS},
    }
    parts = {each.service: each for each in parts_of_member(member)}
    for number, service in enumerate(services):
        if service in parts:
            initial[f"kinds-{number}"] = sorted(parts[service].kinds)
            initial[f"languages-{number}"] = sorted(parts[service].languages)
    form = ProtocolForm(typed(request), services=services, initial=initial)
    return _ask_protocol(request, form, member, line.organization, seen=line)


@secretary_page()
@takes_form
def mailbox(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Where a member is written that something waits for it, or that it is written nothing."""
    line = read_member(member)
    back = reverse("network:member", args=[member])
    return ask_mailbox(request, line, back=back, back_text=line.name)


@secretary_page()
@takes_form
def suspend(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Ask a member nothing more for now, after saying what that ends."""
    return _end(request, member, title=_("Suspend this member"), button=_("Suspend the member"), end=suspend_member)


@secretary_page()
@takes_form
def let_go(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Let a member go, after saying what that ends."""
    return _end(request, member, title=_("End the membership"), button=_("End the membership"), end=let_member_go)


ENDS = _(
    "Everything that is with them goes on to the next one at once, and their people can no longer open any of it. "
    "Nobody is passed on to them until they sign again."
)


def _end(request: HttpRequest, member: uuid.UUID, *, title: Words, button: Words, end: Any) -> HttpResponse:
    line = read_member(member)

    def save(by: Actor, now: datetime) -> None:
        end(member=member, by=by, now=now)

    asking = _asking(forms.Form(typed(request)), title=title, button=button, save=save, line=line)
    return ask(request, asking)


def _ask_protocol(
    request: HttpRequest,
    form: ProtocolForm,
    member: uuid.UUID,
    organization: uuid.UUID,
    *,
    seen: MemberLine | None = None,
) -> HttpResponse:
    def save(by: Actor, now: datetime) -> uuid.UUID:
        sign_member(protocol=form.protocol(organization), member=member, by=by, now=now)
        return member

    asking = Asking(
        form=form,
        title=_("Protocol to sign"),
        back=reverse("network:member", args=[member]) if seen else reverse("network:members"),
        back_text=seen.name if seen else TITLE,
        save=save,
        then=lambda saved: reverse("network:member", args=[saved]),
        button=_("Record the signature"),
        lead=_(
            "From now until that day. They may promise to answer and begin sooner than all members must, never later."
        ),
        seen=seen.changed_at.isoformat() if seen else "",
    )
    return ask(request, asking)


def _asking(form: forms.Form, *, title: Words, button: Words, save: Any, line: MemberLine | None = None) -> Asking:
    return Asking(
        form=form,
        title=title,
        back=reverse("network:member", args=[line.public_id]) if line else reverse("network:members"),
        back_text=line.name if line else TITLE,
        save=save,
        button=button,
        kind="warning" if line else "primary",
        lead=ENDS if line else "",
        seen=line.changed_at.isoformat() if line else "",
    )


def _free_services(organization: uuid.UUID, *, but: uuid.UUID | None = None) -> Mapping[uuid.UUID, str]:
    """The organisation's services with which no other member takes part; those of the member itself too."""
    found = services_of(organization)
    taken = services_elsewhere(found, member=but)
    own = parts_of_member(but) if but else ()
    found |= service_names({each.service for each in own})
    return {service: name for service, name in found.items() if service not in taken}


def _nothing(by: Actor, now: datetime) -> None:
    """Nothing is saved: it leads on."""
    del by, now
