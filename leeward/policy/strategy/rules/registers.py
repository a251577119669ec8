"""What was agreed: standards, and agreements on sharing data with their expiry and its reminders."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.labels import Labelled, mark

# Days before an agreement ends on which its keeper is written to, and once on the day itself.
REMINDER_STEPS = (90, 30, 7, 0)
SOON_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class NewStandard:
    """A standard that the forum agreed on."""

    title: str
    publisher: str
    version: str = ""
    url: str = ""
    applies_to: str = ""
    agreed_on: date
    review_on: date | None = None
    withdrawn_on: date | None = None
    is_public: bool = True


@dataclass(frozen=True, kw_only=True)
class NewAgreement:
    """An agreement on sharing data. `keeper_email` is a business mailbox: it is reminded, and shown to staff alone.

    `impact_url` leads to the data protection impact assessment (GDPR, article 35).
    """

    title: str
    parties: tuple[str, ...]
    purpose: str
    legal_basis: str
    categories: str
    retention: str
    starts_on: date
    review_on: date | None = None
    expires_on: date | None = None
    impact_url: str = ""
    keeper_email: str = ""
    language: str = ""
    ended_on: date | None = None
    is_public: bool = False


class Force(Labelled):
    """Whether an agreement binds on a day."""

    NOT_YET = "not_yet", mark("Not in force yet"), "grey"
    IN_FORCE = "in_force", mark("In force"), "green"
    ENDS_SOON = "ends_soon", mark("Ends soon"), "yellow"
    EXPIRED = "expired", mark("Expired"), "red"
    ENDED = "ended", mark("Ended"), "grey"


def check_standard(new: NewStandard, *, today: date) -> NewStandard:
    """The standard as it is kept. Raises FieldRefused."""
    if new.agreed_on > today:
        raise FieldRefused("agreed_on", Mistake.FUTURE)
    if new.withdrawn_on is not None and new.withdrawn_on < new.agreed_on:
        raise FieldRefused("withdrawn_on", Mistake.BEFORE)
    return replace(
        new,
        title=values.line("title", new.title),
        publisher=values.line("publisher", new.publisher),
        version=values.line("version", new.version, optional=True),
        url=values.web_address("url", new.url, optional=True),
        applies_to=values.text("applies_to", new.applies_to),
    )


def check_agreement(new: NewAgreement) -> NewAgreement:
    """The agreement as it is kept. Raises FieldRefused."""
    for field in ("expires_on", "review_on", "ended_on"):
        day = getattr(new, field)
        if day is not None and day < new.starts_on:
            raise FieldRefused(field, Mistake.BEFORE)
    purpose, categories = values.text("purpose", new.purpose), values.text("categories", new.categories)
    if not purpose:
        raise FieldRefused("purpose", Mistake.MISSING)
    if not categories:
        raise FieldRefused("categories", Mistake.MISSING)
    return replace(
        new,
        purpose=purpose,
        categories=categories,
        title=values.line("title", new.title),
        parties=values.lines("parties", new.parties, least=2, most=50),
        legal_basis=values.line("legal_basis", new.legal_basis),
        retention=values.line("retention", new.retention),
        impact_url=values.web_address("impact_url", new.impact_url, optional=True),
        keeper_email=values.mailbox("keeper_email", new.keeper_email, optional=True),
    )


def force_on(new: NewAgreement, *, today: date) -> Force:
    """Whether it binds on this day. It still does on the day on which it expires."""
    if new.ended_on is not None and new.ended_on <= today:
        return Force.ENDED
    if new.expires_on is not None and new.expires_on < today:
        return Force.EXPIRED
    if new.starts_on > today:
        return Force.NOT_YET
    if new.expires_on is not None and (new.expires_on - today).days <= SOON_DAYS:
        return Force.ENDS_SOON
    return Force.IN_FORCE


def is_review_due(review_on: date | None, *, today: date) -> bool:
    """Whether the day of its review has come."""
    return review_on is not None and review_on <= today


def reminder_step(*, expires_on: date, today: date, written: Collection[int]) -> int | None:
    """Which reminder to write today: the latest step that has come, if neither it nor a later one was written.

    None before the first step, after the last one was written, and once the agreement has been over for a week: a
    mail about something long past helps nobody, and the register shows it anyway.
    """
    left = (expires_on - today).days
    come = [step for step in REMINDER_STEPS if left <= step]
    if not come or left < -7:
        return None
    latest = min(come)
    return None if any(step <= latest for step in written) else latest
