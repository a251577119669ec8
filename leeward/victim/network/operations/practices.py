"""What was found to help stands on the network's shelf: the secretary puts a page there, and looks at it again."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.days import local_day
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.editing.history import held
from leeward.foundation.pages.queries import texts_in_force
from leeward.foundation.rows import put
from leeward.victim.network.errors import PracticeMistake
from leeward.victim.network.models import NAME_LENGTH, Practice
from leeward.victim.network.operations.verbs import NetworkVerb
from leeward.victim.network.rules.practices import NewPractice

LONGEST = timedelta(days=730)


@transaction.atomic
def save_practice(*, new: NewPractice, reference: uuid.UUID | None = None, by: Actor, now: datetime) -> uuid.UUID:
    """Put a page on the shelf, or say anew what was measured and until when it holds.

    Raises FieldRefused, EntryUnknown.
    """
    row = held(Practice.objects.all(), reference) if reference else Practice()
    _check(new, row, now=now)
    put(row, new)
    row.changed_at = now
    row.save()
    _note(NetworkVerb.PRACTICE_KEPT, row, by=by, now=now)
    return row.public_id


@transaction.atomic
def drop_practice(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Take a practice off the shelf; its page stays. Raises EntryUnknown."""
    row = held(Practice.objects.all(), reference)
    _note(NetworkVerb.PRACTICE_DROPPED, row, by=by, now=now)
    row.delete()


def _check(new: NewPractice, row: Practice, *, now: datetime) -> None:
    if not texts_in_force([new.page], settings.LANGUAGE_CODE):
        raise FieldRefused("page", PracticeMistake.PAGE)
    if Practice.objects.filter(page=new.page).exclude(pk=row.pk).exists():
        raise FieldRefused("page", PracticeMistake.TWICE)
    for field in ("measured", "result"):
        if not values.text(field, getattr(new, field)):
            raise FieldRefused(field, Mistake.MISSING)
    values.line("measured_by", new.measured_by, most=NAME_LENGTH)
    values.web_address("source", new.source, optional=True)
    if not local_day(now) < new.review_on <= local_day(now) + LONGEST:
        raise FieldRefused("review_on", PracticeMistake.REVIEW)


def _note(verb: NetworkVerb, row: Practice, *, by: Actor, now: datetime) -> None:
    record(verb=verb, by=by, subject=Subject(kind="practice", reference=str(row.public_id)), now=now, facts={})
