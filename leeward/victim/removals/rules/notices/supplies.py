"""What a platform names as missing: what each element asks the desk for, and the notice's facts with it filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from leeward.foundation.kept import Kept
from leeward.industry.duties.rules import Element
from leeward.victim.removals.rules.notices.facts import (
    MOST_COPIES,
    Grounds,
    NoticeFacts,
    NoticeItem,
    Sender,
    Signature,
    Supply,
    check_address,
)


class Asked(StrEnum):
    """What somebody at the desk gives so that an element is there."""

    ADDRESSES = "addresses"  # one web address a line; the first is the item's own
    LINE = "line"
    MAILBOX = "mailbox"
    TEXT = "text"
    DECLARATION = "declaration"  # a yes: the notice's own words say it


ASKS: Mapping[Element, Asked] = {
    Element.SIGNATURE: Asked.LINE,
    Element.IDENTIFICATION: Asked.TEXT,
    Element.LOCATION: Asked.ADDRESSES,
    Element.EXACT_URLS: Asked.ADDRESSES,
    Element.ON_THE_SERVICE: Asked.DECLARATION,
    Element.NON_CONSENT: Asked.DECLARATION,
    Element.GOOD_FAITH: Asked.DECLARATION,
    Element.ACCURACY: Asked.DECLARATION,
    Element.PENALTY_OF_PERJURY: Asked.DECLARATION,
    Element.REASONS_ILLEGAL: Asked.TEXT,
    Element.LEGAL_BASIS: Asked.LINE,
    Element.POLICY_CLAUSE: Asked.LINE,
    Element.CONTACT: Asked.TEXT,
    Element.EMAIL: Asked.MAILBOX,
    Element.REPORTER_NAME: Asked.LINE,
    Element.REPORTER_ROLE: Asked.TEXT,
    Element.AUTHORITY_TO_ACT: Asked.LINE,
    Element.COUNTRY: Asked.LINE,
    Element.PRIOR_REPORT: Asked.TEXT,
    Element.ORDER_REFERENCE: Asked.LINE,
    Element.DISCLOSURE_CHOICE: Asked.DECLARATION,
}
# These say something of one item alone; whatever else is missing is missing of the whole notice.
OF_ITEM = frozenset({Element.IDENTIFICATION, Element.LOCATION, Element.EXACT_URLS})
# Where in the notice's words a declaration stands.
DECLARED: Mapping[Element, tuple[str, str]] = {
    Element.ON_THE_SERVICE: ("shared.statements", "on_the_service"),
    Element.NON_CONSENT: ("shared.statements", "did_not_agree"),
    Element.GOOD_FAITH: ("shared.statements", "good_faith"),
    Element.ACCURACY: ("shared.statements", "is_accurate"),
    Element.PENALTY_OF_PERJURY: ("shared.statements", "under_perjury"),
    Element.DISCLOSURE_CHOICE: ("shared.asks", "keep_sender_secret"),
}
_OF_SENDER = {
    Element.REPORTER_NAME: "name",
    Element.AUTHORITY_TO_ACT: "authority_reference",
    Element.COUNTRY: "country",
}
_OF_GROUNDS = {
    Element.REASONS_ILLEGAL: "explanation",
    Element.LEGAL_BASIS: "legal_basis",
    Element.POLICY_CLAUSE: "policy_clause",
    Element.PRIOR_REPORT: "prior_report",
    Element.ORDER_REFERENCE: "order_reference",
}
_FLAGS = {
    Element.ON_THE_SERVICE: "is_on_service",
    Element.NON_CONSENT: "did_not_agree",
    Element.GOOD_FAITH: "good_faith",
    Element.ACCURACY: "is_accurate",
    Element.PENALTY_OF_PERJURY: "under_perjury",
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Supplies(Kept):
    """All that was supplied for one request, as it is kept sealed beside it."""

    given: tuple[Supply, ...] = ()

    def with_one(self, supply: Supply) -> "Supplies":
        """These with one more; an earlier one of the same element gives way."""
        return Supplies(given=(*(each for each in self.given if each.element is not supply.element), supply))


def check_addresses(text: str) -> tuple[str, ...]:
    """Return the web addresses of a text, one a line. Raises NoticeMalformed for what is none."""
    addresses = tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))[: MOST_COPIES + 1]
    for address in addresses:
        check_address(address, "words")
    return addresses


def supply_item(item: NoticeItem, supplies: Sequence[Supply]) -> NoticeItem:
    """Return one item with what was supplied about it. Raises NoticeMalformed."""
    for supply in supplies:
        if supply.element is Element.IDENTIFICATION:
            item = replace(item, description=supply.words)
        elif supply.element in OF_ITEM and (addresses := check_addresses(supply.words)):
            item = replace(item, url=addresses[0], known_copies=addresses[1:])
    return item


def supply_facts(facts: NoticeFacts, supplies: Sequence[Supply], *, now: datetime) -> NoticeFacts:
    """Return the facts of a notice with what was supplied, which the notice then names as supplied."""
    who, why = facts.who, facts.why
    for supply in supplies:
        who, why = _supply_sender(who, supply, now=now), _supply_grounds(why, supply)
    return replace(facts, who=who, why=why, supplied=tuple(supplies))


def _supply_sender(who: Sender, supply: Supply, *, now: datetime) -> Sender:
    if supply.element is Element.SIGNATURE:
        return replace(who, signature=Signature(text=supply.words, signed_at=now))
    field = _OF_SENDER.get(supply.element)
    said: dict[str, Any] = {field: supply.words} if field else {}
    return replace(who, **said)


def _supply_grounds(why: Grounds, supply: Supply) -> Grounds:
    said: dict[str, Any] = {}
    if flag := _FLAGS.get(supply.element):
        said = {flag: True}
    elif field := _OF_GROUNDS.get(supply.element):
        said = {field: supply.words}
    return replace(why, **said)
