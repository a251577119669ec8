"""Who is a member: signed, suspended, gone; and what they say of their room."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.values import mailbox as checked_mailbox
from leeward.foundation.vault.operations import found_team
from leeward.victim.network.errors import CapacityRefused, MemberUnknown, ProtocolChanged, ProtocolEnded, TermsRefused
from leeward.victim.network.models import (
    MOST_DAYS,
    MOST_PLACES,
    Capacity,
    Member,
    MemberService,
)
from leeward.victim.network.operations.forwarding import end_links_of, end_turns_of
from leeward.victim.network.operations.letters import seal_mailbox
from leeward.victim.network.operations.verbs import NetworkVerb, write_member_line
from leeward.victim.network.rules.clocks import MOST, Terms
from leeward.victim.network.rules.members import Kind, MemberState, Part, PassedTo, Said, Sector, Way, has_ended


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """What a member signs. `mailbox`: where it is written; "" leaves it as it is."""

    name: str
    organization: uuid.UUID
    sector: Sector
    version: int
    until: date
    parts: Sequence[Part]
    terms: Terms = MOST
    passes_to: frozenset[PassedTo] = frozenset()
    passes_on: str = ""
    way: Way = Way.ACCOUNTS
    mailbox: str = field(default="", repr=False)


def sign_member(*, protocol: Protocol, member: uuid.UUID, by: Actor, now: datetime) -> None:
    """Let an organisation be a member from now on, under these terms; again, to change or prolong them.

    `member`: its public id, drawn by the caller. Its team's key is made here, unless it comes in by links. Raises
    TermsRefused, FieldRefused for its mailbox, MemberUnknown where one of the services is another member's.
    """
    today = local_day(now)
    is_whole = bool(protocol.name.strip() and protocol.parts and all(each.kinds for each in protocol.parts))
    if not (is_whole and protocol.terms.are_kept and protocol.until >= today):
        raise TermsRefused
    with transaction.atomic():
        row = Member.objects.select_for_update().filter(public_id=member).first() or Member(public_id=member)
        row.name, row.organization, row.sector = protocol.name, protocol.organization, protocol.sector
        row.state, row.changed_at = MemberState.MEMBER, now
        row.protocol_version, row.signed_on, row.until = protocol.version, today, protocol.until
        row.passes_to, row.passes_on = sorted(protocol.passes_to), protocol.passes_on
        row.accept_days, row.accept_hours = protocol.terms.accept_days, protocol.terms.accept_hours
        row.act_days, row.act_days_urgent = protocol.terms.act_days, protocol.terms.act_days_urgent
        row.way, row.applied = protocol.way, ""
        if protocol.mailbox or not row.mailbox:
            _keep_mailbox(row, protocol.mailbox, by=by, now=now)
        row.save()
        row.services.exclude(service__in=[each.service for each in protocol.parts]).delete()
        keep_parts(row, protocol.parts)
        if row.way is Way.ACCOUNTS:
            found_team(team=row.team, by=by, now=now)
        write_member_line(NetworkVerb.MEMBER_SIGNED, row, by=by, now=now, version=protocol.version)


def suspend_member(*, member: uuid.UUID, by: Actor, now: datetime) -> None:
    """Ask a member nothing more, and take away what is with them: it goes on to the next. Safe to repeat."""
    _end(member, state=MemberState.SUSPENDED, verb=NetworkVerb.MEMBER_SUSPENDED, by=by, now=now)


def let_member_go(*, member: uuid.UUID, by: Actor, now: datetime) -> None:
    """A member leaves. What is with them goes on to the next. Safe to repeat."""
    _end(member, state=MemberState.LEFT, verb=NetworkVerb.MEMBER_LEFT, by=by, now=now)


def set_mailbox(*, member: uuid.UUID, mailbox: str, by: Actor, now: datetime) -> None:
    """Keep where a member is written that something waits for it; "" forgets it, and nothing is written any more.

    A link that was mailed before opens nothing any more, and what was open by it goes on to the next. Raises
    MemberUnknown, FieldRefused.
    """
    with transaction.atomic():
        row = locked_member(member)
        _keep_mailbox(row, mailbox, by=by, now=now)
        row.save(update_fields=["mailbox"])
        write_member_line(NetworkVerb.MAILBOX_SET, row, by=by, now=now, is_kept=bool(mailbox))


def say_capacity(
    *,
    member: uuid.UUID,
    service: uuid.UUID,
    kind: Kind,
    said: Said,
    places: int | None = None,
    wait_days: int | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """A member says whether it has room; the same again makes the word young. Raises MemberUnknown, CapacityRefused."""
    with transaction.atomic():
        row = MemberService.objects.select_for_update(of=("self",)).select_related("member").filter(service=service)
        found = row.filter(member__public_id=member).first()
        if found is None:
            raise MemberUnknown
        numbers = ((places, MOST_PLACES), (wait_days, MOST_DAYS))
        if kind not in found.kinds or not all(each is None or 0 <= each <= most for each, most in numbers):
            raise CapacityRefused
        values: dict[str, Any] = {"said": said, "places": places, "wait_days": wait_days}
        Capacity.objects.update_or_create(
            service=found, kind=kind, defaults={**values, "said_at": now, "said_by": who(by)}
        )
        write_member_line(NetworkVerb.ROOM_SAID, found.member, by=by, now=now, kind=kind, said=said)


def accept_protocol(*, member: uuid.UUID, version: int, by: Actor, now: datetime) -> None:
    """Somebody who works there has read the protocol and keeps to it.

    Raises MemberUnknown, ProtocolChanged, ProtocolEnded.
    """
    with transaction.atomic():
        row = locked_member(member)
        if has_ended(row.until, today=local_day(now)):
            raise ProtocolEnded
        if version != row.protocol_version:
            raise ProtocolChanged
        row.accepted.update_or_create(staff=who(by), defaults={"version": version, "at": now})
        write_member_line(NetworkVerb.PROTOCOL_ACCEPTED, row, by=by, now=now, version=version)


def _keep_mailbox(row: Member, typed: str, *, by: Actor, now: datetime) -> None:
    mailbox = checked_mailbox("mailbox", typed, optional=row.way is not Way.LINK)
    if row.mailbox:
        end_links_of(row, by=by, now=now)
    seal_mailbox(row, mailbox)


def keep_parts(row: Member, parts: Sequence[Part]) -> None:
    """Keep with which services a member takes part, besides those that it has, in the caller's transaction.

    Raises MemberUnknown where one of them is another member's.
    """
    named = {each.service for each in parts}
    if MemberService.objects.filter(service__in=named).exclude(member=row).exists():
        raise MemberUnknown
    for each in parts:
        values = {"kinds": sorted(each.kinds), "languages": sorted(each.languages)}
        part, _ = row.services.update_or_create(service=each.service, defaults=values)
        part.capacities.exclude(kind__in=sorted(each.kinds)).delete()


def _end(member: uuid.UUID, *, state: MemberState, verb: NetworkVerb, by: Actor, now: datetime) -> None:
    with transaction.atomic():
        row = locked_member(member)
        if row.state is state:
            return
        row.state, row.changed_at = state, now
        if state is MemberState.LEFT:
            row.mailbox = ""
        row.save(update_fields=["state", "changed_at", "mailbox"])
        end_turns_of(row, by=by, now=now)
        write_member_line(verb, row, by=by, now=now)


def locked_member(member: uuid.UUID) -> Member:
    """Lock a member. Raises MemberUnknown."""
    row = Member.objects.select_for_update().filter(public_id=member).first()
    if row is None:
        raise MemberUnknown
    return row
