"""Mails to members as the courier reads them, and a member that comes in by a link."""

import re
import uuid
from typing import Any

from django.test import Client

from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations.posting import sealed_place
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind, Stage, unpack_content
from leeward.foundation.vault.operations import open_sealed, open_service
from leeward.foundation.vault.rules.grants import Keyring, Service
from leeward.victim.network.operations.letters import key_of_link
from leeward.victim.network.operations.members import sign_member
from leeward.victim.network.rules.members import Way
from tests.victim.helpline.conftest import NOW, OPERATOR
from tests.victim.network.conftest import Body, protocol, turns

MAILBOX = "front-door@ark.example"


def comes_by_link(name: str = "Ark", **changes: Any) -> Body:
    """An organisation signs that has no account here."""
    body = Body(member=uuid.uuid4(), service=uuid.uuid4(), worker=None)  # type: ignore[arg-type]  # nobody has one
    signed = protocol(name, body.service, way=Way.LINK, mailbox=MAILBOX, **changes)
    sign_member(protocol=signed, member=body.member, by=OPERATOR, now=NOW)
    return body


def mails() -> list[EmailContent]:
    """All that has not left, the earliest first."""
    courier, found = open_service(Service.COURIER), []
    for parcel in Parcel.objects.filter(state=Stage.WAITING).order_by("posted_at", "id"):
        packed = open_sealed(courier, parcel.sealed, place=sealed_place(parcel.public_id))
        content = unpack_content(packed, kind=ParcelKind.EMAIL)
        assert isinstance(content, EmailContent)
        found.append(content)
    return found


def token_of(mail: EmailContent) -> str:
    """The token of the link in a mail."""
    found = re.search(r"/asked/([\w-]{43})\n", mail.text)
    assert found is not None, mail.text
    return found[1]


def link_keys(token: str, referral: Any, *, position: int = 1) -> Keyring:
    """The keys of whoever has a link."""
    return Keyring(key_of_link(token, member=turns(referral)[position - 1].member))


def come_by(token: str, *, version: int = 1) -> Client:
    """A browser in which somebody has followed a link and accepted the protocol."""
    client = Client()
    assert client.post(f"/asked/{token}", {"version": str(version)}).status_code == 303
    return client
