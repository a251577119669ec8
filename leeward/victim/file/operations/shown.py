"""What a person shows a team besides their file: references in their thread, which the two alone open."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, QuerySet

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import OpenFile, reads
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.holders import all_rooms
from leeward.victim.file.models import Thread
from leeward.victim.file.operations.files import her_file, open_renewed
from leeward.victim.portal.holders import Receiver, Receivers
from leeward.victim.portal.rules.visits import Bearer


def find_receivers(bearer: Bearer, now: datetime) -> tuple[Receiver, ...]:
    """The teams with which she writes, and the services that help her, that can read it now: nobody else would."""
    file = her_file(bearer)
    if file is None:
        return ()
    rows = {row.team: row.reference for row in _threads(bearer)}
    ours = tuple(
        Receiver(team=team, who=who)
        for room in all_rooms()
        if room.team in rows and room.talk and room.talk.is_hers(file)
        for team, who in room.teams
        if reads(team, rows[room.team], now=now)
    )
    return ours + tuple(each for others in _others() for each in others.find(bearer, now))


def tell(bearer: Bearer, team: str, shown: Sequence[uuid.UUID], now: datetime) -> None:
    """Let a team know what is shown to it: all of it, so that what stood there before goes. Safe to repeat."""
    if others := _others_of(team):
        others.tell(bearer, team, shown, now)
        return
    of = next((room.team for room in all_rooms() if team in dict(room.teams)), team)
    row = _threads(bearer).filter(team=of).first()
    if row is not None:
        opened = open_renewed(row, keyring=Keyring(bearer.key), by=bearer.by, now=now)
        text = json.dumps([str(each) for each in shown])
        row.shown = Thread.box(opened, "shown", row.reference, text)
        row.save(update_fields=["shown"])


def read_shown(thread: OpenFile) -> tuple[uuid.UUID, ...]:
    """What a person has shown the team of a thread, whose keys have opened it."""
    row = Thread.objects.filter(reference=thread.file).first()
    return tuple(uuid.UUID(each) for each in json.loads((row.peek(thread, "shown") if row else "") or "[]"))


def _threads(bearer: Bearer) -> QuerySet[Thread]:
    """Her threads. One of an earlier release has no key of its own yet, so others than its team would read it."""
    file = her_file(bearer)
    if file is None:
        return Thread.objects.none()
    return Thread.objects.filter(file__reference=file).exclude(reference=F("file__reference"))


def all_teams() -> tuple[Receiver, ...]:
    """Every team of ours that works on files, and every service to which something may have been shown."""
    ours = tuple(Receiver(team=team, who=who) for room in all_rooms() for team, who in room.teams)
    return ours + tuple(each for others in _others() for each in others.teams())


def shown_in(team: str, about: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> tuple[uuid.UUID, ...]:
    """What is shown to a team in one piece of its work. Raises what opening that raises for who may not."""
    if others := _others_of(team):
        return tuple(others.shown(team, about, keyring, by, now))
    talk = next((room.talk for room in all_rooms() if team in dict(room.teams)), None)
    return read_shown(talk.open_thread(about, keyring, by, now)) if talk else ()


def _others() -> tuple[Receivers, ...]:
    return tuple(room.receivers for room in all_rooms() if room.receivers)


def _others_of(team: str) -> Receivers | None:
    return next((each for each in _others() if team in {one.team for one in each.teams()}), None)


RECEIVERS = Receivers(teams=all_teams, find=find_receivers, tell=tell, shown=shown_in)
