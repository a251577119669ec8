"""What waits for an editor to decide: proposals of owners, and mistakes that anybody saw."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from leeward.foundation.work.keyset import PAGE, Order
from leeward.society.directory.errors import ProposalUnknown
from leeward.society.directory.models import Proposal, Service, Term
from leeward.society.directory.queries.showing import ServiceView, view_services
from leeward.society.directory.rules.freshness import MistakeKind, ProposalKind, ProposalState
from leeward.society.directory.rules.history import FieldChange
from leeward.society.directory.rules.proposals import (
    NO_CHANGE,
    OwnerChange,
    changes_of,
    stale_translations,
    unpack_change,
)
from leeward.society.directory.rules.records import LocationRecord, Translation, text_in

BY_AGE = Order(by="made_at")


@dataclass(frozen=True, kw_only=True)
class ProposalView:
    """One proposal as an editor reads it. `changes` are against what stands in the entry now.

    `mistake` is filled for a mistake alone. `stale` are the texts in other languages that the change does not touch and
    that would say the old thing.
    """

    id: UUID
    kind: ProposalKind
    mistake: MistakeKind | None
    service: ServiceView
    changes: tuple[FieldChange, ...]
    stale: tuple[Translation, ...]
    words: str
    made_at: datetime


def open_rows() -> QuerySet[Proposal]:
    """The proposals that wait, for a list."""
    return Proposal.objects.filter(state=ProposalState.OPEN.value)


def list_open_proposals(
    *,
    language: str,
    now: datetime,
    service_id: UUID | None = None,
    kinds: Collection[ProposalKind] = tuple(ProposalKind),
) -> tuple[ProposalView, ...]:
    """The oldest 50 proposals that wait; of one service and of some kinds where these are named."""
    rows = open_rows().filter(kind__in=[kind.value for kind in kinds])
    if service_id is not None:
        rows = rows.filter(service__public_id=service_id)
    return view_proposals(rows.order_by("made_at", "id")[:PAGE], language=language, now=now)


def show_proposal(proposal_id: UUID, *, language: str, now: datetime) -> ProposalView:
    """One proposal that waits. Raises ProposalUnknown."""
    found = view_proposals(open_rows().filter(public_id=proposal_id), language=language, now=now)
    if not found:
        raise ProposalUnknown
    return found[0]


def read_proposed(proposal_id: UUID) -> OwnerChange:
    """What an owner proposed, as it was kept, to be amended. Raises ProposalUnknown where no change waits."""
    row = open_rows().filter(public_id=proposal_id, kind=ProposalKind.CHANGE.value).first()
    if row is None:
        raise ProposalUnknown
    return unpack_change(row.values)


def places_of(service: Service) -> dict[UUID, LocationRecord]:
    """The records of a service's places by their ids."""
    rows = service.at_locations.select_related("location__organization")
    return {row.location.public_id: row.location.as_record() for row in rows}


def view_proposals(rows: Iterable[Proposal], *, language: str, now: datetime) -> tuple[ProposalView, ...]:
    """Proposals as an editor reads them."""
    found = list(rows)
    services = list(Service.objects.whole().filter(pk__in={each.service_id for each in found}))
    shown = zip(services, view_services(services, language=language, now=now), strict=True)
    views = {row.pk: (row, view) for row, view in shown}
    changes = {row.pk: unpack_change(row.values) for row in found if row.kind == ProposalKind.CHANGE.value}
    wanted = {term for change in changes.values() for term in (*change.terms_added, *change.terms_dropped)}
    names = {
        term.public_id: text_in(term.as_record(), "name", language)
        for term in Term.objects.select_related("taxonomy", "parent").filter(public_id__in=wanted)
    }
    made = []
    for row in found:
        service, view = views[row.service_id]
        made.append(_view(row, service, view, changes.get(row.pk, NO_CHANGE), term_names=names))
    return tuple(made)


def _view(
    row: Proposal, service: Service, view: ServiceView, change: OwnerChange, *, term_names: Mapping[UUID, str]
) -> ProposalView:
    record, kind = service.as_record(), ProposalKind(row.kind)
    places = {each.location.public_id: each.location.as_record() for each in service.at_locations.all()}
    return ProposalView(
        id=row.public_id,
        kind=kind,
        mistake=MistakeKind(row.values["mistake"]) if kind is ProposalKind.MISTAKE else None,
        service=view,
        changes=changes_of(change, record, locations=places, term_names=term_names),
        stale=stale_translations(change, record),
        words=row.words,
        made_at=row.made_at,
    )
