"""Who has something that one person works on at a time; the claim ends by itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from leeward.foundation.audit.rules import Actor


class Claim(Protocol):
    """Something with a claim: by whom, and until when."""

    @property
    def claimed_by(self) -> str: ...  # noqa: D102  # said above
    @property
    def claimed_until(self) -> datetime | None: ...  # noqa: D102


def is_taken(held: Claim, *, now: datetime) -> bool:
    """Whether somebody has it now."""
    return bool(held.claimed_by) and held.claimed_until is not None and held.claimed_until > now


def is_anothers(held: Claim, who: str, *, now: datetime) -> bool:
    """Whether somebody else has it now."""
    return is_taken(held, now=now) and held.claimed_by != who


@dataclass(frozen=True, kw_only=True)
class Before[V: Claim]:
    """What a member of staff has before them, as they see it now."""

    view: V
    now: datetime
    by: Actor

    @property
    def is_taken(self) -> bool:
        """Whether somebody has taken it, and not yet let it go."""
        return is_taken(self.view, now=self.now)

    @property
    def is_mine(self) -> bool:
        """Whether this person has taken it."""
        return self.is_taken and self.view.claimed_by == self.by.id
