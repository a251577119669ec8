"""Sends what was planned and reviewed: the notice is kept as sent, the parcel posted, the requests moved, as one."""

import contextlib
import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.operations import post_parcel
from leeward.foundation.outbox.queries import find_parcel
from leeward.foundation.outbox.rules.parcels import Attachment, EmailContent, ParcelKind, Stage, WebhookContent
from leeward.foundation.vault.errors import TeamUnknown
from leeward.foundation.vault.operations import derive_key_pair, make_file, seal_to, team_grantee
from leeward.foundation.vault.rules.grants import Compartment, Grantee, GranteeKind
from leeward.industry.platforms.rules import Channel, ChannelKind, Partner, team_name
from leeward.victim.file.operations.files import her_key
from leeward.victim.removals.abuse_mail import attach_reports
from leeward.victim.removals.errors import (
    ConsentMissing,
    InboxUnread,
    NoChannel,
    NothingToSend,
    NoticeUnfit,
    NoticeUnknown,
)
from leeward.victim.removals.models import Notice, NoticeState, Report, Request
from leeward.victim.removals.operations.plans import NoticePlan
from leeward.victim.removals.operations.recalls import take_back
from leeward.victim.removals.operations.reports import DESK, OpenReport
from leeward.victim.removals.operations.steps import locked_request, note_arrival, take_step
from leeward.victim.removals.operations.verbs import RemovalVerb, write_line
from leeward.victim.removals.rules.notices import Agent, ComposedNotice, ItemHash, NoticeContent, SentItem, compose
from leeward.victim.removals.rules.notices.composing import describe_item, find_declarations, say_link
from leeward.victim.removals.rules.states import RequestState, Step, may_advance

LINK_LIFETIME = timedelta(days=30)
LINK_PURPOSE = "removals/link"
# These go out by themselves; the others are done by a person, who then notes that they are done.
BY_COURIER = frozenset({ChannelKind.WEBHOOK, ChannelKind.EMAIL, ChannelKind.XARF})
AT_ONCE = frozenset({ChannelKind.INBOX})


@dataclass(frozen=True, kw_only=True)
class Link:
    """A way in for a platform without an account: the token is in the mail alone, the database has its digest."""

    token: str
    grantee: Grantee


def send_notice(*, opened: OpenReport, plan: NoticePlan, by: Actor, now: datetime) -> uuid.UUID:
    """Send one planned notice; returns its reference.

    Everything is one transaction, so a crash leaves either nothing or a notice with its parcel. Pressed twice, the
    second finds its requests already under way: NothingToSend. Raises ConsentMissing, NoticeUnfit, NoChannel, and
    the vault's ServiceUnknown before the workers' keys are founded.
    """
    if plan.missing:
        raise NoticeUnfit(tuple(element for element in plan.missing))
    channel = plan.channel
    if channel is None:
        raise InboxUnread if plan.is_inbox_unread else NoChannel(plan.platform.name, plan.rung)
    reference = uuid.uuid4()
    composed = compose(plan.facts, plan.regime, language=plan.language)
    link = _draw_link(channel)
    with transaction.atomic():
        report = Report.objects.select_for_update().get(reference=opened.reference)
        requests = _ready_requests(plan)
        if not all(each.may_be_sent for each in requests):
            raise ConsentMissing
        notice = _keep_notice(
            reference=reference, report=report, plan=plan, channel=channel, composed=composed, link=link, by=by, now=now
        )
        notice.requests.set(requests)
        if channel.kind in BY_COURIER:
            _post(notice, channel=channel, plan=plan, composed=composed, link=link, by=by, now=now)
        said_now = {(each.reference, supply.element) for each in plan.requests for supply in each.supplies}
        for request in requests:
            request.notice, request.rung = notice, plan.rung
            is_corrected = (request.reference, request.missing_element) in said_now
            code = request.missing_element if is_corrected else plan.rung
            take_step(request, step=Step.QUEUED, by=by, now=now, code=code, notice=notice)
            if channel.kind in AT_ONCE:
                note_arrival(request, by=by, now=now, code=channel.kind, notice=notice)
        write_line(
            RemovalVerb.NOTICE_MADE,
            notice,
            by=by,
            now=now,
            channel=channel.kind,
            regime=plan.regime.code,
            requests=len(requests),
        )
    return reference


def mark_sent(*, reference: uuid.UUID, by: Actor, now: datetime, at: datetime | None = None) -> None:
    """Note that a person has posted the letter or filled in the platform's form. Safe to repeat."""
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(reference=reference).first()
        if notice is None:
            raise NoticeUnknown
        if notice.state in (NoticeState.QUEUED, NoticeState.UNSURE):
            arrive(notice, by=by, at=at or now, now=now)


def collect_deliveries(*, now: datetime, limit: int) -> int:
    """Carry over what became of parcels to the requests; returns how many notices changed. Safe to repeat."""
    waiting = Notice.objects.filter(state=NoticeState.QUEUED, parcel__isnull=False).order_by("made_at")[:limit]
    changed = 0
    for found in waiting:
        parcel = find_parcel(found.reference)
        if parcel.state in (Stage.WAITING, Stage.SENDING):
            continue
        with transaction.atomic():
            notice = Notice.objects.select_for_update().get(pk=found.pk)
            if notice.state != NoticeState.QUEUED:
                continue
            if parcel.state is Stage.SENT:
                arrive(notice, by=Actor.system(), at=parcel.sent_at or now, now=now)
            elif parcel.state is Stage.RECALLED:
                take_back(notice, by=Actor.system(), now=now)
            else:
                fail(notice, is_unsure=parcel.state is Stage.UNSURE, now=now)
            changed += 1
    return changed


def arrive(notice: Notice, *, by: Actor, at: datetime, now: datetime) -> None:
    """Note that a locked notice has reached its platform, and with it its requests."""
    notice.state, notice.sent_at = NoticeState.SENT, at
    notice.save()
    for row in notice.requests.filter(state=RequestState.SENDING):
        note_arrival(locked_request(pk=row.pk), by=by, at=at, now=now, code=notice.channel, notice=notice)


def fail(notice: Notice, *, is_unsure: bool, now: datetime) -> None:
    """Note that a locked notice did not arrive, or that nobody knows whether it did."""
    notice.state = NoticeState.UNSURE if is_unsure else NoticeState.FAILED
    notice.save()
    for row in notice.requests.filter(state=RequestState.SENDING):
        request = locked_request(pk=row.pk)
        if is_unsure:  # it may have arrived: a person looks, and it is not sent again by itself
            request.attention_at = now
            request.save()
        else:
            take_step(request, step=Step.UNSENT, by=Actor.system(), now=now, code=notice.channel, notice=notice)


def _ready_requests(plan: NoticePlan) -> list[Request]:
    references = [planned.reference for planned in plan.requests]
    rows = list(
        Request.objects.select_for_update(of=("self",))
        .select_related("report", "platform")
        .filter(reference__in=references)
        .order_by("id")
    )
    ready = [row for row in rows if may_advance(row.state, Step.QUEUED)]
    if len(ready) < len(references):
        raise NothingToSend
    return ready


def _draw_link(channel: Channel) -> Link | None:
    if channel.kind not in (ChannelKind.EMAIL, ChannelKind.XARF, ChannelKind.LETTER):
        return None
    token = secrets.token_urlsafe(32)
    return Link(token=token, grantee=derive_key_pair(token, purpose=LINK_PURPOSE, kind=GranteeKind.LINK).grantee)


def _keep_notice(
    *,
    reference: uuid.UUID,
    report: Report,
    plan: NoticePlan,
    channel: Channel,
    composed: ComposedNotice,
    link: Link | None,
    by: Actor,
    now: datetime,
) -> Notice:
    packet = make_file(
        file=reference,
        grants={Compartment.PACKET: readers_of(report, platform=plan.platform, link=link)},
        by=by,
        now=now,
        reason="notice",
    )
    text = _content(plan, composed, reference=reference, channel=channel, link=link).to_text()
    arrived = channel.kind in AT_ONCE
    return Notice.objects.create(
        reference=reference,
        report=report,
        platform_id=plan.platform.id,
        regime_code=plan.regime.code,
        regime_version=plan.regime.version,
        rung=plan.rung,
        channel=channel.kind,
        language=plan.language,
        template=str(composed.template),
        state=NoticeState.SENT if arrived else NoticeState.QUEUED,
        made_at=now,
        made_by=by.id,
        sent_at=now if arrived else None,
        parcel=reference if channel.kind in BY_COURIER else None,
        content=Notice.box(packet, "content", reference, text),
        link_digest=link.grantee.id if link else "",
        link_expires_at=now + LINK_LIFETIME if link else None,
        link_sent_to=channel.address if link else "",
    )


def readers_of(report: Report, *, platform: Partner, link: Link | None = None) -> Sequence[Grantee]:
    """Who may open what was sent: the desk, the person, and the platform by whatever key it has."""
    hers = her_key(report.file)
    readers = [team_grantee(DESK), *([hers] if hers else [])]
    with contextlib.suppress(TeamUnknown):  # a platform without an account: a link or a letter reaches it
        readers.append(team_grantee(team_name(platform.public_id)))
    if link:
        readers.append(link.grantee)
    return readers


def _content(
    plan: NoticePlan, composed: ComposedNotice, *, reference: uuid.UUID, channel: Channel, link: Link | None
) -> NoticeContent:
    """What is kept as sent. Of a letter, which a person prints later, the desk alone can open the link's token."""
    sealed = ""
    if link is not None and channel.kind is ChannelKind.LETTER:
        sealed = seal_to(team_grantee(DESK), link.token, place=Notice.place_of("link", reference))
    return NoticeContent(
        subject=composed.subject,
        text=composed.text,
        fields=composed.fields,
        parts=composed.parts,
        items=tuple(
            SentItem(
                request=str(planned.root or planned.reference),
                kind=item.kind,
                url=item.url,
                handle=planned.item.handle,
                site=planned.item.site,
                description=describe_item(item, language=plan.language),
                hashes=tuple(ItemHash(hash_type=each.hash_type, value=each.value) for each in item.hashes),
                medium=item.medium,
                synthetic=item.synthetic,
                shows=item.shows,
            )
            for planned, item in zip(plan.requests, plan.facts.items, strict=True)
        ),
        agent=Agent(name=plan.facts.who.name, agency=plan.facts.who.agency, relay=plan.facts.who.relay),
        explanation=find_declarations(composed),
        supplied=plan.facts.supplied,
        link=sealed,
    )


def _post(
    notice: Notice,
    *,
    channel: Channel,
    plan: NoticePlan,
    composed: ComposedNotice,
    link: Link | None,
    by: Actor,
    now: datetime,
) -> None:
    content: EmailContent | WebhookContent
    if channel.kind is ChannelKind.WEBHOOK:
        kind = ParcelKind.WEBHOOK
        requests = [planned.reference for planned in plan.requests]
        content = WebhookContent(url=channel.address, body=webhook_body(notice, requests=requests, now=now))
    else:
        kind = ParcelKind.EMAIL
        attachments: tuple[Attachment, ...] = ()
        if channel.kind is ChannelKind.XARF:
            attachments = attach_reports(plan.facts, incident_at=now)
        content = EmailContent(
            to=channel.address,
            subject=composed.subject,
            text=composed.text + (_link_words(link, language=plan.language, now=now) if link else ""),
            reply_to=plan.facts.who.relay,
            attachments=attachments,
        )
    post_parcel(parcel=notice.reference, kind=kind, content=content, due_at=now, by=by, now=now)


def webhook_body(notice: Notice, *, requests: Sequence[uuid.UUID], now: datetime) -> str:
    """What a webhook says: that there are requests, and which. What they are about is read at the door, with a key."""
    return json.dumps(
        {
            "type": "requests.created",
            "timestamp": now.isoformat(),
            "data": {
                "notice": str(notice.reference),
                "requests": [str(reference) for reference in requests],
                "regime": notice.regime_code,
            },
        },
        separators=(",", ":"),
    )


def answer_address(token: str) -> str:
    """Where a platform without an account answers."""
    return f"{settings.LEEWARD_URL}/answer/{token}"


def _link_words(link: Link, *, language: str, now: datetime) -> str:
    last_day = (now + LINK_LIFETIME).date()
    return "\n\n" + say_link(address=answer_address(link.token), last_day=last_day, language=language)
