"""What the removal desk tells the home page, the search and a platform's page: of the desk's people, and of theirs."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import PLATFORM_ROLES, Role
from leeward.foundation.days import short_due, span, when
from leeward.foundation.references import write_reference
from leeward.foundation.web.words import word
from leeward.foundation.work.doors import DESK as DESK_TEAM
from leeward.foundation.work.doors import Door
from leeward.foundation.work.inherited import SecondLookLine
from leeward.foundation.work.rooms import (
    COUNTED,
    SHOWN,
    Hit,
    Need,
    Owed,
    Part,
    Room,
    RoomPage,
    Waiting,
    end_of_day,
    wait_in_list,
    wait_in_rows,
)
from leeward.industry.platforms.queries import find_partner
from leeward.victim.removals.figures import rung_records
from leeward.victim.removals.platform_words import STATES
from leeward.victim.removals.queries import finding
from leeward.victim.removals.queries.cores import DeskRequest, ReportCore
from leeward.victim.removals.queries.desk import CounterNotice, NoticeLine, NoticeQueue, who_is_on_what
from leeward.victim.removals.queries.lists import LookLine, Queue, ReportLine, open_at
from leeward.victim.removals.rules.next_steps import Turn
from leeward.victim.removals.rules.reports import Band
from leeward.victim.removals.rules.states import RequestState
from leeward.victim.removals.views.desk import lists
from leeward.victim.removals.views.desk.frame import DESK

type Words = str | Promise


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """What waits for somebody of the desk or of a platform."""
    if user.role in DESK:
        yield from _at_the_desk(user, now)
    elif user.role in PLATFORM_ROLES:
        yield _at_the_platform(user, now)


def find(user: User, term: str) -> Iterable[Hit]:
    """Requests and reports: by their reference, or by an address, which is found by its digest alone."""
    if user.role in DESK:
        yield from map(_desk_hit, finding.requests_of_desk(term))
        for report in finding.reports_of_desk(term):
            address = reverse("removals:desk-report", args=[report.reference])
            title = lists.name_report(report.reference)
            yield Hit(kind=_("Report"), title=title, standing=word(report.state), address=address)
        for notice in finding.notices_of_desk(term):
            address = reverse("removals:desk-notice", args=[notice.reference])
            yield Hit(kind=_("Notice"), title=notice.platform, standing=word(notice.state), address=address)
    elif user.role in PLATFORM_ROLES:
        for row in finding.requests_of_platform(term, platform=user.affiliation):
            address = reverse("removals:platform-request", args=[row.reference])
            title = write_reference(row.short_reference)
            yield Hit(kind=_("Removal request"), title=title, standing=STATES[row.state][0], address=address)


def part_of(user: User, platform: UUID, now: datetime) -> Iterable[Part]:
    """What is open at one platform and what came of what was sent there, for the desk's people."""
    if user.role not in DESK:
        return
    partner = find_partner(platform)
    found, records = open_at(partner.id, now=now), rung_records(platform_id=partner.id, now=now)

    def there(queue: Queue, **asked: str) -> str:
        query = urlencode({"platform": str(platform), **asked})
        return f"{reverse('removals:desk-queue', args=[queue])}?{query}"

    owed = []
    if found.asked:
        what = ngettext("%(num)d request to answer", "%(num)d requests to answer", found.asked) % {"num": found.asked}
        if found.asked_late:
            late = ngettext("%(num)d request is overdue", "%(num)d requests are overdue", found.asked_late)
            what = f"{what}. {late % {'num': found.asked_late}}"
        until, address = found.first_due_at, there(Queue.OVERDUE if found.asked_late else Queue.ALL)
        owed.append(Owed(whom=partner.name, what=what, until=until, is_late=bool(found.asked_late), address=address))
    for number, task, address in (
        (found.incomplete, _("Supply what is missing"), there(Queue.ALL, state=RequestState.INCOMPLETE)),
        (found.unsent, lists.TITLES[Queue.UNSENT], there(Queue.UNSENT)),
    ):
        if number:
            owed.append(Owed(whom=word(Turn.DESK), what=f"{task}: {number}", address=address))
    yield Part(
        title=_("Removal requests"),
        facts=[
            (_("Open with them"), found.asked),
            *(
                (word(rung), gettext("Worked %(part)d of %(all)d") % {"part": each.worked, "all": each.tried})
                for rung, each in records.items()
            ),
        ],
        links=[(_("All requests there"), there(Queue.ALL))],
        owed=owed,
    )


def _at_the_desk(user: User, now: datetime) -> Iterable[Waiting]:
    def queue(wanted: Queue, *, narrowed: Q | None = None, is_late: bool = False, kind: Words = "") -> Waiting:
        return wait_in_list(
            kind or lists.TITLES[wanted],
            reverse("removals:desk-queue", args=[wanted]),
            lists.queue_list(wanted, names={}, now=now, asked={}),
            lambda line: _request_need(line, now=now),
            narrowed=narrowed,
            is_late=is_late,
        )

    yield queue(Queue.OVERDUE, is_late=True)
    yield wait_in_list(
        _("Reports with news"),
        reverse("removals:desk-reports"),
        lists.reports_list(names={}, now=now, asked={}),
        lambda line: _report_need(line, now=now),
    )
    yield queue(Queue.DUE, narrowed=Q(due_at__gt=now, due_at__lt=end_of_day(now)), kind=_("Due today"))
    yield queue(Queue.ATTENTION)
    yield queue(Queue.UNSENT)
    for wanted in NoticeQueue:
        yield wait_in_list(
            lists.NOTICE_TITLES[wanted],
            reverse("removals:desk-notices", args=[wanted]),
            lists.notices_list(wanted, now=now),
            lambda line: _notice_need(line, now=now),
            is_late=wanted is NoticeQueue.UNDELIVERED,
        )
    yield wait_in_list(
        _("Check whether it is gone"),
        reverse("removals:desk-looks"),
        lists.looks_list(now=now),
        _look_need,
    )
    if user.role == Role.SUPERVISOR:
        yield from _supervised(user, now)
    yield wait_in_rows(
        _("Assigned to you"),
        reverse("removals:desk-home"),
        (_own_need(each, now=now) for each in who_is_on_what(now=now, by=user.reference)),
    )


def _supervised(user: User, now: datetime) -> Iterable[Waiting]:
    yield wait_in_list(
        _("Reviews"),
        reverse("removals:desk-reviews"),
        lists.reviews_list(own=user.reference, names={}, now=now),
        lambda line: _review_need(line, now=now),
        narrowed=~Q(asked_by=user.reference),
    )
    yield wait_in_list(
        _("Counter-notices"),
        reverse("removals:desk-counter-notices"),
        lists.counter_notices_list(now=now),
        lambda line: _counter_need(line, now=now),
    )


def _request_need(line: DeskRequest, *, now: datetime) -> Need:
    """A request: what is not sent leads to what will be sent, everything else to itself."""
    is_unsent = line.state is RequestState.PREPARED and bool(line.platform)
    time = short_due(line.due_at, now=now) if line.due_at else span(now - line.opened_at)
    return Need(
        about=" · ".join(filter(None, (write_reference(line.short_reference), line.platform))),
        why=f"{word(line.state)}. {time}",
        press=_("Check and send") if is_unsent else _("Open the request"),
        address=reverse("removals:desk-send", args=[line.report])
        if is_unsent
        else reverse("removals:desk-request", args=[line.report, line.reference]),
        due_at=line.due_at,
        is_urgent=lists.is_urgent(line),
    )


def _own_need(each: ReportCore, *, now: datetime) -> Need:
    until = when(each.claimed_until, now=now) if each.claimed_until else ""
    return Need(
        about=lists.name_report(each.reference),
        why=gettext("Yours until %(when)s") % {"when": until},
        press=_("Open the report"),
        address=reverse("removals:desk-report", args=[each.reference]),
        is_urgent=each.band is Band.RED,
    )


def _report_need(line: ReportLine, *, now: datetime) -> Need:
    since = line.attention_at or line.begun_at
    return Need(
        about=lists.name_report(line.reference),
        why=gettext("New or changed since %(when)s") % {"when": when(since, now=now)},
        press=_("Read the report"),
        address=reverse("removals:desk-report", args=[line.reference]),
        is_urgent=line.band is Band.RED,
    )


def _notice_need(line: NoticeLine, *, now: datetime) -> Need:
    missed, by_hand = _("The notice did not arrive, or nobody knows"), _("A person posts it or fills in the form")
    return Need(
        about=f"{line.platform} · {when(line.made_at, now=now)}",
        why=missed if line.by_courier else by_hand,
        press=_("Open the request"),
        address=reverse("removals:desk-notice", args=[line.reference]),
    )


def _look_need(line: LookLine) -> Need:
    return Need(
        about=" · ".join(filter(None, (write_reference(line.short_reference), line.platform))),
        why=word(line.reason) if line.reason else _("A machine cannot tell whether it is gone"),
        press=_("Check the address"),
        address=reverse("removals:desk-request", args=[line.report, line.reference]),
        is_urgent=lists.is_urgent(line),
    )


def _review_need(line: SecondLookLine, *, now: datetime) -> Need:
    return Need(
        about=f"{word(line.kind)} · {lists.name_report(line.about)}",
        why=gettext("A second pair of eyes was asked for, %(when)s") % {"when": when(line.asked_at, now=now)},
        press=_("Decide"),
        address=reverse("removals:desk-review", args=[line.reference]),
        is_urgent=line.band is Band.RED,
    )


def _counter_need(line: CounterNotice, *, now: datetime) -> Need:
    return Need(
        about=f"{write_reference(line.short_reference)} · {line.platform}",
        why=gettext("The uploader objects, since %(when)s") % {"when": when(line.opened_at, now=now)},
        press=_("Decide"),
        address=reverse("removals:desk-counter-notice", args=[line.reference]),
    )


def _at_the_platform(user: User, now: datetime) -> Waiting:
    """The requests that wait for a platform, the soonest due first; what they are about opens with its keys alone."""
    page, number = finding.waiting_at_platform(platform=user.affiliation, limit=SHOWN, most=COUNTED)
    needs = [
        Need(
            about=write_reference(row.short_reference),
            why=f"{STATES[row.state][0]}. {short_due(row.law_due_at, now=now)}",
            press=_("Open the request"),
            address=reverse("removals:platform-request", args=[row.reference]),
            due_at=row.law_due_at,
        )
        for row in page
    ]
    address = reverse("removals:platform-queue")
    return Waiting(kind=_("Removal requests"), number=number, address=address, needs=needs)


def _desk_hit(row: DeskRequest) -> Hit:
    return Hit(
        kind=_("Removal request"),
        title=" · ".join(filter(None, (write_reference(row.short_reference), row.platform))),
        standing=word(row.state),
        address=reverse("removals:desk-request", args=[row.report, row.reference]),
    )


def doors() -> tuple[Door, ...]:
    """What people, hotlines and courts can hand to the removal desk."""
    return (
        Door(
            name=_("Removal desk"),
            team=DESK_TEAM,
            roles=(Role.DESK_PRACTITIONER, Role.SUPERVISOR),
            shut=_("Nobody can ask for removal, and no order of a court that asks sites can be recorded."),
            is_urgent=True,
        ),
    )


ROOM = Room(
    pages=(
        RoomPage(name="removals:desk-home"),
        RoomPage(name="removals:desk-queue", text=_("Due"), args=("due",)),
        RoomPage(name="removals:desk-queue", text=_("Not sent yet"), args=("unsent",)),
        RoomPage(name="removals:desk-reports", text=_("Reports with news"), also=("locker:",)),
        RoomPage(name="removals:desk-looks", text=_("Check whether it is gone")),
        RoomPage(name="removals:desk-shift"),
        RoomPage(name="removals:desk-reviews", also=("removals:desk-counter-",)),
        RoomPage(name="removals:desk-figures", text=_("Figures")),
        RoomPage(name="removals:all-statements", text=_("Statements")),
        RoomPage(name="removals:platform-queue", text=_("Queue")),
        RoomPage(name="removals:platform-waiting", text=_("Second look")),
        RoomPage(name="removals:platform-statements", text=_("Statements")),
        RoomPage(name="removals:platform-machines", text=_("By machine")),
    ),
    waiting=waiting,
    find=find,
    part_of=part_of,
    is_locked=True,
    doors=doors,
)
