"""What stands on the network's shelf: each practice with its page as it says now."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from leeward.foundation.editing.history import held
from leeward.foundation.pages.queries import InForce, texts_in_force
from leeward.foundation.rows import read_row
from leeward.victim.network.models import Practice
from leeward.victim.network.rules.practices import NewPractice, is_in_date

MOST = 300


@dataclass(frozen=True, kw_only=True)
class PracticeLine(NewPractice):
    """One practice as it is shown. `shown`: its page in the reader's language; None where it cannot be read now."""

    reference: UUID
    shown: InForce | None
    is_in_date: bool

    @property
    def title(self) -> str:
        """What it is called."""
        return self.shown.text.title if self.shown else self.page


def list_practices(*, language: str, today: date) -> tuple[PracticeLine, ...]:
    """The shelf, what has to be looked at again soonest first."""
    rows = list(Practice.objects.order_by("review_on", "page")[:MOST])
    pages = texts_in_force([row.page for row in rows], language)
    return tuple(_line(row, pages.get(row.page), today=today) for row in rows)


def read_practice(reference: UUID) -> NewPractice:
    """One practice as it is changed. Raises EntryUnknown."""
    found = Practice.objects.filter(public_id=reference).first()
    return read_row(NewPractice, found or held(Practice.objects.none(), reference))


def practice_seen(reference: UUID) -> str:
    """The mark of its state."""
    found = Practice.objects.filter(public_id=reference).values_list("changed_at", flat=True).first()
    return found.isoformat() if found else ""


def _line(row: Practice, shown: InForce | None, *, today: date) -> PracticeLine:
    """Where the page cannot be read, nothing of it holds."""
    in_date = shown is not None and is_in_date(row.review_on, today=today)
    return read_row(PracticeLine, row, reference=row.public_id, shown=shown, is_in_date=in_date)
