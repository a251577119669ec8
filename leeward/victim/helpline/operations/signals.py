"""Signals of programmes: written alike whether anybody listens or not, read by the team, answered to nobody."""

import json
import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.vault.operations import blind_index, found_team, grant, open_file, seal_to
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.file.operations.files import read_contact
from leeward.victim.file.operations.openings import note_opening
from leeward.victim.file.rules.contact import Contact
from leeward.victim.helpline.errors import CaseUnknown, StepImpossible
from leeward.victim.helpline.models import Case, Listener, Signal
from leeward.victim.helpline.operations.cases import end_liaison_of
from leeward.victim.helpline.operations.desk import casework
from leeward.victim.helpline.operations.steps import due_for, locked_case
from leeward.victim.helpline.operations.verbs import HelplineVerb, write_line
from leeward.victim.helpline.queries.cases import LEADS, LIAISON, TEAM, is_recused
from leeward.victim.helpline.queries.signals import (
    KEPT,
    PURPOSE,
    listened_to,
    signal_place,
    team_of,
    told_place,
    waiting_signals,
)
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.signals import ListenerAsked, SignalKind, read_token
from leeward.victim.removals.rules.reports import Band

ASKED_TO_BE_TOLD = "asked_to_be_told"


def note_signal(*, token: str, kind: SignalKind, by: Actor, now: datetime) -> None:
    """A programme tells something of whoever is behind a token: a sealed row for each team, and nothing is answered.

    Whether anybody listens is not looked up: the work, the rows and the answer are the same. What is told is sealed to
    a team, so the database does not say what is urgent either: each is due within one open hour, as what is urgent
    needs. Raises TokenMistyped.
    """
    index = blind_index(read_token(token), purpose=PURPOSE)
    told, due_at = json.dumps({"kind": kind, "at": now.isoformat()}), due_for(Band.RED, since=now)
    with transaction.atomic():
        for team in (TEAM, LEADS, LIAISON):
            reference, to = uuid.uuid4(), found_team(team=team, by=by, now=now)
            sealed = seal_to(to, told, place=signal_place(reference))
            Signal.objects.create(reference=reference, team=team, index=index, sealed=sealed, at=now, due_at=due_at)
        record(verb=HelplineVerb.SIGNALLED, by=by, subject=Subject(kind="signal"), now=now)


def listen(*, opened: OpenCase, token: str, asked: ListenerAsked, by: Actor, now: datetime) -> None:
    """Hear for this case what is told under a token, also what was told before. The same again changes nothing.

    The liaison hears it too, and can open how to reach the person where the person asked to be told; of a case of the
    closed team the liaison hears nothing. Raises StepImpossible where the case is closed, CaseUnknown where these keys
    do not open staff's part.
    """
    own, token = casework(opened), read_token(token)
    with transaction.atomic():
        case = locked_case(opened.reference)
        if case.state is CaseState.CLOSED:
            raise StepImpossible
        row = next((each for each in case.listeners.all() if each.unbox(own, "token") == token), None)
        if row is not None and (row.told or case.team != TEAM):
            return
        if row is None:
            reference = uuid.uuid4()
            sealed = Listener.box(own, "token", reference, token)
            row = Listener(case=case, reference=reference, asked=asked, token=sealed, at=now, by=by.id)
        if case.team == TEAM:
            liaison = found_team(team=LIAISON, by=by, now=now)
            row.told = seal_to(liaison, token, place=told_place(row.reference))
            if row.asked is ListenerAsked.PERSON:
                contact = Compartment.CONTACT
                grant(opened=opened.file, compartment=contact, to=liaison, by=by, now=now, reason=ASKED_TO_BE_TOLD)
        row.save()
        write_line(HelplineVerb.LISTENS, case, by=by, now=now)


def hear_no_more(*, opened: OpenCase, by: Actor, now: datetime) -> None:
    """The liaison alone hears nothing for this case any more, and opens nothing of it. Safe to repeat."""
    with transaction.atomic():
        end_liaison_of(locked_case(opened.reference), opened=opened, by=by, now=now)


def stop_listening(*, opened: OpenCase, by: Actor, now: datetime) -> None:
    """Hear nothing for this case any more. Safe to repeat."""
    with transaction.atomic():
        case = locked_case(opened.reference)
        end_liaison_of(case, opened=opened, by=by, now=now)
        if case.listeners.all().delete()[0]:
            write_line(HelplineVerb.LISTENS, case, by=by, now=now, ended=True)


def open_reach(*, reference: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> Contact | None:
    """How the liaison reaches somebody who asked to be told; None where they said nothing of it.

    Raises CaseUnknown, also for who knows the person, and the vault's NotGranted where they did not ask.
    """
    row = Case.objects.select_related("file").filter(reference=reference, team=TEAM).first()
    if row is None or is_recused(row, by=by):
        raise CaseUnknown
    with transaction.atomic():
        opened = open_file(file=row.file.reference, keyring=keyring, by=by, now=now, reason="liaison")
        note_opening(row.file.reference, team=LIAISON, by=by, now=now)
    return read_contact(row.file, opened)


def note_looked(*, keyring: Keyring, until: datetime, by: Actor, now: datetime) -> int:
    """Somebody has looked at all signals that came until then, but those about people whom they know.

    Returns how many. What nobody listens to is marked alike. What the liaison has looked at, the helpline need not.
    """
    _seen, hidden = listened_to(keyring, by=by, now=now)
    team = team_of(keyring)
    with transaction.atomic():
        number = 0
        for each in (team, TEAM) if team == LIAISON else (team,):
            rows = waiting_signals(each).filter(at__lte=until).exclude(index__in=hidden)
            number = max(number, rows.update(looked_at=now, looked_by=by.id))
        if number:
            record(verb=HelplineVerb.LOOKED, by=by, subject=Subject(kind="signal"), now=now, facts={"signals": number})
    return number


def forget_signals(*, now: datetime, limit: int) -> int:
    """Forget signals after their time; returns how many."""
    due = list(Signal.objects.filter(at__lt=now - KEPT).values_list("pk", flat=True)[:limit])
    return Signal.objects.filter(pk__in=due).delete()[0]
