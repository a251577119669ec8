"""Lives through one made-up report: each act in its hour, by the operation that a person or a machine would call."""

import heapq
import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from demo.desk.crew import PEOPLES, Crew
from demo.desk.telling import BROKEN, SITES, Fate, Telling
from demo.history import CHARACTERS, SEED, Character
from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.operations import note_carried
from leeward.foundation.outbox.rules.parcels import Trouble, TryResult
from leeward.foundation.outbox.rules.parcels import Verdict as Delivery
from leeward.foundation.vault.operations import make_victim_key
from leeward.foundation.vault.rules.grants import Keyring, PrivateKey
from leeward.industry.duties.rules import Element
from leeward.industry.platforms.rules import ChannelKind, NewChannel, Rung
from leeward.victim.file.rules.threads import Side
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.models import Appeal, Decision, Notice, Report, Request, Review
from leeward.victim.removals.operations import answers, desk, reports
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.operations.notices import BY_COURIER, arrive, fail, mark_sent, send_notice
from leeward.victim.removals.operations.person import appeal
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.operations.returns import collect_rings
from leeward.victim.removals.operations.sites import SiteSetup, set_up_site
from leeward.victim.removals.operations.supplies import supply_missing
from leeward.victim.removals.rules.beginning import REPORT
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.decisions import REMOVING, Answer, Outcome, Reasons, RefusalReason
from leeward.victim.removals.rules.reports import Band, Consents, Path
from leeward.victim.removals.rules.states import AT_REST, ENDED, WAITING, RequestState, Step, may_advance

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PERSON = Actor.person()
ARRIVED = TryResult(verdict=Delivery.DELIVERED)
UNKNOWN_BOX = TryResult(verdict=Delivery.REFUSED, trouble=Trouble.RECIPIENT_REFUSED, reply_code=550)
GONE = Verdict(signal=Signal.GONE, reason=CheckReason.STATUS)
UP = Verdict(signal=Signal.UP, reason=CheckReason.SAME_PAGE)
FIRST = Verdict(signal=Signal.UP, reason=CheckReason.FIRST_LOOK)
DOUBT = Verdict(signal=Signal.UNSURE, reason=CheckReason.OTHER_PAGE)
NOBODY = Verdict(signal=Signal.TROUBLE, reason=CheckReason.UNREACHABLE)
SEEN = Verdict(signal=Signal.GONE, reason=CheckReason.PERSON)
REMOVED = Answer(outcome=Outcome.REMOVED, reasons=Reasons())
REFUSED = Answer(
    outcome=Outcome.REFUSED,
    reasons=Reasons(refusal=RefusalReason.NOT_INTIMATE, facts="The person shown is dressed, and in a public place."),
)
PARTLY = tuple(
    Answer(outcome=outcome, reasons=Reasons(facts="It is kept for some, by our rules for art."))
    for outcome in (Outcome.GEO_BLOCKED, Outcome.AGE_GATED, Outcome.ACCOUNT_ACTION)
)
LONGEST_DAYS = 16  # that a platform takes for what it removes
LAW_ABROAD = "zz-hosts"
BEHAVES = {each.name: each for each in CHARACTERS}
LOOKED_WITHIN = 11 * HOUR  # so recently has the monitor looked at all that it watches
ASKED = "Is there anything that I have to do now?"
ANSWERED = "No. We have written to all of them, and tell you here as soon as one of them answers."
NOTE = "Spoke to them on the phone. They would rather not be called in the evening."

type Act = Callable[[datetime], None]


@dataclass(frozen=True, kw_only=True)
class Lived:
    """One report, with the keys of the person and of the desk."""

    telling: Telling
    key: PrivateKey
    hers: reports.OpenReport
    by: Actor
    desks: reports.OpenReport

    @property
    def reference(self) -> UUID:
        """Its reference."""
        return self.hers.reference


class Life:
    """What is to happen to one report, the earliest first."""

    def __init__(self, reference: UUID, told: Telling, *, crew: Crew, now: datetime) -> None:
        self._reference, self._crew, self._now = reference, crew, now
        self._chance = random.Random(f"{SEED}/{reference}")  # noqa: S311  # the same each time, and no secret
        self._coming: list[tuple[datetime, int, Act]] = []
        self._numbers = itertools.count()
        self._later(told.at, partial(self._tell, reference, told))

    def live(self) -> None:
        """Let it all happen until now."""
        while self._coming:
            at, _number, act = heapq.heappop(self._coming)
            act(at)
        self._look_lately(self._reference)

    def _later(self, at: datetime, act: Act) -> None:
        if at < self._now:
            heapq.heappush(self._coming, (at, next(self._numbers), act))

    def _hours(self, mean: float, lived: Lived) -> timedelta:
        """A time of about so many hours; exactly so many where a report was arranged."""
        return HOUR * mean * (1 if lived.telling.fate else self._chance.uniform(0.4, 1.6))

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share

    # --- the person, and the desk's first look ------------------------------------------------------------------------

    def _tell(self, reference: UUID, told: Telling, now: datetime) -> None:
        key = make_victim_key()
        opened = reports.begin_report(
            reference=reference,
            key=key,
            path=told.path,
            source=told.source,
            language=told.language,
            by=PERSON,
            now=now,
        )
        reports.save_story(opened=opened, story=told.story, by=PERSON, now=now)
        watching = told.fate is Fate.RETURNED or self._happens(0.75)
        agreed = Consents(notices=True, watching=watching)
        reports.save_consents(opened=opened, consents=agreed, by=PERSON, now=now)
        reports.add_items(opened=opened, items=told.items, by=PERSON, now=now)
        reports.file_report(opened=opened, by=PERSON, now=now)
        by = self._crew.practitioner if self._happens(0.7) else self._crew.supervisor
        desks = reports.open_report(reference=reference, keyring=self._crew.keyring, by=by, now=now)
        hers = reports.open_report(reference=reference, keyring=Keyring(key), by=PERSON, now=now)
        lived = Lived(telling=told, key=key, hers=hers, by=by, desks=desks)
        if not told.is_left:
            is_red = Report.objects.get(reference=reference).band == Band.RED
            self._later(
                now + (HOUR if is_red else self._hours(3 if told.fate else 9, lived)), partial(self._work, lived)
            )

    def _work(self, lived: Lived, now: datetime) -> None:
        """Somebody at the desk takes a new report, finds out about sites that nobody knew, and sends."""
        desk.mark_looked(reference=lived.reference, by=lived.by, now=now)
        for item, row in zip(lived.telling.items, self._rows(lived), strict=False):
            row.refresh_from_db(fields=["platform_id"])  # set up with the one before
            host = next((each for each in (*SITES, BROKEN) if each in item.url), "")
            if host:
                self._set_up(lived, row, host=host, now=now)
        if lived.telling.path is not Path.ONLINE:  # found by somebody who cannot speak for them, or not online at all
            self._later(now + 2 * DAY, partial(self._give_up, lived))
            return
        self._send(lived, now=now)
        if self._happens(0.1):
            desk.add_note(opened=lived.desks, words=NOTE, by=lived.by, now=now)
        if self._happens(0.15):
            self._later(now + self._hours(30, lived), partial(self._ask, lived))
        self._later(now + 25 * DAY, partial(self._close, lived))

    def _set_up(self, lived: Lived, row: Request, *, host: str, now: datetime) -> None:
        """Find out how a site is reached that nobody knew; it stands abroad, where no law names hours."""
        if row.platform_id is None:
            channel = NewChannel(kind=ChannelKind.EMAIL, rung=Rung.PLATFORM, address=f"abuse@{host}", language="en")
            setup = SiteSetup(host=host, law=LAW_ABROAD, channel=channel)
            set_up_site(opened=lived.desks, request=row.reference, setup=setup, by=lived.by, now=now)
        elif row.state == RequestState.PREPARED:
            desk.choose_law(request=row.reference, code=LAW_ABROAD, by=lived.by, now=now)

    def _rows(self, lived: Lived) -> list[Request]:
        return list(Request.objects.filter(report__reference=lived.reference).order_by("ordinal"))

    def _give_up(self, lived: Lived, now: datetime) -> None:
        for row in self._rows(lived):
            self._end(lived, row.reference, now)
        if Report.objects.get(reference=lived.reference).band != Band.RED:
            desk.close_report(reference=lived.reference, by=lived.by, now=now)

    def _ask(self, lived: Lived, now: datetime) -> None:
        self._write(lived, ASKED, Side.PERSON, by=PERSON, now=now)
        if self._happens(0.8):
            self._later(
                now + self._hours(8, lived),
                lambda at: self._write(lived, ANSWERED, Side.TEAM, by=lived.by, now=at),
            )

    def _write(self, lived: Lived, words: str, side: Side, *, by: Actor, now: datetime) -> None:
        opened = lived.hers if side == Side.PERSON else lived.desks
        reports.write_message(opened=opened, words=words, side=side, by=by, now=now)
        if side == Side.TEAM:
            desk.mark_looked(reference=lived.reference, by=by, now=now)

    # --- notices ------------------------------------------------------------------------------------------------------

    def _send(self, lived: Lived, *, now: datetime, only: Sequence[UUID] = (), rung: Rung | None = None) -> None:
        """Send what can be sent, and wait for what becomes of each of its requests."""
        for plan in plan_notices(opened=lived.hers, signer="", now=now, only=only, rung=rung):
            if not plan.can_be_sent or plan.channel is None:
                continue
            notice = send_notice(opened=lived.hers, plan=plan, by=lived.by, now=now)
            if plan.channel.kind is ChannelKind.LETTER:
                mark_sent(reference=notice, by=lived.by, now=now + MINUTE)
            elif plan.channel.kind in BY_COURIER:
                self._carry(notice, is_unknown=lived.telling.fate is Fate.UNDELIVERED, now=now)
            if plan.rung is Rung.PLATFORM and lived.telling.fate is not Fate.UNDELIVERED:
                for each in plan.requests:
                    self._wait_for(lived, each.reference, platform=plan.platform.name, now=now + MINUTE)

    def _carry(self, reference: UUID, *, is_unknown: bool, now: datetime) -> None:
        """A minute later it has arrived, or come back."""
        at = now + MINUTE
        note_carried(posted_at=now, outcome=UNKNOWN_BOX if is_unknown else ARRIVED, now=at)
        notice = Notice.objects.select_for_update().get(reference=reference)
        if is_unknown:
            fail(notice, is_unsure=False, now=at)
        else:
            arrive(notice, by=Actor.system(), at=at, now=at)

    def _wait_for(self, lived: Lived, request: UUID, *, platform: str, now: datetime, fate: Fate | None = None) -> None:
        who = BEHAVES.get(platform, BEHAVES[""])
        fate = fate or lived.telling.fate or self._draw_fate(who)
        hours = min(self._chance.lognormvariate(0, who.spread) * who.median_hours[1], 24 * LONGEST_DAYS)
        at = now + (HOUR * 6 if lived.telling.fate else max(HOUR, HOUR * hours))
        if platform == PEOPLES:
            self._later(now + (at - now) / 3, partial(self._begin, lived, request))
        answered = partial(self._answer, lived, request, platform)
        match fate:
            case Fate.SILENT:
                self._later(now + 4 * DAY, partial(self._climb, lived, request))
            case Fate.REFUSED:
                self._later(at, partial(answered, REFUSED))
            case Fate.PARTLY:
                self._later(at, partial(answered, self._chance.choice(PARTLY)))
            case Fate.MISSING:
                self._later(now + HOUR, partial(self._miss, lived, request, platform))
            case _:
                self._later(at, partial(answered, REMOVED, fate=fate))

    def _draw_fate(self, who: Character) -> Fate:
        if not self._happens(who.removes[1]):
            if self._happens(0.5):
                return Fate.SILENT
            return Fate.REFUSED if self._happens(0.7) else Fate.PARTLY
        if who.name == "Market Square" and self._happens(0.3):
            return Fate.MISSING
        fates = {Fate.RETURNED: 0.28, Fate.STILL_UP: 0.03, Fate.DOUBTED: 0.06, Fate.COUNTERED: 0.01}
        return next((fate for fate, share in fates.items() if self._happens(share)), Fate.REMOVED)

    # --- at the platform ----------------------------------------------------------------------------------------------

    def _begin(self, _lived: Lived, request: UUID, now: datetime) -> None:
        if self._state(request) is RequestState.SENT:
            answers.claim_requests(side=self._crew.moderator, references=[request], now=now)

    def _answer(
        self, lived: Lived, request: UUID, platform: str, answer: Answer, now: datetime, *, fate: Fate = Fate.REMOVED
    ) -> None:
        """By the platform's people or machine, or by a mail that somebody at the desk has read."""
        if self._state(request) not in WAITING:
            return
        side = self._crew.moderator if platform == PEOPLES else self._crew.machines.get(platform)
        if side is not None:
            answers.decide(side=side, references=[request], answer=answer, now=now)
        else:
            read_at = now + HOUR if now + HOUR < self._now else now
            answers.note_answer(
                request=request, answer=answer, keyring=self._crew.keyring, by=lived.by, now=read_at, at=now
            )
        if answer is REMOVED:
            self._later(now + HOUR / 2, partial(self._look, lived, request, fate))
        elif answer is REFUSED and platform == PEOPLES:
            self._later(now + self._hours(10, lived), partial(self._agree, lived, request))
        else:
            self._later(now + self._hours(40, lived), partial(self._settle, lived, request))

    def _agree(self, lived: Lived, request: UUID, now: datetime) -> None:
        """A second person at the platform says that the refusal counts."""
        decision = Decision.objects.filter(request__reference=request, confirmed_at=None).first()
        if decision is None or self._state(request) not in WAITING:
            return
        answers.confirm_decision(side=self._crew.lead, decision=decision.reference, agrees=True, now=now)
        if lived.telling.fate or self._happens(0.6):
            self._later(now + self._hours(30, lived), partial(self._appeal, lived, request))
        else:
            self._later(now + self._hours(40, lived), partial(self._settle, lived, request))

    def _appeal(self, lived: Lived, request: UUID, now: datetime) -> None:
        row = Request.objects.get(reference=request)
        if row.state != RequestState.DECIDED:
            return
        bearer = Bearer(look_up="", key=lived.key, holds={REPORT: lived.reference})
        appeal(bearer=bearer, ordinal=row.ordinal, words="It is me, and I never agreed to it.", now=now)
        self._later(now + self._hours(40, lived), partial(self._hear, lived, request))

    def _hear(self, lived: Lived, request: UUID, now: datetime) -> None:
        found = Appeal.objects.filter(request__reference=request, state=Appeal.State.OPEN).first()
        if found is None:
            return
        reverses = self._happens(0.4)
        words = "We have looked again, and removed it." if reverses else "We have looked again, and it stays."
        answers.settle_appeal(side=self._crew.lead, appeal=found.reference, reverses=reverses, words=words, now=now)
        then = partial(self._look, lived, request, Fate.REMOVED) if reverses else partial(self._settle, lived, request)
        self._later(now + HOUR / 2 if reverses else now + self._hours(40, lived), then)

    def _miss(self, lived: Lived, request: UUID, platform: str, now: datetime) -> None:
        side = self._crew.machines.get(platform, self._crew.moderator)
        if self._state(request) is RequestState.SENT:
            answers.name_missing(side=side, references=[request], element=Element.SIGNATURE, now=now)
            self._later(now + self._hours(18, lived), partial(self._supply, lived, request, platform))

    def _supply(self, lived: Lived, request: UUID, platform: str, now: datetime) -> None:
        if self._state(request) is not RequestState.INCOMPLETE:
            return
        supply_missing(
            opened=lived.desks, request=request, words="Signed by the desk.", signer="", by=lived.by, now=now
        )
        self._later(now + self._hours(12, lived), partial(self._answer, lived, request, platform, REMOVED))

    # --- what is seen, and what follows -------------------------------------------------------------------------------

    def _look(self, lived: Lived, request: UUID, fate: Fate, now: datetime) -> None:
        """The monitor looks after a platform has said that it is removed."""
        if self._state(request) is not RequestState.DECIDED:
            return
        match fate:
            case Fate.STILL_UP:
                self._see(request, FIRST, now=now - 5 * MINUTE)
                self._see(request, UP, now=now)
                self._later(now + self._hours(30, lived), partial(self._send_again, lived, request))
            case Fate.DOUBTED:
                self._see(request, DOUBT, now=now)
                self._later(now + self._hours(48, lived), lambda at: self._see(request, SEEN, now=at, by=lived.by))
            case _ if fate is Fate.REMOVED and self._happens(0.12):
                pass  # not looked at
            case _:
                self._see(request, GONE, now=now)
        if fate is Fate.RETURNED:
            self._later(now + 24 * self._hours(9, lived), partial(self._return, lived, request))
        if fate is Fate.COUNTERED:
            self._later(now + self._hours(60, lived), partial(self._counter, request))

    def _see(self, request: UUID, verdict: Verdict, *, now: datetime, by: Actor | None = None) -> None:
        status = {Signal.GONE: 410, Signal.UP: 200}.get(verdict.signal)
        note_check(reference=request, verdict=verdict, status=status, by=by or Actor.system(), now=now)

    def _send_again(self, lived: Lived, request: UUID, now: datetime) -> None:
        if self._state(request) is RequestState.STILL_UP:
            lived = replace(lived, telling=replace(lived.telling, fate=None))
            self._send(lived, now=now, only=[request])

    def _return(self, lived: Lived, request: UUID, now: datetime) -> None:
        """It is up again, and asked for anew: at the door at once, elsewhere by a new notice."""
        row = Request.objects.select_related("platform").get(reference=request)
        if row.state != RequestState.GONE or not row.watch:
            return
        self._see(request, UP, now=now)
        child = self._rows(lived)[-1]
        note_carried(posted_at=now, outcome=ARRIVED, now=now + MINUTE)
        collect_rings(now=now + MINUTE, limit=1)
        if self._state(child.reference) is RequestState.PREPARED:
            self._later(now + self._hours(6, lived), lambda at: self._send(lived, now=at, only=[child.reference]))
        elif row.platform is not None:
            fate = Fate.REMOVED
            self._wait_for(lived, child.reference, platform=row.platform.name, now=now + MINUTE, fate=fate)
            self._later(now + self._hours(6, lived), lambda at: self._note_look(lived, child.reference, at))
        desk.mark_looked(reference=lived.reference, by=lived.by, now=now + MINUTE)

    def _note_look(self, lived: Lived, request: UUID, now: datetime) -> None:
        desk.mark_request_looked(request=request, by=lived.by, now=now)

    def _counter(self, request: UUID, now: datetime) -> None:
        row = Request.objects.select_related("platform").get(reference=request)
        if row.state not in (RequestState.DECIDED, RequestState.GONE) or row.platform is None:
            return
        side = self._crew.machines.get(row.platform.name, self._crew.moderator)
        if side.platform_id != row.platform_id:
            return  # by a mail, which nobody has noted
        words = "The person shown signed a contract with me for these pictures."
        said = answers.file_counter_notice(side=side, reference=request, words=words, now=now)
        restores = self._happens(0.5)
        self._later(
            now + 4 * DAY,
            lambda at: desk.settle_counter_notice(appeal=said, restores=restores, by=self._crew.supervisor, now=at),
        )

    def _settle(self, lived: Lived, request: UUID, now: datetime) -> None:
        """The platform keeps it up: the desk climbs, or can do no more."""
        if self._state(request) is not RequestState.DECIDED:
            return
        if self._happens(0.55):
            self._climb(lived, request, now)
        else:
            desk.mark_request_looked(request=request, by=lived.by, now=now)
            self._later(now + 14 * DAY, partial(self._end, lived, request))

    def _climb(self, lived: Lived, request: UUID, now: datetime) -> None:
        """The complaint to the regulator, by letter; some help, the others end in time."""
        state = self._state(request)
        if state not in WAITING | {RequestState.DECIDED} or not may_advance(state, Step.ESCALATED):
            return
        desk.climb(request=request, rung=Rung.REGULATOR, by=lived.by, now=now)
        self._send(lived, now=now, only=[request], rung=Rung.REGULATOR)
        if self._happens(0.6):
            helped = partial(self._see, request, SEEN, by=lived.by)
            self._later(now + 24 * self._hours(4, lived), lambda at: helped(now=at))
        self._later(now + 9 * DAY, partial(self._end, lived, request))

    def _end(self, lived: Lived, request: UUID, now: datetime) -> None:
        state = self._state(request)
        if state not in ENDED and state is not RequestState.GONE and may_advance(state, Step.CLOSED):
            desk.close_request(request=request, by=lived.by, now=now)

    def _close(self, lived: Lived, now: datetime) -> None:
        """Close a report of which all rests; of a red one somebody else has to agree."""
        rows = self._rows(lived)
        if any(row.state not in AT_REST for row in rows):
            self._later(now + 7 * DAY, partial(self._close, lived))
        elif Report.objects.get(reference=lived.reference).band == Band.RED:
            why = "Everything that could be done is done."
            review = desk.ask_review(
                opened=lived.desks, kind=Review.Kind.CLOSE, reason=why, by=self._crew.practitioner, now=now
            )
            self._later(
                now + 3 * DAY,
                lambda at: desk.decide_review(review=review, agrees=True, by=self._crew.supervisor, now=at),
            )
        else:
            desk.close_report(reference=lived.reference, by=lived.by, now=now)

    # --- how it stands now --------------------------------------------------------------------------------------------

    def _look_lately(self, reference: UUID) -> None:
        """The monitor has looked at everything lately, so that it does not begin by looking at all at once."""
        due = Request.objects.filter(report__reference=reference, next_check_at__lte=self._now).exclude(watch="")
        for row in list(due):
            assert row.next_check_at is not None  # noqa: S101  # narrows the type; only such are asked for
            verdict = _as_it_was(row)
            # Where nobody answered, it is soon looked at again.
            longest = min(self._now - row.next_check_at, HOUR if verdict is NOBODY else LOOKED_WITHIN)
            self._see(row.reference, verdict, now=self._now - longest * self._chance.random())

    def _state(self, request: UUID) -> RequestState:
        return RequestState(Request.objects.only("state").get(reference=request).state)


def _as_it_was(row: Request) -> Verdict:
    """What a look tells where nothing has changed since the last one."""
    if row.state == RequestState.GONE:
        return GONE
    if row.state == RequestState.DECIDED:
        return NOBODY if row.last_outcome in REMOVING else UP
    return UP if row.state == RequestState.STILL_UP else FIRST
