"""The made-up nation's restricted register: two agencies with their people, and no law, so it is off."""

from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.justice.register.operations.bases import add_agency
from leeward.justice.register.rules.terms import AgencyKind

REGISTRY, BOARD = "Fairhaven Court Registry (made up)", "Fairhaven Disclosure Board (made up)"
AGENCIES = (
    (REGISTRY, AgencyKind.REGISTRY, ""),
    (BOARD, AgencyKind.DISCLOSURE, ""),
    ("Northcliff Police (made up)", AgencyKind.POLICE, "checks@northcliff.example"),
)
PEOPLE = (
    ("rhea", "Rhea Quill", Role.REGISTRAR, REGISTRY),
    ("dov", "Dov Lark", Role.DISCLOSURE_OFFICER, BOARD),
)


def agency_id(name: str) -> UUID:
    """The public id of a made-up agency."""
    return uuid5(NAMESPACE_OID, f"register/{name}")


def found_agencies(*, now: datetime) -> None:
    """Add the agencies, so that their people can have accounts; safe to call again."""
    for name, kind, mailbox in AGENCIES:
        add_agency(name=name, kind=kind, mailbox=mailbox, agency=agency_id(name), by=Actor.operator(), now=now)
