"""Signals of programmes: written alike whether anybody listens or not, read by the team, answered to nobody."""

import json
import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.vault.operations import blind_index, found_team, seal_to
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.helpline.errors import StepImpossible
from leeward.victim.helpline.models import Listener, Signal
from leeward.victim.helpline.operations.desk import casework
from leeward.victim.helpline.operations.steps import due_for, locked_case
from leeward.victim.helpline.operations.verbs import HelplineVerb, write_line
from leeward.victim.helpline.queries.cases import LEADS, TEAM
from leeward.victim.helpline.queries.signals import KEPT, PURPOSE, listened_to, signal_place, team_of, waiting_signals
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.signals import ListenerAsked, SignalKind, read_token
from leeward.victim.removals.rules.reports import Band


def note_signal(*, token: str, kind: SignalKind, by: Actor, now: datetime) -> None:
    """A programme tells something of whoever is behind a token: a sealed row for each team, and nothing is answered.

    Whether anybody listens is not looked up: the work, the rows and the answer are the same. What is told is sealed to
    a team, so the database does not say what is urgent either: each is due within one open hour, as what is urgent
    needs. Raises TokenMistyped.
    """
    index = blind_index(read_token(token), purpose=PURPOSE)
    told, due_at = json.dumps({"kind": kind, "at": now.isoformat()}), due_for(Band.RED, since=now)
    with transaction.atomic():
        for team in (TEAM, LEADS):
            reference, to = uuid.uuid4(), found_team(team=team, by=by, now=now)
            sealed = seal_to(to, told, place=signal_place(reference))
            Signal.objects.create(reference=reference, team=team, index=index, sealed=sealed, at=now, due_at=due_at)
        record(verb=HelplineVerb.SIGNALLED, by=by, subject=Subject(kind="signal"), now=now)


def listen(*, opened: OpenCase, token: str, asked: ListenerAsked, by: Actor, now: datetime) -> None:
    """Hear for this case what is told under a token, also what was told before. The same again changes nothing.

    Raises StepImpossible where the case is closed, CaseUnknown where these keys do not open staff's part.
    """
    own, token = casework(opened), read_token(token)
    with transaction.atomic():
        case = locked_case(opened.reference)
        if case.state is CaseState.CLOSED:
            raise StepImpossible
        if token in {row.unbox(own, "token") for row in case.listeners.all()}:
            return
        reference = uuid.uuid4()
        sealed = Listener.box(own, "token", reference, token)
        case.listeners.create(reference=reference, asked=asked, token=sealed, at=now, by=by.id)
        write_line(HelplineVerb.LISTENS, case, by=by, now=now)


def stop_listening(*, opened: OpenCase, by: Actor, now: datetime) -> None:
    """Hear nothing for this case any more. Safe to repeat."""
    with transaction.atomic():
        case = locked_case(opened.reference)
        if case.listeners.all().delete()[0]:
            write_line(HelplineVerb.LISTENS, case, by=by, now=now, ended=True)


def note_looked(*, keyring: Keyring, until: datetime, by: Actor, now: datetime) -> int:
    """Somebody has looked at all signals that came until then, but those about people whom they know.

    Returns how many. What nobody listens to is marked alike.
    """
    _seen, hidden = listened_to(keyring, by=by, now=now)
    rows = waiting_signals(team_of(keyring)).filter(at__lte=until).exclude(index__in=hidden)
    with transaction.atomic():
        number = rows.update(looked_at=now, looked_by=by.id)
        if number:
            record(verb=HelplineVerb.LOOKED, by=by, subject=Subject(kind="signal"), now=now, facts={"signals": number})
    return number


def forget_signals(*, now: datetime, limit: int) -> int:
    """Forget signals after their time; returns how many."""
    due = list(Signal.objects.filter(at__lt=now - KEPT).values_list("pk", flat=True)[:limit])
    return Signal.objects.filter(pk__in=due).delete()[0]
