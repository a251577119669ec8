"""Takes an owner's proposal as an editor has amended it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.errors import ProposalUnknown
from leeward.society.directory.models import Proposal
from leeward.society.directory.operations.proposing import accept_proposal
from leeward.society.directory.rules.freshness import ProposalKind, ProposalState
from leeward.society.directory.rules.proposals import OwnerChange, pack_change


@transaction.atomic
def accept_amended(*, proposal_id: UUID, change: OwnerChange, by: Actor, now: datetime) -> None:
    """Put `change` in the place of what the owner proposed, and accept it.

    Raises ProposalUnknown for what does not wait or is no change, and EntryRefused as accepting does.
    """
    rows = Proposal.objects.select_for_update(of=("self",))
    row = rows.filter(public_id=proposal_id, state=ProposalState.OPEN.value, kind=ProposalKind.CHANGE.value).first()
    if row is None:
        raise ProposalUnknown
    row.values = pack_change(change)
    row.save(update_fields=["values"])
    accept_proposal(proposal_id=proposal_id, by=by, now=now)
