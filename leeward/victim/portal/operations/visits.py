"""Visits end here, not in a browser alone: one that a code has opened is good only while its row stands.

A row is written and deleted by itself, never in the transaction of what is hers: a copied database shows what one
transaction wrote, and that would join a visit to a code.
"""

import hashlib
import secrets
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.victim.portal.models import OpenVisit
from leeward.victim.portal.rules.visits import WHOLE_LIMIT

KEY_BYTES = 32


class PortalVerb(StrEnum):
    """The portal's lines in the audit trail: never anything about one person's visit."""

    VISITS_DROPPED = "portal.visits_dropped"


def start_visit(*, now: datetime) -> str:
    """Begin a visit; returns its key, of which only a digest is kept."""
    key = secrets.token_urlsafe(KEY_BYTES)
    OpenVisit.objects.create(digest=_digest(key), ends_on=(now + WHOLE_LIMIT).date())
    return key


def is_visit_good(*, key: str, now: datetime) -> bool:
    """Whether the visit of this key has not been ended."""
    return OpenVisit.objects.filter(digest=_digest(key), ends_on__gte=now.date()).exists()


def stop_visit(*, key: str) -> bool:
    """End a visit, whoever has a copy of its cookie; returns whether it was still there. Safe to repeat."""
    deleted, _ = OpenVisit.objects.filter(digest=_digest(key)).delete()
    return deleted > 0


def drop_visits(*, by: Actor, now: datetime) -> int:
    """End every visit; returns how many there were. Safe to repeat."""
    with transaction.atomic():
        dropped, _ = OpenVisit.objects.all().delete()
        record(verb=PortalVerb.VISITS_DROPPED, by=by, subject=Subject(kind="visits"), now=now, facts={"count": dropped})
    return dropped


def sweep_visits(*, now: datetime, limit: int) -> int:
    """Forget visits whose day is over; returns how many. Safe to repeat."""
    due = list(OpenVisit.objects.filter(ends_on__lt=now.date()).values_list("pk", flat=True)[:limit])
    deleted, _ = OpenVisit.objects.filter(pk__in=due).delete()
    return deleted


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
