"""What she and the helpline do with a case: begin, open, write, treat her as she wishes, help, close, erase."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.vault.operations import (
    destroy_file,
    found_team,
    grant,
    make_file,
    open_files,
    reads,
    renew_generation,
    revoke,
    shut_out,
)
from leeward.foundation.vault.rules.files import OpenFile
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, Keyring, PrivateKey
from leeward.foundation.work.doors import require_open
from leeward.victim.file.holders import take_counts_back
from leeward.victim.file.operations.files import (
    begin_file,
    end_lending,
    erase_file,
    find_story,
    her_file,
    keep_contact,
    keep_needs,
    keep_story,
    open_renewed,
)
from leeward.victim.file.operations.openings import note_opening
from leeward.victim.file.operations.threads import begin_thread, erase_thread, mark_read, take_out, write_in
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.needs import Needs
from leeward.victim.file.rules.story import Danger, Story, add_to
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.errors import CaseUnknown
from leeward.victim.helpline.models import Case, Lent, Override, Review, StandIn
from leeward.victim.helpline.operations.complaints import erase_complaints
from leeward.victim.helpline.operations.parity import count_parity
from leeward.victim.helpline.operations.steps import locked_case, noted, take_step
from leeward.victim.helpline.operations.verbs import HelplineVerb, write_line
from leeward.victim.helpline.queries.cases import LEADS, LIAISON, TEAM, VOLUNTEERS, is_recused, read_needs
from leeward.victim.helpline.rules.cases import CASE_LIFETIME, CaseSource, CaseState, EventKind
from leeward.victim.helpline.rules.instruments import URGENCY
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.paces import pace_for
from leeward.victim.helpline.rules.volunteers import Withdrawn
from leeward.victim.network.operations.referrals import drop_override, erase_referrals, shut_team_out
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.rules.reports import Band, bands_of

# What the helpline reads of her file; where it stands online it reads only where she lets it.
READS = (Compartment.CONTACT, Compartment.STORY)
NOTES = Compartment.CASEWORK


@dataclass(frozen=True, kw_only=True)
class FirstWords:
    """What she says when she comes."""

    story: Story
    needs: Needs = field(default_factory=Needs)
    contact: Contact | None = None
    words: str = ""


def begin_case(
    *,
    file: uuid.UUID,
    key: PrivateKey,
    first: FirstWords,
    source: CaseSource,
    language: str,
    by: Actor,
    now: datetime,
) -> None:
    """Begin a case on her file, which is begun too where it is not there; one that is there already stays as it is.

    From here on the helpline's team can open it, and the clock of its first answer runs. Raises DoorClosed where nobody
    there could open it.
    """
    now_noted = noted(now, by=by)
    with transaction.atomic():
        until = (now + CASE_LIFETIME).date()
        row, opened = begin_file(reference=file, key=key, language=language, expires_on=until, by=by, now=now_noted)
        if Case.objects.filter(file=row).exists():
            return
        require_open(TEAM)
        team = found_team(team=TEAM, by=by, now=now_noted)
        told = find_story(opened)
        story = add_to(told, first.story)
        if story != told:
            keep_story(row, story, opened=opened)
        if first.contact is not None:
            keep_contact(row, first.contact, opened=opened, may_be_told=True, by=by, now=now_noted)
        for compartment in READS:
            grant(opened=opened, compartment=compartment, to=team, by=by, now=now_noted, reason="helpline")
        thread, opened_thread = begin_thread(row, team=team, by=by, now=now_noted)
        casework = uuid.uuid4()
        make_file(file=casework, grants={Compartment.CASEWORK: [team]}, by=by, now=now_noted)
        case = Case(
            file=row,
            thread=thread,
            casework=casework,
            source=source,
            band=choose_band(story),
            pace=pace_for(first.needs.ticked),
            opened_at=now_noted,
        )
        case.needs = Case.box(opened_thread, "needs", case.reference, first.needs.to_text())
        case.save(force_insert=True)
        keep_needs(row, first.needs, opened=opened)
        if first.words:
            write_in(thread, first.words, opened=opened_thread, side=Side.PERSON, by=by, now=now_noted)
        take_step(case, EventKind.OPENED, by=by, now=now, code=source)


def choose_band(story: Story) -> Band:
    """How soon somebody must answer: any sign of danger is red, what spreads is amber; else as her path says."""
    bands = bands_of(story)
    if is_in_danger(story) or Band.RED in bands:
        return Band.RED
    return Band.AMBER if story.dangers or Band.AMBER in bands else Band.GREEN


def is_in_danger(story: Story) -> bool:
    """Whether she ticked any sign of danger but that it spreads."""
    return bool(set(story.dangers) - {Danger.SPREADING})


def open_case(*, reference: uuid.UUID, keyring: Keyring, by: Actor, now: datetime, reason: str = "") -> OpenCase:
    """Open a case with one's keys. Raises CaseUnknown, and the vault's NotGranted where there is no grant.

    Who has said that they know the person is refused here, whatever their keys open.
    """
    row = Case.objects.select_related("file", "thread").filter(reference=reference).first()
    if row is None or is_recused(row, by=by):
        raise CaseUnknown
    with transaction.atomic():
        file = open_renewed(row.file, keyring=keyring, by=by, now=now, reason=reason)
        thread = open_renewed(row.thread, keyring=keyring, by=by, now=now, reason=reason)
        lent = row.stand_ins.filter(ended_at__isnull=True).first()
        teams = (VOLUNTEERS, LEADS, *((lent.team,) if lent else ()))
        team = next((each for each in teams if each in keyring.teams), TEAM)
        note_opening(file.file, team=team, by=by, now=now)
        notes = open_files([row.casework], keyring, by=by, now=now) if keyring.teams else {}
        if lent is not None and lent.until <= now and row.casework in notes:
            _close_notes(lent, notes[row.casework], by=by, now=now)
            notes = open_files([row.casework], keyring, by=by, now=now)
    return OpenCase(reference=reference, file=file, thread=thread, casework=notes.get(row.casework))


def write_message(
    *,
    opened: OpenCase,
    words: str,
    side: Side,
    by: Actor,
    now: datetime,
    reference: uuid.UUID | None = None,
) -> None:
    """Write to the helpline, or from it to her; read by code, never sent: at most that there is news.

    Hers starts the clock of the next answer and opens what was closed; an answer ends her waiting. The same reference
    again changes nothing.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        at = noted(now, by=by)
        if write_in(case.thread, words, opened=opened.thread, side=side, by=by, now=at, reference=reference):
            is_hers = side == Side.PERSON
            if is_hers:
                let_in_again(case, opened=opened, by=by, now=now)
            take_step(case, EventKind.WROTE if is_hers else EventKind.ANSWERED, by=by, now=now)


def take_message_out(*, opened: OpenCase, message: uuid.UUID, by: Actor, now: datetime) -> None:
    """Delete the words of a message of hers. Safe to repeat."""
    with transaction.atomic():
        case = locked_case(opened.reference)
        if take_out(case.thread, message, now=noted(now, by=by)):
            write_line(HelplineVerb.TAKEN_OUT, case, by=by, now=noted(now, by=by))


def mark_seen(*, opened: OpenCase, side: Side, by: Actor, now: datetime) -> None:
    """Note that what this side wrote has been read by the other. Safe to repeat."""
    mark_read(opened.thread.file, side=side, now=noted(now, by=by))


def save_needs(*, opened: OpenCase, needs: Needs, by: Actor, now: datetime) -> None:
    """Keep how she wishes to be treated."""
    with transaction.atomic():
        case = locked_case(opened.reference)
        before = read_needs(case, opened)
        if needs == before:
            return
        case.needs = Case.box(opened.thread, "needs", case.reference, needs.to_text())
        case.pace = pace_for(needs.ticked)
        case.save(update_fields=["needs", "pace"])
        keep_needs(case.file, needs, opened=opened.file)
        take_step(case, EventKind.CHANGED, by=by, now=now, code="needs")


def save_story(*, opened: OpenCase, story: Story, by: Actor, now: datetime) -> None:
    """Keep what she has told so far. A sign of danger in it makes the case more urgent, and nothing less."""
    with transaction.atomic():
        case = locked_case(opened.reference)
        before = find_story(opened.file)
        if before != story:
            keep_story(case.file, story, opened=opened.file)
            take_step(case, EventKind.CHANGED, by=by, now=now, code="story")
            band = choose_band(story)
            if URGENCY.index(band) < min(map(URGENCY.index, (case.band, choose_band(before)))):
                take_step(case, EventKind.BAND_SET, by=by, now=now, code=band)


def save_contact(*, opened: OpenCase, contact: Contact, by: Actor, now: datetime) -> None:
    """Keep how she may be reached; only she can let the notifier do more than before."""
    with transaction.atomic():
        case = locked_case(opened.reference)
        keep_contact(case.file, contact, opened=opened.file, may_be_told=True, by=by, now=noted(now, by=by))
        take_step(case, EventKind.CHANGED, by=by, now=now, code="contact")


def save_statistics(*, opened: OpenCase, agrees: bool, by: Actor, now: datetime) -> None:
    """Keep whether her case may be counted. Safe to repeat."""
    with transaction.atomic():
        case = locked_case(opened.reference)
        since = (case.statistics_agreed_at or noted(now, by=by)) if agrees else None
        if since != case.statistics_agreed_at:
            case.statistics_agreed_at = since
            case.save(update_fields=["statistics_agreed_at"])
            count_parity(case, opened, now=now)
            if not agrees:
                take_counts_back(opened.file)
            write_line(HelplineVerb.CONSENTED, case, by=by, now=noted(now, by=by), statistics=agrees)


def stop_case(*, opened: OpenCase, by: Actor, now: datetime) -> None:
    """She stops the helpline: the case is closed, and the team opens nothing of it any more. She still can.

    A key that somebody has kept opens nothing that she writes later. Who has read something may remember it; her page
    says so. Raises StepImpossible where she has stopped it already.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        take_step(case, EventKind.STOPPED, by=by, now=now)
        count_parity(case, opened, now=now)
        end_lending_of(case, opened=opened, by=by, now=now)
        withdraw_looks(case, Withdrawn.STOPPED, by=by, now=now)
        end_stand_in_of(case, opened=opened, by=by, now=now)
        end_liaison_of(case, opened=opened, by=by, now=now)
        for file in (opened.file, opened.thread):
            shut_out(case.team, opened=file, by=by, now=noted(now, by=by))
        shut_team_out(file=opened.file.file, team=case.team, by=by, now=now)


def withdraw_replies(case: Case, why: Withdrawn, *, by: Actor, now: datetime, of: str = "") -> None:
    """A volunteer's reply that waits is sent by nobody any more, and its words go. `of`: of one volunteer alone.

    The case is locked, so no mentor sends it meanwhile. Safe to repeat.
    """
    rows = case.reviews.filter(kind=Review.Kind.REPLY, state=Review.State.OPEN)
    rows = rows.filter(asked_by=of) if of else rows
    at = noted(now, by=by)
    if rows.update(state=Review.State.REFUSED, withdrawn=why, words="", decided_at=at):
        write_line(HelplineVerb.REPLY_WITHDRAWN, case, by=by, now=at, why=why)


def withdraw_looks(case: Case, why: Withdrawn, *, by: Actor, now: datetime) -> None:
    """Nobody decides any more what waits for a second person; what was to be passed on without a yes is erased.

    The case is locked, so nobody decides it meanwhile. Safe to repeat.
    """
    withdraw_replies(case, why, by=by, now=now)
    at, waits = noted(now, by=by), case.reviews.filter(state=Review.State.OPEN)
    for row in Override.objects.filter(review__in=waits):
        drop_override(referral=row.reference, by=by, now=at)
        row.state, row.decided_on = Review.State.REFUSED, local_day(at)
        row.save(update_fields=["state", "decided_on"])
    if waits.update(state=Review.State.REFUSED, withdrawn=why, decided_at=at):
        write_line(HelplineVerb.REVIEW_WITHDRAWN, case, by=by, now=at, why=why)


def end_lending_of(case: Case, *, opened: OpenCase, by: Actor, now: datetime) -> None:
    """Take a locked case back from the volunteers before their shift ends, with new keys at once. Safe to repeat."""
    if Lent.objects.filter(case=case).delete()[0]:
        for row, file in ((case.file, opened.file), (case.thread, opened.thread)):
            end_lending(row, opened=file, team=VOLUNTEERS, by=by, now=now)
        write_line(HelplineVerb.LENT_ENDED, case, by=by, now=noted(now, by=by))


def end_liaison_of(case: Case, *, opened: OpenCase, by: Actor, now: datetime) -> None:
    """The liaison hears nothing for a locked case any more, and opens nothing of it, with new keys. Safe to repeat."""
    if case.listeners.exclude(told="").update(told=""):
        shut_out(LIAISON, opened=opened.file, by=by, now=noted(now, by=by))


def end_stand_in_of(case: Case, *, opened: OpenCase, by: Actor, now: datetime) -> None:
    """Take a locked case back from the one colleague to whom it is lent, with new keys at once. Safe to repeat.

    Notes among staff get theirs from the first of staff who opens the case next, where the person did this: her code
    opens no notes. The colleague's key of them goes at once.
    """
    row = case.stand_ins.filter(ended_at__isnull=True).first()
    if row is None:
        return
    at = noted(now, by=by)
    for part, file in ((case.file, opened.file), (case.thread, opened.thread)):
        end_lending(part, opened=file, team=row.team, by=by, now=now)
    if opened.casework is not None:
        _close_notes(row, opened.casework, by=by, now=now)
    elif row.until > at:
        revoke(file=case.casework, compartment=NOTES, kind=GranteeKind.TEAM, id=row.team, by=by, now=at)
        row.until = at
        row.save(update_fields=["until"])
    else:
        return
    if case.claimed_by == row.staff:
        case.let_go()
        case.save(update_fields=["claimed_by", "claimed_until"])
    write_line(HelplineVerb.STAND_IN_ENDED, case, by=by, now=at)


def _close_notes(row: StandIn, notes: OpenFile, *, by: Actor, now: datetime) -> None:
    """Write notes under a new key from now on, which a colleague whose time is over does not get."""
    out = {(GranteeKind.TEAM, row.team)}
    renew_generation(opened=notes, compartment=NOTES, by=by, now=now, without=out)
    revoke(file=notes.file, compartment=NOTES, kind=GranteeKind.TEAM, id=row.team, by=by, now=now)
    row.until, row.ended_at = min(row.until, now), now
    row.save(update_fields=["until", "ended_at"])


def let_in_again(case: Case, *, opened: OpenCase, by: Actor, now: datetime) -> None:
    """Let the helpline open all of a case again that she had stopped: she writes to it. Changes nothing else.

    It reads the whole conversation then, also what she wrote while it was shut out: half of one helps nobody.
    """
    if case.state is not CaseState.CLOSED or reads(case.team, opened.thread.file, now=now):
        return
    at = noted(now, by=by)
    team = found_team(team=case.team, by=by, now=at)
    for compartment in READS:
        grant(opened=opened.file, compartment=compartment, to=team, by=by, now=at, reason="helpline")
    grant(opened=opened.thread, compartment=Compartment.STORY, to=team, by=by, now=at, reason="helpline")


def erase_case(*, file: uuid.UUID, by: Actor, now: datetime) -> None:
    """Destroy the keys first, so that backups go blind too, then the rows. Safe to repeat."""
    at = noted(now, by=by)
    with transaction.atomic():
        case = (
            Case.objects.select_for_update(of=("self",))
            .select_related("file", "thread")
            .filter(file__reference=file)
            .first()
        )
        if case is None:
            return
        erase_referrals(file=file, by=by, now=now)
        row, thread, team = case.file, case.thread, case.team
        destroy_file(file=case.casework, by=by, now=at)
        write_line(HelplineVerb.ERASED, case, by=by, now=at)
        case.delete()
        erase_thread(thread, by=by, now=at)
        if not erase_file(row, by=by, now=at):  # another room works on it, and the helpline no more
            for compartment in READS:
                revoke(file=file, compartment=compartment, kind=GranteeKind.TEAM, id=team, by=by, now=at)


def erase_hers(bearer: Bearer, now: datetime) -> None:
    """Erase the case of a code and what its person told the leads, with the keys first. Safe to repeat."""
    erase_complaints(bearer, now)
    file = her_file(bearer)
    if file is not None:
        erase_case(file=file, by=bearer.by, now=now)


def forget_cases(*, now: datetime, limit: int) -> int:
    """Erase cases whose time is over; returns how many."""
    due = Case.objects.filter(file__expires_on__lt=now.date()).values_list("file__reference", flat=True)[:limit]
    files = list(due)
    for file in files:
        erase_case(file=file, by=Actor.system(), now=now)
    return len(files)
