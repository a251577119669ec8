"""A platform's people with browsers of their own, and a small platform with a link: for tests of its pages."""

import re
import uuid

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations.posting import sealed_place
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind, unpack_content
from leeward.foundation.vault.operations import open_sealed, open_service
from leeward.foundation.vault.rules.grants import Keyring, Service
from leeward.victim.removals.models import Request
from tests.foundation.accounts.people import NOW, PASSPHRASE, Member, employ
from tests.victim.removals.conftest import Company, Filed, Worker, told
from tests.victim.removals.desk_people import send_all


def ring(member: Member) -> Keyring:
    """What this person's keys open."""
    return keys.open_teams_with(keys.open_by_passphrase(user=member.user, passphrase=PASSPHRASE))


def colleague(name: str, company: Company, role: Role = Role.MODERATOR, *, beside: Member | None = None) -> Member:
    """Somebody of a platform's team; the first comes in by herself, others are let in by somebody inside."""
    member = employ(name, role, affiliation=str(company.partner.public_id))
    if member.waits:
        assert beside is not None, "somebody has to let her in"
        operations.let_in(colleague=beside.user, reference=member.user.reference, keyring=ring(beside), now=NOW)
    return member


def chief() -> tuple[Member, Worker]:
    """The desk's supervisor, with a browser's account and as who sends."""
    member = employ("chief", Role.SUPERVISOR)
    actor = Actor(kind=ActorKind.STAFF, id=member.user.reference)
    return member, Worker(actor=actor, keyring=ring(member))


def asked_of(worker: Worker, *urls: str) -> Filed:
    """A report whose requests have been sent."""
    filed = told(*urls)
    send_all(filed, worker)
    return filed


def references(filed: Filed) -> list[uuid.UUID]:
    return list(
        Request.objects.filter(report__reference=filed.reference).order_by("id").values_list("reference", flat=True)
    )


def link_of(notice: uuid.UUID) -> str:
    """The way in that stands in the notice's mail, as the courier reads it."""
    parcel = Parcel.objects.get(public_id=notice)
    opened = open_sealed(open_service(Service.COURIER), parcel.sealed, place=sealed_place(parcel.public_id))
    content = unpack_content(opened, kind=ParcelKind.EMAIL)
    assert isinstance(content, EmailContent)
    found = re.search(r"/answer/[\w-]{43}", content.text)
    assert found is not None
    return found[0]
