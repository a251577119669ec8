"""The staff's pages about organisations: who wishes to sign, who has, and what they handed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.editing.fields import line, select
from leeward.foundation.editing.pages import WRITING, Asking, ask, go, typed
from leeward.foundation.vault.errors import ServiceUnknown
from leeward.foundation.web.words import choices_of, word
from leeward.foundation.work.lists import Column, Filter, Found, Listing, Tag, show_list
from leeward.foundation.work.way import shows_list, way_of
from leeward.industry.declarations.errors import ContactMissing
from leeward.industry.declarations.forms.organisations import EvidenceForm, StatementForm, nominee_of
from leeward.industry.declarations.forms.staff import (
    DescribeForm,
    LeaveForm,
    ReasonForm,
    RefuseForm,
    SignForm,
    VerifyForm,
)
from leeward.industry.declarations.operations.certifying import certificates_of, issue_certificate
from leeward.industry.declarations.operations.handing_in import (
    accept,
    end_statement,
    hand_in_evidence,
    hand_in_statement,
    reject,
)
from leeward.industry.declarations.operations.joining import (
    describe_signatory,
    leave,
    refuse,
    sign,
    verify_authority,
)
from leeward.industry.declarations.operations.links import send_link
from leeward.industry.declarations.queries import (
    BY_APPLICATION,
    BY_NAME,
    OrganisationLine,
    StaffSignatory,
    count_ending,
    current_version,
    find_for_staff,
    list_waiting,
    organisation_lines,
    organisation_rows,
)
from leeward.industry.declarations.rules.certificates import CERTIFIED
from leeward.industry.declarations.rules.standing import Standing
from leeward.industry.declarations.rules.terms import (
    AuthorityWay,
    HandedInBy,
    LeavingKind,
    OrganisationKind,
    RefusalNews,
    Stage,
)
from leeward.industry.declarations.views import showing
from leeward.industry.declarations.views.showing import commitment_choices, words_of
from leeward.industry.platforms.errors import PlatformUnknown
from leeward.industry.platforms.queries import find_partner, listed_platforms

STAFF = (Role.EXCHANGE_OFFICER, Role.ADMINISTRATOR)


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that is done to an organisation: its words, its form, and whether it can be done now."""

    title: Any
    button: Any
    form: Callable[[StaffSignatory, Any], forms.Form]
    do: Callable[[StaffSignatory, forms.Form, Actor, datetime], object]
    is_open: Callable[[StaffSignatory], bool]


def organisations_list(*, now: datetime) -> Listing[OrganisationLine]:
    """All organisations; who wishes to sign and waits for us stands first."""
    here = reverse("declarations:home")
    return Listing(
        rows=organisation_rows(),
        lines=lambda rows: organisation_lines(rows, now=now),
        columns=[
            Column("name", gettext_lazy("Organisation"), lambda each: each.name, BY_NAME),
            Column("kind", gettext_lazy("Kind"), lambda each: word(each.kind)),
            Column("stage", gettext_lazy("State"), _standing_of),
            Column("shown", gettext_lazy("Commitments with evidence"), _shown_of),
            Column("applied", gettext_lazy("Applied on"), lambda each: local_day(each.applied_at), BY_APPLICATION),
            Column("ends", gettext_lazy("Ends on"), lambda each: each.forget_on),
        ],
        sort="applied",
        address=lambda each: reverse("declarations:organisation", args=[each.public_id]),
        filters=[
            Filter(
                key="q",
                field=line(gettext_lazy("Name of an organisation")),
                where=lambda words: Q(name__icontains=words),
            ),
            Filter(
                key="stage",
                field=select(gettext_lazy("State"), [("", gettext_lazy("All")), *choices_of(Stage)]),
                where=lambda stage: Q(stage=stage),
            ),
        ],
        views=[(gettext_lazy("All"), here), *((word(each), f"{here}?stage={each}") for each in Stage)],
        csv="organisations",
        empty=gettext_lazy("Nobody has signed yet."),
    )


def _standing_of(each: OrganisationLine) -> object:
    if each.signed:
        return each.signed.report.standing
    return Tag(word(each.stage), "grey" if each.stage is Stage.REFUSED else "blue")


def _shown_of(each: OrganisationLine) -> str | None:
    if each.signed is None:
        return None
    if each.signed.report.standing is Standing.WITHDRAWN:
        return _("Stays on the list, as having left")
    return _("%(part)d of %(all)d") % {"part": each.signed.shown, "all": each.signed.promised}


@require_role(
    *STAFF,
    desk_title=gettext_lazy("National declaration"),
    desk_summary=gettext_lazy("Who wishes to sign, what was handed in, how signatories stand, and the next version."),
)
@require_safe
@shows_list
def home(request: HttpRequest) -> HttpResponse:
    """What waits for somebody, and how everybody stands."""
    now, version = timezone.now(), current_version()

    def answer(found: Found[OrganisationLine]) -> HttpResponse:
        context = {
            "found": found,
            "version": version,
            "ending": count_ending(on=local_day(now)),
            "waiting": list_waiting(),
            "names": {each.code: words_of(each).title for each in version.commitments} if version else {},
        }
        return render(request, "declarations/staff/home.jinja", context)

    return show_list(request, organisations_list(now=now), answer)


@require_role(*STAFF)
@require_safe
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything about one organisation."""
    found = find_for_staff(public_id, now=timezone.now())
    public = found.public
    context = {
        "it": found,
        "names": dict(commitment_choices(public)) if public else {},
        "acts": [(name, act.title) for name, act in ACTS.items() if act.is_open(found)],
        "handed": [each for each in found.handed_in if not each.version],
        "offers": [each for each in found.handed_in if each.version],
        "certificates": certificates_of(public_id, now=timezone.now()),
        "is_linked": found.stage is Stage.VERIFIED or _is_member(found),
        "showing": showing,
    }
    return render(request, "declarations/staff/organisation.jinja", context)


@require_role(*STAFF)
@require_http_methods(WRITING)
def do(request: HttpRequest, public_id: UUID, act: str) -> HttpResponse:
    """One act: its form, and what it does."""
    found, doing = find_for_staff(public_id, now=timezone.now()), ACTS.get(act)
    if doing is None or not doing.is_open(found):
        raise Http404
    form = doing.form(found, typed(request))
    return ask(
        request,
        Asking(
            form=form,
            title=doing.title,
            button=doing.button,
            back=reverse("declarations:organisation", args=[public_id]),
            back_text=found.name,
            save=lambda by, now: doing.do(found, form, by, now),
            then=lambda _saved: _leads(request, public_id) if act in ("verify", "refuse") else "",
        ),
    )


@require_role(*STAFF)
@require_POST
def send(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send the nominated person a fresh link."""
    try:
        send_link(public_id=public_id, by=actor_of(request), now=timezone.now())
    except (ContactMissing, ServiceUnknown):
        context = {"it": find_for_staff(public_id, now=timezone.now())}
        return render(request, "declarations/staff/not_sent.jinja", context, status=HTTPStatus.CONFLICT)
    return go("declarations:organisation", public_id)


@require_role(*STAFF)
@require_POST
def take(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Accept what was handed in."""
    owner = _owner_of(reference)
    accept(reference=reference, by=actor_of(request), now=timezone.now())
    return HttpResponseRedirect(_leads(request, owner), status=HTTPStatus.SEE_OTHER)


@require_role(*STAFF)
@require_http_methods(WRITING)
def turn_down(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Do not accept what was handed in, for a reason."""
    found, form = find_for_staff(_owner_of(reference), now=timezone.now()), ReasonForm(typed(request))
    return ask(
        request,
        Asking(
            form=form,
            title=_("Reject the evidence"),
            button=_("Reject the evidence"),
            back=reverse("declarations:organisation", args=[found.public_id]),
            back_text=found.name,
            save=lambda by, now: reject(reference=reference, reason=form.cleaned_data["reason"], by=by, now=now),
            then=lambda _saved: _leads(request, found.public_id),
        ),
    )


def _leads(request: HttpRequest, owner: UUID) -> str:
    """Back to an organisation, or to the list from which it was opened once nothing of it waits any more."""
    is_done = way_of(request) is not None and all(each.signatory_id != owner for each in list_waiting())
    return reverse("declarations:home") if is_done else reverse("declarations:organisation", args=[owner])


@require_role(*STAFF)
@require_POST
def end(request: HttpRequest, public_id: UUID, reference: UUID) -> HttpResponse:
    """A statement is not published any more."""
    end_statement(public_id=public_id, reference=reference, by=actor_of(request), now=timezone.now())
    return go("declarations:organisation", public_id)


# --- the acts ---------------------------------------------------------------------------------------------------------


def _is_at(*stages: Stage) -> Callable[[StaffSignatory], bool]:
    return lambda found: found.stage in stages


def _is_member(found: StaffSignatory) -> bool:
    return found.public is not None and found.public.line.report.standing is not Standing.WITHDRAWN


def _verify(found: StaffSignatory, form: forms.Form, by: Actor, now: datetime) -> None:
    how, said = AuthorityWay(form.cleaned_data["how"]), form.cleaned_data["words"]
    verify_authority(public_id=found.public_id, how=how, words=said, by=by, now=now)


def _refuse(found: StaffSignatory, form: forms.Form, by: Actor, now: datetime) -> None:
    reason, news = form.cleaned_data["reason"], RefusalNews(form.cleaned_data["news"])
    refuse(public_id=found.public_id, reason=reason, news=news, by=by, now=now)


def _leave(found: StaffSignatory, form: forms.Form, by: Actor, now: datetime) -> None:
    typed = {**form.cleaned_data, "kind": LeavingKind(form.cleaned_data["kind"])}
    leave(public_id=found.public_id, **typed, by=by, now=now)


def _evidence(found: StaffSignatory, form: forms.Form, by: Actor, now: datetime) -> None:
    assert isinstance(form, EvidenceForm)  # noqa: S101  # narrows the type
    hand_in_evidence(public_id=found.public_id, new=form.as_evidence(), source=HandedInBy.STAFF, by=by, now=now)


def _statement(found: StaffSignatory, form: forms.Form, by: Actor, now: datetime) -> None:
    assert isinstance(form, StatementForm)  # noqa: S101  # narrows the type
    hand_in_statement(public_id=found.public_id, new=form.as_statement(), source=HandedInBy.STAFF, by=by, now=now)


def _describe(found: StaffSignatory, form: forms.Form, by: Actor, now: datetime) -> None:
    typed = form.cleaned_data
    try:
        platform = find_partner(UUID(typed["platform"])) if typed["platform"] else None
    except PlatformUnknown as error:
        raise FieldRefused("platform", Mistake.GONE) from error
    describe_signatory(
        public_id=found.public_id,
        kind=OrganisationKind(typed["kind"]),
        website=typed["website"],
        nominee=nominee_of(typed),
        platform=platform,
        by=by,
        now=now,
    )


def _describe_form(found: StaffSignatory, data: Any) -> forms.Form:
    initial = {
        "kind": found.kind.value,
        "platform": str(found.platform.public_id) if found.platform else "",
        "website": found.website,
        "title": found.nominee.title,
        "contact": found.nominee.contact,
        "person": found.nominee.name,
        "email": found.nominee.email,
    }
    platforms = [(str(partner.public_id), partner.name) for partner in listed_platforms()]
    return DescribeForm(data, initial=initial, platforms=platforms)


def _evidence_form(found: StaffSignatory, data: Any) -> forms.Form:
    return EvidenceForm(data, commitments=commitment_choices(found.public) if found.public else [])


ACTS = {
    "verify": Act(
        title=gettext_lazy("Verify the authority"),
        button=gettext_lazy("Confirm the authority"),
        form=lambda _found, data: VerifyForm(data),
        do=_verify,
        is_open=_is_at(Stage.APPLIED),
    ),
    "sign": Act(
        title=gettext_lazy("Record a signature"),
        button=gettext_lazy("Record the signature"),
        form=lambda _found, data: SignForm(data),
        do=lambda found, form, by, now: sign(public_id=found.public_id, **form.cleaned_data, by=by, now=now),
        is_open=lambda found: found.stage in (Stage.VERIFIED, Stage.SIGNED) and bool(found.nominee.email),
    ),
    "evidence": Act(
        title=gettext_lazy("Add evidence"),
        button=gettext_lazy("Add the entry"),
        form=_evidence_form,
        do=_evidence,
        is_open=_is_member,
    ),
    "statement": Act(
        title=gettext_lazy("Add a published statement"),
        button=gettext_lazy("Add the entry"),
        form=lambda _found, data: StatementForm(data),
        do=_statement,
        is_open=_is_member,
    ),
    "certificate": Act(
        title=gettext_lazy("Issue a certificate of good standing"),
        button=gettext_lazy("Issue the certificate"),
        form=lambda _found, data: forms.Form(data),
        do=lambda found, _form, by, now: issue_certificate(public_id=found.public_id, by=by, now=now),
        is_open=lambda found: found.public is not None and found.public.line.report.standing in CERTIFIED,
    ),
    "describe": Act(
        title=gettext_lazy("Edit the organisation"),
        button=gettext_lazy("Save"),
        form=_describe_form,
        do=_describe,
        is_open=_is_at(Stage.APPLIED, Stage.VERIFIED, Stage.SIGNED),
    ),
    "refuse": Act(
        title=gettext_lazy("Refuse the application"),
        button=gettext_lazy("Refuse the application"),
        form=lambda _found, data: RefuseForm(data),
        do=_refuse,
        is_open=_is_at(Stage.APPLIED, Stage.VERIFIED),
    ),
    "leave": Act(
        title=gettext_lazy("Remove from the list"),
        button=gettext_lazy("Remove from the list"),
        form=lambda _found, data: LeaveForm(data),
        do=_leave,
        is_open=_is_member,
    ),
}


def _owner_of(reference: UUID) -> UUID:
    for each in list_waiting():
        if each.public_id == reference:
            return each.signatory_id
    raise Http404
