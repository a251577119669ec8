"""What the helpline tells the home page and the search of its people."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import local_day, when, write_day
from leeward.foundation.web.words import word
from leeward.foundation.work.doors import Door
from leeward.foundation.work.inherited import SecondLookLine
from leeward.foundation.work.rooms import (
    COUNTED,
    Hit,
    Listed,
    Need,
    Room,
    RoomPage,
    Waiting,
    end_of_day,
    wait_in_list,
    wait_in_lists,
    wait_in_rows,
)
from leeward.victim.helpline.queries.care import asked_care, care_of
from leeward.victim.helpline.queries.cases import LEADS as LEADS_TEAM
from leeward.victim.helpline.queries.cases import LIAISON, TEAM, CaseLine
from leeward.victim.helpline.queries.desk import (
    Queue,
    TaskLine,
    cases_named,
    lent_cases,
    task_lines,
    tell_lines,
    who_is_on_what,
)
from leeward.victim.helpline.queries.funding import paid_until
from leeward.victim.helpline.queries.signals import has_liaison, is_listening, waiting_signals
from leeward.victim.helpline.queries.standing_in import lent_to
from leeward.victim.helpline.queries.tasks import has_task
from leeward.victim.helpline.rules.care import CareKind
from leeward.victim.helpline.rules.funding import is_near_end
from leeward.victim.helpline.rules.tasks import TaskKind
from leeward.victim.helpline.views.desk.lists import (
    TITLES,
    name_case,
    queue_address,
    queue_list,
    reviews_list,
    task_words,
)
from leeward.victim.helpline.views.lead.lists import WAITS, complaints_list, name_complaint
from leeward.victim.removals.rules.reports import Band

type Words = str | Promise

WHY = lazy(task_words, str)  # said of the needs that are shown, and of no other
# These stand behind whatever somebody waits for, however long ago they were due.
WHEN_THERE_IS_TIME = frozenset({TaskKind.PLAN_REVIEW, TaskKind.ASK_AGAIN, TaskKind.CLOSE, TaskKind.END_HELP})


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """What waits for a practitioner, each case in the first kind that fits it."""
    if user.role != Role.PRACTITIONER:
        return
    yield from wait_in_lists(_lists(user, TEAM, now=now))
    yield wait_in_list(
        _("Reviews"),
        reverse("helpline:desk-reviews"),
        reviews_list(own=user.reference, names={}, now=now),
        lambda line: _review_need(line, now=now),
        narrowed=~Q(asked_by=user.reference),
    )
    address = reverse("helpline:desk-signals")
    if not has_liaison():  # else it is the liaison who looks first
        yield wait_in_rows(_("Signals from programmes"), address, _unlooked(address, now=now))
    yield _debriefs(user.reference, reverse("helpline:desk-home"), now=now)
    yield wait_in_rows(_("Shared with you alone"), reverse("helpline:desk-home"), _lent_needs(user.reference, now=now))
    mine = who_is_on_what(now=now, by=user.reference, viewer=user.reference)
    yield wait_in_rows(_("Assigned to you"), reverse("helpline:desk-home"), (_own_need(each, now=now) for each in mine))


def _lists(user: User, team: str, *, now: datetime) -> list[Listed[TaskLine]]:
    """What waits of a team's cases, each kind by its list."""
    ends = end_of_day(now)
    is_broken, is_today = Q(promise_due__lte=now), Q(promise_due__gt=now, promise_due__lt=ends)

    def queue(
        wanted: Queue, kind: Words, *, narrowed: Q | None = None, part: int | None = None, is_late: bool = False
    ) -> Listed[TaskLine]:
        return Listed(
            kind=kind,
            path=queue_address(wanted, team=team),
            listing=queue_list(wanted, names={}, now=now, asked={}, own=user.reference, team=team),
            need=lambda line: _case_need(line, now=now),
            narrowed=narrowed,
            part=part,
            is_late=is_late,
        )

    # In the order of what is done first, so that a case stands in the list of what is to be done next about it.
    others = (Queue.REFERRED, Queue.SAFETY, Queue.REVIEW, Queue.PLANS, Queue.SILENT, Queue.HELPS)
    red, rest = 0, 1  # the parts of the order in which waiting cases stand
    return [
        queue(Queue.CALLS, word(TaskKind.CALL), narrowed=has_task(TaskKind.CALL, now=now)),
        queue(Queue.WAITING, _("Promise broken"), narrowed=is_broken, is_late=True),
        queue(Queue.WAITING, _("Red, waiting"), narrowed=~is_broken, part=red, is_late=True),
        queue(Queue.WAITING, _("Promised for today"), narrowed=is_today, part=rest),
        queue(Queue.WAITING, TITLES[Queue.WAITING], narrowed=~is_broken & ~is_today, part=rest),
        *(queue(wanted, TITLES[wanted]) for wanted in others),
    ]


def find(user: User, term: str) -> Iterable[Hit]:
    """Cases by the name that stands on the helpline's pages and in its shift notes."""
    if user.role == Role.PRACTITIONER:
        for each in cases_named(term, viewer=user.reference):
            address = reverse("helpline:desk-case", args=[each.reference])
            yield Hit(kind=_("Case"), title=name_case(each.reference), standing=word(each.state), address=address)


def _unlooked(address: str, *, now: datetime, team: str = TEAM, is_late: bool = False) -> Iterator[Need]:
    """That somebody of a team looks at what programmes told; whose it is and what it says is sealed."""
    rows = waiting_signals(team).filter(due_at__lte=now) if is_late else waiting_signals(team)
    first = rows.order_by("at").first()
    if first is not None:
        said = gettext("Something came %(when)s, and nobody has checked whether it is about one of our cases")
        yield Need(
            about=_("Signals from programmes"),
            why=said % {"when": when(first.at, now=now)},
            press=_("Check the signals"),
            address=address,
            due_at=first.due_at,
            is_urgent=first.due_at is not None and first.due_at <= now,
        )


def _case_need(line: TaskLine, *, now: datetime) -> Need:
    is_pressing = line.task is not None and line.task.kind not in WHEN_THERE_IS_TIME
    return Need(
        about=name_case(line.reference),
        why=WHY(line.task, now=now) if line.task else word(line.state),
        press=word(line.task.kind) if line.task else _("Open the case"),
        address=reverse("helpline:desk-case", args=[line.reference]),
        due_at=line.task.due if line.task and is_pressing else None,
        is_urgent=is_pressing and line.band is Band.RED,
    )


def _review_need(line: SecondLookLine, *, now: datetime) -> Need:
    return Need(
        about=f"{word(line.kind)} · {name_case(line.about)}",
        why=gettext("A second pair of eyes was asked for, %(when)s") % {"when": when(line.asked_at, now=now)},
        press=_("Decide"),
        address=reverse("helpline:desk-review", args=[line.reference]),
        is_urgent=line.band is Band.RED,
    )


def _lent_needs(staff: str, *, now: datetime) -> Iterator[Need]:
    """The cases of the closed team that one colleague works on while those who lead are away."""
    for reference, until in lent_to(staff, now=now):
        yield Need(
            about=name_case(reference),
            why=gettext("Those who lead the helpline lent it to you until %(when)s") % {"when": when(until, now=now)},
            press=_("Open the case"),
            address=reverse("helpline:desk-case", args=[reference]),
        )


def _debriefs(staff: str, address: str, *, now: datetime) -> Waiting:
    """The debrief that is offered to somebody; which case it is about is kept nowhere."""
    needs = (
        Need(
            about=word(each.kind),
            why=gettext("A red case that you worked on was closed, %(when)s") % {"when": when(each.at, now=now)},
            press=_("Accept or decline"),
            address=address,
        )
        for each in care_of(staff, now=now).offers
    )
    return wait_in_rows(_("Offered to you"), address, needs)


def _own_need(line: CaseLine, *, now: datetime) -> Need:
    until = when(line.claimed_until, now=now) if line.claimed_until else ""
    return Need(
        about=name_case(line.reference),
        why=gettext("Yours until %(when)s") % {"when": until},
        press=_("Open the case"),
        address=reverse("helpline:desk-case", args=[line.reference]),
        is_urgent=line.band is Band.RED,
    )


def doors() -> tuple[Door, ...]:
    """What people can tell the helpline and those who lead it."""
    return (
        Door(
            name=_("Helpline"),
            team=TEAM,
            roles=(Role.PRACTITIONER,),
            shut=_("Nobody can write to the helpline. /talk shows whom they can call."),
            is_urgent=True,
        ),
        Door(
            name=_("Leads of the helpline"),
            team=LEADS_TEAM,
            roles=(Role.HELPLINE_LEAD,),
            shut=_("Nobody can tell those who lead what went wrong, and no case can be moved to them."),
            is_urgent=True,
        ),
    )


ROOM = Room(
    pages=(
        RoomPage(name="helpline:desk-home", also=("helpline:care-",)),
        RoomPage(name="helpline:desk-queue", text=TITLES[Queue.WAITING], args=("waiting",)),
        RoomPage(name="helpline:desk-queue", text=_("Calls"), args=("calls",)),
        RoomPage(name="helpline:desk-queue", text=_("Passed on"), args=("referred",)),
        RoomPage(name="helpline:desk-queue", text=TITLES[Queue.REVIEW], args=("review",)),
        RoomPage(name="helpline:desk-queue", text=TITLES[Queue.OPEN], args=("open",), also=("locker:",)),
        RoomPage(name="helpline:desk-reviews", text=_("Reviews")),
        RoomPage(name="helpline:desk-phone"),
        RoomPage(name="helpline:desk-shift", text=_("Shift handover")),
        RoomPage(name="helpline:desk-routes"),
        RoomPage(name="helpline:desk-practices"),
        RoomPage(name="helpline:desk-figures", text=_("Figures")),
        RoomPage(name="helpline:desk-volunteers"),
        RoomPage(name="helpline:desk-signals"),
        RoomPage(name="helpline:desk-profile"),
    ),
    waiting=waiting,
    find=find,
    is_locked=True,
    doors=doors,
)


def waiting_for_leads(user: User, now: datetime) -> Iterable[Waiting]:
    """What waits for who leads the helpline: what went wrong and has no answer, and money that ends."""
    if user.role != Role.HELPLINE_LEAD:
        return
    people, waiting_now = reverse("helpline:lead-people"), asked_care()
    names = names_of(each.staff for each in waiting_now)
    yield wait_in_rows(
        _("Cases that need you now"),
        people,
        (
            Need(
                about=names.get(each.staff, gettext("A colleague")),
                why=gettext("%(what)s, asked for %(when)s") % {"what": word(each.kind), "when": when(each.at, now=now)},
                press=_("Support them") if each.kind is CareKind.PAUSE else _("Talk it over"),
                address=f"{people}#{each.reference}",
                is_urgent=each.kind is CareKind.PAUSE,
            )
            for each in waiting_now
        ),
    )
    yield from wait_in_lists(_lists(user, LEADS_TEAM, now=now))
    yield wait_in_list(
        _("Reviews"),
        reverse("helpline:lead-cases"),
        reviews_list(own=user.reference, names={}, now=now, team=LEADS_TEAM),
        lambda line: _review_need(line, now=now),
        narrowed=~Q(asked_by=user.reference),
    )
    if is_listening(LEADS_TEAM):
        address = reverse("helpline:desk-signals")
        yield wait_in_rows(_("Signals from programmes"), address, _unlooked(address, now=now, team=LEADS_TEAM))
    looks_first = LIAISON if has_liaison() else TEAM
    late = _unlooked(people, now=now, team=looks_first, is_late=True)
    yield wait_in_rows(_("Told by a programme, and not looked at in time"), people, late, is_late=True)
    yield wait_in_list(
        _("What went wrong"),
        reverse("helpline:lead-complaints"),
        complaints_list(now=now, names={}),
        lambda line: Need(
            about=name_complaint(line.reference),
            why=gettext("Told %(when)s, and nobody has answered") % {"when": when(line.told_at, now=now)},
            press=_("Read and answer"),
            address=reverse("helpline:lead-complaint", args=[line.reference]),
        ),
        narrowed=WAITS,
    )
    today, address = local_day(now), reverse("helpline:lead-funding")
    until = paid_until(today=today)
    if is_near_end(until, today=today):
        said = gettext("It is paid for until %(day)s") % {"day": write_day(until)} if until else ""
        need = Need(
            about=gettext("The helpline’s money"),
            why=said or gettext("Nobody has entered what pays for it today"),
            press=_("See the funding"),
            address=address,
        )
        yield wait_in_rows(_("Funding"), address, [need])


# A room of its own: who leads the helpline opens no case but those that were moved to them.
LEADS = Room(
    pages=(
        RoomPage(name="helpline:lead-complaints"),
        RoomPage(name="helpline:lead-people"),
        RoomPage(name="helpline:lead-cases", also=("helpline:desk-", "helpline:lead-queue", "locker:")),
        RoomPage(name="helpline:lead-funding"),
        RoomPage(name="helpline:lead-overrides"),
        RoomPage(name="helpline:lead-telephone"),
        RoomPage(name="helpline:lead-rules", also=("helpline:lead-rule",)),
    ),
    waiting=waiting_for_leads,
    is_locked=True,
)


def waiting_for_volunteers(user: User, now: datetime) -> Iterable[Waiting]:
    """What waits in the cases of a volunteer's shift."""
    if user.role == Role.VOLUNTEER:
        rows = tell_lines(lent_cases(now=now, viewer=user.reference).filter(waiting_since__isnull=False))
        needs = (
            replace(_case_need(line, now=now), address=reverse("helpline:volunteer-case", args=[line.reference]))
            for line in task_lines(rows.order_by("promise_due", "id")[:COUNTED], now=now)
        )
        home = reverse("helpline:volunteer-home")
        yield wait_in_rows(_("Your shift"), home, needs)
        yield _debriefs(user.reference, home, now=now)


VOLUNTEERS = Room(
    pages=(RoomPage(name="helpline:volunteer-home", also=("helpline:volunteer-", "helpline:care-")),),
    waiting=waiting_for_volunteers,
    is_locked=True,
)


def waiting_for_liaison(user: User, now: datetime) -> Iterable[Waiting]:
    """What programmes told and the liaison has not looked at."""
    if user.role == Role.SURVIVOR_LIAISON:
        address = reverse("helpline:liaison-told")
        yield wait_in_rows(_("Signals from programmes"), address, _unlooked(address, now=now, team=LIAISON))


LIAISONS = Room(
    pages=(RoomPage(name="helpline:liaison-told", also=("helpline:liaison-",)),),
    waiting=waiting_for_liaison,
    is_locked=True,
)
