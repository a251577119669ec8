"""What pays for the helpline is entered and corrected; its public page says it at once."""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Fact, Subject
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused, Mistake
from leeward.foundation.rows import put
from leeward.victim.helpline.models import Funding
from leeward.victim.helpline.operations.verbs import HelplineVerb
from leeward.victim.helpline.rules.funding import Grant


def save_funding(grant: Grant, *, reference: uuid.UUID | None, by: Actor, now: datetime) -> None:
    """Add what pays for the helpline, or correct it. Raises FieldRefused, and EntryUnknown for what is not there."""
    if grant.ends_on < grant.begins_on:
        raise FieldRefused("ends_on", Mistake.BEFORE)
    with transaction.atomic():
        row = Funding() if reference is None else Funding.objects.filter(public_id=reference).first()
        if row is None:
            raise EntryUnknown
        put(row, grant)
        row.changed_at = now
        row.save()
        subject = Subject(kind="funding", reference=str(row.public_id))
        facts: dict[str, Fact] = {"hours": grant.hours, "until": grant.ends_on.isoformat()}
        record(verb=HelplineVerb.FUNDING_SET, by=by, subject=subject, now=now, facts=facts)
