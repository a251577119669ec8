"""Pictures that are watched for, what platforms say that they found, and those who look at it."""

import uuid
from datetime import datetime, timedelta

from leeward.foundation.vault.operations import open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.industry.bank.operations import record_answers
from leeward.industry.bank.rules import FeedbackValue, NewAnswer
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.matches import look_for_matches
from leeward.victim.removals.operations.reports import (
    save_consents,
)
from leeward.victim.removals.rules.reports import Consents, ItemKind
from tests.industry.conftest import pdq, picture, protect
from tests.victim.removals.conftest import NOW, PERSON, Company, Filed

URL = "https://chatter.example/p/1"


LATER, DAY = timedelta(hours=5), timedelta(days=1)


YES = Consents(notices=True, watching=True, matches=True)


def watched(filed: Filed, *, names: tuple[str, ...] = ("beach",), now: datetime = NOW) -> uuid.UUID:
    """Her pictures, and her yes to acting on what platforms find of them."""
    submission = protect(*(picture(name, variants=("upright", "rot90")) for name in names))
    save_consents(opened=filed.open(), consents=YES, by=PERSON, now=now, submission=submission)
    return submission


def met(company: Company, answer: FeedbackValue, *, name: str = "beach/upright", now: datetime = NOW) -> None:
    """The platform says at the exchange what it did about a picture of this hash."""
    record_answers(partner=company.partner, answers=[NewAnswer(value=pdq(name), answer=answer)], now=now)


def look(now: datetime = NOW + LATER) -> int:
    return look_for_matches(now=now, limit=50, monitor=open_service(Service.MONITOR))


def found() -> list[Request]:
    return list(Request.objects.filter(kind=ItemKind.MATCH.value).order_by("opened_at", "ordinal"))
