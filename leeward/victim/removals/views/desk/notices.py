"""Notices that a person carries: forms to fill in, letters to post; and those that did not arrive."""

import uuid
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, stamp
from leeward.foundation.outbox.errors import ParcelUnknown
from leeward.foundation.outbox.queries import find_parcel
from leeward.foundation.outbox.rules.parcels import ParcelState, Settlement
from leeward.industry.platforms.queries import channels_of, find_partner_by_id
from leeward.industry.platforms.rules import Channel, ChannelKind
from leeward.victim.removals.letters import make_letter
from leeward.victim.removals.models import NoticeState
from leeward.victim.removals.operations.deliveries import retry_delivery, settle_delivery
from leeward.victim.removals.operations.notices import answer_address, mark_sent
from leeward.victim.removals.queries.desk import OpenNotice, notice_report, read_notice
from leeward.victim.removals.rules.notices import Letter, Part
from leeward.victim.removals.rules.notices.composing import AT_THE_PLATFORM
from leeward.victim.removals.rules.notices.words import words_of
from leeward.victim.removals.views.desk.frame import desk_page, page, take, to_report

BY_HAND = frozenset({ChannelKind.FORM, ChannelKind.LETTER})


@desk_page()
@require_safe
def show_notice(request: UnlockedRequest, notice: uuid.UUID) -> HttpResponse:
    """One notice as it was sent, or as it is to be carried over by hand."""
    now = timezone.now()
    found = _read(request, notice, now=now)
    context = {
        "notice": found,
        "report": found.report,
        "address": _address(found),
        "waits": found.state == NoticeState.QUEUED and found.channel in BY_HAND,
        "is_form": found.channel == ChannelKind.FORM,
        "is_letter": found.channel == ChannelKind.LETTER,
        "parcel": _parcel(found),
        "settlements": Settlement,
        "now": now,
    }
    return page(request, "notice", context)


@desk_page()
@require_safe
def letter(request: UnlockedRequest, notice: uuid.UUID) -> HttpResponse:
    """The letter to print: in the very words that were kept."""
    found = _read(request, notice, now=timezone.now())
    if found.channel != ChannelKind.LETTER:
        raise Http404
    return HttpResponse(
        make_letter(_letter(found)),
        content_type="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="letter.pdf"'},
    )


@desk_page()
@require_POST
def sent(request: UnlockedRequest, notice: uuid.UUID) -> HttpResponse:
    """Say that the letter was posted, or that the form was filled in."""
    report = notice_report(notice)
    take(request, report)
    mark_sent(reference=notice, **stamp(request))
    return to_report(report, at="timeline")


@desk_page()
@require_POST
def retry(request: UnlockedRequest, notice: uuid.UUID) -> HttpResponse:
    """Send once more what could not be delivered."""
    report = notice_report(notice)
    take(request, report)
    retry_delivery(notice=notice, **stamp(request))
    return to_report(report, at="timeline")


@desk_page()
@require_POST
def settle(request: UnlockedRequest, notice: uuid.UUID) -> HttpResponse:
    """Say what became of a notice of which nobody knew."""
    text = request.POST.get("settlement", "")
    if text not in {each.value for each in Settlement}:
        raise Http404
    report = notice_report(notice)
    take(request, report)
    settle_delivery(notice=notice, settlement=Settlement(text), **stamp(request))
    return to_report(report, at="timeline")


def _read(request: UnlockedRequest, notice: uuid.UUID, *, now: datetime) -> OpenNotice:
    return read_notice(notice, keyring=request.keyring, by=actor_of(request), now=now)


def _address(found: OpenNotice) -> str:
    """Where the platform's form is, or its postal address; "" where nobody has noted it, or it was removed since."""
    if found.platform_id is None or found.channel not in BY_HAND:
        return ""
    partner, rung = find_partner_by_id(found.platform_id), found.rung
    fitting: list[Channel] = [each for each in channels_of(partner, rung=rung) if each.kind == found.channel]
    return fitting[0].address if fitting else ""


def _parcel(found: OpenNotice) -> ParcelState | None:
    try:
        return find_parcel(found.reference)
    except ParcelUnknown:
        return None


def _letter(found: OpenNotice) -> Letter:
    words = words_of(found.language)
    desk = settings.LEEWARD_DESK
    postal = tuple(desk.address.splitlines()) if desk else ()
    # Above the platform, the postal address names whoever is written to.
    named = (found.platform,) if found.rung in AT_THE_PLATFORM else ()
    ending = Part(paragraphs=(answer_address(found.link_token),)) if found.link_token else None
    return Letter(
        title=found.sent.subject,
        language=words.language,
        direction=words.direction,
        reference=str(found.reference),
        written_on=found.made_at.date(),
        sender=tuple(line for line in (found.sent.agent.agency, *postal, found.sent.agent.relay) if line.strip()),
        addressee=tuple(line for line in (*named, *_address(found).splitlines()) if line.strip()),
        parts=(*found.sent.parts, ending) if ending else found.sent.parts,
        columns=(words.say("shared.labels", "field"), words.say("shared.labels", "value")),
    )
