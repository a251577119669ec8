"""Checks: asked, prepared by a registrar, decided in another agency, and told as a release of the vault or not at all.

A check that found nobody takes the same steps as one that found somebody: whoever asked reads the same words, and the
rows tell no difference.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from leeward.foundation.audit.rules import Actor, ActorKind, who
from leeward.foundation.counters import operations as counters
from leeward.foundation.days import end_of_day, local_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.values import line
from leeward.foundation.outbox.operations import post_parcel
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind
from leeward.foundation.references import draw_reference
from leeward.foundation.vault.errors import SealBroken, SealRefused
from leeward.foundation.vault.operations import (
    OpenFile,
    derive_key_pair,
    grant,
    make_file,
    open_file,
    team_grantee,
)
from leeward.foundation.vault.rules.grants import Compartment, Grantee, GranteeKind, Keyring, PrivateKey
from leeward.foundation.vault.rules.keys import fingerprint
from leeward.justice.register.errors import CheckUnknown, LinkUnknown, NotYours, RegisterMistake, StepImpossible
from leeward.justice.register.mails import answered_mail
from leeward.justice.register.models import Agency, Check, Entry
from leeward.justice.register.operations.bases import TEAM
from leeward.justice.register.operations.entries import Keeper
from leeward.justice.register.operations.searching import count_look, find_entry, index_of
from leeward.justice.register.operations.verbs import RegisterVerb, note
from leeward.justice.register.queries.bases import bases_in_force, entry_of
from leeward.justice.register.queries.checks import is_withdrawn
from leeward.justice.register.rules.names import normal_name
from leeward.justice.register.rules.persons import (
    NAME_LENGTH,
    Finding,
    Proposal,
    Question,
    Reasons,
    Sought,
    Told,
    is_oneself,
    term_of,
)
from leeward.justice.register.rules.terms import RELEASE_DAYS_MOST, CheckState, EntryState, Purpose

TOKEN_BYTES, PURPOSE = 32, "register/answer"
# So many names may be typed behind one link.
NAMES, NAMES_MOST = "register.names", 10


@dataclass(frozen=True, kw_only=True)
class NewCheck:
    """What an authority asks. `asker`: who of it may read the answer; `file_number`: its own."""

    basis: uuid.UUID
    authority: uuid.UUID
    purpose: Purpose | None
    sought: Sought
    asker: str
    file_number: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a disclosure officer decides: the four tests with reasons, and what is told, None for nothing."""

    reasons: Reasons
    told: Told | None


@dataclass(frozen=True, kw_only=True)
class AnswerWay:
    """Where an authority's link leads. `keyring` opens the answer, if there is one and its time is not over."""

    check: uuid.UUID
    number: str
    state: CheckState
    due_on: date
    by: Actor
    keyring: Keyring
    release: uuid.UUID | None
    is_over: bool
    is_withdrawn: bool
    is_undertaken: bool


def open_check(*, new: NewCheck, check: uuid.UUID, keeper: Keeper, now: datetime) -> str:
    """Take a request in, look for exactly whom it names, and return the token of the authority's link, shown once.

    Returns "" where this check was opened before. Raises FieldRefused, TooManyTries, TooManyAtOnce.
    """
    today = local_day(now)
    law = bases_in_force(today).filter(public_id=new.basis).first()
    authority = Agency.objects.filter(public_id=new.authority).first()
    if law is None or new.purpose is None or new.purpose not in law.purposes:
        raise FieldRefused("purpose", RegisterMistake.NO_PURPOSE)
    if authority is None or authority.kind.value not in law.askers:
        raise FieldRefused("authority", RegisterMistake.NOT_ENTITLED)
    if str(authority.public_id) == keeper.agency:
        raise FieldRefused("authority", RegisterMistake.OWN_AGENCY)
    asker = line("asker", new.asker, most=NAME_LENGTH)
    file_number = line("file_number", new.file_number, most=NAME_LENGTH)
    if not normal_name(asker):
        raise FieldRefused("asker", RegisterMistake.NO_NAME)
    if is_oneself(new.sought, asker, keeper.name):
        raise FieldRefused("name", RegisterMistake.ONESELF)
    term = term_of(new.sought, entry_of(law), today=today)
    count_look(who(keeper.by), now=now)
    found = find_entry(index_of(term), states=[EntryState.IN_FORCE])
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = _key(token).grantee
    question = Question(
        name=new.sought.name,
        born=new.sought.born,
        number=new.sought.number,
        asker=asker,
        file_number=file_number,
        link=link.id,
    )
    with transaction.atomic():
        if Check.objects.filter(reference=check).exists():
            return ""
        team = team_grantee(TEAM)
        grants = {Compartment.CONTACT: [team], Compartment.CASEWORK: [team]}
        file = make_file(file=check, grants=grants, by=keeper.by, now=now, reason="asked")
        finding = Finding(entry=str(found.reference) if found else "")
        Check.objects.create(
            reference=check,
            number=_number(),
            basis=law,
            authority=authority,
            purpose=new.purpose,
            state=CheckState.ASKED,
            asked_on=today,
            due_on=today + timedelta(days=law.clock_days),
            opened_by=who(keeper.by),
            agency=keeper.agency,
            link=link.id,
            link_key=link.public_key,
            question=Check.box(file, "question", check, question.to_text()),
            found=Check.box(file, "found", check, finding.to_text()),
        )
        note(RegisterVerb.SEARCHED, "check", check, by=keeper.by, now=now, reason=new.purpose)
        note(RegisterVerb.CHECK_OPENED, "check", check, by=keeper.by, now=now, purpose=new.purpose)
    return token


def prepare_check(*, check: uuid.UUID, proposal: Proposal, keeper: Keeper, now: datetime) -> None:
    """Hand a check on to the second agency, whether anybody was found or not. Raises CheckUnknown, StepImpossible."""
    with transaction.atomic():
        row = _locked(check)
        if row.agency != keeper.agency:
            raise CheckUnknown
        if row.state is not CheckState.ASKED or row.basis.ended_at is not None:
            raise StepImpossible
        file = open_file(file=check, keyring=keeper.keyring, by=keeper.by, now=now, reason="prepared")
        row.proposal = Check.box(file, "proposal", check, proposal.to_text())
        row.state, row.prepared_by, row.prepared_at = CheckState.PREPARED, who(keeper.by), now
        row.save(update_fields=["proposal", "state", "prepared_by", "prepared_at"])
        note(RegisterVerb.CHECK_PREPARED, "check", check, by=keeper.by, now=now)


def decide_check(*, check: uuid.UUID, decision: Decision, keeper: Keeper, now: datetime) -> None:
    """Decide what is told, as a person of another agency than the one that prepared it and the one that asks.

    The authority is written to in the same words either way. Raises CheckUnknown, StepImpossible, NotYours,
    FieldRefused.
    """
    with transaction.atomic():
        row = _locked(check)
        if row.state is not CheckState.PREPARED or row.basis.ended_at is not None:
            raise StepImpossible
        if not may_decide(row, keeper):
            raise NotYours
        file = open_file(file=check, keyring=keeper.keyring, by=keeper.by, now=now, reason="decided")
        if decision.told is not None:
            _check_told(row, decision, file=file, now=now)
            _release(row, decision.told, file=file, by=keeper.by, now=now)
        row.reasons = Check.box(file, "reasons", check, decision.reasons.to_text())
        row.state = CheckState.TOLD if decision.told else CheckState.NOTHING
        row.decided_by, row.decided_agency, row.decided_at = who(keeper.by), keeper.agency, now
        row.save()
        write_to_authority(row, by=keeper.by, now=now)
        note(RegisterVerb.CHECK_DECIDED, "check", check, by=keeper.by, now=now)


def may_decide(row: Check, keeper: Keeper) -> bool:
    """Whether somebody is of another agency than those that prepared and ask, and has not touched the check."""
    agencies = {row.agency, str(row.authority.public_id)}
    return keeper.agency not in agencies and who(keeper.by) not in {row.opened_by, row.prepared_by}


def find_answer(token: str, *, now: datetime) -> AnswerWay:
    """Where an authority's link leads, opening nothing. Raises LinkUnknown."""
    try:
        key = _key(token)
    except SealRefused as error:  # too short to be one of ours
        raise LinkUnknown from error
    row = Check.objects.select_related("authority").filter(link=key.grantee.id, forgotten_at__isnull=True).first()
    if row is None:
        raise LinkUnknown
    return AnswerWay(
        check=row.reference,
        number=row.number,
        state=row.state,
        due_on=row.due_on,
        by=Actor(kind=ActorKind.MEMBER, id=f"agency:{row.authority.public_id}"),
        keyring=Keyring(key),
        release=row.release,
        is_over=row.release_until is not None and row.release_until < local_day(now),
        is_withdrawn=is_withdrawn(row),
        is_undertaken=row.undertaken_at is not None,
    )


def give_undertaking(*, way: AnswerWay, name: str, now: datetime) -> None:
    """Note that the person named in the request has signed. Each name counts; after ten wrong ones none is taken.

    Raises FieldRefused for another name and where none is taken any more, StepImpossible.
    """
    _count_name(way, now=now)
    with transaction.atomic():
        row = _locked(way.check)
        if row.state is not CheckState.TOLD or row.release is None or row.undertaken_at is not None:
            raise StepImpossible
        told = _open_answer(row, way, reason="undertaking", now=now)
        is_named = normal_name(name) == normal_name(told.to)
        if is_named:
            row.undertaken_at = now
            row.save(update_fields=["undertaken_at"])
        note(
            RegisterVerb.UNDERTAKEN if is_named else RegisterVerb.NAME_REFUSED,
            "check",
            row.reference,
            by=way.by,
            now=now,
        )
    if not is_named:
        raise FieldRefused("name", RegisterMistake.NOT_NAMED)


def read_answer(*, way: AnswerWay, now: datetime) -> Told:
    """What is told, once the undertaking is signed; each opening is a line in the trail.

    Raises StepImpossible, and the vault's NotGranted once its time is over.
    """
    with transaction.atomic():
        row = _locked(way.check)
        if row.state is not CheckState.TOLD or row.undertaken_at is None:
            raise StepImpossible
        told = _open_answer(row, way, reason="read", now=now)
        note(RegisterVerb.ANSWER_READ, "check", row.reference, by=way.by, now=now)
    return told


def write_to_authority(row: Check, *, by: Actor, now: datetime) -> None:
    """Post the one mail: there is an answer."""
    with override(settings.LANGUAGE_CODE):
        words = answered_mail(number=row.number)
    content = EmailContent(
        to=row.authority.mailbox, subject=words.subject, text=words.text, sender=settings.LEEWARD_NEUTRAL_FROM
    )
    post_parcel(parcel=uuid.uuid4(), kind=ParcelKind.EMAIL, content=content, due_at=now, by=by, now=now)


def _check_told(row: Check, decision: Decision, *, file: OpenFile, now: datetime) -> None:
    told, today = decision.told, local_day(now)
    assert told is not None  # noqa: S101  # narrows the type
    finding = Finding.from_text(row.unbox(file, "found"))
    # Locked, so that it is not quashed while it is told: what was told is taken back with it.
    rows = Entry.objects.select_for_update().filter(state=EntryState.IN_FORCE)
    if not finding.entry or rows.filter(reference=finding.entry).first() is None:
        raise FieldRefused("answer", RegisterMistake.NOTHING_FOUND)
    if not decision.reasons.all_passed:
        raise FieldRefused("answer", RegisterMistake.TEST_FAILED)
    if not told.words.strip():
        raise FieldRefused("words", RegisterMistake.NO_TEXT)
    if not today <= told.until <= today + timedelta(days=RELEASE_DAYS_MOST):
        raise FieldRefused("until", RegisterMistake.END_NEEDED)


def _release(row: Check, told: Told, *, file: OpenFile, by: Actor, now: datetime) -> None:
    """Seal what is told under a key of its own, which the authority's link opens until its end."""
    question = Question.from_text(row.unbox(file, "question"))
    public = bytes(row.link_key)
    # Whoever can write rows could put a key of theirs there: what was sealed at the beginning tells.
    if question.link != row.link or fingerprint(public) != row.link:
        raise SealBroken
    release = uuid.uuid4()
    opened = make_file(file=release, grants={Compartment.PACKET: [team_grantee(TEAM)]}, by=by, now=now, reason="told")
    to = Grantee(kind=GranteeKind.LINK, id=row.link, generation=1, public_key=public)
    grant(
        opened=opened,
        compartment=Compartment.PACKET,
        to=to,
        by=by,
        now=now,
        reason="told",
        expires_at=end_of_day(told.until),
    )
    text = Told(to=question.asker, words=told.words, until=told.until).to_text()
    row.answer = Check.box(opened, "answer", row.reference, text)
    row.release, row.release_until = release, told.until


def _count_name(way: AnswerWay, *, now: datetime) -> None:
    """Count a name that was typed behind a link, for as long as an answer can be read."""
    ends = now + timedelta(days=RELEASE_DAYS_MOST)
    if counters.add(kind=NAMES, name=str(way.check), limit=NAMES_MOST, ends_at=ends, now=now) is None:
        raise FieldRefused("name", RegisterMistake.NAMES_SPENT)


def _open_answer(row: Check, way: AnswerWay, *, reason: str, now: datetime) -> Told:
    assert row.release is not None  # noqa: S101  # narrows the type
    file = open_file(file=row.release, keyring=way.keyring, by=way.by, now=now, reason=reason)
    return Told.from_text(row.unbox(file, "answer"))


def _locked(check: uuid.UUID) -> Check:
    rows = Check.objects.select_for_update(of=("self",)).select_related("authority", "basis")
    row = rows.filter(reference=check, forgotten_at__isnull=True).first()
    if row is None:
        raise CheckUnknown
    return row


def _number() -> str:
    while Check.objects.filter(number=(drawn := draw_reference())).exists():
        pass
    return drawn


def _key(token: str) -> PrivateKey:
    return derive_key_pair(token, purpose=PURPOSE, kind=GranteeKind.LINK)
