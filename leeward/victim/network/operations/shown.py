"""Which entries of their locker a person shows a receiver: references in the turn, which the helpline opens too.

However a turn ends, its receiver can open none of them any more.
"""

import json
import uuid
from datetime import datetime

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import OpenFile
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.locker.operations.showing import hide_from, take_from
from leeward.victim.network.models import Turn


def read_shown(turn: Turn, opened: OpenFile) -> tuple[uuid.UUID, ...]:
    """Return what a person shows the receiver of a turn, whose keys have opened it."""
    return tuple(uuid.UUID(each) for each in json.loads(turn.unbox(opened, "shown") or "[]"))


def hide_shown(turn: Turn, opened: OpenFile, *, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Take from a receiver what they are shown, by their own keys: they end their turn. Safe to repeat."""
    for item in read_shown(turn, opened):
        hide_from(turn.member.team, item=item, keyring=keyring, by=by, now=now)


def take_shown(turn: Turn, opened: OpenFile, *, by: Actor, now: datetime) -> None:
    """Take from a receiver what they are shown, by the keys of the person or of who helps them. Safe to repeat."""
    take_from(turn.member.team, items=read_shown(turn, opened), by=by, now=now)
