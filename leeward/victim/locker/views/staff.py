"""What a person shows a team of ours, as the team's own page of them has it."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.locker.documents import when_of
from leeward.victim.locker.operations.showing import open_shown
from leeward.victim.locker.queries.items import ItemView, ShownLine, list_shown


@dataclass(frozen=True, kw_only=True)
class KeptPart:
    """The entries that a team can open now, and the one that somebody has just opened; `about`: in which work of it."""

    about: uuid.UUID
    lines: tuple[ShownLine, ...]
    opened: ItemView | None = None

    @property
    def when(self) -> str:
        """When it happened what the opened one says."""
        return when_of(self.opened.entry) if self.opened else ""


def list_kept(references: Collection[uuid.UUID], *, about: uuid.UUID, team: str, now: datetime) -> KeptPart:
    """What a team can open of these entries, before it opens one."""
    return KeptPart(about=about, lines=list_shown(references, team=team, now=now))


def open_kept(kept: KeptPart, part: str, *, team: str, keyring: Keyring, by: Actor, now: datetime) -> KeptPart | None:
    """Open the entry of this reference, as typed; None where it is none of those that are shown."""
    line = next((each for each in kept.lines if str(each.reference) == part), None)
    if line is None:
        return None
    return replace(kept, opened=open_shown(line.reference, team=team, keyring=keyring, by=by, now=now))
