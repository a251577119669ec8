"""The staff's pages about platforms: who draws, who is behind, who owes an acknowledgement, whose list has leaked."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.errors import FactRefused
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.editing.fields import line
from leeward.foundation.editing.pages import go, status_of
from leeward.foundation.web.words import word
from leeward.foundation.work.lists import Column, Filter, Listing, Tag, show_list
from leeward.foundation.work.way import shows_list
from leeward.industry.bank.queries import PlatformDesk, platform_desk
from leeward.industry.bank.rules import FeedbackValue
from leeward.industry.exchange.blind import BlindUsed, blind_use
from leeward.industry.exchange.forms import SuspensionForm
from leeward.industry.platforms.operations import restore_platform, suspend_platform
from leeward.industry.platforms.queries import (
    BY_NAME,
    as_partners,
    draws_hashes,
    find_partner,
    holds,
    key_ages,
    partner_rows,
)
from leeward.industry.platforms.rules import Partner
from leeward.industry.platforms.views import PAGE as JOINED

PAGE = "exchange-platform"
OFFICERS = (Role.EXCHANGE_OFFICER, Role.ADMINISTRATOR)

ANSWER_NAMES = {
    FeedbackValue.UNKNOWN: _("Unknown"),
    FeedbackValue.NONE: _("No answer yet, tags only"),
    FeedbackValue.QUALITY_UNKNOWN: _("Cannot tell the quality"),
    FeedbackValue.PENDING_REVIEW: _("Matched, waiting for a person to check"),
    FeedbackValue.BLOCKED: _("Checked and blocked"),
    FeedbackValue.NOT_BLOCKED: _("Checked and not blocked"),
    FeedbackValue.WITHDRAWN: _("No longer matching"),
    FeedbackValue.DELETED: _("Deleted the hash"),
}


@dataclass(frozen=True, kw_only=True)
class PlatformLine:
    """One platform on the list."""

    partner: Partner
    desk: PlatformDesk
    blind: BlindUsed

    @property
    def last_at(self) -> datetime | None:
        """When it last fetched the list, or checked an upload where it has none."""
        return self.blind.last_at if self.partner.without_list else self.desk.last_fetch_at


def platforms_list(*, now: datetime) -> Listing[PlatformLine]:
    """All platforms that draw hashes, by name."""
    return Listing(
        rows=partner_rows(),
        lines=lambda rows: [line_of(each, now=now) for each in as_partners(rows)],
        columns=[
            Column("name", _("Platform"), lambda each: each.partner.name, BY_NAME),
            Column("state", _("State"), state_of),
            Column("fetched", _("Last fetch or check"), lambda each: each.last_at or _("It has never come.")),
            Column("behind", _("Changes not fetched"), lambda each: each.desk.behind, is_numeric=True),
            Column(
                "owed",
                _("Withdrawals not acknowledged"),
                lambda each: each.desk.open_withdrawals,
                is_numeric=True,
            ),
        ],
        sort="name",
        address=lambda each: reverse(JOINED, args=[each.partner.public_id]),
        filters=[Filter(key="search", field=line(_("Name or domain")), where=holds)],
        csv="platforms-exchange",
        empty=_("No platform draws the hashes yet. An operator adds one with: leeward create-platform NAME"),
    )


def line_of(partner: Partner, *, now: datetime) -> PlatformLine:
    """What is told of one platform."""
    return PlatformLine(partner=partner, desk=platform_desk(partner, now=now), blind=blind_use(partner, now=now))


def state_of(each: PlatformLine) -> list[Tag]:
    """What needs attention, in words; that all is in order is said only of one that has come."""
    desk, found = each.desk, []
    if each.partner.is_suspended:
        found.append(Tag(_("Feed closed"), "red"))
    if desk.canaries_leaked or desk.canaries_answered:
        found.append(Tag(_("Canary alarm"), "red"))
    if desk.stale or desk.overdue_withdrawals:
        found.append(Tag(_("Stale"), "orange"))
    return found or ([Tag(_("Up to date"), "green")] if each.last_at else [])


@require_role(
    *OFFICERS,
    desk_title=_("Platforms"),
    desk_summary=_("Who draws the hashes, who answers, and who has yet to drop what was withdrawn."),
)
@require_safe
@shows_list
def list_platforms(request: HttpRequest) -> HttpResponse:
    """All platforms, those that need attention said in words."""
    listing = platforms_list(now=timezone.now())
    return show_list(request, listing, lambda found: render(request, "exchange/platforms.jinja", {"found": found}))


@require_role(*OFFICERS)
@require_safe
def show_platform(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One platform: its visits, answers, debts, canaries and keys. One that never had keys has no such page."""
    partner = find_partner(public_id)
    if not draws_hashes(partner):
        raise Http404
    return _platform_page(request, partner, form=SuspensionForm())


@require_role(*OFFICERS)
@require_POST
def suspend(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Close the feed to a platform, for a reason."""
    partner, form = find_partner(public_id), SuspensionForm(request.POST)
    if not form.is_valid():
        return _platform_page(request, partner, form=form)
    try:
        suspend_platform(partner=partner, reason=form.cleaned_data["reason"], by=_officer(request), now=timezone.now())
    except FactRefused:
        form.add_error("reason", _("This holds a hash or a key. Name neither: the reason is kept for good."))
        return _platform_page(request, partner, form=form)
    return go("exchange-platforms")


@require_role(*OFFICERS)
@require_POST
def restore(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Open the feed to a platform again."""
    partner = find_partner(public_id)
    restore_platform(partner=partner, by=_officer(request), now=timezone.now())
    return go("exchange-platforms")


def _platform_page(request: HttpRequest, partner: Partner, *, form: SuspensionForm) -> HttpResponse:
    now = timezone.now()
    line = line_of(partner, now=now)
    desk = line.desk
    context = {
        "partner": partner,
        "desk": desk,
        "blind": line.blind,
        "door": word(desk.door),
        "answers": [(ANSWER_NAMES[value], count) for value, count in desk.answers],
        "keys": [(word(key.endpoint), key.created_at, key.retires_at) for key in key_ages(partner.id, now=now)],
        "form": form,
    }
    return render(request, "exchange/platform.jinja", context, status=status_of(form))


def _officer(request: HttpRequest) -> Actor:
    return Actor(kind=ActorKind.STAFF, id=str(request.user.pk))
