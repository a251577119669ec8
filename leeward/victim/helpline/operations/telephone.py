"""Counts of calls are kept by the hour and the line, as a telephone system told them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.victim.helpline.models import CallHour
from leeward.victim.helpline.operations.verbs import HelplineVerb
from leeward.victim.helpline.rules.telephone import NUMBERS, HourOfCalls


@transaction.atomic
def keep_calls(hours: Sequence[HourOfCalls], *, by: Actor, now: datetime) -> None:
    """Keep all hours or none; an hour and line that is known is told anew. Safe to repeat."""
    rows = [CallHour(**vars(each)) for each in hours]
    CallHour.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["hour", "line"],
        update_fields=[*NUMBERS, "median_wait_s"],
    )
    record(verb=HelplineVerb.CALLS_COUNTED, by=by, subject=Subject(kind="calls"), now=now, facts={"hours": len(hours)})
