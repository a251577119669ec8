"""An answer is taken back once its entry is quashed or was a mistake: the answer's own key is destroyed."""

import uuid
from datetime import datetime

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.vault.operations import destroy_file, open_file
from leeward.foundation.vault.rules.grants import Keyring
from leeward.justice.register.models import Check
from leeward.justice.register.operations.verbs import RegisterVerb, note
from leeward.justice.register.rules.persons import Finding
from leeward.justice.register.rules.terms import CheckState


def withdraw_answers(*, entry: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Take back every answer that was told from a locked entry and can still be read; in the caller's transaction.

    From which entry an answer was told stands sealed in its check alone, so each of those that can be read is opened.
    """
    told = Check.objects.select_for_update(of=("self",)).filter(
        state=CheckState.TOLD, release_until__gte=local_day(now), forgotten_at__isnull=True
    )
    for row in told.exclude(answer="").order_by("pk"):
        file = open_file(file=row.reference, keyring=keyring, by=by, now=now, reason="withdrawn")
        if Finding.from_text(row.unbox(file, "found")).entry != str(entry) or row.release is None:
            continue
        destroy_file(file=row.release, by=by, now=now)
        row.answer = ""
        row.save(update_fields=["answer"])
        note(RegisterVerb.ANSWER_WITHDRAWN, "check", row.reference, by=by, now=now)
