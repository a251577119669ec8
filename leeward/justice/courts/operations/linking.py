"""A link for a company without account or key: its token is a key that opens one order's text, and nothing else.

Of a link only its digest is kept; a new one ends the one before it.
"""

import contextlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.errors import SealRefused, TeamUnknown
from leeward.foundation.vault.operations import derive_key_pair, grant, open_file, team_grantee
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, Keyring, PrivateKey
from leeward.industry.platforms.queries import find_partner_by_id, is_reached_at
from leeward.industry.platforms.rules import team_name
from leeward.justice.courts.errors import NoMailbox, OrderUnknown, StepImpossible
from leeward.justice.courts.models import OrderLink, Target
from leeward.justice.courts.operations.events import locked_order, locked_target
from leeward.justice.courts.operations.turning import STANDING, has_people, mail_channel, write_to_company
from leeward.justice.courts.operations.verbs import CourtVerb, note
from leeward.victim.removals.rules.at_platform import AtPlatform

PURPOSE = "courts/link"
TOKEN_BYTES = 32
LINK_LASTS = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class OrderWay:
    """What a link leads to: one order, for one company."""

    side: AtPlatform
    number: str
    company: str


def let_read(target: Target, *, keyring: Keyring, by: Actor, now: datetime) -> str:
    """Let the company that is addressed open its own text; returns the address of a link where nobody has an account.

    A company whose programs alone have a key gets both: its people cannot read what is at the door for machines.
    """
    partner = find_partner_by_id(target.platform_id or 0)
    file = open_file(file=target.reference, keyring=keyring, by=by, now=now)
    with contextlib.suppress(TeamUnknown):
        team = team_grantee(team_name(partner.public_id))
        grant(opened=file, compartment=Compartment.PACKET, to=team, by=by, now=now, reason="served")
    if has_people(partner):
        return ""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    key, ends_at = _key(token), now + LINK_LASTS
    grant(
        opened=file,
        compartment=Compartment.PACKET,
        to=key.grantee,
        by=by,
        now=now,
        reason="link",
        expires_at=ends_at,
    )
    channel = mail_channel(partner)
    sent_to = channel.address if channel else ""
    told = {"digest": key.grantee.id, "sent_to": sent_to, "ends_at": ends_at}
    OrderLink.objects.update_or_create(target=target, defaults=told)
    return f"{settings.LEEWARD_URL}/orders/by-link/{token}"


@transaction.atomic
def renew_link(*, number: str, ordinal: int, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Write a new link to a company that was served and has no account; the one before it opens nothing any more.

    Raises StepImpossible where it needs none, NoMailbox where nobody can write to it.
    """
    order = locked_order(number)
    target = locked_target(order, ordinal)
    if order.state not in STANDING or target.served_at is None or not target.platform_id:
        raise StepImpossible
    address = let_read(target, keyring=keyring, by=by, now=now)
    if not address:
        raise StepImpossible
    if not write_to_company(target, about=order.state, parcel=uuid4(), link=address, by=by, now=now):
        raise NoMailbox
    note(CourtVerb.LINK_RENEWED, number, by=by, now=now, target=ordinal)


def find_order_link(token: str, *, now: datetime) -> OrderWay:
    """Return where a link leads, opening nothing.

    Raises OrderUnknown alike for unknown, over and replaced ones, and for one that went to a mailbox that is corrected.
    """
    try:
        key = _key(token)
    except SealRefused as error:  # too short to be one of ours
        raise OrderUnknown from error
    rows = OrderLink.objects.select_related("target__order").filter(digest=key.grantee.id, ends_at__gt=now)
    row = rows.first()
    if row is None or row.target.platform_id is None:
        raise OrderUnknown
    partner = find_partner_by_id(row.target.platform_id)
    if row.sent_to and not is_reached_at(partner, address=row.sent_to):
        raise OrderUnknown
    actor = Actor(kind=ActorKind.PLATFORM, id=str(partner.public_id))
    side = AtPlatform(platform_id=partner.id, keyring=Keyring(key), actor=actor, is_person=False)
    return OrderWay(side=side, number=row.target.order.number, company=partner.name)


def forget_order_links(*, now: datetime, limit: int) -> int:
    """Forget links that are over; returns how many. Safe to repeat."""
    over = list(OrderLink.objects.filter(ends_at__lte=now).values_list("pk", flat=True)[:limit])
    return OrderLink.objects.filter(pk__in=over).delete()[0]


def _key(token: str) -> PrivateKey:
    return derive_key_pair(token, purpose=PURPOSE, kind=GranteeKind.LINK)
