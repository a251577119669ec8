"""Entries: made from a final conviction, noted step by step, opened one at a time; keys destroyed at the end."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.references import ReferenceMistyped, draw_reference, read_reference
from leeward.foundation.vault.errors import FileTaken
from leeward.foundation.vault.operations import destroy_file, make_file, open_file, seal_to, team_grantee
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.justice.register.errors import EntryUnknown, RegisterMistake, RegisterOff, StepImpossible
from leeward.justice.register.models import Entry, EntryEvent, LegalBasis, Letter, Term
from leeward.justice.register.operations.bases import TEAM
from leeward.justice.register.operations.searching import count_look, find_entry, index_of
from leeward.justice.register.operations.verbs import RegisterVerb, note
from leeward.justice.register.operations.withdrawing import withdraw_answers
from leeward.justice.register.queries.bases import bases_in_force, entry_of
from leeward.justice.register.queries.entries import EntryView, read_entry
from leeward.justice.register.rules.ends import add_months
from leeward.justice.register.rules.names import conviction_term
from leeward.justice.register.rules.persons import (
    NewEntry,
    Person,
    Sought,
    check_entry,
    check_person,
    term_of,
    terms_of,
)
from leeward.justice.register.rules.terms import (
    AFTER,
    NEXT,
    UNDONE,
    EntryState,
    EntryStep,
    LetterKind,
    LookFor,
)

# Where the sealed reference in a line of the trail belongs.
READ_PLACE = "register.entry_read"


@dataclass(frozen=True, kw_only=True)
class Keeper:
    """Somebody who works on the register: of which agency, under which name, with which keys."""

    by: Actor
    agency: str
    name: str
    keyring: Keyring


def enter(*, new: NewEntry, basis: uuid.UUID, entry: uuid.UUID, keeper: Keeper, now: datetime) -> str:
    """Enter a conviction and return its entry's number, by which the court's file knows it. `entry`: a new reference.

    A conviction that stands in the register already stays as it is. The answer and the trail are the same for both, and
    both count as a look. Safe to repeat. Raises RegisterOff, FieldRefused, TooManyTries, TooManyAtOnce.
    """
    today = local_day(now)
    law = _law(basis, today)
    terms = entry_of(law)
    person = check_person(new.person, terms, today=today)
    ends = check_entry(new, terms, today=today)
    judgment = new.judgment
    count_look(who(keeper.by), now=now)
    conviction = index_of(
        conviction_term(court=judgment.court, file_number=judgment.file_number, name=person.names[0], born=person.born)
    )
    indexes = [index_of(term) for term in terms_of(person)]
    with transaction.atomic():
        # Locked, so that nothing is entered under a law that somebody ends in this moment.
        law = _law(basis, today, locked=True)
        sent_before = Entry.objects.filter(reference=entry).first()
        if sent_before is not None:
            return sent_before.number
        known = Entry.objects.filter(conviction=conviction).first()
        team = team_grantee(TEAM)
        grants = {Compartment.CONTACT: [team], Compartment.CASEWORK: [team]}
        try:
            file = make_file(file=entry, grants=grants, by=keeper.by, now=now, reason="entered")
        except FileTaken:
            if known is None:
                raise
            return known.number  # sent before, too
        note(RegisterVerb.ENTERED, "entry", entry, by=keeper.by, now=now)
        if known is not None:
            return known.number  # nothing is ever sealed in the file that was made: it is there for its line
        row = Entry.objects.create(
            reference=entry,
            number=_number(),
            basis=law,
            offences=list(new.offences),
            duty=new.duty,
            state=EntryState.IN_FORCE,
            entered_on=today,
            starts_on=new.starts_on,
            ends_on=ends,
            review_on=add_months(today, law.review_months),
            conviction=conviction,
            identity=Entry.box(file, "identity", entry, person.to_text()),
            judgment=Entry.box(file, "judgment", entry, judgment.to_text()),
        )
        Term.objects.bulk_create(Term(entry=row, index=index) for index in indexes)
        _write(row, EntryStep.ENTERED, on=today, by=keeper.by)
    return row.number


def look_up(
    *, why: LookFor, sought: Sought, number: str, letter: tuple[LetterKind, date] | None, keeper: Keeper, now: datetime
) -> uuid.UUID | None:
    """Find one entry to work on, by its number or by who it is, and note why; return its reference, None for none.

    A letter is noted whether anybody was found or not. Raises RegisterOff, FieldRefused, TooManyTries, TooManyAtOnce.
    """
    today = local_day(now)
    law = bases_in_force(today).order_by("from_on", "pk").first()
    if law is None:
        raise RegisterOff
    if letter is not None and letter[1] > today:
        raise FieldRefused("received_on", Mistake.FUTURE)
    if number and sought != Sought():
        raise FieldRefused("entry", RegisterMistake.ONE_WAY)
    count_look(who(keeper.by), now=now)
    found: Entry | None
    if number:
        found = Entry.objects.filter(number=_read_number(number), destroyed_at__isnull=True).first()
    else:
        index = index_of(term_of(sought, entry_of(law), today=today))
        found = find_entry(index, states=[EntryState.IN_FORCE, EntryState.SUSPENDED])
    with transaction.atomic():
        if letter is not None:
            kind, received_on = letter
            row = Letter.objects.create(
                kind=kind,
                received_on=received_on,
                noted_by=who(keeper.by),
                entry=found,
                # Where nobody is found there is nothing more to do but to answer so.
                answered_on=None if found else today,
            )
            note(RegisterVerb.LETTER_NOTED, "letter", row.public_id, by=keeper.by, now=now, kind=kind)
            if found is None:
                note(RegisterVerb.LETTER_ANSWERED, "letter", row.public_id, by=keeper.by, now=now)
        note(RegisterVerb.SEARCHED, "register", "", by=keeper.by, now=now, reason=why)
    return found.reference if found else None


@transaction.atomic
def open_entry(entry: uuid.UUID | None, *, reason: str, keeper: Keeper, now: datetime) -> EntryView | None:
    """Return one entry that a registrar looked for; None for a search that found nobody. The trail's line is the same.

    The line says who looked and why. Which entry it was stands in it too, sealed to the register's team. Raises
    EntryUnknown.
    """
    found = read_entry(entry, keyring=keeper.keyring, now=now) if entry else None
    sealed = seal_to(team_grantee(TEAM), str(entry or ""), place=READ_PLACE)
    note(RegisterVerb.ENTRY_READ, "register", "", by=keeper.by, now=now, reason=reason, entry=sealed)
    return found


def note_entry_step(*, entry: uuid.UUID, step: EntryStep, on: date, keeper: Keeper, now: datetime) -> None:
    """Note a step of an entry; what was told from one that was quashed or a mistake is taken back.

    Raises EntryUnknown, StepImpossible, FieldRefused.
    """
    with transaction.atomic():
        row = _locked(entry)
        if step not in NEXT[row.state]:
            raise StepImpossible
        if on > local_day(now):
            raise FieldRefused("on", Mistake.FUTURE)
        if on < row.entered_on and step is EntryStep.REVIEWED:
            raise FieldRefused("on", Mistake.BEFORE)
        if step in UNDONE:
            withdraw_answers(entry=entry, keyring=keeper.keyring, by=keeper.by, now=now)
        take_step(row, step, on=on, by=keeper.by, now=now)


def correct_entry(*, entry: uuid.UUID, person: Person, keeper: Keeper, now: datetime) -> None:
    """Write who it is anew; it is found by that alone. Raises EntryUnknown, FieldRefused, TooManyAtOnce."""
    today = local_day(now)
    known = Entry.objects.select_related("basis").filter(reference=entry, destroyed_at__isnull=True).first()
    if known is None:
        raise EntryUnknown
    person = check_person(person, entry_of(known.basis), today=today)
    indexes = [index_of(term) for term in terms_of(person)]
    file = open_file(file=entry, keyring=keeper.keyring, by=keeper.by, now=now, reason="correction")
    with transaction.atomic():
        row = _locked(entry)
        row.identity = Entry.box(file, "identity", entry, person.to_text())
        row.save(update_fields=["identity"])
        row.terms.all().delete()
        Term.objects.bulk_create(Term(entry=row, index=index) for index in indexes)
        _write(row, EntryStep.CORRECTED, on=today, by=keeper.by)
        note(RegisterVerb.ENTRY_NOTED, "entry", entry, by=keeper.by, now=now, step=EntryStep.CORRECTED)


def answer_letters(*, entry: uuid.UUID, keeper: Keeper, now: datetime) -> None:
    """Note that the letters about an entry were answered by post today. Raises EntryUnknown, StepImpossible."""
    with transaction.atomic():
        row = _locked(entry)
        waiting = list(row.letters.filter(answered_on__isnull=True))
        if not waiting:
            raise StepImpossible
        for letter in waiting:
            letter.answered_on = local_day(now)
            letter.save(update_fields=["answered_on"])
            note(RegisterVerb.LETTER_ANSWERED, "letter", letter.public_id, by=keeper.by, now=now)


def take_step(row: Entry, step: EntryStep, *, on: date, by: Actor, now: datetime) -> None:
    """Note a step of a locked entry. An end destroys its keys at once; the row stays."""
    row.state = AFTER.get(step, row.state)
    if step is EntryStep.REVIEWED:
        row.review_on = add_months(on, row.basis.review_months)
    _write(row, step, on=on, by=by)
    if row.state is EntryState.ENDED:
        destroy_file(file=row.reference, by=by, now=now)
        row.terms.all().delete()
        row.identity = row.judgment = row.conviction = ""
        row.destroyed_at = now
    row.save()
    note(RegisterVerb.ENTRY_NOTED, "entry", row.reference, by=by, now=now, step=step)


def _law(basis: uuid.UUID, today: date, *, locked: bool = False) -> LegalBasis:
    rows = bases_in_force(today)
    row = (rows.select_for_update() if locked else rows).filter(public_id=basis).first()
    if row is None:
        raise RegisterOff
    return row


def _locked(entry: uuid.UUID) -> Entry:
    rows = Entry.objects.select_for_update(of=("self",)).select_related("basis")
    row = rows.filter(reference=entry, destroyed_at__isnull=True).first()
    if row is None:
        raise EntryUnknown
    return row


def _write(row: Entry, step: EntryStep, *, on: date, by: Actor) -> None:
    last = EntryEvent.objects.filter(entry=row).aggregate(last=Max("ordinal"))["last"] or 0
    EntryEvent.objects.create(entry=row, ordinal=last + 1, step=step, on=on, actor_kind=by.kind, actor=by.id)


def _number() -> str:
    while Entry.objects.filter(number=(drawn := draw_reference())).exists():
        pass
    return drawn


def _read_number(typed: str) -> str:
    try:
        return read_reference(typed)
    except ReferenceMistyped as error:
        raise FieldRefused("entry", Mistake.UNKNOWN, about=typed) from error
