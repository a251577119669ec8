"""The staff's pages about platforms: who draws, who is behind, who owes an acknowledgement, whose list has leaked."""

import uuid
from dataclasses import dataclass
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.errors import FactRefused
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.web.words import word
from leeward.industry.bank.queries import PlatformDesk, platform_desk
from leeward.industry.bank.rules import FeedbackValue
from leeward.industry.exchange.forms import SuspensionForm
from leeward.industry.platforms.errors import PlatformUnknown
from leeward.industry.platforms.operations import restore_platform, suspend_platform
from leeward.industry.platforms.queries import all_partners, find_partner, key_ages
from leeward.industry.platforms.rules import Partner

OFFICERS = (Role.EXCHANGE_OFFICER, Role.ADMINISTRATOR)

ANSWER_NAMES = {
    FeedbackValue.UNKNOWN: _("Unknown"),
    FeedbackValue.NONE: _("No answer yet, tags only"),
    FeedbackValue.QUALITY_UNKNOWN: _("Cannot tell the quality"),
    FeedbackValue.PENDING_REVIEW: _("Matched, waiting for a person to check"),
    FeedbackValue.BLOCKED: _("Checked and blocked"),
    FeedbackValue.NOT_BLOCKED: _("Checked and not blocked"),
    FeedbackValue.WITHDRAWN: _("No longer looks for it"),
    FeedbackValue.DELETED: _("Deleted it"),
}


@dataclass(frozen=True, kw_only=True)
class PlatformLine:
    """One platform on the list."""

    partner: Partner
    desk: PlatformDesk


@require_role(
    *OFFICERS,
    desk_title=_("Platforms"),
    desk_summary=_("Who draws the hashes, who answers, and who has yet to drop what was withdrawn."),
)
@require_safe
def list_platforms(request: HttpRequest) -> HttpResponse:
    """All platforms, those that need attention said in words."""
    now = timezone.now()
    lines = [PlatformLine(partner=partner, desk=platform_desk(partner, now=now)) for partner in all_partners()]
    return render(request, "exchange/platforms.jinja", {"lines": lines})


@require_role(*OFFICERS)
@require_safe
def show_platform(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One platform: its visits, answers, debts, canaries and keys."""
    return _platform_page(request, _find(public_id), form=SuspensionForm())


@require_role(*OFFICERS)
@require_POST
def suspend(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Close the feed to a platform, for a reason."""
    partner, form = _find(public_id), SuspensionForm(request.POST)
    if not form.is_valid():
        return _platform_page(request, partner, form=form)
    try:
        suspend_platform(partner=partner, reason=form.cleaned_data["reason"], by=_officer(request), now=timezone.now())
    except FactRefused:
        form.add_error("reason", _("This holds a hash or a key. Name neither: the reason is kept for good."))
        return _platform_page(request, partner, form=form)
    return _back(partner)


@require_role(*OFFICERS)
@require_POST
def restore(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Open the feed to a platform again."""
    partner = _find(public_id)
    restore_platform(partner=partner, by=_officer(request), now=timezone.now())
    return _back(partner)


def _platform_page(request: HttpRequest, partner: Partner, *, form: SuspensionForm) -> HttpResponse:
    now = timezone.now()
    desk = platform_desk(partner, now=now)
    context = {
        "partner": partner,
        "desk": desk,
        "door": word(desk.door),
        "answers": [(ANSWER_NAMES[value], count) for value, count in desk.answers],
        "keys": [(word(key.endpoint), key.created_at, key.retires_at) for key in key_ages(partner.id, now=now)],
        "form": form,
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "exchange/platform.jinja", context, status=status)


def _find(public_id: uuid.UUID) -> Partner:
    try:
        return find_partner(public_id)
    except PlatformUnknown as error:
        raise Http404 from error


def _back(partner: Partner) -> HttpResponse:
    return HttpResponseRedirect(reverse("exchange-platform", args=[partner.public_id]), status=HTTPStatus.SEE_OTHER)


def _officer(request: HttpRequest) -> Actor:
    return Actor(kind=ActorKind.STAFF, id=str(request.user.pk))
