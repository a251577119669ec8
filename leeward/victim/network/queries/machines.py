"""Which member a program speaks for, by its key."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db.models import F

from leeward.foundation.days import local_day
from leeward.victim.network.models import Member
from leeward.victim.network.rules.members import MemberState


def digest_of_key(key: str) -> str:
    """What the database has of a key. It is drawn at random, so a plain digest says nothing of it."""
    return hashlib.sha256(key.encode()).hexdigest()


def member_with_key(key: str, *, now: datetime) -> UUID | None:
    """The member whose program has this key; None where there is none that counts.

    A key rests while its member is suspended. It ends with the protocol, and with the version under which it was drawn.
    """
    rows = Member.objects.filter(key_digest=digest_of_key(key), key_version=F("protocol_version"))
    rows = rows.filter(until__gte=local_day(now))
    return rows.filter(state=MemberState.MEMBER).values_list("public_id", flat=True).first()
