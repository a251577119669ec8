"""How organisations come to the network: they ask to join, or stand on a list; the secretary decides."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.work.doors import require_role_at_work
from leeward.victim.network.errors import AppliedTwice, MemberUnknown, StillTheirs
from leeward.victim.network.models import Member
from leeward.victim.network.operations.members import keep_parts
from leeward.victim.network.operations.verbs import NetworkVerb, write_member_line
from leeward.victim.network.rules.listing import Listed
from leeward.victim.network.rules.members import MemberState, Sector

# So many wait at most, so that nobody fills the list from outside.
MOST_WAITING = 200


def ask_to_join(*, organization: uuid.UUID, name: str, sector: Sector, words: str, by: Actor, now: datetime) -> None:
    """An organisation of the directory asks to join. It is asked nothing and proposed nowhere before it has signed.

    Raises AppliedTwice, also where too many wait, and DoorClosed while there is no secretary who could answer.
    """
    require_role_at_work(Role.NETWORK_SECRETARY)
    with transaction.atomic():
        rows = Member.objects.select_for_update()
        if rows.filter(organization=organization).exclude(state=MemberState.LEFT).exists():
            raise AppliedTwice
        if Member.objects.filter(state=MemberState.APPLICANT).count() >= MOST_WAITING:
            raise AppliedTwice
        row = Member(name=name, organization=organization, sector=sector, applied=words, changed_at=now)
        row.save()
        write_member_line(NetworkVerb.MEMBER_ASKED, row, by=by, now=now)


def refuse_applicant(*, member: uuid.UUID, by: Actor, now: datetime) -> None:
    """Say no to who asks: what they wrote is deleted. Safe to repeat. Raises StillTheirs for who has ever signed."""
    with transaction.atomic():
        row = Member.objects.select_for_update().filter(public_id=member).first()
        if row is None:
            return
        if row.state is not MemberState.APPLICANT:
            raise StillTheirs
        write_member_line(NetworkVerb.MEMBER_REFUSED, row, by=by, now=now)
        row.delete()


def take_list(listed: Sequence[Listed], *, by: Actor, now: datetime) -> None:
    """Keep what a list says of members: their services, kinds, languages and days; all of it or nothing.

    Services that it does not name stay as they are. Who is no member yet waits for its protocol, which the secretary
    lets it sign: no list says what somebody must pass on by law. Raises MemberUnknown.
    """
    with transaction.atomic():
        for each in listed:
            row = Member.objects.select_for_update().filter(public_id=each.member).first() if each.member else None
            if each.member and row is None:
                raise MemberUnknown
            row = row or Member(name=each.name, organization=each.organization, sector=Sector.OTHER)
            row.signed_on, row.until, row.changed_at = each.signed_on, each.until, now
            row.save()
            keep_parts(row, each.parts)
            write_member_line(NetworkVerb.MEMBER_LISTED, row, by=by, now=now, services=len(each.parts))
