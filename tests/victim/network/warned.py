"""Tactics, alerts and whoever writes of them: what tests of several rooms make."""

import uuid
from dataclasses import replace
from datetime import datetime, time

from demo.network import AGENCY
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.victim.network.models import Alert, Tactic
from leeward.victim.network.operations.alerts import raise_alert, set_plan, sign_alert, word_alert
from leeward.victim.network.operations.tactics import begin_tactic
from leeward.victim.network.rules.tactics import AlertKind, week_of

SAID = replace(AGENCY, words="A false agency asks for test pictures.")
HELPS = "Do not pay, and keep the chat."
CONTACT = "unit@justice.example"
WRITER, READER = (Actor(kind=ActorKind.STAFF, id=name) for name in ("writer", "reader"))


def begin(at: datetime, *, tactic: uuid.UUID | None = None, team: str = "helpline", who: str = "sam") -> uuid.UUID:
    """Somebody describes a tactic with its first sighting."""
    tactic, by = tactic or uuid.uuid4(), Actor(kind=ActorKind.STAFF, id=who)
    begin_tactic(tactic=tactic, said=SAID, reference=uuid.uuid4(), team=team, by=by, now=at)
    return tactic


def raised(at: datetime, *, kind: AlertKind = AlertKind.NEW) -> uuid.UUID:
    """An alert that waits for its words."""
    row = Tactic.objects.get(public_id=begin(at))
    raise_alert(row, kind=kind, since=week_of(at.date()), now=at)
    return Alert.objects.get(tactic=row).public_id


def signed(at: datetime, *, alert: uuid.UUID | None = None) -> uuid.UUID:
    """An alert that two people have written and read."""
    alert = alert or raised(at)
    word_alert(alert=alert, words={"en": SAID.words}, helps={"en": HELPS}, by=WRITER, now=at)
    sign_alert(alert=alert, sha256=Alert.objects.get(public_id=alert).sha256, by=READER, now=at)
    return alert


def named_contact(at: datetime, *, mailbox: str = CONTACT) -> None:
    """The nation names its government's office."""
    set_plan(
        office="Ministry of Justice",
        mailbox=mailbox,
        language="en",
        first=time(10),
        second=time(16),
        by=WRITER,
        now=at,
    )
