"""The way in for a member without accounts: a link's token is a key, and it opens one turn as long as that lasts."""

import uuid
from dataclasses import dataclass

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.errors import SealRefused
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.network.errors import ReferralUnknown
from leeward.victim.network.models import Turn
from leeward.victim.network.operations.letters import digest_of, key_of_link
from leeward.victim.network.rules.turns import OPEN


@dataclass(frozen=True, kw_only=True)
class LinkWay:
    """Where a link leads. `digest` is public; `is_open`: whether it is still with whoever has the link."""

    turn: uuid.UUID
    member: uuid.UUID
    keyring: Keyring
    by: Actor
    digest: str
    is_open: bool


def find_link(token: str) -> LinkWay:
    """Return where a link leads, opening nothing. Raises ReferralUnknown alike for unknown, mistyped and erased."""
    try:
        digest = digest_of(token)
    except SealRefused as error:  # too short to be one of ours
        raise ReferralUnknown from error
    row = Turn.objects.select_related("member").filter(link=digest).first()
    if row is None:
        raise ReferralUnknown
    return LinkWay(
        turn=row.reference,
        member=row.member.public_id,
        keyring=Keyring(key_of_link(token, member=row.member)),
        by=Actor(kind=ActorKind.MEMBER, id=digest),
        digest=digest,
        is_open=row.state in OPEN,
    )
