"""Fills a desk with requests as they would stand after two years: old ones mostly ended, new ones mostly open."""

import itertools
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.references import LENGTH, draw_reference
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind
from leeward.industry.platforms.rules import ChannelKind, Rung
from leeward.victim.file.models import File
from leeward.victim.removals.models import Check, Decision, Notice, NoticeState, Report, Request, RequestEvent
from leeward.victim.removals.rules.checks import Signal
from leeward.victim.removals.rules.decisions import Outcome
from leeward.victim.removals.rules.reports import Band, ItemKind, Path, ReportState, Source
from leeward.victim.removals.rules.states import ENDED, RequestState, Step
from tools.desk_bench.copying import copy_rows, mark_tables
from tools.desk_bench.helpline import Helpline, add_cases
from tools.desk_bench.house import House
from tools.desk_bench.lockers import Lockers, add_lockers

S = RequestState
SPAN = timedelta(days=730)
AT_ONCE = 1_000  # reports
MADE = 5_000  # requests
VACUUM = "VACUUM ANALYZE"
SIZES = (1, 1, 2, 2, 2, 3, 3, 6)  # requests of one report: 2.5 on average
BANDS = {Band.RED: 15, Band.AMBER: 50, Band.GREEN: 35}
# Newer requests are mostly open, older ones mostly ended; a third of the desk is at work at any time.
YOUNG = {S.SENT: 43, S.PREPARED: 20, S.ACKNOWLEDGED: 10, S.DECIDED: 8, S.INCOMPLETE: 5, S.STILL_UP: 5, S.SENDING: 2,
         S.APPEALED: 2, S.GONE: 4, S.WITHDRAWN: 1}  # fmt: skip
OLD = {S.GONE: 50, S.CLOSED: 34, S.DECIDED: 5, S.WITHDRAWN: 3, S.SENT: 3, S.STILL_UP: 2, S.APPEALED: 1, S.PREPARED: 2}
YOUNG_FROM = 0.6  # of all requests in the order in which they came
UNSENT = frozenset({S.PREPARED, S.WITHDRAWN})
RUNNING = frozenset({S.SENT, S.ACKNOWLEDGED, S.SENDING, S.PREPARED, S.STILL_UP})
DOUBTED = {S.STILL_UP: 0.5, S.DECIDED: 0.5}  # of those that are to be looked at
# So many that a list narrowed twice fills its page on the small desk too: like is compared with like.
LOOK_AT = {S.STILL_UP: 1.0, S.INCOMPLETE: 1.0, S.DECIDED: 0.8, S.PREPARED: 0.4, S.SENT: 1.0}
WORDS = {"subject": "Removal request", "text": "Please remove what stands there. " * 40}
NUMBERS = itertools.count()


@dataclass(frozen=True, kw_only=True)
class Filler:
    """Sealed texts of about the right length, for rows that no measured page opens."""

    item: str
    story: str
    notice: str
    words: str


def fill_desk(
    house: House, helpline: Helpline, *, total: int, now: datetime, made: int = MADE, lockers: Lockers | None = None
) -> None:
    """Add reports until the desk has `total` requests, as many cases, and let the database learn what is there.

    With `lockers`, a fifth as many of these are added.

    At most about `made` requests are made one by one; the database itself multiplies them.
    """
    mark, missing = mark_tables(), total - Request.objects.count()
    times = (missing - 1) // made
    _make(missing // (times + 1), house=house, helpline=helpline, lockers=lockers, now=now, seed=total)
    if times:
        copy_rows(mark, times=times)
    left = total - Request.objects.count()
    _make(left, house=house, helpline=helpline, lockers=lockers, now=now, seed=total + 1)
    with connection.cursor() as cursor:
        cursor.execute(VACUUM if connection.vendor == "postgresql" else "ANALYZE")


def _make(missing: int, *, house: House, helpline: Helpline, lockers: Lockers | None, now: datetime, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  # the same desk in every run
    filler, done = _seal_filler(house), 0
    for sizes in _in_reports(missing, dice):
        with transaction.atomic():
            _add_reports(sizes, house=house, filler=filler, dice=dice, now=now, done=done, missing=missing)
            add_cases(helpline, count=sum(sizes), done=done, total=missing, dice=dice, now=now)
            if lockers is not None:
                add_lockers(lockers, count=sum(sizes) // 5, now=now)
        done += sum(sizes)


def _in_reports(missing: int, dice: random.Random) -> Iterator[list[int]]:
    """How many requests each report gets, some reports at a time."""
    sizes: list[int] = []
    while missing > 0:
        sizes.append(min(dice.choice(SIZES), missing))
        missing -= sizes[-1]
        if len(sizes) == AT_ONCE:
            yield sizes
            sizes = []
    if sizes:
        yield sizes


def _seal_filler(house: House) -> Filler:
    def seal(text: str, compartment: Compartment) -> str:
        return house.filler.seal(text, compartment=compartment, place="bench")

    return Filler(
        item=seal("x" * 160, Compartment.EVIDENCE),
        story=seal("x" * 1_200, Compartment.STORY),
        notice=seal("x" * 4_000, Compartment.PACKET),
        words=seal("x" * 400, Compartment.PACKET),
    )


def _draw[T](weights: dict[T, int], dice: random.Random) -> T:
    return dice.choices(list(weights), list(weights.values()))[0]


def _add_reports(
    sizes: Sequence[int], *, house: House, filler: Filler, dice: random.Random, now: datetime, done: int, missing: int
) -> None:
    begun = [now - SPAN * (1 - (done + sum(sizes[:place])) / missing) for place in range(0, len(sizes), 50)]
    reports = [_report(begun[place // 50], filler=filler, dice=dice) for place in range(len(sizes))]
    File.objects.bulk_create([report.file for report in reports])
    Report.objects.bulk_create(reports)
    # The first platform has a third of everything, the others less and less; a few sites are not known yet.
    ids = [each.partner.id for each in house.platforms]
    weights = [30 * 0.87**place if place else 80 for place in range(len(ids))]
    requests: list[Request] = []
    for report, size in zip(reports, sizes, strict=True):
        for ordinal in range(1, size + 1):
            age = (done + len(requests)) / missing
            platform = None if dice.random() < 0.02 else dice.choices(ids, weights)[0]
            state = _draw(YOUNG if age >= YOUNG_FROM else OLD, dice)
            made = _request(report, platform=platform, state=state, filler=filler, dice=dice, now=now)
            made.ordinal = ordinal
            requests.append(made)
    _send(requests, filler=filler)
    _tell_events(requests, filler=filler, dice=dice)
    _grant(reports, requests, house=house)


def _report(begun_at: datetime, *, filler: Filler, dice: random.Random) -> Report:
    looked = None if dice.random() < 0.85 else begun_at + timedelta(hours=1)
    file = File(
        language="en",
        victim_key_id=uuid.uuid4().hex,
        victim_public_key=bytes(32),
        story=filler.story,
        contact=filler.words,
        expires_on=(begun_at + timedelta(days=1_000)).date(),
    )
    return Report(
        file=file,
        reference=file.reference,
        state=dice.choice((ReportState.OPEN, ReportState.OPEN, ReportState.WATCHING, ReportState.CLOSED)),
        path=Path.ONLINE,
        band=_draw(BANDS, dice),
        source=Source.WEB,
        casework=uuid.uuid4(),
        begun_at=begun_at,
        filed_at=begun_at + timedelta(minutes=20),
        notices_agreed_at=begun_at,
        watching_agreed_at=begun_at,
        attention_at=looked,
    )


def _request(
    report: Report, *, platform: int | None, state: RequestState, filler: Filler, dice: random.Random, now: datetime
) -> Request:
    opened_at = report.filed_at
    assert opened_at is not None  # noqa: S101  # narrows the type; we have just set it
    sent_at = None if state in UNSENT else opened_at + timedelta(hours=2)
    due_at = now + timedelta(minutes=dice.randint(-3_000, 7_000)) if state in RUNNING else None
    look_at = now - timedelta(minutes=dice.randint(1, 9_000)) if dice.random() < LOOK_AT.get(state, 0) else None
    return Request(
        short_reference=_short_reference(next(NUMBERS)),
        report=report,
        platform_id=platform,
        kind=ItemKind.URL,
        item=filler.item,
        address_index=f"{dice.getrandbits(256):064x}",
        state=state,
        band=report.band,
        regime_code="us-tida",
        regime_version=1,
        last_outcome=_outcome(state, dice),
        missing_element="signature" if state is S.INCOMPLETE else "",
        opened_at=opened_at,
        first_sent_at=sent_at,
        own_due_at=opened_at + timedelta(days=1),
        law_started_at=sent_at,
        law_due_at=due_at if sent_at else None,
        law_stopped_at=None if state in RUNNING or not sent_at else opened_at + timedelta(days=1),
        due_at=due_at,
        closed_at=opened_at + timedelta(days=30) if state in ENDED else None,
        attention_at=look_at,
        last_signal=Signal.UNSURE if look_at and dice.random() < DOUBTED.get(state, 0) else None,
        watch="" if state in ENDED else filler.item,
        next_check_at=now + timedelta(hours=dice.randint(1, 100)) if state in (S.GONE, S.STILL_UP) else None,
    )


def _short_reference(number: int) -> str:
    """The reference of a number: each has one of its own, so none is looked for."""
    digits = iter([number >> 5 * place & 31 for place in range(LENGTH)])
    return draw_reference(draw_below=lambda _below: next(digits))


def _outcome(state: RequestState, dice: random.Random) -> Outcome | None:
    if state is S.GONE:
        return Outcome.REMOVED
    if state in (S.DECIDED, S.APPEALED):
        return dice.choice((Outcome.REMOVED, Outcome.REFUSED, Outcome.NOT_FOUND))
    return None


def _send(requests: Sequence[Request], *, filler: Filler) -> None:
    """Store the requests, with one notice for those of a report at one platform."""
    notices: dict[tuple[int, int], Notice] = {}
    sent = [each for each in requests if each.first_sent_at is not None and each.platform_id is not None]
    for each in sent:
        notices.setdefault((each.report_id, each.platform_id or 0), _notice(each, filler=filler))
    Notice.objects.bulk_create(notices.values())
    for each in sent:
        each.notice = notices[each.report_id, each.platform_id or 0]
    Request.objects.bulk_create(requests)
    through = Notice.requests.through
    through.objects.bulk_create([through(notice_id=each.notice_id, request_id=each.pk) for each in sent])


def _notice(request: Request, *, filler: Filler) -> Notice:
    assert request.first_sent_at is not None  # noqa: S101  # narrows the type; only such are given
    return Notice(
        report_id=request.report_id,
        platform_id=request.platform_id,
        regime_code="us-tida",
        regime_version=1,
        rung=Rung.PLATFORM,
        channel=ChannelKind.INBOX,
        language="en",
        template="platform/en/1",
        state=NoticeState.SENT,
        made_at=request.first_sent_at,
        made_by="bench",
        sent_at=request.first_sent_at,
        content=filler.notice,
    )


def _tell_events(requests: Sequence[Request], *, filler: Filler, dice: random.Random) -> None:
    """What happened to each: sent, answered, seen; fewer for those that have just come."""
    events, decisions, checks = [], [], []
    for each in requests:
        if each.first_sent_at is None:
            continue
        at = each.first_sent_at
        for step, minutes in ((Step.QUEUED, 0), (Step.SENT, 1)):
            events.append(_event(each, step=step, at=at + timedelta(minutes=minutes)))
        if each.last_outcome:
            outcome, at = each.last_outcome, at + timedelta(hours=dice.randint(1, 60))
            events.append(_event(each, step=Step.DECIDED_REMOVED, at=at))
            decisions.append(
                Decision(
                    request=each,
                    notice=each.notice,
                    outcome=outcome,
                    words=filler.words,
                    decided_at=at,
                    decided_by="bench",
                    confirmed_at=None if outcome is Outcome.REFUSED and dice.random() < 0.2 else at,
                )
            )
        if each.state in (S.GONE, S.CLOSED):
            events.append(_event(each, step=Step.SEEN_GONE, at=at + timedelta(hours=1)))
            checks.append(Check(request=each, at=at + timedelta(hours=1), signal=Signal.GONE))
    RequestEvent.objects.bulk_create(events)
    Decision.objects.bulk_create(decisions)
    Check.objects.bulk_create(checks)


def _event(request: Request, *, step: Step, at: datetime) -> RequestEvent:
    return RequestEvent(
        request=request,
        step=step,
        at=at,
        noted_at=at,
        before=S.PREPARED,
        after=request.state,
        actor_kind=ActorKind.STAFF,
        code=Rung.PLATFORM.value if step is Step.QUEUED else "",
        notice=request.notice,
    )


def _grant(reports: Sequence[Report], requests: Sequence[Request], *, house: House) -> None:
    """As many grants as there would be; these open nothing, for only the rows that a page shows are furnished."""
    files: list[tuple[uuid.UUID, Compartment]] = []
    for report in reports:
        files += [(report.reference, each) for each in (Compartment.CONTACT, Compartment.STORY, Compartment.EVIDENCE)]
        if report.casework:
            files.append((report.casework, Compartment.CASEWORK))
    notices = {each.notice.pk: each.notice for each in requests if each.notice}
    files += [(notice.reference, Compartment.PACKET) for notice in notices.values()]
    Grant.objects.bulk_create([_wrap(file, compartment, house=house) for file, compartment in files])


def _wrap(file: uuid.UUID, compartment: Compartment, *, house: House) -> Grant:
    return Grant(
        file=file,
        compartment=compartment.value,
        generation=1,
        grantee_kind=GranteeKind.LINK.value,
        grantee_id=file.hex,
        grantee_generation=1,
        public_key=bytes(32),
        wrapped=bytes(81),
        vouched=bytes(32),
        granted_by=house.actor.id,
        granted_at=house.busiest.partner.created_at,
    )
