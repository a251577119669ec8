"""Links by which an authority hands in counts without an account. Of a link only its digest is kept."""

import secrets
import uuid
from datetime import datetime, timedelta

from django.db import transaction

from leeward.foundation.accounts.rules import digest_link
from leeward.foundation.audit.rules import Actor, who
from leeward.justice.outcomes.errors import AuthorityUnknown, LinkUnknown
from leeward.justice.outcomes.models import Authority, AuthorityLink
from leeward.justice.outcomes.operations.verbs import OutcomesVerb, note

TOKEN_BYTES = 32
LINK_LASTS = timedelta(days=30)


@transaction.atomic
def make_link(*, authority: uuid.UUID, by: Actor, now: datetime) -> str:
    """Make a link for an authority; the ones before end. Returns its token, which is shown once.

    Raises AuthorityUnknown.
    """
    row = Authority.objects.select_for_update().filter(public_id=authority).first()
    if row is None:
        raise AuthorityUnknown
    AuthorityLink.objects.filter(authority=row).delete()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    AuthorityLink.objects.create(
        authority=row, digest=digest_link(token), made_at=now, made_by=who(by), ends_at=now + LINK_LASTS
    )
    note(OutcomesVerb.LINK_MADE, "authority", authority, by=by, now=now)
    return token


def find_link(token: str, *, now: datetime) -> uuid.UUID:
    """The authority to which a link leads. Unknown, over and ended are one answer: LinkUnknown."""
    rows = AuthorityLink.objects.filter(digest=digest_link(token), ends_at__gt=now)
    found = rows.values_list("authority__public_id", flat=True).first()
    if found is None:
        raise LinkUnknown
    return found
