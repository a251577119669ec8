"""What was gone and is up again: its request ends, a child of the first one asks anew, at once where that can be."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.operations import post_parcel
from leeward.foundation.outbox.queries import find_parcel
from leeward.foundation.outbox.rules.parcels import ParcelKind, Stage, WebhookContent
from leeward.industry.duties.queries import active_regimes
from leeward.industry.platforms.queries import channels_in_use, find_partner_by_id
from leeward.industry.platforms.rules import Channel, ChannelKind
from leeward.victim.removals.models import Notice, NoticeState, Report, Request
from leeward.victim.removals.operations.notices import webhook_body
from leeward.victim.removals.operations.reports import own_due_at
from leeward.victim.removals.operations.steps import locked_request, set_clocks, take_step
from leeward.victim.removals.operations.verbs import RemovalVerb, write_line
from leeward.victim.removals.rules.reports import ReportState
from leeward.victim.removals.rules.states import RequestState, Step

# More returns than this of one thing are no re-upload any more but a quarrel, or a mistake of ours: a person looks.
MOST_RETURNS = 10
RETURNS_WITHIN = timedelta(days=30)
# Behind these doors lies the packet already, so that asking again shows the platform nothing that it has not had.
AT_THE_DOOR = frozenset({ChannelKind.INBOX, ChannelKind.WEBHOOK})


def may_return_unasked(row: Request, *, now: datetime) -> bool:
    """Return whether the monitor may ask again, without a person, for what is up again."""
    lately = Request.objects.filter(parent__followed_as=row.root, opened_at__gt=now - RETURNS_WITHIN)
    return lately.count() < MOST_RETURNS


def lock_report_of(reference: uuid.UUID) -> None:
    """Lock a request's report before the request itself, as everything else does."""
    Report.objects.select_for_update(of=("self",)).filter(requests__reference=reference).first()


def ask_anew(row: Request, *, code: str, by: Actor, now: datetime) -> Request:
    """End a locked request that was gone and is up again, and open its child; the report is locked too."""
    watch, notice = row.watch, row.notice
    take_step(row, step=Step.CAME_BACK, by=by, now=now, code=code, notice=notice)
    reopen_report(row.report, now=now)
    child = _make_child(row, watch=watch, now=now)
    is_sent = ask_at_the_door(child, notice=notice, by=by, now=now)
    # Sent or not, somebody at the desk should know.
    child.attention_at = now
    set_clocks(child)
    child.save()
    write_line(RemovalVerb.CAME_BACK, child, by=by, now=now, sent=is_sent)
    return child


def _make_child(row: Request, *, watch: str, now: datetime) -> Request:
    root = follow_root(row)
    last = Request.objects.filter(report=row.report).aggregate(last=Max("ordinal"))["last"]
    return Request.objects.create(
        parent=root,
        report=row.report,
        ordinal=last + 1,
        platform=row.platform,
        kind=row.kind,
        item=row.item,
        order_number=row.order_number,
        supplied=row.supplied,
        address_index=row.address_index,
        band=row.band,
        rung=row.rung,
        regime_code=row.regime_code,
        regime_version=version_in_force(row, now=now),
        opened_at=now,
        own_due_at=own_due_at(row.band, now=now),
        watch=watch,
        last_checked_at=row.last_checked_at,
        last_signal=row.last_signal,
        page_print=row.page_print,
    )


def follow_root(row: Request) -> Request:
    """Return the first request about the same item, marked as one that others follow."""
    root = row if row.parent_id is None else locked_request(reference=row.parent_id)
    if root.followed_as is None:
        root.followed_as = root.reference
        root.save(update_fields=["followed_as"])
    return root


def version_in_force(row: Request, *, now: datetime) -> int | None:
    """Return today's version of a request's law; its own version where the law is no longer in force."""
    versions = [regime.version for regime in active_regimes(on=now.date()) if regime.code == row.regime_code]
    return max(versions, default=row.regime_version)


def reopen_report(report: Report, *, now: datetime) -> None:
    """Let the desk work on a locked report again, and look at it."""
    if report.state != ReportState.OPEN:
        report.state, report.closed_at = ReportState.OPEN, None
    report.attention_at = now
    report.save(update_fields=["state", "closed_at", "attention_at"])


def ask_at_the_door(child: Request, *, notice: Notice | None, by: Actor, now: datetime) -> bool:
    """Send the child out under the notice that its platform has already. Without one it waits for a press at the desk.

    The request is there for the platform to read from this moment on. In an inbox it has arrived; a webhook has to ring
    first, in a parcel that has the request's own reference: `collect_rings` notes when it has.
    """
    if notice is None or not _fits(notice, child):
        return False
    channel = _door(child, notice)
    if channel is None:
        return False
    child.notice, child.rung = notice, notice.rung
    notice.requests.add(child)
    take_step(child, step=Step.QUEUED, by=by, now=now, code=notice.rung, notice=notice)
    if channel.kind is ChannelKind.WEBHOOK:
        content = WebhookContent(url=channel.address, body=webhook_body(notice, requests=[child.reference], now=now))
        post_parcel(parcel=child.reference, kind=ParcelKind.WEBHOOK, content=content, due_at=now, by=by, now=now)
    else:
        take_step(child, step=Step.SENT, by=by, now=now, code=notice.channel, notice=notice)
    return True


def collect_rings(*, now: datetime, limit: int) -> int:
    """Note which webhooks have rung for requests that were asked anew; returns how many changed. Safe to repeat.

    Where none was heard, or nobody knows, the request waits for a press at the desk: to ring twice does no harm.
    """
    asked = Request.objects.filter(
        state=RequestState.SENDING, notice__state=NoticeState.SENT, notice__channel=ChannelKind.WEBHOOK
    )
    changed = 0
    for reference in asked.order_by("id").values_list("reference", flat=True)[:limit]:
        parcel = find_parcel(reference)
        if parcel.state in (Stage.WAITING, Stage.SENDING):
            continue
        with transaction.atomic():
            lock_report_of(reference)
            row = locked_request(reference=reference)
            if row.state is not RequestState.SENDING:  # the platform has answered, or the person took it back
                continue
            step, at = (Step.SENT, parcel.sent_at) if parcel.state is Stage.SENT else (Step.UNSENT, None)
            take_step(row, step=step, by=Actor.system(), at=at, now=now, code=ChannelKind.WEBHOOK, notice=row.notice)
            changed += 1
    return changed


def _fits(notice: Notice, child: Request) -> bool:
    """Return whether that notice covers the child: she agrees, it has arrived, and the law is the same."""
    return (
        child.may_be_sent
        and notice.state == NoticeState.SENT
        and notice.channel in AT_THE_DOOR
        and notice.platform_id == child.platform_id
        and (notice.regime_code, notice.regime_version) == (child.regime_code, child.regime_version)
    )


def _door(child: Request, notice: Notice) -> Channel | None:
    assert child.platform_id is not None  # noqa: S101  # narrows the type; what was sent went to somebody
    found = channels_in_use(find_partner_by_id(child.platform_id), rung=notice.rung)
    return next((channel for channel in found if channel.kind == notice.channel), None)
