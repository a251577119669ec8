"""The desk's lists; none of them says what anything is about."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import nation_zone, short_due, short_when, span
from leeward.foundation.editing.fields import Words, select
from leeward.foundation.outbox.errors import ParcelUnknown
from leeward.foundation.outbox.queries import find_parcel
from leeward.foundation.references import write_reference
from leeward.foundation.web.words import choices_of, language, word
from leeward.foundation.work.colleagues import holder, second_looks
from leeward.foundation.work.inherited import SecondLookLine
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Act, Column, Filter, Late, Listing, Selection, Tag
from leeward.industry.duties.rules import Element
from leeward.industry.platforms.queries import known_platforms
from leeward.industry.platforms.rules import Rung
from leeward.victim.removals.desk_words import TROUBLES, answered
from leeward.victim.removals.queries import desk, lists
from leeward.victim.removals.queries.cores import DeskRequest
from leeward.victim.removals.queries.desk import CounterNotice, NoticeLine, NoticeQueue
from leeward.victim.removals.queries.lists import LookLine, Queue, ReportLine
from leeward.victim.removals.rules.reports import Band
from leeward.victim.removals.rules.states import TO_SEND, RequestState

SOON = timedelta(hours=4)
TITLES: Mapping[Queue, Words] = {
    Queue.ATTENTION: _("To review"),
    Queue.DUE: _("Due"),
    Queue.OVERDUE: _("Overdue"),
    Queue.UNSENT: _("Not sent yet"),
    Queue.ALL: _("All requests"),
}
NOTICE_TITLES: Mapping[NoticeQueue, Words] = {
    NoticeQueue.BY_HAND: _("To post or fill in by hand"),
    NoticeQueue.UNDELIVERED: _("Not delivered, or unsure"),
}
ALL = ("", _("All"))
OWN, NOBODY = "own", "nobody"
BAND = Filter(key="band", field=select(_("Band"), [ALL, *choices_of(Band)]), where=lambda band: Q(band=band))
STATE = Filter(
    key="state",
    field=select(_("State"), [ALL, *choices_of(RequestState)]),
    where=lambda state: Q(state=state),
)
LONGEST_WAITING = Order(by="attention_at")
RED_BY_KEY = Order(is_unique=True, parts=(Q(report__band=Band.RED.value), ~Q(report__band=Band.RED.value)))
RED_FIRST = Order(by="attention_at", parts=(Q(band=Band.RED.value), ~Q(band=Band.RED.value)))
BY_KEY = Order(is_unique=True)


def queue_list(
    queue: Queue, *, names: Mapping[str, str], now: datetime, asked: Mapping[str, str], own: str = ""
) -> Listing[DeskRequest]:
    """One of the queues of requests. `asked`: what its address asks for, by which its index is chosen; `own`: whose."""
    order = lists.order_of(
        queue,
        now=now,
        of_one_band=bool(asked.get("band")),
        of_one_kind=bool(asked.get("platform") or asked.get("state")),
    )
    times: dict[str, Column[DeskRequest]] = {
        "due": Column("due", _("Due"), lambda line: _due(line.due_at, now=now)),
        "opened": Column("opened", _("Open for"), lambda line: span(now - line.opened_at), is_minor=True),
        "waits": Column("waits", _("Waiting since"), lambda line: _when(line.attention_at, now=now)),
    }
    sort = {Queue.ATTENTION: "waits", Queue.ALL: "opened"}.get(queue, "due")
    if queue is not Queue.ATTENTION:
        del times["waits"]
    sending = Act(text=_("Review and send what is ticked"), address=reverse("removals:desk-send-several"))
    return Listing(
        rows=lists.requests_in(queue, now=now),
        tell=lists.tell_requests,
        lines=lists.request_lines,
        columns=[
            Column("request", _("Request"), _request),
            Column(
                "platform",
                _("Platform"),
                lambda line: (_platform(line), line.rung is not Rung.PLATFORM and word(line.rung)),
            ),
            Column("path", _("What is happening"), lambda line: (word(line.path), word(line.kind)), is_minor=True),
            Column("band", _("Band"), lambda line: word(line.band), is_minor=True),
            Column("state", _("State"), _standing),
            replace(times.pop(sort), order=order, is_minor=False),
            *times.values(),
            Column("report", _("Report"), lambda line: _short(line.report), is_minor=True),
            Column("owner", _("Assigned to"), lambda line: holder(line, names, now=now), is_minor=True),
        ],
        is_urgent=is_urgent,
        sort=f"-{sort}" if order.is_falling else sort,
        address=lambda line: f"{reverse('removals:desk-report', args=[line.report])}#request-{line.ordinal}",
        item=lambda line: line.report,
        filters=[_platforms(), BAND, STATE, _held(own, now=now)],
        views=[(title, reverse("removals:desk-queue", args=[each])) for each, title in TITLES.items()],
        group=(lambda line: _hour(line, now=now)) if queue is Queue.DUE else None,
        selection=Selection(name="report", value=lambda line: line.report, method="get", acts=[sending])
        if queue is Queue.UNSENT
        else None,
    )


def looks_list(*, now: datetime) -> Listing[LookLine]:
    """Where the monitor could not tell: red ones first, then what has waited longest."""
    return Listing(
        rows=lists.looks(),
        tell=lists.tell_looks,
        lines=lists.look_lines,
        columns=[
            Column("request", _("Request"), _request),
            Column("platform", _("Platform"), _platform),
            Column("band", _("Band"), lambda line: word(line.band), is_minor=True),
            Column("state", _("State"), _standing),
            Column("reason", _("Reason for the check"), lambda line: line.reason and word(line.reason)),
            Column("looked", _("Checked"), lambda line: _when(line.last_checked_at, now=now), is_minor=True),
            Column("waits", _("Waiting since"), lambda line: _when(line.attention_at, now=now), RED_FIRST),
        ],
        is_urgent=is_urgent,
        sort="waits",
        address=lambda line: reverse("removals:desk-request", args=[line.report, line.reference]),
    )


def reports_list(*, names: Mapping[str, str], now: datetime, asked: Mapping[str, str]) -> Listing[ReportLine]:
    """Reports to which the person has added something, or at which nobody has looked yet."""
    order = LONGEST_WAITING if asked.get("band") else RED_FIRST
    return Listing(
        rows=lists.reports_with_news(),
        tell=lists.tell_reports,
        lines=lists.report_lines,
        columns=[
            Column("report", _("Report"), lambda line: name_report(line.reference)),
            Column("band", _("Band"), lambda line: word(line.band), is_minor=True),
            Column("state", _("State"), lambda line: Tag(word(line.state), "grey")),
            Column("news", _("Changed since"), lambda line: _when(line.attention_at, now=now), order),
            Column("requests", _("Requests"), lambda line: line.requests, is_numeric=True),
            Column("path", _("From"), lambda line: (word(line.path), word(line.source)), is_minor=True),
            Column("language", _("Language"), lambda line: language(line.language), is_minor=True),
            Column("owner", _("Assigned to"), lambda line: holder(line, names, now=now), is_minor=True),
        ],
        is_urgent=lambda line: line.band is Band.RED,
        sort="news",
        address=lambda line: reverse("removals:desk-report", args=[line.reference]),
        filters=[BAND],
    )


def notices_list(queue: NoticeQueue, *, now: datetime) -> Listing[NoticeLine]:
    """Notices that wait for a person: of red reports first, then the oldest."""
    waits = Tag(_("Awaits a person"), "yellow")
    return Listing(
        rows=desk.notices_in(queue),
        tell=desk.tell_notices,
        lines=desk.notice_lines,
        columns=[
            Column("notice", _("Notice"), lambda line: f"{gettext('Notice')} {_short(line.reference)}"),
            Column("platform", _("Platform"), lambda line: (line.platform, word(line.rung))),
            Column(
                "state",
                _("State"),
                lambda line: (line.state, _trouble(line.reference)) if line.by_courier else waits,
            ),
            Column("channel", _("By"), lambda line: word(line.channel)),
            Column("requests", _("Requests"), lambda line: line.requests, is_numeric=True),
            Column("made", _("Made"), lambda line: short_when(line.made_at, now=now), RED_BY_KEY),
            Column("report", _("Report"), lambda line: _short(line.report), is_minor=True),
        ],
        sort="made",
        address=lambda line: reverse("removals:desk-notice", args=[line.reference]),
        views=[(title, reverse("removals:desk-notices", args=[each])) for each, title in NOTICE_TITLES.items()],
    )


def reviews_list(*, own: str, names: Mapping[str, str], now: datetime) -> Listing[SecondLookLine]:
    """What waits for a second person: about red reports first, then the oldest."""
    return second_looks(
        desk.open_reviews(),
        tell=desk.tell_reviews,
        lines=desk.review_lines,
        name=name_report,
        address=lambda line: reverse("removals:desk-review", args=[line.reference]),
        order=RED_BY_KEY,
        own=own,
        names=names,
        now=now,
        views=_supervised(),
    )


def counter_notices_list(*, now: datetime) -> Listing[CounterNotice]:
    """Counter-notices that wait for the desk's word, the oldest first."""
    return Listing(
        rows=desk.open_counter_notices(),
        tell=desk.tell_counter_notices,
        lines=desk.counter_notice_lines,
        columns=[
            Column("request", _("Request"), lambda line: write_reference(line.short_reference)),
            Column("platform", _("Platform"), lambda line: line.platform),
            Column("opened", _("Came"), lambda line: short_when(line.opened_at, now=now), BY_KEY),
        ],
        sort="opened",
        address=lambda line: reverse("removals:desk-counter-notice", args=[line.reference]),
        views=_supervised(),
    )


def _platforms() -> Filter:
    known = {str(each.public_id): each for each in known_platforms()}
    choices: list[tuple[str, Words]] = [ALL, *((reference, each.name) for reference, each in known.items())]
    return Filter(
        key="platform",
        field=select(_("Platform"), choices),
        where=lambda reference: Q(platform_id=known[reference].id),
    )


def _held(own: str, *, now: datetime) -> Filter:
    choices: list[tuple[str, Words]] = [ALL, (OWN, _("You")), (NOBODY, _("Nobody"))]
    return Filter(
        key="held",
        field=select(_("Assigned to"), choices),
        where=lambda held: lists.held_by(own if held == OWN else "", now=now),
    )


def _supervised() -> list[tuple[Words, str]]:
    return [
        (_("Reviews"), reverse("removals:desk-reviews")),
        (_("Counter-notices"), reverse("removals:desk-counter-notices")),
    ]


def _short(reference: uuid.UUID) -> str:
    """A report's or notice's short name: enough to tell colleagues, and nothing of what it is about."""
    return str(reference)[:8]


def name_report(reference: uuid.UUID) -> str:
    """A report's short name in words."""
    return f"{gettext('Report')} {_short(reference)}"


def _request(line: DeskRequest) -> str:
    return write_reference(line.short_reference)


def _platform(line: DeskRequest) -> Words:
    return line.platform or _("No platform yet")


def _standing(line: DeskRequest) -> list[object]:
    """Where a request stands, and what is said of it besides."""
    return [
        line.state,
        Tag(_("Found online again"), "red") if line.is_reupload else None,
        _("They have not agreed that we write") if line.state in TO_SEND and not line.may_be_sent else None,
        line.outcome and answered(line.outcome),
        word(Element(line.missing_element)) if line.state is RequestState.INCOMPLETE and line.missing_element else None,
        _("the platform has it in hand") if line.claimed_by else None,
    ]


def _when(at: datetime | None, *, now: datetime) -> str | None:
    return short_when(at, now=now) if at else None


def is_urgent(line: DeskRequest) -> bool:
    """Return whether a request cannot wait: it is red, and something is still to be done."""
    return line.band is Band.RED and not line.is_ended


def _due(at: datetime | None, *, now: datetime) -> object:
    said = short_due(at, now=now)
    return Late(said) if at is not None and at <= now else said


def _trouble(reference: uuid.UUID) -> Words:
    """What went wrong with a notice, as the outbox knows it."""
    try:
        return TROUBLES[find_parcel(reference).trouble]
    except ParcelUnknown:
        return _("The outbox has forgotten it. Make a new notice.")


def _hour(line: DeskRequest, *, now: datetime) -> Words:
    """By when a request is due; red ones stand together behind what is overdue."""
    midnight = now.astimezone(nation_zone()).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if line.due_at is not None and line.due_at <= now:
        return _("Overdue")
    if line.band is Band.RED:
        return word(Band.RED)
    if line.due_at is not None and line.due_at <= now + SOON:
        return _("In the next 4 hours")
    return _("Later today") if line.due_at is not None and line.due_at < midnight else _("After today")
