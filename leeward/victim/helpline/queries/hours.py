"""When the helpline is open: what its own entry in the directory says, so clock and public hours cannot differ."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from leeward.society.directory.queries.hours import open_spells
from leeward.society.directory.rules.schedules import Spell
from leeward.victim.helpline.rules.promise import HORIZON


@dataclass(frozen=True, kw_only=True)
class OpenHours:
    """Whether the helpline is open now, and until when, or when it opens next; None of either where none is known."""

    open_until: datetime | None = None
    opens_at: datetime | None = None


def helpline_service() -> UUID | None:
    """The directory's service that the helpline is; None where the nation's file names none."""
    service: UUID | None = settings.LEEWARD_LINES["helpline"].service
    return service


def open_between(start: datetime, end: datetime) -> tuple[Spell, ...]:
    """When the helpline is open between two aware times; empty where no hours are known."""
    service = helpline_service()
    return open_spells(service, start=start, end=end) if service else ()


def open_after(since: datetime) -> tuple[Spell, ...]:
    """When the helpline is open from then on, for as far as a promise can reach; empty where no hours are known."""
    return open_between(since, since + HORIZON)


def hours_now(now: datetime) -> OpenHours:
    """Say how it stands with its hours at this moment."""
    spell = next(iter(open_after(now)), None)
    if spell is None:
        return OpenHours()
    return OpenHours(open_until=spell.closes_at) if spell.opens_at <= now else OpenHours(opens_at=spell.opens_at)
