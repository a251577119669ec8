"""What the person and whoever helps them do with a referral: prepare it, say yes, take it back, say what came of it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction

from leeward.foundation.audit.rules import HERS, Actor
from leeward.foundation.days import local_day
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.operations import (
    OpenFile,
    destroy_file,
    grant,
    make_file,
    open_file,
    open_files,
    revoke,
    service_grantee,
    team_grantee,
)
from leeward.foundation.vault.operations import shut_out as shut_team
from leeward.foundation.vault.rules.grants import Compartment, Grantee, GranteeKind, Keyring, Service
from leeward.victim.file.operations.files import her_key, locked_file
from leeward.victim.file.operations.news import note_news
from leeward.victim.file.operations.openings import show_openings
from leeward.victim.network.errors import (
    DraftChanged,
    ReceiverRefused,
    ReceiversRefused,
    ReferralUnknown,
    StepImpossible,
    WhyNot,
    YesMissing,
)
from leeward.victim.network.models import Member, Referral, Turn
from leeward.victim.network.operations.clocks import noted
from leeward.victim.network.operations.letters import Link
from leeward.victim.network.operations.shown import take_shown
from leeward.victim.network.operations.steps import (
    DRAFT_KEPT,
    ends_at,
    locked_referral,
    locked_turn,
    settle,
    shut_out,
    take_step,
    turns_of,
)
from leeward.victim.network.operations.verbs import NetworkVerb, write_line
from leeward.victim.network.queries.members import read_candidates, unread_members
from leeward.victim.network.rules.members import Candidate, MemberState, Wish, why_not
from leeward.victim.network.rules.releases import (
    Release,
    Without,
    Yes,
    YesBy,
    check_releases,
    check_without,
    check_yes,
)
from leeward.victim.network.rules.turns import AHEAD, OPEN, Act, InTouch, ReferralState, ToldAgain, TurnState

KIND, OVERRIDE = "referral", "override"
# What nobody's yes overrules: who has not signed, does not do it at all, or could not read it, is not asked.
NEVER = frozenset({WhyNot.NOT_SIGNED, WhyNot.ENDED, WhyNot.KIND, WhyNot.UNREAD, WhyNot.SECTOR})


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """One service that is to be asked, and what it gets. `knows`: what speaks against it, as the person has read it."""

    service: uuid.UUID
    release: Release
    knows: frozenset[WhyNot] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A referral as somebody prepared it: `receivers` in the person's order, `until` the last day for all of them.

    `wish`: for which kind of help, where, in which language, and whom the person fears. `without`: why it is passed on
    without the person's yes; None where they are asked for it.
    """

    wish: Wish
    receivers: Sequence[Receiver]
    until: date
    is_urgent: bool = False
    without: Without | None = None
    released: Mapping[uuid.UUID, Release] = field(init=False)

    def __post_init__(self) -> None:
        """Raises ReceiversRefused for a service that is named twice."""
        object.__setattr__(self, "released", {each.service: each.release for each in self.receivers})
        if len(self.released) != len(self.receivers):
            raise ReceiversRefused


def draft_referral(
    *,
    file: uuid.UUID,
    team: str,
    draft: Draft,
    by: Actor,
    now: datetime,
    reference: uuid.UUID | None = None,
    counting: str = "",
) -> uuid.UUID:
    """Prepare a referral on a file of theirs; nobody can open anything of it yet but they and this team.

    `team`: whose worker prepares it, to whom it comes back. Of what is to be passed on without their yes the person is
    told once that is decided. `counting`: the secret by which the person counts once, where receivers may note tactics.
    The same reference again changes nothing. Raises ReferralUnknown where there is no such
    file, ReceiversRefused, ReceiverRefused, ReleaseRefused, NeedMissing.
    """
    at = noted(now, by=by)
    reference = reference or uuid.uuid4()
    with transaction.atomic():
        row = locked_file(file)
        if row is None:
            raise ReferralUnknown
        if Referral.objects.filter(reference=reference).exists():
            return reference
        members = _check(draft, now=now)
        readers = _readers(None if draft.without else her_key(row), team)
        reason = "" if draft.without else KIND
        opened = make_file(file=reference, grants={Compartment.STORY: readers}, by=by, now=at, reason=reason)
        referral = Referral.objects.create(
            reference=reference,
            file=row,
            team=team,
            kind=draft.wish.kind,
            is_urgent=draft.is_urgent,
            begun_at=at,
            until=draft.until,
            expires_on=(now + DRAFT_KEPT).date(),
            without=Referral.box(opened, "without", reference, draft.without.to_text()) if draft.without else "",
            is_told=draft.without is None,
        )
        _add_turns(referral, draft, counting, members=members, readers=readers, by=by, now=at)
        if referral.is_told:
            note_news(row.pk, by=by, now=now)
        write_line(NetworkVerb.DRAFTED, referral, kind=KIND, by=by, now=at, turns=len(draft.receivers))
    return reference


def change_draft(*, referral: uuid.UUID, draft: Draft, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Prepare it anew, before the person's yes. Raises what `draft_referral` raises, and StepImpossible after it."""
    at = noted(now, by=by)
    with transaction.atomic():
        row = locked_referral(referral)
        _open(row.reference, keyring=keyring, by=by, now=now)
        if row.state is not ReferralState.DRAFTED or row.without:
            raise StepImpossible
        members = _check(draft, now=now)
        counting = ""
        for turn in turns_of(row):
            before = turn.unbox(_open(turn.reference, keyring=keyring, by=by, now=now), "release")
            counting = Release.from_text(before).counting
            _forget_turn(turn, by=by, now=at)
        row.kind, row.is_urgent, row.until = draft.wish.kind, draft.is_urgent, draft.until
        row.version += 1
        row.save()
        readers = _readers(her_key(row.file), row.team)
        _add_turns(row, draft, counting, members=members, readers=readers, by=by, now=at)
        note_news(row.file_id, by=by, now=now)
        write_line(NetworkVerb.DRAFTED, row, kind=KIND, by=by, now=at, turns=len(draft.receivers))


def agree(*, referral: uuid.UUID, version: int, yes: Yes, keyring: Keyring, by: Actor, now: datetime) -> None:
    """The person's one yes: the first receiver can open theirs from now on, the others' is sealed to the forwarder.

    So is the first one's where a mail goes with it, which the forwarder writes. By code they say it themselves; by
    voice a worker types what they said. `version`: which state of the draft they have read. Again: changes nothing.
    Raises YesMissing, DraftChanged, ReceiverRefused, StepImpossible.
    """
    check_yes(yes)
    if (yes.by is YesBy.CODE) != (by.kind in HERS):
        raise YesMissing
    with transaction.atomic():
        row = locked_referral(referral)
        opened = _open(row.reference, keyring=keyring, by=by, now=now)
        if row.without:
            raise StepImpossible
        if row.agreed_at is not None:
            return
        if row.state is not ReferralState.DRAFTED:
            raise StepImpossible
        if row.version != version:
            raise DraftChanged
        row.yes = Referral.box(opened, "yes", row.reference, yes.to_text())
        _set_going(row, Act.AGREED, keyring=keyring, by=by, now=now)


def pass_on_without(*, referral: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Pass on what was prepared to be passed on without the person's yes. Again: changes nothing.

    That two people decided it, and by which law, the room knows that asks. Raises ReceiverRefused, StepImpossible.
    """
    with transaction.atomic():
        row = locked_referral(referral)
        _open(row.reference, keyring=keyring, by=by, now=now)
        if not row.without:
            raise StepImpossible
        if row.agreed_at is None:
            _set_going(row, Act.OVERRIDDEN, keyring=keyring, by=by, now=now)


def drop_override(*, referral: uuid.UUID, by: Actor, now: datetime) -> None:
    """Erase what was not passed on after all, keys first. Safe to repeat. Raises StepImpossible for all else."""
    with transaction.atomic():
        row = Referral.objects.select_for_update().filter(reference=referral).first()
        if row is not None and (not row.without or row.agreed_at is not None):
            raise StepImpossible
        _erase(referral, by=by, now=now)


def tell_person(*, referral: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Let the person read what was passed on without their yes, and who can. Safe to repeat. Raises StepImpossible."""
    at = noted(now, by=by)
    with transaction.atomic():
        row = locked_referral(referral)
        if row.is_told:
            return
        if row.agreed_at is None:
            raise StepImpossible
        hers, turns = her_key(row.file), turns_of(row)
        told = [(row.reference, Compartment.STORY), *((turn.reference, Compartment.PACKET) for turn in turns)]
        for file, compartment in told:
            opened = _open(file, keyring=keyring, by=by, now=now)
            if hers is not None:
                grant(opened=opened, compartment=compartment, to=hers, by=by, now=at)
        row.is_told = True
        row.save(update_fields=["is_told"])
        for turn in turns:
            show_openings(row.file.reference, team=turn.member.team)
        note_news(row.file_id, by=by, now=now)
        write_line(NetworkVerb.TOLD, row, kind=KIND, by=by, now=at)


def withdraw(*, referral: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> None:
    """The person takes it back, from wherever it stands: no receiver opens anything of it, and nobody else is asked.

    What was passed on without their yes, whoever prepared it takes back. What somebody has read they may remember; the
    page says so. Safe to repeat. Raises ReferralUnknown, StepImpossible.
    """
    with transaction.atomic():
        row = locked_referral(referral)
        _open(row.reference, keyring=keyring, by=by, now=now)
        if row.without and by.kind in HERS:
            raise StepImpossible
        for turn in turns_of(row):
            _take_shown(turn, keyring=keyring, by=by, now=now)
            if turn.state in OPEN | AHEAD:
                take_step(turn, Act.WITHDRAWN, by=by, now=now)
            elif turn.state is TurnState.DONE:
                shut_out(turn, by=by, now=noted(now, by=by))


def move_on(*, turn: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Whoever prepared it gives up waiting for a receiver who said that they will help and did not begin in time.

    The next one is asked. Raises StepImpossible before that time is over.
    """
    with transaction.atomic():
        row = locked_turn(turn)
        _open(row.referral.reference, keyring=keyring, by=by, now=now)
        if row.state is TurnState.EXPIRED:
            return
        if row.state is not TurnState.ACCEPTED or row.due_at is None or now < row.due_at:
            raise StepImpossible
        _take_shown(row, keyring=keyring, by=by, now=now)
        take_step(row, Act.EXPIRED, by=by, now=now, code="not_begun")


def _take_shown(turn: Turn, *, keyring: Keyring, by: Actor, now: datetime) -> None:
    if turn.shown:
        opened = _open(turn.reference, keyring=keyring, by=by, now=now)
        take_shown(turn, opened, by=by, now=noted(now, by=by))


def say_outcome(
    *,
    turn: uuid.UUID,
    in_touch: InTouch,
    told_again: ToldAgain | None = None,
    keyring: Keyring,
    by: Actor,
    now: datetime,
) -> None:
    """The person says whether they got in touch, and whether it had to be told again. They may change it.

    Raises StepImpossible where nobody had said that they will help.
    """
    with transaction.atomic():
        row = locked_turn(turn)
        _open(row.referral.reference, keyring=keyring, by=by, now=now)
        if not row.events.filter(act=Act.ACCEPTED).exists():
            raise StepImpossible
        if (row.in_touch, row.told_again) != (in_touch, told_again):
            row.in_touch, row.told_again = in_touch, told_again
            row.save(update_fields=["in_touch", "told_again"])
            at = noted(now, by=by)
            write_line(NetworkVerb.OUTCOME_SAID, row, kind="turn", by=by, now=at, in_touch=in_touch)


def shut_team_out(*, file: uuid.UUID, team: str, by: Actor, now: datetime) -> None:
    """Take a team's keys to all referrals of a file away; what is with a receiver stays there. Safe to repeat.

    The team keeps those to what the person was not told yet: without them nobody could ever tell it.
    """
    at, kind = noted(now, by=by), GranteeKind.TEAM
    for row in Referral.objects.filter(file__reference=file, is_told=True):
        revoke(file=row.reference, compartment=Compartment.STORY, kind=kind, id=team, by=by, now=at)
        for turn in row.turns.all():
            revoke(file=turn.reference, compartment=Compartment.PACKET, kind=kind, id=team, by=by, now=at)


def move_referrals(*, file: uuid.UUID, team: str, to: Grantee, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Let another team of ours have a team's referrals of a file: it reads and answers, and gets what comes back.

    The keys of the team that had them go, and what is written later has new ones. Safe to repeat.
    """
    at = noted(now, by=by)
    for row in Referral.objects.select_for_update().filter(file__reference=file, team=team):
        parts = {row.reference: Compartment.STORY}
        parts |= dict.fromkeys(row.turns.values_list("reference", flat=True), Compartment.PACKET)
        for reference, opened in open_files(parts, keyring, by=by, now=now).items():
            grant(opened=opened, compartment=parts[reference], to=to, by=by, now=at)
            shut_team(team, opened=opened, by=by, now=at)
        row.team = to.id
        row.save(update_fields=["team"])


def erase_referrals(*, file: uuid.UUID, by: Actor, now: datetime) -> None:
    """Erase all referrals of a file, with their keys first. Safe to repeat."""
    for reference in Referral.objects.filter(file__reference=file).values_list("reference", flat=True):
        _erase(reference, by=by, now=now)


def forget_referrals(*, now: datetime, limit: int) -> int:
    """Erase referrals whose time is over; returns how many."""
    due = Referral.objects.filter(expires_on__lt=now.date(), look_at__isnull=True)
    found = list(due.values_list("reference", flat=True)[:limit])
    for reference in found:
        _erase(reference, by=Actor.system(), now=now)
    return len(found)


def wake(turn: Turn, *, opened: OpenFile, by: Actor, now: datetime, link: Link | None = None) -> None:
    """It is this receiver's turn: their key opens it from now on, and the forwarder's no more. In one transaction.

    `link`: the way in of a receiver without accounts.
    """
    at, packet = noted(now, by=by), Compartment.PACKET
    receiver, end = link.grantee if link else team_grantee(turn.member.team), ends_at(turn.referral)
    turn.link = link.digest if link else ""
    grant(opened=opened, compartment=packet, to=receiver, by=by, now=at, reason=_why(turn), expires_at=end)
    service = Service.FORWARDER.value
    revoke(file=turn.reference, compartment=packet, kind=GranteeKind.SERVICE, id=service, by=by, now=at)
    take_step(turn, Act.OFFERED, by=by, now=now)


def _set_going(row: Referral, act: Act, *, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Let the first receiver open theirs, and the others' sleep."""
    at = noted(now, by=by)
    row.agreed_at = at
    row.save()
    turns = turns_of(row)
    _check_still_ask(turns, now=now)
    readable = [(turn, _open(turn.reference, keyring=keyring, by=by, now=now)) for turn in turns]
    awake = [] if turns[0].member.mailbox else readable[:1]
    for turn, opened in readable[len(awake) :]:
        _seal_to_forwarder(turn, opened=opened, by=by, now=at)
    for turn in turns:
        take_step(turn, act, by=by, now=now)
    for turn, opened in awake:
        wake(turn, opened=opened, by=by, now=now)


def _why(turn: Turn) -> str:
    """The reason of a receiver's grant."""
    return OVERRIDE if turn.referral.without else KIND


def _seal_to_forwarder(turn: Turn, *, opened: OpenFile, by: Actor, now: datetime) -> None:
    """Let it sleep: until its turn comes the forwarder alone can open it for the receiver."""
    forwarder, end = service_grantee(Service.FORWARDER), ends_at(turn.referral)
    why = _why(turn)
    grant(opened=opened, compartment=Compartment.PACKET, to=forwarder, by=by, now=now, reason=why, expires_at=end)


def _open(reference: uuid.UUID, *, keyring: Keyring, by: Actor, now: datetime) -> OpenFile:
    """Raises ReferralUnknown where these keys do not open it."""
    try:
        return open_file(file=reference, keyring=keyring, by=by, now=now, reason=KIND)
    except NotGranted as error:
        raise ReferralUnknown from error


def _readers(hers: Grantee | None, team: str) -> list[Grantee]:
    return [team_grantee(team), *([hers] if hers else [])]


def _check(draft: Draft, *, now: datetime) -> dict[uuid.UUID, Member]:
    """Return the members that are named, by their services. Raises what `draft_referral` raises."""
    today = local_day(now)
    check_releases(draft.released, until=draft.until, today=today)
    if draft.without:
        check_without(draft.without, draft.released)
    candidates = {each.service: each for each in read_candidates(draft.wish.kind, now=now)}
    for receiver in draft.receivers:
        _check_receiver(receiver, candidates.get(receiver.service), wish=draft.wish, today=today)
    members = {candidates[service].member: service for service in draft.released}
    if len(members) != len(draft.receivers):  # two services of one member hold one key
        raise ReceiversRefused
    found = Member.objects.filter(public_id__in=members)
    return {members[member.public_id]: member for member in found}


def _check_receiver(receiver: Receiver, candidate: Candidate | None, *, wish: Wish, today: date) -> None:
    if candidate is None:
        raise ReceiverRefused(WhyNot.NOT_SIGNED, service=receiver.service)
    against = why_not(candidate, wish, today=today)
    for why in against:
        if why in NEVER or why not in receiver.knows:
            raise ReceiverRefused(why, service=receiver.service)


def _check_still_ask(turns: Sequence[Turn], *, now: datetime) -> None:
    for turn in turns:
        if why := why_not_asked(turn.member, now=now):
            raise ReceiverRefused(why, service=turn.service)


def why_not_asked(member: Member, *, now: datetime) -> WhyNot | None:
    """Return why a member cannot be asked now: its protocol is over, or nobody there could open it; None if it can."""
    if member.state is not MemberState.MEMBER or member.until is None or local_day(now) > member.until:
        return WhyNot.ENDED
    return WhyNot.UNREAD if unread_members([member]) else None


def _add_turns(
    referral: Referral,
    draft: Draft,
    counting: str,
    *,
    members: Mapping[uuid.UUID, Member],
    readers: Sequence[Grantee],
    by: Actor,
    now: datetime,
) -> None:
    for position, receiver in enumerate(draft.receivers, start=1):
        reference, law = uuid.uuid4(), draft.without.law if draft.without else {}
        reason = "" if draft.without else KIND
        opened = make_file(file=reference, grants={Compartment.PACKET: readers}, by=by, now=now, reason=reason)
        release = replace(receiver.release, law=law, counting=counting)
        referral.turns.create(
            reference=reference,
            position=position,
            member=members[receiver.service],
            service=receiver.service,
            release=Turn.box(opened, "release", reference, release.to_text()),
            since=now,
        )
    settle(referral, now=now)


def _forget_turn(turn: Turn, *, by: Actor, now: datetime) -> None:
    destroy_file(file=turn.reference, by=by, now=now)
    turn.delete()


def _erase(reference: uuid.UUID, *, by: Actor, now: datetime) -> None:
    at = noted(now, by=by)
    with transaction.atomic():
        row = Referral.objects.select_for_update().filter(reference=reference).first()
        if row is None:
            return
        for turn in turns_of(row):
            _forget_turn(turn, by=by, now=at)
        destroy_file(file=row.reference, by=by, now=at)
        write_line(NetworkVerb.ERASED, row, kind=KIND, by=by, now=at)
        row.delete()
