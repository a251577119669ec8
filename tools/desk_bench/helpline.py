"""The helpline and its network beside the desk: as many cases as the desk has requests, half as many referrals."""

import random
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.days import local_day
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import found_team
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.foundation.work.keyset import PAGE
from leeward.victim.file.models import File, Thread
from leeward.victim.helpline.models import CallBack, Case, CaseEvent, Help
from leeward.victim.helpline.operations.person import begin_under_code, open_hers, write_hers
from leeward.victim.helpline.queries.cases import LEADS, TEAM
from leeward.victim.helpline.queries.desk import Queue
from leeward.victim.helpline.rules.calls import CallState
from leeward.victim.helpline.rules.cases import CaseSource, CaseState, EventKind, Turn
from leeward.victim.helpline.rules.coming import Coming
from leeward.victim.helpline.rules.helps import HelpKind, HelpState
from leeward.victim.network.models import Member, MemberService, Referral, TurnEvent
from leeward.victim.network.models import Turn as ReceiverTurn
from leeward.victim.network.operations.members import Protocol, sign_member
from leeward.victim.network.operations.referrals import Draft, Receiver, agree, draft_referral
from leeward.victim.network.rules.clocks import MOST
from leeward.victim.network.rules.members import Kind, Part, Sector, Wish
from leeward.victim.network.rules.releases import MOST_RECEIVERS, Release, ReleaseField, Yes, YesBy
from leeward.victim.network.rules.turns import Act, ReferralState, TurnState
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.rules.reports import Band
from tools.desk_bench.house import OPERATOR, House, hire

MEMBERS = 300
EVENTS = 12  # of a case
REFERRED = 4  # times that one person is passed on, each to as many as may be
SPAN = timedelta(days=730)
# Cases that are closed to all but those who lead: so many that are open on each desk, and every tenth that has ended.
MOVED_OPEN, MOVED_ENDED = 40, 10
OPEN_SHARE = 0.1  # of all cases: more than there would be, so that a list fills its page on the small one too
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ENDED_AS = {TurnState.DONE: ReferralState.HELPED, TurnState.DECLINED: ReferralState.RETURNED}
BANDS = (Band.RED,) * 2 + (Band.AMBER,) * 5 + (Band.GREEN,) * 3
SOURCES = (CaseSource.WEB,) * 6 + (CaseSource.PHONE,) * 2 + (CaseSource.LETTER, CaseSource.DESK)


@dataclass(frozen=True, kw_only=True)
class Helpline:
    """Who works there, who leads it, who works at the busiest member, and the members by keys, the busiest first."""

    worker: str
    lead: str
    member_worker: str
    members: tuple[int, ...]
    words: str


def open_helpline(house: House, *, now: datetime) -> Helpline:
    """Found the helpline's team, let members sign, hire a practitioner and workers of the members that are asked."""
    found_team(team="helpline", by=OPERATOR, now=now)
    found_team(team=LEADS, by=OPERATOR, now=now)
    worker, lead = hire("bench-helpline", Role.PRACTITIONER, now=now), hire("bench-lead", Role.HELPLINE_LEAD, now=now)
    names = [_sign(number, now=now) for number in range(MEMBERS)]
    colleague, *_others = [  # of each member that is asked, since nothing is passed on to one where nobody reads
        hire(f"bench-member-{number}", Role.MEMBER_WORKER, affiliation=str(name), now=now)
        for number, name in enumerate(names[: REFERRED * MOST_RECEIVERS])
    ]
    keys = dict(Member.objects.values_list("public_id", "pk"))
    return Helpline(
        worker=worker.username,
        lead=lead.username,
        member_worker=colleague.username,
        members=tuple(keys[name] for name in names),
        words=house.filler.seal("x" * 400, compartment=Compartment.STORY, place="bench"),
    )


def come(helpline: Helpline, bearer: Bearer, *, now: datetime) -> Bearer:
    """Let the person of the house come to the helpline too, and pass on so much that some forty keys open theirs."""
    coming = Coming(source=CaseSource.WEB, is_adult=True)
    bearer = begin_under_code(bearer=bearer, coming=coming, language="en", now=now)
    opened = open_hers(bearer=bearer, now=now)
    write_hers(bearer=bearer, opened=opened, words="Is somebody there?", reference=uuid.uuid4(), now=now)
    Case.objects.filter(reference=opened.reference).update(promise_due=now + 4 * HOUR)  # no hours are known here
    release = Release(texts={ReleaseField.HAPPENED: "They threatened to show it at my work."})
    services = MemberService.objects.filter(member__in=helpline.members[: REFERRED * MOST_RECEIVERS])
    names = list(services.order_by("member").values_list("service", flat=True))
    known: dict[str, Any] = {"by": bearer.by, "now": now}
    for first in range(0, len(names), MOST_RECEIVERS):
        receivers = [Receiver(service=each, release=release) for each in names[first : first + MOST_RECEIVERS]]
        draft = Draft(wish=Wish(kind=Kind.TALK), receivers=receivers, until=local_day(now) + 100 * DAY)
        referral = draft_referral(file=opened.file.file, team=TEAM, draft=draft, **known)
        agree(referral=referral, version=1, yes=Yes(by=YesBy.CODE), keyring=Keyring(bearer.key), **known)
    return bearer


def _sign(number: int, *, now: datetime) -> uuid.UUID:
    member = uuid.uuid4()
    part = Part(service=uuid.uuid4(), kinds=frozenset({Kind.TALK, Kind.LAW}), languages=frozenset({"en"}))
    protocol = Protocol(
        name=f"Member {number + 1:03}",
        organization=uuid.uuid4(),
        sector=Sector.SUPPORT,
        version=1,
        until=local_day(now) + 365 * DAY,
        parts=[part],
        terms=MOST,
    )
    sign_member(protocol=protocol, member=member, by=OPERATOR, now=now)
    return member


def add_cases(helpline: Helpline, *, count: int, done: int, total: int, dice: random.Random, now: datetime) -> None:
    """Add cases that came after `done` others of `total`: the newest tenth are open, each with twelve events."""
    begun = [now - SPAN * (1 - (done + place) / total) for place in range(count)]
    files = File.objects.bulk_create([_file(helpline, at) for at in begun])
    threads = Thread.objects.bulk_create(
        [Thread(file=file, team="helpline", opened_at=at) for file, at in zip(files, begun, strict=True)]
    )
    cases = Case.objects.bulk_create(
        [
            _case(
                file,
                thread,
                place,
                team=_team(done + place, total=total),
                is_open=_is_open(done + place, total=total),
                at=at,
                dice=dice,
                now=now,
            )
            for place, (file, thread, at) in enumerate(zip(files, threads, begun, strict=True))
        ]
    )
    CaseEvent.objects.bulk_create(event for case in cases for event in _events(case))
    Help.objects.bulk_create(_help(case, dice=dice, now=now) for case in cases)
    CallBack.objects.bulk_create(
        CallBack(case=case, state=CallState.ASKED, window=helpline.words, due_at=now + dice.randint(-2, 90) * HOUR)
        for case in cases
        if case.closed_at is None and dice.random() < 0.6
    )
    _refer(helpline, [case for place, case in enumerate(cases) if place % 2 == 0], dice=dice, now=now)
    Grant.objects.bulk_create(
        Grant(
            file=file,
            compartment=compartment.value,
            generation=1,
            grantee_kind="team",
            grantee_id="helpline",
            grantee_generation=1,
            public_key=bytes(32),
            wrapped=bytes(81),
            vouched=bytes(32),
            granted_by="bench",
            granted_at=now,
        )
        for case, each in zip(cases, files, strict=True)
        for file, compartment in (
            (each.reference, Compartment.CONTACT),
            (each.reference, Compartment.STORY),
            (case.thread.reference, Compartment.STORY),
            (case.casework, Compartment.CASEWORK),
        )
    )


def _file(helpline: Helpline, at: datetime) -> File:
    return File(
        language="en",
        victim_key_id=uuid.uuid4().hex,
        victim_public_key=bytes(32),
        story=helpline.words,
        contact=helpline.words,
        expires_on=(at + 1_000 * DAY).date(),
    )


def _is_open(number: int, *, total: int) -> bool:
    return number / total >= 1 - OPEN_SHARE


def _team(number: int, *, total: int) -> str:
    is_moved = total - number <= MOVED_OPEN if _is_open(number, total=total) else number % MOVED_ENDED == 0
    return LEADS if is_moved else TEAM


def _case(
    file: File,
    thread: Thread,
    place: int,
    *,
    team: str,
    is_open: bool,
    at: datetime,
    dice: random.Random,
    now: datetime,
) -> Case:
    case = Case(
        file=file,
        thread=thread,
        team=team,
        casework=uuid.uuid4(),
        needs="",
        source=dice.choice(SOURCES),
        state=CaseState.CLOSED,
        turn=Turn.NOBODY,
        band=dice.choice(BANDS),
        opened_at=at,
        first_due=at + 4 * HOUR,
        answered_at=at + 3 * HOUR,
        said_at=at + 3 * HOUR,
        turn_since=at + 3 * HOUR,
        closed_at=None if is_open else min(now, at + 30 * DAY),
        statistics_agreed_at=at if dice.random() < 0.6 else None,
    )
    if not is_open:
        return case
    case.screen_on = local_day(now) + dice.randint(-9, 2) * DAY
    case.plan_on = local_day(now) + dice.randint(-9, 2) * DAY
    if place % 3 == 0:
        case.state, case.review_on = CaseState.WATCHING, local_day(now) + dice.randint(-9, 1) * DAY
    elif place % 3 == 1:
        case.state, case.turn = CaseState.ACTIVE, Turn.HER
        case.turn_since = case.said_at = now - dice.randint(7, 60) * DAY
    else:
        case.state, case.turn = CaseState.ACTIVE, Turn.US
        case.waiting_since = case.turn_since = now - dice.randint(0, 30) * HOUR
        case.promise_due = now + timedelta(minutes=dice.randint(-600, 3_000))
    return case


def _events(case: Case) -> Iterator[CaseEvent]:
    for ordinal in range(1, EVENTS + 1):
        is_hers = ordinal % 2 == 1
        yield CaseEvent(
            case=case,
            ordinal=ordinal,
            kind=(EventKind.OPENED if ordinal == 1 else EventKind.WROTE) if is_hers else EventKind.ANSWERED,
            at=case.opened_at + ordinal * HOUR,
            actor_kind=ActorKind.PERSON if is_hers else ActorKind.STAFF,
            actor_reference="" if is_hers else "bench",
        )


def _help(case: Case, *, dice: random.Random, now: datetime) -> Help:
    is_open = case.closed_at is None
    asked_at = now - dice.randint(10, 40) * DAY if is_open else case.opened_at
    return Help(
        case=case,
        kind=dice.choice(list(HelpKind)),
        state=HelpState.ASKED if is_open else HelpState.GIVEN,
        asked_at=asked_at,
        ended_at=None if is_open else case.closed_at,
    )


def _refer(helpline: Helpline, cases: Sequence[Case], *, dice: random.Random, now: datetime) -> None:
    weights = [len(helpline.members) * 2, *[10] * (len(helpline.members) - 1)]  # a sixth is with the busiest one
    states = [_turn_state(case, dice=dice) for case in cases]
    referrals = Referral.objects.bulk_create(
        _referral(helpline, case, state, dice=dice, now=now) for case, state in zip(cases, states, strict=True)
    )
    turns = ReceiverTurn.objects.bulk_create(
        ReceiverTurn(
            referral=referral,
            position=1,
            member_id=dice.choices(helpline.members, weights)[0],
            service=uuid.uuid4(),
            release=helpline.words,
            state=state,
            since=referral.ended_at or now - dice.randint(1, 90) * HOUR,
            offered_at=referral.begun_at,
            due_at=None if referral.ended_at else now + dice.randint(-9, 90) * HOUR,
        )
        for referral, state in zip(referrals, states, strict=True)
    )
    TurnEvent.objects.bulk_create(
        TurnEvent(
            turn=turn,
            ordinal=ordinal,
            act=act,
            at=turn.since,
            actor_kind=ActorKind.STAFF,
        )
        for turn in turns
        for ordinal, act in enumerate((Act.AGREED, Act.OFFERED, Act.ACCEPTED), start=1)
    )


def _turn_state(case: Case, *, dice: random.Random) -> TurnState:
    """Where its one turn stands: every fifth that is open needs something, and every third that ended came back."""
    if case.closed_at:
        return TurnState.DONE if dice.random() < 0.67 else TurnState.DECLINED
    asks = (TurnState.ASKED, TurnState.ACCEPTED, TurnState.ACCEPTED, TurnState.DECLINED)
    return dice.choice(asks if dice.random() < 0.25 else (TurnState.OFFERED, TurnState.STARTED))


def _referral(helpline: Helpline, case: Case, turn: TurnState, *, dice: random.Random, now: datetime) -> Referral:
    state = ENDED_AS.get(turn, ReferralState.OPEN)
    is_open = state is ReferralState.OPEN
    ended_at = case.closed_at or now - dice.randint(0, 500) * HOUR
    return Referral(
        file=case.file,
        team="helpline",
        kind=Kind.TALK,
        is_urgent=case.band is Band.RED,
        state=state,
        yes=helpline.words,
        begun_at=case.opened_at,
        agreed_at=case.opened_at,
        ended_at=None if is_open else ended_at,
        until=(ended_at + 60 * DAY).date(),
        look_at=now + DAY if is_open else None,
        expires_on=(case.opened_at + 900 * DAY).date(),
    )


type Visit = tuple[str, Any, Callable[[], str], tuple[str, ...]]


def helpline_visits(worker: Any, lead: Any, colleague: Any, *, now: datetime) -> Iterator[Visit]:
    """The pages of who works on cases, leads them or works at the busiest member; the last part must stand there."""
    yield "what needs me now, at the helpline", worker, lambda: reverse("work:home"), ()
    yield "the helpline's home", worker, lambda: reverse("helpline:desk-home"), ()
    for queue in Queue:
        if queue is not Queue.REFERRED:
            yield f"queue {queue.value} of the helpline", worker, _address(queue), _first_lines(queue, now=now)
    yield "queue referred of the helpline", worker, _address(Queue.REFERRED), ()
    yield "what needs me now, at the lead of the helpline", lead, lambda: reverse("work:home"), ()
    for queue in Queue:
        wanted = () if queue is Queue.REFERRED else _first_lines(queue, now=now, team=LEADS)
        yield f"queue {queue.value} of the lead of the helpline", lead, _address(queue, "helpline:lead-queue"), wanted
    yield "the member's inbox", colleague, lambda: reverse("network:inbox"), ()
    yield "who takes what where, at the helpline", worker, lambda: reverse("helpline:desk-routes"), ()
    yield "the network's board, at a member", colleague, lambda: reverse("network:board"), ()


def hers_visits(person: Any) -> Iterator[Visit]:
    """What a person at the helpline opens: who can read theirs, and the list of a talk, which loads itself anew."""
    said, asks = "Is somebody there?", "The machine that asks the next service, when one cannot help"
    yield "who can read a file that forty keys open", person, lambda: reverse("file:circle"), (asks,)
    yield "the list of a talk at once", person, lambda: reverse("helpline:my-lines"), (said,)
    yield "a talk at once", person, lambda: reverse("helpline:my-now"), ()


def _address(queue: Queue, name: str = "helpline:desk-queue") -> Callable[[], str]:
    return lambda: reverse(name, args=[queue.value])


def _first_lines(queue: Queue, *, now: datetime, team: str = TEAM) -> tuple[str, ...]:
    """The first page of a queue, found a second time and more simply: all rows, sorted by Python."""
    today = local_day(now)
    columns = ("reference", "band", "promise_due", "review_on", "screen_on", "plan_on", "turn_since", "opened_at", "pk")
    places: Mapping[Queue, tuple[Q, Callable[[Mapping[str, Any]], Any]]] = {
        Queue.WAITING: (Q(waiting_since__isnull=False), lambda row: (row["band"] != "red", row["promise_due"])),
        Queue.CALLS: (Q(call_back__state="asked"), lambda row: row["call_back__due_at"]),
        Queue.REVIEW: (Q(review_on__lte=today), lambda row: row["review_on"]),
        Queue.SILENT: (Q(turn="her", turn_since__lte=now - 7 * DAY), lambda row: row["turn_since"]),
        Queue.HELPS: (Q(helps__ended_at=None, helps__asked_at__lte=now - 14 * DAY), lambda row: row["opened_at"]),
        Queue.SAFETY: (Q(screen_on__lte=today), lambda row: row["screen_on"]),
        Queue.PLANS: (Q(plan_on__lte=today), lambda row: row["plan_on"]),
        Queue.OPEN: (Q(closed_at=None), lambda row: -row["opened_at"].timestamp()),
        Queue.ALL: (Q(), lambda row: -row["opened_at"].timestamp()),
    }
    narrowed, by = places[queue]
    rows = Case.objects.filter(narrowed, team=team).values(*columns, "call_back__due_at")
    sign = -1 if queue in (Queue.OPEN, Queue.ALL) else 1
    found = sorted(rows, key=lambda row: (by(row), sign * row["pk"]))[:PAGE]
    return tuple(str(row["reference"]) for row in found)
