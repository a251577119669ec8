"""What people outside say of an entry: a mistake that anybody saw, a change or an end that its owner wants.

Nothing of it is shown to anybody before a person has looked at it. The same words again are one proposal, and of one
service only so many wait at a time.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.society.directory.errors import (
    EntryRefused,
    EntryUnknown,
    Mistake,
    NothingProposed,
    ProposalUnknown,
    TooManyProposals,
)
from leeward.society.directory.models import Proposal, Service
from leeward.society.directory.operations.freshness import confirm_service
from leeward.society.directory.operations.saving import save_location, save_service
from leeward.society.directory.operations.verbs import DirectoryVerb, note
from leeward.society.directory.queries.places import find_spot
from leeward.society.directory.queries.proposals import places_of
from leeward.society.directory.rules.checks import CONTROL
from leeward.society.directory.rules.freshness import (
    MISTAKE_LENGTH,
    OPEN_CHANGES_MOST,
    OPEN_MISTAKES_MOST,
    OWNERS,
    MistakeKind,
    ProposalKind,
    ProposalState,
)
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.limits import TEXT_LENGTH
from leeward.society.directory.rules.proposals import (
    NO_CHANGE,
    NewAddress,
    OwnerChange,
    apply_address,
    apply_change,
    faults_of,
    narrow_change,
    pack_change,
    unpack_change,
)
from leeward.society.directory.rules.records import LocationRecord, ServiceStatus

# Whoever writes from outside is never told apart from another.
SOMEBODY = Actor.person()


@dataclass(frozen=True, kw_only=True)
class _Wish:
    kind: ProposalKind
    values: Mapping[str, Any]
    words: str


def report_mistake(*, service_id: UUID, kind: MistakeKind, words: str, now: datetime) -> None:
    """Somebody says that an entry is wrong; the same again is one.

    Raises EntryUnknown for what she cannot see, EntryRefused for words that are too long, NothingProposed for "other"
    without words, TooManyProposals.
    """
    words = _checked(words, most=MISTAKE_LENGTH)
    if kind is MistakeKind.OTHER and not words:
        raise NothingProposed
    with transaction.atomic():
        service = Service.objects.published().select_for_update(of=("self",)).filter(public_id=service_id).first()
        if service is None:
            raise EntryUnknown
        _keep(service, _Wish(kind=ProposalKind.MISTAKE, values={"mistake": kind.value}, words=words), now=now)


def propose_change(*, service_id: UUID, change: OwnerChange, words: str = "", now: datetime) -> OwnerChange:
    """A service's owner wants its entry changed; returns what is really to change. The same again is one.

    Raises EntryUnknown, EntryRefused with what is wrong field by field, NothingProposed, TooManyProposals.
    """
    words = _checked(words, most=TEXT_LENGTH)
    with transaction.atomic():
        service = _lock_service(service_id)
        entry, places = service.as_record(), places_of(service)
        narrowed = narrow_change(change, entry, locations=places)
        if narrowed == NO_CHANGE and not words:
            raise NothingProposed
        if faults := faults_of(narrowed, entry, locations=places):
            raise EntryRefused(faults)
        _keep(service, _Wish(kind=ProposalKind.CHANGE, values=pack_change(narrowed), words=words), now=now)
    return narrowed


def propose_end(*, service_id: UUID, words: str = "", now: datetime) -> None:
    """A service's owner says that it is given no more. The same again is one.

    Raises EntryUnknown, EntryRefused for words that are too long, TooManyProposals.
    """
    words = _checked(words, most=TEXT_LENGTH)
    with transaction.atomic():
        service = _lock_service(service_id)
        _keep(service, _Wish(kind=ProposalKind.ENDED, values={}, words=words), now=now)


@transaction.atomic
def accept_proposal(*, proposal_id: UUID, by: Actor, now: datetime) -> None:
    """Take a proposal: an owner's change is written and counts as checked on the day it was made; an end is written.

    A mistake that somebody saw is mended by whoever accepts it. Raises ProposalUnknown, and EntryRefused where the
    entry has changed since so that the proposal does not fit it any more.
    """
    row = _lock(proposal_id)
    kind = ProposalKind(row.kind)
    if kind is ProposalKind.CHANGE:
        _write_change(row, by=by, now=now)
    elif kind is ProposalKind.ENDED:
        entry = _hold(row).as_record()
        save_service(dataclasses.replace(entry, status=ServiceStatus.DEFUNCT), source=Source.OWNER, by=by, now=now)
    _decide(row, ProposalState.ACCEPTED, by=by, now=now)


@transaction.atomic
def accept_amended(*, proposal_id: UUID, change: OwnerChange, by: Actor, now: datetime) -> None:
    """Put `change` in the place of what the owner proposed, and accept it.

    Raises ProposalUnknown for what does not wait or is no change, and EntryRefused as accepting does.
    """
    row = _lock(proposal_id)
    if row.kind != ProposalKind.CHANGE.value:
        raise ProposalUnknown
    row.values = pack_change(change)
    row.save(update_fields=["values"])
    accept_proposal(proposal_id=proposal_id, by=by, now=now)


@transaction.atomic
def reject_proposal(*, proposal_id: UUID, by: Actor, now: datetime) -> None:
    """Put a proposal aside; the entry stays as it is. Raises ProposalUnknown."""
    _decide(_lock(proposal_id), ProposalState.REJECTED, by=by, now=now)


def _write_change(row: Proposal, *, by: Actor, now: datetime) -> None:
    service, change = _hold(row), unpack_change(row.values)
    entry, places = service.as_record(), places_of(service)
    save_service(apply_change(change, entry), source=Source.OWNER, by=by, now=now)
    for new in change.addresses:
        place = places.get(new.location_id)
        if place is None or place.is_confidential or entry.hides_address:  # gone or hidden since
            continue
        save_location(_found(new, place), source=Source.OWNER, by=by, now=now)
    confirm_service(service_id=entry.id, source=Source.OWNER, how="proposal", on=local_day(row.made_at), by=by, now=now)


def _found(new: NewAddress, place: LocationRecord) -> LocationRecord:
    """The place with its new address; where it has moved, at the middle of its postcode if we know that."""
    moved = apply_address(new, place)
    spot = find_spot(new.address.postal_code).only if moved.latitude is None else None
    return dataclasses.replace(moved, latitude=spot.latitude, longitude=spot.longitude) if spot else moved


def _keep(service: Service, wish: _Wish, *, now: datetime) -> None:
    """Write a proposal, unless the very same one waits. The service is held, so nobody writes beside us."""
    is_owners = wish.kind in OWNERS
    kinds = OWNERS if is_owners else (ProposalKind.MISTAKE,)
    waiting = list(service.proposals.filter(state=ProposalState.OPEN.value, kind__in=[kind.value for kind in kinds]))
    if any((row.kind, row.values, row.words) == (wish.kind.value, wish.values, wish.words) for row in waiting):
        return
    most = OPEN_CHANGES_MOST if is_owners else OPEN_MISTAKES_MOST
    if len(waiting) >= most:
        raise TooManyProposals(most)
    row = Proposal.objects.create(
        service=service, kind=wish.kind.value, values=dict(wish.values), words=wish.words, made_at=now
    )
    _note(DirectoryVerb.PROPOSED, row, by=SOMEBODY, now=now)


def _decide(row: Proposal, state: ProposalState, *, by: Actor, now: datetime) -> None:
    row.state, row.decided_at, row.decided_by = state.value, now, by.id[:16]
    if row.kind == ProposalKind.MISTAKE.value:
        row.words = ""  # a stranger's words have done their work, and may say more of her than of the entry
    row.save(update_fields=["state", "decided_at", "decided_by", "words"])
    verb = DirectoryVerb.ACCEPTED if state is ProposalState.ACCEPTED else DirectoryVerb.REJECTED
    _note(verb, row, by=by, now=now)


def _lock(proposal_id: UUID) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("service")
    row = rows.filter(public_id=proposal_id, state=ProposalState.OPEN.value).first()
    if row is None:
        raise ProposalUnknown
    return row


def _lock_service(service_id: UUID) -> Service:
    rows = Service.objects.whole().select_for_update(of=("self",))
    found = rows.filter(public_id=service_id, withdrawn_at__isnull=True).first()
    if found is None:
        raise EntryUnknown
    return found


def _hold(row: Proposal) -> Service:
    """The proposal's service, whole, held so that what is written is made of what stands there."""
    return Service.objects.whole().select_for_update(of=("self",)).get(pk=row.service_id)


def _checked(words: str, *, most: int) -> str:
    words = words.replace("\r\n", "\n").strip()
    if len(words) > most:
        raise EntryRefused.of("words", Mistake.LONG, count=f"{len(words):,}", most=f"{most:,}")
    if CONTROL.search(words):
        raise EntryRefused.of("words", Mistake.SIGNS)
    return words


def _note(verb: DirectoryVerb, row: Proposal, *, by: Actor, now: datetime) -> None:
    facts = {"proposal": str(row.public_id), "kind": row.kind}
    note(verb, "service", row.service.public_id, by=by, now=now, facts=facts)
