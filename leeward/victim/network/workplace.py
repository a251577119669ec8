"""What the network tells the home page and the search of members' workers and of its secretary."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import local_day, when, write_day
from leeward.foundation.editions.lists import editions_list
from leeward.foundation.editions.queries import DRAFT
from leeward.foundation.web.words import told, word
from leeward.foundation.work.doors import Door, closed_doors
from leeward.foundation.work.rooms import Hit, Need, Room, RoomPage, Waiting, wait_in_list, wait_in_rows
from leeward.victim.network.operations.bulletin import last_month
from leeward.victim.network.published import SHELF
from leeward.victim.network.queries.alerts import Standing, alert_lines, overdue_alerts, tell_alerts, waiting_alerts
from leeward.victim.network.queries.bulletin import has_bulletin
from leeward.victim.network.queries.inbox import IS_OPEN, IS_UNANSWERED, InboxLine, inbox_lines, inbox_named, tell_inbox
from leeward.victim.network.queries.members import MemberLine, find_members, list_members, read_clocks
from leeward.victim.network.queries.practices import list_practices
from leeward.victim.network.queries.reviews import list_paths
from leeward.victim.network.rules.members import MemberState, Way
from leeward.victim.network.rules.reviews import ReviewState
from leeward.victim.network.rules.turns import UNANSWERED, TurnState
from leeward.victim.network.views.member.lists import STANDS, clock_words, inbox_list, member_of, name_turn

# So long before a protocol ends, its secretary hears of it.
SOON = timedelta(days=60)


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """What waits for a member's worker: for an answer, to begin, what was begun without an end, and what to read."""
    if user.role != Role.MEMBER_WORKER:
        return
    listing = inbox_list(member_of(user), names={}, now=now)
    path = reverse("network:inbox")
    for kind, narrowed in (
        (_("Awaits your answer"), IS_UNANSWERED),
        (_("You help: what came of it?"), IS_OPEN & ~IS_UNANSWERED),
    ):
        yield wait_in_list(kind, path, listing, lambda line: _need(line, now=now), narrowed=narrowed)
    yield wait_in_rows(_("Advice to be read again"), reverse("network:reviews"), _again(user, local_day(now)))


def find(user: User, term: str) -> Iterable[Hit]:
    """What is with one's own organisation, by the name that stands on its pages."""
    if user.role == Role.MEMBER_WORKER:
        for line in inbox_lines(tell_inbox(inbox_named(member_of(user), term))):
            yield Hit(
                kind=_("Referral"),
                title=name_turn(line.reference),
                standing=STANDS[line.state].text,
                address=reverse("network:turn", args=[line.reference]),
            )


def waiting_for_secretary(user: User, now: datetime) -> Iterable[Waiting]:
    """Who asks to join, protocols that end, members who are late to begin, practices to look at again, and warnings.

    Whoever leads the helpline is the second person who reads these, and needs no key for it.
    """
    if user.role in SHELF.roles:
        yield _warnings(now)
        yield wait_in_list(
            _("Bulletins to sign off"),
            reverse("bulletin:staff"),
            editions_list(SHELF),
            lambda each: Need(
                about=each.title,
                why=_("A second person reads it before it is published"),
                press=_("Read and sign off"),
                address=reverse("bulletin:draft-show", args=[each.name]),
            ),
            narrowed=DRAFT & ~Q(drafted_by=user.reference),
        )
    if user.role != Role.NETWORK_SECRETARY:
        return
    today, known = local_day(now), list_members()
    asking = (_asking_need(each, now=now) for each in known if each.state is MemberState.APPLICANT)
    yield wait_in_rows(_("Who asks to join"), reverse("network:members"), asking)
    last = today + SOON
    ending = [each for each in known if each.state is MemberState.MEMBER and each.until and each.until <= last]
    needs = (_protocol_need(each, now=now) for each in sorted(ending, key=lambda each: (each.until, each.name)))
    yield wait_in_rows(_("Protocols that end"), reverse("network:members"), needs)
    late = [
        Need(
            about=each.name,
            why=gettext("Late to begin, or time ran out: %(number)d") % {"number": each.late_to_begin + each.expired},
            press=_("Show the clocks"),
            address=reverse("network:member", args=[each.member]),
        )
        for each in read_clocks(now=now)
        if each.late_to_begin or each.expired
    ]
    yield wait_in_rows(_("Late members"), reverse("network:clocks"), late)
    unread = map(_unread_need, closed_doors(_member_doors(today)))
    yield wait_in_rows(_("Members with nobody who can open referrals"), reverse("network:members"), unread)
    yield wait_in_rows(_("What helps"), reverse("network:practices"), _stale(today))
    yield wait_in_rows(_("Advice to be read by people it concerns"), reverse("network:reviews"), _unread(today))
    yield wait_in_rows(_("The government has not answered"), reverse("network:warnings"), _overdue(now))
    if not has_bulletin(last_month(now)):
        due = Need(
            about=gettext("The bulletin of the last month"),
            why=gettext("Nobody has drafted it yet"),
            press=_("Draft the bulletin"),
            address=reverse("bulletin:draft"),
        )
        yield wait_in_rows(_("Bulletins to draft"), reverse("bulletin:staff"), [due])


def _warnings(now: datetime) -> Waiting:
    """Alerts that wait for their words or for a second person."""
    lines = alert_lines(tell_alerts(waiting_alerts()), now=now)
    needs = (
        Need(
            about=told(each.words),
            why=word(each.standing),
            press=_("Write the warning") if each.standing is Standing.UNWRITTEN else _("Read the warning"),
            address=reverse("network:alert", args=[each.public_id]),
            is_urgent=True,
        )
        for each in lines
    )
    return wait_in_rows(_("Early warnings"), reverse("network:warnings"), needs)


def _overdue(now: datetime) -> Iterable[Need]:
    for each in alert_lines(tell_alerts(overdue_alerts(now=now)), now=now):
        yield Need(
            about=told(each.words),
            why=gettext("The government’s office was to answer by %(day)s")
            % {"day": write_day(each.due_at) if each.due_at else ""},
            press=_("Ask the office"),
            address=reverse("network:alert", args=[each.public_id]),
            due_at=each.due_at,
        )


def find_for_secretary(user: User, term: str) -> Iterable[Hit]:
    """Members by a part of their name."""
    if user.role == Role.NETWORK_SECRETARY:
        for line in find_members(term):
            address = reverse("network:member", args=[line.public_id])
            yield Hit(kind=_("Member"), title=line.name, standing=word(line.state), address=address)


def _need(line: InboxLine, *, now: datetime) -> Need:
    press = _("Read and answer") if line.state in UNANSWERED else _("Open the referral")
    return Need(
        about=f"{word(line.kind)} · {name_turn(line.reference)}",
        why=clock_words(line, now=now) if line.due_at else STANDS[line.state].text,
        press=press,
        address=reverse("network:turn", args=[line.reference]),
        due_at=line.due_at,
        is_urgent=line.is_urgent and line.state is not TurnState.ASKED,
    )


def _stale(today: date) -> Iterable[Need]:
    """Practices that somebody has to look at again."""
    for each in list_practices(language=get_language() or "", today=today):
        if not each.is_in_date:
            was = gettext("It was to be looked at again by %(day)s") % {"day": write_day(each.review_on)}
            yield Need(
                about=each.title,
                why=was if each.shown else gettext("Its page cannot be read now"),
                press=_("To review again"),
                address=reverse("network:practice", args=[each.reference]),
            )


def _again(user: User, today: date) -> Iterable[Need]:
    """What a member said of a path's page that has changed since, or is to be said again."""
    for each in list_paths(language=get_language() or "", today=today):
        for review in each.reviews:
            if review.member == member_of(user) and review.state is not ReviewState.IN_DATE:
                yield Need(
                    about=word(each.row.code),
                    why=word(review.state),
                    press=_("Record who read it"),
                    address=reverse("network:review", args=[each.row.code.value]),
                )


def _unread(today: date) -> Iterable[Need]:
    """Paths whose page nobody whom it concerns has read as it is now, and what was said and has no answer."""
    for each in list_paths(language=get_language() or "", today=today):
        if each.state is not ReviewState.IN_DATE:
            yield Need(
                about=word(each.row.code),
                why=word(each.state),
                press=_("Ask a member to read it"),
                address=reverse("network:reviews"),
            )
        for review in each.reviews:
            if not review.answer:
                yield Need(
                    about=f"{word(each.row.code)} · {review.name}",
                    why=gettext("They said something about the advice, and nobody has answered"),
                    press=_("Record the outcome"),
                    address=reverse("network:review-answer", args=[review.reference]),
                )


def _asking_need(line: MemberLine, *, now: datetime) -> Need:
    return Need(
        about=line.name,
        why=gettext("Asked %(when)s") % {"when": when(line.changed_at, now=now)},
        press=_("Decide"),
        address=reverse("network:member", args=[line.public_id]),
    )


def _protocol_need(line: MemberLine, *, now: datetime) -> Need:
    day = {"day": write_day(line.until) if line.until else ""}
    is_over = line.until is not None and line.until < local_day(now)
    return Need(
        about=line.name,
        why=(gettext("The protocol ended on %(day)s") if is_over else gettext("The protocol ends on %(day)s")) % day,
        press=_("Sign again"),
        address=reverse("network:member-sign", args=[line.public_id]),
    )


def doors() -> tuple[Door, ...]:
    """What organisations can ask of the network, and each member to which something can be passed on."""
    secretary = Door(
        name=_("Secretary of the network"),
        roles=(Role.NETWORK_SECRETARY,),
        shut=_("No organisation can ask to join the network."),
    )
    return (secretary, *_member_doors(local_day(timezone.now())))


def _member_doors(today: date) -> Iterable[Door]:
    """Members in force whose people have accounts. One that comes in by mailed links reads its mailbox."""
    for each in list_members():
        if each.way is Way.ACCOUNTS and each.is_in_force(today=today):
            yield Door(
                name=each.name,
                team=each.team,
                roles=(Role.MEMBER_WORKER,),
                body=str(each.public_id),
                shut=_("Nothing new can be passed on to this member of the network."),
            )


def _unread_need(door: Door) -> Need:
    return Need(
        about=door.name,
        why=_("Nobody there can open a referral, so the helpline cannot ask them"),
        press=_("Open the member"),
        address=reverse("network:member", args=[door.body]),
    )


# All pages, of whichever role: who may open one sees it. What is with a member is asked of who has unlocked alone.
ROOM = Room(
    pages=(
        RoomPage(name="network:inbox", also=("locker:",)),
        RoomPage(name="network:room"),
        RoomPage(name="network:members"),
        RoomPage(name="network:board"),
        RoomPage(name="network:routes"),
        RoomPage(name="network:practices", also=("network:practice",)),
        RoomPage(name="network:reviews", also=("network:review", "network:review-answer")),
        RoomPage(name="network:trained"),
        RoomPage(name="network:clocks"),
        RoomPage(name="network:protocol", text=_("Your protocol")),
        RoomPage(name="network:alerts"),
        RoomPage(name="network:warnings", also=("network:alert", "network:warning-plan")),
        RoomPage(name="network:gaps"),
        RoomPage(name="bulletin:staff", text=_("Bulletins")),
        RoomPage(name="network:program"),
    ),
    waiting=waiting_for_secretary,
    find=find_for_secretary,
    doors=doors,
)
INBOX = Room(waiting=waiting, find=find, is_locked=True)
