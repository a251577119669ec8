"""A signature by a link: whoever was verified to speak for an organisation signs, and staff have the last look."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import EntryUnknown, StepRefused
from leeward.industry.declarations.errors import VersionUnknown
from leeward.industry.declarations.models import OfferedSignature, PublishedVersion, Signatory, Signature
from leeward.industry.declarations.operations.joining import write_signature
from leeward.industry.declarations.operations.verbs import DeclarationVerb, note
from leeward.industry.declarations.queries.facts import facts_of
from leeward.industry.declarations.queries.signatories import asks_for_signature
from leeward.industry.declarations.rules.terms import NAME_LENGTH, HandedInState, Stage

WAITING = HandedInState.WAITING.value


@transaction.atomic
def offer_signature(
    *, public_id: UUID, number: int, signer_name: str, signer_title: str, by: Actor, now: datetime
) -> UUID:
    """Take a signature under version `number` in. It waits for staff, and counts from today on if they accept it.

    Raises EntryUnknown; VersionUnknown where that version is not in force any more; StepRefused where the
    authority was not verified, it has left, it has signed this version, or one waits already; FieldRefused.
    """
    row = Signatory.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
    if row is None:
        raise EntryUnknown
    version = PublishedVersion.objects.order_by("-number").first()
    if version is None or version.number != number:
        raise VersionUnknown
    is_waiting = OfferedSignature.objects.filter(signatory=row, state=WAITING).exists()
    if is_waiting or not asks_for_signature(Stage(row.stage), facts_of([row])[row.pk], newest=version.number):
        raise StepRefused("There is nothing for it to sign now.")
    offer = OfferedSignature.objects.create(
        signatory=row,
        version=version,
        signer_name=values.line("signer_name", signer_name, most=NAME_LENGTH),
        signer_title=values.line("signer_title", signer_title),
        handed_in_on=local_day(now),
        handed_in_at=now,
        state=WAITING,
    )
    note(DeclarationVerb.OFFERED, "signatory", public_id, by=by, now=now, facts={"version": number})
    return offer.public_id


def take_offer(reference: UUID, *, by: Actor, now: datetime) -> None:
    """Accept a signature that waits, as of the day on which it came; in the caller's transaction.

    Raises EntryUnknown where none such waits.
    """
    row, offer = hold_offer(reference)
    offer.state, offer.decided_at, offer.decided_by = HandedInState.ACCEPTED.value, now, who(by)
    offer.save(update_fields=["state", "decided_at", "decided_by"])
    same = Signature.objects.filter(signatory=row, version=offer.version, signed_on=offer.handed_in_on)
    if not same.exists():  # staff may have put it on record by hand meanwhile
        write_signature(
            row,
            version=offer.version,
            name=offer.signer_name,
            title=offer.signer_title,
            signed_on=offer.handed_in_on,
            by=by,
            now=now,
        )


def hold_offer(reference: UUID) -> tuple[Signatory, OfferedSignature]:
    """A waiting signature and its organisation, held in that order, as everybody does. Raises EntryUnknown."""
    waiting = OfferedSignature.objects.filter(public_id=reference, state=WAITING)
    keys = list(waiting.values_list("signatory_id", flat=True))
    row = Signatory.objects.select_for_update(of=("self",)).filter(pk__in=keys).first()
    offer = waiting.select_for_update(of=("self",)).select_related("version").first()
    if row is None or offer is None:
        raise EntryUnknown
    return row, offer
